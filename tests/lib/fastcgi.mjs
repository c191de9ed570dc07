// A FastCGI client for one program's Unix socket, past nginx: what nginx would never send can be sent,
// and a program can be tried with a configuration of its own.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { writeProviders } from './instance.mjs'
import { build, root, until, vari } from './viche.mjs'

export const [BEGIN, ABORT, END, PARAMS, STDIN, STDOUT] = [1, 2, 3, 4, 5, 6]

export function record(type, content = Buffer.alloc(0), { id = 1, version = 1, length = content.length } = {}) {
	const head = Buffer.from([version, type, id >> 8, id & 255, length >> 8, length & 255, 0, 0])
	return Buffer.concat([head, Buffer.from(content)])
}

const size = (n) => (n < 128 ? Buffer.from([n]) : Buffer.from([(n >> 24) | 128, (n >> 16) & 255, (n >> 8) & 255, n & 255]))

export function pairs(params) {
	return Buffer.concat(Object.entries(params).flatMap(([name, value]) => {
		const [n, v] = [Buffer.from(name), Buffer.from(String(value))]
		return [size(n.length), size(v.length), n, v]
	}))
}

/* The bytes of a whole request. */
export function requestBytes(params, body = '') {
	const parts = [record(BEGIN, Buffer.from([0, 1, 0, 0, 0, 0, 0, 0])), record(PARAMS, pairs(params)), record(PARAMS)]
	const bytes = Buffer.from(body)
	for (let at = 0; at < bytes.length; at += 65535)
		parts.push(record(STDIN, bytes.subarray(at, at + 65535)))
	return Buffer.concat([...parts, record(STDIN)])
}

/* Sends bytes, returns all that came until the program closed; null where it never did in 5 s. */
export function exchange(socket, bytes, { close = false } = {}) {
	return new Promise((resolve, reject) => {
		const parts = []
		const connection = net.connect(socket, () => (close ? connection.end(bytes) : connection.write(bytes)))
		connection.setTimeout(5000, () => { connection.destroy(); resolve(null) })
		connection.on('data', (part) => parts.push(part))
		connection.on('error', (error) => (error.code === 'ECONNRESET' || error.code === 'EPIPE'
			? resolve(Buffer.concat(parts)) : reject(error)))
		connection.on('close', () => resolve(Buffer.concat(parts)))
	})
}

export const params = (method, target, more = {}) => {
	const [uri, query = ''] = target.split('?')
	return { REQUEST_METHOD: method, REQUEST_SCHEME: 'http', REQUEST_ID: 'fastcgi-test', REMOTE_ADDR: '127.0.0.1',
		DOCUMENT_URI: decodeURIComponent(uri), QUERY_STRING: query, HTTP_HOST: '127.0.0.1', ...more }
}

/* One request: {status, headers: Map of lists, text}. */
export async function call(socket, method, target, { more = {}, body = '' } = {}) {
	const bytes = await exchange(socket, requestBytes(params(method, target,
		{ CONTENT_LENGTH: Buffer.byteLength(body), ...more }), body))
	const out = []
	for (let at = 0; at + 8 <= bytes.length;) {
		const length = bytes.readUInt16BE(at + 4)
		if (bytes[at + 1] === STDOUT)
			out.push(bytes.subarray(at + 8, at + 8 + length))
		at += 8 + length + bytes[at + 6]
	}
	const all = Buffer.concat(out).toString('utf8')
	const end = all.indexOf('\r\n\r\n')
	const headers = new Map()
	for (const line of all.slice(0, end).split('\r\n')) {
		const name = line.slice(0, line.indexOf(':')).toLowerCase()
		headers.set(name, [...(headers.get(name) ?? []), line.slice(line.indexOf(':') + 1).trim()])
	}
	return { status: parseInt(headers.get('status')?.[0] ?? '0', 10), headers, text: all.slice(end + 4),
		cookies: headers.get('set-cookie') ?? [] }
}

/* Starts a program of the build on a socket of its own, on the running instance's database, with these
 * settings in place of the instance's; one that is undefined is left out. `providers` are the only ones that login
 * knows. Returns {socket, stop, process}. */
export async function startProgram(name, settings = {}, { providers } = {}) {
	const folder = mkdtempSync(path.join(tmpdir(), 'viche-'))
	const conf = readFileSync(process.env.VICHE_CONF ?? path.join(vari, 'run/viche.conf'), 'utf8')
	const all = { ...Object.fromEntries(conf.split('\n').filter((line) => /^\w+ = /.test(line))
		.map((line) => line.split(/ = (.*)/))), root, build, var: vari,
	db_socket: process.env.VICHE_DB_SOCKET ?? path.join(vari, 'run/db.sock'), ...settings }
	if (settings.var === undefined) {
		/* A log of its own beside the instance's keys. */
		mkdirSync(path.join(folder, 'log'))
		all.var = folder
		symlinkSync(path.join(vari, 'keys'), path.join(folder, 'keys'))
	}
	if (providers) {
		writeProviders(path.join(folder, 'own-providers'), providers)
		all.providers = path.join(folder, 'own-providers')
	}
	writeFileSync(path.join(folder, 'viche.conf'),
		Object.entries(all).filter(([, value]) => value !== undefined).map(([key, value]) => `${key} = ${value}\n`).join(''))
	const socket = path.join(folder, 's')
	const program = spawn('spawn-fcgi', ['-n', '-s', socket, '--', path.join(build, 'bin', name)],
		{ env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', VICHE_CONF: path.join(folder, 'viche.conf') },
			stdio: ['ignore', 'ignore', 'pipe'] })
	let words = ''
	program.stderr.on('data', (part) => { words += part })
	const stop = async () => {
		if (program.exitCode === null && program.signalCode === null) {
			program.kill('SIGTERM')
			await new Promise((resolve) => { program.once('exit', resolve) })
		}
		rmSync(folder, { recursive: true, force: true })
	}
	await until(`${name} answers on its socket`, async () => {
		if (program.exitCode !== null)
			throw new Error(`${name} ended: ${words}`)
		return call(socket, 'GET', `/healthz/${name}`).then((a) => a.status === 200, () => false)
	}).catch(async (error) => {
		await stop() // of a configuration that it refuses nothing stays
		throw error
	})
	return { socket, stop, process: program, folder }
}

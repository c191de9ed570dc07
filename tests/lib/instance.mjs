// An instance of a test file's own: for tests that stop its processes, move its clock or log in
// through another provider. Takes some seconds; ends with the file.
//
//   const site = await startInstance({ providers: { test: oidc(provider.issuer) } })
//   const { login, sql } = site.viche       // tests/lib/viche.mjs, bound to this instance
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, readdirSync, rmSync,
	writeFileSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')

/* Whether a port can be had; 0 is any. Resolves to its number, or to null. */
function portOf(wanted) {
	return new Promise((resolve) => {
		const server = net.createServer()
		server.on('error', () => resolve(null))
		server.listen(wanted, '127.0.0.1', () => {
			const { port } = server.address()
			server.close(() => resolve(port))
		})
	})
}

/* The first free one of those that nobody else takes meanwhile (scripts/test), or any. */
async function freePort() {
	const first = Number(process.env.VICHE_TEST_PORT ?? 0)
	for (let port = first; port < first + 20; port++) {
		const free = await portOf(port)
		if (free)
			return free
	}
	throw new Error(`no port is free from ${first}`)
}

/* The state, parent and start of a process as the kernel tells them; undefined where it is gone. */
function stat(pid) {
	try {
		const words = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ')
		return { state: words[0], parent: Number(words[1]) }
	} catch {
		return undefined
	}
}

const running = (pid) => ![undefined, 'Z', 'X'].includes(stat(pid)?.state)

/* The file of an identity provider (lib/web/idp.h), by the dialect oidc and with the instance's own secret. */
export const oidc = (issuer, more = {}) => ({ dialect: 'oidc', title: { uk: 'Служба тесту', en: 'The test\'s service' },
	issuer, client_id: 'viche', client_secret_file: 'keys/oidc_client_secret', ...more })

/* Writes a folder of providers: {id: file}. */
export function writeProviders(folder, files) {
	rmSync(folder, { recursive: true, force: true })
	mkdirSync(folder)
	for (const [id, file] of Object.entries(files))
		writeFileSync(path.join(folder, `${id}.json`), JSON.stringify(file, null, '\t'))
}

class Instance {
	constructor(folder, port) {
		Object.assign(this, { folder, port, url: `http://127.0.0.1:${port}` })
	}

	file(name) {
		return path.join(this.folder, name)
	}

	read(name) {
		return readFileSync(this.file(name), 'utf8')
	}

	/* The first process of a service (run/pids), which is multiwatch for the programs. */
	pid(service) {
		return Number(this.read(`run/pids/${service}`).split(' ')[0])
	}

	/* The processes that it started and that live. */
	children(service) {
		const parent = this.pid(service)
		return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number)
			.filter((pid) => stat(pid)?.parent === parent && running(pid))
	}

	/* Kills at once; who has just ended by itself is no error. */
	kill(...pids) {
		for (const pid of pids)
			if (running(pid))
				process.kill(pid, 'SIGKILL')
	}

	/* New processes of a program; returns when they are there and it answers. */
	async renew(program) {
		const { until, request } = this.viche
		const old = this.children(program)
		for (const pid of old)
			process.kill(pid, 'SIGTERM')
		await until(`${program} is started again`, () => old.every((pid) => !running(pid)) &&
			this.children(program).length >= old.length)
		await until(`${program} answers`, async () =>
			(await request('GET', `/healthz/${program}`, { at: this.port })).status === 200)
	}

	/* Changes settings of the running instance and renews the program that reads them. */
	async set(settings, program) {
		let text = this.read('run/viche.conf')
		for (const [key, value] of Object.entries(settings))
			text = `${text.replace(new RegExp(`^${key} = .*\n`, 'gm'), '')}${key} = ${value}\n`
		writeFileSync(this.file('run/viche.conf'), text)
		await this.renew(program)
	}

	/* Gives the running instance these identity providers and no other. */
	async provide(files) {
		writeProviders(this.file('own-providers'), files)
		await this.set({ providers: 'own-providers' }, 'login')
	}

	/* What runs one of the built programs as the instance's own see the world: [command, environment]. */
	command(program, ...args) {
		const conf = this.read('run/viche.conf')
		const from = /^build = (.*)$/m.exec(conf)[1]
		const supervisor = this.pid('supervise')
		const env = Object.fromEntries(readFileSync(`/proc/${supervisor}/environ`, 'utf8').split('\0')
			.filter(Boolean).map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))
		const there = readlinkSync(`/proc/${supervisor}/ns/mnt`) !== readlinkSync('/proc/self/ns/mnt')
		return [[...(there ? ['nsenter', `--mount=/proc/${supervisor}/ns/mnt`,
			`--root=/proc/${supervisor}/root`, '--'] : []),
			path.join(from, 'bin', program), ...args], env]
	}

	/* Starts a program beside those of the instance. */
	spawn(program, ...args) {
		const [command, env] = this.command(program, ...args)
		const child = spawn(command[0], command.slice(1), { env, stdio: 'ignore' })
		this.spawned.push(child)
		return child
	}

	/* Runs a program to its end: {status, stdout, stderr}. */
	run(program, args, input = '') {
		const [command, env] = this.command(program, ...args)
		return spawnSync(command[0], command.slice(1), { env, input, encoding: 'utf8' })
	}

	stop() {
		if (this.stopped)
			return
		this.stopped = true
		for (const child of this.spawned)
			child.kill('SIGKILL')
		for (const pid of this.halted)
			this.resume(pid)
		spawnSync(path.join(root, 'scripts/stop'), { env: { ...process.env, VICHE_VAR: this.folder } })
		rmSync(this.folder, { recursive: true, force: true })
	}

	spawned = []
	halted = new Set()

	/* Stops processes as a debugger would: they hold what they hold and answer nothing. */
	halt(...pids) {
		for (const pid of pids) {
			process.kill(pid, 'SIGSTOP')
			this.halted.add(pid)
		}
	}

	resume(...pids) {
		for (const pid of pids) {
			this.halted.delete(pid)
			if (running(pid))
				process.kill(pid, 'SIGCONT')
		}
	}
}

export async function startInstance({ settings = {}, environment = {}, providers } = {}) {
	const folder = mkdtempSync(path.join(tmpdir(), 'viche-'))
	const port = await freePort()
	const site = new Instance(folder, port)

	chmodSync(folder, 0o755)
	mkdirSync(site.file('run'))
	// What another first start has made (scripts/test), where it is there; else this one makes it.
	const template = process.env.VICHE_TEMPLATE
	if (template && existsSync(template) && spawnSync('cp', ['-a', `${template}/.`, folder]).status !== 0)
		throw new Error(`${template} cannot be copied`)
	if (providers) {
		writeProviders(site.file('own-providers'), providers)
		settings = { ...settings, providers: 'own-providers' }
	}
	writeFileSync(site.file('settings'), Object.entries(settings).map(([k, v]) => `${k} = ${v}\n`).join(''))
	process.on('exit', () => site.stop())
	for (const signal of ['SIGINT', 'SIGTERM'])
		process.on(signal, () => process.exit(1))
	const run = spawnSync(path.join(root, 'scripts/run'), ['--port', String(port), '--detach'], {
		encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'],
		env: { ...process.env, VICHE_VAR: folder, VICHE_LIMITS: '100', VICHE_TEST_CLOCK: '1', ...environment } })
	if (run.status !== 0)
		throw new Error(`scripts/run: ${run.stderr || run.stdout}`)
	Object.assign(process.env, { VICHE_URL: site.url, VICHE_VAR: folder })
	delete process.env.VICHE_DB_SOCKET
	delete process.env.VICHE_BUILD
	site.viche = await import('./viche.mjs')
	return site
}

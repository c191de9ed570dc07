// Letters in tests: what a message says, and a mail server on loopback that does as it is told.
//
//   const server = await startMailServer({ data: (letter) => ({ hold: true }) })
//   server.letters          // taken: {from, to, headers, text, html, links, raw}
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { SMTPServer } from 'smtp-server'

const unfold = (s) => s.replace(/\r\n[ \t]+/g, ' ')
const decodeWords = (s) => s.replace(/\?=\s+=\?/g, '?==?')
	.replace(/=\?UTF-8\?B\?([^?]*)\?=/gi, (_, b) => Buffer.from(b, 'base64').toString('utf8'))

function readHeaders(block) {
	const headers = {}
	for (const line of unfold(block).split('\r\n')) {
		const at = line.indexOf(':')
		if (at < 1)
			throw new Error(`no header: ${JSON.stringify(line)}`)
		const name = line.slice(0, at).toLowerCase()
		if (name in headers)
			throw new Error(`two headers ${name}`)
		headers[name] = decodeWords(line.slice(at + 1).trim())
	}
	return headers
}

function split(message) {
	const at = message.indexOf('\r\n\r\n')
	return [readHeaders(message.slice(0, at)), message.slice(at + 4)]
}

/* A message of ours: multipart/alternative of two base64 parts. Throws on anything else. */
export function readMail(raw) {
	const [headers, body] = split(raw)
	const [, boundary] = /^multipart\/alternative; boundary="([^"]+)"$/.exec(headers['content-type'])
	const pieces = body.split(`--${boundary}`)
	if (pieces.length !== 4 || !/^--\r\n\s*$/.test(pieces[3]))
		throw new Error('the message has not two parts')
	const [plain, rich] = pieces.slice(1, 3).map((piece) => {
		const [head, content] = split(piece.replace(/^\r\n/, ''))
		if (head['content-transfer-encoding'] !== 'base64')
			throw new Error(`the encoding is ${head['content-transfer-encoding']}`)
		return { type: head['content-type'], lang: head['content-language'],
			text: Buffer.from(content, 'base64').toString('utf8').replace(/\r\n/g, '\n') }
	})
	if (plain.type !== 'text/plain; charset=utf-8' || rich.type !== 'text/html; charset=utf-8')
		throw new Error(`the parts are ${plain.type} and ${rich.type}`)
	const links = [...new Set([...plain.text.matchAll(/https?:\/\/\S+/g)].map(([link]) => link))]
	return { headers, subject: headers.subject, lang: plain.lang, text: plain.text, html: rich.text, links, raw,
		id: headers['message-id'] }
}

/* Without arguments a server that takes everything. rcpt, data and end may answer with {code} (an
 * SMTP error), {hold: true} (no answer until release()), {after: ms} or {drop: true} (the connection
 * breaks): rcpt(address) to RCPT, end(letter) after the final dot. */
export async function startMailServer({ rcpt = () => null, end = () => null, port = 0, options = {} } = {}) {
	const state = { letters: [], attempts: [], connections: 0, held: [], rcpt, end }
	const answer = (what, done, socket) => {
		if (what?.hold)
			state.held.push(done)
		else if (what?.drop)
			socket?.destroy()
		else if (what?.after)
			setTimeout(done, what.after, null)
		else
			done(what?.code ? Object.assign(new Error('as told'), { responseCode: what.code }) : null)
	}
	const server = new SMTPServer({
		authOptional: true, disabledCommands: ['AUTH', 'STARTTLS'], disableReverseLookup: true, logger: false,
		size: 1024 * 1024, ...options,
		onConnect(session, done) {
			state.connections++
			done()
		},
		onRcptTo({ address }, session, done) {
			answer(state.rcpt(address), done, socketOf(session))
		},
		onData(stream, session, done) {
			const parts = []
			stream.on('data', (part) => parts.push(part))
			stream.on('end', () => {
				const raw = Buffer.concat(parts).toString('utf8')
				const letter = { ...readMail(raw), from: session.envelope.mailFrom.address,
					to: session.envelope.rcptTo.map((r) => r.address) }
				const what = state.end(letter)
				state.attempts.push(letter)
				/* What is answered with nothing is taken: so a mail server would. */
				if (!what?.code)
					state.letters.push(letter)
				answer(what, done, socketOf(session))
			})
		},
	})
	const socketOf = (session) => [...server.connections].find((c) => c.session === session || c.id === session.id)?._socket
	server.on('error', () => {}) // a client that breaks off is what some tests want
	await new Promise((resolve, reject) => {
		server.server.once('error', reject)
		server.listen(port, '127.0.0.1', resolve)
	})
	return Object.assign(state, { port: server.server.address().port, server,
		release() {
			for (const done of state.held.splice(0))
				done(null)
		},
		to: (address) => state.letters.filter((l) => l.to.includes(address)),
		stop() {
			for (const c of server.connections)
				c._socket?.destroy()
			return new Promise((resolve) => server.close(resolve))
		} })
}

const opened = new Map() // a letter never changes, and who waits for one looks at all of them again and again

function letterIn(file) {
	if (!opened.has(file))
		opened.set(file, readMail(readFileSync(file, 'utf8')))
	return opened.get(file)
}

/* The letters that an instance without a mail server put into var/mail, oldest first. */
export function boxOf(folder) {
	return readdirSync(path.join(folder, 'mail')).filter((name) => name.endsWith('.eml')).sort()
		.map((name) => ({ name, ...letterIn(path.join(folder, 'mail', name)) }))
}

export const lettersTo = (folder, address) => boxOf(folder).filter((l) => l.headers.to === `<${address}>`)

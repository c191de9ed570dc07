// What the tests of a running site share: requests with cookies, the login, the database.
//
//   import { login, anonymous, newPetition, db } from '../lib/viche.mjs'
//   const oksana = await login('oksana')                       // or login('zoya', { host: zhytomyr })
//   const answer = await oksana.json('POST', `/api/v1/petitions/${id}/sign`)
//   answer.status, answer.headers, answer.text, answer.body    // body: parsed where it is JSON
//
// scripts/test sets VICHE_URL and VICHE_VAR; for one file against an instance that runs already:
//   VICHE_URL=http://127.0.0.1:8080 VICHE_VAR=$PWD/var node --test tests/http/sign.test.mjs
import { createHash, createHmac, randomBytes } from 'node:crypto'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import mysql from 'mysql2/promise'

const need = (name) => {
	if (!process.env[name])
		throw new Error(`${name} is not set: run this through scripts/test, or see tests/lib/viche.mjs`)
	return process.env[name]
}

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
export const url = need('VICHE_URL').replace(/\/$/, '')
export const vari = path.resolve(root, need('VICHE_VAR'))
export const port = Number(new URL(url).port)
export const build = process.env.VICHE_BUILD ?? path.join(root, '.build/current')

export const chornomorsk = 'chornomorsk.localhost'
export const zhytomyr = 'zhytomyr.localhost'
/* 127.0.0.1 is Chornomorsk too, but another host: it has cookies of its own. */
export const firstHost = '127.0.0.1'

const agent = new http.Agent({ keepAlive: true, maxSockets: 64 })

/* One request, always to 127.0.0.1; host is what the Host header says (the port is added), from the
 * address that it comes from (127.0.0.2 is another visitor). */
export function request(method, target, { host = firstHost, headers = {}, body, at = port, from } = {}) {
	return new Promise((resolve, reject) => {
		const rq = http.request({ host: '127.0.0.1', port: at, localAddress: from, agent, method, path: target,
			headers: { Host: `${host}:${at}`,
				...(body !== undefined ? { 'Content-Length': Buffer.byteLength(body) } : {}), ...headers } })
		rq.on('error', reject)
		rq.setTimeout(30000, () => rq.destroy(new Error(`${method} ${target}: no answer in 30 s`)))
		rq.on('response', (rs) => {
			const parts = []
			rs.on('data', (part) => parts.push(part))
			rs.on('error', reject)
			rs.on('end', () => {
				const bytes = Buffer.concat(parts)
				const answer = { status: rs.statusCode, headers: rs.headers, bytes, text: bytes.toString('utf8'),
					location: rs.headers.location, cookies: rs.headers['set-cookie'] ?? [] }
				if (/json/.test(rs.headers['content-type'] ?? '') && bytes.length > 0)
					answer.body = JSON.parse(answer.text)
				resolve(answer)
			})
		})
		rq.end(body)
	})
}

/* A browser of one host: keeps cookies, knows its CSRF token, follows nothing by itself. */
export class Client {
	constructor({ host = firstHost, at = port } = {}) {
		Object.assign(this, { host, at, jar: new Map(), token: undefined })
	}

	cookie() {
		return [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ')
	}

	async request(method, target, { headers = {}, body } = {}) {
		const own = this.jar.size > 0 ? { Cookie: this.cookie() } : {}
		const answer = await request(method, target,
			{ host: this.host, at: this.at, body, headers: { ...own, ...headers } })
		for (const line of answer.cookies) {
			const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)
			if (/max-age=0/i.test(line))
				this.jar.delete(name)
			else
				this.jar.set(name, value)
		}
		return answer
	}

	get(target, headers) {
		return this.request('GET', target, { headers })
	}

	/* A form as a browser sends it: {name: value} or [[name, value]…]. The token is added. */
	async post(target, form = {}, headers = {}) {
		const fields = new URLSearchParams(form)
		if (!fields.has('csrf'))
			fields.set('csrf', await this.csrf())
		return this.request('POST', target, { body: fields.toString(),
			headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers } })
	}

	/* The JSON face: body may be left out. A POST carries the token. */
	async json(method, target, body, headers = {}) {
		if (method === 'GET')
			return this.request('GET', target, { headers })
		return this.request(method, target, { body: body === undefined ? '' : JSON.stringify(body),
			headers: { 'X-CSRF-Token': await this.csrf(),
				...(body !== undefined ? { 'Content-Type': 'application/json' } : {}), ...headers } })
	}

	/* The token of this session, asked once (it stays good until login or logout). */
	async csrf() {
		this.token ??= (await this.get('/api/v1/session')).body.csrf_token
		return this.token
	}

	get session() {
		return this.jar.get(sessionCookie(this.at))
	}
}

export const sessionCookie = (at = port) => `viche_session_${at}`
export const anonymous = (options) => new Client(options)

/* The hidden fields of the form with that action in a page. */
export function hidden(html, action) {
	const form = html.split('<form').slice(1).find((f) => unescapeHtml(f).includes(`action="${action}"`))
	if (form === undefined)
		throw new Error(`no form leads to ${action}`)
	const fields = []
	for (const [tag] of form.split('</form>')[0].matchAll(/<input[^>]*type="hidden"[^>]*>/g))
		fields.push([/name="([^"]*)"/.exec(tag)[1], unescapeHtml(/value="([^"]*)"/.exec(tag)?.[1] ?? '')])
	return fields
}

export const unescapeHtml = (s) => s.replace(/&(lt|gt|quot|#0?39|#x27|amp);/gi,
	(_, name) => ({ lt: '<', gt: '>', quot: '"', amp: '&' })[name.toLowerCase()] ?? '\'')

/* Logs a demo person in through the stand-in provider, as a browser does. `to` and `id` are the
 * intent ("sign", "write", …); `client` may be a browser that has cookies already. The client's
 * `landed` says where the login led. */
export async function login(person, { host = firstHost, to, id, client, at = port } = {}) {
	client ??= new Client({ host, at })
	const query = new URLSearchParams({ ...(to ? { to } : {}), ...(id ? { id } : {}) })
	const page = await client.get(`/login?${query}`)
	const started = await client.post('/login/start', hidden(page.text, '/login/start'))
	if (started.status !== 303)
		throw new Error(`/login/start answered ${started.status}`)
	await chooseAtStandin(client, started.location, person)
	client.person = person
	client.token = undefined
	return client
}

/* From the address of the provider, where /login/start led, to the session. */
export async function chooseAtStandin(client, start, person) {
	const provider = new URL(start)
	const asked = await request('GET', provider.pathname + provider.search, { at: Number(provider.port) })
	const fields = new URLSearchParams([...hidden(asked.text, '/standin-id/authorize'), ['person', person]])
	const granted = await request('POST', '/standin-id/authorize', { at: Number(provider.port),
		body: fields.toString(), headers: { 'Content-Type': 'application/x-www-form-urlencoded' } })
	if (granted.status !== 303)
		throw new Error(`the stand-in provider knows no "${person}" (${granted.status})`)
	const back = new URL(granted.location)
	const callback = await client.get(back.pathname + back.search)
	if (callback.status !== 303 || client.session === undefined)
		throw new Error(`the login of ${person} was not accepted (${callback.status})`)
	client.landed = callback.location
	return callback
}

/* A connection as a program's database user; `manage`'s rights are root's. Close it in after(). Root's, who plants
 * what tests need, has more time for a statement than programs have. */
export async function db(user = 'root') {
	const connection = await mysql.createConnection({ socketPath: process.env.VICHE_DB_SOCKET ?? path.join(vari, 'run/db.sock'),
		user, password: readFileSync(path.join(vari, 'keys/db', user), 'utf8').trim(), database: 'viche',
		charset: 'utf8mb4', timezone: 'Z', dateStrings: true })
	if (user === 'root')
		await connection.query('SET SESSION max_statement_time = 60')
	return connection
}

/* One statement as root, on a connection of its own. */
export async function sql(text, values = []) {
	const connection = await db()
	try {
		return (await connection.query(text, values))[0]
	} finally {
		await connection.end()
	}
}

export async function communityId(name = 'chornomorsk') {
	return (await sql('SELECT id FROM community WHERE name = ?', [name]))[0].id
}

let serial = 0
/* A title that no other test has. */
export const uniqueTitle = (what = 'Петиція тесту') =>
	`${what} ${process.pid}-${++serial}-${randomBytes(3).toString('hex')}`

/* A petition written, sent in and published through the JSON face. The author and the moderator are
 * logins or clients. An author has room for ten a day. */
export async function newPetition(author, moderator = 'hanna', { title = uniqueTitle(), text } = {}) {
	const id = await submittedPetition(author, { title, text })
	const judge = typeof moderator === 'string' ? await login(moderator, hostOf(author)) : moderator
	expect(await judge.json('POST', `/api/v1/moderation/petitions/${id}/publish`, {}), 200)
	return id
}

export async function submittedPetition(author, { title = uniqueTitle(),
	text = 'Просимо раду громади розглянути це питання на найближчій сесії.' } = {}) {
	const writer = typeof author === 'string' ? await login(author) : author
	const made = expect(await writer.json('POST', '/api/v1/petitions', { title, text }), 201)
	expect(await writer.json('POST', `/api/v1/petitions/${made.body.id}/submit`), 200)
	return made.body.id
}

const hostOf = (author) => (typeof author === 'string' ? {} : { host: author.host, at: author.at })

export function expect(answer, status) {
	if (answer.status !== status)
		throw new Error(`expected ${status}, got ${answer.status}: ${answer.text.slice(0, 400)}`)
	return answer
}

/* A petition put into the database as root, in any state: no limits, no moderator, own terms. */
export async function plantPetition({ community = 'chornomorsk', state = 'collecting', title = uniqueTitle(),
	text = 'Просимо раду громади розглянути це питання на найближчій сесії.', threshold = 300, days = 60,
	author = null, remarks = null, reason = null, outside = 0 } = {}) {
	const published = !['draft', 'submitted', 'returned', 'refused', 'contested'].includes(state)
	const open = published || state === 'refused' || state === 'contested'
	const c = await db()
	try {
		const [[{ id: at }]] = await c.query('SELECT id FROM community WHERE name = ?', [community])
		const [{ insertId }] = await c.query(
			`INSERT INTO petition (community_id, author_id, title, text, state, submitted_at, published_at,
				listed_at, closes_at, decided_at, rules_version, threshold, term_days, reason, remarks, outside_count)
			VALUES (?, ?, ?, ?, ?, IF(? = 'draft', NULL, UTC_TIMESTAMP()), IF(?, UTC_TIMESTAMP(), NULL),
				IF(?, UTC_TIMESTAMP(), NULL), IF(?, UTC_TIMESTAMP() + INTERVAL ? DAY, NULL),
				IF(? IN ('draft', 'submitted', 'collecting'), NULL, UTC_TIMESTAMP()),
				IF(?, 1, NULL), IF(?, ?, NULL), IF(?, ?, NULL), ?, ?, ?)`,
			[at, author, title, text, state, state, published, open, published, days, state, published,
				published, threshold, published, Math.max(1, days), reason, remarks, outside])
		if (['suspended', 'hidden'].includes(state))
			await c.query(`UPDATE petition SET state_before = 'collecting', paused_at = UTC_TIMESTAMP(),
				notice_reason = 'Причина для всіх' WHERE id = ?`, [insertId])
		if (['answered', 'implementing', 'implemented', 'appeal_answered'].includes(state))
			await c.query(`UPDATE petition SET verdict = IF(state = 'appeal_answered', NULL, 'supported'),
				answer = 'Раду переконано.', answered_by = 'Рада', answered_at = UTC_TIMESTAMP() WHERE id = ?`, [insertId])
		if (published)
			await c.query('INSERT INTO petition_total (petition_id, community_id, signature_count) VALUES (?, ?, ?)',
				[insertId, at, outside])
		return insertId
	} finally {
		await c.end()
	}
}

/* Clients with sessions that were put into the database as root: for load, where two thousand logins
 * would cost more than what is tested. The people must have logged in or signed in the demo before. */
export async function plantSessions(personIds, { host = firstHost, community = 'chornomorsk', proved = Math.floor(Date.now() / 1000) } = {}) {
	const at = await communityId(community)
	const now = Math.floor(Date.now() / 1000)
	const tokens = personIds.map(() => randomBytes(32).toString('base64url'))
	const rows = personIds.map((person, i) => [tokenHash(tokens[i]), at, person, now, now, now + 86400, proved])
	await sql('INSERT INTO session (token_hash, community_id, person_id, created_at, seen_at, expires_at, proved_at) VALUES ?',
		[rows])
	return tokens.map((token) => {
		const client = new Client({ host })
		client.jar.set(sessionCookie(), token)
		client.token = csrfToken(token)
		return client
	})
}

/* People without a login of their own, residents of the community, for load: their ids. */
export async function plantPeople(count, { community = 'chornomorsk' } = {}) {
	const at = await communityId(community)
	const tag = randomBytes(4).toString('hex')
	const names = Array.from({ length: count }, (_, i) => ['urn:viche:load', `${tag}-${i}`, 'Навантаження', `№ ${i}`])
	const first = await sql('INSERT INTO person (issuer, subject, given_name, family_name) VALUES ?', [names])
	const people = await sql(`SELECT id FROM person WHERE issuer = 'urn:viche:load' AND subject LIKE ? ORDER BY id`,
		[`${tag}-%`])
	if (first.affectedRows !== count || people.length !== count)
		throw new Error('the people for load are not all there')
	await sql(`INSERT INTO residence (community_id, person_id, kind, category) SELECT ?, id, 'provider', 'registered'
		FROM person WHERE issuer = 'urn:viche:load' AND subject LIKE ?`, [at, `${tag}-%`])
	await sql(`INSERT INTO person_age (person_id, age, on_date) SELECT p.id, a.seq, '2020-01-01' FROM person p
		JOIN seq_0_to_18 a ON a.seq IN (0, 14, 16, 18) WHERE p.issuer = 'urn:viche:load' AND p.subject LIKE ?`, [`${tag}-%`])
	return people.map((row) => row.id)
}

/* The key of a session in the database (lib/web/session.h). */
export const tokenHash = (token) => createHash('sha256').update(token).digest()

/* The CSRF token of a secret, as lib/web/session.c makes it with the site's key. */
export function csrfToken(secret, key = readFileSync(path.join(vari, 'keys/csrf'))) {
	const mask = randomBytes(32)
	const mac = createHmac('sha256', key).update(`csrf:${secret}`).digest()
	return Buffer.concat([mask, mac.map((byte, i) => byte ^ mask[i])]).toString('base64url')
}

/* The test clock: programs and worker believe it is that moment (seconds since 1970, or a Date). It
 * moves for the whole instance, so only tests/faults may use it. */
export function setClock(moment) {
	const seconds = moment instanceof Date ? moment.getTime() / 1000 : moment
	const file = path.join(vari, 'run/clock')
	// At once: who read an empty file would believe the real clock for a moment.
	writeFileSync(`${file}.new`, `${Math.floor(seconds)}\n`)
	renameSync(`${file}.new`, file)
}

export function realClock() {
	rmSync(path.join(vari, 'run/clock'), { force: true })
}

/* Asks again until the answer is truthy; fails with `what` after a bound. */
export async function until(what, ask, seconds = 20) {
	const end = Date.now() + seconds * 1000
	for (;;) {
		const found = await ask()
		if (found)
			return found
		if (Date.now() > end)
			throw new Error(`waited ${seconds} s in vain for: ${what}`)
		await new Promise((resolve) => setTimeout(resolve, 50))
	}
}

/* Waits until the worker has given these petitions their stems: then a search finds them. */
export async function searchable(ids) {
	if (ids.length > 0)
		await until('stems', async () => (await sql('SELECT COUNT(*) AS n FROM petition_search WHERE petition_id IN (?) AND version > 0',
			[ids]))[0].n === ids.length)
}

/* Runs work(item, i) for all items, at most `width` at a time. */
export async function parallel(items, width, work) {
	const results = new Array(items.length)
	let next = 0
	await Promise.all(Array.from({ length: Math.min(width, items.length) }, async () => {
		while (next < items.length) {
			const i = next++
			results[i] = await work(items[i], i)
		}
	}))
	return results
}

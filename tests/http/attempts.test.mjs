// A login begins and ends in the same browser, once: what others try with its parts.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { Client, csrfToken, hidden, login, port, request, sessionCookie, sql, url } from '../lib/viche.mjs'

const attempt = `viche_attempt_${port}`

/* A browser that was at the provider as that person and has not yet come back. */
async function atTheDoor(person) {
	const client = new Client()
	const page = await client.get('/login')
	const started = await client.post('/login/start', hidden(page.text, '/login/start'))
	assert.equal(started.status, 303)
	const provider = new URL(started.location)
	const asked = await request('GET', provider.pathname + provider.search)
	const granted = await request('POST', '/standin-id/authorize', {
		body: new URLSearchParams([...hidden(asked.text, '/standin-id/authorize'), ['person', person]]).toString(),
		headers: { 'Content-Type': 'application/x-www-form-urlencoded' } })
	return { client, back: new URL(granted.location).searchParams }
}

const comeBack = (client, back) => client.get(`/login/callback?${new URLSearchParams(back)}`)

function turnedAway(client, answer, status = 400) {
	assert.equal(answer.status, status)
	assert.equal(client.session, undefined, 'a session began')
}

test('a way back from the provider opens nothing in a browser that began no login', async () => {
	const { back } = await atTheDoor('r1301')
	const other = new Client()
	turnedAway(other, await comeBack(other, back))
})

test('a way back from the provider opens nothing in a browser that began another login', async () => {
	const attacker = await atTheDoor('r1302'), victim = await atTheDoor('r1303')
	turnedAway(victim.client, await comeBack(victim.client, attacker.back))
})

test('a state without the cookie, with a cut one or with none is no login', async () => {
	for (const state of [undefined, '', 'x', 'x'.repeat(43)]) {
		const { client, back } = await atTheDoor('r1304')
		if (state === undefined)
			back.delete('state')
		else
			back.set('state', state)
		turnedAway(client, await comeBack(client, back))
	}
	const { client, back } = await atTheDoor('r1304')
	client.jar.set(attempt, client.jar.get(attempt).slice(0, -1))
	turnedAway(client, await comeBack(client, back))
})

test('a state and cookie that agree but were made up are no login', async () => {
	const client = new Client()
	client.jar.set(attempt, 'A'.repeat(43))
	turnedAway(client, await comeBack(client, { state: 'A'.repeat(43), code: 'x' }))
})

test('a way back from the provider works once', async () => {
	const { client, back } = await atTheDoor('r1305')
	const copy = new Client()
	copy.jar = new Map(client.jar)
	assert.equal((await comeBack(client, back)).status, 303)
	assert.ok(client.session)
	turnedAway(copy, await comeBack(copy, back))
})

test('of two who come back at the same moment with one attempt one is let in', async () => {
	const { client, back } = await atTheDoor('r1306')
	const both = [client, new Client()]
	both[1].jar = new Map(client.jar)
	const answers = await Promise.all(both.map((c) => comeBack(c, back)))
	assert.deepEqual(answers.map((a) => a.status).sort(), [303, 400])
})

test('an attempt of more than ten minutes ago is over, and the page says so', async () => {
	const { client, back } = await atTheDoor('r1307')
	const hash = createHash('sha256').update(back.get('state')).digest()
	const { affectedRows } = await sql('UPDATE login_attempt SET expires_at = UNIX_TIMESTAMP() - 1 WHERE state_hash = ?',
		[hash])
	assert.equal(affectedRows, 1)
	const answer = await comeBack(client, back)
	turnedAway(client, answer)
	assert.match(answer.text, /Вхід тривав надто довго/)
})

test('a login that began in one community does not end in another', async () => {
	const { client, back } = await atTheDoor('r1308')
	const other = new Client({ host: 'zhytomyr.localhost' })
	other.jar = new Map(client.jar)
	turnedAway(other, await comeBack(other, back))
})

test('an answer in the name of another issuer is refused (RFC 9207)', async () => {
	const { client, back } = await atTheDoor('r1309')
	back.set('iss', 'https://id.example')
	turnedAway(client, await comeBack(client, back), 403)
	// This provider promises to name itself, in refusals too.
	for (const left of [['code', 'state'], ['state', 'error']]) {
		const other = await atTheDoor('r1309')
		other.back.set('error', 'access_denied')
		const some = [...other.back].filter(([name]) => left.includes(name))
		turnedAway(other.client, await comeBack(other.client, some), 403)
	}
})

test('another\'s code put into one\'s own login is refused', async () => {
	const attacker = await atTheDoor('r1310'), victim = await atTheDoor('r1311')
	attacker.back.set('code', victim.back.get('code'))
	const answer = await comeBack(attacker.client, attacker.back)
	turnedAway(attacker.client, answer, 403)
	assert.match(answer.text, /Вхід не підтверджено/)
})

test('a refusal by the provider ends the attempt: a code that comes later is too late', async () => {
	const { client, back } = await atTheDoor('r1312')
	const jar = new Map(client.jar)
	assert.equal((await comeBack(client, { state: back.get('state'), iss: back.get('iss'), error: 'access_denied' })).status, 200)
	client.jar = jar
	turnedAway(client, await comeBack(client, back))
})

test('no other site can begin a login here', async () => {
	for (const headers of [{ Origin: 'https://evil.example' }, { Origin: 'null' }, { Origin: `http://127.0.0.1:${port + 1}` },
		{ 'Sec-Fetch-Site': 'cross-site' }, { 'Sec-Fetch-Site': 'same-site' }]) {
		const client = new Client()
		const fields = hidden((await client.get('/login')).text, '/login/start')
		assert.equal((await client.post('/login/start', fields, headers)).status, 403, JSON.stringify(headers))
		assert.equal(client.jar.has(attempt), false)
		assert.equal((await client.post('/login/start', fields, { Origin: url, 'Sec-Fetch-Site': 'same-origin' })).status, 303)
	}
})

test('a login needs the token of the page it began on', async () => {
	const client = new Client(), other = new Client()
	await client.get('/login')
	for (const csrf of ['', 'x', hidden((await other.get('/login')).text, '/login/start').find(([n]) => n === 'csrf')[1]])
		assert.equal((await client.post('/login/start', { to: 'none', id: '0', csrf })).status, 403)
})

test('a session that somebody planted before the login is not the one after it', async () => {
	const planted = 'P'.repeat(43)
	const client = new Client()
	client.jar.set(sessionCookie(), planted)
	await login('r1313', { client })
	assert.notEqual(client.session, planted)
	const thief = new Client()
	thief.jar.set(sessionCookie(), planted)
	assert.equal((await thief.get('/api/v1/session')).body.logged_in, false)
})

test('a pre-session that somebody planted signs no form after the login', async () => {
	const thief = new Client()
	await thief.get('/login')
	const client = new Client()
	client.jar = new Map(thief.jar)
	const token = hidden((await thief.get('/login')).text, '/login/start').find(([n]) => n === 'csrf')[1]
	await login('r1314', { client })
	assert.equal((await client.json('POST', '/api/v1/logout', undefined, { 'X-CSRF-Token': token })).status, 403)
})

test('a new login ends the session that the browser had', async () => {
	const client = await login('r1315')
	const old = client.session
	const page = await client.get('/login')
	assert.equal(page.status, 303) // logged in already; a second tab may still hold the form
	const token = csrfToken(old)
	const started = await client.post('/login/start', { to: 'none', id: '0', csrf: token })
	assert.equal(started.status, 303)
	const provider = new URL(started.location)
	const asked = await request('GET', provider.pathname + provider.search)
	const granted = await request('POST', '/standin-id/authorize', {
		body: new URLSearchParams([...hidden(asked.text, '/standin-id/authorize'), ['person', 'r1315']]).toString(),
		headers: { 'Content-Type': 'application/x-www-form-urlencoded' } })
	assert.equal((await comeBack(client, new URL(granted.location).searchParams)).status, 303)
	assert.notEqual(client.session, old)
	const thief = new Client()
	thief.jar.set(sessionCookie(), old)
	assert.equal((await thief.get('/api/v1/session')).body.logged_in, false)
})

test('an intent never leads to another site', async () => {
	for (const to of ['//evil.example', '/\\evil.example', 'https://evil.example', '\t//evil.example', '../..']) {
		const client = await login('r1316', { to, id: '1' })
		assert.equal(client.landed, '/')
	}
	assert.equal((await login('r1316', { to: 'sign', id: '9' })).landed, '/petitions/9/sign')
})

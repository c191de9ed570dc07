// Who is logged in: how a session begins, where it is good, and that it ends.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anonymous, chooseAtStandin, chornomorsk, Client, csrfToken, expect, login, plantPetition, plantSessions, port, sessionCookie, sql,
	tokenHash, zhytomyr } from '../lib/viche.mjs'

const who = async (client) => (await client.get('/api/v1/session')).body
const row = async (token) => (await sql('SELECT * FROM session WHERE token_hash = ?', [tokenHash(token)]))[0]

test('a login takes no session that another planted beforehand', async () => {
	const browser = anonymous()
	browser.jar.set(sessionCookie(), 'A'.repeat(43))
	await login('r51', { client: browser })
	assert.notEqual(browser.session, 'A'.repeat(43))
	assert.equal(await row('A'.repeat(43)), undefined)
})

test('a login rotates the session: the old id is nobody', async () => {
	const browser = await login('r52'), first = browser.session
	const started = expect(await browser.post('/login/start', { to: 'none', id: '0' }), 303)
	await chooseAtStandin(browser, started.location, 'r53')
	assert.notEqual(browser.session, first)
	browser.token = undefined
	assert.equal((await who(browser)).logged_in, true)
	const old = new Client()
	old.jar.set(sessionCookie(), first)
	assert.equal((await who(old)).logged_in, false)
	assert.equal((await old.get('/api/v1/me')).status, 401)
	assert.equal(await row(first), undefined)
})

test('logout ends the session for good', async () => {
	const browser = await login('r55'), token = browser.session, id = await plantPetition()
	const csrf = await browser.csrf()
	const answer = expect(await browser.post('/logout'), 303)
	assert.match(answer.cookies.join('\n'), new RegExp(`${sessionCookie()}=; Path=/; Max-Age=0; [^\\n]*HttpOnly; SameSite=Lax`))
	assert.equal(await row(token), undefined)
	const dead = new Client()
	dead.jar.set(sessionCookie(), token)
	assert.equal((await dead.json('GET', '/api/v1/session')).body.logged_in, false)
	for (const [method, path] of [['POST', `/api/v1/petitions/${id}/sign`], ['GET', '/api/v1/moderation/queue']]) {
		const refused = await dead.json(method, path, undefined, { 'X-CSRF-Token': csrf })
		assert.ok([401, 403].includes(refused.status), `${path}: ${refused.status}`)
	}
	assert.equal((await dead.get('/me')).status, 303)
	assert.equal((await sql('SELECT COUNT(*) AS n FROM petition_signature WHERE petition_id = ?', [id]))[0].n, 0)
	const again = anonymous()
	assert.equal((await again.json('GET', '/api/v1/moderation/queue')).status, 401)
})

test('the cookies on loopback: no script reads them, no other site sends them, no other port shares them', async () => {
	const browser = anonymous(), seen = []
	const get = browser.request.bind(browser)
	browser.request = async (...args) => {
		const answer = await get(...args)
		seen.push(...answer.cookies)
		return answer
	}
	await login('r56', { client: browser })
	const set = (name) => seen.filter((line) => line.startsWith(`viche_${name}_${port}=`) && !/Max-Age=0/.test(line))
	assert.equal(set('session').length, 1)
	for (const line of seen) {
		assert.match(line, /; Path=\/;.*; HttpOnly; SameSite=Lax$/)
		assert.doesNotMatch(line, /Domain|Secure/i)
	}
	assert.match(set('session')[0], /^viche_session_\d+=[\w-]{43}; Path=\/; Max-Age=604800; /)
	assert.equal(set('attempt').length, 1)
	assert.equal(set('pre').length, 1)
	assert.equal((await row(browser.session)).token_hash.length, 32, 'only its hash is stored')
	const [{ n }] = await sql('SELECT COUNT(*) AS n FROM session WHERE HEX(token_hash) LIKE ?', [`%${browser.session}%`])
	assert.equal(n, 0)
})

test('a session ends eight hours after its last use and seven days after login', async () => {
	const now = Math.floor(Date.now() / 1000)
	for (const [why, change, alive] of [['used an hour ago', { seen_at: now - 3600 }, true],
		['idle for eight hours and a bit', { seen_at: now - 8 * 3600 - 60 }, false],
		['its absolute end', { expires_at: now - 1 }, false], ['a minute before it', { expires_at: now + 60 }, true]]) {
		const browser = await login('r57')
		for (const [column, value] of Object.entries(change))
			await sql(`UPDATE session SET ${column} = ? WHERE token_hash = ?`, [value, tokenHash(browser.session)])
		assert.equal((await who(browser)).logged_in, alive, why)
		if (!alive)
			assert.equal((await browser.json('POST', `/api/v1/petitions/1/sign`, undefined,
				{ 'X-CSRF-Token': csrfToken(browser.session) })).status, 403, why)
	}
	const browser = await login('r58')
	const { created_at: created, expires_at: expires } = await row(browser.session)
	assert.equal(expires - created, 7 * 24 * 3600)
	await sql('UPDATE session SET seen_at = ? WHERE token_hash = ?', [now - 7000, tokenHash(browser.session)])
	await browser.get('/me')
	assert.ok((await row(browser.session)).seen_at >= now, 'use keeps it alive')
	assert.equal((await row(browser.session)).expires_at, expires, 'but never beyond its end')
})

test('a dead session says so in JSON (401) and leads to the login page', async () => {
	const browser = await login('r59')
	await sql('DELETE FROM session WHERE token_hash = ?', [tokenHash(browser.session)])
	assert.equal((await browser.get('/me')).location, '/login?to=me')
	assert.equal((await browser.get('/api/v1/me')).status, 401)
	browser.token = undefined
	const refused = await browser.json('POST', '/api/v1/petitions/1/sign')
	assert.equal(refused.status, 401)
	assert.equal(refused.body.type, '/problems/login-required')
})

test('a session of one community is nobody in another', async () => {
	const here = await login('r60', { host: chornomorsk })
	assert.equal((await who(here)).logged_in, true)
	for (const name of [sessionCookie(), 'viche_session_1', '__Host-session']) {
		const there = new Client({ host: zhytomyr })
		there.jar.set(name, here.session)
		assert.equal((await who(there)).logged_in, false)
		assert.equal((await there.get('/me')).status, 303)
		assert.equal((await there.get('/api/v1/me')).status, 401)
	}
	const moderator = await login('hanna', { host: chornomorsk })
	const there = new Client({ host: zhytomyr })
	there.jar.set(sessionCookie(), moderator.session)
	assert.equal((await there.get('/api/v1/moderation/queue')).status, 401)
	/* Their own login there makes them a person, not a moderator. */
	const guest = await login('hanna', { host: zhytomyr })
	assert.deepEqual((await who(guest)).roles, [])
	assert.equal((await guest.get('/api/v1/moderation/queue')).status, 403)
	const row = await sql('SELECT community_id FROM session WHERE token_hash = ?', [tokenHash(guest.session)])
	const [planted] = await plantSessions([(await sql('SELECT person_id AS id FROM session WHERE token_hash = ?',
		[tokenHash(moderator.session)]))[0].id], { host: zhytomyr })
	assert.equal((await who(planted)).logged_in, false)
	assert.equal(row.length, 1)
})

test('staff whose time is over have no more rights, at once', async () => {
	const deputy = await login('r61')
	const queue = async () => (await deputy.get('/api/v1/moderation/queue')).status
	assert.equal(await queue(), 403)
	const { community_id: community, person_id: person } = await row(deputy.session)
	await sql(`INSERT INTO staff (community_id, person_id, role) VALUES (?, ?, 'moderator')`, [community, person])
	assert.equal(await queue(), 200)
	await sql('UPDATE staff SET until = UTC_TIMESTAMP() - INTERVAL 1 MINUTE WHERE person_id = ?', [person])
	assert.equal(await queue(), 403)
})

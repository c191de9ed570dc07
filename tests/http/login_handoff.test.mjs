// A provider that knows one callback host: a login begins in one community, passes through that host and
// comes home. What is in the middle is worth nothing to anybody else, nor twice, nor later.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { EvilProvider } from '../lib/evil-provider.mjs'
import { oidc, startInstance } from '../lib/instance.mjs'

const home = 'zhytomyr.localhost', central = 'chornomorsk.localhost'
const canaries = new Set()
let one, gone, site, attempt

before(async () => {
	one = await new EvilProvider().listen()
	gone = await new EvilProvider().listen()
	const title = { uk: 'Служба', en: 'Service' }
	site = await startInstance({ providers: {
		central: oidc(one.issuer, { title, order: 1, callback_host: central }),
		gone: oidc(gone.issuer, { title, order: 2, callback_host: central }),
		astray: oidc(one.issuer, { title, order: 3, callback_host: 'nobody.localhost' }),
		own: oidc(one.issuer, { title, order: 4 }),
	} })
	gone.close()
	attempt = `viche_attempt_${site.port}`
})
after(() => {
	site?.stop()
	one?.close()
})

const hash = (token) => createHash('sha256').update(token).digest()
/* The address's path and query, for a client of its host. */
const local = (address) => {
	const { pathname, search, searchParams } = new URL(address)
	for (const name of ['t', 'code', 'state'])
		if (searchParams.get(name))
			canaries.add(searchParams.get(name))
	return pathname + search
}

/* One browser: what it holds at home and what at the callback's host. */
function browser(host = home) {
	const { Client } = site.viche
	return { home: new Client({ host }), there: new Client({ host: central }) }
}

/* As far as the door of the provider: .go is where home sent it, .location where that host did. */
async function begin(b, { provider = 'central', to = 'me', client = b.home } = {}) {
	const { hidden } = site.viche
	const page = await client.get(`/login?to=${to}`)
	const started = await client.post('/login/start', [...hidden(page.text, '/login/start'), ['provider', provider]])
	if (client.jar.has(attempt))
		canaries.add(client.jar.get(attempt))
	return { started, go: started.location }
}

/* To the address that leads home again. */
async function comeBack(b, { sub = 'handed-sub', provider, to } = {}) {
	const { started, go } = await begin(b, { provider, to })
	assert.equal(started.status, 303, started.text)
	const went = await b.there.get(local(go))
	assert.equal(went.status, 303, went.text)
	const back = one.authorize(went.location, sub)
	const answer = await b.there.get(local(`${one.issuer}/login/callback?${new URLSearchParams(back)}`))
	assert.equal(answer.status, 303, answer.text)
	return { go, back, answer, arrive: answer.location }
}

function turnedAway(client, answer, status = 400) {
	assert.equal(answer.status, status, answer.text)
	assert.equal(client.session, undefined, 'a session began')
}

test('a login passes through the callback\'s host and begins at home, and only there', async () => {
	one.behave()
	const b = browser()
	const { started, go } = await begin(b)
	assert.equal(started.status, 303)
	assert.equal(new URL(go).origin, `http://${central}:${site.port}`)
	assert.equal(new URL(go).pathname, '/login/go')
	const went = await b.there.get(local(go))
	assert.equal(new URL(went.location).searchParams.get('redirect_uri'), `http://${central}:${site.port}/login/callback`)
	const back = one.authorize(went.location)
	const answer = await b.there.get(local(`${one.issuer}/login/callback?${new URLSearchParams(back)}`))
	assert.equal(new URL(answer.location).origin, `http://${home}:${site.port}`)
	assert.equal(b.there.session, undefined)
	const arrived = await b.home.get(local(answer.location))
	assert.equal(arrived.status, 303)
	assert.equal(arrived.location, '/me')
	assert.equal((await b.home.get('/api/v1/session')).body.logged_in, true)
	assert.equal((await b.there.get('/api/v1/session')).body.logged_in, false)
	const [row] = await site.viche.sql('SELECT c.name, s.provider FROM session s JOIN community c ON c.id = s.community_id WHERE token_hash = ?',
		[hash(b.home.session)])
	assert.deepEqual({ ...row }, { name: 'zhytomyr', provider: 'central' })
	assert.equal(b.home.jar.has(attempt) || b.there.jar.has(attempt), false, 'the cookies of the attempt are gone')
})

test('on the callback\'s own host the login stays there', async () => {
	const b = browser()
	const { go } = await begin(b, { client: b.there })
	assert.equal(new URL(go).origin, one.issuer)
	const answer = await b.there.get(local(`${one.issuer}/login/callback?${new URLSearchParams(one.authorize(go))}`))
	assert.equal(answer.location, '/me')
	assert.ok(b.there.session)
})

test('another host of the same community is another place too', async () => {
	const b = browser('127.0.0.1')
	const { arrive } = await comeBack(b)
	assert.equal(new URL(arrive).origin, site.url)
	assert.equal((await b.home.get(local(arrive))).status, 303)
	assert.ok(b.home.session)
})

test('what the community at home learns of the person is of home, not of the host in between', async () => {
	one.behave({ claims: (c) => Object.assign(c, { tax_number: '9900001501', residence_code: 'UA18040190000029215' }) })
	const b = browser()
	const { arrive } = await comeBack(b, { sub: 'resident-sub' })
	assert.equal((await b.home.get(local(arrive))).status, 303)
	assert.deepEqual((await b.home.get('/api/v1/session')).body.roles, ['resident'])
	one.behave()
})

test('an arrival without the browser that began is refused; the right one still gets in, once', async () => {
	const b = browser(), thief = browser(), other = browser()
	const { arrive } = await comeBack(b)
	turnedAway(thief.home, await thief.home.get(local(arrive)))
	await begin(other)
	turnedAway(other.home, await other.home.get(local(arrive)))
	turnedAway(b.there, await b.there.get(local(arrive)))
	const elsewhere = new site.viche.Client({ host: central })
	elsewhere.jar = new Map(b.home.jar)
	turnedAway(elsewhere, await elsewhere.get(local(arrive)))
	const copy = browser()
	copy.home.jar = new Map(b.home.jar)
	assert.equal((await b.home.get(local(arrive))).status, 303)
	turnedAway(copy.home, await copy.home.get(local(arrive)))
})

test('of two who arrive at the same moment one is let in', async () => {
	const b = browser(), copy = browser()
	const { arrive } = await comeBack(b)
	copy.home.jar = new Map(b.home.jar)
	const answers = await Promise.all([b, copy].map(({ home: client }) => client.get(local(arrive))))
	assert.deepEqual(answers.map((a) => a.status).sort(), [303, 400])
})

test('half a minute later it is too late', async () => {
	const b = browser()
	const { arrive } = await comeBack(b)
	const key = hash(new URL(arrive).searchParams.get('t'))
	const [row] = await site.viche.sql('SELECT expires_at - UNIX_TIMESTAMP() AS left_s FROM login_handoff WHERE token_hash = ?', [key])
	assert.ok(row.left_s > 20 && row.left_s <= 30, `it lives ${row.left_s} s more`)
	await site.viche.sql('UPDATE login_handoff SET expires_at = expires_at - 31 WHERE token_hash = ?', [key])
	const answer = await b.home.get(local(arrive))
	turnedAway(b.home, answer)
	assert.match(answer.text, /Вхід тривав надто довго/)
})

test('the way to the provider is good once, at its host, for a minute, and is no state', async () => {
	const b = browser()
	const { go } = await begin(b)
	for (const host of [home, '127.0.0.1', 'localhost']) {
		const wrong = new site.viche.Client({ host })
		turnedAway(wrong, await wrong.get(local(go)))
	}
	// Taken for a state, with the cookie of one.
	const liar = browser(), t = new URL(go).searchParams.get('t')
	liar.there.jar.set(attempt, t)
	turnedAway(liar.there, await liar.there.get(`/login/callback?${new URLSearchParams({ state: t, code: 'x', iss: one.issuer })}`))
	assert.equal((await b.there.get(local(go))).status, 303)
	const again = browser()
	turnedAway(again.there, await again.there.get(local(go)))
	const late = browser(), second = await begin(late)
	const { affectedRows } = await site.viche.sql('UPDATE login_attempt SET expires_at = expires_at - 61 WHERE state_hash = ?',
		[hash(`go:${new URL(second.go).searchParams.get('t')}`)])
	assert.equal(affectedRows, 1)
	turnedAway(late.there, await late.there.get(local(second.go)))
	for (const junk of ['', '?t=', `?t=${'A'.repeat(43)}`, '?t=%00', `?t=${'x'.repeat(1500)}`])
		turnedAway(again.there, await again.there.get(`/login/go${junk}`))
})

test('states swapped between two browsers at the callback\'s host open nothing', async () => {
	const attacker = browser(), victim = browser()
	const [a, v] = [await begin(attacker), await begin(victim)]
	const [atA, atV] = [await attacker.there.get(local(a.go)), await victim.there.get(local(v.go))]
	const stolen = one.authorize(atA.location, 'attacker-sub')
	one.authorize(atV.location, 'victim-sub')
	const answer = await victim.there.get(local(`${one.issuer}/login/callback?${new URLSearchParams(stolen)}`))
	turnedAway(victim.there, answer)
	turnedAway(browser().there, await browser().there.get(local(`${one.issuer}/login/callback?${new URLSearchParams(stolen)}`)))
})

test('a victim who is sent into somebody\'s login on its way ends up logged in as nobody (login CSRF)', async () => {
	const attacker = browser(), victim = browser()
	// In the middle: the victim's browser goes on from /login/go and confirms its own person.
	const { go } = await begin(attacker)
	const went = await victim.there.get(local(go))
	const back = one.authorize(went.location, 'victim-sub')
	const answer = await victim.there.get(local(`${one.issuer}/login/callback?${new URLSearchParams(back)}`))
	turnedAway(victim.home, await victim.home.get(local(answer.location)))
	turnedAway(attacker.home, await attacker.home.get(`/login/arrive?t=${'A'.repeat(43)}`))
	// At the end: the attacker's own arrival is opened by the victim.
	const { arrive } = await comeBack(attacker, { sub: 'attacker-sub' })
	turnedAway(victim.home, await victim.home.get(local(arrive)))
})

test('nothing that a request says chooses where the login goes home to', async () => {
	const b = browser()
	const { go } = await begin(b)
	const went = await b.there.get(`${local(go)}&host=evil.example&home=//evil.example`, { 'X-Forwarded-Host': 'evil.example',
		Referer: 'https://evil.example/' })
	const back = one.authorize(went.location)
	const answer = await b.there.get(`${local(`${one.issuer}/login/callback?${new URLSearchParams(back)}`)}&home_host=evil.example`,
		{ 'X-Forwarded-Host': 'evil.example' })
	assert.ok(answer.location.startsWith(`http://${home}:${site.port}/login/arrive?t=`))
	// A host that is no community's any more is not gone to, whoever wrote it there.
	const late = browser(), second = await begin(late)
	await site.viche.sql('UPDATE login_attempt SET home_host = \'evil.example\' WHERE state_hash = ?',
		[hash(`go:${new URL(second.go).searchParams.get('t')}`)])
	const on = await late.there.get(local(second.go))
	const refused = await late.there.get(local(`${one.issuer}/login/callback?${new URLSearchParams(one.authorize(on.location))}`))
	turnedAway(late.there, refused)
	assert.equal(refused.location, undefined)
})

test('who cancels, or is refused, is told so at home', async () => {
	for (const [error, status, says] of [['access_denied', 200, /Ви скасували вхід/], ['invalid_scope', 403, /Вхід не підтверджено/]]) {
		const b = browser()
		const { go } = await begin(b, { to: 'write' })
		const went = await b.there.get(local(go))
		const { state, iss } = one.authorize(went.location)
		const answer = await b.there.get(local(`${one.issuer}/login/callback?${new URLSearchParams({ state, iss, error })}`))
		assert.equal(new URL(answer.location).host, `${home}:${site.port}`)
		const page = await b.home.get(local(answer.location))
		turnedAway(b.home, page, status)
		assert.match(page.text, says)
		assert.match(page.text, /name="to" value="write"/, 'and may try again for the same purpose')
	}
})

test('a provider that does not answer sends home, a host that is nobody\'s stays there', async () => {
	const b = browser()
	const { go } = await begin(b, { provider: 'gone' })
	const went = await b.there.get(local(go))
	assert.equal(new URL(went.location).pathname, '/login/arrive')
	const page = await b.home.get(local(went.location))
	turnedAway(b.home, page, 503)
	assert.match(page.text, /не відповідає/)
	const { started } = await begin(browser(), { provider: 'astray' })
	assert.equal(started.status, 503)
	assert.match(site.read('log/login.log'), /no community has the callback_host nobody\.localhost/)
})

test('a fresh login over the callback\'s host is as fresh as at home, and of the same person', async () => {
	const now = () => Math.floor(Date.now() / 1000)
	one.behave({ claims: (c) => Object.assign(c, { auth_time: now() }) })
	const b = browser()
	const { arrive, back } = await comeBack(b, { to: 'settings' })
	assert.ok(back.code)
	assert.equal((await b.home.get(local(arrive))).location, '/moderation/settings')
	one.behave({ claims: (c) => Object.assign(c, { auth_time: now() - 3600 }) })
	const stale = browser()
	const old = await comeBack(stale, { to: 'settings' })
	const page = await stale.home.get(local(old.arrive))
	turnedAway(stale.home, page, 403)
	assert.match(page.text, /не запитала вас знову/)
	one.behave()
})

test('the database holds hashes of what browsers hold, and nothing of an attempt that was used', async () => {
	const b = browser()
	const { back, arrive } = await comeBack(b)
	const rows = await site.viche.sql('SELECT nonce, verifier, used_at FROM login_attempt WHERE state_hash = ?', [hash(back.state)])
	assert.deepEqual([rows[0].nonce, rows[0].verifier], ['', ''])
	assert.ok(rows[0].used_at)
	assert.equal((await b.home.get(local(arrive))).status, 303)
	const dump = JSON.stringify([await site.viche.sql('SELECT * FROM login_attempt'), await site.viche.sql('SELECT * FROM login_handoff')])
	for (const token of canaries)
		assert.ok(!dump.includes(token) && !dump.includes(Buffer.from(token).toString('hex')))
	assert.equal((await site.viche.sql('SELECT 1 FROM login_handoff WHERE token_hash = ?', [hash(new URL(arrive).searchParams.get('t'))])).length, 0)
})

test('no log holds a code, a state, a token or what a browser held', async () => {
	await site.viche.until('nginx wrote its last line', () => site.read('log/access.log').split('"/login/arrive"').length > 10)
	const logs = readdirSync(site.file('log')).map((name) => [name, readFileSync(site.file(`log/${name}`), 'utf8')])
	assert.ok(canaries.size > 60 && logs.length > 5)
	for (const [name, text] of logs)
		for (const token of [...canaries, ...one.secrets])
			assert.ok(!text.includes(token), `log/${name} holds ${token}`)
})

/* ---- limits, as they are without VICHE_LIMITS; last, since they are of this instance's whole database ---- */

const rowsNow = async () => Number((await site.viche.sql('SELECT COUNT(*) AS n FROM login_attempt'))[0].n)

test('a thousand logins in ten minutes may begin from one address, and no more; others go on', async () => {
	await site.set({ limits: 1 }, 'login')
	await site.viche.sql('DELETE FROM login_attempt')
	const ask = async (from) => {
		const { request, hidden } = site.viche
		const page = await request('GET', '/login', { from })
		const cookie = page.cookies.map((line) => line.split(';')[0]).join('; ')
		return request('POST', '/login/start', { from, body: new URLSearchParams([...hidden(page.text, '/login/start'),
			['provider', 'own']]).toString(), headers: { Cookie: cookie, 'Content-Type': 'application/x-www-form-urlencoded' } })
	}
	assert.equal((await ask('127.0.0.1')).status, 303)
	const plant = (n, client, provider) => site.viche.sql(`INSERT INTO login_attempt (state_hash, community_id, provider, client_hash,
		nonce, verifier, intent, created_at, expires_at) SELECT UNHEX(SHA2(CONCAT(?, seq), 256)), 1, ?, ${client}, '', '', 'none',
		UNIX_TIMESTAMP(), UNIX_TIMESTAMP() + 600 FROM seq_1_to_${n}`, [`${Math.random()}`, provider])
	await plant(998, '(SELECT client_hash FROM login_attempt LIMIT 1)', 'another')
	assert.equal((await ask('127.0.0.1')).status, 303, 'the thousandth begins')
	assert.equal(await rowsNow(), 1000)
	const answer = await ask('127.0.0.1')
	assert.equal(answer.status, 429)
	assert.equal(answer.headers['retry-after'], '120')
	assert.match(answer.text, /Забагато входів водночас/)
	assert.equal(answer.cookies.some((line) => line.includes('attempt')), false)
	assert.equal((await ask('127.0.0.2')).status, 303, 'another address')
	// Ten minutes later they count no more.
	await site.viche.sql('UPDATE login_attempt SET created_at = created_at - 601')
	assert.equal((await ask('127.0.0.1')).status, 303)

	await site.viche.sql('DELETE FROM login_attempt')
	await plant(11999, 'UNHEX(SHA2(seq, 256))', 'own')
	assert.equal((await ask('127.0.0.1')).status, 303)
	assert.equal((await ask('127.0.0.2')).status, 429, 'the provider has had its twelve thousand')
	const { started } = await begin(browser())
	assert.equal(started.status, 303, 'another provider goes on')
})

test('five hundred people behind one address begin their logins', async () => {
	await site.viche.sql('DELETE FROM login_attempt')
	const { parallel, Client } = site.viche
	const fields = { to: 'none', id: '0', provider: 'own' }
	const statuses = await parallel(Array(500).fill(), 8, async () => {
		const client = new Client()
		await client.csrf()
		return (await client.post('/login/start', fields)).status
	})
	assert.deepEqual(new Set(statuses), new Set([303]))
})

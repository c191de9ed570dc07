// Serving people at a counter: a supervised session of a present person, its limits and its end; whose
// signatures are told apart in the total; and the number, which is nowhere afterwards.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { before, test } from 'node:test'
import { Client, chornomorsk, communityId, expect, hidden, login, plantPeople, plantPetition, plantSessions, sessionCookie, sql, tokenHash, until,
	vari } from '../lib/viche.mjs'

/* A tax number as the state makes them: the days since 1899, anything, and a check digit. */
let serial = process.pid % 700
export function numberOf(born) {
	const days = Math.round((Date.parse(born) - Date.parse('1899-12-31')) / 86400000)
	const nine = `${String(days).padStart(5, '0')}${String(1000 + serial++)}`
	const sum = [-1, 5, 7, 9, 4, 6, 10, 5, 7].reduce((s, w, i) => s + w * Number(nine[i]), 0)
	return nine + String(((sum % 11) + 11) % 11 % 10)
}
const visitor = (more = {}) => ({ document: 'id-card', number: numberOf('1950-03-14'), family_name: 'Гостинна', given_name: 'Марія',
	middle_name: 'Іванівна', birthdate: '14.03.1950', category: 'registered', ...more })
const renew = (client, answer) => { client.token = undefined; return answer } // it is another session
const open = async (operator, who) =>
	renew(operator, await operator.post('/counter', [...hidden((await operator.get('/counter')).text, '/counter'), ...Object.entries(who)]))
const finish = async (operator) =>
	renew(operator, await operator.post('/counter/end', hidden((await operator.get('/petitions')).text, '/counter/end')))
let community, oleh

before(async () => {
	community = await communityId('chornomorsk')
	oleh = await login('oleh')
})

test('nobody but an operator, freshly logged in, opens a session', async () => {
	assert.equal((await new Client().get('/counter')).location, '/login?to=counter')
	assert.equal((await (await login('r620')).get('/counter')).status, 403)
	assert.equal((await (await login('admin')).get('/counter')).status, 403)
	const stale = await login('oleh')
	await sql('UPDATE session SET proved_at = proved_at - 3600 WHERE token_hash = ?', [tokenHash(stale.session)])
	assert.equal((await stale.get('/counter')).location, '/login?to=counter')
})

test('a person at the counter signs in a session of their own, is counted apart, and the operator’s session goes on', async () => {
	const petition = await plantPetition(), own = oleh.session, who = visitor()
	const opened = expect(await open(oleh, who), 303)
	assert.equal(opened.location, '/petitions')
	assert.notEqual(oleh.session, own)
	const page = await oleh.get(`/petitions/${petition}`)
	assert.match(page.text, /Сеанс відвідувача за стійкою:.*Гостинна Марія/)
	assert.deepEqual((await oleh.get('/api/v1/session')).body.roles, ['resident'])
	assert.equal((await oleh.get('/counter')).status, 403, 'no session within a session')
	expect(await oleh.post(`/petitions/${petition}/sign`, hidden(page.text, `/petitions/${petition}/sign`)), 303)
	const [row] = await sql('SELECT g.channel, c.document, c.category, c.ended_at, u.kind, c.operator_id <> c.person_id AS two FROM petition_signature g ' +
		'JOIN counter_session c ON c.person_id = g.person_id JOIN unit u ON u.id = c.unit_id WHERE g.petition_id = ?', [petition])
	assert.deepEqual({ ...row }, { channel: 'counter', document: 'id-card', category: 'registered', ended_at: null, kind: 'office', two: 1 })
	const [known] = await sql('SELECT kind, category FROM residence r JOIN petition_signature g ON g.person_id = r.person_id WHERE g.petition_id = ?', [petition])
	assert.deepEqual({ ...known }, { kind: 'official', category: 'registered' })
	const ended = expect(await finish(oleh), 303)
	assert.equal(ended.location, '/counter')
	assert.equal(oleh.session, own)
	expect(await oleh.get('/counter'), 200)
	assert.notEqual((await sql('SELECT ended_at FROM counter_session c JOIN petition_signature g ON g.person_id = c.person_id WHERE g.petition_id = ?',
		[petition]))[0].ended_at, null)
	await until('the worker counts', async () => (await new Client().get(`/api/v1/petitions/${petition}`)).body.assisted_count === 1)
	assert.match((await new Client({ host: chornomorsk }).get(`/petitions/${petition}`)).text, /за стійкою з допомогою оператора або на папері: 1 із 1\./)
	const other = await plantPetition()
	assert.doesNotMatch((await new Client().get(`/petitions/${other}`)).text, /за стійкою з допомогою/)
})

test('a signature that was taken back is no more in the share', async () => {
	const petition = await plantPetition()
	expect(await open(oleh, visitor()), 303)
	expect(await oleh.json('POST', `/api/v1/petitions/${petition}/sign`, {}), 201)
	const share = async () => (await new Client().get(`/api/v1/petitions/${petition}`)).body.assisted_count
	await until('it is counted', async () => await share() === 1)
	await sql('INSERT INTO petition_withdrawal (petition_id, person_id, community_id) SELECT petition_id, person_id, community_id ' +
		'FROM petition_signature WHERE petition_id = ?', [petition])
	await until('it is counted off', async () => await share() === 0)
	await finish(oleh)
})

test('one human has one account, at home and at the counter', async () => {
	const petition = await plantPetition(), home = await login('larysa')
	expect(await home.json('POST', `/api/v1/petitions/${petition}/sign`, {}), 201)
	expect(await open(oleh, visitor({ number: '9100000264', family_name: 'Бурлачко', given_name: 'Лариса', birthdate: '12.12.1967' })), 303)
	const again = await oleh.json('POST', `/api/v1/petitions/${petition}/sign`, {})
	assert.deepEqual([again.status, again.body.already], [200, true])
	await finish(oleh)
	assert.deepEqual((await sql('SELECT channel FROM petition_signature WHERE petition_id = ?', [petition])).map((r) => r.channel), ['self'])
})

test('what is one’s own affair stays closed at the counter', async () => {
	expect(await open(oleh, visitor()), 303)
	for (const at of ['/me/sessions', '/me/data', '/me/export', '/me/delete'])
		assert.equal((await oleh.get(at)).status, 403, at)
	for (const [at, form] of [['/me/contact', { email: 'x@example.com' }], ['/me/delete', {}], ['/me/sessions/end', {}], ['/me/residence', {}]]) {
		const answer = await oleh.json('POST', `/api/v1${at}`, form)
		assert.deepEqual([answer.status, answer.body.type], [403, '/problems/at-the-counter'], at)
	}
	expect(await oleh.get('/me'), 200)
	await finish(oleh)
})

test('a session at the counter lasts 20 minutes, 5 without use, and then the operator goes back', async () => {
	const own = oleh.session
	expect(await open(oleh, visitor()), 303)
	const [row] = await sql('SELECT idle_s, expires_at - created_at AS life, proved_at FROM session WHERE token_hash = ?', [tokenHash(oleh.session)])
	assert.deepEqual({ ...row }, { idle_s: 300, life: 1200, proved_at: 0 })
	await sql('UPDATE session SET seen_at = seen_at - 400 WHERE token_hash = ?', [tokenHash(oleh.session)])
	assert.equal((await oleh.get('/api/v1/session')).body.logged_in, false)
	const page = expect(await oleh.get('/counter/end'), 200)
	assert.equal(expect(await oleh.post('/counter/end', hidden(page.text, '/counter/end')), 303).location, '/counter')
	assert.equal(oleh.session, own)
})

test('who opened the session gets their own back, and nobody else’s that stands in the cookie', async () => {
	const operator = await login('raisa'), [other] = await plantSessions(await plantPeople(1))
	expect(await open(operator, visitor()), 303)
	operator.jar.set(sessionCookie().replace('session', 'aside'), other.session)
	assert.equal(expect(await finish(operator), 303).location, '/')
	assert.equal((await operator.get('/api/v1/session')).body.logged_in, false)
})

test('what is typed wrong is shown beside its field, with all that was typed', async () => {
	for (const [wrong, words] of [[{ number: '1833510001' }, /Такого РНОКПП не буває/], [{ number: '12' }, /Введіть десять цифр/],
		[{ birthdate: '15.03.1950' }, /іншої дати народження/], [{ birthdate: '14.13.1950' }, /Введіть дату народження/], [{ document: '' }, /Документ/]]) {
		const who = visitor(wrong)
		if (wrong.number === '1833510001' && numberOf('1950-03-14') === wrong.number)
			continue
		const answer = expect(await open(oleh, who), 422)
		assert.match(answer.text, words)
		assert.ok(answer.text.includes('value="Гостинна"'))
	}
	assert.equal((await open(oleh, visitor({ number: '9100000633', birthdate: '01.09.1989' }))).status, 403, 'oneself')
})

test('limits: of a person, of an operator', async () => {
	const who = visitor()
	for (let i = 0; i < 3; i++) {
		expect(await open(oleh, who), 303)
		await finish(oleh)
	}
	const fourth = expect(await open(oleh, who), 429)
	assert.match(fourth.text, /три сеанси/)
	const [operator] = await plantPeople(1), people = await plantPeople(60)
	const [{ id: unit }] = await sql('SELECT unit_id AS id FROM staff WHERE role = \'operator\' AND community_id = ? AND unit_id IS NOT NULL LIMIT 1', [community])
	await sql('INSERT INTO staff (community_id, person_id, role, unit_id) VALUES (?, ?, \'operator\', ?)', [community, operator, unit])
	const [client] = await plantSessions([operator])
	await sql('INSERT INTO counter_session (community_id, unit_id, operator_id, person_id, document, begun_at) VALUES ?',
		[people.map((p) => [community, unit, operator, p, 'passport', '2000-01-01'])])
	expect(await open(client, visitor()), 303)
	await finish(client)
	await sql('INSERT INTO counter_session (community_id, unit_id, operator_id, person_id, document) VALUES ?',
		[people.slice(1).map((p) => [community, unit, operator, p, 'passport'])])
	assert.match(expect(await open(client, visitor()), 429).text, /одному операторові/)
	await sql('UPDATE staff SET until = UTC_TIMESTAMP() WHERE person_id = ?', [operator])
})

test('the number is nowhere afterwards: not in the database’s files, its binary log, any log', async () => {
	const who = visitor({ document: 'passport' })
	expect(await open(oleh, { ...who, family_name: '' }), 422)
	expect(await open(oleh, who), 303)
	await finish(oleh)
	await sql('FLUSH TABLES')
	const files = (folder) => readdirSync(folder, { withFileTypes: true }).flatMap((entry) => entry.isDirectory() ? files(path.join(folder, entry.name))
		: entry.isFile() ? [path.join(folder, entry.name)] : [])
	const all = ['db', 'log'].flatMap((folder) => files(path.join(vari, folder)))
	assert.ok(all.some((name) => /binlog\.\d+$/.test(name)) && all.some((name) => name.endsWith('access.log')))
	for (const name of all)
		assert.ok(!readFileSync(name).includes(who.number), name)
})

test('what a program says of a signature’s way is held against what happened', async () => {
	const [person] = await plantPeople(1), petition = await plantPetition()
	const { connect } = await import('../lib/database.mjs')
	const c = await connect('petitions')
	try {
		for (const channel of ['counter', 'paper'])
			await assert.rejects(c.query('INSERT INTO petition_signature (petition_id, person_id, community_id, channel) VALUES (?, ?, ?, ?)',
				[petition, person, community, channel]), /nobody helped/)
	} finally {
		await c.end()
	}
	for (const text of ['DELETE FROM counter_session', 'UPDATE counter_session SET person_id = person_id + 1'])
		await assert.rejects(sql(`${text} LIMIT 1`), /kept|changes in nothing/)
})

// Letters through a mail server that refuses, is slow, breaks off or is away, and a sending worker that is
// killed, doubled and frozen: each letter arrives once, none is lost, and what nobody knows is said.
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { startInstance } from '../lib/instance.mjs'
import { startMailServer } from '../lib/mail.mjs'

let site, server, connection, community, next = 0, people

before(async () => {
	server = await startMailServer()
	site = await startInstance({ settings: { smtp_url: `smtp://127.0.0.1:${server.port}`, mail_from: 'viche@hromada.example',
		mail_return: 'bounce@hromada.example', mail_per_second: 1000, mail_backoff: 1, smtp_patience: 4 } })
	connection = await site.viche.db()
	community = await site.viche.communityId()
	people = (await query('SELECT person_id AS id FROM membership WHERE community_id = ? AND residence = ? ORDER BY person_id LIMIT 1200',
		[community, 'provider'])).map((row) => row.id)
})
after(async () => {
	await connection?.end()
	site?.stop()
	await server?.stop()
})
afterEach(async () => {
	server.release()
	Object.assign(server, { rcpt: () => null, end: () => null })
	site.viche.realClock()
})

const query = async (text, values) => (await connection.query(text, values))[0]
const until = (...args) => site.viche.until(...args)
const take = (count) => people.slice(next, next += count)
const workers = () => site.children('worker-post')

/* People with addresses of this test's own, who follow a petition. */
async function followers(count, { confirmed = true, tag = `t${next}` } = {}) {
	const ids = take(count)
	assert.equal(ids.length, count, 'there are people enough')
	const petition = await site.viche.plantPetition({ threshold: 100000, state: 'collecting' })
	await query('INSERT IGNORE INTO contact (person_id, email, confirmed_at) SELECT id, CONCAT(?, id, \'@mail.example\'), ' +
		`${confirmed ? 'UTC_TIMESTAMP()' : 'NULL'} FROM person WHERE id IN (?)`, [`${tag}-`, ids])
	await query('INSERT INTO petition_follow (petition_id, person_id, community_id, since) SELECT ?, id, ?, ' +
		'UTC_TIMESTAMP() - INTERVAL 1 HOUR FROM person WHERE id IN (?)', [petition, community, ids])
	return { petition, ids, addresses: ids.map((id) => `${tag}-${id}@mail.example`) }
}

/* The cause, as a transition writes it. */
const tell = async (petition, notice = 'petition-implementing') => (await query('INSERT INTO outbox (community_id, ' +
	'audience, notice, kind, subject_id) VALUES (?, \'followers\', ?, \'petition\', ?)', [community, notice, petition])).insertId
const letters = (cause) => query('SELECT id, person_id, token, state, attempts, code FROM letter WHERE outbox_id = ? ORDER BY id', [cause])
const states = async (cause) => {
	const count = {}
	for (const { state } of await letters(cause))
		count[state] = (count[state] ?? 0) + 1
	return count
}
const done = (cause, count) => until(`${count} letters are at their end`, async () => {
	const all = await letters(cause)
	return all.length === count && all.every((l) => !['waiting', 'open', 'sending'].includes(l.state))
}, 60)

/* Each of these got the letters of this cause as often as said, all under the Message-ID of before. */
async function arrived(cause, addresses, times = 1) {
	const tokens = new Set((await letters(cause)).map((l) => l.token))
	const got = server.letters.filter((l) => tokens.has(l.id.slice(1, 25)))
	for (const address of addresses)
		assert.equal(got.filter((l) => l.to.includes(address)).length, times, address)
	return got
}

test('letters go to those who asked for them, one each, and to nobody else', async () => {
	const { petition, ids, addresses } = await followers(500)
	const unconfirmed = await followers(5, { confirmed: false, tag: 'unconfirmed' })
	await query('UPDATE petition_follow SET petition_id = ? WHERE petition_id = ?', [petition, unconfirmed.petition])
	const left = take(1)[0] // who took it back
	await query('INSERT INTO contact (person_id, email, confirmed_at) VALUES (?, \'left@mail.example\', UTC_TIMESTAMP())', [left])
	await query('INSERT INTO petition_follow (petition_id, person_id, community_id, until) VALUES (?, ?, ?, UTC_TIMESTAMP())', [petition, left, community])
	const late = take(1)[0] // who asked only after it had happened
	await query('INSERT INTO contact (person_id, email, confirmed_at) VALUES (?, \'late@mail.example\', UTC_TIMESTAMP())', [late])
	await query('INSERT INTO petition_follow (petition_id, person_id, community_id, since) VALUES (?, ?, ?, UTC_TIMESTAMP() + INTERVAL 1 HOUR)', [petition, late, community])
	const signer = take(1)[0] // who signed and asked for nothing
	await query('INSERT INTO contact (person_id, email, confirmed_at) VALUES (?, \'signer@mail.example\', UTC_TIMESTAMP())', [signer])
	await query('INSERT INTO petition_signature (petition_id, person_id, community_id) VALUES (?, ?, ?)', [petition, signer, community])
	await query('UPDATE petition SET author_id = ? WHERE id = ?', [ids[0], petition]) // the author has a letter of their own

	const connections = server.connections
	const cause = await tell(petition)
	await done(cause, 499)
	assert.deepEqual(await states(cause), { sent: 499 })
	const got = await arrived(cause, addresses.slice(1))
	assert.equal(got.length, 499)
	assert.equal(new Set(got.map((l) => l.id)).size, 499)
	for (const address of ['left@mail.example', 'late@mail.example', 'signer@mail.example', addresses[0], ...unconfirmed.addresses])
		assert.equal(server.to(address).length, 0, address)
	assert.ok(server.connections - connections < 20, 'a connection is used for many letters')

	const [one] = got
	assert.match(one.headers.from, /^Чорноморська громада <viche@hromada\.example>$/)
	assert.match(one.id, /^<[0-9a-f]{24}\.viche@hromada\.example>$/)
	assert.equal(one.from, `bounce+${one.id.slice(1, 25)}@hromada.example`)
	assert.equal(one.headers['auto-submitted'], 'auto-generated')
	assert.match(one.headers['list-unsubscribe'], /^<http:\/\/127\.0\.0\.1:\d+\/unsubscribe\?t=[\w-]{44}>$/)
	assert.equal(one.headers['list-unsubscribe-post'], 'List-Unsubscribe=One-Click')
	assert.equal(one.headers['reply-to'], undefined)
	assert.match(one.subject, new RegExp(`№ ${petition}, яку ви підписали`))
	assert.ok(Math.abs(new Date(one.headers.date) - Date.now()) < 600e3)
})

test('an address that is refused for good gets nothing more until it is confirmed again', async () => {
	const { petition, ids, addresses } = await followers(3)
	server.rcpt = (address) => (address === addresses[1] ? { code: 550 } : null)
	const cause = await tell(petition)
	await done(cause, 3)
	assert.deepEqual((await letters(cause)).map((l) => [l.state, l.code]), [['sent', 250], ['bounced', 550], ['sent', 250]])
	assert.ok((await query('SELECT bounced_at FROM contact WHERE person_id = ?', [ids[1]]))[0].bounced_at)
	server.rcpt = () => null
	const second = await tell(petition, 'petition-implemented')
	await done(second, 2)
	assert.equal(server.to(addresses[1]).length, 0)
	assert.equal(server.to(addresses[0]).length, 2)
	// An answer about an address of before does not touch the one of now.
	await query('UPDATE contact SET bounced_at = NULL, version = version + 1 WHERE person_id = ?', [ids[1]])
	const [bounced] = (await letters(cause)).filter((l) => l.person_id === ids[1])
	assert.equal(site.run('manage', ['bounce'], report(bounced.token)).status, 0)
	assert.equal((await query('SELECT bounced_at FROM contact WHERE person_id = ?', [ids[1]]))[0].bounced_at, null)
})

/* RFC 3464, as a mail server writes it. */
const report = (token, { action = 'failed', status = '5.1.1' } = {}) => [
	'From: MAILER-DAEMON@mx.example', `To: bounce+${token}@hromada.example`, 'Subject: Undelivered Mail Returned to Sender',
	'MIME-Version: 1.0', 'Content-Type: multipart/report; report-type=delivery-status; boundary="b"', '', '--b',
	'Content-Type: message/delivery-status', '', 'Reporting-MTA: dns; mx.example', '', 'Final-Recipient: rfc822; x@mail.example',
	`Action: ${action}`, `Status: ${status}`, 'Diagnostic-Code: smtp; 550 no such user', '', '--b--', ''].join('\r\n')

test('a letter that comes back later stops the next ones; a delay and a forgery do not', async () => {
	const { petition, ids, addresses } = await followers(1)
	const cause = await tell(petition)
	await done(cause, 1)
	const [{ token }] = await letters(cause)
	const bounced = async () => (await query('SELECT bounced_at FROM contact WHERE person_id = ?', [ids[0]]))[0].bounced_at
	for (const [input, words] of [[report(token, { action: 'delayed', status: '4.4.1' }), /nothing is done/],
		[report('0'.repeat(24)), /no letter is known/], ['', /nothing is done/], ['Action: failed\nStatus: 5.0.0\n', /nothing is done/]]) {
		const answer = site.run('manage', ['bounce'], input)
		assert.equal(answer.status, 0, answer.stderr)
		assert.match(answer.stdout, words)
		assert.equal(await bounced(), null)
	}
	assert.match(site.run('manage', ['bounce'], report(token)).stdout, /no more letters/)
	assert.ok(await bounced())
	const second = await tell(petition)
	await until('the cause is expanded', async () => (await query('SELECT expanded_at FROM outbox WHERE id = ?', [second]))[0].expanded_at)
	assert.deepEqual(await states(second), {})
	assert.equal(server.to(addresses[0]).length, 1)
})

test('"not now" is tried again, with more and more time between, as the same message', async () => {
	const { petition, addresses } = await followers(3)
	let refusals = { [addresses[0]]: 2, [addresses[1]]: 1 }
	server.rcpt = (address) => (refusals[address]-- > 0 ? { code: 451 } : null)
	server.end = ({ to }) => (to.includes(addresses[2]) && !refusals.end ? (refusals.end = { code: 452 }) : null)
	const cause = await tell(petition)
	await done(cause, 3)
	assert.deepEqual((await letters(cause)).map((l) => [l.state, l.attempts]), [['sent', 3], ['sent', 2], ['sent', 2]])
	await arrived(cause, addresses)
	const tries = server.attempts.filter((l) => l.to.includes(addresses[2]))
	assert.equal(tries.length, 2)
	assert.equal(tries[0].raw, tries[1].raw)
	refusals = {}
	server.rcpt = () => ({ code: 451 })
	const second = await tell(petition)
	await until('it is put back', async () => (await letters(second)).some((l) => l.state === 'waiting' && l.attempts >= 2))
	const [{ later }] = await query('SELECT MAX(TIMESTAMPDIFF(SECOND, changed_at, next_at)) AS later FROM letter WHERE outbox_id = ?', [second])
	assert.ok(later >= 2, `${later} s`)
	// After four days it is given up.
	await query('UPDATE letter SET created_at = UTC_TIMESTAMP() - INTERVAL 5 DAY WHERE outbox_id = ?', [second])
	await done(second, 3)
	assert.deepEqual(await states(second), { failed: 3 })
})

test('a message that is refused for good is not the address\'s fault', async () => {
	const { petition, ids } = await followers(1)
	server.end = () => ({ code: 554 })
	const cause = await tell(petition)
	await done(cause, 1)
	assert.deepEqual((await letters(cause)).map((l) => [l.state, l.code]), [['failed', 554]])
	assert.equal((await query('SELECT bounced_at FROM contact WHERE person_id = ?', [ids[0]]))[0].bounced_at, null)
})

test('who leaves while the letter waits gets none any more', async () => {
	const { petition, ids, addresses } = await followers(2)
	server.rcpt = () => ({ code: 451 })
	const cause = await tell(petition)
	await until('both were tried', async () => (await letters(cause)).filter((l) => l.attempts > 0).length === 2)
	await query('UPDATE petition_follow SET until = UTC_TIMESTAMP() WHERE petition_id = ? AND person_id = ?', [petition, ids[0]])
	server.rcpt = () => null
	await done(cause, 2)
	assert.deepEqual((await letters(cause)).map((l) => l.state), ['dropped', 'sent'])
	assert.equal(server.to(addresses[0]).length, 0)
})

test('a server that breaks off after the end leaves a letter of which nobody knows; it is said, and not repeated by itself', async () => {
	const { petition, addresses } = await followers(1)
	server.end = () => ({ drop: true })
	const cause = await tell(petition)
	await done(cause, 1)
	assert.deepEqual(await states(cause), { uncertain: 1 })
	const [{ id, token }] = await letters(cause)
	const list = site.run('manage', ['mail'])
	assert.match(list.stdout, new RegExp(`letter ${id} may have arrived or not: petition-implementing of petition ${petition}`))
	assert.match(site.read('log/worker.log'), new RegExp(`letter ${id}: uncertain`))
	assert.doesNotMatch(site.read('log/worker.log'), /mail\.example/)
	assert.equal(server.to(addresses[0]).length, 1)
	server.end = () => null
	assert.equal(site.run('manage', ['mail', '--again', String(id)]).status, 0)
	await until('it is sent again', async () => (await letters(cause))[0].state === 'sent')
	const both = await arrived(cause, addresses, 2)
	assert.deepEqual(both.map((l) => l.id.slice(1, 25)), [token, token])
	assert.notEqual(site.run('manage', ['mail', '--again', String(id)]).status, 0, 'what was sent is not sent again')
})

test('a server that is silent after the end delays letters, but no transition', async () => {
	const { petition, addresses } = await followers(3)
	server.end = ({ to }) => (to.includes(addresses[0]) ? { hold: true } : null)
	const cause = await tell(petition)
	await until('the server holds a letter', () => server.held.length > 0)
	const reaches = await site.viche.plantPetition({ threshold: 1 })
	await query('INSERT INTO petition_signature (petition_id, person_id, community_id) VALUES (?, ?, ?)', [reaches, take(1)[0], community])
	await until('the clock decides meanwhile', async () => (await query('SELECT state FROM petition WHERE id = ?', [reaches]))[0].state === 'reached')
	assert.deepEqual(await states(cause), { sending: 1, waiting: 2 })
	server.release()
	await done(cause, 3)
	assert.deepEqual(await states(cause), { sent: 3 })
	await arrived(cause, addresses)
})

test('a server that is silent before the end is left after a while, and nothing is in doubt', async () => {
	const { petition, addresses } = await followers(2)
	let silent = true
	server.rcpt = () => (silent ? { hold: true } : null)
	const cause = await tell(petition)
	await until('the letter is put back', async () => (await letters(cause)).some((l) => l.attempts > 0 && l.state === 'waiting'))
	silent = false
	await done(cause, 2)
	assert.deepEqual(await states(cause), { sent: 2 })
	await arrived(cause, addresses)
})

test('a worker that is killed between letters repeats none and loses none', async () => {
	const { petition, addresses } = await followers(60)
	let seen = 0
	server.rcpt = () => (++seen % 7 === 0 ? { hold: true } : null) // before the end: nothing is in doubt
	const cause = await tell(petition)
	for (let round = 0; round < 4; round++) {
		await until('the server holds a conversation', () => server.held.length > 0)
		assert.ok((await states(cause)).open === 1)
		site.kill(...workers())
		server.held.length = 0
		await until('another worker sends on', async () => workers().length > 0 && (server.held.length > 0 || (await states(cause)).sent === 60), 30)
	}
	server.rcpt = () => null
	server.release()
	await done(cause, 60)
	assert.deepEqual(await states(cause), { sent: 60 })
	await arrived(cause, addresses)
})

test('a worker that is killed after a letter\'s end: that one is in doubt and said so, the others arrive once', async () => {
	const { petition, addresses } = await followers(40)
	let seen = 0
	server.end = () => (++seen === 13 ? { hold: true } : null)
	const cause = await tell(petition)
	await until('the server holds the thirteenth', () => server.held.length > 0)
	const [doubtful] = (await letters(cause)).filter((l) => l.state === 'sending')
	assert.ok(doubtful)
	site.kill(...workers())
	await done(cause, 40)
	assert.deepEqual(await states(cause), { sent: 39, uncertain: 1 })
	assert.equal((await letters(cause)).find((l) => l.state === 'uncertain').id, doubtful.id)
	await arrived(cause, addresses) // this server had taken it
	assert.match(site.read('log/worker.log'), new RegExp(`letter ${doubtful.id}: a process ended as it was being sent`))
})

test('a worker that is killed again and again, wherever it is: each letter arrives once or is in doubt', async () => {
	const { petition, addresses, ids } = await followers(120)
	server.end = () => ({ after: 40 }) // so that the end is mostly just out
	const cause = await tell(petition)
	for (let round = 0, before = 0; round < 4; round++) {
		// A dead one's lease runs out first; then the next one gets on, and is killed in a letter.
		const seen = await until('a worker gets on', async () => {
			const now = await states(cause)
			return (now.sent ?? 0) > before + 2 && (now.open || now.sending) && now
		}, 30)
		before = seen.sent
		site.kill(...workers())
	}
	server.end = () => null
	await done(cause, 120)
	const all = await letters(cause)
	assert.ok(all.every((l) => ['sent', 'uncertain'].includes(l.state)), JSON.stringify(await states(cause)))
	for (const [i, address] of addresses.entries()) {
		const times = server.to(address).length
		const { state } = all.find((l) => l.person_id === ids[i])
		assert.ok(state === 'sent' ? times === 1 : times <= 1, `${address}: ${state}, ${times} times`)
	}
})

test('killed while causes become letters, each person has one letter', async () => {
	const { petition, ids } = await followers(150)
	await query('INSERT INTO petition_follow (petition_id, person_id, community_id, since) SELECT ?, person_id, ?, UTC_TIMESTAMP() - INTERVAL 1 HOUR ' +
		'FROM contact WHERE person_id NOT IN (?) AND confirmed_at IS NOT NULL AND bounced_at IS NULL', [petition, community, ids])
	const [{ n }] = await query('SELECT COUNT(*) AS n FROM petition_follow f JOIN contact c ON c.person_id = f.person_id WHERE petition_id = ? AND ' +
		'c.confirmed_at IS NOT NULL AND c.bounced_at IS NULL', [petition])
	assert.ok(n > 600)
	server.rcpt = () => ({ code: 451 })
	const cause = await tell(petition)
	for (let round = 0; round < 5; round++) {
		site.kill(...workers())
		await until('a worker', () => workers().length > 0)
	}
	await until('all are there', async () => (await query('SELECT expanded_at FROM outbox WHERE id = ?', [cause]))[0].expanded_at, 30)
	const all = await letters(cause)
	assert.equal(all.length, n)
	assert.equal(new Set(all.map((l) => l.person_id)).size, n)
	await query('DELETE FROM letter WHERE outbox_id = ?', [cause])
})

test('a worker that was frozen in a letter and lost its lease does not send it a second time', async () => {
	const { petition, addresses } = await followers(2)
	server.rcpt = () => ({ hold: true })
	const cause = await tell(petition)
	await until('the server holds a conversation', () => server.held.length > 0)
	const first = workers()
	site.halt(...first)
	server.rcpt = () => null
	const second = site.spawn('worker', 'post')
	await done(cause, 2)
	assert.deepEqual(await states(cause), { sent: 2 })
	server.release()
	site.resume(...first)
	await until('it noticed', async () => (await letters(cause)).every((l) => l.state === 'sent'))
	second.kill('SIGTERM')
	const third = await tell(petition)
	await done(third, 2)
	assert.deepEqual(await states(cause), { sent: 2 })
	await arrived(cause, addresses)
})

test('a letter that another process took over meanwhile is not ended by this one', async () => {
	const { petition } = await followers(1)
	server.rcpt = () => ({ hold: true })
	const cause = await tell(petition)
	await until('the server holds a conversation', () => server.held.length > 0)
	await query('UPDATE letter SET holder = \'another\', state = \'sending\' WHERE outbox_id = ?', [cause])
	const before = server.attempts.length
	server.rcpt = () => null
	server.release()
	// The row is what a process would leave that ended just then.
	await until('the worker says so', async () => (await letters(cause))[0].state === 'uncertain')
	assert.equal(server.attempts.length, before)
})

test('while the server is away letters wait, and go when it is back', async () => {
	const { petition, addresses } = await followers(3)
	const { port } = server
	await server.stop()
	const cause = await tell(petition)
	await until('an attempt failed', async () => (await letters(cause)).some((l) => l.attempts > 0))
	await until('all wait', async () => (await states(cause)).waiting === 3)
	const back = await startMailServer({ port })
	const old = server
	server = Object.assign(back, { letters: [...old.letters, ...back.letters] })
	await done(cause, 3)
	assert.deepEqual(await states(cause), { sent: 3 })
	await arrived(cause, addresses)
})

test('a server whose certificate nobody vouches for gets nothing', async () => {
	const { petition, addresses } = await followers(1)
	const { port } = server
	await server.stop()
	const kept = server.letters
	server = await startMailServer({ port, options: { disabledCommands: ['AUTH'] } })
	const cause = await tell(petition)
	await until('it was tried', async () => (await letters(cause)).some((l) => l.attempts > 0 && l.state === 'waiting'))
	assert.match(site.read('log/worker.log'), /certificate/i)
	assert.equal(server.attempts.length, 0)
	await server.stop()
	server = Object.assign(await startMailServer({ port }), { letters: kept })
	await done(cause, 1)
	await arrived(cause, addresses)
})

test('a database that is killed while a letter\'s end is answered learns of it later', async () => {
	const { petition, addresses } = await followers(3)
	server.end = ({ to }) => (to.includes(addresses[0]) ? { hold: true } : null)
	const cause = await tell(petition)
	await until('the server holds a letter', () => server.held.length > 0)
	assert.deepEqual(await states(cause), { sending: 1, waiting: 2 })
	site.kill(site.pid('mariadbd'))
	server.release()
	connection.destroy()
	connection = await until('the database is back', () => site.viche.db().catch(() => null), 30)
	await done(cause, 3)
	assert.deepEqual(await states(cause), { sent: 3 })
	await arrived(cause, addresses)
})

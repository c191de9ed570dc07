// The worker that counts is killed, doubled and frozen: counting goes on and counts nobody twice.
import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { pdf } from '../lib/documents.mjs'
import { startInstance } from '../lib/instance.mjs'
import { add } from '../lib/upload.mjs'

const start = Math.floor(Date.now() / 1000) + 3600 // the test clock's beginning, later than the demo's rows
let site, connection, people, now = start

before(async () => {
	site = await startInstance()
	connection = await site.viche.db()
	people = (await query('SELECT id FROM person ORDER BY id LIMIT 600')).map((row) => row.id)
	assert.equal(people.length, 600)
	site.viche.setClock(now)
})
after(async () => {
	await connection?.end()
	site?.stop()
})

const query = async (text, values) => (await connection.query(text, values))[0]
const holder = async () => (await query('SELECT holder FROM lease WHERE name = \'clock\''))[0]?.holder
const counted = async (id) => (await query('SELECT signature_count AS n FROM petition_total WHERE petition_id = ?', [id]))[0].n
const pidOf = (name) => Number(/\d+$/.exec(name)[0])

/* Twenty seconds later another twenty people sign; after two such steps the first are "settled". */
async function step(id, n, many = 20) {
	now += 20
	site.viche.setClock(now)
	await query('INSERT INTO petition_signature (petition_id, person_id, community_id, created_at) SELECT ?, p.id, ' +
		't.community_id, FROM_UNIXTIME(?) FROM person p, petition_total t WHERE t.petition_id = ? AND p.id IN (?)',
	[id, now, id, people.slice(n * many, (n + 1) * many)])
	return (n + 1) * many
}

/* The total, and the part of it that is not counted anew each time, are exact. */
async function exact(id, count) {
	const { until } = site.viche
	await until(`${count} signatures are counted`, async () => await counted(id) === count, 30)
	await until('the older ones are settled', async () => (await query(
		'SELECT settled > 0 AS some FROM petition_total WHERE petition_id = ?', [id]))[0].some === 1, 30)
	const [row] = await query('SELECT settled, signature_count, (SELECT COUNT(*) FROM petition_signature s WHERE ' +
		's.petition_id = t.petition_id AND s.created_at < w.at) AS older FROM petition_total t ' +
		'JOIN watermark w ON w.name = \'settled\' WHERE t.petition_id = ?', [id])
	assert.equal(row.settled, row.older)
	assert.equal(row.signature_count, count)
	assert.deepEqual(site.read('log/worker.log').split('\n').filter((line) => line.includes('counted anew')), [])
}

test('a counting worker that is killed is replaced, and what it did is done once', async () => {
	const { plantPetition, until } = site.viche
	const id = await plantPetition({ threshold: 100000 })
	let count
	for (let n = 0; n < 3; n++) {
		const [worker] = await until('a worker', () => site.children('worker-clock').length > 0 && site.children('worker-clock'))
		count = await step(id, n)
		// Killed now and then in the midst of its work, and sometimes between.
		await new Promise((resolve) => setTimeout(resolve, n * 200))
		site.kill(worker)
		await until('the next one counts on', async () => await counted(id) === count, 30)
		await until('the next one holds the lease', async () => site.children('worker-clock').includes(pidOf(await holder())))
	}
	await exact(id, count)
})

test('the threshold is crossed once though the worker dies around that moment', async () => {
	const { plantPetition, until } = site.viche
	const id = await plantPetition({ threshold: 80 })
	for (let n = 0; n < 4; n++) {
		await step(id, n)
		site.kill(...site.children('worker-clock'))
	}
	await until('the petition is reached', async () =>
		(await query('SELECT state FROM petition WHERE id = ?', [id]))[0].state === 'reached', 30)
	const events = await query('SELECT to_state FROM event WHERE kind = \'petition\' AND subject_id = ?', [id])
	assert.deepEqual(events.map((e) => e.to_state), ['reached'])
	assert.equal(await counted(id), 80)
})

test('two workers at once count once, and the second takes over when the first is frozen', async () => {
	const { plantPetition, until } = site.viche
	const id = await plantPetition({ threshold: 140 })
	const first = pidOf(await until('somebody holds the lease', async () => {
		const name = await holder()
		return site.children('worker-clock').includes(pidOf(name)) && name
	}))
	const second = site.spawn('worker', 'clock')
	let count
	for (let n = 0; n < 3; n++) {
		count = await step(id, n)
		await until(`${count} are counted`, async () => await counted(id) === count, 30)
		assert.equal(pidOf(await holder()), first, 'two take turns')
	}
	await exact(id, count)

	site.halt(first)
	count = await step(id, 3)
	await until('the second counts', async () => await counted(id) === count, 30)
	assert.equal(pidOf(await holder()), second.pid)

	site.resume(first) // in the belief that the lease is its own
	for (let n = 4; n < 6; n++) {
		count = await step(id, n)
		await until(`${count} are counted`, async () => await counted(id) === count, 30)
	}
	await exact(id, count)

	await step(id, 6)
	await until('the petition is reached', async () =>
		(await query('SELECT state FROM petition WHERE id = ?', [id]))[0].state === 'reached', 30)
	assert.equal((await query('SELECT id FROM event WHERE kind = \'petition\' AND subject_id = ?', [id])).length, 1)
	assert.equal(await counted(id), 140)
})

test('bytes that no row points to are swept away after an hour; what has a row or is fresh stays', async () => {
	const { login, expect, until } = site.viche
	const author = await login('r1380'), old = new Date(Date.now() - 2 * 3600e3)
	const { body } = expect(await author.json('POST', '/api/v1/petitions', { title: 'Петиція з файлом для прибирання', text: '' }), 201)
	expect(await add(author, body.id, pdf()), 201)
	const [{ stored }] = await query('SELECT LOWER(HEX(stored)) AS stored FROM attachment WHERE petition_id = ?', [body.id])
	const at = (name) => site.file(`files/${name.slice(0, 2)}/${name.slice(2)}`)
	const put = (name, when) => {
		mkdirSync(path.dirname(at(name)), { recursive: true })
		chmodSync(path.dirname(at(name)), 0o777) // the worker may be another user
		writeFileSync(at(name), 'bytes')
		utimesSync(at(name), when, when)
	}
	utimesSync(at(stored), old, old)
	const [stray, half, fresh, other] = [`ff${'0'.repeat(30)}`, `fe${'1'.repeat(30)}.new`, `fe${'2'.repeat(30)}`, 'fenotes']
	put(fresh, new Date())
	put(other, old)
	put(half, old)
	put(stray, old) // the last folder
	site.kill(...site.children('worker-post'))
	await until('the stray is gone', () => !existsSync(at(stray)))
	assert.deepEqual([half, stored, fresh, other].map((name) => existsSync(at(name))), [false, true, true, true])
})

// What the law's clock does by itself: an unsuccessful petition goes on as an appeal, staff is told of
// a broken term once, a withdrawn signature leaves the number, signers' names go when their time is over.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startInstance } from '../lib/instance.mjs'

const DAY = 86400
let site, hanna, author, connection

before(async () => {
	site = await startInstance()
	connection = await site.viche.db()
	hanna = await site.viche.login('hanna')
	author = await site.viche.login('r1350')
})
after(async () => {
	await connection?.end()
	site?.stop()
})

const query = async (text, values) => (await connection.query(text, values))[0]
const seconds = (iso) => Date.parse(iso) / 1000
const show = async (id) => (await site.viche.request('GET', `/api/v1/petitions/${id}?n=${Math.random()}`)).body

/* A new worker begins with every job that it has. */
async function newWorker() {
	const [old] = site.children('worker-clock')
	site.kill(old)
	await site.viche.until('the next worker', () => site.children('worker-clock').some((pid) => pid !== old))
}

const told = async (id) => (await query(
	'SELECT COUNT(*) AS n FROM outbox WHERE notice = \'step-overdue\' AND subject_id = ?', [id]))[0].n
const open = async (id) => (await query(
	'SELECT step, started_at, due_at FROM legal_step WHERE subject_id = ? AND done_at IS NULL', [id]))

test('an unsuccessful petition goes on as an appeal with a month\'s term, and staff is told once when it is over', async () => {
	const { newPetition, setClock, realClock, until } = site.viche
	const id = await newPetition(author, hanna)
	const end = seconds((await show(id)).closes_at)
	setClock(end)
	await until('it becomes an appeal', async () => (await show(id)).state === 'appeal')
	const [step] = await open(id)
	assert.equal(step.step, 'appeal')
	const due = seconds(`${step.due_at.replace(' ', 'T')}Z`)
	assert.ok(due - end >= 29 * DAY && due - end <= 31 * DAY, `${due - end} s`)

	setClock(due)
	await newWorker()
	await until('the new worker has counted', async () => (await query(
		'SELECT at >= FROM_UNIXTIME(?) AS yes FROM watermark WHERE name = \'counted\'', [due]))[0].yes)
	assert.equal(await told(id), 0, 'the last second is in time')
	setClock(due + 1)
	await newWorker()
	await until('staff is told', async () => await told(id) === 1)
	for (let i = 0; i < 2; i++) {
		setClock(due + DAY + i)
		await newWorker()
		await until('another worker has counted', async () => (await query(
			'SELECT at >= FROM_UNIXTIME(?) AS yes FROM watermark WHERE name = \'counted\'', [due + DAY + i]))[0].yes)
	}
	assert.equal(await told(id), 1)
	realClock()
})

test('a withdrawn signature leaves the number, settled or fresh', async () => {
	const { plantPetition, plantPeople, setClock, until } = site.viche
	const id = await plantPetition({ threshold: 1000 })
	const people = await plantPeople(12)
	let now = Math.floor(Date.now() / 1000) + 2 * 3600
	const counted = async () => (await query('SELECT signature_count AS n FROM petition_total WHERE petition_id = ?', [id]))[0].n
	const sign = (some) => query(`INSERT INTO petition_signature (petition_id, person_id, community_id, created_at)
		SELECT ?, id, 1, FROM_UNIXTIME(?) FROM person WHERE id IN (?)`, [id, now, some])
	const withdraw = (some) => query(`INSERT INTO petition_withdrawal (petition_id, person_id, community_id, created_at)
		SELECT ?, id, 1, FROM_UNIXTIME(?) FROM person WHERE id IN (?)`, [id, now, some])
	setClock(now)
	await sign(people.slice(0, 8))
	await until('eight', async () => await counted() === 8)
	await withdraw(people.slice(0, 3))
	await until('three less', async () => await counted() === 5)
	now += 100 // what was is settled now
	setClock(now)
	await sign(people.slice(8))
	await until('nine', async () => await counted() === 9)
	await withdraw(people.slice(3, 5))
	await until('seven', async () => await counted() === 7)
	now += 100
	setClock(now)
	await until('it is settled', async () => (await query('SELECT settled AS n FROM petition_total WHERE petition_id = ?', [id]))[0].n === 7)
	assert.equal(await counted(), 7)
	const list = (await site.viche.request('GET', `/api/v1/petitions/${id}/signers?n=1`)).body.items
	assert.equal(list.length, 7, 'the public list has those that stand')
	site.viche.realClock()
})

test('signers\' names go when their time is over, the number stays; a worker killed in between leaves none halfway', async () => {
	const { plantPetition, plantPeople, until, sql } = site.viche
	const people = await plantPeople(5000)
	const [old, young, collecting] = [await plantPetition({ state: 'not_reached' }),
		await plantPetition({ state: 'not_reached' }), await plantPetition()]
	for (const id of [old, young, collecting]) {
		await query(`INSERT INTO petition_signature (petition_id, person_id, community_id)
			SELECT ?, id, 1 FROM person WHERE id IN (?)`, [id, people])
		await query('UPDATE petition_total SET signature_count = 4999 WHERE petition_id = ?', [id])
	}
	await query('INSERT INTO petition_withdrawal (petition_id, person_id, community_id) VALUES (?, ?, 1)', [old, people[0]])
	await query('UPDATE petition SET decided_at = UTC_TIMESTAMP() - INTERVAL 2 MONTH WHERE id = ?', [young])
	await query('UPDATE petition SET decided_at = UTC_TIMESTAMP() - INTERVAL 94 DAY WHERE id = ?', [old])
	const left = async (id) => (await query(`SELECT (SELECT COUNT(*) FROM petition_signature WHERE petition_id = ?) +
		(SELECT COUNT(*) FROM petition_withdrawal WHERE petition_id = ?) AS n`, [id, id]))[0].n
	for (const id of [young, collecting])
		await assert.rejects(sql('DELETE FROM petition_signature WHERE petition_id = ?', [id]), { errno: 1644 },
			'not even root removes a signature before its time')
	for (let i = 0; i < 4; i++) {
		await newWorker()
		await until('it has begun', async () => await left(old) < 5001)
	}
	await until('all are gone', async () => (await query('SELECT names_removed_at IS NOT NULL AS yes FROM petition WHERE id = ?', [old]))[0].yes === 1)
	assert.equal(await left(old), 0)
	assert.equal(await left(young), 5000)
	assert.equal(await left(collecting), 5000)
	assert.equal((await show(old)).signature_count, 4999)
	assert.deepEqual((await site.viche.request('GET', `/api/v1/petitions/${old}/signers?n=2`)).body.items, [])
})

test('who wanted letters is forgotten with the signers, and so are those of what was hidden after its end', async () => {
	const { plantPetition, plantPeople, until } = site.viche
	const people = await plantPeople(4)
	const plant = async (state, age) => {
		const id = await plantPetition({ state })
		for (const table of ['petition_signature', 'petition_follow'])
			await query(`INSERT INTO ${table} (petition_id, person_id, community_id) SELECT ?, id, 1 FROM person WHERE id IN (?)`, [id, people])
		await query('UPDATE petition SET decided_at = UTC_TIMESTAMP() - INTERVAL ? DAY WHERE id = ?', [age, id])
		return id
	}
	const [plain, hidden, young, open] = [await plant('not_reached', 94), await plant('hidden', 94), await plant('hidden', 60), await plant('hidden', 94)]
	for (const id of [hidden, young])
		await query('UPDATE petition SET state_before = \'appeal\' WHERE id = ?', [id])
	const left = async (id) => (await query(`SELECT (SELECT COUNT(*) FROM petition_signature WHERE petition_id = ?) +
		(SELECT COUNT(*) FROM petition_follow WHERE petition_id = ?) AS n`, [id, id]))[0].n
	await newWorker()
	for (const id of [plain, hidden])
		await until('names are gone', async () => (await query('SELECT names_removed_at IS NOT NULL AS yes FROM petition WHERE id = ?', [id]))[0].yes === 1)
	assert.deepEqual(await Promise.all([plain, hidden, young, open].map(left)), [0, 0, 8, 8])
})

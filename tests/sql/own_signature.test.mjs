// Whoever signed sees their own signature in the number at once, neither missing nor twice, whenever
// it was committed in relation to the worker's count.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { build, connect, plantCommunity, plantPerson, plantPetition } from '../lib/database.mjs'
import { statementsOf } from '../lib/statements.mjs'

const statement = (name) => statementsOf(build, 'petitions').find((s) => s.name === name).text
const find = statement('find_petition'), own = statement('own_signature')
let root, reader, community

before(async () => {
	root = await connect('root')
	reader = await connect('petitions')
	community = await plantCommunity(root, 'own')
})

after(async () => {
	await root.query('DELETE FROM watermark WHERE name IN (\'counted\', \'counted_until\')')
	await reader.end()
	await root.end()
})

/* A count that ran from 12:00:10.0 to 12:00:10.2 and found so many; the signature's second. */
async function seen(second, { counted, others }) {
	const id = await plantPetition(root, community, 'collecting', { threshold: 1000 })
	const me = await plantPerson(root)
	await root.query(`REPLACE INTO watermark (name, at) VALUES ('counted', '2026-01-01 12:00:10.0'),
		('counted_until', '2026-01-01 12:00:10.2')`)
	await root.query(`INSERT INTO petition_total (petition_id, community_id, signature_count) VALUES (?, ?, ?)
		ON DUPLICATE KEY UPDATE signature_count = VALUES(signature_count)`, [id, community, counted])
	const people = [me]
	for (let i = 0; i < others; i++)
		people.push(await plantPerson(root))
	for (const who of people)
		await root.query('INSERT INTO petition_signature (petition_id, person_id, community_id, created_at) VALUES (?, ?, ?, ?)',
			[id, who, community, `2026-01-01 12:00:${who === me ? second : '05.0'}`])
	const [[mine]] = await reader.query(own, [id, me, community])
	const [[theirs]] = await reader.query(find, [0, 0, id, community, 0, 0])
	return [Number(mine.signature_count), Number(theirs.signature_count)]
}

test('signed before the count: it is in the total', async () =>
	assert.deepEqual(await seen('08.0', { counted: 4, others: 3 }), [4, 4]))
test('signed after the count: one more than the total', async () =>
	assert.deepEqual(await seen('10.3', { counted: 3, others: 3 }), [4, 3]))
test('signed just before the count, committed after it: not missing', async () =>
	assert.deepEqual(await seen('09.999', { counted: 3, others: 3 }), [4, 3]))
test('signed while the count ran, and found by it: not twice', async () =>
	assert.deepEqual(await seen('10.1', { counted: 4, others: 3 }), [4, 4]))

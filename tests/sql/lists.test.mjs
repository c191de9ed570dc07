// Lists go along an index in their order, whatever is in the tables: nothing is sorted but the few that a
// rare filter lets through, or that a search found. And what triggers keep beside petitions is so.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { build, connect, plantCommunity, plantPetition } from '../lib/database.mjs'
import { isSanitised, statementsOf } from '../lib/statements.mjs'

const skip = isSanitised(build, 'petitions') && 'the plain build is asked'
let c, community, crowd

before(async () => {
	c = await connect()
	community = await plantCommunity(c, 'lists')
	crowd = await plantCommunity(c, 'crowd')
	for (let i = 0; i < 60; i++)
		await plantPetition(c, crowd, i % 2 ? 'collecting' : 'reached')
	await c.query('ANALYZE TABLE petition, petition_total')
})
after(() => c?.end())

/* A first page without filters (lib/civic/petition_list.c). */
function valuesOf(name) {
	const [where, order] = name.split('_'), rising = order === 'closing'
	const begin = ['most', 'trend'].includes(order) ? 2147483647 : rising ? '1000-01-01 00:00:00' : '9999-12-31 23:59:59'
	const section = where === 'list' ? ['collecting'] : [], narrow = where === 'list' ? 'collecting' : ''
	return [crowd, ...section, narrow, narrow, '', null, 0, 0, '0999-12-31 22:00:00', '9998-12-31 22:00:00', begin, begin,
		rising ? 0 : '9223372036854775807', 21]
}

describe('a list', { skip }, () => {
	const lists = () => statementsOf(build, 'petitions').filter(({ name }) => /^(list|all)_(newest|closing|most|trend)$/.test(name))

	test('in its order is not sorted', async () => {
		const names = lists().map((s) => s.name).sort()
		assert.deepEqual(names, ['all_closing', 'all_most', 'all_newest', 'all_trend', 'list_closing', 'list_most', 'list_newest', 'list_trend'])
		for (const { name, text } of lists().filter((s) => s.name !== 'all_closing')) { // which no page shows
			const [plan] = await c.query(`EXPLAIN ${text}`, valuesOf(name))
			assert.doesNotMatch(plan.map((row) => row.Extra).join(), /filesort|temporary/i, `${name}: ${JSON.stringify(plan)}`)
			assert.ok(['range', 'ref'].includes(plan[0].type), `${name}: ${plan[0].type}`)
		}
	})

	test('in its order would be seen to be sorted', async () => {
		const { text } = lists().find((s) => s.name === 'list_most')
		const [plan] = await c.query(`EXPLAIN ${text.replace('FORCE INDEX (most_of_section)', 'FORCE INDEX (PRIMARY)')}`, valuesOf('list_most'))
		assert.match(plan.map((row) => row.Extra).join(), /filesort/i)
	})
})

describe('beside a petition', () => {
	const cells = async () => Object.fromEntries((await c.query(
		'SELECT section, topic, SUM(n) AS n FROM petition_count WHERE community_id = ? GROUP BY section, topic HAVING n <> 0', [community]))[0]
		.map((row) => [`${row.section} ${row.topic}`.trim(), Number(row.n)]))
	const sectionOf = async (id) => (await c.query('SELECT section FROM petition_total WHERE petition_id = ?', [id]))[0][0]?.section

	test('its cell and its total\'s section follow it from state to state, and back', async () => {
		const id = await plantPetition(c, community, 'collecting')
		await c.query('UPDATE petition SET listed_at = UTC_TIMESTAMP(), topic = \'roads\' WHERE id = ?', [id])
		assert.deepEqual(await cells(), { 'collecting roads': 1 })
		assert.equal(await sectionOf(id), 'collecting')
		for (const [state, cell] of [['hidden', {}], ['collecting', { 'collecting roads': 1 }], ['suspended', { 'collecting roads': 1 }],
			['reached', { 'reached roads': 1 }], ['in_review', { 'reached roads': 1 }], ['answered', { 'answered roads': 1 }]]) {
			await c.query(`INSERT IGNORE INTO transition SELECT 'petition', state, ?, 'root' FROM petition WHERE id = ?`, [state, id])
			await c.query('UPDATE petition SET state = ? WHERE id = ?', [state, id])
			assert.deepEqual(await cells(), cell, state)
			assert.equal(await sectionOf(id), Object.keys(cell)[0]?.split(' ')[0] ?? null)
		}
		await c.query('DELETE FROM transition WHERE program = \'root\' AND to_state <> \'\' AND from_state <> \'\'')
	})
})

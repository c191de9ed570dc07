// The migration of people, on a database of its own: what was there is converted, and a run that was cut
// short anywhere is taken up by the next.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { connect, root } from '../lib/database.mjs'

const name = `viche_people_${process.pid}`
const folder = path.join(root, 'sql')
const files = readdirSync(folder).filter((file) => /^\d{4}_.*\.sql$/.test(file)).sort()
const text = (file) => readFileSync(path.join(folder, file), 'utf8')
let c

before(async () => {
	c = await connect('root', { database: null, multipleStatements: true })
	await c.query(`CREATE DATABASE ${name} COLLATE utf8mb4_uca1400_as_ci; USE ${name}`)
})
after(async () => {
	await c.query(`DROP DATABASE IF EXISTS ${name}`)
	await c.end()
})

test('dates of birth become ages, residents of a provider keep that; again and again', async () => {
	for (const file of files.filter((one) => one < '0011'))
		await c.query(text(file))
	const today = 'DATE(UTC_TIMESTAMP() + INTERVAL 2 HOUR)'
	await c.query(`INSERT INTO community (id, name, title, title_en, full_name, full_name_en, council, council_en, oblast, oblast_en, katottg,
		phone, offline, offline_en) VALUES (1, 'x', '', '', '', '', '', '', '', '', 'UA', '', '', '');
		INSERT INTO petition_rules (community_id, version, threshold, term_days, min_age) VALUES (1, 1, 5, 5, 21);
		INSERT INTO person (id, issuer, subject, given_name, family_name, born_on) VALUES (1, 'a', '1', '', '', '1990-01-01'),
		(2, 'a', '2', '', '', ${today} - INTERVAL 16 YEAR), (3, 'a', '3', '', '', ${today} - INTERVAL 16 YEAR + INTERVAL 1 DAY),
		(4, 'a', '4', '', '', NULL);
		INSERT INTO membership (community_id, person_id, residence, confirmed_at) VALUES (1, 1, 'provider', '2026-01-02 03:04:05'), (1, 4, 'none', NULL)`)
	for (let run = 0; run < 2; run++) {
		await c.query(text('0011_people.sql'))
		const [ages] = await c.query('SELECT person_id, GROUP_CONCAT(age ORDER BY age) AS ages FROM person_age GROUP BY person_id')
		assert.deepEqual(ages.map((row) => [row.person_id, row.ages]), [[1, '0,14,16,18,21'], [2, '0,14,16'], [3, '0,14']])
		const [members] = await c.query('SELECT person_id, residence, category, residences, confirmed_at FROM membership ORDER BY person_id')
		assert.deepEqual(members.map((row) => Object.values(row)), [[1, 'provider', 'registered', 16, '2026-01-02 03:04:05'], [4, 'none', null, 0, null]])
		const [[{ n }]] = await c.query(`SELECT COUNT(*) AS n FROM information_schema.columns WHERE table_schema = ? AND table_name = 'person'
			AND column_name = 'born_on'`, [name])
		assert.equal(n, 0)
	}
	for (const file of files.filter((one) => one > '0012'))
		await c.query(text(file))
})

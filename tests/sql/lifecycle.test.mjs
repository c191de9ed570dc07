// No program moves a petition otherwise than the lifecycle's table says, whatever SQL it runs; what
// people joined stays as it was. The triggers are tried in a database of their own, where every
// program's user has every right on petitions, so that nothing but the triggers can refuse.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { COLUMN_DENIED, SIGNALLED, build, conf, connect, errorOf, plantCommunity, plantPerson, plantPetition,
	programs, root as checkout, userOf, using, vari } from '../lib/database.mjs'

const scratch = `viche_lifecycle_${process.pid}`
const users = programs.map(userOf)
const states = ['draft', 'submitted', 'returned', 'refused', 'contested', 'collecting', 'suspended', 'reached',
	'not_reached', 'in_review', 'answered', 'implementing', 'implemented', 'appeal', 'appeal_answered', 'withdrawn',
	'merged', 'hidden']

/* The table as the program prints it: kind, from, to, who, program, notice. */
const table = execFileSync(path.join(build, 'bin/manage'), ['map'],
	{ encoding: 'utf8', env: { ...process.env, VICHE_CONF: conf, VICHE_VAR: vari } })
	.trim().split('\n').map((line) => line.split('\t')).filter(([kind]) => kind === 'petition')
	.map(([, from, to, , program]) => ({ from: from === '(new)' ? '' : from, to, user: userOf(program) }))
const allowed = (user, from, to) => table.some((t) => t.user === user && t.from === from && t.to === to)

let root, community, author
const as = {}

/* A petition in that state, made by root. */
const planted = (state) => plantPetition(root, community, state, { author })
const stateOf = async (id) => (await root.query('SELECT state FROM petition WHERE id = ?', [id]))[0][0].state

before(async () => {
	root = await connect('root', { multipleStatements: true })
	await root.query(`CREATE DATABASE ${scratch} COLLATE utf8mb4_uca1400_as_ci; USE ${scratch}`)
	for (const file of readdirSync(path.join(checkout, 'sql')).filter((f) => /^\d{4}_.*\.sql$/.test(f)).sort())
		await root.query(readFileSync(path.join(checkout, 'sql', file), 'utf8'))
	await root.query('INSERT INTO transition SELECT kind, from_state, to_state, program FROM viche.transition')
	community = await plantCommunity(root, 'lifecycle')
	author = await plantPerson(root)
	for (const user of users.filter((u) => u !== 'root'))
		await root.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${scratch}.* TO '${user}'@'localhost'`)
	for (const user of users)
		as[user] = await connect(user, { database: scratch })
})

after(async () => {
	for (const user of users.filter((u) => u !== 'root'))
		await root.query(`REVOKE ALL PRIVILEGES ON ${scratch}.* FROM '${user}'@'localhost'`)
	await root.query(`DROP DATABASE ${scratch}`)
	await Promise.all([root, ...Object.values(as)].map((c) => c.end()))
})

test('the database has the table that the programs were built with', async () => {
	const [rows] = await root.query(
		'SELECT from_state AS `from`, to_state AS `to`, program AS user FROM viche.transition WHERE kind = \'petition\'')
	const text = (list) => list.map((t) => `${t.user}: ${t.from} → ${t.to}`).sort()
	assert.deepEqual(text(rows), text(table))
	assert.ok(table.length >= 8 + states.length)
	assert.deepEqual([...new Set(table.flatMap((t) => [t.from, t.to]))].sort(), ['', ...states].sort())
})

describe('a petition comes to a state only by the table', () => {
	for (const user of users) {
		test(`made anew by ${user}`, async () => {
			for (const to of states) {
				const error = await errorOf(as[user],
					'INSERT INTO petition (community_id, author_id, title, text, state) VALUES (?, ?, \'Назва\', \'Текст\', ?)',
					[community, author, to])
				assert.equal(error, allowed(user, '', to) ? 0 : SIGNALLED, `${user}: new ${to}`)
			}
		})

		test(`moved by ${user}`, async () => {
			for (const from of states) {
				let id = await planted(from)
				for (const to of states.filter((s) => s !== from)) {
					const error = await errorOf(as[user], 'UPDATE petition SET state = ? WHERE id = ?', [to, id])
					const may = allowed(user, from, to)
					assert.equal(error, may ? 0 : SIGNALLED, `${user}: ${from} → ${to}`)
					assert.equal(await stateOf(id), may ? to : from)
					if (may)
						id = await planted(from)
				}
			}
		})
	}

	test('not even to a state that the table does not know', async () => {
		const id = await planted('draft')
		for (const user of users)
			for (const to of ['published', ''])
				assert.equal(await errorOf(as[user], 'UPDATE petition SET state = ? WHERE id = ?', [to, id]), SIGNALLED)
	})

	test('nor by REPLACE or ON DUPLICATE KEY UPDATE', async () => {
		const id = await planted('draft')
		const row = 'petition (id, community_id, title, text, state) VALUES (?, ?, \'Назва\', \'Текст\''
		for (const user of users.filter((u) => u !== 'root')) {
			assert.equal(await errorOf(as[user], `INSERT INTO ${row}, 'draft') ON DUPLICATE KEY UPDATE state = 'collecting'`,
				[id, community]), SIGNALLED, user)
			assert.equal(await errorOf(as[user], `REPLACE INTO ${row}, 'collecting')`, [id, community]), SIGNALLED, user)
		}
		assert.equal(await stateOf(id), 'draft')
	})
})

test('with the rights of the site, as the database user of petitions, setting the state to collecting fails', async () => {
	await using('root', async (real) => {
		const at = await plantCommunity(real, 'rights')
		const id = await plantPetition(real, at, 'submitted')
		await using('petitions', async (c) => {
			assert.equal(await errorOf(c, 'UPDATE petition SET state = \'collecting\' WHERE id = ?', [id]), SIGNALLED)
			assert.equal(await errorOf(c, `INSERT INTO petition (community_id, title, text, state)
				VALUES (?, 'Назва', 'Текст', 'collecting')`, [at]), COLUMN_DENIED)
		})
		const [[{ state }]] = await real.query('SELECT state FROM petition WHERE id = ?', [id])
		assert.equal(state, 'submitted')
	})
})

describe('what people joined stays as it was', () => {
	const terms = { threshold: '1', term_days: '90', closes_at: 'closes_at + INTERVAL 1 DAY',
		published_at: 'published_at - INTERVAL 1 DAY', rules_version: '2', outside_count: '1000',
		community_id: 'community_id + 1' }

	for (const user of ['moderation', 'worker', 'petitions', 'root'])
		test(`${user} cannot change the terms or the text of a published petition`, async () => {
			for (const state of ['collecting', 'reached', 'not_reached']) {
				const id = await planted(state)
				for (const [column, value] of Object.entries(terms))
					for (const to of column === 'community_id' ? [value] : [value, 'NULL'])
						assert.ok([SIGNALLED, 1048].includes(await errorOf(as[user],
							`UPDATE petition SET ${column} = ${to} WHERE id = ?`, [id])), `${state}: ${column} = ${to}`)
				for (const text of ['Інша назва', 'ПРОБА НАЗВИ', 'Проба  назви'])
					assert.equal(await errorOf(as[user], 'UPDATE petition SET title = ? WHERE id = ?', [text, id]),
						SIGNALLED, `${state}: title ${text}`)
				for (const text of ['Інший текст', 'ТЕКСТ ПРОБИ', 'Текст проби '])
					assert.equal(await errorOf(as[user], 'UPDATE petition SET text = ? WHERE id = ?', [text, id]),
						SIGNALLED, `${state}: text ${text}`)
			}
		})

	test('before publication the text may still change', async () => {
		const id = await planted('draft')
		assert.equal(await errorOf(as.petitions, 'UPDATE petition SET title = \'ПРОБА НАЗВИ\', text = \'Інший\' WHERE id = ?',
			[id]), 0)
	})
})

test('an event cannot be changed or removed, not even by root', async () => {
	const [{ insertId: id }] = await root.query(`INSERT INTO event (community_id, kind, subject_id, from_state, to_state,
		program, operation) VALUES (?, 'petition', 1, 'draft', 'submitted', 'petitions', 'op-1')`, [community])
	for (const user of users) {
		assert.equal(await errorOf(as[user], 'UPDATE event SET note = \'x\' WHERE id = ?', [id]), SIGNALLED, user)
		assert.equal(await errorOf(as[user], 'DELETE FROM event WHERE id = ?', [id]), SIGNALLED, user)
		assert.equal(await errorOf(as[user], `REPLACE INTO event (id, community_id, kind, subject_id, from_state, to_state,
			program) VALUES (?, ?, 'petition', 2, 'draft', 'submitted', 'petitions')`, [id, community]), SIGNALLED, user)
	}
	const [[{ n }]] = await root.query('SELECT COUNT(*) AS n FROM event WHERE id = ? AND subject_id = 1', [id])
	assert.equal(Number(n), 1)
})

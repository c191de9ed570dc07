// Counting without a lock: the real worker on a clock that the test holds, with the real statement of
// a signature. Signatures come early and late; none is lost, none counts twice.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { build, conf, connect, plantCommunity, plantPerson, plantPetition, root as checkout, until, using, vari } from '../lib/database.mjs'
import { statementsOf } from '../lib/statements.mjs'

const SETTLE_AFTER = Number(/SETTLE_AFTER = (\d+)/.exec(
	readFileSync(path.join(checkout, 'lib/civic/signature_totals.h'), 'utf8'))[1])
const sign = statementsOf(build, 'petitions').find((s) => s.name === 'sign').text

let root, folder, worker, community, now

/* The clock of the worker and of those who sign, in seconds since 1970. */
function setClock(seconds) {
	now = seconds
	writeFileSync(path.join(folder, 'clock'), `${now}\n`)
}

const mark = async (name) => Number((await root.query(
	'SELECT UNIX_TIMESTAMP(at) AS at FROM watermark WHERE name = ?', [name]))[0][0]?.at ?? 0)

/* The worker has counted at this very time, since the clock was set. */
const counted = () => until('the worker to count', async () => await mark('counted') === now)

async function later(seconds) {
	setClock(now + seconds)
	await counted()
}

/* Two more sums: the clock's mark is taken back, so that the worker's next one shows. */
async function again() {
	for (let i = 0; i < 2; i++) {
		await root.query('UPDATE watermark SET at = \'2000-01-01\' WHERE name = \'counted\'')
		await counted()
	}
}

async function totals(petition) {
	const [[row]] = await root.query('SELECT settled, signature_count FROM petition_total WHERE petition_id = ?', [petition])
	return [row.settled, row.signature_count]
}

const stateOf = async (petition) =>
	(await root.query('SELECT state FROM petition WHERE id = ?', [petition]))[0][0].state

/* A signer's connection, whose signature lies open until commit(). */
async function signing(petition) {
	const c = await connect('petitions')
	await c.query(`SET timestamp = ${now}`)
	await c.query('START TRANSACTION')
	const [{ affectedRows }] = await c.query(sign, [0, 'self', await plantPerson(root), petition, community])
	assert.equal(affectedRows, 1)
	return { commit: async () => { await c.query('COMMIT'); await c.end() } }
}

const signed = async (petition) => (await signing(petition)).commit()
const petition = (threshold, age = 60) =>
	plantPetition(root, community, 'collecting', { threshold, opened: `FROM_UNIXTIME(${now - age})` })

before(async () => {
	root = await connect('root')
	community = await plantCommunity(root, 'counting')
	folder = mkdtempSync(path.join(tmpdir(), 'viche-counting-'))
	/* The worker's marks only go forward: a run begins after those of the last one. */
	setClock(Math.max(Math.floor(Date.now() / 1000) - 3600, Math.floor(await mark('settled')) + 2 * SETTLE_AFTER))
	const [[lease]] = await root.query('SELECT holder FROM lease WHERE name = \'clock\' AND until > UNIX_TIMESTAMP()')
	assert.equal(lease, undefined, 'a worker runs on this database already, by a clock that is not ours')
	writeFileSync(path.join(folder, 'viche.conf'), `test_clock = ${folder}/clock\n${readFileSync(conf, 'utf8')}`)
	worker = spawn(path.join(build, 'bin/worker'), ['clock'],
		{ stdio: 'ignore', env: { ...process.env, VICHE_CONF: path.join(folder, 'viche.conf'), VICHE_VAR: vari } })
	await counted()
})

after(async () => {
	if (worker !== undefined) {
		const gone = new Promise((resolve) => worker.once('exit', resolve))
		worker.kill('SIGTERM')
		await gone
	}
	await root.end()
	rmSync(folder, { recursive: true, force: true })
})

describe('a signature', () => {
	test('that is committed late is counted', async () => {
		const id = await petition(1000)
		await signed(id)
		const late = await signing(id)
		await later(SETTLE_AFTER - 5) // the marks pass; the late one still lies open
		await signed(id)
		await until('the two that are committed', async () => (await totals(id))[1] === 2)
		await late.commit()
		await until('the late one', async () => (await totals(id))[1] === 3)
		/* It grows old like the others, and is not added twice. */
		await later(10)
		await until('the first two to be settled', async () => (await totals(id))[0] === 2)
		assert.deepEqual(await totals(id), [2, 3])
		await later(2 * SETTLE_AFTER)
		await until('all to be settled', async () => (await totals(id))[0] === 3)
		await again()
		assert.deepEqual(await totals(id), [3, 3])
	})

	test('cannot be under way for longer than the worker waits', async () => {
		const [[v]] = await root.query(`SELECT @@GLOBAL.max_statement_time AS statement,
			@@GLOBAL.idle_transaction_timeout AS idle, @@GLOBAL.autocommit AS autocommit`)
		/* It is one statement in a transaction of its own; a transaction by hand ends when it idles. */
		assert.ok(v.statement > 0 && v.idle > 0, 'the server bounds statements and idle transactions')
		assert.ok(Number(v.statement) + Number(v.idle) < SETTLE_AFTER, `${v.statement} + ${v.idle} < ${SETTLE_AFTER}`)
		assert.equal(v.autocommit, 1)
		for (const text of statementsOf(build, 'worker').map((s) => s.text)
			.filter((t) => /petition_signature/.test(t) && /INTERVAL/.test(t) && !/INTERVAL 1 DAY/.test(t))) // the last day's are counted whole each time
			assert.match(text, new RegExp(`INTERVAL ${SETTLE_AFTER} SECOND`))
	})

	test('after the clock was set back is counted, and those before it still are', async () => {
		const id = await petition(1000, 4 * SETTLE_AFTER)
		await signed(id)
		await later(3 * SETTLE_AFTER)
		await until('the first to be settled', async () => (await totals(id))[0] === 1)
		const ahead = now
		setClock(now - 5 * SETTLE_AFTER) // the mark now lies in the future
		await counted()
		await signed(id)
		await until('both', async () => (await totals(id))[1] === 2)
		setClock(ahead)
		await counted()
		await until('both to be settled', async () => (await totals(id))[0] === 2)
		assert.deepEqual(await totals(id), [2, 2])
	})

	test('of the same person again is refused', async () => {
		const id = await petition(1000)
		const who = await plantPerson(root)
		await using('petitions', async (c) => {
			await c.query(`SET timestamp = ${now}`)
			await c.query(sign, [0, 'self', who, id, community])
			await assert.rejects(c.query(sign, [0, 'self', who, id, community]), { errno: 1062 })
		})
	})
})

describe('the decision', () => {
	test('waits for a signature under way and counts it', async () => {
		const id = await petition(2)
		await signed(id)
		const slow = await signing(id)
		await signed(id)
		await until('the worker to wait', async () => await stateOf(id) !== 'collecting' || (await root.query(
			`SELECT 1 FROM information_schema.processlist WHERE user = 'worker' AND time_ms > 100
			AND info LIKE 'SELECT outside_count FROM petition%'`))[0].length > 0)
		assert.equal(await stateOf(id), 'collecting', 'not while someone is signing')
		await slow.commit()
		await until('the decision', async () => await stateOf(id) === 'reached')
		assert.equal((await totals(id))[1], 3, 'all three are in the final count')
	})

	test('is exact even where the sums were not', async () => {
		const low = await petition(3)
		const high = await petition(3)
		await signed(low)
		await signed(high)
		await later(2 * SETTLE_AFTER)
		await until('both to be settled', async () => (await totals(low))[0] + (await totals(high))[0] === 2)
		/* What cannot be: a row from before the mark, and a sum of signatures that are not there. */
		await root.query(`INSERT INTO petition_signature (petition_id, person_id, community_id, created_at)
			VALUES (?, ?, ?, FROM_UNIXTIME(${now - 3 * SETTLE_AFTER}))`, [low, await plantPerson(root), community])
		await root.query('UPDATE petition_total SET settled = 100 WHERE petition_id = ?', [high])
		/* Nobody signed it since: the comparison of all finds it, and decides. */
		await until('the sums to be deceived', async () => (await totals(high))[1] === 100)
		await again()
		assert.deepEqual([await totals(low), await totals(high)], [[1, 1], [100, 100]], 'the sums are deceived')
		assert.equal(await stateOf(high), 'collecting', 'but 100 that are not there decide nothing')
		await signed(low)
		await signed(low)
		await until('the decision', async () => await stateOf(low) === 'reached')
		assert.equal((await totals(low))[1], 4, 'and the row that the sums missed is in the final count')
		await root.query('UPDATE petition_total SET settled = 1 WHERE petition_id = ?', [high])
	})

	test('falls at the end of the term, once, with its event, and ends the signing', async () => {
		const id = await petition(5, 30 * 86400 - 20) // 20 seconds are left
		await signed(id)
		await until('the sum', async () => (await totals(id))[1] === 1)
		assert.equal(await stateOf(id), 'collecting')
		await later(21)
		await until('the decision', async () => await stateOf(id) === 'not_reached')
		await again()
		const [events] = await root.query('SELECT from_state, to_state, program FROM event WHERE subject_id = ? AND kind = \'petition\'', [id])
		assert.deepEqual(events.map((e) => ({ ...e })), [{ from_state: 'collecting', to_state: 'not_reached', program: 'worker' }])
		assert.equal((await totals(id))[1], 1)
		await using('petitions', async (c) => {
			await c.query(`SET timestamp = ${now}`)
			const [{ affectedRows }] = await c.query(sign, [0, 'self', await plantPerson(root), id, community])
			assert.equal(affectedRows, 0)
		})
	})
})

// One human, one account, whatever key their number was hashed under; the register's lists and service.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { createHmac, randomBytes } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { atTheDoor, logIn, personOf } from '../lib/dialects.mjs'
import { call, startProgram } from '../lib/fastcgi.mjs'
import { build, db, parallel, port, root, sql, until, vari } from '../lib/viche.mjs'

const keys = path.join(vari, 'keys')
const folders = []
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })))

/* The tax number of the resident rN (lib/civic/demo.c). */
function numberOf(login) {
	const digits = `9${login.slice(1).padStart(8, '0')}`
	const sum = [-1, 5, 7, 9, 4, 6, 10, 5, 7].reduce((s, w, i) => s + w * digits[i], 0)
	return digits + (sum + 11) % 11 % 10
}

const keyFile = (version) => path.join(keys, version === 1 ? 'person' : `person.${version}`)
function newest() {
	let version = 1
	while (existsSync(keyFile(version + 1)))
		version++
	return version
}
const hash = (login, version) => createHmac('sha256', readFileSync(keyFile(version))).update(numberOf(login)).digest()
const rowsOf = (login) => sql('SELECT id, key_version, person_key FROM person WHERE person_key IN (?)',
	[Array.from({ length: newest() }, (_, i) => hash(login, i + 1))])

/* A resident of the demonstration who has no account yet. */
let last = 2000
async function stranger() {
	while ((await rowsOf(`r${last}`)).length > 0)
		last--
	return `r${last--}`
}

function rotate() {
	const done = spawnSync(path.join(root, 'scripts/rotate-person-key'), { env: { ...process.env, VICHE_VAR: vari }, encoding: 'utf8' })
	assert.equal(done.status, 0, done.stderr)
	return newest()
}

/* The provider sends the browser back to a login program of the test's own. */
async function comeBackTo(program, person) {
	const { client, back } = await atTheDoor('standin', person)
	return call(program.socket, 'GET', `/login/callback?${new URLSearchParams(back)}`,
		{ more: { HTTP_COOKIE: client.cookie(), HTTP_HOST: `127.0.0.1:${port}` } })
}

/* A folder of state with these keys, for a program on another machine. */
function otherMachine(change) {
	const folder = mkdtempSync(path.join(tmpdir(), 'viche-'))
	folders.push(folder)
	mkdirSync(path.join(folder, 'log'))
	cpSync(keys, path.join(folder, 'keys'), { recursive: true })
	change(path.join(folder, 'keys'))
	return folder
}

test('a new key counts without a restart, and whoever logs in moves to it as the same person', async () => {
	const first = await personOf(await logIn('standin', 'r1910'))
	const before = newest()
	assert.deepEqual([first.key_version, first.key_hex], [before, hash('r1910', before).toString('hex').toUpperCase()])
	const version = rotate()
	assert.equal(version, before + 1)
	const mode = (file) => { const s = statSync(file); return [s.mode & 0o777, s.uid, s.gid] }
	assert.deepEqual(mode(keyFile(version)), mode(keyFile(1)))
	assert.equal(mode(keyFile(1))[0] & 0o077, 0, 'nobody else reads it')
	const second = await personOf(await logIn('standin', 'r1910'))
	assert.deepEqual([second.id, second.key_version, second.key_hex], [first.id, version, hash('r1910', version).toString('hex').toUpperCase()])
	assert.equal((await personOf(await logIn('bankid', 'r1910'))).id, first.id, 'by another provider too')
	assert.equal((await rowsOf('r1910')).length, 1)
})

test('logins of one person at once, while a key comes, make one account', async () => {
	for (const person of [await stranger(), await stranger()]) {
		const logins = parallel([...Array(16).keys()], 8, () => logIn('standin', person))
		rotate()
		await logins
		assert.equal((await rowsOf(person)).length, 1, person)
		await logIn('standin', person)
		assert.equal((await rowsOf(person))[0].key_version, newest())
	}
})

test('a login program that lacks a key, or has another one, makes no second account: it logs nobody in', async () => {
	if (newest() === 1)
		rotate()
	const known = await personOf(await logIn('standin', 'r1915')), nobody = await stranger()
	for (const [change, says] of [
		[(folder) => rmSync(path.join(folder, `person.${newest()}`)), /is missing/],
		[(folder) => writeFileSync(path.join(folder, `person.${newest()}`), randomBytes(32)), /is not the one/],
		[(folder) => rmSync(path.join(folder, 'person')), /cannot read the key file/],
		[(folder) => writeFileSync(path.join(folder, 'person'), 'short'), /too short/]]) {
		const program = await startProgram('login', { var: otherMachine(change) })
		try {
			for (const person of ['r1915', nobody])
				assert.equal((await comeBackTo(program, person)).status, 500)
			assert.match(readFileSync(path.join(folders.at(-1), 'log/login.log'), 'utf8'), says)
		} finally {
			await program.stop()
		}
	}
	assert.deepEqual((await rowsOf('r1915')).map((r) => r.id), [known.id])
	assert.equal((await rowsOf(nobody)).length, 0)
	// With the right keys the same program lets them in.
	const program = await startProgram('login', { var: otherMachine(() => {}) })
	try {
		assert.equal((await comeBackTo(program, nobody)).status, 303)
	} finally {
		await program.stop()
	}
	assert.equal((await rowsOf(nobody)).length, 1)
})

test('only login and manage can read the keys', () => {
	const readers = readdirSync(path.join(build, 'bin')).filter((name) => readFileSync(path.join(build, 'bin', name)).includes('/keys/person'))
	assert.deepEqual(readers.sort(), ['login', 'manage'])
})

test('an account without a number gets the number that its provider tells later, or is closed in favour of the number\'s', async () => {
	const c = await db()
	try {
		const made = async (subject) => (await c.query(`INSERT INTO person (issuer, subject, given_name, family_name)
			VALUES (?, ?, 'Без', 'Номера')`, [`http://127.0.0.1:${port}/standin-id`, subject]))[0].insertId
		const [one, two] = [await stranger(), await stranger()]
		const lone = await made(`standin-${one}`)
		assert.equal((await personOf(await logIn('standin', one))).id, lone)
		assert.equal((await rowsOf(one))[0].id, lone)
		// The other has an account by number; the pair's own is closed, and what both signed counts once.
		const numbered = (await personOf(await logIn('bankid', two))).id
		const pair = await made(`standin-${two}`)
		const [[{ id: petition, community_id: at }]] = await c.query(`SELECT p.id, p.community_id FROM petition p JOIN community m ON m.id = p.community_id
			AND m.name = 'chornomorsk' WHERE p.state = 'collecting' AND p.closes_at > UTC_TIMESTAMP() AND p.source LIKE 'demo:%' LIMIT 2`)
		const [[{ id: other }]] = await c.query(`SELECT id FROM petition WHERE state = 'collecting' AND community_id = ? AND closes_at > UTC_TIMESTAMP()
			AND id <> ? LIMIT 1`, [at, petition])
		await c.query('INSERT IGNORE INTO petition_signature (petition_id, person_id, community_id) VALUES (?, ?, ?), (?, ?, ?), (?, ?, ?)',
			[petition, pair, at, petition, numbered, at, other, pair, at])
		const client = await logIn('standin', two)
		assert.equal((await personOf(client)).id, numbered)
		const [[row]] = await c.query('SELECT joined_to FROM person WHERE id = ?', [pair])
		assert.equal(row.joined_to, numbered)
		const [withdrawn] = await c.query('SELECT petition_id FROM petition_withdrawal WHERE person_id = ?', [pair])
		assert.deepEqual(withdrawn.map((w) => w.petition_id), [petition])
		const again = await client.json('POST', `/api/v1/petitions/${other}/sign`)
		assert.deepEqual([again.status, again.body.already], [200, true], 'the closed account has signed it')
	} finally {
		await c.end()
	}
})

/* ---- the register ------------------------------------------------------------------------------- */

const env = { ...process.env, VICHE_VAR: vari }
function importNumbers(text, ...more) {
	return spawnSync(path.join(root, 'scripts/import-register'), ['--community', 'chornomorsk', '--category', 'works', ...more],
		{ env, input: text, encoding: 'utf8' })
}
/* A run of this file that stopped halfway leaves nothing behind for the next. */
before(async () => {
	await sql('UPDATE register_import SET ended_at = UTC_TIMESTAMP() WHERE category IN (\'works\', \'studies\')')
	await sql('DELETE FROM residence WHERE kind = \'register\' AND category IN (\'works\', \'studies\')')
})
const registered = async (login) => (await sql(`SELECT r.category FROM residence r JOIN person p ON p.id = r.person_id
	WHERE p.person_key IN (?) AND r.kind = 'register'`, [Array.from({ length: newest() }, (_, i) => hash(login, i + 1))])).map((r) => r.category)

test('a list: wrong lines are named by their number, accounts know at once, others at their login; twice is once', async () => {
	await logIn('standin', 'r1920')
	const later = await stranger()
	rotate() // r1920 stands under an older key now
	const secret = '1234567890123456789012345678901234567890'
	const list = `${numberOf('r1920').replace(/^(...)(...)/, '$1 $2-')}\r\n\nпаспорт\n${numberOf(later)}\n${secret}\n12345\n${'9'.repeat(3000000)}\n`
	const done = importNumbers(list)
	assert.equal(done.status, 3, done.stderr)
	for (const line of [3, 5, 6, 7])
		assert.match(done.stderr, new RegExp(`^line ${line}: `, 'm'))
	assert.doesNotMatch(done.stderr, /^line [124]: /m)
	assert.match(done.stdout, /2 numbers: 2 new.*1 became residents.*4 lines were wrong/s)
	for (const what of [secret, numberOf('r1920'), numberOf(later), '12345', 'паспорт'])
		assert.ok(!(done.stdout + done.stderr).includes(what), what)
	assert.deepEqual(await registered('r1920'), ['works'])
	assert.equal((await rowsOf('r1920'))[0].key_version, newest())
	assert.equal((await rowsOf(later)).length, 0)
	await logIn('standin', later)
	assert.deepEqual(await registered(later), ['works'])
	assert.match(importNumbers(`${numberOf('r1920')}\n${numberOf(later)}\n`).stdout, /0 new, 2 known already; of people with an account 0 became/)
	// An entry under an older key is found and renewed.
	rotate()
	await logIn('standin', later)
	assert.deepEqual(await registered(later), ['works'])
	const replaced = importNumbers(`${numberOf(later)}\n`, '--replace')
	assert.match(replaced.stdout, /1 are not in the register any more/)
	assert.deepEqual([await registered('r1920'), await registered(later)], [[], ['works']])
	await logIn('standin', 'r1920')
	assert.deepEqual(await registered('r1920'), [])
	for (const [words, status] of [[['--community', 'nowhere'], 2], [['--category', 'works'], 2], [['--community', 'chornomorsk', '--category', 'x'], 2]])
		assert.equal(spawnSync(path.join(root, 'scripts/import-register'), words, { env, input: '', encoding: 'utf8' }).status, status)
	assert.equal(importNumbers('').status, 1)
})

test('an import that is killed between its batches changes nothing, and the next one clears it away', async () => {
	await logIn('standin', 'r1922')
	const [{ n: before }] = await sql('SELECT COUNT(*) AS n FROM register_import WHERE finished_at IS NOT NULL')
	const child = spawn(path.join(root, 'scripts/import-register'), ['--community', 'chornomorsk', '--category', 'studies', '--replace'],
		{ env, stdio: ['pipe', 'ignore', 'ignore'], detached: true })
	child.stdin.on('error', () => {})
	child.stdin.write(`${numberOf('r1922')}\n${Array.from({ length: 6000 }, (_, i) => `8${String(i).padStart(9, '0')}\n`).join('')}`)
	const waiting = () => sql('SELECT COUNT(*) AS n FROM register_entry e JOIN register_import i ON i.id = e.import_id WHERE i.finished_at IS NULL')
	await until('some of it is in the database', async () => (await waiting())[0].n >= 2000)
	const second = importNumbers(`${numberOf('r1922')}\n`)
	assert.equal(second.status, 1, 'two at once')
	process.kill(-child.pid, 'SIGKILL')
	await until('the lock is free', async () => (await sql('SELECT IS_FREE_LOCK(\'register-import\') AS free'))[0].free === 1)
	assert.equal((await sql('SELECT COUNT(*) AS n FROM register_import WHERE finished_at IS NOT NULL'))[0].n, before)
	await logIn('standin', 'r1922')
	assert.deepEqual(await registered('r1922'), [])
	assert.equal(importNumbers(`${numberOf('r1922')}\n`, '--category', 'studies').status, 0)
	assert.deepEqual(await registered('r1922'), ['studies'])
	assert.equal((await waiting())[0].n, 0, 'what the killed one left is gone')
})

test('a service is asked at login: yes, no, silence and nonsense; a slow one delays and stops nobody', async () => {
	const asked = []
	let say = () => ({ resident: true, category: 'studies' })
	const server = http.createServer((rq, rs) => {
		let body = ''
		rq.on('data', (part) => { body += part })
		rq.on('end', () => {
			asked.push([rq.url, rq.headers.authorization, body])
			const answer = say()
			if (answer === 'hang')
				return
			rs.writeHead(typeof answer === 'number' ? answer : 200)
			rs.end(typeof answer === 'string' ? answer : JSON.stringify(answer))
		})
	})
	await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
	const folder = mkdtempSync(path.join(tmpdir(), 'viche-'))
	folders.push(folder)
	writeFileSync(path.join(folder, 'token'), 'register-secret\n')
	const program = await startProgram('login', { 'register_url.chornomorsk': `http://127.0.0.1:${server.address().port}/ask`,
		register_token_file: path.join(folder, 'token') })
	const visit = async (answer) => {
		say = () => answer
		assert.equal((await comeBackTo(program, 'r1925')).status, 303)
		return registered('r1925')
	}
	try {
		assert.deepEqual(await visit({ resident: true, category: 'studies' }), ['studies'])
		assert.deepEqual(asked[0], ['/ask', 'Bearer register-secret', `number=${numberOf('r1925')}&community=chornomorsk`])
		for (const nonsense of ['', '[]', '{"resident":"yes"}', '{"resident":true,"category":"king"}', 500])
			assert.deepEqual(await visit(nonsense), ['studies'], JSON.stringify(nonsense))
		assert.deepEqual(await visit({ resident: true }), ['registered'])
		assert.deepEqual(await visit({ resident: false }), [])
		assert.deepEqual(await visit({ resident: true, category: 'works' }), ['works'])
		const from = Date.now()
		assert.deepEqual(await visit('hang'), ['works'])
		assert.ok(Date.now() - from < 20000, 'it is waited for within a limit')
		const before = asked.length
		assert.deepEqual(await visit('hang'), ['works'])
		assert.equal(asked.length, before, 'and not asked again at once')
	} finally {
		await program.stop()
		server.closeAllConnections?.()
		server.close()
	}
})

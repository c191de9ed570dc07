// What a login brings must not stay: tax numbers, codes, tokens and secrets are looked for in the
// logs, in every row of the database and in every byte of its files, the binary log among them.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { before, test } from 'node:test'
import { Client, db, hidden, request, root, until, vari } from '../lib/viche.mjs'

const people = JSON.parse(readFileSync(path.join(root, 'sql/demo/people.json'), 'utf8')).people
const canaries = new Map()
let lastPath

/* Logs in and keeps all that passes by. */
async function logIn(person, provider) {
	const client = new Client()
	const page = await client.get('/login')
	const started = await client.post('/login/start', [...hidden(page.text, '/login/start'), ['provider', provider]])
	const there = new URL(started.location)
	const asked = await request('GET', there.pathname + there.search)
	const granted = await request('POST', '/standin-id/authorize', {
		body: new URLSearchParams([...hidden(asked.text, '/standin-id/authorize'), ['person', person.login]]).toString(),
		headers: { 'Content-Type': 'application/x-www-form-urlencoded' } })
	const back = new URL(granted.location)
	lastPath = back.pathname + back.search
	assert.equal((await client.get(lastPath)).status, 303)
	canaries.set(`${person.login}'s tax number`, person.tax_number)
	canaries.set(`${person.login}'s code`, back.searchParams.get('code'))
	canaries.set(`${person.login}'s state`, back.searchParams.get('state'))
	canaries.set(`${person.login}'s session`, client.session)
	return client
}

/* Whatever of the canaries is in these bytes. */
const found = (bytes) => [...canaries].filter(([, value]) => bytes.includes(value)).map(([name]) => name)

function* files(folder) {
	for (const entry of readdirSync(folder, { withFileTypes: true })) {
		const name = path.join(folder, entry.name)
		if (entry.isDirectory())
			yield* files(name)
		else if (entry.isFile())
			yield name
	}
}

before(async () => {
	for (const [login, provider] of [['oksana', 'standin'], ['petro', 'bankid'], ['hanna', 'idgovua'], ['mykola', 'standin']])
		await logIn(people.find((p) => p.login === login), provider)
	// A callback that is refused passes other ways through the program and the logs.
	const late = new Client()
	assert.equal((await late.get(lastPath)).status, 400)
	// MariaDB may answer before nginx and the programs have written their lines.
	for (const dialect of ['oidc', 'bankid', 'idgovua'])
		canaries.set(`the client's secret of ${dialect}`, readFileSync(path.join(vari, `keys/${dialect}_client_secret`), 'utf8').trim())
	canaries.set('a signed token', 'eyJhbGciOi')
	// The register, read in: of somebody unknown, of somebody known, and lines that are no number; the keys themselves.
	const list = { 'a register\'s number': '3198765432', 'a register\'s passport': 'CANARY198765', 'a wrong line': 'рядок, якого ніхто не повторить' }
	const read = spawnSync(path.join(root, 'scripts/import-register'), ['--community', 'zhytomyr', '--category', 'displaced'],
		{ env: { ...process.env, VICHE_VAR: vari }, input: [...Object.values(list), people.find((p) => p.login === 'oksana').tax_number].join('\n') })
	assert.equal(read.status, 3, String(read.stderr))
	for (const [name, value] of Object.entries(list))
		canaries.set(name, value)
	assert.deepEqual(found(Buffer.concat([read.stdout, read.stderr])), [])
	canaries.set('the oldest key', readFileSync(path.join(vari, 'keys/person')))
	await until('the access log has the last line', () =>
		readFileSync(path.join(vari, 'log/access.log'), 'utf8').split('"/login/callback"').length > 5)
})

test('the demonstration\'s people have something to look for', () => {
	assert.equal(canaries.size, 24)
	for (const [name, value] of canaries)
		assert.ok(value?.length >= 10, name)
	assert.deepEqual(found(Buffer.from(`x${canaries.get('oksana\'s code')}x`)), ['oksana\'s code'])
})

test('no log holds a tax number, code, token, session or secret', () => {
	let read = 0
	for (const name of files(path.join(vari, 'log'))) {
		assert.deepEqual(found(readFileSync(name)), [], name)
		read++
	}
	assert.ok(read >= 8, `${read} logs`)
})

test('the access log tells of callbacks without what came with them', () => {
	const lines = readFileSync(path.join(vari, 'log/access.log'), 'utf8').trim().split('\n').map((line) => JSON.parse(line))
		.filter((line) => line.path.startsWith('/login/callback') || line.path === '/standin-id/authorize')
	assert.ok(lines.length >= 10)
	for (const line of lines)
		assert.ok(['/login/callback', '/standin-id/authorize'].includes(line.path) && !JSON.stringify(line).includes('code='))
})

test('no row of any table holds them', async () => {
	const c = await db()
	try {
		const [tables] = await c.query('SELECT table_name AS name FROM information_schema.tables WHERE table_schema = \'viche\'')
		assert.ok(tables.length > 10)
		for (const { name } of tables) {
			const [rows] = await c.query(`SELECT * FROM \`${name}\``)
			for (const row of rows)
				for (const [column, value] of Object.entries(row))
					assert.deepEqual(found(Buffer.isBuffer(value) ? value : Buffer.from(String(value))), [], `${name}.${column}`)
		}
	} finally {
		await c.end()
	}
})

test('no byte of the database\'s files holds them, binary log and redo log among them', async () => {
	const c = await db()
	await c.query('FLUSH TABLES')
	await c.end()
	let binlogs = 0
	for (const name of files(path.join(vari, 'db'))) {
		if (name.includes('/mysql/help_')) // MariaDB's own manual shows a token
			continue
		if (/\/binlog\.\d+$/.test(name))
			binlogs++
		assert.deepEqual(found(readFileSync(name)), [], name)
	}
	assert.ok(binlogs > 0)
})

test('nothing else that the instance keeps holds them, its keys apart', () => {
	for (const folder of ['run', 'tmp'])
		for (const name of files(path.join(vari, folder)))
			assert.deepEqual(found(readFileSync(name)), [], name)
})

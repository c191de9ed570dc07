// sql/grants.sql gives no right that no statement needs: each is taken away in turn from a copy of the
// program's user, and some statement of the program must then fail.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { build, connect, programs, using } from '../lib/database.mjs'
import { isSanitised, statementsOf, tryOut } from '../lib/statements.mjs'

const skip = isSanitised(build, 'petitions') &&
	'AddressSanitizer keeps statements that a program cannot reach; the plain build is asked'
const copy = { name: `copy-${process.pid}`, password: randomBytes(12).toString('hex') }

/* The user's rights one by one: [{table, privilege, column or null}]. */
async function rightsOf(c, user) {
	const grantee = `'${user}'@'localhost'`
	const [rows] = await c.query(
		`SELECT table_name AS \`table\`, privilege_type AS privilege, NULL AS \`column\`
		FROM information_schema.table_privileges WHERE table_schema = 'viche' AND grantee = ?
		UNION ALL SELECT table_name, privilege_type, column_name
		FROM information_schema.column_privileges WHERE table_schema = 'viche' AND grantee = ?
		UNION ALL SELECT CONVERT(routine_name USING utf8mb4), 'EXECUTE', NULL
		FROM mysql.procs_priv WHERE db = 'viche' AND user = ?`, [grantee, grantee, user])
	return rows
}

const words = (r) => (r.privilege === 'EXECUTE' ? `EXECUTE ON FUNCTION viche.${r.table}` : `${r.privilege}${r.column ? ` (${r.column})` : ''} ON viche.${r.table}`)

/* The first statement that the copied user may not prepare, on a connection without memories. */
const refused = (statements) => using(copy.name, async (c) => {
	for (const { name, text } of statements)
		try {
			await tryOut(c, text)
		} catch (e) {
			assert.ok([1142, 1143, 1370].includes(e.errno), e.message)
			return name
		}
	return null
}, { password: copy.password })

/* Statements that seem to use a right. */
function likely(statements, { table, column, privilege }) {
	const verb = { SELECT: /./, INSERT: /^(INSERT|REPLACE)/, UPDATE: /UPDATE/, DELETE: /^(DELETE|REPLACE)/, EXECUTE: /./ }[privilege]
	return statements.filter(({ text }) => verb.test(text) && text.includes(table) && (!column || text.includes(column)))
}

describe('the rights of every program', { skip }, () => {
	const who = `'${copy.name}'@'localhost'`
	let root

	before(async () => {
		root = await connect('root')
	})

	after(async () => {
		await root.query(`DROP USER IF EXISTS ${who}`)
		await root.end()
	})

	/* Gives the copy these rights and says which of them no statement misses. */
	async function spareOf(statements, rights) {
		await root.query(`CREATE OR REPLACE USER ${who} IDENTIFIED BY '${copy.password}'`)
		for (const right of rights)
			await root.query(`GRANT ${words(right)} TO ${who}`)
		assert.equal(await refused(statements), null, 'the copy may do what the program may')
		const spare = []
		for (const right of rights) {
			await root.query(`REVOKE ${words(right)} FROM ${who}`)
			/* Those that look like it are asked first: the answer is found soon. */
			if (await refused(likely(statements, right)) === null && await refused(statements) === null)
				spare.push(words(right))
			await root.query(`GRANT ${words(right)} TO ${who}`)
		}
		return spare
	}

	for (const program of programs.filter((p) => p !== 'manage'))
		test(`${program}: no right that nothing needs`, async () => {
			const rights = await rightsOf(root, program)
			/* Without any right on the database a user cannot even choose it: nothing to take away. */
			if (program === 'standin-id')
				assert.deepEqual(rights, [])
			else
				assert.deepEqual(await spareOf(statementsOf(build, program), rights), [])
		})

	test('a right too many would be noticed', async () => {
		const extra = [{ table: 'petition_signature', privilege: 'INSERT' },
			{ table: 'person', privilege: 'SELECT', column: 'person_key' }]
		assert.deepEqual(await spareOf(statementsOf(build, 'home'), [...await rightsOf(root, 'home'), ...extra]),
			extra.map(words))
	})

	test('and so would one too few', async () => {
		const rights = (await rightsOf(root, 'petitions')).filter((r) => r.table !== 'petition_signature')
		await assert.rejects(spareOf(statementsOf(build, 'petitions'), rights), /the copy may do/)
	})
})

// Every statement that a program links is PREPAREd as that program's database user.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { build, programs, services, userOf, using, vari } from '../lib/database.mjs'
import { isSanitised, statementsOf, tryOut } from '../lib/statements.mjs'

const skip = isSanitised(build, 'petitions') &&
	'AddressSanitizer keeps statements that a program cannot reach; the plain build is asked'

/* What the extraction must find at least; more is welcome. */
const known = {
	cabinet: ['find_session', 'own', 'signed_by'],
	home: ['sum_signatures', 'list_newest', 'find_session'],
	login: ['new_person', 'start_session', 'use_attempt', 'find_petition'],
	manage: ['add_transition', 'mark_applied', 'add_petition'],
	moderation: ['freeze_terms', 'move_petition', 'write_event', 'desk_queue'],
	petitions: ['sign', 'new_petition', 'move_petition', 'find_petition', 'list_most', 'signers'],
	'standin-id': ['ping'],
	worker: ['add_settled', 'add_fresh', 'recount', 'take_lease', 'move_petition'],
}

/* Statements of functions that the program has no use for: linked, they would ask for rights. */
const foreign = {
	cabinet: ['sign', 'edit', 'move_petition', 'new_person', 'find_petition'],
	home: ['sign', 'signers', 'move_petition', 'write_event', 'own'],
	login: ['sign', 'move_petition', 'signers'],
	moderation: ['sign', 'edit', 'new_petition', 'start_session', 'add_settled'],
	petitions: ['freeze_terms', 'start_session', 'new_person', 'add_settled', 'recount'],
	'standin-id': ['find_session', 'read_communities'],
	worker: ['sign', 'freeze_terms', 'find_session', 'member'],
}

describe('the statements of every program', { skip }, () => {
	for (const program of programs)
		test(`${program}: its database user may prepare every statement that it links`, async () => {
			const statements = statementsOf(build, program)
			await using(userOf(program), async (c) => {
				for (const { name, text } of statements)
					await assert.doesNotReject(tryOut(c, text), `${program} ${name}: ${text}`)
			}, program === 'standin-id' ? { database: null } : {}) // it has no rights, so no database
		})

	test('the extraction finds what is known to be there', () => {
		assert.deepEqual(Object.keys(known), programs, 'a program has no sample of its statements here')
		for (const [program, names] of Object.entries(known)) {
			const found = statementsOf(build, program).map((s) => s.name)
			for (const name of names)
				assert.ok(found.includes(name), `${program} lacks ${name}: it has ${found.join(' ')}`)
		}
		assert.match(statementsOf(build, 'petitions').find((s) => s.name === 'sign').text,
			/^INSERT INTO petition_signature .* p\.closes_at > UTC_TIMESTAMP\(\)$/)
	})

	test('a program links no statement of functions that it does not use', () => {
		for (const [program, names] of Object.entries(foreign)) {
			const found = statementsOf(build, program).map((s) => s.name)
			for (const name of names)
				assert.ok(!found.includes(name), `${program} links ${name}`)
		}
	})

	test('a service on a socket of its own has no SQL, no database and no network', () => {
		assert.ok(services.includes('media'))
		for (const service of services) {
			assert.deepEqual(statementsOf(build, service), [], service)
			const program = readFileSync(path.join(build, 'bin', service), 'latin1')
			for (const library of ['libmariadb', 'libcurl', 'libfcgi', 'libssl'])
				assert.ok(!program.includes(`${library}.so`), `${service} links ${library}`)
			assert.throws(() => readFileSync(path.join(vari, 'keys/db', service)), { code: 'ENOENT' })
		}
	})

	test('a wrong statement would be noticed', async () => {
		await using('home', async (c) => {
			await assert.rejects(c.prepare('SELECT no_such_column FROM community'), { errno: 1054 })
			await assert.rejects(c.prepare('SELECT holder FROM lease'), { errno: 1142 })
		})
	})
})

describe('every statement', { skip }, () => {
	const all = programs.flatMap((program) => statementsOf(build, program).map((s) => ({ program, ...s })))

	test('takes no whole rows and asks the time of UTC_TIMESTAMP alone', () => {
		for (const { program, name, text } of all) {
			assert.doesNotMatch(text, /SELECT\s+(DISTINCT\s+)?([a-z]\w*\.)?\*/i, `${program} ${name}`)
			assert.doesNotMatch(text,
				/\b(SYSDATE|NOW|CURDATE|CURTIME|UNIX_TIMESTAMP|LOCALTIME|LOCALTIMESTAMP)\s*\(|\bCURRENT_(DATE|TIME|TIMESTAMP)\b/i,
				`${program} ${name}`)
		}
	})

	test('names the community where its table belongs to communities', async () => {
		/* Statements on tables of all communities at once, each with its reason. */
		const exceptions = {
			sweep_parked: 'what ran out is swept for all communities together; nothing of it is read',
			sweep_attempts: 'likewise',
			sweep_handoffs: 'likewise',
			attempts_of_client: 'how many logins may begin from an address is bounded over all communities',
			attempts_of_provider: 'likewise with a provider',
			asked_by: 'how many letters for confirmation a person may have sent is bounded over all communities',
			asked_of: 'likewise what an address gets',
			void_claims: 'a person has one address in all communities, so the newest claim counts in all',
			forget_claims: 'likewise',
			recover_open: 'letters that a process left behind, whosever they are',
			recover_sending: 'likewise',
			letter_counts: 'manage shows the whole installation',
			letter_again: 'manage names a letter by its number, which is unique',
			sweep_letters: 'what ran out is swept for all communities together',
			sweep_claims: 'likewise',
			new_ages: 'an age counts in all communities, so those that any of them asks for are kept',
			end_joined_sessions: 'an account that is closed is logged out everywhere',
			end_one_session: 'a person ends sessions wherever they are logged in',
			end_sessions: 'likewise',
			leaving_keeps: 'an account is one in all communities, and is left as a whole',
			has_demo: 'manage asks once for the whole installation whether the demo is there',
		}
		const tables = await using('root', async (c) => (await c.query(
			`SELECT table_name AS name FROM information_schema.columns
			WHERE table_schema = 'viche' AND column_name = 'community_id'`))[0].map((row) => row.name))
		assert.ok(tables.length >= 10 && tables.includes('petition'), `tables: ${tables}`)
		const excused = new Set()
		for (const { program, name, text } of all) {
			const named = tables.filter((table) => new RegExp(`\\b(FROM|JOIN|INTO|UPDATE)\\s+${table}\\b`, 'i').test(text))
			if (named.length === 0 || /\bcommunity_id\b/.test(text))
				continue
			excused.add(name)
			assert.ok(exceptions[name], `${program} ${name} reads ${named} without community_id: ${text}`)
		}
		assert.deepEqual([...excused].sort(), Object.keys(exceptions).sort(), 'an exception that nothing needs')
	})
})

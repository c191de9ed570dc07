// What a program cannot do even if someone else's SQL ran in it.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { COLUMN_DENIED, SIGNALLED, SPECIFIC_DENIED, TABLE_DENIED, connect, errorOf, plantCommunity, programs, userOf, using } from '../lib/database.mjs'

const DATABASE_DENIED = 1044
const ACCESS_DENIED = 1045
const TRIGGER_DENIED = 1419 // without SUPER, where there is a binary log
const ROUTINE_DENIED = 1370
const denials = [TABLE_DENIED, ROUTINE_DENIED, COLUMN_DENIED, SPECIFIC_DENIED, DATABASE_DENIED, ACCESS_DENIED, TRIGGER_DENIED]
const users = programs.map(userOf).filter((user) => user !== 'root' && user !== 'standin-id')
const as = {}

before(async () => {
	for (const user of users)
		as[user] = await connect(user)
})
after(() => Promise.all(Object.values(as).map((c) => c.end())))

async function denied(user, statement) {
	const error = await errorOf(as[user], statement)
	assert.ok(denials.includes(error), `${user} may: ${statement} (error ${error})`)
}

const sign = 'INSERT INTO petition_signature (petition_id, person_id, community_id) VALUES (1, 1, 1)'
const total = 'UPDATE petition_total SET signature_count = 1000 WHERE petition_id = 1'

/* By program, beside what nobody may (below). */
const forbidden = {
	home: [sign, total, 'SELECT person_id FROM petition_signature', 'SELECT author_id FROM petition',
		'SELECT body FROM parked_form', 'UPDATE petition SET title = \'x\'', 'SELECT note FROM event',
		'INSERT INTO event (community_id, kind, subject_id, from_state, to_state, program) VALUES (1, \'petition\', 1, \'\', \'draft\', \'home\')'],
	petitions: [total, 'INSERT INTO petition_total (petition_id, community_id, signature_count) VALUES (1, 1, 1000)',
		'INSERT INTO petition_signature (petition_id, person_id, community_id, created_at) VALUES (1, 1, 1, \'2020-01-01\')',
		'UPDATE petition_signature SET person_id = 2', 'DELETE FROM petition_signature',
		'UPDATE petition SET threshold = 1', 'UPDATE petition SET closes_at = \'2030-01-01\'', 'UPDATE petition SET author_id = 1',
		'UPDATE petition SET outside_count = 1000', 'DELETE FROM petition', 'SELECT note FROM event',
		'UPDATE membership SET residence = \'provider\'', 'INSERT INTO session SELECT * FROM session',
		'DELETE FROM session', 'UPDATE watermark SET at = \'2030-01-01\''],
	moderation: [sign, total, 'UPDATE petition SET title = \'x\'', 'UPDATE petition SET text = \'x\'', 'DELETE FROM petition',
		'UPDATE petition SET outside_count = 1000', 'DELETE FROM petition_signature', 'UPDATE petition_rules SET threshold = 1', 'DELETE FROM petition_rules',
		'SELECT body FROM parked_form', 'INSERT INTO membership (community_id, person_id) VALUES (1, 1)',
		'SELECT stored FROM attachment', 'UPDATE attachment SET slot = NULL', 'UPDATE petition_merge SET keep_agreed_at = UTC_TIMESTAMP()'],
	login: [sign, total, 'UPDATE petition SET state = \'draft\'', 'INSERT INTO petition (community_id, title, text) VALUES (1, \'x\', \'x\')',
		'UPDATE person SET issuer = NULL', 'DELETE FROM person',
		'UPDATE membership SET residence = \'official\'', 'DELETE FROM key_mark', 'UPDATE key_mark SET version = 9',
		'SELECT begun_at FROM register_entry', 'INSERT INTO register_entry (import_id, community_id, person_key) VALUES (1, 1, \'x\')',
		'DELETE FROM register_entry', 'SELECT to_state FROM event',
		'UPDATE session SET person_id = 1', 'UPDATE session SET expires_at = 0'],
	cabinet: [sign, total, 'SELECT answer FROM petition', 'SELECT note FROM event', 'SELECT body FROM parked_form',
		'UPDATE petition SET title = \'x\'', 'DELETE FROM petition_signature', 'DELETE FROM membership',
		'INSERT INTO session SELECT * FROM session', 'UPDATE session SET expires_at = 0', 'UPDATE person SET given_name = \'x\'',
		'UPDATE membership SET residence = \'provider\''],
	worker: [sign, 'SELECT seen_at FROM session', 'DELETE FROM session', 'SELECT given_name FROM person', 'SELECT body FROM parked_form',
		'SELECT person_id FROM petition_signature',
		'SELECT answer FROM petition', 'UPDATE contact SET email = \'x@example.com\'',
		'UPDATE contact_claim SET used_at = 1', 'UPDATE petition_follow SET until = NULL', 'UPDATE outbox SET person_id = 1', 'UPDATE petition SET title = \'x\'', 'UPDATE petition SET threshold = 1',
		'UPDATE petition SET outside_count = 1000', 'SELECT note FROM event'],
}

/* Nobody but manage. */
const nobody = ['DROP TABLE petition', 'ALTER TABLE petition ADD x INT', 'CREATE TABLE x (id INT)', 'TRUNCATE TABLE event',
	'DROP TRIGGER petition_state_move', 'CREATE TRIGGER x BEFORE INSERT ON petition FOR EACH ROW SET NEW.title = \'x\'',
	'CREATE USER x', 'GRANT SELECT ON viche.petition TO CURRENT_USER', 'SELECT user FROM mysql.user', 'LOCK TABLES petition WRITE',
	'SELECT id FROM petition INTO OUTFILE \'viche-stolen\'', 'LOAD DATA INFILE \'/etc/passwd\' INTO TABLE petition',
	'INSERT INTO transition VALUES (\'petition\', \'draft\', \'collecting\', \'petitions\')', 'DELETE FROM transition',
	'UPDATE transition SET program = \'petitions\'', 'UPDATE event SET note = \'x\'', 'DELETE FROM event', 'DELETE FROM petition',
	'INSERT INTO staff (community_id, person_id, role, since) VALUES (1, 1, \'administrator\', \'2020-01-01\')',
	'UPDATE staff SET role = \'moderator\'', 'DELETE FROM staff', 'UPDATE admin_event SET detail = \'x\'', 'DELETE FROM admin_event',
	'UPDATE community_pause SET reason = \'x\'', 'DELETE FROM district', 'UPDATE milestone SET text = \'x\'',
	'UPDATE petition_rules SET threshold = 1', 'UPDATE community SET title = \'x\'', 'UPDATE community_host SET community_id = 2',
	'INSERT INTO migration (name, digest) VALUES (\'x\', \'x\')', 'SELECT * FROM person', 'SELECT person_key, middle_name FROM person',
	'DELETE FROM petition_total', 'DELETE FROM petition_search', 'INSERT INTO petition_search (petition_id, community_id) VALUES (1, 1)',
	'UPDATE petition_search SET author = \'x\'', 'DELETE FROM stem_count', 'DELETE FROM lease', 'SELECT * FROM session',
	'DELETE FROM counter_session', 'UPDATE counter_session SET operator_id = 1',
	'INSERT INTO counter_session (community_id, unit_id, operator_id, person_id, document) VALUES (1, 1, 1, 2, \'passport\')',
	'UPDATE petition_signature SET channel = \'self\'', 'INSERT INTO petition_assisted (petition_id, person_id, community_id) VALUES (1, 1, 1)',
	'DELETE FROM petition_assisted', 'UPDATE paper_row SET person_id = 1', 'UPDATE paper_row SET entered_by = 1', 'DELETE FROM paper_row',
	'DELETE FROM paper_batch', 'UPDATE paper_batch SET petition_id = 1', 'DELETE FROM paper_event', 'UPDATE paper_event SET actor_id = 1',
	'SELECT person_id FROM petition_assisted',
	'DELETE FROM outbox', 'DELETE FROM attachment', 'UPDATE attachment SET stored = UNHEX(MD5(1))', 'UPDATE attachment SET petition_id = 1',
	'UPDATE attachment SET community_id = 1', 'UPDATE attachment SET name = \'x\'',
	'SET GLOBAL max_statement_time = 0', 'SHUTDOWN', 'SET PASSWORD FOR root@localhost = PASSWORD(\'x\')']

describe('a program cannot', () => {
	test('be without a list of what it cannot do', () => {
		assert.deepEqual(Object.keys(forbidden).sort(), users)
	})

	for (const user of users) {
		test(`${user}: what only others may`, async () => {
			for (const statement of forbidden[user])
				await denied(user, statement)
		})

		test(`${user}: change the schema, its rights, what happened, or read whole people`, async () => {
			/* The cabinet shows people their sessions with all that is kept of one. */
			for (const statement of nobody.filter((one) => user !== 'cabinet' || one !== 'SELECT * FROM session'))
				await denied(user, statement)
		})
	}

	test('read the key of a person, unless it is login', async () => {
		for (const user of users.filter((u) => u !== 'login'))
			/* The cabinet gives people all that is kept of them. */
			for (const column of user === 'cabinet' ? ['person_key'] : ['person_key', 'key_version', 'issuer', 'subject'])
				await denied(user, `SELECT ${column} FROM person`)
		assert.equal(await errorOf(as.login, 'SELECT person_key FROM person LIMIT 0'), 0)
	})

	test('say where people live in any way but its own', async () => {
		await using('root', async (c) => {
			await c.query(`INSERT IGNORE INTO person (id, issuer, subject, given_name, family_name) VALUES (900000001, 'test', 'lives', 'Т', 'Т')`)
			const community = await plantCommunity(c, 'lives')
			const own = { cabinet: ['declared'], moderation: ['official'], login: ['provider', 'register'] }
			for (const [user, kinds] of Object.entries(own))
				for (const kind of ['declared', 'official', 'provider', 'register']) {
					const error = await errorOf(as[user], `INSERT INTO residence (community_id, person_id, kind, category)
						VALUES (${community}, 900000001, '${kind}', 'works')`)
					assert.equal(error, kinds.includes(kind) ? 0 : SIGNALLED, `${user} ${kind}`)
				}
			assert.equal(await errorOf(as.cabinet, `DELETE FROM residence WHERE kind = 'official' AND community_id = ${community}`), SIGNALLED)
			assert.equal(await errorOf(as.moderation, `DELETE FROM residence WHERE kind = 'register' AND community_id = ${community}`), SIGNALLED)
			const [[m]] = await c.query('SELECT residence, category, residences FROM membership WHERE community_id = ?', [community])
			assert.deepEqual({ ...m }, { residence: 'register', category: 'works', residences: 0x4444 })
			for (const statement of ['UPDATE residence_event SET basis = \'x\'', 'DELETE FROM residence_event'])
				await denied('login', statement)
		})
	})

	test('take a person off their key, or lead an account back', async () => {
		await using('root', async (c) => {
			await c.query(`INSERT INTO person (id, person_key, key_version, given_name, family_name) VALUES (900000002, REPEAT('k', 32), 2, 'Т', 'Т')`)
			for (const change of ['person_key = NULL', 'person_key = REPEAT(\'x\', 32)', 'person_key = REPEAT(\'x\', 32), key_version = 2',
				'person_key = REPEAT(\'x\', 32), key_version = 1'])
				assert.equal(await errorOf(as.login, `UPDATE person SET ${change} WHERE id = 900000002`), SIGNALLED, change)
			assert.equal(await errorOf(as.login, `UPDATE person SET person_key = REPEAT('x', 32), key_version = 3 WHERE id = 900000002`), 0)
		})
	})

	test('find a stored file, unless it shows petitions or sweeps away what has no row', async () => {
		for (const user of ['home', 'login', 'cabinet'])
			await denied(user, 'SELECT stored FROM attachment')
	})

	test('give a role, unless it is the desk', async () => {
		for (const user of users.filter((u) => u !== 'moderation'))
			await denied(user, 'INSERT INTO staff (community_id, person_id, role) VALUES (1, 1, \'administrator\')')
	})

	test('make or end an owner of the installation: only manage', async () => {
		for (const user of users)
			for (const statement of ['INSERT INTO installation_owner (person_id) VALUES (1)',
				'UPDATE installation_owner SET until = NULL', 'DELETE FROM installation_owner'])
				await denied(user, statement)
	})

	test('write units and end roles, unless it is the desk; and the desk neither renames a unit nor moves a role', async () => {
		const acts = ['INSERT INTO unit (community_id, kind, name, name_en) VALUES (1, \'office\', \'x\', \'x\')',
			'UPDATE unit SET closed_at = NULL', 'UPDATE staff SET until = NULL']
		for (const user of users.filter((u) => u !== 'moderation'))
			for (const statement of acts)
				await denied(user, statement)
		for (const statement of ['UPDATE unit SET name = \'x\'', 'UPDATE unit SET community_id = 1', 'DELETE FROM unit', 'DELETE FROM staff',
			'UPDATE staff SET role = \'administrator\'', 'UPDATE staff SET person_id = 1', 'UPDATE staff SET unit_id = 1',
			'UPDATE staff SET since = UTC_TIMESTAMP()'])
			await denied('moderation', statement)
	})

	test('make a session, or make one fresh, longer or another’s', async () => {
		for (const user of users.filter((u) => u !== 'login'))
			await denied(user, 'INSERT INTO session (token_hash, community_id, person_id, created_at, seen_at, expires_at) VALUES (1, 1, 1, 1, 1, 1)')
		for (const user of users)
			for (const statement of ['UPDATE session SET proved_at = 1', 'UPDATE session SET operator_id = NULL', 'UPDATE session SET person_id = 1',
				'UPDATE session SET created_at = 1', 'UPDATE session SET token_hash = 1'])
				await denied(user, statement)
		for (const user of users.filter((u) => !['login', 'cabinet'].includes(u)))
			for (const column of ['provider', 'device'])
				await denied(user, `SELECT ${column} FROM session`)
	})

	test('serve at the counter or enter paper, unless it is the login, which confirms nothing', async () => {
		for (const user of users.filter((u) => u !== 'login'))
			for (const statement of ['SELECT counter_begin(1, 1, 2, \'passport\', \'\')', 'UPDATE counter_session SET ended_at = UTC_TIMESTAMP()',
				'INSERT INTO paper_batch (community_id, petition_id, unit_id, sheet, collected_on, operator_id) VALUES (1, 1, 1, \'x\', \'2026-01-01\', 1)',
				'INSERT INTO paper_row (batch_id, line, community_id, person_id, entered_by) VALUES (1, 1, 1, 1, 1)', 'UPDATE paper_row SET checked_by = 1'])
				await denied(user, statement)
		for (const user of users.filter((u) => u !== 'petitions'))
			for (const statement of ['UPDATE paper_batch SET confirmed_at = UTC_TIMESTAMP()', 'UPDATE paper_row SET outcome = \'signed\''])
				await denied(user, statement)
	})

	test('see who signed, unless it shows signatures', async () => {
		for (const user of ['home', 'worker'])
			await denied(user, 'SELECT person_id FROM petition_signature')
	})

	test('write more than when a session was last seen, or end it, if it is the cabinet', async () => {
		const [rows] = await using('root', (c) => c.query(`SELECT table_name AS t, privilege_type AS p, column_name AS c
			FROM information_schema.column_privileges WHERE grantee = '''cabinet''@''localhost''' AND privilege_type <> 'SELECT'
			UNION ALL SELECT table_name, privilege_type, NULL FROM information_schema.table_privileges
			WHERE grantee = '''cabinet''@''localhost''' AND privilege_type <> 'SELECT'`))
		// A text kept over a login; where and about what somebody gets letters; what they declare of themselves.
		const own = ['parked_form', 'contact', 'contact_claim', 'petition_follow', 'outbox', 'residence', 'residence_event']
		const written = rows.filter(({ t }) => !own.includes(t))
		assert.deepEqual(written.map(({ t, p, c }) => `${p} ${t}.${c}`), ['UPDATE session.seen_at', 'DELETE session.null'])
	})

	test('read where people get letters, unless it sends them or shows them their own', async () => {
		for (const user of users.filter((u) => !['worker', 'cabinet'].includes(u)))
			for (const statement of ['SELECT email FROM contact', 'SELECT email FROM contact_claim', 'SELECT token FROM letter'])
				await denied(user, statement)
		for (const user of users.filter((u) => u !== 'worker'))
			await denied(user, 'SELECT person_id FROM outbox')
		for (const user of users.filter((u) => u !== 'cabinet'))
			await denied(user, 'UPDATE contact SET confirmed_at = \'2020-01-01\'')
		await denied('cabinet', 'UPDATE outbox SET cancelled_at = NULL')
		await denied('cabinet', 'SELECT token FROM letter')
	})

	test('connect at all, if it is the stand-in provider', async () => {
		await assert.rejects(connect('standin-id'), { errno: DATABASE_DENIED })
	})
})

test('no program has a right on the whole server or the whole database', async () => {
	const [rows] = await using('root', (c) => c.query(`SELECT grantee, privilege_type AS right_ FROM information_schema.user_privileges
		WHERE privilege_type <> 'USAGE' AND grantee NOT LIKE '''root''@%' AND grantee NOT LIKE '''mariadb.sys''@%'
		UNION ALL SELECT grantee, privilege_type FROM information_schema.schema_privileges
		WHERE table_schema = 'viche'`))
	const own = rows.filter(({ grantee }) => users.some((user) => grantee === `'${user}'@'localhost'`))
	assert.deepEqual(own, [])
})

test('nobody enters without a password, or with a wrong one', async () => {
	for (const user of ['root', 'petitions', ''])
		for (const password of ['', 'x'])
			await assert.rejects(connect(user, { password }), { errno: ACCESS_DENIED })
})

test('the server keeps files apart and reads none from the client', async () => {
	await using('root', async (c) => {
		const [[v]] = await c.query('SELECT @@local_infile AS local, @@secure_file_priv AS dir, @@skip_networking AS alone')
		assert.equal(v.local, 0)
		assert.ok(v.dir?.length > 1, 'secure_file_priv is set')
		assert.equal(v.alone, 1)
	})
})

// The database alone, for tests that need no running site: only VICHE_VAR with keys/db and the socket.
// scripts/check gives them a MariaDB of their own that has every migration and no content.
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import mysql from 'mysql2/promise'

if (!process.env.VICHE_VAR)
	throw new Error('VICHE_VAR is not set: run this through `make check`')

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
export const vari = path.resolve(root, process.env.VICHE_VAR)
export const build = process.env.VICHE_BUILD ?? path.join(root, '.build/current')
export const conf = process.env.VICHE_CONF ?? path.join(vari, 'run/viche.conf')
const socketPath = process.env.VICHE_DB_SOCKET ?? path.join(vari, 'run/db.sock')

/* The services on sockets of their own, which know no database (lib/base/service.h). */
const withoutDatabase = ['media', 'standin-unseal', 'stem']
export const services = readdirSync(path.join(root, 'cgi-bin')).filter((name) => withoutDatabase.includes(name)).sort()
/* Every other program of the site has a database user of its name; `manage` is root. `recount` is no part
 * of the site. */
export const userOf = (program) => (program === 'manage' ? 'root' : program)
export const programs = readdirSync(path.join(root, 'cgi-bin'))
	.filter((name) => !services.includes(name) && name !== 'recount').sort()

const passwordOf = (user) => readFileSync(path.join(vari, 'keys/db', user), 'utf8').trim()

/* A connection as that user; settings as lib/data/db.c makes them. Close it with end(). */
export async function connect(user = 'root', { database = 'viche', password = passwordOf(user), ...more } = {}) {
	const c = await mysql.createConnection({ socketPath, user, password, database, charset: 'utf8mb4',
		timezone: 'Z', dateStrings: true, ...more })
	await c.query('SET NAMES utf8mb4 COLLATE utf8mb4_uca1400_as_ci, time_zone = \'+00:00\', sql_mode = \'TRADITIONAL\'')
	return c
}

/* Runs work with a connection that is closed whatever happens. */
export async function using(user, work, options) {
	const c = await connect(user, options)
	try {
		return await work(c)
	} finally {
		await c.end()
	}
}

/* The server's error number, or 0 where the statement passed. */
export async function errorOf(c, sql, values = []) {
	try {
		await c.query(sql, values)
		return 0
	} catch (e) {
		if (!e.errno)
			throw e
		return e.errno
	}
}

export const TABLE_DENIED = 1142
export const COLUMN_DENIED = 1143
export const SPECIFIC_DENIED = 1227
export const SIGNALLED = 1644

/* Asks again until the answer is truthy; fails with `what` after a bound. */
export async function until(what, ask, seconds = 20) {
	const end = Date.now() + seconds * 1000
	for (;;) {
		const found = await ask()
		if (found)
			return found
		if (Date.now() > end)
			throw new Error(`waited ${seconds} s in vain for: ${what}`)
		await new Promise((resolve) => setTimeout(resolve, 20))
	}
}

/* A community of this run's own, with rules; its people are made by `person`. */
export async function plantCommunity(c, name) {
	const unique = `${name}-${process.pid}-${Date.now().toString(36)}`
	const [{ insertId }] = await c.query(
		`INSERT INTO community (name, title, title_en, full_name, full_name_en, council, council_en, oblast,
			oblast_en, katottg, phone, offline, offline_en)
		VALUES (?, 'Т', 'T', 'Т', 'T', 'Т', 'T', 'Т', 'T', ?, '', '', '')`,
		[unique, `T${process.pid}${Date.now().toString(36)}`.slice(0, 19)])
	await c.query(`INSERT INTO petition_rules (community_id, version, threshold, term_days, who_may_sign)
		VALUES (?, 1, 3, 30, 'identified')`, [insertId])
	return insertId
}

let people = 0
export async function plantPerson(c) {
	const [{ insertId }] = await c.query(
		'INSERT INTO person (issuer, subject, given_name, family_name) VALUES (\'test\', ?, \'Проба\', \'Проба\')',
		[`${process.pid}-${Date.now().toString(36)}-${++people}`])
	return insertId
}

/* A petition in any state, as root; what is published has its terms and a total. */
export async function plantPetition(c, community, state, { author = null, threshold = 3, opened = 'UTC_TIMESTAMP()' } = {}) {
	const published = !['draft', 'submitted', 'returned', 'refused', 'contested'].includes(state)
	const [{ insertId }] = await c.query(
		`INSERT INTO petition (community_id, author_id, title, text, state) VALUES (?, ?, 'Проба назви', 'Текст проби', ?)`,
		[community, author, state])
	if (published) {
		await c.query(`UPDATE petition SET published_at = ${opened}, listed_at = ${opened},
			closes_at = ${opened} + INTERVAL 30 DAY, rules_version = 1, threshold = ?, term_days = 30 WHERE id = ?`,
		[threshold, insertId])
		await c.query('INSERT IGNORE INTO petition_total (petition_id, community_id) VALUES (?, ?)',
			[insertId, community])
	}
	return insertId
}

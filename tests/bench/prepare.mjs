// Prepares a bench: sessions of the demo residents, at most 2,000 (rows and CSRF tokens, as lib/web/session.c makes
// them) and a petition that collects. usage: prepare.mjs URL FILE; prints the petition's id.
// FILE gets lines "Cookie<TAB>X-CSRF-Token".
import { createHash, createHmac, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import mysql from 'mysql2/promise'

const [url, file] = process.argv.slice(2)
const dir = process.env.VICHE_VAR
const port = new URL(url).port
const conf = Object.fromEntries(readFileSync(`${dir}/run/viche.conf`, 'utf8').split('\n')
	.filter(l => l.includes(' = ')).map(l => l.split(' = ')))
const db = await mysql.createConnection({
	socketPath: `${dir}/run/${conf.db_socket.split('/').pop()}`, user: 'root', database: 'viche',
	password: readFileSync(`${dir}/keys/db/root`, 'utf8').trim(),
})
const key = readFileSync(`${dir}/keys/csrf`)
const now = Math.floor(Date.now() / 1000)

const [people] = await db.query(`SELECT m.person_id AS id FROM membership m WHERE m.community_id = 1
	AND m.residence = 'provider' ORDER BY m.person_id DESC LIMIT 2000`)
const lines = []
for (const { id } of people) {
	const token = randomBytes(32).toString('base64url')
	await db.execute(`INSERT INTO session (token_hash, community_id, person_id, created_at, seen_at,
		expires_at) VALUES (?, 1, ?, ?, ?, ?)`,
	[createHash('sha256').update(token).digest(), id, now, now, now + 86400])
	const mask = randomBytes(32)
	const mac = createHmac('sha256', key).update(`csrf:${token}`).digest()
	const csrf = Buffer.concat([mask, Buffer.from(mac.map((b, i) => b ^ mask[i]))]).toString('base64url')
	lines.push(`viche_session_${port}=${token}\t${csrf}`)
}
writeFileSync(file, lines.join('\n') + '\n')
const [made] = await db.execute(`INSERT INTO petition (community_id, title, text, state, submitted_at,
	published_at, listed_at, closes_at, threshold, term_days, rules_version) VALUES (1,
	'Петиція для вимірювань', 'Текст петиції, яку підписують під час вимірювань.', 'collecting',
	UTC_TIMESTAMP(), UTC_TIMESTAMP(), UTC_TIMESTAMP(), UTC_TIMESTAMP() + INTERVAL 90 DAY, ?, 90, 1)`,
[lines.length])
await db.execute('INSERT INTO petition_total (petition_id, community_id) VALUES (?, 1)', [made.insertId])
console.log(made.insertId)
await db.end()

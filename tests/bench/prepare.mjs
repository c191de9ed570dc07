// What a bench needs in the database: sessions of made-up residents with their CSRF tokens (as
// lib/web/session.c makes them) and petitions to sign. As root, beside the running site.
import { createHash, createHmac, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import mysql from 'mysql2/promise'

const dir = process.env.VICHE_VAR

export const connect = () => mysql.createConnection({ socketPath: `${dir}/run/db.sock`, user: 'root', database: 'viche',
	password: readFileSync(`${dir}/keys/db/root`, 'utf8').trim(), dateStrings: true, timezone: 'Z' })

/* [{person, cookie, csrf, tokenHash}] */
export async function sessions(db, port, most) {
	const key = readFileSync(`${dir}/keys/csrf`)
	const now = Math.floor(Date.now() / 1000)
	const [people] = await db.query(`SELECT p.id FROM person p JOIN membership m ON m.person_id = p.id AND m.community_id = 1
		AND m.residence = 'provider' WHERE p.issuer = 'urn:viche:seed' ORDER BY p.id LIMIT ?`, [most])
	const made = people.map(({ id }) => {
		const token = randomBytes(32).toString('base64url')
		const mask = randomBytes(32)
		const mac = createHmac('sha256', key).update(`csrf:${token}`).digest()
		return { person: id, cookie: `viche_session_${port}=${token}`,
			csrf: Buffer.concat([mask, Buffer.from(mac.map((b, i) => b ^ mask[i]))]).toString('base64url'),
			tokenHash: createHash('sha256').update(token).digest() }
	})
	for (let i = 0; i < made.length; i += 2000)
		await db.query('INSERT INTO session (token_hash, community_id, person_id, created_at, seen_at, expires_at) VALUES ?',
			[made.slice(i, i + 2000).map((s) => [s.tokenHash, 1, s.person, now, now, now + 86400])])
	return made.map((s) => ({ ...s, tokenHash: s.tokenHash.toString('hex') }))
}

/* New petitions that gather signatures: the first one's number; the others follow it. */
export async function petitions(db, count, threshold = 1000000) {
	const [[{ last }]] = await db.query('SELECT MAX(id) AS last FROM petition')
	await db.query(`INSERT INTO petition (id, community_id, title, text, state, submitted_at, published_at, listed_at,
		closes_at, clock_from, threshold, term_days, rules_version)
		SELECT ? + seq, 1, CONCAT('Петиція для вимірювань № ', seq), 'Текст петиції, яку підписують під час вимірювань.',
		'collecting', UTC_TIMESTAMP(), UTC_TIMESTAMP(), UTC_TIMESTAMP(), UTC_TIMESTAMP() + INTERVAL 90 DAY,
		UTC_TIMESTAMP(), ?, 90, 1 FROM seq_1_to_100000 WHERE seq <= ?`, [last, threshold, count])
	await db.query('INSERT INTO petition_total (petition_id, community_id) SELECT id, 1 FROM petition WHERE id > ?', [last])
	return last + 1
}

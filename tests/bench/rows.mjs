// The rows of scripts/bench: what is asked of Viche, what it cannot do without, and its goal (a share of
// its floor). Run by itself it prints the floors' statements for tests/bench/floor.c.
import { pathToFileURL } from 'node:url'

/* Who asks: every page of somebody who is logged in needs these. */
const session = 'SELECT person_id, seen_at, expires_at FROM session WHERE token_hash = UNHEX(?) AND community_id = ?'
const person = `SELECT p.given_name, p.family_name, m.residence FROM person p LEFT JOIN membership m ON m.person_id = p.id
	AND m.community_id = ? WHERE p.id = ?`
const petition = `SELECT p.id, p.title, p.text, p.state, p.author_id, p.published_at, p.closes_at, p.threshold, p.topic,
	t.signature_count FROM petition p LEFT JOIN petition_total t ON t.petition_id = p.id WHERE p.id = ? AND p.community_id = ?`
const events = 'SELECT from_state, to_state, created_at FROM event WHERE kind = \'petition\' AND subject_id = ? AND community_id = ? ORDER BY id'
const steps = 'SELECT step, office, started_at, due_at, done_at FROM legal_step WHERE kind = \'petition\' AND subject_id = ? AND community_id = ? ORDER BY id'
/* Withdrawn signatures are not shown, so the floor too looks for them. */
const signers = `SELECT n.family_name, n.given_name, s.created_at FROM petition_signature s FORCE INDEX (of_petition)
	STRAIGHT_JOIN person n ON n.id = s.person_id LEFT JOIN petition_withdrawal w ON w.petition_id = s.petition_id AND
	w.person_id = s.person_id WHERE s.petition_id = ? AND s.community_id = ? AND NOT s.hidden AND w.created_at IS NULL
	ORDER BY s.created_at DESC, s.person_id DESC LIMIT 6`
/* The three petitions beside the one that is shown: which they are is known, how they stand is not. */
const beside = `SELECT p.id, p.title, p.state, p.threshold, p.published_at, p.closes_at, t.signature_count FROM petition p
	FORCE INDEX (PRIMARY) LEFT JOIN petition_total t ON t.petition_id = p.id WHERE p.id IN (?, ?, ?) AND p.community_id = ?`
const files = 'SELECT id, name, type, size, width, height, created_at FROM attachment WHERE community_id = ? AND kind = \'petition\' AND subject_id = ? AND removed_at IS NULL'
const days = 'SELECT day, n FROM petition_day WHERE petition_id = ? AND community_id = ? ORDER BY day'
/* Candidates by the terms of the text, best first; then what they say, which is compared. */
const candidates = `SELECT t.petition_id FROM petition_term t WHERE t.community_id = ? AND t.term IN (?, ?, ?, ?, ?)
	GROUP BY t.petition_id ORDER BY COUNT(*) DESC LIMIT 200`
const saying = `SELECT s.petition_id, s.title_stems, s.text_stems FROM petition_search s WHERE s.petition_id BETWEEN ? AND ? + 199
	AND s.community_id = ?`
/* From the rarest word's petitions, each looked up under the others: no plan reads less. */
const found = `SELECT p.id, p.title, p.state, p.threshold, p.published_at, p.closes_at, t.signature_count FROM petition_term a
	STRAIGHT_JOIN petition_term b ON b.community_id = a.community_id AND b.term = ? AND b.petition_id = a.petition_id
	STRAIGHT_JOIN petition_term c ON c.community_id = a.community_id AND c.term = ? AND c.petition_id = a.petition_id
	STRAIGHT_JOIN petition p ON p.id = a.petition_id LEFT JOIN petition_total t ON t.petition_id = p.id
	WHERE a.term = ? AND a.community_id = ? AND p.section IS NOT NULL ORDER BY p.listed_at DESC, p.id DESC LIMIT 21`
const list = (columns) => `SELECT p.id, p.title, p.lang, p.state, p.verdict, p.threshold, p.published_at, p.closes_at, p.reason,
	p.district_id, t.signature_count, t.day_count
	FROM petition p FORCE INDEX (by_section) LEFT JOIN petition_total t ON t.petition_id = p.id WHERE p.community_id = ? AND p.section = 'not_reached'
	AND ${columns} ORDER BY p.listed_at DESC, p.id DESC LIMIT 21`

/* values: what the statements' `?` take in turn, from what bench.mjs prepared. */
export const rows = [
	{ name: 'petition page, anonymous (micro-cache)', goal: 0.90, floor: 'cached', sql: [], values: () => [],
		path: (x) => `/petitions/${x.petition}` },
	{ name: 'petition page, logged in', goal: 0.60, floor: 'page', loggedIn: true,
		sql: [session, person, petition, events, steps, files, beside, days, signers],
		values: (x) => [x.tokenHash, 1, 1, x.person, x.petition, 1, x.petition, 1, x.petition, 1, 1, x.petition, ...x.beside, 1,
			x.petition, 1, x.petition, 1],
		path: (x) => `/petitions/${x.petition}` },
	{ name: 'list of petitions, page 1, logged in', goal: 0.60, floor: 'list1', loggedIn: true,
		sql: [session, person, list('p.listed_at < ?')],
		values: (x) => [x.tokenHash, 1, 1, x.person, 1, '9999-12-31'], path: () => '/petitions?state=not_reached' },
	{ name: 'list of petitions, page 500, logged in', goal: 0.60, floor: 'list500', loggedIn: true,
		sql: [session, person, list('(p.listed_at < ? OR (p.listed_at = ? AND p.id < ?))')],
		values: (x) => [x.tokenHash, 1, 1, x.person, 1, x.deep.at, x.deep.at, x.deep.id],
		path: (x) => `/petitions?state=not_reached&after=${x.deep.after}` },
	{ name: 'search with stems, logged in', goal: 0.50, floor: 'search', loggedIn: true,
		sql: [session, person, found],
		values: (x) => [x.tokenHash, 1, 1, x.person, 'дорога', 'ремонт', 'корабельний', 1],
		path: () => `/petitions?state=all&q=${encodeURIComponent('ремонт дороги на Корабельній')}` },
	{ name: 'similar petitions as JSON, no cache', goal: 0.50, floor: 'similar', loggedIn: true,
		sql: [session, person, candidates, saying, beside],
		values: (x) => [x.tokenHash, 1, 1, x.person, 1, 'яма', 'дорога', 'корабельний', 'асфальт', 'автобус', x.petition, x.petition, 1,
			...x.beside, 1],
		path: () => `/api/v1/petitions/similar?title=${encodeURIComponent('Відремонтувати дорогу на Корабельній')}&text=${
			encodeURIComponent('На дорозі ями, автобус об’їжджає їх тротуаром. Просимо новий асфальт.')}` },
	{ name: 'petition as JSON, no cache', goal: 0.70, floor: 'json', loggedIn: true,
		sql: [session, person, petition, events, steps, files],
		values: (x) => [x.tokenHash, 1, 1, x.person, x.petition, 1, x.petition, 1, x.petition, 1, 1, x.petition], path: (x) => `/api/v1/petitions/${x.petition}` },
]

/* Signing: the floor is who asks, and one durable row. */
export const signing = { floor: 'sign', sql: [session, person,
	'INSERT INTO petition_signature (petition_id, person_id, community_id) VALUES (?, ?, ?)'] }

if (import.meta.url === pathToFileURL(process.argv[1]).href)
	for (const { floor, sql } of [...rows, signing])
		for (const text of sql)
			console.log(`${floor}\t${text.replace(/\s+/g, ' ')}`)

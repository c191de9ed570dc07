// scripts/bench: measures each row and its floor in turn, some rounds, and prints one table.
// usage: bench.mjs URL [--json] [--seconds N] [--rounds N]
import { petitions, sessions, connect } from './prepare.mjs'
import { poster, privateDirty, processes, wrk } from './load.mjs'
import { rows, signing } from './rows.mjs'

const [url, ...options] = process.argv.slice(2)
const option = (name, otherwise) => {
	const i = options.indexOf(name)
	const n = i < 0 ? otherwise : Number(options[i + 1])
	if (!Number.isInteger(n) || n < 1)
		throw new Error(`${name} wants a number from 1`)
	return n
}
const seconds = option('--seconds', 3)
const rounds = option('--rounds', 3)
const json = options.includes('--json')
const folder = `${process.env.VICHE_VAR}/tmp`
const port = new URL(url).port
const db = await connect()
const say = (text) => json || console.log(text)

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]
const people = await sessions(db, port, 20000)
const one = people[0]
const [[{ petition }]] = await db.query(`SELECT t.petition_id AS petition FROM petition_total t JOIN petition p
	ON p.id = t.petition_id WHERE p.community_id = 1 AND p.state = 'collecting' ORDER BY t.signature_count DESC LIMIT 1`)

/* The 500th page of 20, as its link has it. */
async function deepPage() {
	const [[row]] = await db.query(`SELECT id, listed_at AS at FROM petition WHERE community_id = 1 AND
		section = 'not_reached' ORDER BY listed_at DESC, id DESC LIMIT 1 OFFSET ?`, [499 * 20 - 1])
	let after = ''
	for (let page = 0; page < 499 / 5; page++) {
		const limit = Math.min(100, 499 * 20 - page * 100)
		const list = await (await fetch(`${url}/api/v1/petitions?state=not_reached&sort=newest&limit=${limit}${after}`,
			{ headers: { Cookie: one.cookie } })).json()
		after = `&after=${list.next}`
	}
	return { ...row, after: after.slice('&after='.length) }
}
const x = { petition, person: one.person, tokenHash: one.tokenHash, deep: await deepPage(),
	beside: [petition + 1, petition + 20, petition + 300] }

async function size(path, headers) {
	const answer = await fetch(url + path, { headers })
	const body = await answer.arrayBuffer()
	if (answer.status !== 200)
		throw new Error(`${path}: ${answer.status}`)
	return body.byteLength
}

const floorUrl = (name, bytes, values) =>
	`${url}/floor/${name}?n=${bytes}&a=${values.map((v) => encodeURIComponent(v)).join('|')}`

function check(name, load) {
	if (load.bad > 0)
		throw new Error(`${name}: ${load.bad} of ${load.requests} answers were errors`)
	return load
}

const results = []
function add(row, pairs) {
	const ratios = pairs.map(({ own, floor }) => own.rps / floor.rps)
	const of = (which, what) => median(pairs.map((pair) => pair[which][what]))
	const result = { name: row.name, ratio: round(median(ratios), 3), goal: row.goal ?? null,
		ratio_min: round(Math.min(...ratios), 3), ratio_max: round(Math.max(...ratios), 3),
		rps: Math.round(of('own', 'rps')), floor_rps: Math.round(of('floor', 'rps')), p50_ms: of('own', 'p50'),
		p99_ms: of('own', 'p99'), ...(row.bytes ? { bytes: row.bytes } : {}) }
	results.push(result)
	say(`${result.name.padEnd(48)} ${result.ratio.toFixed(2).padStart(6)} ${(row.goal?.toFixed(2) ?? '').padStart(6)}  ` +
		`${`${result.ratio_min.toFixed(2)}–${result.ratio_max.toFixed(2)}`.padStart(11)} ` +
		`${String(result.rps).padStart(8)} ${String(result.floor_rps).padStart(8)} ` +
		`${result.p50_ms.toFixed(1).padStart(8)} ${result.p99_ms.toFixed(1).padStart(8)}`)
}
const round = (n, digits) => Number(n.toFixed(digits))

say(`${'row'.padEnd(48)}  ratio   goal      spread    rps/s  floor/s   p50 ms   p99 ms`)
for (const row of rows) {
	const path = row.path(x)
	const headers = row.loggedIn ? { Cookie: one.cookie } : {}
	row.bytes = await size(path, headers)
	const floor = floorUrl(row.floor, row.bytes, row.values(x))
	await size(floor.slice(url.length), headers)
	const pairs = []
	for (let i = 0; i < rounds; i++)
		pairs.push({ floor: check(`floor of ${row.name}`, await wrk(floor, { seconds, headers })),
			own: check(row.name, await wrk(url + path, { seconds, headers })) })
	add(row, pairs)
}

/* Signing: each request is another person's; new petitions each time. */
async function signs(name, count) {
	const pairs = []
	for (let i = 0; i < rounds; i++) {
		const first = await petitions(db, count), firstFloor = await petitions(db, count)
		const pick = (from) => `local petition = ${from} + (i + round) % ${count}`
		const own = poster(`${folder}/own`, people, (p) => `${p.cookie}\t${p.csrf}`, `${pick(first)}
			return wrk.format('POST', '/api/v1/petitions/' .. petition .. '/sign',
				{ ['Cookie'] = who[1], ['X-CSRF-Token'] = who[2], ['Content-Length'] = '0' }, '')`)
		const floor = poster(`${folder}/floor`, people, (p) => `${p.tokenHash}\t${p.person}`, `${pick(firstFloor)}
			return wrk.format('POST', '/floor/${signing.floor}?n=100&a=' .. who[1] .. '|1|1|' .. who[2] .. '|' ..
				petition .. '|' .. who[2] .. '|1', { ['Content-Length'] = '0' }, '')`)
		pairs.push({ floor: check(`floor of ${name}`, await wrk(url, { seconds, script: floor })),
			own: check(name, await wrk(url, { seconds, script: own })) })
	}
	return pairs
}
const many = await signs('sign', 1000)
add({ name: 'sign, on 1,000 petitions', goal: 0.60 }, many)
/* One petition against the row before, whose floor is itself. */
const single = await signs('sign', 1)
add({ name: 'sign, on one petition (floor: the row before)', goal: 0.95 },
	single.map((pair, i) => ({ own: pair.own, floor: many[i].own })))

/* From the deciding signature to the transition, as an anonymous reader sees it. */
async function transition() {
	const threshold = 300
	const id = await petitions(db, 1, threshold)
	for (let i = 0; i < threshold; i += 50)
		await Promise.all(people.slice(i, i + 50).map((p) => fetch(`${url}/api/v1/petitions/${id}/sign`,
			{ method: 'POST', headers: { Cookie: p.cookie, 'X-CSRF-Token': p.csrf } })))
	const begun = performance.now()
	for (;;) {
		const { state } = await (await fetch(`${url}/api/v1/petitions/${id}`)).json()
		if (state === 'reached')
			return performance.now() - begun
		if (performance.now() - begun > 30000)
			throw new Error(`petition ${id} was not reached in 30 s`)
		await new Promise((done) => setTimeout(done, 10))
	}
}
const moved = []
for (let i = 0; i < rounds; i++)
	moved.push(await transition())
const extra = { transition_ms: Math.round(median(moved)), transition_ms_max: Math.round(Math.max(...moved)) }
say(`\nfrom the deciding signature to "reached" for everyone: ${extra.transition_ms} ms (at most ${extra.transition_ms_max} ms)`)

/* Memory: after a warm-up of 2,000 requests and after 100,000. */
const instance = process.env.VICHE_VAR
const memory = (program) => processes(program, instance).map(privateDirty)
let sent = 0
const send = async (until) => {
	while (sent < until)
		sent += (await wrk(`${url}/petitions/${petition}`, { seconds: Math.min(seconds, 3), headers: { Cookie: one.cookie } })).requests
}
await send(2000)
const before = memory('petitions')
await send(100000)
extra.requests = sent
extra.private_dirty_kb = Object.fromEntries(['petitions', 'home', 'cabinet', 'moderation', 'login', 'worker', 'stem', 'media']
	.map((program) => [program, memory(program)]))
extra.petitions_before_kb = before
say(`private dirty memory, kB, after ${sent} requests (petitions before: ${before.join(' ')})`)
for (const [program, list] of Object.entries(extra.private_dirty_kb))
	say(`  ${program.padEnd(12)} ${list.join(' ')}`)
if (json)
	console.log(JSON.stringify({ rows: results, ...extra }, null, 1))
await db.end()

// Residents sign one petition, 32 at a time, until its threshold: how fast, and how soon after the
// deciding signature everyone sees that it was reached. usage: sign.mjs URL FILE PETITION FLOOR
import http from 'node:http'
import { readFileSync } from 'node:fs'

const [url, file, petition, floor] = process.argv.slice(2)
const people = readFileSync(file, 'utf8').trim().split('\n').map(l => l.split('\t'))
const agent = new http.Agent({ keepAlive: true, maxSockets: 32 })

function call(method, path, headers = {}) {
	return new Promise((done, fail) => {
		const rq = http.request(url + path, { method, agent, headers: { 'Content-Length': 0, ...headers } },
			rs => {
				let body = ''
				rs.setEncoding('utf8').on('data', d => { body += d }).on('end', () => done({ status: rs.statusCode, body }))
			})
		rq.on('error', fail).end()
	})
}

const line = (what, n, of) =>
	console.log(`${what.padEnd(58)} ${n.toFixed(0).padStart(9)}/s  ${(100 * n / of).toFixed(1).padStart(6)} %`)

// The client is a floor too: the same calls without work behind them.
const answers = {}
async function all(each) {
	const begun = performance.now()
	let next = 0
	await Promise.all(Array.from({ length: 32 }, async () => {
		while (next < people.length)
			await each(people[next++])
	}))
	return people.length * 1000 / (performance.now() - begun)
}
const client = await all(() => call('GET', '/healthz/petitions'))
line('this client, FastCGI and one SELECT (floor)', client, client)
const signing = await all(async ([cookie, csrf]) => {
	const { status } = await call('POST', `/api/v1/petitions/${petition}/sign`,
		{ Cookie: cookie, 'X-CSRF-Token': csrf })
	answers[status] = (answers[status] ?? 0) + 1
})
line('signatures under one petition, each durable', signing, client)
const last = performance.now()
for (;;) {
	const { body } = await call('GET', `/api/v1/petitions/${petition}`)
	const p = JSON.parse(body)
	if (p.state === 'reached') {
		console.log(`answers ${JSON.stringify(answers)}; reached with ${p.signature_count} signatures, ` +
			`seen ${((performance.now() - last) / 1000).toFixed(2)} s after the last one (goal 2 s)`)
		break
	}
	if (performance.now() - last > 30000) {
		console.log(`not reached after 30 s: ${body}`)
		process.exitCode = 1
		break
	}
}
agent.destroy()

// The default limits, on an instance that has them as they are: the stubborn get 429, the many go on.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import net from 'node:net'
import { after, before, test } from 'node:test'
import { startInstance } from '../lib/instance.mjs'

let site, v

before(async () => {
	site = await startInstance({ environment: { VICHE_LIMITS: '1' } })
	v = site.viche
})

after(() => site?.stop())

/* Each test comes from an address of its own, since the counters remember for a while. */
const flood = (count, path, from, headers = () => ({})) => v.parallel([...Array(count).keys()], 32,
	(i) => v.request('GET', path, { from, headers: headers(i) }))

const shares = (answers) => ({ well: answers.filter((a) => a.status < 400).length, refused: answers.filter((a) => a.status === 429) })

function refusedWell(answers, least, most) {
	const { well, refused } = shares(answers)
	assert.equal(well + refused.length, answers.length, 'nothing but 200 and 429')
	assert.ok(well >= least, `only ${well} were answered`)
	assert.ok(well <= most, `${well} of ${answers.length} were answered: there is no limit`)
	for (const answer of refused) {
		assert.match(answer.headers['retry-after'], /^\d+$/)
		assert.equal(answer.headers['cache-control'], 'no-store')
		assert.equal(answer.headers['x-content-type-options'], 'nosniff')
		assert.ok(answer.headers['content-security-policy'])
	}
	return refused[0]
}

test('one visitor without a session: 200 at once and 50 a second, then 429 that says when to come back', async () => {
	const page = refusedWell(await flood(1000, '/petitions', '127.0.0.11'), 200, 900)
	assert.ok(page.text.includes('<h1>Забагато запитів</h1>'))
	assert.equal((await v.request('GET', '/petitions', { from: '127.0.0.12' })).status, 200, 'a neighbour goes on')
	const json = refusedWell(await flood(1000, '/api/v1/petitions', '127.0.0.13'), 200, 900)
	assert.equal(json.body.status, 429)
	assert.equal(json.body.type, '/problems/too-many-requests')
	await v.until('the visitor may come back', async () => (await v.request('GET', '/petitions', { from: '127.0.0.11' })).status === 200)
})

test('one session: 100 at once and 20 a second, whatever address it comes from', async () => {
	const [client, other] = await v.plantSessions(await v.plantPeople(2))
	const cookie = (who) => ({ Cookie: who.cookie() })
	const answers = await v.parallel([...Array(900).keys()], 32, (i) =>
		v.request('GET', '/petitions', { from: `127.0.1.${1 + (i % 200)}`, headers: cookie(client) }))
	refusedWell(answers, 100, 700)
	assert.equal((await v.request('GET', '/petitions', { from: '127.0.1.1', headers: cookie(other) })).status, 200)
})

/* Requests one behind the other on open connections, as fast as the site takes them: their statuses. */
function pipeline(connections, each, request, from) {
	return v.parallel([...Array(connections).keys()], connections, (i) => new Promise((resolve, reject) => {
		const socket = net.connect({ port: v.port, host: '127.0.0.1', localAddress: from })
		let text = ''
		socket.on('error', reject)
		socket.on('data', (part) => { text += part.toString('latin1') })
		socket.on('close', () => resolve([...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((m) => Number(m[1]))))
		const all = Array.from({ length: each }, (_, n) => request(i * each + n))
		all[each - 1] = all[each - 1].replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')
		socket.write(all.join(''))
	})).then((lists) => lists.flat())
}

test('made-up sessions do not get an address round its limit', async () => {
	/* The cheapest answer of a program, so that the limit is what is measured: of a host that is nobody's. */
	const statuses = await pipeline(10, 500, () => 'GET /api/v1/none HTTP/1.1\r\nHost: nobody.example\r\n'
		+ `Cookie: ${v.sessionCookie()}=${randomBytes(32).toString('base64url')}\r\n\r\n`, '127.0.0.21')
	const count = (status) => statuses.filter((s) => s === status).length
	assert.equal(count(421) + count(429), 5000)
	assert.ok(count(421) >= 1000 && count(429) > 0, `${count(421)} answered, ${count(429)} refused`)
	assert.equal((await v.request('GET', '/petitions', { from: '127.0.0.22' })).status, 200)
})

test('the login has a limit of its own', async () => {
	refusedWell(await flood(500, '/login', '127.0.0.31'), 50, 400)
	assert.equal((await v.request('GET', '/petitions', { from: '127.0.0.31' })).status, 200, 'reading goes on')
})

test('five hundred people behind one address read and sign undisturbed', async () => {
	const id = await v.plantPetition({ threshold: 1000 })
	const clients = await v.plantSessions(await v.plantPeople(500))
	const answers = await v.parallel(clients, 50, async (client) => {
		const page = await client.get(`/petitions/${id}`)
		return [page, await client.json('POST', `/api/v1/petitions/${id}/sign`)]
	})
	assert.deepEqual([...new Set(answers.map(([page]) => page.status))], [200])
	assert.deepEqual([...new Set(answers.map(([, signed]) => signed.status))], [201])
	assert.equal((await v.sql('SELECT COUNT(*) AS n FROM petition_signature WHERE petition_id = ?', [id]))[0].n, 500)
})

test('static files and health checks are not counted', async () => {
	const [file] = /\/static\/[^"]+\.css/.exec((await v.request('GET', '/', { from: '127.0.0.41' })).text)
	for (const answer of await flood(600, file, '127.0.0.42'))
		assert.equal(answer.status, 200)
	assert.equal((await v.request('GET', '/petitions', { from: '127.0.0.42' })).status, 200)
})

test('an author writes ten petitions a day, then is asked to wait', async () => {
	const author = await v.login('r141')
	for (let i = 0; i < 10; i++)
		v.expect(await author.json('POST', '/api/v1/petitions', { title: v.uniqueTitle(), text: 'чернетка' }), 201)
	const answer = v.expect(await author.json('POST', '/api/v1/petitions', { title: v.uniqueTitle(), text: 'чернетка' }), 429)
	assert.equal(answer.body.type, '/problems/too-many-drafts')
	assert.match(answer.headers['retry-after'], /^\d+$/)
	const other = await v.login('r142')
	v.expect(await other.json('POST', '/api/v1/petitions', { title: v.uniqueTitle(), text: 'чернетка' }), 201)
	const form = await author.post('/petitions', { title: v.uniqueTitle(), text: 'чернетка', do: 'save' })
	assert.equal(form.status, 429)
})

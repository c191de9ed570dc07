// The database dies, or stands still: what was read stays readable, what was written is not lost.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startInstance } from '../lib/instance.mjs'

let site, writer
const text = 'Просимо раду громади розглянути це питання.\n\nІ ще: «лапки», <b>кутики</b> & амперсанди.'

before(async () => {
	site = await startInstance()
	writer = await site.viche.login('r1330')
	await writer.csrf()
	await keepPages()
})
after(() => site?.stop())

const kept = ['/', '/petitions', '/api/v1/petitions']

/* Pages that an anonymous visitor has seen are in nginx's cache. */
async function keepPages() {
	for (const path of kept)
		assert.equal((await site.viche.request('GET', path)).status, 200)
}

async function keptPagesGoOn() {
	for (let i = 0; i < 3; i++)
		for (const path of kept)
			assert.equal((await site.viche.request('GET', path)).status, 200, path)
}

/* Ends MariaDB as a power cut would, and keeps it from being started again until work is over. */
async function withoutDatabase(work) {
	const supervisor = site.pid('supervise')
	site.halt(supervisor)
	site.kill(site.pid('mariadbd'))
	try {
		await work()
	} finally {
		site.resume(supervisor)
		await everyoneIsBack()
	}
}

async function everyoneIsBack() {
	const { request, until } = site.viche
	for (const program of ['home', 'petitions', 'moderation', 'login', 'cabinet'])
		await until(`${program} has its database again`, async () =>
			(await request('GET', `/healthz/${program}`)).status === 200)
}

function unavailable(answer, type = /^text\/html/) {
	assert.equal(answer.status, 503)
	assert.match(answer.headers['retry-after'] ?? '', /^\d+$/, 'no Retry-After')
	assert.match(answer.headers['content-type'], type)
	assert.doesNotMatch(answer.text, /SELECT|INSERT|mariadb|\.sock/i)
}

/* The 503 page of a POST holds the form; once the database is back it is taken as it was. */
function holdsTheForm(answer, title) {
	unavailable(answer)
	assert.ok(!answer.text.includes('<b>кутики') && !answer.text.includes(title), 'what was sent is not escaped')
	const fields = new Map(site.viche.hidden(answer.text, '/petitions'))
	assert.equal(fields.get('title'), title)
	assert.equal(fields.get('text').replaceAll('\r\n', '\n'), text)
	assert.ok(fields.get('csrf'), 'the form has no token')
	return fields
}

async function isTaken(fields, title) {
	const made = await writer.post('/petitions', [...fields])
	assert.equal(made.status, 303, made.text)
	const { body } = await writer.json('GET', `/api/v1${made.location.replace('/edit', '')}`)
	assert.equal(body.title, title)
	const rows = await site.viche.sql('SELECT id FROM petition WHERE title = ?', [title])
	assert.equal(rows.length, 1, 'it was written twice')
}

const titled = (what) => `"><script>alert(1)</script> ${site.viche.uniqueTitle(what)}`

test('without a database kept pages go on, other pages and the JSON face say 503 and when to try again', async () => {
	const { request } = site.viche
	await withoutDatabase(async () => {
		await keptPagesGoOn()
		unavailable(await request('GET', '/petitions?q=never-asked'))
		unavailable(await request('GET', '/login'))
		unavailable(await writer.get('/me'))
		unavailable(await request('GET', '/api/v1/petitions?q=never-asked'), /^application\/problem\+json/)
		unavailable(await writer.json('POST', '/api/v1/petitions', { title: titled('JSON'), text }),
			/^application\/problem\+json/)
		assert.equal((await request('GET', '/healthz/petitions')).status, 503)
	})
	assert.equal((await request('GET', '/petitions?q=asked-again')).status, 200)
	assert.equal((await writer.get('/api/v1/session')).body.logged_in, true, 'the session was lost')
})

test('what was sent while the database was away is on the page, and one press sends it again', async () => {
	const title = titled('Надіслане')
	let fields
	await withoutDatabase(async () => {
		fields = holdsTheForm(await writer.post('/petitions', { title, text, do: 'save' }), title)
		// Pressed too early it is still there.
		fields = holdsTheForm(await writer.post('/petitions', [...fields]), title)
	})
	await isTaken(fields, title)
})

test('the longest petition is held as well', async () => {
	const title = titled('Найдовша')
	const long = text + '\n' + 'ї'.repeat(19000)
	await withoutDatabase(async () => {
		const answer = await writer.post('/petitions', { title, text: long, do: 'save' })
		unavailable(answer)
		assert.equal(new Map(site.viche.hidden(answer.text, '/petitions')).get('text').replaceAll('\r\n', '\n'), long)
	})
})

test('so it is where the program itself was started without a database', async () => {
	const { until } = site.viche
	const title = titled('Новий процес')
	let fields
	await withoutDatabase(async () => {
		const old = site.children('petitions')
		site.kill(...old)
		await until('petitions are started again', () => {
			const now = site.children('petitions')
			return now.length === old.length && !now.some((pid) => old.includes(pid))
		})
		await keptPagesGoOn()
		fields = holdsTheForm(await writer.post('/petitions', { title, text, do: 'save' }), title)
	})
	await isTaken(fields, title)
})

test('a stopped database costs readers of kept pages nothing, and the others a bounded wait', async () => {
	const { request } = site.viche
	const title = titled('Зупинена')
	await keepPages()
	const mariadbd = site.pid('mariadbd')
	site.halt(mariadbd)
	let fields
	try {
		let over = false
		// More than a process each would take; request() itself gives up after 30 s.
		const waiting = Promise.all([writer.post('/petitions', { title, text, do: 'save' }),
			request('GET', '/petitions?q=stopped1'), request('GET', '/?q=stopped2'),
			request('GET', '/api/v1/session'), writer.get('/me')]).finally(() => { over = true })
		await keptPagesGoOn()
		assert.equal(over, false, 'the database was not stopped')
		const [sent, ...others] = await waiting
		fields = holdsTheForm(sent, title)
		for (const answer of others)
			unavailable(answer, /^(text\/html|application\/problem\+json)/)
	} finally {
		site.resume(mariadbd)
		await everyoneIsBack()
	}
	await isTaken(fields, title)
})

test('after all that signatures are taken and counted', async () => {
	const { login, plantPetition, until, request } = site.viche
	const id = await plantPetition()
	for (const person of ['r1331', 'r1332']) {
		const signer = await login(person)
		assert.equal((await signer.json('POST', `/api/v1/petitions/${id}/sign`)).status, 201)
	}
	await until('both are counted', async () =>
		(await request('GET', `/api/v1/petitions/${id}`)).body.signature_count === 2)
})

// The programs behind nginx, spoken to without it: what a stranger could forge counts for nothing, and
// broken records do no harm.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import net from 'node:net'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { ABORT, BEGIN, call, exchange, PARAMS, pairs, params, record, requestBytes, startProgram, STDIN } from '../lib/fastcgi.mjs'
import { hidden, login, request, until, vari } from '../lib/viche.mjs'

const petitions = path.join(vari, 'run/petitions.sock')
const begin = record(BEGIN, Buffer.from([0, 1, 0, 0, 0, 0, 0, 0]))
let own

before(async () => { own = await startProgram('petitions') })
after(() => own?.stop())

const well = async (why) => {
	assert.deepEqual([own.process.exitCode, own.process.signalCode], [null, null], `${why}: the program ended`)
	assert.equal((await call(own.socket, 'GET', '/petitions')).status, 200, why)
}

test('forged identities in parameters and headers are ignored', async () => {
	const forged = { REMOTE_USER: 'admin', HTTP_REMOTE_USER: 'admin', AUTH_TYPE: 'Basic', HTTP_X_REMOTE_USER: '1',
		HTTP_X_FORWARDED_USER: 'admin', HTTP_AUTHORIZATION: 'Basic YWRtaW46YWRtaW4=', PERSON_ID: '1', VICHE_PERSON: '1' }
	const moderation = path.join(vari, 'run/moderation.sock')
	assert.equal((await call(moderation, 'GET', '/api/v1/moderation/queue', { more: forged })).status, 401)
	assert.equal((await call(petitions, 'GET', '/petitions/new', { more: forged })).status, 303)
	const answer = await request('GET', '/api/v1/moderation/queue', { headers: { 'Remote-User': 'admin',
		Remote_User: 'admin', 'X-Forwarded-User': 'admin', Authorization: 'Basic YWRtaW46YWRtaW4=', Proxy: 'http://127.0.0.1:1' } })
	assert.equal(answer.status, 401)
})

test('a forged host or address header does not change where we are', async () => {
	const answer = await request('GET', '/petitions', { headers: { 'X-Forwarded-Host': 'evil.example',
		'X-Original-URL': '/moderation', 'X-Rewrite-URL': '/moderation', Forwarded: 'host=evil.example' } })
	assert.equal(answer.status, 200)
	assert.ok(!answer.text.includes('evil.example'))
})

test('a Proxy header does not lead our own calls through a stranger (httpoxy)', async () => {
	let caught = 0
	const trap = net.createServer((socket) => { caught++; socket.destroy() })
	await new Promise((resolve) => { trap.listen(0, '127.0.0.1', resolve) })
	const proxy = `http://127.0.0.1:${trap.address().port}`
	const program = await startProgram('login')
	try {
		const more = { HTTP_PROXY: proxy, http_proxy: proxy, HTTPS_PROXY: proxy, ALL_PROXY: proxy }
		const page = await call(program.socket, 'GET', '/login', { more })
		const pre = page.cookies[0].split(';')[0]
		const form = new URLSearchParams(hidden(page.text, '/login/start')).toString()
		const started = await call(program.socket, 'POST', '/login/start', { body: form,
			more: { ...more, HTTP_COOKIE: pre, CONTENT_TYPE: 'application/x-www-form-urlencoded' } })
		assert.equal(started.status, 303, 'the provider was asked directly')
		const login2 = await login('r62') // and through nginx, with the header on every request
		assert.ok(login2.session)
		assert.equal((await request('GET', '/login', { headers: { Proxy: proxy } })).status, 200)
		assert.equal(caught, 0)
	} finally {
		await program.stop()
		trap.close()
	}
})

test('a body that is shorter, longer or oddly announced does no harm', async () => {
	const form = { CONTENT_TYPE: 'application/x-www-form-urlencoded' }
	for (const [length, body, statuses] of [[100, 'title=short', [303, 400, 401, 403]], [3, 'title=longer', [303, 400, 401, 403]],
		['-1', 'x', [400]], ['99999999999999999999', 'x', [400]], ['1e3', 'x', [400]], ['0x10', 'x', [400]], ['', 'x', [303, 401, 403]],
		['999999999', 'x', [413]]]) {
		const answer = await call(own.socket, 'POST', '/petitions', { body, more: { ...form, CONTENT_LENGTH: length } })
		assert.ok(statuses.includes(answer.status), `${length}: ${answer.status}`)
		await well(`content length ${length}`)
	}
})

test('requests without what nginx always sends are answered in order', async () => {
	for (const left of [{}, { REQUEST_METHOD: 'GET' }, { DOCUMENT_URI: '/petitions' }, { ...params('GET', '/petitions'), HTTP_HOST: '' },
		{ ...params('GET', '/petitions'), DOCUMENT_URI: '' }, { ...params('GET', '/petitions'), DOCUMENT_URI: 'petitions' },
		{ ...params('GET', '/petitions'), REQUEST_METHOD: '' }, { ...params('GET', '/petitions'), REQUEST_METHOD: 'G'.repeat(5000) },
		{ ...params('GET', '/petitions'), HTTP_COOKIE: ';'.repeat(60000) }, { ...params('GET', '/petitions'), QUERY_STRING: '&'.repeat(60000) },
		{ ...params('GET', '/petitions'), HTTP_HOST: 'a'.repeat(60000) }, { ...params('GET', '/petitions'), DOCUMENT_URI: `/${'ї'.repeat(20000)}` },
		{ ...params('GET', '/petitions'), DOCUMENT_URI: Buffer.from('/petitions/\x80\xff', 'latin1').toString('latin1') }]) {
		const bytes = await exchange(own.socket, requestBytes(left))
		assert.ok(bytes !== null && bytes.includes('Status: '), JSON.stringify(left).slice(0, 80))
		assert.match(bytes.toString('latin1'), /Status: (200|303|400|404|405|421) /)
		await well(JSON.stringify(left).slice(0, 80))
	}
})

test('broken FastCGI records neither end nor hang the program', async () => {
	const good = pairs(params('GET', '/petitions'))
	const broken = { 'no bytes at all': '', 'half a header': Buffer.from([1, 1, 0]), 'another version': record(BEGIN, Buffer.alloc(8), { version: 9 }),
		'an unknown role': record(BEGIN, Buffer.from([0, 77, 0, 0, 0, 0, 0, 0])), 'a record that is cut': record(PARAMS, good).subarray(0, 40),
		'parameters before a beginning': Buffer.concat([record(PARAMS, good), record(PARAMS)]),
		'a pair longer than its record (CVE-2025-23016)': Buffer.concat([begin, record(PARAMS, Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 65])), record(PARAMS)]),
		'a value that is not there': Buffer.concat([begin, record(PARAMS, Buffer.from([1, 100, 65])), record(PARAMS)]),
		'an abort': Buffer.concat([begin, record(PARAMS, good), record(ABORT)]),
		'a body without an end': Buffer.concat([begin, record(PARAMS, pairs(params('POST', '/petitions', { CONTENT_LENGTH: 900 }))), record(PARAMS), record(STDIN, Buffer.from('abc'))]),
		'zeros': Buffer.alloc(4096), 'noise': randomBytes(4096) }
	for (const [why, bytes] of Object.entries(broken)) {
		await exchange(own.socket, bytes, { close: true })
		await well(why)
	}
	const whole = requestBytes(params('GET', '/petitions', { HTTP_COOKIE: 'lang=en' }))
	for (let i = 0; i < 60; i++) {
		const bytes = Buffer.from(whole)
		for (let flips = 0; flips < 3; flips++)
			bytes[(i * 131 + flips * 977) % bytes.length] ^= 1 << ((i + flips) % 8)
		await exchange(own.socket, bytes, { close: true })
	}
	await well('flipped bits')
})

test('a length that the library cannot serve ends one process at most, and the site is back at once', async () => {
	/* libfcgi asserts that memory for a name of two gigabytes was there: it stops rather than writes on. */
	const bytes = Buffer.concat([begin, record(PARAMS, Buffer.from([0xfe, 0xff, 0xff, 0xff, 0x82, 0, 0, 0, 65, 66])), record(PARAMS)])
	for (let i = 0; i < 8; i++)
		await exchange(petitions, bytes, { close: true })
	for (let i = 0; i < 12; i++)
		await until('petitions answers', () => call(petitions, 'GET', '/petitions').then((a) => a.status === 200, () => false))
	assert.equal((await request('GET', '/petitions')).status, 200)
})

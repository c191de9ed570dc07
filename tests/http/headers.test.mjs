// Every kind of answer carries the headers that keep browsers from being used against their owners.
import assert from 'node:assert/strict'
import net from 'node:net'
import { before, test } from 'node:test'
import { anonymous, login, plantPetition, port, request } from '../lib/viche.mjs'

let person, id

before(async () => {
	[person, id] = [await login('r131'), await plantPetition()]
})

const policy = (answer) => Object.fromEntries((answer.headers['content-security-policy'] ?? '').split(/;\s*/).filter(Boolean)
	.map((part) => [part.split(' ')[0], part.split(' ').slice(1).join(' ')]))

function guarded(answer, why) {
	const csp = policy(answer), h = answer.headers
	assert.equal(csp['default-src'], '\'none\'', `${why}: CSP`)
	assert.equal(csp['frame-ancestors'], '\'none\'', why)
	assert.equal(csp['base-uri'], '\'none\'', why)
	assert.ok(csp['form-action'] !== undefined, why)
	assert.ok(!/unsafe|\*(?!\.localhost:)/.test(h['content-security-policy']), `${why}: ${h['content-security-policy']}`)
	assert.ok(csp['script-src'] === undefined, `${why}: no script at all`)
	assert.equal(h['x-content-type-options'], 'nosniff', why)
	assert.equal(h['x-frame-options'], 'DENY', why)
	assert.equal(h['referrer-policy'], 'same-origin', why)
	assert.ok(h['x-request-id'], `${why}: X-Request-Id`)
	for (const name of ['x-powered-by', 'x-accel-expires', 'x-accel-redirect', 'status'])
		assert.equal(h[name], undefined, `${why}: ${name}`)
	assert.ok(!/\d/.test(h.server ?? ''), `${why}: the server's version is nobody's business`)
}

test('pages, JSON, redirects and the programs’ own errors', async () => {
	const token = await person.csrf()
	const answers = {
		page: await anonymous().get('/'), 'a list': await anonymous().get('/petitions'), 'a petition': await anonymous().get(`/petitions/${id}`),
		'a kept page': await anonymous().get('/'), 'an own page': await person.get('/me'), 'a form': await person.get('/petitions/new'), login: await anonymous().get('/login'),
		JSON: await anonymous().get('/api/v1/petitions'), 'JSON session': await person.get('/api/v1/session'), 'JSON error': await anonymous().get('/api/v1/petitions/0'),
		redirect: await anonymous().get('/petitions/new'), switch: await anonymous().get('/?lang=en'), HEAD: await anonymous().request('HEAD', '/petitions'),
		400: await anonymous().get('/petitions/%ff'), 401: await anonymous().get('/api/v1/me'), 403: await person.get('/moderation'), 404: await anonymous().get('/none'),
		405: await person.request('PUT', '/petitions'), 413: await person.request('POST', `/petitions/${id}/sign`, { body: 'x'.repeat(70000), headers: { 'X-CSRF-Token': token } }),
		415: await person.request('POST', '/petitions', { body: 'x', headers: { 'Content-Type': 'text/plain', 'X-CSRF-Token': token } }),
		421: await request('GET', '/', { host: 'evil.example' }), 422: await person.post('/petitions', { title: '', text: '', do: 'submit' }), 'no csrf': await person.post('/petitions', { csrf: 'x' }),
		'the way to the provider': await anonymous().post('/login/start', { to: 'none', id: '0' }), 'a stale callback': await anonymous().get('/login/callback?code=x&state=y'),
		'the stand-in': await request('GET', '/standin-id/authorize'), health: await anonymous().get('/healthz/petitions'),
	}
	for (const [why, answer] of Object.entries(answers)) {
		guarded(answer, why)
		assert.equal(answer.headers['cross-origin-opener-policy'], 'same-origin', why)
		assert.match(answer.headers['permissions-policy'], /geolocation=\(\)/, why)
		if (answer.status < 300 || answer.status >= 400)
			assert.ok(answer.headers['content-type'], why)
	}
	assert.equal(answers.redirect.status, 303)
	assert.match(answers.page.headers['content-type'], /^text\/html; charset=utf-8$/i)
	assert.equal(answers.JSON.headers['content-type'], 'application/json')
	assert.equal(answers['JSON error'].headers['content-type'], 'application/problem+json')
	const forms = policy(answers.login)['form-action']
	assert.match(forms, /'self'/)
	assert.match(forms, /http:\/\/127\.0\.0\.1:\d+$/, 'a form leads to the identity provider, or Chrome stops the login')
})

test('an answer that is 304 keeps its protection', async () => {
	for (const who of [person, anonymous()]) {
		const { headers } = await who.get(`/api/v1/petitions/${id}`)
		const answer = await who.get(`/api/v1/petitions/${id}`, { 'If-None-Match': headers.etag })
		assert.equal(answer.status, 304)
		guarded(answer, '304')
	}
})

test('nginx’s own errors: 400, 404, 413, 414 in both faces', async () => {
	const answers = {
		413: await request('POST', '/petitions', { body: 'x'.repeat(400000) }), '413 JSON': await request('POST', '/api/v1/petitions', { body: 'x'.repeat(400000) }),
		414: await request('GET', `/petitions?${'x'.repeat(40000)}`), 400: await request('GET', '/', { headers: { 'X-Long': 'x'.repeat(60000) } }),
		404: await request('GET', '/static/none.css'), 'a folder': await request('GET', '/static/'), 'the manifest': await request('GET', '/static/manifest'),
	}
	for (const [why, answer] of Object.entries(answers)) {
		guarded(answer, why)
		assert.equal(answer.headers['cache-control'], 'no-store', why)
		assert.equal(answer.cookies.length, 0)
	}
	assert.deepEqual([413, 413, 414, 400, 404, 404, 404], ['413', '413 JSON', '414', '400', '404', 'a folder', 'the manifest'].map((why) => answers[why].status))
	const problem = answers['413 JSON']
	assert.match(problem.headers['content-type'], /^application\/problem\+json/)
	assert.deepEqual(Object.keys(problem.body).sort(), ['detail', 'request_id', 'status', 'title', 'type'])
	assert.equal(problem.body.status, 413)
	assert.equal(problem.body.request_id, problem.headers['x-request-id'])
})

test('static files are immutable under hashed names and sniff-proof', async () => {
	const page = await anonymous().get('/')
	const files = [...page.text.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map((m) => m[1])
	assert.ok(files.length >= 2)
	for (const file of files) {
		assert.match(file, /-[0-9a-f]{12}\.\w+$/)
		const answer = await request('GET', file)
		assert.equal(answer.status, 200)
		assert.equal(answer.headers['cache-control'], 'public, max-age=31536000, immutable')
		assert.equal(answer.headers['x-content-type-options'], 'nosniff')
		assert.equal(answer.headers['cross-origin-resource-policy'], 'same-origin')
		assert.match(answer.headers['content-type'], /^(text\/css|image\/svg\+xml)/)
	}
})

test('a slow or silent client holds no program: others are answered', async () => {
	const idle = []
	for (let i = 0; i < 40; i++) {
		const socket = net.connect(port, '127.0.0.1')
		socket.on('error', () => {})
		socket.write(`POST /petitions HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\ntitle=`)
		idle.push(socket)
	}
	for (let i = 0; i < 20; i++)
		assert.equal((await anonymous().get(`/petitions?slow=${i}`)).status, 200)
	idle.forEach((socket) => socket.destroy())
})

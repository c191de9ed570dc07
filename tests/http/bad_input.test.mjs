// What bad input gets: a clear answer in the right face, and nothing stored.
import assert from 'node:assert/strict'
import net from 'node:net'
import { before, test } from 'node:test'
import { anonymous, expect, login, plantPetition, port, request, sql, submittedPetition, uniqueTitle, unescapeHtml } from '../lib/viche.mjs'

const text = 'Просимо раду громади розглянути це питання на найближчій сесії.'
const form = 'application/x-www-form-urlencoded', json = 'application/json'
let writer, token, writerId

before(async () => {
	writer = await login('r91')
	token = await writer.csrf()
	writerId = (await sql('SELECT person_id AS id FROM session WHERE token_hash = UNHEX(SHA2(?, 256))', [writer.session]))[0].id
})

const written = async () => JSON.stringify(await sql('SELECT id, title, text, state FROM petition WHERE author_id = ? ORDER BY id', [writerId]))
const send = (path, type, body, headers = {}) => writer.request('POST', path, { body,
	headers: { ...(type ? { 'Content-Type': type } : {}), 'X-CSRF-Token': token, ...headers } })

test('an unknown address is a 404 page in the reader’s language, and a problem in JSON', async () => {
	for (const path of ['/no/such', '/petitions/0', '/petitions/999999999', '/petitions/12x', '/petitions/-1', '/petitions/1/no',
		'/petitions/9999999999999999999999', '/moderation/none', '/login/none', '/me/none', '/.git/config', '/nginx.conf', '/petitions//']) {
		const page = await anonymous().get(path)
		assert.equal(page.status, 404, path)
		assert.ok(/<html lang="uk"/.test(page.text) && page.text.includes('href="/"'), `${path}: a way on`)
		const data = await anonymous().get(`/api/v1${path}`)
		assert.equal(data.status, 404, `/api/v1${path}`)
		assert.match(data.headers['content-type'], /^application\/problem\+json/)
		assert.equal(data.body.type, '/problems/not-found')
	}
	const english = await request('GET', '/no/such', { headers: { Cookie: 'lang=en' } })
	assert.ok(english.text.includes('There is no such page'))
})

test('a wrong form comes back with every entry kept, each error at its field and in the summary', async () => {
	const before = await written()
	const title = 'Ні', body = 'Коротко <b>та</b> "ясно"'
	const page = expect(await writer.post('/petitions', { title, text: body, do: 'submit' }), 422)
	const plain = unescapeHtml(page.text)
	assert.ok(plain.includes(`value="${title}"`) || plain.includes(`value='${title}'`))
	assert.ok(plain.includes(body))
	assert.ok(!page.text.includes('<b>та</b>'))
	for (const field of ['title']) {
		assert.ok(page.text.includes(`id="${field}-e"`), `the error stands beside ${field}`)
		assert.ok(page.text.includes(`href="#${field}"`), `the summary leads to ${field}`)
		assert.ok(new RegExp(`id="${field}"[^>]*aria-invalid="true"[^>]*aria-describedby="[^"]*${field}-e`).test(page.text))
	}
	assert.ok(/role="alert"/.test(page.text))
	assert.ok(/<title>Помилка/.test(page.text))
	const both = expect(await writer.post('/petitions', { title: '', text: '', do: 'submit' }), 422)
	assert.ok(both.text.includes('href="#title"') && both.text.includes('href="#text"'))
	const long = expect(await writer.post('/petitions', { title: 'я'.repeat(121), text: 'т'.repeat(20001), do: 'save' }), 422)
	assert.ok(long.text.includes('я'.repeat(121)) && long.text.includes('т'.repeat(20001)), 'nothing is cut')
	const data = await writer.json('POST', '/api/v1/petitions', { title: 'я'.repeat(121), text })
	assert.deepEqual(expect(data, 422).body.errors.map((e) => e.field), ['title'])
	assert.ok(data.body.errors[0].message.length > 10)
	assert.equal(data.body.type, '/problems/invalid')
	assert.equal(await written(), before)
})

test('JSON with an unknown, doubled or wrongly typed field names it', async () => {
	const before = await written()
	for (const [field, body] of [['titel', { title: uniqueTitle(), titel: 'x', text }], ['title', { title: ['a'], text }], ['title', { title: null, text }],
		['text', { title: uniqueTitle(), text: { a: 1 } }], ['title', { title: 1.5, text }], ['do', { title: uniqueTitle(), text, do: 'publish' }],
		['state', { title: uniqueTitle(), text, state: 'collecting' }], ['author_id', { title: uniqueTitle(), text, author_id: 1 }]]) {
		const answer = await writer.json('POST', '/api/v1/petitions', body)
		assert.equal(answer.status, 422, JSON.stringify(body).slice(0, 60))
		assert.ok(answer.body.errors.some((e) => e.field === field), `${field}: ${answer.text}`)
	}
	const twice = await send('/petitions', form, `title=${encodeURIComponent(uniqueTitle())}&title=x&text=abc&do=save`)
	assert.equal(twice.status, 422)
	assert.equal((await send('/api/v1/petitions', json, '{"title":"перша назва тут","title":"друга","text":"так"}')).status, 400)
	assert.equal(await written(), before)
})

test('broken bodies are 400 and nothing is stored', async () => {
	const before = await written()
	const title = `title=${encodeURIComponent(uniqueTitle())}`
	const boundary = 'multipart/form-data; boundary=XX'
	const part = (name, value) => `--XX\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
	for (const [why, type, body] of [['broken UTF-8', form, `${title}%ff%fe&text=abc&do=save`], ['a surrogate', form, `${title}&text=%ed%a0%80&do=save`],
		['overlong UTF-8', form, `${title}&text=%c0%af&do=save`], ['NUL', form, `${title}&text=a%00b&do=save`], ['a raw NUL', form, Buffer.from(`${title}&text=a\0b&do=save`)],
		['raw bytes', form, Buffer.concat([Buffer.from(`${title}&do=save&text=`), Buffer.from([0xff, 0xfe])])], ['half an escape', form, `${title}&text=%f&do=save`],
		['many fields', form, 'a=1&'.repeat(300) + title], ['multipart without an end', boundary, part('title', uniqueTitle()) + part('do', 'save')],
		['multipart of another boundary', boundary, part('title', uniqueTitle()).replaceAll('XX', 'YY')], ['multipart without a boundary', 'multipart/form-data', `${part('title', 'x')}--XX--\r\n`],
		['multipart with broken UTF-8', boundary, Buffer.concat([Buffer.from(part('do', 'save') + part('csrf', token)), Buffer.from('--XX\r\nContent-Disposition: form-data; name="title"\r\n\r\n'), Buffer.from([0xff]), Buffer.from('\r\n--XX--\r\n')])]]) {
		const answer = await send('/petitions', type, body)
		assert.equal(answer.status, 400, `${why}: ${answer.status}`)
		assert.ok(/<html lang="uk"/.test(answer.text), why)
	}
	for (const body of ['{', '[]', '"text"', 'null', '{"title":"x"} tail', '{"title":"\\ud800"}', '{"title":"a\\u0000b","text":"x"}', `${'['.repeat(5000)}`,
		'{"title":"x",}', Buffer.from([0x7b, 0x22, 0x74, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d]), `{"a":${'{"a":'.repeat(1000)}1${'}'.repeat(1001)}`]) {
		const answer = await send('/api/v1/petitions', json, body)
		assert.equal(answer.status, 400, `${body.slice(0, 30)}: ${answer.status}`)
		assert.equal(answer.body.type, '/problems/malformed-body')
	}
	assert.equal(await written(), before)
})

test('a body of another type is 415', async () => {
	const before = await written()
	const body = JSON.stringify({ title: uniqueTitle(), text })
	for (const [path, type] of [['/petitions', json], ['/petitions', 'text/plain'], ['/petitions', ''], ['/api/v1/petitions', 'text/xml'], ['/api/v1/petitions', 'text/plain'],
		['/api/v1/petitions', `${json}; charset=windows-1251`], ['/petitions', `${form}; charset=koi8-u`], ['/api/v1/petitions', 'application/json-patch+json']])
		assert.equal((await send(path, type, body)).status, 415, `${path} ${type}`)
	assert.equal(await written(), before)
	expect(await send('/api/v1/petitions', `${json}; charset=utf-8`, body), 201)
})

test('a good multipart form is taken as well', async () => {
	const title = uniqueTitle('Багаточастинна')
	const parts = Object.entries({ csrf: token, title, text: 'далі', do: 'save' })
		.map(([name, value]) => `--XX\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`).join('')
	expect(await writer.request('POST', '/petitions', { body: `${parts}--XX--\r\n`, headers: { 'Content-Type': 'multipart/form-data; boundary=XX' } }), 303)
	assert.equal((await sql('SELECT COUNT(*) AS n FROM petition WHERE title = ?', [title]))[0].n, 1)
})

test('too large is 413 with the limit named, from the programs and from nginx', async () => {
	const before = await written()
	const id = await plantPetition()
	for (const [path, size] of [['/petitions', 300], ['/petitions', 3000], [`/petitions/${id}/sign`, 70], [`/petitions/${id}/sign`, 3000], ['/login/start', 70],
		['/logout', 100], ['/moderation/petitions/1/publish', 100], ['/no/such', 100]])
		for (const face of ['', '/api/v1']) {
			const answer = await send(face + path, form, `title=${'x'.repeat(size * 1024)}`)
			assert.ok(answer.status === 413 || (answer.status === 404 && /login\/start|no\/such/.test(path)), `${face}${path} ${size}: ${answer.status}`)
			if (answer.status !== 413)
				continue
			const limit = /(\d+) (?:кБ|kB)/.exec(face ? answer.body.detail : answer.text)
			assert.ok(limit && [64, 256].includes(Number(limit[1])), `${face}${path} ${size}: the limit is not named`)
			assert.equal(Number(limit[1]), path === '/petitions' || (path.startsWith('/petitions') && size > 256) ? 256 : 64, `${face}${path} ${size}`)
		}
	assert.equal(await written(), before)
})

test('an address too long or malformed is refused in order', async () => {
	for (const [path, statuses] of [[`/petitions/${'9'.repeat(600)}`, [400, 404]], [`/petitions?q=${'x'.repeat(3000)}`, [400]], [`/petitions?q=${'x'.repeat(20000)}`, [414]],
		['/petitions/%ff', [400]], ['/petitions/%00', [400]], ['/petitions/%0a', [400, 404]], ['/%2e%2e/%2e%2e/etc/passwd', [400, 404]], ['/static/../nginx.conf', [400, 404]], ['/static/%2e%2e/run/viche.conf', [400, 404]],
		['/static/..%2fviche.conf', [400, 404]], ['/petitions?q=%ff', [200, 400]], ['/petitions?q=%00', [200, 400]], ['/petitions?after=%27%3B--', [200, 400]], ['/petitions?after=AAAA', [200]], ['/petitions?limit=-1&state=%F0%9F%92%A9&sort=;', [200]]])
		for (const face of ['', '/api/v1']) {
			const answer = await request('GET', path.startsWith('/petitions') ? face + path : path)
			assert.ok(statuses.includes(answer.status), `${face}${path.slice(0, 40)}: ${answer.status}`)
			assert.ok(!/root:|password|base_url/.test(answer.text))
		}
})

test('a method that an address does not know is 405 and says which it does', async () => {
	const id = await plantPetition()
	for (const [method, path, allow] of [['PUT', `/petitions/${id}`, /GET|POST/], ['DELETE', `/api/v1/petitions/${id}`, /GET/], ['PATCH', '/petitions', /GET/],
		['OPTIONS', '/api/v1/petitions', /GET/], ['POST', `/petitions/${id}/signers`, /^GET, HEAD$/], ['GET', '/logout', /^POST$/], ['GET', `/api/v1/petitions/${id}/submit`, /^POST$/],
		['POST', '/api/v1/session', /^GET, HEAD$/], ['HEAD', '/logout', /^POST$/], ['PROPFIND', '/', /GET/], ['BREW', '/petitions', /GET/]]) {
		const answer = await writer.request(method, path, { headers: { 'X-CSRF-Token': token } })
		assert.equal(answer.status, 405, `${method} ${path}`)
		assert.match(answer.headers.allow ?? '', allow, `${method} ${path}`)
	}
	for (const method of ['TRACE', 'CONNECT'])
		assert.ok([400, 405].includes((await raw(`${method} / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`)).status))
})

/* What Node's client would not send. */
function raw(bytes) {
	return new Promise((resolve, reject) => {
		const socket = net.connect(port, '127.0.0.1', () => socket.write(bytes, 'latin1'))
		let all = ''
		socket.setTimeout(20000, () => { socket.destroy(); reject(new Error('no answer')) })
		socket.on('data', (part) => { all += part.toString('latin1') })
		socket.on('error', reject)
		socket.on('close', () => resolve({ status: Number(/^HTTP\/1\.[01] (\d+)/.exec(all)?.[1] ?? 0), text: all, answers: all.split(/^HTTP\/1\.1 /m).length - 1 }))
	})
}

test('a request that two parsers could read differently is refused or read as one', async () => {
	const head = `Host: 127.0.0.1:${port}\r\nConnection: close\r\n`
	const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n'
	for (const [why, bytes] of [['both lengths', `POST /petitions HTTP/1.1\r\n${head}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`],
		['two lengths', `POST /petitions HTTP/1.1\r\n${head}Content-Length: 0\r\nContent-Length: 40\r\n\r\n${smuggled}`],
		['a folded coding', `POST /petitions HTTP/1.1\r\n${head}Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n${smuggled}`], ['an unknown coding', `POST /petitions HTTP/1.1\r\n${head}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`],
		['a space before the colon', `POST /petitions HTTP/1.1\r\n${head}Content-Length : 5\r\n\r\nabcde`], ['a negative length', `POST /petitions HTTP/1.1\r\n${head}Content-Length: -5\r\n\r\n`],
		['two hosts', `GET /petitions HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nHost: zhytomyr.localhost\r\nConnection: close\r\n\r\n`], ['no host', 'GET /petitions HTTP/1.1\r\nConnection: close\r\n\r\n'],
		['a host with a path', 'GET /petitions HTTP/1.1\r\nHost: a/b\r\nConnection: close\r\n\r\n'], ['nonsense', '\x16\x03\x01\x02\x00\x01\x00'], ['a bare newline in a header', `GET /petitions HTTP/1.1\r\n${head}X: a\n b\r\n\r\n`]]) {
		const answer = await raw(`${bytes}${why === 'nonsense' ? '\r\n\r\n' : ''}`)
		assert.ok([200, 400, 401, 403, 415, 421, 501].includes(answer.status), `${why}: ${answer.status}`)
		assert.ok(answer.answers <= 1, `${why}: two answers`)
		if (!['a bare newline in a header', 'both lengths'].includes(why))
			assert.ok(answer.status >= 400, `${why}: ${answer.status}`)
	}
})

test('a decision without words, with an unknown reason or on nothing is refused', async () => {
	const hanna = await login('hanna'), id = await submittedPetition('r92')
	const at = `/api/v1/moderation/petitions/${id}`
	for (const [step, body, field] of [['return', {}, 'explanation'], ['return', { explanation: '  \t ' }, 'explanation'], ['refuse', { explanation: 'Досить довге пояснення.' }, 'reason'],
		['refuse', { reason: 'because', explanation: 'Досить довге пояснення.' }, 'reason'], ['refuse', { reason: 'duplicate', explanation: 'x'.repeat(5000) }, 'explanation']]) {
		const answer = await hanna.json('POST', `${at}/${step}`, body)
		assert.ok(expect(answer, 422).body.errors.some((e) => e.field === field), `${step} ${field}: ${answer.text}`)
	}
	assert.equal((await hanna.json('POST', '/api/v1/moderation/petitions/999999999/publish')).status, 404)
	assert.equal((await sql('SELECT state FROM petition WHERE id = ?', [id]))[0].state, 'submitted')
})

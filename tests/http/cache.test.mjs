// The micro-cache: quick for everyone, and never anyone's own page for another.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anonymous, expect, login, parallel, plantPetition, request, sessionCookie, until, url } from '../lib/viche.mjs'

let serial = 0
/* An address that no one asked for before. */
const fresh = (path = '/petitions') => `${path}?q=cache${process.pid}x${serial++}`

/* Language and display of a page, as its <html> says. */
const shown = ({ text }) => ['lang', 'data-text', 'data-contrast']
	.map((name) => new RegExp(`<html[^>]* ${name}="([^"]*)"`).exec(text)?.[1]).join(' ')

const shape = (answer) => ({ setsCookie: answer.cookies.length > 0, token: /name="csrf"/.test(answer.text) })

test('a HEAD never poisons the cache', async () => {
	for (const path of ['/', '/petitions', `/petitions/${await plantPetition()}`]) {
		const target = fresh(path)
		const head = await anonymous().request('HEAD', target)
		assert.equal(head.status, 200)
		assert.equal(head.text, '')
		const page = await anonymous().get(target)
		assert.ok(/<\/html>/.test((page).text))
		const again = await anonymous().request('HEAD', target)
		assert.equal(again.text, '')
		assert.ok(/<\/html>/.test((await anonymous().get(target)).text))
	}
})

test('a page that is asked twice is made once', async () => {
	const target = fresh()
	const first = await anonymous().get(target)
	const ids = new Set([first.headers['x-request-id']])
	for (let i = 0; i < 5; i++)
		ids.add((await anonymous().get(target)).headers['x-request-id'])
	assert.ok(ids.size < 6, 'six requests within a moment made six pages: nothing was kept')
	assert.ok(ids.has(first.headers['x-request-id']))
})

test('anonymous pages set no cookie and carry no token, and the way to keep them stays inside', async () => {
	const id = await plantPetition()
	for (const path of ['/', '/petitions', '/petitions?state=all', `/petitions/${id}`, `/petitions/${id}/signers`]) {
		const answer = expect(await anonymous().get(path), 200)
		assert.deepEqual(shape(answer), { setsCookie: false, token: false }, path)
		assert.equal(answer.headers['x-accel-expires'], undefined, path)
		assert.match(answer.headers['cache-control'], /no-cache/, path)
	}
	const form = await anonymous().get('/login')
	assert.deepEqual(shape(form), { setsCookie: true, token: true })
	assert.match(form.headers['cache-control'], /private/)
	assert.equal(form.headers['x-accel-expires'], undefined)
})

test('a page of someone who is logged in never reaches another, nor the reverse', async () => {
	const person = await login('r31'), target = fresh()
	const name = (await person.get('/api/v1/session')).body.name.split(' ')[0]
	const own = await person.get(target)
	assert.ok(own.text.includes('href="/me"') && own.text.includes(name))
	for (let i = 0; i < 3; i++) {
		const answer = await anonymous().get(target)
		assert.ok(!answer.text.includes('href="/me"') && !answer.text.includes(name))
		assert.deepEqual(shape(answer), { setsCookie: false, token: false })
		assert.ok((await person.get(target)).text.includes('href="/me"'), 'the kept page is not shown to them')
	}
	const other = await login('r32')
	assert.ok(!(await other.get(target)).text.includes(`>${name} `))
	assert.match(own.headers['cache-control'], /private/)
})

test('a message for one browser is not kept for others', async () => {
	const person = await login('r33'), target = fresh('/')
	expect(await person.post('/logout'), 303)
	assert.ok([...person.jar.keys()].some((name) => name.includes('flash')))
	const shown = await person.get(target)
	assert.ok(/role="status"/.test((shown).text))
	assert.ok(!/role="status"/.test((await anonymous().get(target)).text))
})

test('an unchanged page costs 304, for people and for the cache', async () => {
	const id = await plantPetition({ state: 'not_reached' })
	const target = `/api/v1/petitions/${id}`
	const first = expect(await anonymous().get(target), 200)
	assert.match(first.headers.etag, /^(W\/)?"[\w-]+"$/)
	const second = await anonymous().get(target, { 'If-None-Match': first.headers.etag })
	assert.equal(second.status, 304)
	assert.equal(second.text, '')
	assert.equal((await anonymous().get(target, { 'If-None-Match': '"other"' })).status, 200)
	assert.equal((await anonymous().get(target)).status, 200, 'a 304 is not kept as the page')
	const person = await login('r34')
	const own = expect(await person.get(target), 200)
	assert.equal((await person.get(target, { 'If-None-Match': own.headers.etag })).status, 304)
})

test('language and display cookies have pages of their own; unknown cookies change nothing', async () => {
	const target = fresh('/')
	const get = (cookie) => request('GET', target, { headers: cookie ? { Cookie: cookie } : {} })
	assert.equal(shown(await get()), 'uk m normal')
	assert.equal(shown(await get('lang=en')), 'en m normal')
	assert.equal(shown(await get('text=xl')), 'uk xl normal')
	assert.equal(shown(await get('contrast=high; lang=en')), 'en m high')
	for (const cookie of ['lang=de', 'lang=en-GB', 'text=99', 'contrast="high"', 'tracker=1; _ga=GA1', 'x'.repeat(900)]) {
		const answer = await get(cookie)
		assert.equal(shown(answer), 'uk m normal', cookie)
		assert.equal(answer.cookies.length, 0)
	}
	/* One page for all the unknown ones: asked within a moment they are one answer. */
	const same = fresh('/petitions')
	const ids = new Set()
	for (let i = 0; i < 6; i++)
		ids.add((await request('GET', same, { headers: { Cookie: `junk${i}=${i}` } })).headers['x-request-id'])
	assert.ok(ids.size < 6, 'made-up cookies split the cache')
})

test('?lang= and the display settings set their cookie and return to the same address', async () => {
	for (const [query, cookie] of [['lang=en', 'lang=en'], ['text=xl', 'text=xl'], ['contrast=high', 'contrast=high']]) {
		const answer = await anonymous().get(`/petitions?state=all&${query}&sort=most`)
		assert.equal(answer.status, 303)
		assert.equal(answer.location.replace(/^http:\/\/[^/]+/, ''), '/petitions?state=all&sort=most')
		assert.equal(answer.cookies.length, 1)
		assert.match(answer.cookies[0], new RegExp(`^${cookie}; Path=/; Max-Age=\\d+; HttpOnly; SameSite=Lax$`))
	}
	const reader = anonymous()
	await reader.get('/petitions?lang=en')
	assert.equal(shown(await reader.get('/petitions')), 'en m normal')
	const odd = await anonymous().get('/?lang=%22%3E%3Cscript%3E')
	assert.equal(odd.status, 200)
	assert.ok(!odd.text.includes('"><script>'))
})

test('JSON in another language by ?lang=, each for itself', async () => {
	const id = 999999999
	const uk = await anonymous().get(`/api/v1/petitions/${id}`), en = await anonymous().get(`/api/v1/petitions/${id}?lang=en`)
	assert.equal(en.body.title, 'There is no such page')
	assert.notEqual(uk.body.title, en.body.title)
})

test('no link or field leads the visitor out of the site', async () => {
	const away = ['//evil.example/', '/\\evil.example/', '/%5Cevil.example', '/%09/evil.example', '//evil.example/%2e%2e',
		'/.//evil.example', '/%2F%2Fevil.example', '///evil.example', '/\t/evil.example'.replace('\t', '%09'), '/%0d%0aLocation:%20http://evil.example']
	for (const path of away)
		for (const setting of ['lang=en', 'text=l']) {
			const answer = await request('GET', `${path}?${setting}`)
			const where = answer.location
			if (where !== undefined) {
				const target = new URL(where, `${url}/here`)
				assert.equal(target.host, new URL(url).host, `${path} → ${where}`)
			}
			const page = await request('GET', path)
			for (const [, link] of page.text.matchAll(/href="([^"]*)"/g))
				assert.ok(!/^(\/\/|\/\\|[/\s]*\t)|^https?:\/\/evil/.test(link), `${path} shows ${link}`)
		}
	for (const to of ['//evil.example', 'https://evil.example', '/\\evil.example', 'javascript:alert(1)', 'sign\thttp://evil.example'])
		for (const id of ['', '//evil.example', '1//evil.example']) {
			const browser = anonymous()
			await login('r35', { client: browser, to, id })
			assert.equal(browser.landed, '/', `to=${to}`)
			const again = await browser.get(`/login?${new URLSearchParams({ to, id })}`)
			assert.equal(again.location, '/')
		}
})

test('a petition that changes is new for anonymous readers within moments', async () => {
	const id = await plantPetition(), person = await login('r36')
	const target = `/petitions/${id}`
	const before = await anonymous().get(target)
	expect(await person.json('POST', `/api/v1/petitions/${id}/sign`), 201)
	await until('the kept page is made anew', async () => (await anonymous().get(target)).text !== before.text)
})

test('many who press Sign at once, or follow a dead link, do not wait for one another', async () => {
	const id = await plantPetition()
	const spent = async (path, headers) => {
		const begin = process.hrtime.bigint()
		const answers = await parallel([...Array(128).keys()], 64, () => request('GET', path, { headers }))
		assert.ok(answers.every((a) => a.status === answers[0].status))
		return Number(process.hrtime.bigint() - begin) / 1e6
	}
	/* A session goes past the cache: what the programs themselves need. Waiting in turn would be 20 times that. */
	const known = { Cookie: `${sessionCookie()}=${'A'.repeat(43)}` }
	for (const path of [`/petitions/${id}/sign`, '/petitions/new', '/me', `/none/${id}`]) {
		const alone = await spent(path, known), together = await spent(path, {})
		assert.ok(together < 8 * alone + 1500, `${path}: ${together} ms without a session, ${alone} ms with one`)
	}
})

test('who comes first after a quiet while sees what is so now, not what was when someone last came', async () => {
	const target = `${fresh('/api/v1/petitions')}&state=refused`.replace(/q=[^&]*&/, '')
	const first = expect(await anonymous().get(target), 200), asked = Date.now()
	const id = await plantPetition({ state: 'refused', reason: 'duplicate' })
	await until('the kept answer is out of date', () => Date.now() > asked + 2100)
	assert.ok(!first.body.items.some((item) => item.id === id))
	assert.ok((await anonymous().get(target)).body.items.some((item) => item.id === id))
})

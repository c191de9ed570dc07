// Nobody acts for another: every POST of the route tables refuses what did not come from our own page.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { before, test } from 'node:test'
import { anonymous, build, expect, login, plantPetition, sql, submittedPetition, uniqueTitle, url } from '../lib/viche.mjs'

const NO_CSRF = 4, FACE_HTML = 1
const posts = ['petitions', 'moderation', 'login', 'cabinet', 'home'].flatMap((program) =>
	JSON.parse(execFileSync(path.join(build, 'bin', program), ['--routes']))
		.filter((route) => route.method === 'POST'))
let hanna, author, person, draft, waiting, open
const text = 'Просимо раду громади розглянути це питання на найближчій сесії.'

before(async () => {
	[hanna, author, person] = await Promise.all([login('hanna'), login('r41'), login('r42')])
	draft = (await author.json('POST', '/api/v1/petitions', { title: uniqueTitle(), text })).body.id
	waiting = await submittedPetition(author)
	open = await plantPetition()
})

/* Whom the route serves, on which address, with a form that would succeed. */
function deed(route) {
	const at = route.path
	if (at === '/logout')
		return { who: person, at, form: {} }
	if (at === '/login/start')
		return { who: anonymous(), at, form: { to: 'none', id: '0' } }
	if (at.startsWith('/moderation'))
		return { who: hanna, at: at.replace('{id}', waiting), form: { reason: 'duplicate', explanation: 'Таке вже є на сайті.' } }
	if (at.endsWith('/sign'))
		return { who: person, at: at.replace('{id}', open), form: {} }
	return { who: author, at: at.replace('{id}', draft), form: { title: uniqueTitle('Підробка'), text, do: 'save' } }
}

const state = async () => JSON.stringify(await sql(`SELECT
	(SELECT COUNT(*) FROM petition WHERE author_id = a.author_id) AS written,
	(SELECT GROUP_CONCAT(state, title ORDER BY id) FROM petition WHERE id IN (?, ?, ?)) AS states,
	(SELECT COUNT(*) FROM petition_signature WHERE petition_id = ?) AS signatures,
	(SELECT COUNT(*) FROM parked_form WHERE body LIKE '%D0%9F%D1%96%D0%B4%D1%80%D0%BE%D0%B1%D0%BA%') AS parked
	FROM petition a WHERE a.id = ?`, [draft, waiting, open, open, draft]))

test('every POST refuses a token that is missing, made up, of another session or of before the login', async () => {
	assert.ok(posts.length >= 8, 'the programs name their routes')
	const before = await state()
	const visitor = anonymous()
	const early = await visitor.csrf()
	await login('r43', { client: visitor })
	const stranger = await login('r44')
	for (const route of posts) {
		if (route.flags & NO_CSRF)
			continue
		const { who, at, form } = deed(route)
		const good = await who.csrf()
		const flipped = good.slice(0, -3) + (good.at(-3) === 'A' ? 'B' : 'A') + good.slice(-2)
		for (const [why, csrf] of [['none', ''], ['made up', 'A'.repeat(86)], ['short', good.slice(0, 40)], ['long', good + good],
			['flipped', flipped], ['another session', await stranger.csrf()], ['before the login', early]]) {
			const page = await who.post(at, { ...form, csrf })
			assert.equal(page.status, 403, `${at}: ${why}`)
			if (!(route.flags & FACE_HTML)) {
				const json = await who.json('POST', `/api/v1${at}`, form, { 'X-CSRF-Token': csrf })
				assert.equal(json.status, 403, `/api/v1${at}: ${why}`)
				assert.equal(json.body.type, '/problems/csrf')
			}
		}
	}
	/* The session that came of this login does not take the token from before it either. */
	assert.equal((await visitor.json('POST', `/api/v1/petitions/${open}/sign`, undefined, { 'X-CSRF-Token': early })).status, 403)
	assert.equal(await state(), before, 'nothing was stored')
})

test('every POST refuses what a browser says came from elsewhere, however right the token', async () => {
	const before = await state()
	for (const route of posts) {
		if (route.flags & NO_CSRF)
			continue
		const { who, at, form } = deed(route)
		const good = await who.csrf()
		for (const header of [{ Origin: 'https://evil.example' }, { Origin: 'null' }, { Origin: `${url}.evil.example` },
			{ Origin: url.replace('http:', 'https:') }, { Origin: url.replace(/\d+$/, '1') }, { 'Sec-Fetch-Site': 'cross-site' },
			{ 'Sec-Fetch-Site': 'same-site' }, { Origin: url, 'Sec-Fetch-Site': 'cross-site' }]) {
			const page = await who.post(at, { ...form, csrf: good }, header)
			assert.equal(page.status, 403, `${at}: ${JSON.stringify(header)}`)
		}
	}
	assert.equal(await state(), before, 'nothing was stored')
})

test('the token differs in every answer, and each is good until the session ends', async () => {
	const who = await login('r45')
	const tokens = []
	for (let i = 0; i < 4; i++)
		tokens.push((await who.get('/api/v1/session')).body.csrf_token)
	const page = await who.get('/petitions/new')
	const inPage = [...page.text.matchAll(/name="csrf" value="([^"]+)"/g)].map((m) => m[1])
	tokens.push(...new Set(inPage))
	assert.equal(new Set(tokens).size, tokens.length)
	for (const token of tokens) {
		const answer = await who.json('POST', `/api/v1/petitions/${open}/sign`, undefined, { 'X-CSRF-Token': token })
		assert.ok([200, 201].includes(answer.status), `${answer.status}`)
	}
	expect(await who.json('POST', `/api/v1/petitions/${open}/sign`, undefined, { Origin: url, 'Sec-Fetch-Site': 'same-origin' }), 200)
})

test('who lost the token is told so in their language, and can go on', async () => {
	const who = await login('r46')
	const refused = await who.post('/petitions', { title: uniqueTitle(), text, do: 'save', csrf: 'x' })
	assert.equal(refused.status, 403)
	assert.ok(/<html lang="uk"/.test(refused.text) && refused.text.includes('href="/petitions"'))
	assert.ok(/оновіть|знову|ще раз/i.test(refused.text), 'it says what to do')
	expect(await who.post('/petitions', { title: uniqueTitle(), text, do: 'save' }), 303)
})

test('a login cannot be begun from another site', async () => {
	const victim = anonymous()
	const own = await victim.csrf()
	assert.equal((await victim.post('/login/start', { to: 'none', id: '0', csrf: own }, { Origin: 'https://evil.example' })).status, 403)
	const attacker = anonymous()
	assert.equal((await victim.post('/login/start', { to: 'none', id: '0', csrf: await attacker.csrf() })).status, 403)
	const planted = anonymous()
	planted.jar.set([...attacker.jar.keys()][0], 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.forged')
	assert.equal((await planted.post('/login/start', { to: 'none', id: '0', csrf: await attacker.csrf() })).status, 403)
})

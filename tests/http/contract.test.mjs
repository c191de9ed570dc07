// The JSON face keeps its word: every answer has the declared fields of the declared types and no other,
// every error is a problem (RFC 9457), and every declared address is there.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { keeps as keepsOf, problem, routesOf, untried } from '../lib/contract.mjs'
import { pdf } from '../lib/documents.mjs'
import { add } from '../lib/upload.mjs'
import { anonymous, communityId, expect, login, plantPetition, sql, submittedPetition, uniqueTitle, plantSessions, plantPeople } from '../lib/viche.mjs'

const ANYONE = 0
const text = 'Просимо раду громади розглянути це питання на найближчій сесії.'
// The desk's: desk_contract.test.mjs.
const routes = routesOf(['home', 'petitions', 'login', 'cabinet'])
const find = (method, at) => routes.find((route) => route.method === method && route.path === at)
const keeps = (...call) => keepsOf(routes, ...call)
let person, hanna

before(async () => { [person, hanna] = await Promise.all([login('r151'), login('hanna')]) })

test('every JSON answer is what its route declares', async () => {
	const made = await person.json('POST', '/api/v1/petitions', { title: uniqueTitle(), text })
	keeps(made, 'POST', '/petitions', 201)
	const id = made.body.id
	for (const who of [person])
		keeps(await who.get(`/api/v1/petitions/${id}`), 'GET', '/petitions/{id}', 200)
	keeps(await person.json('POST', `/api/v1/petitions/${id}`, { title: uniqueTitle(), text }), 'POST', '/petitions/{id}', 200)
	const file = await add(person, id, pdf(), 'план.pdf')
	keeps(file, 'POST', '/petitions/{id}/files', 201)
	keeps(await person.get(`/api/v1/petitions/${id}`), 'GET', '/petitions/{id}', 200)
	/* The file itself is no JSON, on this face neither. */
	assert.equal(expect(await person.get(`/api/v1/files/${file.body.id}`), 200).headers['content-type'], 'application/pdf')
	find('GET', '/files/{id}').tried = true
	keeps(await person.json('POST', `/api/v1/files/${file.body.id}/remove`), 'POST', '/files/{id}/remove', 200)
	keeps(await person.json('POST', `/api/v1/petitions/${id}/submit`), 'POST', '/petitions/{id}/submit', 200)
	expect(await hanna.json('POST', `/api/v1/moderation/petitions/${id}/return`, { explanation: 'Допишіть адресу.' }), 200)
	keeps(await person.get(`/api/v1/petitions/${id}`), 'GET', '/petitions/{id}', 200)
	expect(await person.json('POST', `/api/v1/petitions/${id}/submit`), 200)
	expect(await hanna.json('POST', `/api/v1/moderation/petitions/${id}/publish`), 200)
	const refused = await submittedPetition(person)
	expect(await hanna.json('POST', `/api/v1/moderation/petitions/${refused}/refuse`, { reason: 'duplicate', explanation: 'Така вже є.' }), 200)
	keeps(await anonymous().get(`/api/v1/petitions/${refused}`), 'GET', '/petitions/{id}', 200)
	keeps(await person.json('POST', `/api/v1/petitions/${id}/sign`), 'POST', '/petitions/{id}/sign', 201)
	keeps(await person.json('POST', `/api/v1/petitions/${id}/sign`), 'POST', '/petitions/{id}/sign', 200)
	keeps(await anonymous().get(`/api/v1/petitions/${id}/signers`), 'GET', '/petitions/{id}/signers', 200)
	for (const query of ['', '?state=all&limit=100', '?state=refused', '?state=reached&sort=most', '?q=дорога&state=all', '?limit=1'])
		keeps(await anonymous().get(`/api/v1/petitions${encodeURI(query)}`), 'GET', '/petitions', 200)
	for (const query of ['', '?title=дорога&text=Полагодити'])
		keeps(await anonymous().get(`/api/v1/petitions/similar${encodeURI(query)}`), 'GET', '/petitions/similar', 200)
	for (const state of ['reached', 'not_reached'])
		keeps(await anonymous().get(`/api/v1/petitions/${await plantPetition({ state, outside: 12 })}`), 'GET', '/petitions/{id}', 200)
	keeps(await anonymous().get('/api/v1/petitions/terms'), 'GET', '/petitions/terms', 200)
	keeps(await anonymous().get(`/api/v1/petitions/${id}/days?${Math.random()}`), 'GET', '/petitions/{id}/days', 200)
	for (const query of ['', '?part=1', '?part=999'])
		keeps(await anonymous().get(`/api/v1/petitions/export${query}`), 'GET', '/petitions/export', 200)
	for (const { id: one } of await sql(`SELECT MIN(id) AS id FROM petition WHERE source LIKE 'demo:%' AND community_id = ? AND
		state NOT IN ('draft', 'submitted', 'returned') GROUP BY state`, [await communityId()]))
		keeps(await anonymous().get(`/api/v1/petitions/${one}`), 'GET', '/petitions/{id}', 200)
	keeps(await person.json('POST', `/api/v1/me/petitions/${id}/follow`), 'POST', '/me/petitions/{id}/follow', 200)
	keeps(await person.json('POST', `/api/v1/me/petitions/${id}/unfollow`), 'POST', '/me/petitions/{id}/unfollow', 200)
	keeps(await person.json('POST', `/api/v1/petitions/${id}/withdraw-signature`), 'POST', '/petitions/{id}/withdraw-signature', 200)
	const [mine, hers] = await plantPeople(2), [me, she] = await plantSessions([mine, hers])
	keeps(await me.json('POST', `/api/v1/petitions/${await plantPetition({ author: mine, state: 'draft' })}/withdraw`), 'POST', '/petitions/{id}/withdraw', 200)
	keeps(await me.json('POST', `/api/v1/petitions/${await plantPetition({ author: mine, state: 'refused', reason: 'duplicate' })}/contest`,
		{ why: 'Ця петиція просить про зовсім інший двір.' }), 'POST', '/petitions/{id}/contest', 200)
	for (const answer of ['agree', 'decline']) {
		const [keep, close] = [await plantPetition({ author: mine }), await plantPetition({ author: hers })]
		expect(await hanna.json('POST', `/api/v1/moderation/petitions/${close}/join`, { keep, note: 'Обидві просять про той самий двір.' }), 200)
		const proposal = (await me.get('/api/v1/me')).body.merges.find((m) => m.close_id === close).id
		keeps(await me.json('POST', `/api/v1/merges/${proposal}/${answer}`), 'POST', `/merges/{id}/${answer}`, 200)
		if (answer === 'agree')
			keeps(await she.json('POST', `/api/v1/merges/${proposal}/agree`), 'POST', '/merges/{id}/agree', 200)
		else
			keeps(await she.get('/api/v1/me'), 'GET', '/me', 200)
	}
	keeps(await person.json('POST', '/api/v1/me/notices', { lang: 'uk', author_notices: true, staff_notices: false }), 'POST', '/me/notices', 200)
	const [writer] = await plantSessions(await plantPeople(1))
	keeps(await writer.json('POST', '/api/v1/me/contact', { email: `contract-${uniqueTitle().split(' ').at(-1)}@mail.example` }), 'POST', '/me/contact', 200)
	keeps(await writer.get('/api/v1/me'), 'GET', '/me', 200)
	keeps(await writer.json('POST', '/api/v1/me/contact/remove'), 'POST', '/me/contact/remove', 200)
	keeps(await person.get('/api/v1/me'), 'GET', '/me', 200)
	for (const at of ['data', 'delete', 'sessions'])
		keeps(await person.get(`/api/v1/me/${at}`), 'GET', `/me/${at}`, 200)
	const [device] = await plantPeople(1), [phone] = await plantSessions([device]), [desktop] = await plantSessions([device])
	const { items } = (await phone.get('/api/v1/me/sessions')).body
	keeps(await phone.json('POST', `/api/v1/me/sessions/${items.find((s) => !s.this).id}/end`), 'POST', '/me/sessions/{id}/end', 200)
	keeps(await phone.json('POST', '/api/v1/me/sessions/end'), 'POST', '/me/sessions/end', 200)
	expect(await desktop.get('/api/v1/me'), 401)
	keeps(await phone.json('POST', '/api/v1/me/delete', { sure: '1' }), 'POST', '/me/delete', 200)
	const [settler] = await plantSessions(await plantPeople(1))
	for (const at of ['', '/take-back'])
		keeps(await settler.json('POST', `/api/v1/me/residence${at}`, { category: 'works', ...(at ? {} : { basis: 'Працюю в порту' }) }),
			'POST', `/me/residence${at}`, 200)
	keeps(await settler.get('/api/v1/me/residence'), 'GET', '/me/residence', 200)
	for (const who of [person, hanna, anonymous()])
		keeps(await who.get('/api/v1/session'), 'GET', '/session', 200)
	keeps(await anonymous().get('/api/v1/'), 'GET', '/', 200)
	const leaver = await login('r152')
	keeps(await leaver.json('POST', '/api/v1/logout'), 'POST', '/logout', 200)
	assert.deepEqual(untried(routes), [], 'every declared route was tried')
})

test('both faces say the same of a petition', async () => {
	const id = await plantPetition({ title: uniqueTitle('Дві сторони'), threshold: 77 })
	const data = (await anonymous().get(`/api/v1/petitions/${id}`)).body, page = (await anonymous().get(`/petitions/${id}`)).text
	for (const value of [data.title, String(data.threshold), data.published_at, data.closes_at.slice(0, 4)])
		assert.ok(page.includes(value), value)
})

test('who may do what is the same in both faces, as the routes declare', async () => {
	for (const route of routes.filter((r) => r.who !== ANYONE)) {
		const at = route.path.replace('{id}', '999999999')
		problem(await anonymous().json(route.method, `/api/v1${at}`, route.method === 'POST' ? {} : undefined), 401, 'login-required')
	}
})

test('every error is a problem with the same five fields', async () => {
	const id = await plantPetition(), closed = await plantPetition({ state: 'not_reached' })
	problem(await anonymous().get('/api/v1/none'), 404, 'not-found')
	problem(await anonymous().get('/api/v1'.concat('/petitions/0')), 404, 'not-found')
	problem(await anonymous().get('/api/v1/petitions/%ff'), 400, 'malformed-address')
	problem(await person.json('POST', '/api/v1/petitions', { title: '', text: '' }), 422, 'invalid')
	problem(await person.json('POST', '/api/v1/petitions', { title: uniqueTitle(), text: 'коротко', do: 'submit' }), 422, 'invalid')
	problem(await person.json('POST', `/api/v1/petitions/${closed}/sign`), 409, 'petition-closed')
	problem(await person.request('POST', `/api/v1/petitions/${id}/sign`, { body: '' }), 403, 'csrf')
	problem(await person.request('DELETE', `/api/v1/petitions/${id}`), 405, 'method')
	problem(await person.json('POST', '/api/v1/petitions', { title: uniqueTitle(), text }, { 'Content-Type': 'text/plain' }), 415, 'unsupported-type')
	problem(await person.request('POST', '/api/v1/petitions', { body: '{', headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': await person.csrf() } }), 400, 'malformed-body')
	problem(await anonymous({ host: 'nobody.example' }).get('/api/v1/petitions'), 421, 'unknown-host')
	const outsider = await login('mykola')
	problem(await outsider.json('POST', `/api/v1/petitions/${id}/sign`), 403, 'not-a-resident')
})

test('a page of a list leads to the next one until there is none, without gaps or doubles', async () => {
	const ids = []
	for (let i = 0; i < 7; i++)
		ids.push(await plantPetition({ state: 'refused', reason: 'duplicate', title: uniqueTitle('Сторінки') }))
	const seen = []
	let after = ''
	do {
		const answer = expect(await anonymous().get(`/api/v1/petitions?state=refused&sort=newest&limit=3${after}`), 200).body
		assert.ok(answer.items.length <= 3)
		seen.push(...answer.items.map((item) => item.id))
		after = answer.next === null ? null : `&after=${encodeURIComponent(answer.next)}`
		if (seen.length === 3)
			await plantPetition({ state: 'refused', reason: 'duplicate' }) // arrives while someone is reading
	} while (after !== null && seen.length < 500)
	assert.equal(new Set(seen).size, seen.length, 'nothing twice')
	assert.ok(ids.every((id) => seen.includes(id)), 'nothing left out')
})

test('a draft that a chatbot could not send in is not left behind twice', async () => {
	const bot = await login('r153'), title = uniqueTitle('Бот')
	const refused = await bot.json('POST', '/api/v1/petitions', { title, text: 'коротко', do: 'submit' })
	assert.equal(refused.status, 422)
	assert.ok(refused.body.errors.some((e) => e.field === 'text'))
	assert.equal((await bot.get('/api/v1/me')).body.petitions.filter((p) => p.title === title).length, 0)
	const sent = expect(await bot.json('POST', '/api/v1/petitions', { title, text, do: 'submit' }), 201)
	assert.equal(sent.body.state, 'submitted')
})

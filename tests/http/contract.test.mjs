// The JSON face keeps its word: every answer has the declared fields of the declared types and no other,
// every error is a problem (RFC 9457), and every declared address is there.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { before, test } from 'node:test'
import { pdf } from '../lib/documents.mjs'
import { add } from '../lib/upload.mjs'
import { anonymous, build, expect, login, plantPetition, plantPeople, plantSessions, submittedPetition, uniqueTitle } from '../lib/viche.mjs'

const ANYONE = 0, FACE_HTML = 1, MODERATOR = 4
const text = 'Просимо раду громади розглянути це питання на найближчій сесії.'
const routes = ['home', 'petitions', 'moderation', 'login', 'cabinet'].flatMap((program) =>
	JSON.parse(execFileSync(path.join(build, 'bin', program), ['--routes'])).filter((route) => !(route.flags & FACE_HTML)))
const find = (method, at) => routes.find((route) => route.method === method && route.path === at)
let person, hanna

before(async () => { [person, hanna] = await Promise.all([login('r151'), login('hanna')]) })

const isTime = (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value) && !Number.isNaN(Date.parse(value))
const kinds = { integer: Number.isInteger, text: (v) => typeof v === 'string', boolean: (v) => typeof v === 'boolean', time: isTime,
	list: Array.isArray, object: (v) => v !== null && typeof v === 'object' && !Array.isArray(v) }

/* Every value of an answer stands in the declaration under its dotted name, with the declared type. */
function within(value, fields, name = '') {
	if (Array.isArray(value))
		return value.forEach((item) => within(item, fields, `${name}[]`))
	if (value === null || typeof value !== 'object')
		return undefined
	for (const [key, inner] of Object.entries(value)) {
		const full = name ? `${name}.${key}` : key
		const field = fields.find((f) => f.name === full)
		assert.ok(field, `"${full}" is not declared`)
		assert.ok(inner === null || kinds[field.type](inner), `"${full}" is no ${field.type}: ${JSON.stringify(inner)}`)
		within(inner, fields, full)
	}
	return undefined
}

/* And what is declared is there: a list's fields where the list is not empty, an object's where it is one. */
function complete(value, fields, why) {
	for (const { name } of fields) {
		let places = [value]
		for (const step of name.split('.')) {
			const list = step.endsWith('[]'), key = step.replace('[]', '')
			places = places.flatMap((place) => {
				assert.ok(key in place, `${why}: "${name}" is missing`)
				return list ? place[key] : place[key] === null ? [] : [place[key]]
			})
		}
	}
}

function keeps(answer, method, at, status) {
	const route = find(method, at)
	assert.ok(route, `${method} ${at} is declared`)
	expect(answer, status)
	assert.equal(answer.headers['content-type'], 'application/json')
	within(answer.body, route.fields)
	complete(answer.body, route.fields, `${method} ${at}`)
	route.tried = true
}

function problem(answer, status, type) {
	assert.equal(answer.status, status, answer.text)
	assert.match(answer.headers['content-type'], /^application\/problem\+json/)
	const { errors, ...body } = answer.body
	assert.deepEqual(Object.keys(body).sort(), ['detail', 'request_id', 'status', 'title', 'type'])
	assert.equal(body.status, status)
	assert.equal(body.type, `/problems/${type}`)
	assert.ok(body.title.length > 3 && body.detail.length > 10, 'it says what happened and what to do')
	assert.equal(body.request_id, answer.headers['x-request-id'])
	if (status === 422 && errors !== undefined)
		assert.ok(errors.length > 0 && errors.every((e) => typeof e.field === 'string' && e.message.length > 5))
	else
		assert.equal(errors, undefined)
}

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
	keeps(await hanna.get('/api/v1/moderation/queue'), 'GET', '/moderation/queue', 200)
	keeps(await hanna.get(`/api/v1/moderation/petitions/${id}`), 'GET', '/moderation/petitions/{id}', 200)
	keeps(await hanna.json('POST', `/api/v1/moderation/petitions/${id}/return`, { explanation: 'Допишіть адресу.' }), 'POST', '/moderation/petitions/{id}/return', 200)
	keeps(await person.get(`/api/v1/petitions/${id}`), 'GET', '/petitions/{id}', 200)
	expect(await person.json('POST', `/api/v1/petitions/${id}/submit`), 200)
	keeps(await hanna.json('POST', `/api/v1/moderation/petitions/${id}/publish`), 'POST', '/moderation/petitions/{id}/publish', 200)
	const refused = await submittedPetition(person)
	keeps(await hanna.json('POST', `/api/v1/moderation/petitions/${refused}/refuse`, { reason: 'duplicate', explanation: 'Така вже є.' }), 'POST', '/moderation/petitions/{id}/refuse', 200)
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
	keeps(await person.get('/api/v1/me'), 'GET', '/me', 200)
	for (const who of [person, hanna, anonymous()])
		keeps(await who.get('/api/v1/session'), 'GET', '/session', 200)
	keeps(await anonymous().get('/api/v1/'), 'GET', '/', 200)
	const leaver = await login('r152')
	keeps(await leaver.json('POST', '/api/v1/logout'), 'POST', '/logout', 200)
	assert.deepEqual(routes.filter((route) => !route.tried).map((route) => `${route.method} ${route.path}`), [], 'every declared route was tried')
})

test('both faces say the same of a petition', async () => {
	const id = await plantPetition({ title: uniqueTitle('Дві сторони'), threshold: 77 })
	const data = (await anonymous().get(`/api/v1/petitions/${id}`)).body, page = (await anonymous().get(`/petitions/${id}`)).text
	for (const value of [data.title, String(data.threshold), data.published_at, data.closes_at.slice(0, 4)])
		assert.ok(page.includes(value), value)
})

test('who may do what is the same in both faces, as the routes declare', async () => {
	const [nobody] = [anonymous()], [stranger] = await plantSessions(await plantPeople(1))
	for (const route of routes.filter((r) => r.who !== ANYONE)) {
		const at = route.path.replace('{id}', '999999999')
		const data = await nobody.json(route.method, `/api/v1${at}`, route.method === 'POST' ? {} : undefined)
		problem(data, 401, 'login-required')
		if (route.who & MODERATOR)
			problem(await stranger.json(route.method, `/api/v1${at}`, route.method === 'POST' ? {} : undefined), 403, 'forbidden')
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

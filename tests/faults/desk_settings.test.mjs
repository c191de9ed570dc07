// The administrator's settings, on an instance of their own: a pause or other rules would meet every
// other test. The JSON faces keep their word; rules are versions; the service stands still and goes on.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startInstance } from '../lib/instance.mjs'

const set = '/moderation/settings', api = `/api/v1${set}`
let site, viche, contract, routes, admin, hanna, author

before(async () => {
	site = await startInstance()
	viche = site.viche
	contract = await import('../lib/contract.mjs')
	routes = contract.routesOf(['moderation']).filter((route) => route.path.startsWith(set))
	;[admin, hanna, author] = await Promise.all(['admin', 'hanna', 'r1360'].map((who) => viche.login(who)))
})
after(() => site?.stop())

async function get(part = '') {
	const answer = await admin.get(api + part)
	contract.keeps(routes, answer, 'GET', set + part.split('?')[0], 200)
	return answer.body
}

async function post(part, body) {
	const answer = await admin.json('POST', api + part, body)
	contract.keeps(routes, answer, 'POST', set + part, 200)
	return answer.body
}

/* The rules as they are to be sent again, with changes. */
async function rules(changes = {}) {
	const { version, created_at: _, districts: __, ...now } = await get()
	return { ...now, after: version, ...changes }
}

const petition = async (id) => (await viche.anonymous().get(`/api/v1/petitions/${id}?n=${Math.random()}`)).body

test('rules are versions: what is published keeps its own, what comes gets the new ones', async () => {
	const old = await viche.newPetition(author, hanna)
	const before = await rules()
	const { version } = await post('', { ...before, threshold: 7, term_days: 10 })
	assert.equal(version, before.after + 1)
	assert.equal((await petition(old)).threshold, before.threshold)
	const fresh = await petition(await viche.newPetition(author, hanna))
	assert.equal(fresh.threshold, 7)
	const { versions, events } = await get('/log')
	assert.deepEqual([versions[0].version, versions[0].author_name], [version, 'Соломія Вітрова'])
	assert.deepEqual([events[0].what, events[0].detail], ['rules', String(version)])
})

test('two administrators at once: one version, the other is told', async () => {
	const mine = await rules({ threshold: 11 })
	const answers = await Promise.all([11, 12, 13].map((threshold) => admin.json('POST', api, { ...mine, threshold })))
	assert.deepEqual(answers.map((a) => a.status).sort(), [200, 409, 409])
	contract.problem(answers.find((a) => a.status === 409), 409, 'changed')
	assert.equal((await get('/log')).versions[0].version, mine.after + 1)
})

test('the form shows what would change before it is saved, and saves nothing until then', async () => {
	const now = await rules()
	const form = Object.fromEntries(Object.entries(now).map(([k, v]) => [k, v === true ? '1' : v === false ? '' : v]))
	const preview = viche.expect(await admin.post(set, { ...form, threshold: 444, office_review: 'Відділ звернень', do: 'preview' }), 200)
	assert.match(preview.text, /<del>[^<]*<\/del>/)
	assert.match(preview.text, /<ins>444<\/ins>/)
	assert.match(preview.text, /Відділ звернень/)
	assert.match(preview.text, /оприлюднених відтепер/)
	assert.equal((await get()).version, now.after, 'nothing is saved')
	const kept = Object.fromEntries(viche.hidden(preview.text, set))
	const again = viche.expect(await admin.post(set, { ...kept, do: 'edit' }), 200)
	assert.match(again.text, /value="444"/)
	assert.equal(viche.expect(await admin.post(set, { ...kept, do: 'save' }), 303).location, set)
	assert.equal((await get()).threshold, 444)
	assert.equal((await admin.post(set, { ...kept, do: 'save' })).status, 409, 'the same form twice')
	assert.match((await admin.post(set, { ...form, after: now.after + 1, threshold: 444, office_review: 'Відділ звернень' })).text,
		/Нічого не зміниться/)
})

test('wrong rules are refused beside their fields', async () => {
	const now = await rules()
	for (const [field, value] of [['threshold', 0], ['term_days', 367], ['min_age', 100], ['keep_failed_months', 2],
		['keep_supported_years', 2], ['who_may_sign', 'everyone'], ['office_review', ''], ['hint_words', 'я'.repeat(4001)]]) {
		const answer = await admin.json('POST', api, { ...now, [field]: value })
		contract.problem(answer, 422, 'invalid')
		assert.deepEqual(answer.body.errors.map((e) => e.field), [field])
	}
	const bare = await admin.json('POST', api, { ...now, hide_minors: true, hide_ground: '' })
	assert.deepEqual(bare.body.errors.map((e) => e.field), ['hide_ground'])
	assert.equal((await get()).version, now.after)
})

test('a district has a threshold of its own, in the version that it was set in', async () => {
	const name = viche.uniqueTitle('Район')
	await post('/districts', { name, name_en: 'District' })
	contract.problem(await admin.json('POST', `${api}/districts`, { name, name_en: 'Again' }), 422, 'invalid')
	const { items } = await get('/districts')
	const { id, threshold } = items.find((d) => d.name === name)
	assert.equal(threshold, null)
	await post('', await rules({ [`district_${id}`]: 55 }))
	assert.equal((await get('/districts')).items.find((d) => d.name === name).threshold, 55)
	await post('', await rules({ [`district_${id}`]: 0 }))
	assert.equal((await get('/districts')).items.find((d) => d.name === name).threshold, null)
})

test('a district gets another name, one that no other has', async () => {
	const [name, other, better] = ['Район', 'Квартал', 'Слобідка'].map((what) => viche.uniqueTitle(what))
	for (const one of [name, other])
		await post('/districts', { name: one, name_en: 'District' })
	const { id } = (await get('/districts')).items.find((d) => d.name === name)
	contract.problem(await admin.json('POST', `${api}/districts/${id}`, { name: other, name_en: 'District' }), 422, 'invalid')
	contract.problem(await admin.json('POST', `${api}/districts/999999999`, { name: better, name_en: 'District' }), 404, 'not-found')
	contract.problem(await hanna.json('POST', `${api}/districts/${id}`, { name: better, name_en: 'District' }), 403, 'forbidden')
	const refused = await admin.post(`${set}/districts/${id}`, { name: other, name_en: 'District' })
	assert.equal(refused.status, 422)
	assert.ok(refused.text.includes(`value="${other}"`) && refused.text.includes('id="name-e"'), 'what was typed stands there again')
	const answer = await admin.json('POST', `${api}/districts/${id}`, { name: better, name_en: 'Better' })
	contract.keeps(routes, answer, 'POST', `${set}/districts/{id}`, 200)
	assert.equal((await get('/districts')).items.find((d) => d.id === id).name, better)
	const [event] = (await get('/log')).events
	assert.deepEqual([event.what, event.detail], ['district-renamed', `${name} → ${better}`])
})

test('a holiday counts for the terms that begin afterwards, while holidays are days off', async () => {
	await post('', await rules({ holidays_off: true }))
	// Monday; the term of two working days would end on Wednesday.
	viche.setClock(new Date('2027-09-06T09:00:00Z'))
	const due = async (id) => (await hanna.get(`/api/v1/moderation/petitions/${id}`)).body.steps[0].due_at
	const plain = await viche.submittedPetition(await viche.login('r1361'))
	assert.equal(await due(plain), '2027-09-08T20:59:59Z')
	await post('/calendar', { day: '2027-09-07', kind: 'off', name: 'День громади' })
	await post('/calendar', { day: '2027-09-11', kind: 'works', name: 'Робоча субота' })
	assert.equal(await due(plain), '2027-09-08T20:59:59Z', 'a term that runs keeps its end')
	assert.equal(await due(await viche.submittedPetition(await viche.login('r1362'))), '2027-09-09T20:59:59Z')
	for (const day of ['2027-02-31', '2027-13-01', '07.09.2027'])
		assert.equal((await admin.json('POST', `${api}/calendar`, { day, kind: 'off', name: 'Немає' })).status, 422, day)
	const days = (await get('/calendar')).items.filter((i) => i.day.startsWith('2027-09'))
	assert.deepEqual(days.map((i) => [i.day, i.works]), [['2027-09-07', false], ['2027-09-11', true]])
	await post('/calendar/remove', { day: '2027-09-07' })
	await post('/calendar/remove', { day: '2027-09-11' })
	await post('', await rules({ holidays_off: false }))
	viche.realClock()
})

test('roles are given and ended at once; an administrator is always left', async () => {
	const role = { role: 'moderator' }
	const newcomer = await viche.login('r1363')
	const name = (await newcomer.get('/api/v1/session')).body.name
	const { found } = await get(`/staff?q=${encodeURIComponent(name)}`)
	assert.ok(found.length > 0 && found.every((p) => name.split(' ').every((word) => p.name.includes(word))))
	const [{ person }] = await viche.sql('SELECT person_id AS person FROM session WHERE token_hash = ?', [viche.tokenHash(newcomer.session)])
	assert.ok(found.some((p) => p.person_id === person))
	assert.equal((await newcomer.get('/moderation')).status, 403)
	await post('/staff', { person, ...role })
	assert.equal((await newcomer.get('/moderation')).status, 200)
	assert.equal((await newcomer.get(set)).status, 403)
	contract.problem(await admin.json('POST', `${api}/staff`, { person, ...role }), 409, 'already')
	await post('/staff/end', { person, ...role })
	assert.equal((await newcomer.get('/moderation')).status, 403)
	contract.problem(await admin.json('POST', `${api}/staff/end`, { person, ...role }), 409, 'already')
	contract.problem(await admin.json('POST', `${api}/staff`, { person: 999999999, ...role }), 404, 'not-found')
	const own = (await get('/staff')).items.find((i) => i.role === 'administrator').person_id
	contract.problem(await admin.json('POST', `${api}/staff/end`, { person: own, role: 'administrator' }), 409, 'own-role')
	const { events } = await get('/log')
	assert.deepEqual(events.slice(0, 2).map((e) => e.what), ['staff-ended', 'staff-added'])
	assert.match(events[0].detail, /^moderator: /)
})

test('two administrators who end each other: one is left', async () => {
	const [{ person }] = await viche.sql('SELECT person_id AS person FROM staff s JOIN person p ON p.id = s.person_id ' +
		'WHERE p.given_name = \'Ганна\' AND s.role = \'moderator\'')
	await post('/staff', { person, role: 'administrator' })
	const own = (await get('/staff')).items.find((i) => i.role === 'administrator' && i.person_id !== person).person_id
	const answers = await Promise.all([admin.json('POST', `${api}/staff/end`, { person, role: 'administrator' }),
		hanna.json('POST', `${api}/staff/end`, { person: own, role: 'administrator' })])
	assert.equal(answers.filter((a) => a.status === 200).length, 1, answers.map((a) => a.text).join('\n'))
	const [{ n }] = await viche.sql('SELECT COUNT(*) AS n FROM staff WHERE role = \'administrator\' AND community_id = 1 AND until IS NULL')
	assert.equal(n, 1)
	// Whoever is left gives the role back to the first.
	if (answers[1].status === 200)
		viche.expect(await hanna.json('POST', `${api}/staff`, { person: own, role: 'administrator' }), 200)
	await viche.sql('UPDATE staff SET until = UTC_TIMESTAMP() WHERE person_id = ? AND role = \'administrator\' AND until IS NULL', [person])
})

test('the whole service stands still and goes on: no signatures, terms and legal dates move by the pause', async () => {
	const start = Date.parse('2027-05-03T09:00:00Z') // a Monday
	viche.setClock(new Date(start))
	const id = await viche.newPetition(await viche.login('r1364'), hanna), waiting = await viche.submittedPetition(await viche.login('r1365'))
	const step = async () => (await hanna.get(`/api/v1/moderation/petitions/${waiting}`)).body.steps[0]
	const [closes, due] = [(await petition(id)).closes_at, (await step()).due_at]
	const signer = await viche.login('r1366')
	await post('/pause', { reason: 'Триває атака на сервери, бережемо ваші дані.' })
	contract.problem(await admin.json('POST', `${api}/pause`, { reason: 'Друга пауза водночас.' }), 409, 'already')
	assert.equal((await get('/pause')).pause.reason, 'Триває атака на сервери, бережемо ваші дані.')
	assert.equal((await signer.json('POST', `/api/v1/petitions/${id}/sign`)).status, 409)
	assert.equal((await signer.post(`/petitions/${id}/sign`)).status, 409)
	await viche.until('the banner is on a page', async () => /бережемо ваші дані/.test((await signer.get(`/petitions/${id}`)).text), 30)
	viche.setClock(new Date(start + 7 * 86400e3)) // far beyond the legal term
	const queue = (await hanna.get('/api/v1/moderation/queue')).body.items.find((i) => i.id === waiting)
	assert.deepEqual([queue.late, queue.paused], [false, true])
	assert.deepEqual([(await step()).late, (await step()).paused], [false, true], 'nor does its own page say that it is late')
	await post('/pause/end')
	contract.problem(await admin.json('POST', `${api}/pause/end`), 409, 'already')
	assert.equal((await get('/pause')).pause, null)
	assert.equal((await petition(id)).closes_at, new Date(Date.parse(closes) + 7 * 86400e3).toISOString().replace('.000', ''))
	assert.equal((await step()).due_at, new Date(Date.parse(due) + 7 * 86400e3).toISOString().replace('.000', ''))
	assert.equal((await signer.json('POST', `/api/v1/petitions/${id}/sign`)).status, 201)
	viche.realClock()
})

test('every declared route of the settings was tried', async () => {
	// Units: tests/http/roles.test.mjs.
	assert.deepEqual(contract.untried(routes).filter((r) => !r.includes('/units')), [])
})

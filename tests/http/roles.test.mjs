// Roles: units, ends given in advance, the installation's owner; how long sessions of staff last; a login
// of the last minutes for sensitive acts.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { before, test } from 'node:test'
import { keeps as keepsOf, problem, routesOf } from '../lib/contract.mjs'
import { anonymous, chooseAtStandin, chornomorsk, communityId, expect, hidden, login, plantPeople, plantSessions, root, sql, tokenHash,
	zhytomyr } from '../lib/viche.mjs'

const STAFF_IDLE = 3600, STAFF_LIFE = 12 * 3600, LIFE = 7 * 24 * 3600
const FRESH_LIFE = 15 * 60, FRESH_FORM_LIFE = FRESH_LIFE + STAFF_IDLE
const set = '/moderation/settings', api = `/api/v1${set}`, owners = '/api/v1/moderation/administrators'
const routes = routesOf(['moderation', 'cabinet', 'login'])
const keeps = (...call) => keepsOf(routes, ...call)
const now = () => Math.floor(Date.now() / 1000)
const row = async (client) => (await sql('SELECT * FROM session WHERE token_hash = ?', [tokenHash(client.session)]))[0]
const personOf = async (client) => (await row(client)).person_id
const rolesOf = async (client) => (await client.get('/api/v1/session')).body.roles
const events = async (community) => sql('SELECT what, detail, actor_id FROM admin_event WHERE community_id = ? ORDER BY id DESC LIMIT 5', [community])
const unique = (what) => `${what} ${process.pid}-${Math.random().toString(36).slice(2, 8)}`
let admin, here, there

before(async () => {
	[admin, here, there] = await Promise.all([login('admin'), communityId('chornomorsk'), communityId('zhytomyr')])
})

async function unitOf(kind) {
	const name = unique('Підрозділ')
	keeps(await admin.json('POST', `${api}/units`, { kind, name, name_en: 'Unit' }), 'POST', `${set}/units`, 200)
	return keepUnits().then(({ items }) => items.find((unit) => unit.name === name))
}

async function keepUnits() {
	const answer = await admin.get(`${api}/units`)
	keeps(answer, 'GET', `${set}/units`, 200)
	return answer.body
}

const give = (body, who = admin) => who.json('POST', `${api}/staff`, body)
const end = (body, who = admin) => who.json('POST', `${api}/staff/end`, body)

test('an expert is of a department, an operator of an office, a body of a body: no other unit, and none without', async () => {
	const units = {}
	for (const kind of ['department', 'office', 'body'])
		units[kind] = (await unitOf(kind)).id
	const kinds = { expert: 'department', operator: 'office', body: 'body' }
	const newcomer = await login('r1801'), person = await personOf(newcomer)
	const [{ id: foreign }] = await sql('SELECT id FROM unit WHERE community_id = ? AND kind = \'office\' LIMIT 1', [there])
	for (const [role, kind] of Object.entries(kinds)) {
		for (const unit of [undefined, 0, foreign, 999999999, ...Object.entries(units).filter(([k]) => k !== kind).map(([, id]) => id)])
			assert.deepEqual((await give({ person, role, unit })).body.errors?.map((e) => e.field), ['unit'], `${role} ${unit}`)
		keeps(await give({ person, role, unit: units[kind] }), 'POST', `${set}/staff`, 200)
	}
	assert.deepEqual((await give({ person, role: 'clerk', unit: units.office })).body.errors.map((e) => e.field), ['unit'], 'a clerk is of none')
	assert.deepEqual((await rolesOf(newcomer)).sort(), ['body', 'expert', 'operator', 'resident'])
	assert.equal((await newcomer.get('/moderation')).status, 403, 'they have no desk')
	const shown = await admin.get(`${api}/staff`)
	keeps(shown, 'GET', `${set}/staff`, 200)
	assert.deepEqual(shown.body.items.filter((i) => i.person_id === person).map((i) => [i.role, i.unit_en, i.until]),
		[['body', 'Unit', null], ['expert', 'Unit', null], ['operator', 'Unit', null]])
	assert.match((await events(here))[0].detail, /^body: .+ \(Підрозділ /)
	const me = await newcomer.get('/api/v1/me')
	keeps(me, 'GET', '/me', 200)
	assert.equal(me.body.roles.length, 3)
	assert.match((await newcomer.get('/me')).text, /відповідальна служба/)
	problem(await admin.json('POST', `${api}/units/close`, { unit: units.office }), 409, 'staffed')
	for (const role of Object.keys(kinds))
		keeps(await end({ person, role }), 'POST', `${set}/staff/end`, 200)
	for (const unit of Object.values(units))
		keeps(await admin.json('POST', `${api}/units/close`, { unit }), 'POST', `${set}/units/close`, 200)
	problem(await admin.json('POST', `${api}/units/close`, { unit: units.office }), 409, 'already')
	assert.deepEqual((await give({ person, role: 'operator', unit: units.office })).body.errors.map((e) => e.field), ['unit'], 'a closed one')
	assert.deepEqual(await rolesOf(newcomer), ['resident'])
})

test('a unit is there once; closed, its name opens it again; another community’s is not touched', async () => {
	const body = { kind: 'department', name: unique('Відділ'), name_en: 'Department' }
	expect(await admin.json('POST', `${api}/units`, body), 200)
	assert.deepEqual((await admin.json('POST', `${api}/units`, body)).body.errors.map((e) => e.field), ['name'])
	const { id } = (await keepUnits()).items.find((unit) => unit.name === body.name)
	expect(await admin.json('POST', `${api}/units/close`, { unit: id }), 200)
	assert.equal((await keepUnits()).items.some((unit) => unit.id === id), false)
	expect(await admin.json('POST', `${api}/units`, { ...body, name_en: 'Again' }), 200)
	assert.equal((await keepUnits()).items.find((unit) => unit.id === id).name_en, 'Again')
	expect(await admin.json('POST', `${api}/units/close`, { unit: id }), 200)
	const [{ id: foreign }] = await sql('SELECT id FROM unit WHERE community_id = ? AND closed_at IS NULL LIMIT 1', [there])
	problem(await admin.json('POST', `${api}/units/close`, { unit: foreign }), 409, 'already')
	assert.deepEqual((await events(here)).slice(0, 4).map((e) => e.what), ['unit-closed', 'unit-added', 'unit-closed', 'unit-added'])
	for (const wrong of [{ ...body, kind: 'ministry' }, { ...body, name: 'В' }, { kind: 'body', name: 'Служба' }])
		assert.equal((await admin.json('POST', `${api}/units`, wrong)).status, 422)
})

test('an end may be given in advance: with the role, or when it is ended; that day is its last', async () => {
	const newcomer = await login('r1802'), person = await personOf(newcomer), body = { person, role: 'clerk' }
	const day = (days) => new Date(Date.now() + days * 864e5).toISOString().slice(0, 10)
	for (const wrong of ['2020-01-01', '2026-02-31', 'tomorrow', day(4000)])
		assert.deepEqual((await give({ ...body, until: wrong })).body.errors?.map((e) => e.field), ['until'], wrong)
	expect(await give({ ...body, until: day(30) }), 200)
	const ending = async () => (await admin.get(`${api}/staff`)).body.items.find((i) => i.person_id === person).until
	assert.match(await ending(), new RegExp(`^${day(30)}T2[12]:59:59Z$`), 'the last second of that day in Kyiv')
	assert.match((await events(here))[0].detail, new RegExp(`^clerk: .+ → ${day(30)}$`))
	expect(await end({ ...body, until: day(3) }), 200)
	assert.match(await ending(), new RegExp(`^${day(3)}T`))
	assert.ok((await rolesOf(newcomer)).includes('clerk'), 'until then it counts')
	await sql('UPDATE staff SET until = UTC_TIMESTAMP() - INTERVAL 1 SECOND WHERE person_id = ?', [person])
	assert.deepEqual(await rolesOf(newcomer), ['resident'], 'and no longer')
	problem(await end({ ...body, until: day(3) }), 409, 'already')
})

test('a session of staff is shorter, and one that began before the role becomes so', async () => {
	const staff = await row(await login('hanna'))
	assert.deepEqual([staff.idle_s, staff.expires_at - staff.created_at], [STAFF_IDLE, STAFF_LIFE])
	for (const person of ['owner', 'iryna', 'oleh', 'vera'])
		assert.equal((await row(await login(person))).idle_s, STAFF_IDLE, person)
	const guest = await row(await login('hanna', { host: zhytomyr }))
	assert.deepEqual([guest.idle_s, guest.expires_at - guest.created_at], [8 * 3600, LIFE], 'where they have no role')

	const [young, old] = [await login('r1803'), await login('r1803')], person = await personOf(young)
	const away = await login('r1803', { host: zhytomyr })
	await sql('UPDATE session SET created_at = created_at - ? WHERE token_hash = ?', [STAFF_LIFE + 60, tokenHash(old.session)])
	expect(await give({ person, role: 'moderator' }), 200)
	const shortened = await row(young)
	assert.deepEqual([shortened.idle_s, shortened.expires_at], [STAFF_IDLE, shortened.created_at + STAFF_LIFE])
	assert.ok((await rolesOf(young)).includes('moderator'))
	assert.equal((await old.get('/api/v1/session')).body.logged_in, false, 'a login of yesterday ends')
	assert.equal((await row(away)).idle_s, 8 * 3600, 'in another community nothing changes')
	await sql('UPDATE session SET seen_at = ? WHERE token_hash = ?', [now() - STAFF_IDLE - 5, tokenHash(young.session)])
	assert.equal((await young.get('/api/v1/session')).body.logged_in, false, 'an hour alone ends it')
	expect(await end({ person, role: 'moderator' }), 200)
})

test('a session knows its provider and a coarse name of the device, and never the header', async () => {
	const browser = anonymous()
	const agent = 'Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0 canary-7f3a9'
	const plain = browser.request.bind(browser)
	browser.request = (method, target, options = {}) => plain(method, target, { ...options, headers: { ...options.headers, 'User-Agent': agent } })
	await login('r1804', { client: browser })
	const session = await row(browser)
	assert.deepEqual([session.device, session.provider, session.operator_id], ['Firefox, Android', 'standin', null])
	assert.ok(session.id > 0 && Math.abs(session.proved_at - now()) < 120)
	assert.equal(JSON.stringify(session).includes('canary'), false)
	assert.equal((await row(await login('r1804'))).device, '')
})

const age = (client, seconds) => sql('UPDATE session SET proved_at = ? WHERE token_hash = ?', [now() - seconds, tokenHash(client.session)])

test('a sensitive page of an older login leads through a fresh one and back; the rest of the desk goes on', async () => {
	const browser = await login('admin')
	await age(browser, FRESH_LIFE + 5)
	assert.equal((await browser.get('/moderation')).status, 200)
	assert.equal((await browser.get(`${set}/log`)).status, 200)
	for (const [at, intent] of [['', 'settings'], ['/staff', 'staff'], ['/units', 'units'], ['/districts', 'districts'], ['/calendar', 'calendar'],
		['/pause', 'pause']]) {
		assert.equal((await browser.get(set + at)).location, `/login?to=${intent}`)
		problem(await browser.get(api + at), 403, 'fresh-login')
	}
	problem(await give({ person: 1, role: 'clerk' }, browser), 403, 'fresh-login')

	const page = expect(await browser.get('/login?to=staff'), 200)
	assert.match(page.text, /Підтвердьте ще раз, хто ви/)
	const before = browser.session
	const started = expect(await browser.post('/login/start', hidden(page.text, '/login/start')), 303)
	await chooseAtStandin(browser, started.location, 'admin')
	assert.equal(browser.landed, `${set}/staff`)
	assert.notEqual(browser.session, before, 'the session is a new one')
	assert.equal(expect(await browser.get(browser.landed), 200).status, 200)
	assert.equal((await browser.get('/login?to=staff')).location, `${set}/staff`)
})

test('a form that was opened in time may be sent for an hour more; then it is not taken', async () => {
	const browser = await login('admin'), day = { day: '2029-09-01', kind: 'off', name: 'День' }
	await age(browser, FRESH_FORM_LIFE - 30)
	assert.equal((await browser.post(`${set}/calendar`, day)).status, 303)
	problem(await browser.json('POST', `${api}/calendar`, day), 403, 'fresh-login')
	await age(browser, FRESH_FORM_LIFE + 5)
	assert.equal((await browser.post(`${set}/calendar/remove`, day)).status, 403)
	await age(browser, -3600)
	assert.equal((await browser.post(`${set}/calendar/remove`, day)).status, 403, 'a proof of the future is none')
	await age(browser, 0)
	assert.equal((await browser.post(`${set}/calendar/remove`, day)).status, 303)
})

test('who confirms as another person is told so, and nothing changes', async () => {
	const browser = await login('admin')
	await age(browser, FRESH_LIFE + 5)
	const before = await row(browser)
	const page = await browser.get('/login?to=pause')
	const started = expect(await browser.post('/login/start', hidden(page.text, '/login/start')), 303)
	await assert.rejects(chooseAtStandin(browser, started.location, 'hanna'), /not accepted \(403\)/)
	assert.deepEqual(await row(browser), before)
	assert.equal((await browser.get(`${set}/pause`)).location, '/login?to=pause')
	const me = (await browser.get('/api/v1/session')).body
	assert.ok(me.logged_in && me.roles.includes('administrator'))
})

test('at the counter nobody works as staff, and no login there is fresh', async () => {
	const [staff] = await plantSessions([await personOf(admin)])
	const [operator] = await plantPeople(1)
	await sql('UPDATE session SET operator_id = ? WHERE token_hash = ?', [operator, tokenHash(staff.session)])
	assert.deepEqual(await rolesOf(staff), ['resident'])
	assert.equal((await staff.get('/moderation')).status, 403)
})

test('the owner appoints and ends administrators, the first one of a community too, and does nothing else', async () => {
	const owner = await login('owner', { host: zhytomyr }), guest = await login('mykola', { host: zhytomyr })
	const person = await personOf(guest)
	await sql('UPDATE staff SET until = UTC_TIMESTAMP() - INTERVAL 1 SECOND WHERE community_id = ? AND role = \'administrator\'', [there])
	const list = await owner.get(`${owners}?q=${encodeURIComponent('Тетерівський')}`)
	keeps(list, 'GET', '/moderation/administrators', 200)
	assert.deepEqual(list.body.items, [], 'Zhytomyr has none yet')
	assert.deepEqual(Object.keys(list.body.found[0]), ['person_id', 'name'])
	assert.match((await owner.get('/moderation/administrators')).text, /немає адміністратора/)
	keeps(await owner.json('POST', owners, { person }), 'POST', '/moderation/administrators', 200)
	assert.ok((await rolesOf(guest)).includes('administrator'))
	const [event] = await events(there)
	assert.deepEqual([event.what, event.actor_id], ['staff-added', await personOf(owner)])
	keeps(await owner.get(owners), 'GET', '/moderation/administrators', 200)
	problem(await owner.json('POST', owners, { person }), 409, 'already')
	problem(await owner.json('POST', owners, { person: await personOf(owner) }), 409, 'own-role')
	problem(await owner.json('POST', owners, { person: 999999999 }), 404, 'not-found')
	for (const path of ['/moderation', set, `${set}/staff`, `${set}/log`, '/moderation/statistics'])
		assert.equal((await owner.get(path)).status, 403, path)
	problem(await give({ person, role: 'clerk' }, owner), 403, 'forbidden')
	keeps(await owner.json('POST', `${owners}/end`, { person }), 'POST', '/moderation/administrators/end', 200)
	assert.equal((await rolesOf(guest)).includes('administrator'), false)
	problem(await owner.json('POST', `${owners}/end`, { person }), 409, 'already')
	assert.equal((await sql('SELECT COUNT(*) AS n FROM staff WHERE community_id = ? AND person_id = ? AND role <> \'administrator\'',
		[there, person]))[0].n, 0)
	assert.match((await owner.get('/me')).text, /href="\/moderation\/administrators"/)
	assert.deepEqual((await owner.get('/api/v1/me')).body.roles.map((r) => r.role), ['owner'])
	assert.deepEqual(await rolesOf(await login('owner', { host: chornomorsk })), ['resident', 'owner'])
})

test('scripts/owner makes an owner of a tax number, keeps none, and ends them', async () => {
	const run = (args, input = '') => spawnSync(path.join(root, 'scripts/owner'), args, { input, encoding: 'utf8' })
	const { tax_number: number, family_name: name } = JSON.parse(readFileSync(path.join(root, 'sql/demo/people.json'), 'utf8'))
		.people.find((p) => p.login === 'ostap')
	const ostap = await login('ostap'), person = await personOf(ostap)
	for (const [args, input, told] of [[['add'], '', /one tax number/], [['add'], '9100000000\n', /logged in yet/],
		[['add'], `${'9'.repeat(70)}\n`, /one tax number/], [['add', '--demo', 'nobody'], '', /knows no/], [['end', '999999'], '', /no owner/]]) {
		const { status, stderr } = run(args, input)
		assert.equal(status, 1)
		assert.match(stderr, told)
	}
	const made = run(['add'], `${number.slice(0, 5)} ${number.slice(5)}\n`)
	assert.equal(made.status, 0, made.stderr)
	assert.equal(`${made.stdout}${made.stderr}`.includes(number), false)
	assert.equal((await ostap.get(owners)).status, 200)
	assert.equal((await row(ostap)).idle_s, STAFF_IDLE, 'their sessions are shorter')
	assert.match(run([]).stdout, new RegExp(`^ *${person}  .*${name}, from `, 'm'))
	assert.equal(run(['end', String(person)]).status, 0)
	assert.equal((await ostap.get(owners)).status, 403)
	const again = run(['add', '--demo', 'ostap'])
	assert.equal(again.status, 0, again.stderr)
	assert.equal(run(['end', String(person)]).status, 0)
})

test('an owner whose time is over is none, at once', async () => {
	const deputy = await login('r1805'), person = await personOf(deputy)
	await sql('INSERT INTO installation_owner (person_id) VALUES (?)', [person])
	assert.equal((await deputy.get(owners)).status, 200)
	await sql('UPDATE installation_owner SET until = UTC_TIMESTAMP() - INTERVAL 1 SECOND WHERE person_id = ?', [person])
	assert.equal((await deputy.get(owners)).status, 403)
})

// The desk's JSON face keeps its word, and each of its addresses serves the roles that its route names
// and nobody else: of this community, of another one, or of none.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { keeps as keepsOf, problem, routesOf, untried } from '../lib/contract.mjs'
import { png } from '../lib/pictures.mjs'
import { withFile } from '../lib/upload.mjs'
import { anonymous, chornomorsk, expect, login, plantPetition, plantPeople, plantSessions, sql, submittedPetition,
	zhytomyr } from '../lib/viche.mjs'

const roles = { person: 1, moderator: 4, clerk: 8, administrator: 16 }
const every = routesOf(['moderation'], true)
const routes = routesOf(['moderation'])
const keeps = (...call) => keepsOf(routes, ...call)
const at = (id, act) => `/api/v1/moderation/petitions/${id}${act ? `/${act}` : ''}`
const route = (act) => `/moderation/petitions/{id}${act ? `/${act}` : ''}`
const reason = { explanation: 'Причина, яку прочитають усі.' }
let hanna, ivan, klym, admin, author

before(async () => {
	[hanna, ivan, klym, admin, author] = await Promise.all(['hanna', 'ivan', 'klym', 'admin', 'r600'].map((who) => login(who)))
})

/* A POST of an act and the petition's page after it, both as declared. */
async function act(who, id, name, body, status = 200) {
	keeps(await who.json('POST', at(id, name), body), 'POST', route(name), status)
	keeps(await who.get(at(id)), 'GET', route(), 200)
}

test('every JSON answer of the desk is what its route declares', async () => {
	for (const who of [hanna, klym, admin])
		for (const query of ['', '?show=late', '?show=mine', '?show=free'])
			keeps(await who.get(`/api/v1/moderation/queue${query}`), 'GET', '/moderation/queue', 200)
	const id = await submittedPetition(author)
	await act(hanna, id, 'claim')
	await act(hanna, id, 'release')
	await act(hanna, id, 'return', reason)
	await act(hanna, id, 'undo')
	await act(hanna, id, 'refuse', { reason: 'duplicate', ...reason })
	await act(hanna, id, 'undo')
	await act(hanna, id, 'publish')
	await act(ivan, id, 'suspend', reason)
	await act(ivan, id, 'resume')
	await act(ivan, id, 'hide', { reason: 'personal_data', ...reason })
	await act(ivan, id, 'restore')
	const other = await submittedPetition(await login('r601'))
	await act(hanna, other, 'publish')
	await act(hanna, id, 'join', { keep: other, note: 'Про одне й те саме.' })
	keeps(await klym.get(at(id)), 'GET', route(), 200)
	const reached = await plantPetition({ state: 'reached' })
	await act(klym, reached, 'claim')
	await act(klym, reached, 'start', { note: 'Розглядає комісія з благоустрою.' })
	await act(klym, reached, 'answer', { verdict: 'partly', text: 'Рада підтримала петицію частково.', answered_by: 'Міська рада' })
	await act(klym, reached, 'implement')
	await act(klym, reached, 'milestone', { title: 'Підписано договір', text: '', happened_on: '2026-01-15' })
	const [{ id: milestone }] = (await klym.get(at(reached))).body.milestones
	keeps(await withFile(klym, `/api/v1/moderation/milestones/${milestone}/pictures`, {}, 'picture', png(8, 8)),
		'POST', '/moderation/milestones/{id}/pictures', 200)
	await act(klym, reached, 'finish')
	const appeal = await plantPetition({ state: 'appeal' })
	await act(klym, appeal, 'answer', { text: 'Ваше звернення розглянуто.', answered_by: 'Міський голова' })
	for (const query of ['', '?page=2'])
		keeps(await klym.get(at(reached, `sheet${query}`)), 'GET', route('sheet'), 200)
	keeps(await ivan.get('/api/v1/moderation/statistics'), 'GET', '/moderation/statistics', 200)
	// The settings: tests/faults/desk_settings.test.mjs, on an instance of their own.
	assert.deepEqual(untried(routes).filter((r) => !r.includes('/settings')), [], 'every declared route was tried')
})

test('each address serves the roles that its route names, on both faces, and no others', async () => {
	const id = await plantPetition({ state: 'reached' })
	const [stranger] = await plantSessions(await plantPeople(1))
	const people = { person: stranger, moderator: hanna, clerk: klym, administrator: admin }
	for (const { method, path, who, flags } of every)
		for (const [role, client] of [...Object.entries(people), ['nobody', anonymous()]]) {
			const served = (who & (roles[role] ?? 0)) !== 0
			const why = `${method} ${path} for ${role}`
			const target = path.replace('{id}', served && method === 'POST' ? '999999999' : id)
			if (!(flags & 2)) {
				const page = method === 'GET' ? await client.get(target) : await client.post(target)
				if (role === 'nobody')
					assert.ok(page.status === 401 || page.location === '/login?to=moderation', `${why}: ${page.status}`)
				else
					assert.equal(page.status === 403 && !/own|second/.test(page.text), !served, `${why}: ${page.status}`)
			}
			if (!(flags & 1)) {
				const data = await client.json(method, `/api/v1${target}`, method === 'GET' ? undefined : {})
				if (role === 'nobody')
					problem(data, 401, 'login-required')
				else if (!served)
					problem(data, 403, 'forbidden')
				else
					assert.notEqual(data.status, 403, why)
			}
		}
})

test('the staff of another community gets 404 or 403 for everything', async () => {
	const mine = await plantPetition({ community: 'chornomorsk', state: 'submitted' })
	const before = JSON.stringify(await sql('SELECT state, notice_reason FROM petition WHERE id = ?', [mine]))
	const guest = await login('zoya', { host: chornomorsk }), home = await login('zoya', { host: zhytomyr })
	for (const { method, path, flags } of every)
		for (const face of [...(flags & 2 ? [] : ['']), ...(flags & 1 ? [] : ['/api/v1'])]) {
			const target = `${face}${path.replace('{id}', mine)}`
			const ask = (who) => (method === 'GET' ? who.get(target)
				: face ? who.json('POST', target, {}) : who.post(target, reason))
			assert.equal((await ask(guest)).status, 403, target)
			if (path.includes('{id}'))
				assert.ok([403, 404].includes((await ask(home)).status), `${target} from home`)
		}
	assert.equal(JSON.stringify(await sql('SELECT state, notice_reason FROM petition WHERE id = ?', [mine])), before)
})

test('what is not on the desk is not there', async () => {
	for (const id of [0, 999999999, await plantPetition({ state: 'draft' })])
		for (const client of [hanna, klym, admin])
			problem(await client.get(at(id)), 404, 'not-found')
	expect(await hanna.get('/moderation?show=nothing'), 200)
})

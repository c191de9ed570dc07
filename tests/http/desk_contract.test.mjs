// The desk's JSON face keeps its word. Whom each of its addresses serves: roles_matrix.test.mjs.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { keeps as keepsOf, problem, routesOf, untried } from '../lib/contract.mjs'
import { png } from '../lib/pictures.mjs'
import { withFile } from '../lib/upload.mjs'
import { expect, login, plantPeople, plantPetition, plantSessions, sql, submittedPetition } from '../lib/viche.mjs'

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
	const [{ join }] = await sql('SELECT id AS `join` FROM petition_merge WHERE open_close = ?', [id])
	keeps(await hanna.json('POST', `/api/v1/moderation/joins/${join}/withdraw`), 'POST', '/moderation/joins/{id}/withdraw', 200)
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
	const [someone] = await plantPeople(1)
	const about = `/api/v1/moderation/residence/${someone}`
	expect(await (await plantSessions([someone]))[0].json('POST', '/api/v1/me/residence', { category: 'works', basis: 'Працюю в порту' }), 200)
	keeps(await klym.get('/api/v1/moderation/residence?q=%D0%9D%D0%B0%D0%B2%D0%B0%D0%BD'), 'GET', '/moderation/residence', 200)
	keeps(await klym.json('POST', about, { do: 'confirm', category: 'works', words: 'Довідка з місця роботи' }), 'POST', '/moderation/residence/{id}', 200)
	keeps(await klym.get(about), 'GET', '/moderation/residence/{id}', 200)
	// The settings: tests/faults/desk_settings.test.mjs, on an instance of their own; the owner's: roles.test.mjs.
	assert.deepEqual(untried(routes).filter((r) => !/settings|administrators/.test(r)), [], 'every declared route was tried')
})

test('what is not on the desk is not there', async () => {
	for (const id of [0, 999999999, await plantPetition({ state: 'draft' })])
		for (const client of [hanna, klym, admin])
			problem(await client.get(at(id)), 404, 'not-found')
	expect(await hanna.get('/moderation?show=nothing'), 200)
})

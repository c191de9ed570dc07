// Every move of the lifecycle's own table is made by who may make it, and every other one, by anybody, in
// any state, is refused and changes nothing: all states × all acts × all roles.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { anonymous, build, db, login, plantPetition, vari } from '../lib/viche.mjs'

const states = ['draft', 'submitted', 'returned', 'refused', 'contested', 'collecting', 'suspended', 'reached',
	'not_reached', 'in_review', 'answered', 'implementing', 'implemented', 'appeal', 'appeal_answered', 'withdrawn',
	'merged', 'hidden']
const words = 'Пояснення для всіх, достатньо довге.'
const reply = { text: 'Рада підтримала петицію й виконає її.', answered_by: 'Виконавчий комітет', do: 'send' }

/* What can be asked for, and to which state it leads. Undoing is tried where decisions are (desk). */
const desk = (verb) => (id) => `/api/v1/moderation/petitions/${id}/${verb}`
const own = (verb) => (id) => `/api/v1/petitions/${id}/${verb}`
const acts = [
	{ name: 'submit', to: 'submitted', at: own('submit') },
	{ name: 'withdraw', to: 'withdrawn', at: own('withdraw'), not: ['hidden'] },
	{ name: 'contest', to: 'contested', at: own('contest'), body: { why: words } },
	{ name: 'publish', to: 'collecting', at: desk('publish'), body: {}, not: ['suspended', 'hidden'] },
	{ name: 'return', to: 'returned', at: desk('return'), body: { explanation: words } },
	{ name: 'refuse', to: 'refused', at: desk('refuse'), body: { reason: 'duplicate', explanation: words }, not: ['hidden'] },
	{ name: 'suspend', to: 'suspended', at: desk('suspend'), body: { explanation: words } },
	{ name: 'resume', to: 'collecting', at: desk('resume'), only: ['suspended'] },
	{ name: 'hide', to: 'hidden', at: desk('hide'), body: { reason: 'offence', explanation: words } },
	{ name: 'restore', to: 'collecting', at: desk('restore'), only: ['hidden'] },
	{ name: 'start', to: 'in_review', at: desk('start'), body: {}, not: ['suspended', 'hidden'] },
	{ name: 'answer', to: 'answered', at: desk('answer'), body: { verdict: 'supported', ...reply }, not: ['appeal', 'hidden'] },
	{ name: 'answer an appeal', to: 'appeal_answered', at: desk('answer'), body: reply, only: ['appeal'] },
	{ name: 'implement', to: 'implementing', at: desk('implement'), body: {}, not: ['hidden'] },
	{ name: 'finish', to: 'implemented', at: desk('finish'), body: {}, not: ['hidden'] },
]

/* The table as the program prints it. */
const table = execFileSync(path.join(build, 'bin/manage'), ['map'],
	{ encoding: 'utf8', env: { ...process.env, VICHE_CONF: process.env.VICHE_CONF ?? path.join(vari, 'run/viche.conf') } })
	.trim().split('\n').map((line) => line.split('\t')).filter(([kind]) => kind === 'petition')
	.map(([, from, to, by, program]) => ({ from, to, by, program }))
	.filter((t) => ['petitions', 'moderation'].includes(t.program))

const allowed = (role, from, act) => (act.only === undefined || act.only.includes(from)) && !act.not?.includes(from) &&
	table.some((t) => t.from === from && t.to === act.to && t.by === role &&
		/* Undoing shares its moves with decisions: it has an address of its own. */
		!(t.program === 'moderation' && ['submitted', 'contested'].includes(t.to)))

const as = {}
let c, author
before(async () => {
	c = await db()
	for (const [role, person] of Object.entries({ author: 'r1500', stranger: 'r1501', moderator: 'hanna', clerk: 'klym',
		administrator: 'admin', neighbour: 'zoya' }))
		as[role] = await login(person)
	as.anonymous = anonymous()
	author = (await c.query('SELECT person_id AS id FROM session WHERE token_hash = UNHEX(SHA2(?, 256))', [as.author.session]))[0][0].id
})
after(() => c?.end())

const stateOf = async (id) => (await c.query('SELECT state FROM petition WHERE id = ?', [id]))[0][0].state
const eventsOf = async (id) => (await c.query('SELECT COUNT(*) AS n FROM event WHERE kind = \'petition\' AND subject_id = ?', [id]))[0][0].n

const post = (role, act, id) => role === 'anonymous'
	? as.anonymous.json('POST', act.at(id), act.body, { 'X-CSRF-Token': 'none' }) : as[role].json('POST', act.at(id), act.body)

test('the walk knows every state, and every move that a person makes', () => {
	assert.deepEqual([...new Set(table.flatMap((t) => [t.from, t.to]))].filter((s) => s !== '(new)').sort(), [...states].sort())
	const made = new Set(acts.map((act) => act.to))
	const undone = table.filter((t) => t.program === 'moderation' && ['submitted', 'contested'].includes(t.to))
	assert.equal(undone.length, 5, 'moves that only undoing makes')
	for (const t of table.filter((one) => one.from !== '(new)' && !undone.includes(one)))
		assert.ok(made.has(t.to) || t.to === 'merged' || ['suspended', 'hidden'].includes(t.from), `${t.from} → ${t.to}`)
})

for (const from of states)
	describe(`from ${from}`, () => {
		for (const act of acts)
			test(act.name, async () => {
				let id = await plantPetition({ state: from, author })
				let events = await eventsOf(id)
				for (const role of Object.keys(as)) {
					const answer = await post(role, act, id)
					if (!allowed(role, from, act)) {
						assert.ok(answer.status >= 400 && answer.status < 500, `${role}: ${answer.status} ${answer.text.slice(0, 200)}`)
						continue
					}
					assert.ok(answer.status >= 200 && answer.status < 300, `${role}: ${answer.status} ${answer.text.slice(0, 300)}`)
					assert.equal(await stateOf(id), act.to, role)
					assert.equal(await eventsOf(id), events + 1, `${role}: one event`)
					id = await plantPetition({ state: from, author })
					events = await eventsOf(id)
				}
				assert.equal(await stateOf(id), from, 'what was refused changed nothing')
				assert.equal(await eventsOf(id), events)
			})
	})

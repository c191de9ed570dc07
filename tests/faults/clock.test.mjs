// The end of a term: to the second, and by Kyiv's calendar on both sides of summer time.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startInstance } from '../lib/instance.mjs'

let site, hanna, author

before(async () => {
	site = await startInstance()
	hanna = await site.viche.login('hanna')
	author = await site.viche.login('r1340')
})
after(() => site?.stop())

const seconds = (iso) => Date.parse(iso) / 1000
const stateOf = async (id) => (await site.viche.request('GET', `/api/v1/petitions/${id}?n=${Math.random()}`)).body
const days = async () => (await site.viche.sql('SELECT term_days AS n FROM petition_rules r JOIN community c ON ' +
	'c.id = r.community_id WHERE c.name = \'chornomorsk\' ORDER BY version DESC LIMIT 1'))[0].n

/* A signature as the JSON face and as the page take it. */
const sign = async (person, id) => (await person.json('POST', `/api/v1/petitions/${id}/sign`)).status

test('a signature counts until the last second of the term, and from then on nobody\'s does', async () => {
	const { login, newPetition, setClock, until, sql } = site.viche
	const [early, last, late, later, byForm] = await Promise.all(
		['r1341', 'r1342', 'r1343', 'r1344', 'r1345'].map((person) => login(person)))
	const id = await newPetition(author, hanna)
	const end = seconds((await stateOf(id)).closes_at)
	// The worker is asleep: what is refused here is refused by the clock, not by the state.
	const worker = site.children('worker-clock')
	site.halt(...worker)

	setClock(end - 3600)
	assert.equal(await sign(early, id), 201)
	setClock(end - 1)
	assert.equal(await sign(last, id), 201)
	setClock(end)
	assert.equal(await sign(late, id), 409)
	setClock(end + 1)
	assert.equal(await sign(later, id), 409)
	assert.equal((await byForm.post(`/petitions/${id}/sign`)).status, 409)
	assert.equal(await sign(last, id), 200, 'who had signed is told so')
	assert.equal((await stateOf(id)).state, 'collecting')

	site.resume(...worker)
	await until('the worker ends it', async () => (await stateOf(id)).state === 'appeal')
	assert.equal((await stateOf(id)).signature_count, 2)
	assert.equal(await sign(late, id), 409)
	setClock(end - 1)
	assert.equal(await sign(later, id), 409, 'a clock set back opened it again')
	const events = await sql('SELECT to_state FROM event WHERE kind = \'petition\' AND subject_id = ? ORDER BY id', [id])
	assert.deepEqual(events.map((e) => e.to_state), ['draft', 'submitted', 'collecting', 'not_reached', 'appeal'])
})

test('the worker does not end a petition a second early', async () => {
	const { login, newPetition, setClock, realClock, until, request } = site.viche
	realClock()
	const id = await newPetition(author, hanna)
	const end = seconds((await stateOf(id)).closes_at)
	setClock(end - 1)
	// The worker has seen this second when it has counted a signature of it.
	assert.equal(await sign(await login('r1346'), id), 201)
	await until('the signature is counted', async () =>
		(await request('GET', `/api/v1/petitions/${id}`)).body.signature_count === 1)
	assert.equal((await stateOf(id)).state, 'collecting')
	setClock(end)
	await until('it ends', async () => (await stateOf(id)).state === 'appeal')
})

/* Kyiv goes from UTC+2 to UTC+3 on 28 March 2027, and back on 31 October 2027. */
for (const [what, day, hour, ends] of [
	['the day before summer time begins', '2027-03-27', 10, '2027-03-27T21:59:59Z'],
	['the day on which it begins', '2027-03-28', 10, '2027-03-28T20:59:59Z'],
	['the day after it began', '2027-03-29', 10, '2027-03-29T20:59:59Z'],
	['the day on which it ends', '2027-10-31', 10, '2027-10-31T21:59:59Z'],
	// 22:30 UTC is half past midnight in Kyiv: the next day, in winter; in summer 21:30 is.
	['a day that had begun in Kyiv only', '2027-03-28', -1.5, '2027-03-28T20:59:59Z'],
])
	test(`a term whose last day is ${what} ends with that day in Kyiv`, async () => {
		const { newPetition, setClock } = site.viche
		// Published so many days before, counted by dates.
		const published = new Date(Date.parse(`${day}T00:00:00Z`) - await days() * 86400e3 + hour * 3600e3)
		setClock(published)
		const id = await newPetition(author, hanna)
		const petition = await stateOf(id)
		assert.equal(petition.published_at, published.toISOString().replace('.000', ''))
		assert.equal(petition.closes_at, ends)
	})

test('a petition that ends on the day of the change takes signatures to the end of that day', async () => {
	const { login, newPetition, setClock } = site.viche
	setClock(new Date(Date.parse('2027-03-28T09:00:00Z') - await days() * 86400e3))
	const id = await newPetition(author, hanna)
	const [one, two] = [await login('r1347'), await login('r1348')]
	setClock(new Date('2027-03-28T20:59:58Z')) // 23:59:58 in Kyiv, summer time
	assert.equal(await sign(one, id), 201)
	setClock(new Date('2027-03-28T21:00:00Z')) // midnight; by winter time it would be 23:00
	assert.equal(await sign(two, id), 409)
})

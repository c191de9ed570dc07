// The desk and the clock: undoing ends after ten seconds, a suspended petition's terms stand still, and a
// decision that breaks half-way holds nothing up.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startInstance } from '../lib/instance.mjs'

const DAY = 86400e3
const start = Date.parse('2027-05-03T09:00:00Z') // a Monday without holidays around
const at = (id, act) => `/api/v1/moderation/petitions/${id}${act ? `/${act}` : ''}`
const reason = { explanation: 'Перевіряємо скаргу на підробку.' }
let site, viche, hanna, klym, author

before(async () => {
	site = await startInstance()
	viche = site.viche
	;[hanna, klym, author] = await Promise.all(['hanna', 'klym', 'r1370'].map((who) => viche.login(who)))
})
after(() => site?.stop())

const petition = async (id) => (await viche.anonymous().get(`/api/v1/petitions/${id}?n=${Math.random()}`)).body
const look = async (id) => viche.expect(await hanna.get(at(id)), 200).body
const iso = (time) => new Date(time).toISOString().replace('.000', '')

test('a decision is taken back within ten seconds and not later', async () => {
	for (const [seconds, status] of [[9, 200], [10, 409], [11, 409]]) {
		viche.setClock(new Date(start))
		const id = await viche.newPetition(author, hanna)
		assert.ok((await look(id)).undo_seconds > 0)
		viche.setClock(new Date(start + seconds * 1000))
		assert.equal((await look(id)).undo_seconds > 0, status === 200)
		const answer = await hanna.post(`/moderation/petitions/${id}/undo`)
		assert.equal(answer.status, status === 200 ? 303 : 409, `after ${seconds} s`)
		if (status === 409)
			assert.match(answer.text, /десять секунд|10 секунд/)
	}
	viche.realClock()
})

test('while a petition is suspended nobody signs, its term does not run out, and goes on with what remained', async () => {
	viche.setClock(new Date(start))
	const id = await viche.newPetition(author, hanna)
	const { closes_at: closes } = await petition(id)
	const [early, during, late] = await Promise.all(['r1371', 'r1372', 'r1373'].map((who) => viche.login(who)))
	viche.expect(await early.json('POST', `/api/v1/petitions/${id}/sign`), 201)
	viche.setClock(new Date(start + DAY))
	viche.expect(await hanna.json('POST', at(id, 'suspend'), reason), 200)
	assert.equal((await during.json('POST', `/api/v1/petitions/${id}/sign`)).status, 409)
	assert.match((await viche.anonymous().get(`/petitions/${id}?n=1`)).text, /Перевіряємо скаргу на підробку\./)
	// Far beyond its term: the worker looks at it and leaves it.
	viche.setClock(new Date(Date.parse(closes) + 10 * DAY))
	const other = await viche.plantPetition({ days: -1 })
	await viche.until('the clock has ended another one', async () => (await viche.sql('SELECT state FROM petition WHERE id = ?', [other]))[0].state !== 'collecting')
	assert.equal((await petition(id)).state, 'suspended')
	const stood = Date.parse(closes) + 10 * DAY - (start + DAY)
	viche.expect(await hanna.json('POST', at(id, 'resume')), 200)
	const now = await petition(id)
	assert.equal(now.state, 'collecting')
	const end = Date.parse(now.closes_at)
	assert.ok(end >= Date.parse(closes) + stood && end < Date.parse(closes) + stood + DAY, `${now.closes_at}: prolonged by the pause, to the end of a day`)
	assert.match(now.closes_at, /T2[01]:59:59Z$/)
	viche.expect(await late.json('POST', `/api/v1/petitions/${id}/sign`), 201)
	viche.realClock()
})

test('the legal term of a suspended petition stands still too', async () => {
	viche.setClock(new Date(start))
	const id = await viche.plantPetition({ state: 'reached' })
	viche.expect(await klym.json('POST', at(id, 'start'), {}), 200)
	const step = async () => (await look(id)).steps.find((s) => s.step === 'decision')
	assert.equal((await step()).due_at, '2027-05-17T20:59:59Z', 'ten working days')
	viche.setClock(new Date(start + 2 * DAY)) // Wednesday: eight remain
	viche.expect(await hanna.json('POST', at(id, 'suspend'), reason), 200)
	viche.setClock(new Date(start + 42 * DAY)) // a Monday, six weeks on
	assert.deepEqual([(await step()).paused, (await step()).late], [true, false])
	assert.ok(!(await klym.get('/api/v1/moderation/queue?show=late')).body.items.some((item) => item.id === id))
	viche.expect(await hanna.json('POST', at(id, 'resume')), 200)
	assert.equal((await step()).due_at, iso(Date.parse('2027-06-24T20:59:59Z')), 'eight working days after that Monday')
	assert.equal((await step()).late, false)
	viche.realClock()
})

/* Days after that Monday: the community's pause from p to q, the petition's suspension from s to r. */
for (const [what, p, q, s, r] of [
	['within the pause', 1, 4, 2, 3], ['begun in it and ended after it', 1, 3, 2, 4],
	['begun before it and ended in it', 2, 4, 1, 3], ['around it', 2, 3, 1, 4]])
	test(`a suspension ${what} of the whole service stops the clocks once`, async () => {
		const admin = await viche.login('admin'), pause = '/api/v1/moderation/settings/pause'
		viche.setClock(new Date(start))
		const id = await viche.newPetition(author, hanna)
		const { closes_at: closes } = await petition(id)
		const reached = await viche.plantPetition({ state: 'reached' })
		viche.expect(await klym.json('POST', at(reached, 'start'), {}), 200)
		const deeds = [[p, () => admin.json('POST', pause, { reason: 'Переносимо сервери громади.' })],
			[q, () => admin.json('POST', `${pause}/end`)],
			[s, () => [id, reached].map((one) => hanna.json('POST', at(one, 'suspend'), reason))],
			[r, () => [id, reached].map((one) => hanna.json('POST', at(one, 'resume')))]]
		for (const [day, deed] of deeds.sort(([one], [other]) => one - other)) {
			viche.setClock(new Date(start + day * DAY))
			for (const answer of await Promise.all([deed()].flat()))
				viche.expect(answer, 200)
		}
		const stood = Math.max(q, r) - Math.min(p, s)
		assert.equal((await petition(id)).closes_at, iso(Date.parse(closes) + stood * DAY), `${stood} days more`)
		const [step] = (await look(reached)).steps.filter((one) => one.step === 'decision')
		assert.equal(step.due_at, iso(Date.parse('2027-05-17T20:59:59Z') + stood * DAY), 'all of them working days')
		viche.realClock()
	})

test('what is overdue is marked so, with its days', async () => {
	viche.setClock(new Date(start))
	const id = await viche.submittedPetition(await viche.login('r1374'))
	const item = async () => (await hanna.get('/api/v1/moderation/queue')).body.items.find((i) => i.id === id)
	assert.deepEqual([(await item()).due_at, (await item()).soon, (await item()).late], ['2027-05-05T20:59:59Z', false, false])
	viche.setClock(new Date(start + 2 * DAY))
	assert.deepEqual([(await item()).soon, (await item()).late], [true, false])
	viche.setClock(new Date(start + 4 * DAY))
	assert.deepEqual([(await item()).soon, (await item()).late, (await item()).days_late], [false, true, 2])
	viche.realClock()
})

test('a milestone is offered the day that it is in Kyiv', async () => {
	const id = await viche.plantPetition({ state: 'implementing' })
	viche.setClock(new Date('2027-05-03T22:30:00Z')) // half past one on Tuesday
	const page = viche.expect(await klym.get(`/moderation/petitions/${id}/milestone`), 200).text
	assert.match(page, /value="2027-05-04"/)
	viche.realClock()
})

test('a decision that breaks half-way is undone at once and holds no locks', async () => {
	const id = await viche.submittedPetition(await viche.login('r1375'))
	const root = await viche.db()
	await root.query('CREATE TRIGGER break_it BEFORE INSERT ON petition_total FOR EACH ROW SIGNAL SQLSTATE \'45000\' SET MESSAGE_TEXT = \'no\'')
	try {
		assert.equal((await hanna.json('POST', at(id, 'publish'))).status, 500)
		const [[row]] = await root.query('SELECT state FROM petition WHERE id = ? FOR UPDATE NOWAIT', [id])
		assert.equal(row.state, 'submitted')
	} finally {
		await root.query('DROP TRIGGER break_it')
		await root.end()
	}
	viche.expect(await hanna.json('POST', at(id, 'publish')), 200)
})

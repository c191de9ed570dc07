// While `stem` is killed, stopped or away, searches go on with the words as typed and say so; what became
// public meanwhile gets its stems later.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startInstance } from '../lib/instance.mjs'

let site, viche, serial = 0

before(async () => {
	site = await startInstance()
	viche = site.viche
})
after(() => site?.stop())

const notice = 'Зараз шукаємо лише слова точно так, як їх набрано'
/* Never an answer that nginx has kept. */
const address = (words) => `/petitions?state=all&q=${encodeURIComponent(words)}&x=${serial++}`
const search = async (words) => {
	const { body } = viche.expect(await viche.request('GET', `/api/v1${address(words)}`), 200)
	return { stemmed: body.stemmed, ids: body.items.map((item) => item.id) }
}
const page = async (words) => viche.expect(await viche.request('GET', address(words)), 200).text
const stems = () => site.children('stem')
const back = () => viche.until('stem is back', async () => (await search('дорога')).stemmed)

async function unstemmed(id, other) {
	assert.deepEqual(await search('канатну доріг'), { stemmed: false, ids: [] }, 'another form is not found')
	assert.deepEqual(await search('канатній дорозі'), { stemmed: false, ids: [id] }, 'the form that stands there is')
	assert.deepEqual(await search('канатн'), { stemmed: false, ids: [id] }, 'and its beginning')
	assert.ok((await search(`${other}`)).ids.includes(other), 'and a number')
	const html = await page('канатній')
	assert.ok(html.includes(notice))
	assert.match(html, /<mark>Канатній<\/mark>/)
	const { body } = viche.expect(await viche.request('GET',
		`/api/v1/petitions/similar?title=${encodeURIComponent('Світло на канатній дорозі')}&x=${serial++}`), 200)
	assert.equal(body.stemmed, false)
}

async function stemmed(id) {
	await back()
	assert.deepEqual(await search('канатну доріг'), { stemmed: true, ids: [id] })
	assert.ok(!(await page('канатну')).includes(notice))
}

let id, other

test('with it, every form is found', async () => {
	id = await viche.plantPetition({ title: 'Ліхтарі на канатній дорозі до моря'.replace('канатній', 'Канатній') })
	other = await viche.plantPetition({ title: 'Обгородити дитячий майданчик' })
	await viche.searchable([id, other])
	await stemmed(id)
})

test('stopped: nobody waits long, all go on unstemmed, and after that every form is found again', async () => {
	const processes = [site.pid('stem'), ...stems()]
	site.halt(...processes)
	await unstemmed(id, other)
	await viche.parallel(Array.from({ length: 20 }, (_, i) => i), 5, async () =>
		assert.deepEqual(await search('канатній'), { stemmed: false, ids: [id] }))
	site.resume(...processes)
	await stemmed(id)
})

test('killed while many ask: each gets an answer, and it comes back', async () => {
	let over = false
	const asking = viche.parallel(Array.from({ length: 80 }, (_, i) => i), 6, async () =>
		assert.deepEqual((await search('канатній')).ids, [id])).finally(() => { over = true })
	for (let i = 0; i < 5 && !over; i++) {
		site.kill(...stems())
		await viche.until('another one was started', () => over || stems().length > 0)
	}
	await asking
	await stemmed(id)
})

test('what becomes public while it is away is found as typed, and by every form when it is back', async () => {
	const processes = [site.pid('stem'), ...stems()]
	site.halt(...processes)
	const late = await viche.plantPetition({ title: 'Прибрати бурульки з карнизів' })
	assert.deepEqual(await search('бурульки'), { stemmed: false, ids: [late] })
	/* The worker asks in vain, and counts signatures all the same. */
	const before = await viche.sql('SELECT until FROM lease WHERE name = \'clock\'')
	await viche.until('the worker goes on', async () => (await viche.sql('SELECT until FROM lease WHERE name = \'clock\''))[0].until > before[0].until)
	assert.deepEqual(await viche.sql('SELECT version FROM petition_search WHERE petition_id = ?', [late]), [{ version: 0 }])
	site.resume(...processes)
	await back()
	await viche.searchable([late])
	assert.deepEqual(await search('бурульок карнизом'), { stemmed: true, ids: [late] })
})

// Where people live: how it is known, what a community accepts, who confirms; and why somebody cannot sign.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Client, db, expect, login, plantPeople, plantSessions, sql, uniqueTitle, until, vari } from '../lib/viche.mjs'
import { lettersTo } from '../lib/mail.mjs'

/* A community of this file's own, whose rules it may change as it likes. */
const name = `people-${process.pid}`, host = `${name}.localhost`
let c, here, klym, admin, clerk

before(async () => {
	c = await db()
	const code = `UA99${String(process.pid).padStart(5, '0').slice(-5)}0000000000`
	here = (await c.query(`INSERT INTO community (name, title, title_en, full_name, full_name_en, council, council_en, oblast, oblast_en,
		katottg, phone, offline, offline_en) SELECT ?, 'Громада тесту', 'Test', 'Громада тесту', 'Test', 'Рада', 'Council', oblast, oblast_en,
		?, phone, '', '' FROM community WHERE name = 'chornomorsk'`, [name, code]))[0].insertId
	await rules()
	await c.query('INSERT INTO community_host (host, community_id) VALUES (?, ?)', [host, here])
	const [one, two] = await plantPeople(2, { community: name })
	clerk = one
	await c.query('INSERT INTO staff (community_id, person_id, role) VALUES (?, ?, \'clerk\'), (?, ?, \'administrator\')', [here, one, here, two]);
	[klym, admin] = await plantSessions([one, two], { community: name, host })
	// Programs look at the list of communities every ten seconds.
	await until('the new community is known to every process', async () => {
		const answers = await Promise.all(Array.from({ length: 24 }, (_, i) => new Client({ host }).get(['/', '/petitions', '/me', '/moderation', '/login',
			'/petitions/terms'][i % 6])))
		return answers.every((a) => a.status !== 421)
	}, 40)
})
after(() => c.end())

const kinds = ['declared', 'provider', 'official', 'register']
const categories = ['registered', 'displaced', 'works', 'studies']

let version = 0
async function rules({ ways = ['provider', 'official', 'register'], grounds = ['registered'], min_age = 0, hide_minors = 0, keep = 0 } = {}) {
	version = (await c.query('SELECT COALESCE(MAX(version), 0) + 1 AS v FROM petition_rules WHERE community_id = ?', [here]))[0][0].v
	await c.query(`INSERT INTO petition_rules (community_id, version, threshold, term_days, residence_kinds, residence_categories,
		min_age, hide_minors, keep_birth_date, office_review, office_decision, hide_ground) VALUES (?, ?, 300, 60, ?, ?, ?, ?, ?, 'Відділ', 'Рада', 'Закон')`,
	[here, version, ways.join(), grounds.join(), min_age, hide_minors, keep])
}

/* Published under rules of its own. */
async function petitionWith(ways, grounds, more = {}) {
	await rules({ ways, grounds, ...more })
	const [{ insertId }] = await c.query(`INSERT INTO petition (community_id, title, text, state, published_at, listed_at, closes_at,
		rules_version, threshold, term_days) VALUES (?, ?, 'Просимо раду розглянути це питання.', 'collecting', UTC_TIMESTAMP(), UTC_TIMESTAMP(),
		UTC_TIMESTAMP() + INTERVAL 9 DAY, ?, 300, 9)`, [here, uniqueTitle(), version])
	await c.query('INSERT IGNORE INTO petition_total (petition_id, community_id) VALUES (?, ?)', [insertId, here])
	return insertId
}

/* Somebody new with exactly these residences: [[kind, category]…]. */
async function somebody(residences = []) {
	const [id] = await plantPeople(1, { community: name })
	await c.query('DELETE FROM residence WHERE person_id = ?', [id])
	for (const [kind, category] of residences)
		await c.query('INSERT INTO residence (community_id, person_id, kind, category, basis) VALUES (?, ?, ?, ?, \'Так є\')',
			[here, id, kind, category])
	const [client] = await plantSessions([id], { community: name, host })
	return { id, client }
}

const sign = (who, petition) => who.client.json('POST', `/api/v1/petitions/${petition}/sign`)

test('each way in each category is accepted by the rules that name both, and by no others', async () => {
	const petitions = {}
	for (const kind of kinds)
		for (const category of categories)
			petitions[`${kind} ${category}`] = await petitionWith([kind], [category])
	for (const kind of kinds)
		for (const category of categories) {
			const who = await somebody([[kind, category]])
			const taken = []
			for (const [name, petition] of Object.entries(petitions))
				if ((await sign(who, petition)).status === 201)
					taken.push(name)
			assert.deepEqual(taken, [`${kind} ${category}`])
		}
})

test('who cannot sign is told exactly why and what to do, on both faces', async () => {
	const petition = await petitionWith(['provider', 'official', 'register'], ['registered', 'displaced'])
	const reasons = [
		[[], 'not-a-resident', 'none', /Ми ще не знаємо, що ви належите/, /Заявіть про належність/],
		[[['declared', 'registered']], 'residence-waits', 'waits', /чекає на підтвердження/, /Щойно її підтвердять/],
		[[['official', 'works']], 'not-a-resident', 'other-category', /іншої підстави/, /іншу підставу/],
		[[['declared', 'studies']], 'not-a-resident', 'other-category', /іншої підстави/, /іншу підставу/],
	]
	for (const [residences, type, , reason, advice] of reasons) {
		const who = await somebody(residences)
		const answer = await sign(who, petition)
		assert.deepEqual([answer.status, answer.body.type], [403, `/problems/${type}`])
		assert.match(answer.body.detail, reason)
		assert.match(answer.body.detail, advice)
		const page = (await who.client.get(`/petitions/${petition}`)).text
		assert.match(page, reason)
		assert.match(page, advice)
		assert.match(page, /href="\/me\/residence"/)
		assert.doesNotMatch(page, /action="\/petitions\/\d+\/sign"/)
	}
	const strict = await petitionWith(['register'], ['registered'])
	const known = await sign(await somebody([['official', 'registered']]), strict)
	assert.match(known.body.detail, /іншого підтвердження.*реєстр/s)
})

test('a residence that is confirmed makes a resident; a declared one does not', async () => {
	for (const kind of kinds) {
		const who = await somebody([[kind, 'studies']])
		assert.equal((await who.client.get('/api/v1/session')).body.roles.includes('resident'), kind !== 'declared', kind)
	}
})

test('a person declares, a clerk sees it and confirms with a basis; the person may sign and gets a letter', async () => {
	const petition = await petitionWith(['official'], ['works'])
	const who = await somebody(), me = '/api/v1/me/residence'
	const address = `residence-${who.id}@mail.example`
	await c.query('INSERT INTO contact (person_id, email, confirmed_at) VALUES (?, ?, UTC_TIMESTAMP())', [who.id, address])
	assert.equal((await who.client.get(me)).body.verdict, 'none')
	assert.equal((await who.client.json('POST', me, { category: 'works', basis: 'мало' })).status, 422)
	expect(await who.client.json('POST', me, { category: 'works', basis: 'Працюю в порту від 2020 року' }), 200)
	assert.equal((await sign(who, petition)).body.type, '/problems/residence-waits')
	const queue = expect(await klym.get('/api/v1/moderation/residence'), 200).body
	const [{ n }] = await sql('SELECT COUNT(*) AS n FROM residence WHERE community_id = ? AND kind = \'declared\'', [here])
	assert.equal(queue.count, n)
	const at = `/api/v1/moderation/residence/${who.id}`
	assert.equal((await klym.get(at)).body.residences[0].basis, 'Працюю в порту від 2020 року')
	assert.equal((await klym.json('POST', at, { do: 'confirm', category: 'works', words: '' })).status, 422, 'a basis is named')
	expect(await klym.json('POST', at, { do: 'confirm', category: 'works', words: 'Довідка з місця роботи' }), 200)
	assert.equal((await klym.json('POST', at, { do: 'confirm', category: 'works', words: 'Довідка з місця роботи' })).status, 409)
	assert.equal((await sign(who, petition)).status, 201)
	const letter = await until('the letter', () => lettersTo(vari, address)[0], 30)
	assert.match(letter.text, /Довідка з місця роботи/)
	const told = (await who.client.get(me)).body
	assert.deepEqual(told.residences.map((r) => [r.kind, r.category, r.basis]), [['official', 'works', 'Довідка з місця роботи']])
	const events = await sql('SELECT what, residence, category, actor_id, program FROM residence_event WHERE person_id = ? ORDER BY id', [who.id])
	assert.deepEqual(events.map((e) => Object.values(e)), [['begun', 'declared', 'works', who.id, 'cabinet'],
		['begun', 'official', 'works', clerk, 'moderation'], ['ended', 'declared', 'works', clerk, 'moderation']])
	// And ends again, by an administrator this time.
	expect(await admin.json('POST', at, { do: 'end', category: 'works', words: 'Звільнення з роботи' }), 200)
	assert.equal((await who.client.get(me)).body.residences.length, 0)
})

test('a declined declaration says why; nobody decides of their own; strangers are not there; forms do the same', async () => {
	const who = await somebody()
	await who.client.post('/me/residence', { category: 'registered', basis: 'Живу на Парковій' })
	const list = (await klym.get('/moderation/residence?q=%D0%9D%D0%B0%D0%B2%D0%B0%D0%BD')).text
	assert.match(list, new RegExp(`/moderation/residence/${who.id}"`))
	const page = await klym.get(`/moderation/residence/${who.id}`)
	assert.match(page.text, /Живу на Парковій/)
	const done = await klym.post(`/moderation/residence/${who.id}`, { do: 'decline', category: 'registered', words: 'Прийдіть із паспортом' })
	assert.deepEqual([done.status, done.location], [303, '/moderation/residence'])
	const me = (await who.client.get('/api/v1/me/residence')).body
	assert.deepEqual([me.verdict, me.events[0].what, me.events[0].basis], ['declined', 'declined', 'Прийдіть із паспортом'])
	assert.match((await who.client.get('/me/residence')).text, /Прийдіть із паспортом/)
	assert.equal((await klym.json('POST', `/api/v1/moderation/residence/${clerk}`, { do: 'confirm', category: 'works', words: 'Я тут працюю' })).body.type,
		'/problems/own-residence')
	assert.equal((await klym.json('POST', '/api/v1/moderation/residence/999999999', { do: 'confirm', category: 'works', words: 'Довідка' })).status, 404)
	// Taken back by the person, and no more than a few a day.
	for (let i = 0; i < 4; i++)
		expect(await who.client.json('POST', '/api/v1/me/residence', { category: 'studies', basis: `Навчаюся тут ${i}` }), 200)
	assert.equal((await who.client.json('POST', '/api/v1/me/residence', { category: 'studies', basis: 'Навчаюся тут' })).status, 429)
	expect(await who.client.json('POST', '/api/v1/me/residence/take-back', { category: 'studies' }), 200)
	assert.equal((await who.client.json('POST', '/api/v1/me/residence/take-back', { category: 'studies' })).status, 409)
})

test('two officials deciding at once: one decision', async () => {
	for (let i = 0; i < 5; i++) {
		const who = await somebody()
		expect(await who.client.json('POST', '/api/v1/me/residence', { category: 'works', basis: 'Працюю в порту' }), 200)
		const at = `/api/v1/moderation/residence/${who.id}`, words = 'Довідка з місця роботи'
		const answers = await Promise.all([klym.json('POST', at, { do: 'confirm', category: 'works', words }),
			admin.json('POST', at, { do: 'confirm', category: 'works', words })])
		assert.deepEqual(answers.map((a) => a.status).sort(), [200, 409])
		const [{ n }] = await sql('SELECT COUNT(*) AS n FROM residence_event WHERE person_id = ? AND residence = \'official\'', [who.id])
		assert.equal(n, 1)
	}
})

test('what a login says begins and ends what a provider said, and nothing that others said', async () => {
	const [{ id: home }] = await sql('SELECT id FROM community WHERE name = \'chornomorsk\'')
	const residences = async (family) => (await sql(`SELECT r.kind, r.category FROM residence r JOIN person p ON p.id = r.person_id
		WHERE p.family_name = ? AND r.community_id = ? ORDER BY r.kind`, [family, home])).map((r) => `${r.kind} ${r.category}`)
	// daryna's login names Kharkiv; an official confirmed her here. panas stands in the register's list.
	await login('daryna')
	assert.deepEqual(await residences('Скіфська'), ['official displaced'])
	await login('panas')
	assert.deepEqual(await residences('Чебрецький'), ['register registered'])
	// Somebody whom a provider called a resident, and does not any more.
	await login('stepan')
	const [{ id }] = await sql('SELECT id FROM person WHERE family_name = \'Обрійчук\'')
	await c.query('INSERT INTO residence (community_id, person_id, kind, category) VALUES (?, ?, \'provider\', \'registered\'), (?, ?, \'official\', \'works\')',
		[home, id, home, id])
	await login('stepan')
	assert.deepEqual(await residences('Обрійчук'), ['declared registered', 'official works'])
	await c.query('DELETE FROM residence WHERE person_id = ? AND kind = \'official\'', [id])
	await login('oksana')
	assert.deepEqual(await residences('Береговенко'), ['provider registered'])
})

test('the age: who is too young, who is old enough, who is a minor, and whom nobody told of', async () => {
	const petition = await petitionWith(['provider'], ['registered'], { min_age: 16, hide_minors: 1 })
	const of = async (ages, born = null) => {
		const who = await somebody([['provider', 'registered']])
		await c.query('DELETE FROM person_age WHERE person_id = ?', [who.id])
		for (const age of ages)
			await c.query('INSERT INTO person_age (person_id, age, on_date) VALUES (?, ?, \'2026-01-01\')', [who.id, age])
		if (born !== null)
			await c.query(`UPDATE membership SET born_on = DATE(UTC_TIMESTAMP() + INTERVAL 2 HOUR) - INTERVAL ${born} WHERE person_id = ?`, [who.id])
		const answer = await sign(who, petition)
		const [row] = await sql('SELECT hidden FROM petition_signature WHERE person_id = ?', [who.id])
		return [answer.status, row?.hidden ?? answer.body.type]
	}
	assert.deepEqual(await of([0, 14]), [403, '/problems/too-young'])
	assert.deepEqual(await of([]), [403, '/problems/too-young'], 'nobody told')
	assert.deepEqual(await of([0, 14, 16]), [201, 1], 'a minor has no public name')
	assert.deepEqual(await of([0, 14, 16, 18]), [201, 0])
	assert.deepEqual(await of([16]), [201, 0], 'unknown age is not a minor')
	assert.deepEqual(await of([0], '16 YEAR'), [201, 1], 'the birthday itself, by Kyiv\'s date')
	assert.deepEqual(await of([0], '16 YEAR + INTERVAL 1 DAY'), [403, '/problems/too-young'])
	assert.deepEqual(await of([0], '18 YEAR'), [201, 0])
})

test('a login keeps the ages that rules ask for and no date; a community that must keeps the date until it stops', async () => {
	await petitionWith(['provider'], ['registered'], { min_age: 21 })
	await login('sofia', { host })
	const [{ id }] = await sql('SELECT id FROM person WHERE family_name = \'Хвилюк\'')
	const ages = async () => (await sql('SELECT age FROM person_age WHERE person_id = ? ORDER BY age', [id])).map((r) => r.age)
	for (const age of [0, 18, 21])
		assert.ok((await ages()).includes(age), `${age} in ${await ages()}`)
	const born = async () => (await sql('SELECT born_on FROM membership WHERE person_id = ? AND community_id = ?', [id, here]))[0].born_on
	assert.equal(await born(), null)
	const columns = await sql(`SELECT table_name AS t FROM information_schema.columns WHERE table_schema = 'viche' AND column_name = 'born_on'`)
	assert.deepEqual(columns.map((r) => r.t), ['membership'])
	await petitionWith(['provider'], ['registered'], { keep: 1 })
	await login('sofia', { host })
	assert.equal(await born(), '2004-03-08')
	await petitionWith(['provider'], ['registered'])
	assert.equal(await born(), null, 'forgotten at once')
})

test('the administrator chooses ways and grounds, sees what changes, and nobody is left who could sign only by mistake', async () => {
	const now = (await admin.get('/api/v1/moderation/settings')).body
	assert.equal(typeof now.kind_provider, 'boolean')
	const { version: after, created_at: _, districts: __, ...rules } = now
	const none = await admin.json('POST', '/api/v1/moderation/settings', { ...rules, after, kind_provider: false, kind_official: false,
		kind_register: false, kind_declared: false })
	assert.deepEqual([none.status, none.body.errors[0].field], [422, 'kind_provider'])
	const form = Object.fromEntries(Object.entries({ ...rules, category_works: true }).map(([k, v]) => [k, v === true ? '1' : v === false ? '' : v]))
	const preview = await admin.post('/moderation/settings', { ...form, after, do: 'preview' })
	assert.match(preview.text, /Хто працює тут/)
	assert.match(preview.text, /name="category_works" value="1"/)
})

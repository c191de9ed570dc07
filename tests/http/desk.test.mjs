// The desk: claims, undoing, a second moderator, hiding, joining, and what a clerk writes down.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { problem, routesOf } from '../lib/contract.mjs'
import { pdf } from '../lib/documents.mjs'
import { png } from '../lib/pictures.mjs'
import { add, withFile } from '../lib/upload.mjs'
import { anonymous, expect, hidden, login, newPetition, plantPeople, plantPetition, plantSessions, sql, submittedPetition, unescapeHtml,
	uniqueTitle, until, zhytomyr } from '../lib/viche.mjs'

const text = 'Просимо раду громади розглянути це питання на найближчій сесії.'
const reason = { explanation: 'Причина, яку прочитають усі.' }
const at = (id, act) => `/api/v1/moderation/petitions/${id}${act ? `/${act}` : ''}`
let hanna, ivan, klym, admin

before(async () => {
	[hanna, ivan, klym, admin] = await Promise.all(['hanna', 'ivan', 'klym', 'admin'].map((who) => login(who)))
})

const look = async (who, id) => expect(await who.get(at(id)), 200).body
const act = async (who, id, name, body) => expect(await who.json('POST', at(id, name), body), 200).body
const states = async (id) => (await sql('SELECT to_state AS s FROM event WHERE kind = \'petition\' AND subject_id = ? ORDER BY id', [id]))
	.map((row) => row.s)

test('of two who take an item on at once one gets it, and the other cannot decide until it is free', async () => {
	const id = await submittedPetition('r610')
	const answers = await Promise.all([hanna, ivan].map((who) => who.json('POST', at(id, 'claim'))))
	assert.deepEqual(answers.map((a) => a.status).sort(), [200, 409])
	const [one, other] = answers[0].status === 200 ? [hanna, ivan] : [ivan, hanna]
	const { claim } = await look(other, id)
	assert.equal(claim.yours, false)
	assert.ok(Math.abs(Date.parse(claim.until) - Date.now() - 30 * 60e3) < 60e3, 'for half an hour')
	const refused = await other.json('POST', at(id, 'publish'))
	problem(refused, 409, 'claimed')
	assert.ok(refused.body.detail.includes(claim.name), 'it says who')
	assert.equal((await other.post(`/moderation/petitions/${id}/refuse`, { reason: 'duplicate', ...reason })).status, 409)
	assert.deepEqual((await look(other, id)).may, [], 'and offers nothing')
	assert.ok((await look(one, id)).may.includes('publish'))
	const queue = (await other.get('/api/v1/moderation/queue?show=free')).body
	assert.ok(!queue.items.some((item) => item.id === id))
	await act(other, id, 'release') // not theirs to give back
	assert.equal((await look(one, id)).claim.yours, true)
	await act(one, id, 'release')
	assert.equal((await look(other, id)).claim, null)
	await act(other, id, 'publish')
})

test('a claim ends by itself, and is prolonged by whoever holds it', async () => {
	const id = await submittedPetition('r611')
	await act(hanna, id, 'claim')
	await sql('UPDATE claim SET until = UNIX_TIMESTAMP() + 5 WHERE kind = \'petition\' AND subject_id = ?', [id])
	await act(hanna, id, 'claim')
	const [{ left }] = await sql('SELECT until - UNIX_TIMESTAMP() AS `left` FROM claim WHERE kind = \'petition\' AND subject_id = ?', [id])
	assert.ok(left > 1700)
	await sql('UPDATE claim SET until = UNIX_TIMESTAMP() - 1 WHERE kind = \'petition\' AND subject_id = ?', [id])
	assert.equal((await look(ivan, id)).claim, null)
	await act(ivan, id, 'claim')
	problem(await hanna.json('POST', at(id, 'publish')), 409, 'claimed')
	await act(ivan, id, 'publish')
	assert.equal((await sql('SELECT 1 FROM claim WHERE kind = \'petition\' AND subject_id = ?', [id])).length, 0, 'a decision gives it back')
})

test('nobody blocks what they may not decide: no claim of one\'s own petition or of one\'s own refusal', async () => {
	const own = await submittedPetition(hanna)
	problem(await hanna.json('POST', at(own, 'claim')), 403, 'own-petition')
	assert.deepEqual((await look(hanna, own)).may, [])
	problem(await klym.json('POST', at(own, 'claim')), 409, 'decided')
	problem(await admin.json('POST', at(own, 'claim')), 403, 'forbidden')
	await act(ivan, own, 'return', reason)
	problem(await ivan.json('POST', at(own, 'claim')), 409, 'decided')
})

test('each decision can be taken back at once: both are events, and the author hears nothing', async () => {
	const author = await login('r612'), id = await submittedPetition(author)
	const deeds = [['publish', {}, 'collecting'], ['return', reason, 'returned'], ['refuse', { reason: 'war', ...reason }, 'refused']]
	for (const [name, body, state] of deeds) {
		assert.equal((await act(hanna, id, name, body)).state, state)
		const page = await hanna.get(`/moderation/petitions/${id}`)
		assert.match(page.text, new RegExp(`action="/moderation/petitions/${id}/undo"`))
		assert.ok((await look(hanna, id)).undo_seconds > 0)
		assert.equal((await look(ivan, id)).undo_seconds, 0)
		problem(await ivan.json('POST', at(id, 'undo')), 409, 'too-late')
		assert.equal((await act(hanna, id, 'undo')).state, 'submitted')
		problem(await hanna.json('POST', at(id, 'undo')), 409, 'too-late')
		assert.equal((await anonymous().get(`/api/v1/petitions/${id}`)).status, 404, `${name}: nobody else sees it`)
	}
	assert.deepEqual(await states(id), ['draft', 'submitted', ...deeds.flatMap(([, , state]) => [state, 'submitted'])])
	const told = await sql('SELECT notice, cancelled_at FROM outbox WHERE kind = \'petition\' AND subject_id = ?', [id])
	assert.equal(told.length, 3)
	assert.ok(told.every((row) => row.cancelled_at !== null), 'the notices are taken back')
	const review = await look(hanna, id)
	assert.equal(review.returned_before, false, 'a return that was taken back does not count')
	assert.equal(review.history.filter((e) => e.undo).length, 3)
	await act(ivan, id, 'publish')
	assert.equal((await look(ivan, id)).threshold, 300, 'and it can be published')
})

test('a publication that somebody has signed is not taken back, in whatever order the two arrive', async () => {
	const author = await login('r613'), signer = await login('r614')
	const id = await newPetition(author, hanna)
	expect(await signer.json('POST', `/api/v1/petitions/${id}/sign`), 201)
	problem(await hanna.json('POST', at(id, 'undo')), 409, 'too-late')
	assert.equal((await look(hanna, id)).undo_seconds, 0)
	for (let i = 0; i < 4; i++) {
		const one = await newPetition(author, hanna)
		const [signed, undone] = await Promise.all([signer.json('POST', `/api/v1/petitions/${one}/sign`), hanna.json('POST', at(one, 'undo'))])
		const [{ n }] = await sql('SELECT COUNT(*) AS n FROM petition_signature WHERE petition_id = ?', [one])
		const { state } = (await sql('SELECT state FROM petition WHERE id = ?', [one]))[0]
		assert.deepEqual([signed.status, undone.status, n, state], undone.status === 200
			? [signed.status === 404 ? 404 : 409, 200, 0, 'submitted'] : [201, 409, 1, 'collecting'])
	}
})

test('a contested refusal goes to another moderator, who does not see who refused', async () => {
	const author = await login('r615'), id = await submittedPetition(author)
	/* Second thoughts: the event that takes a decision back would name who took it. */
	await act(hanna, id, 'refuse', { reason: 'war', ...reason })
	await act(hanna, id, 'undo')
	await act(hanna, id, 'refuse', { reason: 'not_competence', ...reason })
	expect(await author.json('POST', `/api/v1/petitions/${id}/contest`, { why: 'Це повноваження саме нашої ради.' }), 200)
	for (const name of ['claim', 'publish', 'refuse'])
		problem(await hanna.json('POST', at(id, name), name === 'refuse' ? { reason: 'war', ...reason } : undefined), 403, 'second-moderator')
	const seen = await look(ivan, id), page = unescapeHtml((await ivan.get(`/moderation/petitions/${id}`)).text).split('<article')[1].split('</article>')[0]
	assert.equal(seen.history.find((e) => e.to_state === 'refused').actor_name, null)
	assert.ok(!JSON.stringify(seen.history).includes('Причорна'))
	assert.ok(!page.includes('Ганна Причорна') && page.includes('Це повноваження саме нашої ради.'))
	assert.deepEqual(seen.may, ['claim', 'publish', 'refuse'], 'it is not returned')
	await act(ivan, id, 'refuse', { reason: 'duplicate', ...reason })
	const now = (await sql('SELECT reason, remarks FROM petition WHERE id = ?', [id]))[0]
	assert.equal(now.reason, 'duplicate')
	await act(ivan, id, 'undo')
	assert.deepEqual((await sql('SELECT reason, remarks, state FROM petition WHERE id = ?', [id]))[0],
		{ reason: 'not_competence', remarks: reason.explanation, state: 'contested' }, 'the first refusal stands as it was')
	await act(ivan, id, 'publish')
	assert.equal((await anonymous().get(`/api/v1/petitions/${id}?fresh`)).body.state, 'collecting')
})

test('a decision that its author has been told of is not taken back', async () => {
	const id = await newPetition('r627', hanna)
	await sql('UPDATE outbox SET expanded_at = UTC_TIMESTAMP() WHERE kind = \'petition\' AND subject_id = ?', [id])
	problem(await hanna.json('POST', at(id, 'undo')), 409, 'too-late')
	assert.deepEqual(await states(id), ['draft', 'submitted', 'collecting'])
})

test('nobody brings their own petition back', async () => {
	const own = await newPetition(ivan, hanna)
	for (const [away, back, body] of [['suspend', 'resume', reason], ['hide', 'restore', { reason: 'offence', ...reason }]]) {
		await act(hanna, own, away, body)
		assert.deepEqual((await look(ivan, own)).may, [])
		problem(await ivan.json('POST', at(own, back)), 403, 'own-petition')
		await act(hanna, own, back)
	}
})

test('the queue: the most urgent first, marked, filtered, each with its own part', async () => {
	const ids = []
	for (let i = 0; i < 3; i++)
		ids.push(await submittedPetition(`r${616 + i}`))
	const due = (id, interval) => sql(`UPDATE legal_step SET due_at = UTC_TIMESTAMP() ${interval} WHERE subject_id = ? AND done_at IS NULL`, [id])
	await due(ids[0], '- INTERVAL 49 HOUR')
	await due(ids[1], '+ INTERVAL 30 DAY')
	await act(hanna, ids[2], 'claim')
	const all = []
	for (let after = ''; after !== null;) {
		const page = expect(await hanna.get(`/api/v1/moderation/queue${after ? `?after=${after}` : ''}`), 200).body
		all.push(...page.items)
		after = page.next
	}
	assert.deepEqual(all.map((i) => i.due_at), all.map((i) => i.due_at).sort())
	const [late, calm, mine] = ids.map((id) => all.find((item) => item.id === id))
	assert.deepEqual([late.late, late.soon], [true, false])
	assert.ok(late.days_late >= 2 && late.days_late <= 3)
	assert.equal(late.office, (await sql('SELECT office FROM legal_step WHERE subject_id = ?', [ids[0]]))[0].office || null)
	assert.ok(late.office && unescapeHtml((await hanna.get('/moderation')).text).includes(late.office), 'who is responsible')
	assert.deepEqual([calm.late, calm.soon, calm.days_late], [false, false, 0])
	assert.deepEqual([mine.claimed_by_me, mine.claimed_by], [true, 'Ганна Причорна'])
	const shown = async (who, show) => (await who.get(`/api/v1/moderation/queue?show=${show}`)).body.items.map((i) => i.id)
	assert.ok((await shown(hanna, 'late')).includes(ids[0]))
	assert.ok(!(await shown(hanna, 'late')).includes(ids[1]))
	assert.ok((await shown(hanna, 'mine')).includes(ids[2]))
	assert.ok(!(await shown(ivan, 'mine')).includes(ids[2]))
	const reached = await plantPetition({ state: 'reached' })
	await act(klym, reached, 'start', {})
	const steps = async (who) => new Set((await who.get('/api/v1/moderation/queue')).body.items.map((i) => i.step))
	assert.ok([...await steps(hanna)].every((step) => ['review', 'contest'].includes(step)))
	const clerks = (await klym.get('/api/v1/moderation/queue')).body
	assert.ok(clerks.items.every((i) => ['start', 'decision', 'appeal'].includes(i.step)))
	const both = (await admin.get('/api/v1/moderation/queue')).body
	assert.equal(both.counts.total, (await hanna.get('/api/v1/moderation/queue')).body.counts.total + clerks.counts.total)
	assert.match((await hanna.get('/moderation')).text, /прострочено на \d+ дн/)
})

test('words of the community\'s list are pointed at, and decide nothing', async () => {
	const id = await submittedPetition('r619', { title: uniqueTitle('Ідіотський'), text: `${text} Хто проти, той ДУРНИЙ, а недурний — за.` })
	const { hints } = await look(hanna, id)
	assert.deepEqual(hints.map((h) => h.word.toLowerCase()), ['ідіотський', 'дурний'], 'only at the beginning of a word')
	await act(hanna, id, 'publish')
})

test('what is hidden is a number, a date and a reason: no face that anyone sees has its words', async () => {
	const canary = `канарка${Date.now().toString(36)}`, author = await login('r620')
	const made = expect(await author.json('POST', '/api/v1/petitions', { title: `${canary} у назві`, text: `${text} ${canary} у тексті.` }), 201)
	const id = made.body.id
	const file = expect(await add(author, id, pdf(), `${canary}.pdf`), 201).body.id
	expect(await author.json('POST', `/api/v1/petitions/${id}/submit`), 200)
	await act(hanna, id, 'publish')
	const signer = await login('r621')
	expect(await signer.json('POST', `/api/v1/petitions/${id}/sign`), 201)
	expect(await anonymous().get(`/files/${file}`), 200)
	await act(ivan, id, 'hide', { reason: 'personal_data', explanation: 'У тексті чужі персональні дані.' })
	const q = encodeURIComponent(canary)
	const pages = routesOf(['home', 'petitions', 'cabinet', 'login'], true).filter((r) => r.method === 'GET').flatMap(({ path, flags }) => {
		const own = path.replace('{id}', path.startsWith('/files') ? file : id)
		const asked = ['', `?q=${q}&state=all`, `?state=all&n=${canary.slice(7)}`, `?title=${q}&text=${q}`]
		return [...(flags & 2 ? [] : ['']), ...(flags & 1 ? [] : ['/api/v1'])].flatMap((face) => asked.map((query) => face + own + query))
	})
	assert.ok(pages.length > 40)
	for (const who of [anonymous(), signer])
		for (const page of pages) {
			const answer = await who.get(page)
			/* What the reader looked for is said again. */
			const words = answer.text.replaceAll(/(?:value="|“|«|[?&;](?:q|title|text)=)[^"”»&]*/g, '').replaceAll(q, '')
			assert.ok(!words.includes(canary), `${page} shows what is hidden`)
		}
	for (const who of [anonymous(), signer])
		assert.equal((await who.get(`/files/${file}`)).status, 404, 'nor are its files given')
	const page = unescapeHtml((await anonymous().get(`/petitions/${id}?n=1`)).text)
	assert.ok(page.includes('У тексті чужі персональні дані.') && page.includes(`№ ${id}`))
	assert.equal((await (await login('r626')).json('POST', `/api/v1/petitions/${id}/sign`)).status, 409)
	assert.ok((await author.get(`/petitions/${id}`)).text.includes(canary), 'its author sees it')
	assert.ok((await look(hanna, id)).title.includes(canary), 'and the staff')
	await act(hanna, id, 'restore')
	await until('it is public again', async () => (await anonymous().get(`/petitions/${id}?n=${Math.random()}`)).text.includes(canary))
	expect(await anonymous().get(`/files/${file}`), 200)
})

test('two petitions are proposed to join; nothing moves by that', async () => {
	const one = await newPetition('r622', hanna), other = await newPetition('r623', hanna), same = await newPetition('r622', hanna)
	const note = 'Обидві просять про одне й те саме.'
	const wrong = async (keep, body = { note }) => {
		const answer = await hanna.json('POST', at(one, 'join'), { keep, ...body })
		problem(answer, 422, 'invalid')
		return answer.body.errors.map((e) => e.field)
	}
	assert.deepEqual(await wrong(999999999), ['keep'])
	assert.deepEqual(await wrong(one), ['keep'])
	assert.deepEqual(await wrong(same), ['keep'])
	assert.deepEqual(await wrong(await plantPetition({ state: 'reached' })), ['keep'])
	assert.deepEqual(await wrong(other, { note: 'коротко' }), ['note'])
	assert.deepEqual(await act(hanna, one, 'join', { keep: other, note }), { id: one, keep: other })
	assert.deepEqual(await wrong(other), ['keep'], 'one proposal at a time')
	for (const id of [one, other]) {
		const [join] = (await look(ivan, id)).joins
		assert.deepEqual([join.close_id, join.keep_id, join.note, join.outcome], [one, other, note, null])
		assert.equal((await look(ivan, id)).state, 'collecting')
	}
	problem(await klym.json('POST', at(one, 'join'), { keep: other, note }), 403, 'forbidden')
})

test('a proposal to join is taken back by a moderator, and one that nobody can agree to stands in no other\'s way', async () => {
	const people = await plantPeople(4), note = 'Обидві просять про одне й те саме.'
	const [signer] = await plantSessions(people.slice(3))
	const [one, other, third] = await Promise.all(people.slice(0, 3).map((author, i) => plantPetition({ author, threshold: i === 1 ? 1 : 9 })))
	const joins = async () => (await look(ivan, one)).joins.map((j) => [j.keep_id, j.outcome])
	await act(hanna, one, 'join', { keep: other, note })
	const { id } = (await look(ivan, one)).joins[0]
	const back = `/api/v1/moderation/joins/${id}/withdraw`
	problem(await klym.json('POST', back), 403, 'forbidden')
	const away = await login('zoya', { host: zhytomyr })
	problem(await away.json('POST', back), 404, 'not-found')
	assert.match((await hanna.get(`/moderation/petitions/${one}`)).text, new RegExp(`action="/moderation/joins/${id}/withdraw"`))
	assert.equal(expect(await ivan.json('POST', back), 200).body.id, id)
	problem(await ivan.json('POST', back), 409, 'decided')
	assert.deepEqual(await joins(), [[other, 'withdrawn']])
	await act(hanna, one, 'join', { keep: other, note })
	expect(await signer.json('POST', `/api/v1/petitions/${other}/sign`), 201)
	await until('it is reached', async () => (await look(hanna, other)).state === 'reached')
	assert.deepEqual((await joins())[0], [other, 'dropped'], 'it cannot be agreed to any more')
	await act(hanna, one, 'join', { keep: third, note })
	assert.deepEqual(await joins(), [[third, null], [other, 'dropped'], [other, 'withdrawn']])
})

test('a clerk announces, answers with a document, carries out and tells with pictures', async () => {
	const id = await plantPetition({ state: 'reached', outside: 300 })
	problem(await hanna.json('POST', at(id, 'start'), {}), 403, 'forbidden')
	problem(await klym.json('POST', at(id, 'answer'), { verdict: 'partly', text: 'Рада підтримала частково.', answered_by: 'Рада' }), 409, 'decided')
	await act(klym, id, 'start', { note: 'Розгляне комісія з благоустрою.' })
	const body = { verdict: 'partly', text: 'Рада **підтримала** петицію частково.', answered_by: 'Міська рада' }
	for (const decided_on of ['2020-01-01', '2999-01-01', '2026-02-31']) {
		const answer = await klym.json('POST', at(id, 'answer'), { ...body, decided_on })
		problem(answer, 422, 'invalid')
		assert.deepEqual(answer.body.errors.map((e) => e.field), ['decided_on'])
	}
	problem(await klym.json('POST', at(id, 'answer'), { ...body, verdict: 'maybe' }), 422, 'invalid')
	const broken = await withFile(klym, at(id, 'answer'), body, 'file', Buffer.from('MZ не документ'), 'рішення.pdf')
	problem(broken, 422, 'invalid')
	assert.deepEqual(broken.body.errors.map((e) => e.field), ['file'])
	assert.equal((await look(klym, id)).state, 'in_review', 'nothing is published without the document')
	const form = Object.fromEntries(hidden((await klym.get(`/moderation/petitions/${id}/answer`)).text, `/moderation/petitions/${id}/answer`))
	const preview = await klym.post(`/moderation/petitions/${id}/answer`, { ...form, ...body, do: 'preview' })
	assert.match(expect(preview, 200).text, /<strong>підтримала<\/strong>/)
	assert.equal((await look(klym, id)).state, 'in_review')
	expect(await withFile(klym, `/moderation/petitions/${id}/answer`, { ...form, ...body, do: 'send' }, 'file', pdf(), 'рішення.pdf'), 303)
	const answered = await look(klym, id)
	assert.deepEqual([answered.state, answered.verdict, answered.answered_by], ['answered', 'partly', 'Міська рада'])
	assert.equal(answered.answer_files[0].name, 'рішення.pdf')
	expect(await anonymous().get(`/files/${answered.answer_files[0].id}`), 200)
	await until('everyone sees the answer', async () => /<strong>підтримала<\/strong>/.test((await anonymous().get(`/petitions/${id}?n=${Math.random()}`)).text))
	problem(await klym.json('POST', at(id, 'answer'), body), 409, 'decided')
	const late = { title: 'Майбутнє', happened_on: '2999-01-01' }
	problem(await klym.json('POST', at(id, 'milestone'), { ...late, happened_on: '2026-01-15' }), 409, 'decided')
	await act(klym, id, 'implement')
	problem(await klym.json('POST', at(id, 'milestone'), late), 422, 'invalid')
	problem(await withFile(klym, at(id, 'milestone'), { title: 'Не знімок', happened_on: '2026-01-15' }, 'picture', pdf(), 'x.pdf'), 422, 'invalid')
	const first = expect(await withFile(klym, at(id, 'milestone'), { title: 'Підписано договір', happened_on: '2026-01-15' }, 'picture', png(9, 9), 'договір.png'), 200).body
	for (let i = 1; i < 6; i++)
		expect(await withFile(klym, `/api/v1/moderation/milestones/${first.milestone}/pictures`, {}, 'picture', png(9, 9)), 200)
	problem(await withFile(klym, `/api/v1/moderation/milestones/${first.milestone}/pictures`, {}, 'picture', png(9, 9)), 409, 'too-many-files')
	problem(await klym.json('POST', `/api/v1/moderation/milestones/${first.milestone}/pictures`), 422, 'invalid')
	assert.equal((await look(klym, id)).milestones[0].pictures.length, 6)
	await act(klym, id, 'finish')
	assert.deepEqual((await look(klym, id)).may, ['milestone'])
	assert.equal((await klym.json('POST', '/api/v1/moderation/milestones/999999999/pictures')).status, 404)
})

test('what is not supported is not carried out; an appeal is answered without a verdict', async () => {
	const id = await plantPetition({ state: 'reached', outside: 300 })
	await act(klym, id, 'start', {})
	await act(klym, id, 'answer', { verdict: 'not_supported', text: 'Рада не підтримала петицію.', answered_by: 'Міська рада' })
	assert.ok(!(await look(klym, id)).may.includes('implement'))
	problem(await klym.json('POST', at(id, 'implement')), 409, 'decided')
	const appeal = await plantPetition({ state: 'appeal' })
	problem(await klym.json('POST', at(appeal, 'answer'), { verdict: 'supported', text: 'Рада відповіла на звернення.', answered_by: 'Рада' }), 422, 'invalid')
	assert.equal((await act(klym, appeal, 'answer', { text: 'Рада відповіла на звернення.', answered_by: 'Рада' })).state, 'appeal_answered')
	assert.equal((await look(klym, appeal)).verdict, null)
})

test('the sheet for the council has those with a public name, in the order of signing, for staff alone', async () => {
	const id = await plantPetition({ outside: 4 }), people = await plantPeople(5)
	for (const [i, person] of people.entries())
		await sql('INSERT INTO petition_signature (petition_id, person_id, community_id, created_at, hidden) SELECT id, ?, community_id, ' +
			'UTC_TIMESTAMP(6) - INTERVAL ? MINUTE, ? FROM petition WHERE id = ?', [person, 10 - i, i === 2, id])
	await sql('INSERT INTO petition_withdrawal (petition_id, person_id, community_id) SELECT id, ?, community_id FROM petition WHERE id = ?', [people[4], id])
	const sheet = expect(await klym.get(at(id, 'sheet')), 200).body
	assert.deepEqual(sheet.items.map((i) => [i.number, i.name]), [[1, '№ 0 Навантаження'], [2, '№ 1 Навантаження'], [3, '№ 3 Навантаження']])
	assert.deepEqual([sheet.hidden_count, sheet.outside_count, sheet.next], [1, 4, null])
	assert.match(expect(await hanna.get(`/moderation/petitions/${id}/sheet`), 200).text, /<table>/)
	assert.equal((await (await login('r624')).get(`/moderation/petitions/${id}/sheet`)).status, 403)
	problem(await klym.get(at(await plantPetition({ state: 'submitted' }), 'sheet')), 404, 'not-found')
})

test('shortcuts can be switched off, and stay off', async () => {
	const who = await login('hanna'), id = await submittedPetition('r625'), page = `/moderation/petitions/${id}`
	assert.match((await who.get(page)).text, /accesskey="1"/)
	assert.equal(expect(await who.get(`${page}?keys=off`), 303).location, page)
	for (const path of [page, '/moderation']) {
		const without = (await who.get(path)).text
		assert.doesNotMatch(without, /accesskey=/)
		assert.match(without, /keys=on/)
	}
	expect(await who.get(`${page}?keys=on`), 303)
	assert.match((await who.get(page)).text, /accesskey="1"/)
})

// From a draft to a counted signature, in both faces (issue "a petition signed in the house").
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { anonymous, expect, hidden, login, newPetition, plantPetition, sql, submittedPetition, uniqueTitle,
	until, unescapeHtml, zhytomyr } from '../lib/viche.mjs'

const text = 'Просимо облаштувати пандус біля **поліклініки**.\n\n- безпечно\n- зручно\n'
let hanna, ivan

before(async () => {
	hanna = await login('hanna')
	ivan = await login('ivan')
})

const queueIds = async (who) => {
	const ids = []
	for (let after = ''; after !== null;) {
		const page = expect(await who.get(`/api/v1/moderation/queue${after ? `?after=${after}` : ''}`), 200).body
		ids.push(...page.items.map((item) => item.id))
		after = page.next
	}
	return ids
}

test('in JSON a petition goes from draft over return to publication and gathers signatures', async () => {
	const author = await login('r1'), title = uniqueTitle('Пандус')
	const made = expect(await author.json('POST', '/api/v1/petitions', { title, text: 'чернетка' }), 201)
	const id = made.body.id, at = `/api/v1/petitions/${id}`
	assert.equal(made.headers.location, at)
	assert.equal(made.body.state, 'draft')
	assert.equal((await author.json('POST', `${at}/submit`)).status, 422, 'an unfinished text is not sent in')
	const saved = expect(await author.json('POST', at, { title, text }), 200)
	assert.deepEqual(saved.body, { id, state: 'draft' })
	assert.equal(expect(await author.json('POST', `${at}/submit`), 200).body.state, 'submitted')
	assert.equal((await author.json('POST', at, { title, text })).status, 409, 'what was sent cannot be edited')
	assert.equal((await author.json('POST', `${at}/submit`)).status, 409, 'nor sent twice')

	assert.ok((await queueIds(hanna)).includes(id))
	const review = expect(await hanna.get(`/api/v1/moderation/petitions/${id}`), 200).body
	assert.deepEqual([review.title, review.text, review.returned_before], [title, text.trimEnd(), false])
	const back = await hanna.json('POST', `/api/v1/moderation/petitions/${id}/return`,
		{ explanation: 'Допишіть адресу, будь ласка.' })
	assert.deepEqual(expect(back, 200).body, { id, state: 'returned' })
	assert.ok(!(await queueIds(hanna)).includes(id))
	assert.match((await author.get(`/petitions/${id}/edit`)).text, /Допишіть адресу, будь ласка\./)

	expect(await author.json('POST', at, { title, text: `${text}\nвул. Парусна, 1` }), 200)
	expect(await author.json('POST', `${at}/submit`), 200)
	assert.equal((await hanna.get(`/api/v1/moderation/petitions/${id}`)).body.returned_before, true)
	assert.equal((await anonymous().get(at)).status, 404, 'nobody else sees it before publication')
	expect(await hanna.json('POST', `/api/v1/moderation/petitions/${id}/publish`), 200)
	assert.equal((await ivan.json('POST', `/api/v1/moderation/petitions/${id}/publish`)).status, 409)
	assert.equal((await ivan.json('POST', `/api/v1/moderation/petitions/${id}/refuse`,
		{ reason: 'duplicate', explanation: 'Пізно: вже вирішено інакше.' })).status, 409)

	const open = expect(await anonymous().get(at), 200).body
	assert.deepEqual([open.state, open.signature_count, open.threshold, open.missing], ['collecting', 0, 300, 300])
	assert.ok(open.published_at < open.closes_at)
	const signer = await login('r2')
	const added = expect(await signer.json('POST', `${at}/sign`), 201)
	assert.deepEqual(added.body, { id, signature_count: 1, already: false, followed: false })
	const again = expect(await signer.json('POST', `${at}/sign`), 200)
	assert.deepEqual(again.body, { id, signature_count: 1, already: true, followed: false })
	expect(await author.json('POST', `${at}/sign`), 201)
	const seen = await until('everyone sees two signatures', async () => {
		const answer = (await anonymous().get(`${at}?${Math.random()}`)).body
		return answer.signature_count === 2 && answer
	})
	assert.equal(seen.missing, 298)
	const signers = expect(await anonymous().get(`${at}/signers`), 200).body
	assert.equal(signers.items.length, 2)
	assert.ok(signers.items.every((s) => s.name.includes(' ') && /^\d{4}-/.test(s.signed_at)))
})

test('in forms the same: draft, preview, submit, return, edit, publish, sign', async () => {
	const author = await login('r3'), title = uniqueTitle('Лавки')
	const form = await author.get('/petitions/new')
	const token = Object.fromEntries(hidden(form.text, '/petitions'))
	const bare = await author.post('/petitions', { ...token, title: 'Ой', topic: '', district: 0, do: 'next' })
	assert.equal(bare.status, 422)
	assert.match(bare.text, /id="title-e"/)
	const begun = expect(await author.post('/petitions', { ...token, title, topic: 'roads', district: 0, do: 'next' }), 303)
	const id = Number(/^\/petitions\/(\d+)\/edit\?step=(similar|text)$/.exec(begun.location)[1])
	const step = (name) => `/petitions/${id}/edit?step=${name}`
	const writing = await author.get(step('text'))
	const body = Object.fromEntries(hidden(writing.text, `/petitions/${id}`))
	const saved = expect(await author.post(`/petitions/${id}`, { ...body, text: 'далі буде', addressee: '', do: 'save' }), 303)
	assert.equal(saved.location, step('text'))
	const edit = await author.get(saved.location)
	assert.match(edit.text, /далі буде/)
	assert.match(edit.text, /role="status"/)
	assert.doesNotMatch((await author.get(saved.location)).text, /role="status"/, 'the message is shown once')
	assert.doesNotMatch((await author.get(step('preview'))).text, new RegExp(`action="/petitions/${id}/submit"`), 'too short to be sent')
	assert.equal(expect(await author.post(`/petitions/${id}`, { ...body, text, addressee: 'Міський голова', do: 'next' }), 303).location,
		step('files'))
	const preview = expect(await author.get(step('preview')), 200)
	assert.match(preview.text, /<strong>поліклініки<\/strong>/)
	for (const shown of [title, 'Міський голова', 'Дороги'])
		assert.ok(unescapeHtml(preview.text).includes(shown), `the preview shows ${shown}`)
	const sent = expect(await author.post(`/petitions/${id}/submit`,
		Object.fromEntries(hidden(preview.text, `/petitions/${id}/submit`))), 303)
	assert.equal(sent.location, `/petitions/${id}`)

	const desk = await hanna.get(`/moderation/petitions/${id}`)
	const fields = Object.fromEntries(hidden(desk.text, `/moderation/petitions/${id}/publish`))
	const empty = await hanna.post(`/moderation/petitions/${id}/return`, { ...fields, explanation: '', reason: '' })
	assert.equal(empty.status, 422)
	assert.match(empty.text, /id="explanation-e"/)
	expect(await hanna.post(`/moderation/petitions/${id}/return`,
		{ ...fields, explanation: 'Оберіть одне місце.', reason: '' }), 303)
	assert.match((await author.get(`/petitions/${id}`)).text, /Оберіть одне місце\./)
	expect(await author.post(`/petitions/${id}`, { title, text: `${text} Парк.`, do: 'submit' }), 303)
	assert.equal((await hanna.post(`/moderation/petitions/${id}/publish`, { ...fields, explanation: '', reason: '' })).status,
		409, 'the form of the first text does not publish the second')
	const second = Object.fromEntries(hidden((await hanna.get(`/moderation/petitions/${id}`)).text,
		`/moderation/petitions/${id}/publish`))
	expect(await hanna.post(`/moderation/petitions/${id}/publish`, { ...second, explanation: '', reason: '' }), 303)

	const reader = await login('r4')
	const page = await reader.get(`/petitions/${id}`)
	const sign = Object.fromEntries(hidden(page.text, `/petitions/${id}/sign`))
	assert.equal(expect(await reader.post(`/petitions/${id}/sign`, sign), 303).location, `/petitions/${id}`)
	const after = await reader.get(`/petitions/${id}`)
	assert.match(after.text, /class="signed"/)
	assert.doesNotMatch(after.text, new RegExp(`action="/petitions/${id}/sign"`))
	const [given, family] = (await reader.get('/api/v1/session')).body.name.split(' ')
	const signers = unescapeHtml((await anonymous().get(`/petitions/${id}/signers?fresh`)).text)
	assert.ok(signers.includes(given) && signers.includes(family), 'the public list has the name')
	const events = await sql('SELECT to_state FROM event WHERE kind = ? AND subject_id = ? ORDER BY id', ['petition', id])
	assert.deepEqual(events.map((e) => e.to_state), ['draft', 'submitted', 'returned', 'submitted', 'collecting'])
})

test('a refusal names its reason, to everyone', async () => {
	const id = await submittedPetition('r5'), at = `/api/v1/moderation/petitions/${id}`
	const bare = await hanna.json('POST', `${at}/refuse`, { explanation: 'Це поза владою ради.' })
	assert.deepEqual(expect(bare, 422).body.errors.map((e) => e.field), ['reason'])
	expect(await hanna.json('POST', `${at}/refuse`,
		{ reason: 'not_competence', explanation: 'Це вирішує обласна рада.' }), 200)
	const refused = expect(await anonymous().get(`/api/v1/petitions/${id}`), 200).body
	assert.equal(refused.state, 'refused')
	assert.equal(refused.refusal.code, 'not_competence')
	assert.equal(refused.refusal.text, 'Це вирішує обласна рада.')
	const page = await anonymous().get(`/petitions/${id}`)
	assert.match(unescapeHtml(page.text), /Це вирішує обласна рада\./)
	const signer = await login('r6')
	assert.equal((await signer.json('POST', `/api/v1/petitions/${id}/sign`)).status, 409)
})

test('a moderator does not decide of their own petition', async () => {
	const id = await submittedPetition(hanna)
	for (const [step, body] of [['publish', {}], ['return', { explanation: 'Самому собі не можна.' }],
		['refuse', { reason: 'duplicate', explanation: 'Самому собі не можна.' }]])
		assert.equal((await hanna.json('POST', `/api/v1/moderation/petitions/${id}/${step}`, body)).status, 403, step)
	expect(await ivan.json('POST', `/api/v1/moderation/petitions/${id}/publish`), 200)
})

test('two moderators deciding at once: one decision, one event', async () => {
	const id = await submittedPetition('r7')
	const answers = await Promise.all([hanna, ivan, hanna, ivan].map((who, i) => (i % 2 === 0
		? who.json('POST', `/api/v1/moderation/petitions/${id}/publish`)
		: who.json('POST', `/api/v1/moderation/petitions/${id}/refuse`,
			{ reason: 'duplicate', explanation: 'Така петиція вже є.' }))))
	assert.deepEqual(answers.map((a) => a.status).sort(), [200, 409, 409, 409])
	const [{ n }] = await sql(`SELECT COUNT(*) AS n FROM event WHERE subject_id = ? AND kind = 'petition'
		AND to_state IN ('collecting', 'refused')`, [id])
	assert.equal(n, 1)
})

test('a text that was sent again meanwhile is not decided upon unread', async () => {
	const author = await login('r9')
	const id = await submittedPetition(author)
	const at = `/api/v1/moderation/petitions/${id}`
	const { version } = expect(await hanna.get(at), 200).body
	const page = expect(await hanna.get(`/moderation/petitions/${id}`), 200).text
	const fields = Object.fromEntries(hidden(page, `/moderation/petitions/${id}/publish`))
	assert.equal(fields.version, version, 'the form says which text it shows')
	expect(await ivan.json('POST', `${at}/return`, { explanation: 'Додайте адресу, будь ласка.', version }), 200)
	expect(await author.json('POST', `/api/v1/petitions/${id}`, { title: uniqueTitle('Інше'), text: `${text} Інший текст.` }), 200)
	expect(await author.json('POST', `/api/v1/petitions/${id}/submit`), 200)
	const late = await hanna.json('POST', `${at}/publish`, { version })
	assert.equal(late.status, 409)
	assert.equal(late.body.type, '/problems/changed')
	const fresh = expect(await hanna.get(at), 200).body
	expect(await hanna.json('POST', `${at}/publish`, { version: fresh.version }), 200)
})

test('the queue is for moderators, the most urgent legal date first', async () => {
	await submittedPetition('r8')
	await submittedPetition('r9')
	const ids = await queueIds(hanna)
	const rows = await sql(`SELECT subject_id AS id FROM legal_step WHERE subject_id IN (?) AND done_at IS NULL
		ORDER BY due_at, id`, [ids])
	assert.deepEqual(ids, rows.map((row) => row.id))
	assert.equal((await anonymous().get('/api/v1/moderation/queue')).status, 401)
	assert.equal((await (await login('r8')).get('/api/v1/moderation/queue')).status, 403)
	assert.equal((await anonymous().get('/moderation')).location, '/login?to=moderation')
	assert.equal((await (await login('r8')).get('/moderation')).status, 403)
})

test('only residents of the community sign', async () => {
	const id = await newPetition('r10', hanna)
	const guest = await login('mykola') // of Zhytomyr, logged in at Chornomorsk
	assert.equal((await guest.json('POST', `/api/v1/petitions/${id}/sign`)).status, 403)
	const [{ n }] = await sql('SELECT COUNT(*) AS n FROM petition_signature WHERE petition_id = ?', [id])
	assert.equal(n, 0)
	assert.equal((await anonymous().json('POST', `/api/v1/petitions/${id}/sign`)).status, 401)
})

test('nobody signs what is closed', async () => {
	const signer = await login('r11')
	for (const state of ['reached', 'not_reached', 'refused'])
		assert.equal((await signer.json('POST', `/api/v1/petitions/${await plantPetition({ state })}/sign`)).status, 409, state)
	for (const state of ['draft', 'submitted', 'returned'])
		assert.equal((await signer.json('POST', `/api/v1/petitions/${await plantPetition({ state })}/sign`)).status, 404, state)
	const over = await plantPetition({ days: -1 })
	assert.equal((await signer.json('POST', `/api/v1/petitions/${over}/sign`)).status, 409, 'the term is over')
})

test('what is not public is nowhere but with its author and, once sent, the moderators', async () => {
	const author = await login('r12'), canary = uniqueTitle('Канарка')
	const draft = expect(await author.json('POST', '/api/v1/petitions', { title: canary, text }), 201).body.id
	const stranger = await login('r13'), nobody = anonymous()
	const everywhere = [`/petitions/${draft}`, `/petitions/${draft}/signers`, `/petitions/${draft}/edit`,
		`/petitions/${draft}/sign`, `/moderation/petitions/${draft}`]
	for (const who of [nobody, stranger, hanna])
		for (const path of everywhere) {
			const page = await who.get(path), json = await who.get(`/api/v1${path}`)
			assert.ok(!page.text.includes(canary) && !json.text.includes(canary), `${path} shows a draft`)
			assert.ok([303, 403, 404].includes(page.status), `${path}: ${page.status}`)
			assert.ok([401, 403, 404, 405].includes(json.status), `${path}: ${json.status}`)
		}
	assert.equal((await stranger.get(`/petitions/${draft}`)).status, 404)
	assert.equal((await hanna.get(`/api/v1/moderation/petitions/${draft}`)).status, 404)
	for (const [path, body] of [['', { title: canary, text }], ['/submit', undefined], ['/sign', undefined]])
		assert.equal((await stranger.json('POST', `/api/v1/petitions/${draft}${path}`, body)).status, 404)
	for (const path of ['/', '/petitions', `/petitions?q=${encodeURIComponent(canary)}`, '/petitions?state=all',
		'/api/v1/petitions?state=all&limit=100', '/me'])
		for (const who of [nobody, stranger, hanna])
			if (!path.includes('q='))
				assert.ok(!(await who.get(path)).text.includes(canary), path)
	assert.equal((await nobody.get(`/api/v1/petitions?state=all&q=${encodeURIComponent(canary)}`)).body.items.length, 0)
	expect(await author.get(`/petitions/${draft}`), 200)
	assert.ok((await author.get('/me')).text.includes(canary))
	const elsewhere = await login('zoya', { host: zhytomyr })
	assert.equal((await elsewhere.get(`/petitions/${draft}`)).status, 404)
})

// What is taken back: a signature, a petition; a refusal that is contested; two petitions that join.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { anonymous, expect, hidden, login, parallel, plantPeople, plantPetition, plantSessions, sql, unescapeHtml, until, zhytomyr } from '../lib/viche.mjs'

let ids, people, hanna, ivan

before(async () => {
	[ids, hanna, ivan] = [await plantPeople(12), await login('hanna'), await login('ivan')]
	people = await plantSessions(ids)
})

const at = (id, what = '') => `/api/v1/petitions/${id}${what}`
const count = async (id) => (await anonymous().get(`${at(id)}?${Math.random()}`)).body.signature_count
const stateOf = async (id) => (await sql('SELECT state FROM petition WHERE id = ?', [id]))[0].state

describe('a signature', () => {
	test('is withdrawn by a question and a press, and is out of the number exactly, for good', async () => {
		const id = await plantPetition(), [one, two, three] = people
		for (const who of [one, two, three])
			expect(await who.json('POST', at(id, '/sign')), 201)
		await until('three are counted', async () => await count(id) === 3)
		const page = expect(await two.get(`/petitions/${id}`), 200).text
		assert.ok(page.includes(`href="/petitions/${id}/withdraw-signature"`))
		const question = expect(await two.get(`/petitions/${id}/withdraw-signature`), 200).text
		assert.equal((await two.get(at(id))).body.signature_count, 3, 'a GET withdraws nothing')
		expect(await two.post(`/petitions/${id}/withdraw-signature`, hidden(question, `/petitions/${id}/withdraw-signature`)), 303)
		assert.equal((await two.get(at(id))).body.signature_count, 2, 'its signer sees that at once')
		await until('everyone sees two', async () => await count(id) === 2)
		assert.equal((await two.json('POST', at(id, '/sign'))).status, 409, 'withdrawn is final')
		assert.equal((await two.json('POST', at(id, '/withdraw-signature'))).status, 409, 'and not twice')
		assert.match((await two.get(`/petitions/${id}`)).text, /Ви відкликали свій підпис/)
		const names = (await anonymous().get(`${at(id, '/signers')}?${Math.random()}`)).body.items
		assert.equal(names.length, 2)
		const days = (await anonymous().get(`${at(id, '/days')}?${Math.random()}`)).body.items
		assert.equal(days.reduce((sum, day) => sum + day.count, 0), 2)
		assert.equal(days.at(-1).total, 2)
	})

	test('cannot be withdrawn where the rules of that petition say so, nor after the end, nor what is not there', async () => {
		const id = await plantPetition(), [signer, other] = people
		expect(await signer.json('POST', at(id, '/sign')), 201)
		assert.equal((await other.json('POST', at(id, '/withdraw-signature'))).status, 409)
		assert.equal((await anonymous().json('POST', at(id, '/withdraw-signature'))).status, 401)
		const strict = await plantPetition({ community: 'zhytomyr' }), away = await login('zoya', { host: zhytomyr })
		const [{ allowed }] = await sql('SELECT signature_withdrawal AS allowed FROM petition_rules r JOIN petition p ON ' +
			'p.community_id = r.community_id AND p.rules_version = r.version WHERE p.id = ?', [strict])
		assert.equal(allowed, 0, 'the demo\'s second community forbids it')
		expect(await away.json('POST', at(strict, '/sign')), 201)
		assert.ok(!(await away.get(`/petitions/${strict}`)).text.includes('/withdraw-signature'))
		assert.equal((await away.json('POST', at(strict, '/withdraw-signature'))).status, 403)
		const over = await plantPetition({ days: -1 })
		assert.equal((await signer.json('POST', at(over, '/withdraw-signature'))).status, 409)
	})

	test('that is withdrawn is followed no more, and cannot be followed again', async () => {
		const id = await plantPetition(), signer = people[3]
		assert.equal(expect(await signer.json('POST', at(id, '/sign'), { follow: true }), 201).body.followed, true)
		expect(await signer.json('POST', at(id, '/withdraw-signature')), 200)
		assert.deepEqual(await sql('SELECT 1 FROM petition_follow WHERE petition_id = ? AND until IS NULL', [id]), [])
		assert.equal((await signer.json('POST', `/api/v1/me/petitions/${id}/follow`)).status, 404)
	})

	test('twenty presses at once take one away', async () => {
		const id = await plantPetition(), [signer, other] = people
		for (const who of [signer, other])
			expect(await who.json('POST', at(id, '/sign')), 201)
		const answers = await parallel(Array.from({ length: 20 }), 20, () => signer.json('POST', at(id, '/withdraw-signature')))
		assert.deepEqual(answers.map((a) => a.status).sort(), [200, ...Array(19).fill(409)])
		await until('one is left', async () => await count(id) === 1)
	})
})

describe('a petition', () => {
	test('is withdrawn by its author alone, until somebody else has signed', async () => {
		const id = await plantPetition({ author: ids[4] }), author = people[4], other = people[5]
		assert.equal((await other.get(`/petitions/${id}/withdraw`)).status, 404)
		assert.equal((await other.json('POST', at(id, '/withdraw'))).status, 404)
		expect(await author.json('POST', at(id, '/sign')), 201)
		const question = expect(await author.get(`/petitions/${id}/withdraw`), 200).text
		assert.equal(await stateOf(id), 'collecting')
		expect(await author.post(`/petitions/${id}/withdraw`, hidden(question, `/petitions/${id}/withdraw`)), 303)
		assert.equal(await stateOf(id), 'withdrawn')
		assert.match((await anonymous().get(`/petitions/${id}`)).text, /Цю петицію відкликано/)
		assert.equal((await other.json('POST', at(id, '/sign'))).status, 409)
		const signed = await plantPetition({ author: ids[4] })
		expect(await other.json('POST', at(signed, '/sign')), 201)
		assert.equal((await author.json('POST', at(signed, '/withdraw'))).status, 409)
		await until('the question is no longer asked', async () => (await author.get(`/petitions/${signed}/withdraw`)).status === 303)
	})

	test('is never withdrawn with somebody else\'s signature under it, whoever comes first', async () => {
		for (let round = 0; round < 12; round++) {
			const id = await plantPetition({ author: ids[4] })
			const [withdrawn, ...signed] = await Promise.all([people[4].json('POST', at(id, '/withdraw')),
				...people.slice(5, 9).map((who) => who.json('POST', at(id, '/sign')))])
			const added = signed.filter((a) => a.status === 201).length
			assert.ok(withdrawn.status === 200 ? added === 0 : withdrawn.status === 409 && added > 0,
				`withdrawn: ${withdrawn.status}, signed: ${signed.map((a) => a.status)}`)
			const [{ n }] = await sql('SELECT COUNT(*) AS n FROM petition_signature WHERE petition_id = ?', [id])
			assert.equal(n, added)
			assert.equal(await stateOf(id), withdrawn.status === 200 ? 'withdrawn' : 'collecting')
		}
	})
})

describe('a refusal', () => {
	test('is contested once, with reasons, by the author, and decided by another moderator', async () => {
		const author = people[6]
		const made = expect(await author.json('POST', '/api/v1/petitions', { title: 'Оскаржена відмова: двір на Парковій',
			text: 'Просимо полагодити двір на вулиці Парковій.', do: 'submit' }), 201).body.id
		const decide = (who, verb, form) => who.json('POST', `/api/v1/moderation/petitions/${made}/${verb}`, form)
		expect(await decide(hanna, 'refuse', { reason: 'duplicate', explanation: 'Така петиція вже є на сайті.' }), 200)
		assert.ok((await author.get(`/petitions/${made}`)).text.includes(`href="/petitions/${made}/contest"`))
		assert.equal((await people[7].get(`/petitions/${made}/contest`)).status, 404)
		assert.equal((await people[7].json('POST', at(made, '/contest'), { why: 'Не моя, але оскаржую все одно.' })).status, 404)
		const short = await author.post(`/petitions/${made}/contest`, { why: 'Ні' })
		assert.equal(short.status, 422)
		assert.match(short.text, /id="why-e"/)
		expect(await author.post(`/petitions/${made}/contest`, { why: 'Та петиція про інший двір, за три квартали.' }), 303)
		assert.equal(await stateOf(made), 'contested')
		assert.match(unescapeHtml((await anonymous().get(`/petitions/${made}`)).text), /її переглядає інший модератор/)
		assert.equal((await decide(hanna, 'publish', {})).status, 403, 'who refused does not decide again')
		expect(await decide(ivan, 'refuse', { reason: 'duplicate', explanation: 'Двір той самий, перевірено на місці.' }), 200)
		assert.equal((await author.json('POST', at(made, '/contest'), { why: 'І ще раз про те саме, бо не згоден.' })).status, 409)
		assert.ok(!(await author.get(`/petitions/${made}`)).text.includes('/contest"'))
		const steps = (await anonymous().get(`${at(made)}?${Math.random()}`)).body.steps
		assert.deepEqual(steps.map((s) => [s.step, s.done_at !== null, s.late]), [['review', true, false], ['contest', true, false]])
	})
})

describe('two petitions', () => {
	test('join where both authors agree; signers sign the other themselves, in one press', async () => {
		const [keep, close] = [await plantPetition({ author: ids[8] }), await plantPetition({ author: ids[9] })]
		const [keeper, closer, signer] = [people[8], people[9], people[10]]
		expect(await signer.json('POST', at(close, '/sign')), 201)
		expect(await hanna.json('POST', `/api/v1/moderation/petitions/${close}/join`, { keep, note: 'Обидві просять про той самий перехід.' }), 200)
		const asked = (await keeper.get('/api/v1/me')).body.merges
		assert.deepEqual(asked.map((m) => [m.keep_id, m.close_id, m.agreed, m.closes_mine]), [[keep, close, false, false]])
		assert.equal((await signer.json('POST', `/api/v1/merges/${asked[0].id}/agree`)).status, 409, 'nobody else is asked')
		const mine = expect(await keeper.get('/me'), 200).text
		expect(await keeper.post(`/merges/${asked[0].id}/agree`, hidden(mine, `/merges/${asked[0].id}/agree`)), 303)
		assert.equal(await stateOf(close), 'collecting', 'one yes joins nothing')
		assert.equal((await keeper.get('/api/v1/me')).body.merges[0].agreed, true)
		assert.equal(expect(await closer.json('POST', `/api/v1/merges/${asked[0].id}/agree`), 200).body.result, 'merged')
		assert.equal(await stateOf(close), 'merged')
		assert.equal(await count(keep), 0, 'no signature was moved')
		const page = expect(await signer.get(`/petitions/${close}`), 200).text
		expect(await signer.post(`/petitions/${keep}/sign`, hidden(page, `/petitions/${keep}/sign`)), 303)
		assert.equal((await signer.get(at(keep))).body.signature_count, 1)
		assert.ok(!(await signer.get(`/petitions/${close}`)).text.includes(`action="/petitions/${keep}/sign"`))
		assert.ok(!(await anonymous().get(`/petitions/${close}?x`)).text.includes(`action="/petitions/${keep}/sign"`))
	})

	test('go on by themselves where one declines', async () => {
		const [keep, close] = [await plantPetition({ author: ids[8] }), await plantPetition({ author: ids[9] })]
		expect(await hanna.json('POST', `/api/v1/moderation/petitions/${close}/join`, { keep, note: 'Обидві просять про ту саму лавку.' }), 200)
		const { id } = (await people[9].get('/api/v1/me')).body.merges[0]
		expect(await people[9].json('POST', `/api/v1/merges/${id}/decline`), 200)
		assert.equal((await people[8].json('POST', `/api/v1/merges/${id}/agree`)).status, 409)
		assert.deepEqual([await stateOf(keep), await stateOf(close)], ['collecting', 'collecting'])
	})
})

test('a name is not shown where its signer asked for that and the rules allow it, and is counted', async () => {
	const id = await plantPetition(), [one, two] = people
	const form = (await one.get(`/petitions/${id}`)).text
	assert.match(form, /name="hide_name"/)
	assert.match(form, /Підстава:/)
	expect(await one.post(`/petitions/${id}/sign`, { ...Object.fromEntries(hidden(form, `/petitions/${id}/sign`)), hide_name: 1 }), 303)
	expect(await two.json('POST', at(id, '/sign'), { hide_name: false }), 201)
	await until('both are counted', async () => await count(id) === 2)
	const { body } = await anonymous().get(`${at(id, '/signers')}?${Math.random()}`)
	assert.deepEqual([body.items.length, body.hidden_count], [1, 1])
	assert.match((await anonymous().get(`/petitions/${id}/signers?${Math.random()}`)).text, /Ще 1 підпис враховано без імені\. Підстава:/)
	assert.equal((await anonymous().get(`/petitions/${id}/signers.csv?x`)).text.trim().split('\r\n').length, 2)
})

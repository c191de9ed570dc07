// One human, one signature; counting is exact; a GET never signs.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anonymous, expect, login, parallel, plantPeople, plantPetition, plantSessions, sql, unescapeHtml,
	until } from '../lib/viche.mjs'

const signaturesOf = async (id) =>
	(await sql('SELECT COUNT(*) AS n FROM petition_signature WHERE petition_id = ?', [id]))[0].n

const tally = (answers) => {
	const counts = {}
	for (const { status } of answers)
		counts[status] = (counts[status] ?? 0) + 1
	return counts
}

test('200 parallel posts of one person make one signature', async () => {
	const id = await plantPetition(), person = await login('r21')
	const token = await person.csrf()
	const answers = await parallel([...Array(200).keys()], 64, () =>
		person.json('POST', `/api/v1/petitions/${id}/sign`, undefined, { 'X-CSRF-Token': token }))
	assert.deepEqual(tally(answers), { 200: 199, 201: 1 })
	assert.equal(answers.filter((a) => a.body.already === false).length, 1)
	assert.equal(await signaturesOf(id), 1)
	await until('the total says one', async () =>
		(await anonymous().get(`/api/v1/petitions/${id}?${Math.random()}`)).body.signature_count === 1)
})

test('the same from two browsers of that person, by form and by JSON at once', async () => {
	const id = await plantPetition()
	const [one, two] = await Promise.all([login('r22'), login('r22')])
	await Promise.all([one.csrf(), two.csrf()])
	const answers = await parallel([...Array(40).keys()], 40, (i) => (i % 2
		? one.json('POST', `/api/v1/petitions/${id}/sign`) : two.post(`/petitions/${id}/sign`)))
	assert.ok(answers.every((a) => [200, 201, 303].includes(a.status)), JSON.stringify(tally(answers)))
	assert.equal(await signaturesOf(id), 1)
})

test('2,000 people over the threshold: one transition, and exactly the signatures that were accepted', async () => {
	const threshold = 1500, id = await plantPetition({ threshold })
	const clients = await plantSessions(await plantPeople(2000))
	const answers = await parallel(clients, 64, (client) => client.json('POST', `/api/v1/petitions/${id}/sign`))
	const counts = tally(answers)
	assert.ok(Object.keys(counts).every((status) => ['201', '409'].includes(status)), JSON.stringify(counts))
	const accepted = counts[201]
	assert.ok(accepted >= threshold, `only ${accepted} were accepted before the threshold closed it`)
	assert.equal(await signaturesOf(id), accepted)
	await until('the petition is moved', async () =>
		(await anonymous().get(`/api/v1/petitions/${id}?${Math.random()}`)).body.state === 'reached')
	const events = await sql(`SELECT from_state, to_state, program FROM event WHERE kind = 'petition' AND subject_id = ?`,
		[id])
	assert.deepEqual(events.map((e) => ({ ...e })), [{ from_state: 'collecting', to_state: 'reached', program: 'worker' }])
	const shown = (await anonymous().get(`/api/v1/petitions/${id}?exact`)).body
	assert.deepEqual([shown.signature_count, shown.missing], [accepted, 0])
	const late = clients[answers.findIndex((a) => a.status === 409)] ?? (await plantSessions(await plantPeople(1)))[0]
	assert.equal((await late.json('POST', `/api/v1/petitions/${id}/sign`)).status, 409, 'it is closed afterwards')
	assert.equal(await signaturesOf(id), accepted)
})

test('every signer stands once in the public list, page after page, while others go on signing', async () => {
	const id = await plantPetition(), people = await plantPeople(130)
	const clients = await plantSessions(people)
	for (const answer of await parallel(clients.slice(0, 120), 32, (c) => c.json('POST', `/api/v1/petitions/${id}/sign`)))
		expect(answer, 201)
	const seen = []
	for (let after = '', page = 0; after !== null; page++) {
		const answer = await anonymous().get(`/api/v1/petitions/${id}/signers${after ? `?after=${after}` : ''}`)
		seen.push(...expect(answer, 200).body.items.map((item) => item.name))
		after = answer.body.next
		if (page < 2)
			expect(await clients[120 + page].json('POST', `/api/v1/petitions/${id}/sign`), 201)
	}
	assert.equal(seen.length, 120)
	assert.equal(new Set(seen).size, 120)
})

test('a GET never signs, whatever link of the page a scanner opens', async () => {
	const id = await plantPetition(), person = await login('r23')
	const todo = [`/petitions/${id}`, `/petitions/${id}/sign`, `/petitions/${id}/signers`]
	const done = new Set()
	for (let next = todo.pop(); next !== undefined && done.size < 120; next = todo.pop()) {
		if (done.has(next))
			continue
		done.add(next)
		for (const who of [person, anonymous()]) {
			const page = await who.get(next)
			assert.ok(page.status < 500, `${next}: ${page.status}`)
			if (next.startsWith(`/petitions/${id}`))
				for (const [, target] of page.text.matchAll(/(?:href|action|formaction)="([^"]+)"/g))
					if (unescapeHtml(target).startsWith('/') && !target.startsWith('/static/'))
						todo.push(unescapeHtml(target).split('#')[0])
		}
		await person.request('HEAD', next)
	}
	assert.ok(done.size > 10, 'the page has links')
	assert.equal(await signaturesOf(id), 0)
	for (const query of ['?csrf=x', '?sign=1', `?csrf=${await person.csrf()}`])
		await person.get(`/petitions/${id}/sign${query}`)
	assert.equal((await person.get(`/api/v1/petitions/${id}/sign`)).status, 405)
	assert.equal(await signaturesOf(id), 0)
	assert.deepEqual(await sql(`SELECT to_state FROM event WHERE kind = 'petition' AND subject_id = ?`, [id]), [])
})

test('who is not logged in comes back to the petition to confirm, and only the press signs', async () => {
	const id = await plantPetition(), browser = anonymous()
	const asked = await browser.get(`/petitions/${id}/sign`)
	assert.equal(asked.location, `/login?to=sign&id=${id}`)
	await login('r24', { client: browser, to: 'sign', id })
	assert.equal(browser.landed, `/petitions/${id}/sign`)
	const confirm = expect(await browser.get(browser.landed), 200)
	assert.equal(await signaturesOf(id), 0)
	assert.ok(confirm.text.includes(`action="/petitions/${id}/sign"`))
	expect(await browser.post(`/petitions/${id}/sign`), 303)
	assert.equal(await signaturesOf(id), 1)
	assert.equal((await browser.get(`/petitions/${id}/sign`)).location, `/petitions/${id}`)
})

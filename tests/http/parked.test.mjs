// The session ended while someone was writing: the text waits, for them alone.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anonymous, expect, login, sql, tokenHash, uniqueTitle, unescapeHtml, zhytomyr } from '../lib/viche.mjs'

const text = 'Довгий текст, який не можна загубити: просимо полагодити сходи до моря.'
const url = process.env.VICHE_URL

const endSession = (client) => sql('DELETE FROM session WHERE token_hash = ?', [tokenHash(client.session)])
/* Each of these tests begins with an empty hour, since all come from one address. */
const fresh = () => sql('DELETE FROM parked_form')
const parked = async () => (await sql('SELECT COUNT(*) AS n FROM parked_form'))[0].n
const shows = (answer, title) => unescapeHtml(answer.text).includes(`value="${title}"`) && answer.text.includes('сходи до моря')

test('a new petition is there after the login, and can be sent', async () => {
	await fresh()
	const writer = await login('r81'), title = uniqueTitle('Сходи')
	const csrf = await writer.csrf()
	await endSession(writer)
	const kept = expect(await writer.post('/petitions', { title, text, do: 'submit', csrf }, { Origin: url }), 303)
	assert.equal(kept.location, '/login?to=write')
	assert.ok(/role="status"/.test((await writer.get('/login?to=write')).text), 'the login page says that the text is kept')
	const stored = await sql('SELECT * FROM parked_form')
	assert.equal(stored.length, 1)
	const pre = [...writer.jar].find(([name]) => name.startsWith('viche_pre'))[1]
	assert.ok(!stored[0].owner_hash.toString('hex').includes(Buffer.from(pre).toString('hex')))
	await login('r81', { client: writer, to: 'write' })
	assert.equal(writer.landed, '/petitions/new')
	assert.ok(shows(await writer.get('/petitions/new'), title))
	assert.ok(shows(await writer.get('/petitions/new'), title), 'also after a reload')
	expect(await writer.post('/petitions', { title, text, do: 'submit' }), 303)
	assert.equal(await parked(), 0, 'what was sent is not kept any longer')
	assert.ok(!shows(await writer.get('/petitions/new'), title))
})

test('an edit is there after the login, at the petition that it belongs to', async () => {
	await fresh()
	const writer = await login('r82'), title = uniqueTitle('Чернетка')
	const id = (await writer.json('POST', '/api/v1/petitions', { title, text: 'було' })).body.id
	const csrf = await writer.csrf()
	await endSession(writer)
	expect(await writer.post(`/petitions/${id}`, { title: `${title} нова`, text, do: 'save', csrf }), 303)
	await login('r82', { client: writer, to: 'write' })
	const where = await writer.get(writer.landed)
	assert.equal(where.location, `/petitions/${id}/edit`)
	assert.ok(shows(await writer.get(where.location), `${title} нова`))
	assert.equal((await sql('SELECT text FROM petition WHERE id = ?', [id]))[0].text, 'було', 'nothing is saved by itself')
	expect(await writer.post(`/petitions/${id}`, { title: `${title} нова`, text, do: 'save' }), 303)
	assert.equal(await parked(), 0)
})

test('another browser, another community and an anonymous one do not see it', async () => {
	await fresh()
	const writer = anonymous(), title = uniqueTitle('Таємниця')
	await writer.csrf()
	expect(await writer.post('/petitions', { title, text, do: 'save' }), 303)
	assert.equal(await parked(), 1)
	const other = anonymous()
	await other.csrf()
	await login('r83', { client: other, to: 'write' })
	assert.ok(!shows(await other.get('/petitions/new'), title))
	const elsewhere = anonymous({ host: zhytomyr })
	for (const [name, value] of writer.jar)
		elsewhere.jar.set(name, value)
	await login('r83', { client: elsewhere, to: 'write' })
	assert.ok(!shows(await elsewhere.get('/petitions/new'), title))
	const forged = anonymous()
	const [name, value] = [...writer.jar].find(([key]) => key.startsWith('viche_pre'))
	forged.jar.set(name, value.replace(/\..*/, '.AAAA'))
	await login('r83', { client: forged, to: 'write' })
	assert.ok(!shows(await forged.get('/petitions/new'), title), 'a pre-session is signed')
	await login('r83', { client: writer, to: 'write' })
	assert.ok(shows(await writer.get('/petitions/new'), title))
})

test('a text of a petition that is not theirs, or not open any more, does not stand in the way of a new one', async () => {
	await fresh()
	const owner = await login('r84'), title = uniqueTitle('Моя')
	const id = (await owner.json('POST', '/api/v1/petitions', { title, text })).body.id
	const shared = anonymous()
	await shared.csrf()
	expect(await shared.post(`/petitions/${id}`, { title, text, do: 'save' }), 303)
	await login('r85', { client: shared, to: 'write' })
	let page = await shared.get('/petitions/new')
	if (page.status === 303)
		page = await shared.get(page.location)
	assert.equal(page.status, 200)
	assert.ok(page.text.includes('action="/petitions"'), 'an empty form for a petition of their own')
	assert.ok(!shows(page, title))
})

test('another site parks nothing, and no one parks without a form', async () => {
	await fresh()
	for (const header of [{ Origin: 'https://evil.example' }, { Origin: 'null' }, { 'Sec-Fetch-Site': 'cross-site' }]) {
		const answer = await anonymous().post('/petitions', { title: 'Підкинуто', text, do: 'save' }, header)
		assert.ok([401, 403].includes(answer.status), `${answer.status}`)
	}
	const broken = await anonymous().request('POST', '/petitions', { body: 'title=%ff&text=%zz',
		headers: { 'Content-Type': 'application/x-www-form-urlencoded' } })
	assert.ok([400, 401].includes(broken.status), `${broken.status}`)
	assert.equal((await anonymous().request('POST', '/petitions', { body: '' })).status, 401)
	assert.equal((await anonymous().json('POST', '/api/v1/petitions', { title: 'JSON', text })).status, 401)
	assert.equal(await parked(), 0)
})

test('what is too long to keep is said, not swallowed', async () => {
	await fresh()
	const [{ n: most }] = await sql(`SELECT CHARACTER_MAXIMUM_LENGTH AS n FROM information_schema.COLUMNS
		WHERE TABLE_NAME = 'parked_form' AND COLUMN_NAME = 'body'`)
	assert.ok(most > 128 * 1024)
	const huge = await anonymous().post('/petitions', { title: 'Довга', text: 'а'.repeat(60000), do: 'save' })
	assert.ok([401, 413].includes(huge.status), `${huge.status}`)
	assert.equal(await parked(), 0)
	const largest = await anonymous().post('/petitions', { title: 'Найдовша дозволена', text: 'ї'.repeat(20000), do: 'save' })
	assert.equal(largest.status, 303, 'the longest text that the form takes is kept')
	assert.equal(await parked(), 1)
})

test('one address parks twenty texts an hour, and they are gone after a day', async () => {
	await fresh()
	for (let i = 0; i < 20; i++)
		expect(await anonymous().post('/petitions', { title: `Текст ${i}`, text, do: 'save' }), 303)
	const refused = await anonymous().post('/petitions', { title: 'Двадцять перший', text, do: 'save' })
	assert.equal(refused.status, 401)
	assert.equal(await parked(), 20)
	await sql('UPDATE parked_form SET created_at = created_at - 3601')
	const writer = anonymous()
	expect(await writer.post('/petitions', { title: 'Через годину', text, do: 'save' }), 303)
	await sql('UPDATE parked_form SET expires_at = UNIX_TIMESTAMP() - 1')
	await login('r86', { client: writer, to: 'write' })
	assert.ok(!shows(await writer.get('/petitions/new'), 'Через годину'))
	await fresh()
})

test('who logs in as someone else in the same browser does not lose a petition by it', async () => {
	await fresh()
	const writer = anonymous(), title = uniqueTitle('Спершу')
	expect(await writer.post('/petitions', { title, text, do: 'save' }), 303)
	await login('r87', { client: writer, to: 'write' })
	const other = uniqueTitle('Інше')
	const page = await writer.get('/petitions/new')
	assert.ok(shows(page, title))
	const made = expect(await writer.post('/petitions', { title: other, text, do: 'save' }), 303)
	assert.match(made.location, /^\/petitions\/\d+\/edit$/)
})

// The files of a petition: who may add, remove and see them, how many there may be, what they are called,
// and how they are sent.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { pdf } from '../lib/documents.mjs'
import { blackPng, jpeg, png } from '../lib/pictures.mjs'
import { add, addByForm, flashOf, multipart, stored } from '../lib/upload.mjs'
import { anonymous, communityId, expect, login, plantPeople, plantPetition, plantSessions, request, sql, unescapeHtml, vari, zhytomyr } from '../lib/viche.mjs'

let id, author, other, hanna

before(async () => {
	const people = await plantPeople(2);
	[[author, other], hanna, id] = [await plantSessions(people), await login('hanna'), people[0]]
})

const draft = (state = 'draft') => plantPetition({ state, author: id })
const names = async (petition, who = author) => (expect(await who.get(`/api/v1/petitions/${petition}`), 200)).body.files.map((f) => f.name)
const submit = async (petition) => expect(await author.json('POST', `/api/v1/petitions/${petition}/submit`), 200)
const decide = async (petition, how, what = {}) => expect(await hanna.json('POST', `/api/v1/moderation/petitions/${petition}/${how}`, what), 200)

test('a file is added, listed with its type and size, downloaded and removed, on both faces', async () => {
	const petition = await draft()
	const made = expect(await add(author, petition, pdf(), 'План скверу.pdf'), 201)
	assert.deepEqual([made.body.name, made.body.type, made.body.width], ['План скверу.pdf', 'application/pdf', null])
	assert.equal(made.headers.location, `/api/v1/files/${made.body.id}`)
	const added = await addByForm(author, petition, jpeg(2400, 1600), 'Ліхтар.jpg')
	assert.deepEqual([added.status, added.location], [303, `/petitions/${petition}/edit?step=files`])
	assert.deepEqual((await flashOf(author, added)).map((s) => s.slice(0, 13)), ['status', 'Файл додано. '])
	const page = (await author.get(`/petitions/${petition}/edit?step=files`)).text, shown = (await author.get(`/petitions/${petition}`)).text
	for (const html of [page, shown]) {
		assert.match(html, /План скверу\.pdf<\/a> <span class="hint">PDF, 1\u00a0КБ</)
		assert.match(html, /Ліхтар\.jpg<\/a> <span class="hint">JPEG, \d+\u00a0КБ</)
	}
	assert.match(page, /Можна додати ще 1 файл\./)
	const { body } = await author.get(`/api/v1/petitions/${petition}`)
	assert.deepEqual(body.files.map(({ type, width, height }) => [type, width, height]), [['application/pdf', null, null], ['image/jpeg', 2048, 1365]])
	const [first, second] = body.files
	assert.equal((await author.get(`/files/${first.id}`)).bytes.length, first.size)
	const removed = await author.post(`/files/${first.id}/remove`)
	assert.deepEqual([removed.status, removed.location], [303, `/petitions/${petition}/edit?step=files`])
	assert.deepEqual(await flashOf(author, removed), ['status', 'Файл вилучено.'])
	assert.deepEqual(expect(await author.json('POST', `/api/v1/files/${second.id}/remove`), 200).body, { id: second.id })
	assert.deepEqual(await names(petition), [])
	for (const { id: gone } of [first, second]) {
		assert.equal((await author.get(`/files/${gone}`)).status, 404)
		assert.equal((await author.json('POST', `/api/v1/files/${gone}/remove`)).status, 404)
	}
	assert.equal((await sql('SELECT COUNT(*) AS n FROM attachment WHERE subject_id = ? AND removed_at IS NOT NULL', [petition]))[0].n, 2)
})

test('the bytes go with the row: one file on the disk for each that is there', async () => {
	const petition = await draft(), had = new Set(stored(vari).keys())
	const made = expect(await add(author, petition, png(20, 20)), 201)
	const now = [...stored(vari)].filter(([name]) => !had.has(name))
	assert.equal(now.length, 1)
	assert.match(now[0][0], /\/files\/[0-9a-f]{2}\/[0-9a-f]{30}$/)
	assert.ok(now[0][1].equals((await author.get(`/files/${made.body.id}`)).bytes))
	expect(await author.json('POST', `/api/v1/files/${made.body.id}/remove`), 200)
	assert.equal([...stored(vari).keys()].filter((name) => !had.has(name)).length, 0)
})

test('of twenty at once three are kept, of each petition', async () => {
	const petition = await draft(), neighbour = await draft(), had = stored(vari).size
	const answers = await Promise.all(Array.from({ length: 20 }, (_, i) =>
		add(author, i % 10 === 9 ? neighbour : petition, png(8 + i, 8), `${i}.png`)))
	const of = (which) => answers.filter((_, i) => (i % 10 === 9) === which)
	assert.deepEqual(of(true).map(({ status }) => status), [201, 201])
	assert.equal(of(false).filter(({ status }) => status === 201).length, 3)
	for (const answer of of(false).filter(({ status }) => status !== 201))
		assert.ok(answer.status === 409 && answer.body.type === '/problems/too-many-files', answer.text)
	assert.equal((await names(petition)).length, 3)
	assert.equal(stored(vari).size, had + 5, 'a file without a row was left')
	const refused = await addByForm(author, petition, png(8, 8))
	assert.deepEqual(await flashOf(author, refused), ['alert', 'До петиції можна додати щонайбільше 3 файли. Спершу вилучіть один із них.'])
	assert.match((await author.get(`/petitions/${petition}/edit?step=files`)).text, /Тут уже 3 файли/)
	/* A place that was left can be taken again. */
	const { files } = (await author.get(`/api/v1/petitions/${petition}`)).body
	expect(await author.json('POST', `/api/v1/files/${files[1].id}/remove`), 200)
	expect(await add(author, petition, png(9, 9), 'знову.png'), 201)
	assert.deepEqual((await names(petition))[1], 'знову.png')
})

describe('nobody but the author', () => {
	test('adds to a petition, or removes from it, nor the author once it is sent', async () => {
		const petition = await draft(), { body: { id: file } } = expect(await add(author, petition, pdf()), 201), had = stored(vari).size
		for (const [who, why] of [[other, 'another person'], [hanna, 'a moderator']]) {
			assert.equal((await add(who, petition, pdf())).status, 404, why)
			assert.equal((await who.json('POST', `/api/v1/files/${file}/remove`)).status, 404, why)
		}
		const nobody = anonymous()
		assert.equal((await add(nobody, petition, pdf())).status, 401)
		assert.equal((await nobody.json('POST', `/api/v1/files/${file}/remove`)).status, 401)
		for (const state of ['submitted', 'collecting', 'refused']) {
			const sent = await draft('draft'), own = expect(await add(author, sent, pdf()), 201).body.id
			await submit(sent)
			if (state === 'collecting')
				await decide(sent, 'publish')
			if (state === 'refused')
				await decide(sent, 'refuse', { reason: 'duplicate', explanation: 'Така вже є.' })
			for (const answer of [await add(author, sent, pdf()), await author.json('POST', `/api/v1/files/${own}/remove`)])
				assert.deepEqual([answer.status, answer.body.type], [409, '/problems/petition-sent'], state)
			assert.equal((await addByForm(author, sent, pdf())).status, 409)
		}
		const back = await draft('returned')
		expect(await add(author, back, pdf()), 201)
		assert.equal(stored(vari).size, had + 4)
		assert.equal((await author.get(`/files/${file}`)).status, 200)
	})

	test('sends a file from another site', async () => {
		const petition = await draft(), { body, headers } = multipart({ csrf: 'x' }, { bytes: pdf() })
		assert.equal((await author.request('POST', `/petitions/${petition}/files`, { body, headers })).status, 403)
		const token = multipart({ csrf: await author.csrf() }, { bytes: pdf() })
		assert.equal((await author.request('POST', `/petitions/${petition}/files`,
			{ body: token.body, headers: { ...token.headers, Origin: 'https://evil.example' } })).status, 403)
		assert.deepEqual(await names(petition), [])
	})
})

test('who may see the petition sees its files, and nobody else', async () => {
	const petition = await draft(), { body: { id: file } } = expect(await add(author, petition, pdf(), 'a.pdf'), 201)
	const elsewhere = anonymous({ host: zhytomyr })
	const see = async () => Promise.all([author, other, hanna, anonymous(), elsewhere].map(async (who) => (await who.get(`/files/${file}`)).status))
	assert.deepEqual(await see(), [200, 404, 404, 404, 404], 'a draft')
	await submit(petition)
	assert.deepEqual(await see(), [200, 404, 200, 404, 404], 'at the moderators')
	await decide(petition, 'publish')
	assert.deepEqual(await see(), [200, 200, 200, 200, 404], 'published')
	assert.deepEqual(await names(petition, anonymous()), ['a.pdf'])
	assert.match((await anonymous().get(`/petitions/${petition}?${file}`)).text, new RegExp(`<a href="/files/${file}"`))
	const row = await sql('SELECT community_id FROM attachment WHERE id = ?', [file])
	assert.equal(row[0].community_id, await communityId())
})

test('a file is sent to be saved, and is no page of this site', async () => {
	const petition = await draft(), name = 'Схема "нова" <b>; ї’№.png'
	const { body: { id: file } } = expect(await add(author, petition, png(10, 10), name), 201)
	const answer = expect(await author.get(`/files/${file}`), 200), h = answer.headers
	assert.equal(h['content-type'], 'image/png')
	assert.equal(h['content-length'], String(answer.bytes.length))
	const [, kept] = /^attachment; filename\*=UTF-8''([A-Za-z0-9._~%-]+)$/.exec(h['content-disposition'])
	assert.equal(decodeURIComponent(kept), 'Схема _22нова_22 _b_; ї’№.png'.replaceAll('_22', '%22'))
	assert.match(h['content-security-policy'], /^sandbox; default-src 'none'/)
	for (const [header, value] of [['x-content-type-options', 'nosniff'], ['cross-origin-resource-policy', 'same-origin'], ['x-frame-options', 'DENY'],
		['referrer-policy', 'same-origin'], ['cache-control', 'private, no-cache'], ['x-accel-redirect', undefined], ['set-cookie', undefined], ['content-encoding', undefined]])
		assert.equal(h[header], value, header)
	assert.ok(h['x-request-id'] && h.etag)
	const again = await author.get(`/files/${file}`, { 'If-None-Match': h.etag })
	assert.equal(again.status, 304)
	assert.match(again.headers['content-security-policy'], /^sandbox/)
	const part = await author.get(`/files/${file}`, { Range: 'bytes=0-7' })
	assert.deepEqual([part.status, part.text.slice(1, 4)], [206, 'PNG'])
	const head = await author.request('HEAD', `/files/${file}`)
	assert.deepEqual([head.status, head.bytes.length, head.headers['content-length']], [200, 0, h['content-length']])
	/* What everyone sees may be kept for everyone, after asking. */
	await submit(petition)
	await decide(petition, 'publish')
	assert.equal((await anonymous().get(`/files/${file}`)).headers['cache-control'], 'no-cache')
	assert.equal((await other.get(`/files/${file}`)).headers['cache-control'], 'private, no-cache')
})

test('no other address leads to the stored files', async () => {
	const petition = await draft()
	expect(await add(author, petition, pdf()), 201)
	const [at] = [...stored(vari).keys()].slice(-1), [, short] = /\/files\/(.*)$/.exec(at)
	for (const target of [`/.files/${short}`, `/files/${short}`, `/files/../files/${short}`, `/static/../files/${short}`, `/static/..%2ffiles/${short}`,
		`/.errors/../.files/${short}`, `/files//${short}`, '/.files/', '/files/', '/files', '/files/0', '/files/01', '/files/-1', '/files/1.pdf', '/files/999999999999999999'])
		assert.equal((await request('GET', target)).status, 404, target)
})

test('a name is kept as the person wrote it, without what does harm, with the ending of its type', async () => {
	const named = async (name, bytes = pdf()) => expect(await add(author, await draft(), bytes, name), 201).body.name
	assert.equal(await named('Звіт.PDF'), 'Звіт.PDF')
	assert.equal(await named('Звіт.exe'), 'Звіт.exe.pdf')
	assert.equal(await named('photo.jpeg', jpeg(8, 8)), 'photo.jpeg')
	assert.equal(await named('photo.pdf', blackPng(8, 8)), 'photo.pdf.png')
	assert.equal(await named('C:/Users/Оля/x.pdf'), 'x.pdf')
	assert.equal(await named('../../etc/passwd'), 'passwd.pdf')
	assert.equal(await named('...pdf'), 'pdf.pdf')
	assert.equal(await named('a\u202efdp.exe.pdf'), 'afdp.exe.pdf')
	assert.equal(await named('  два   пробіли .pdf'), 'два пробіли .pdf')
	assert.equal(await named('a:b*c?.pdf'), 'a_b_c_.pdf')
	const long = await named(`${'ї'.repeat(300)}.pdf`)
	assert.deepEqual([[...long].length, long.slice(-5)], [120, 'ї.pdf'])
	const page = (await author.get(`/petitions/${(await sql('SELECT MAX(petition_id) AS id FROM attachment WHERE author_id = ?', [id]))[0].id}`)).text
	assert.ok(unescapeHtml(page).includes(long))
})

test('what a form lacks or has too much of is said, and nothing is kept', async () => {
	const petition = await draft(), had = stored(vari).size, csrf = await author.csrf()
	const post = ({ body, headers }) => author.request('POST', `/petitions/${petition}/files`, { body, headers })
	const empty = await post(multipart({ csrf }))
	assert.deepEqual(await flashOf(author, empty), ['alert', 'Спершу виберіть файл.'])
	assert.equal((await post(multipart({ csrf }, { bytes: Buffer.alloc(0), name: '' }))).status, 303)
	assert.equal((await post(multipart({ csrf }, { bytes: pdf(), field: 'other' }))).status, 303)
	const cut = multipart({ csrf }, { bytes: pdf() })
	assert.ok([400, 403].includes((await post({ ...cut, body: cut.body.subarray(0, -30) })).status))
	const json = await author.json('POST', `/api/v1/petitions/${petition}/files`, { file: 'x' })
	assert.deepEqual([json.status, json.body.type], [400, '/problems/malformed-body'])
	const svg = await addByForm(author, petition, Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'a.svg')
	const [role, words] = await flashOf(author, svg)
	assert.equal(role, 'alert')
	assert.match(words, /^Це не файл PDF, JPEG чи PNG\./)
	assert.equal(stored(vari).size, had)
	assert.deepEqual(await names(petition), [])
})

test('above 5 MB a file is refused with the limit named, by the program and by nginx', async () => {
	const petition = await draft(), had = stored(vari).size
	const near = Buffer.concat([pdf(), Buffer.alloc(5 * 1024 * 1024 - pdf().length + 1)])
	const json = await add(author, petition, near)
	assert.deepEqual([json.status, json.body.type], [413, '/problems/too-large'])
	const [role, words] = await flashOf(author, await addByForm(author, petition, near))
	assert.deepEqual([role, words.slice(0, 37)], ['alert', 'Файл завеликий: щонайбільше 5\u00a0МБ. Зме'])
	const huge = Buffer.alloc(6 * 1024 * 1024)
	const page = await addByForm(author, petition, huge), problem = await add(author, petition, huge)
	assert.deepEqual([page.status, problem.status, problem.body.type], [413, 413, '/problems/too-large'])
	assert.match(page.text, /щонайбільше 5\u00a0МБ/)
	assert.match(page.text, /at most 5 MB/)
	assert.ok(!/256 |кБ|kB/.test(page.text)) // its number may hold any digits
	assert.match(problem.body.detail, /5 MB/)
	/* Elsewhere the page speaks of texts, and such a body goes nowhere. */
	const text = await author.request('POST', `/petitions/${petition}`, { body: huge })
	assert.equal(text.status, 413)
	assert.match(text.text, /щонайбільше 256 кБ/)
	assert.equal(stored(vari).size, had)
})

// The list's search: every form of a word, beginnings, numbers, authors; what was found is marked, and
// nothing else of a title becomes HTML.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { anonymous, communityId, expect, parallel, plantPeople, plantPetition, searchable, sql, unescapeHtml } from '../lib/viche.mjs'

/* A word that no other test has; in no dictionary, so its stem is the word without its ending. */
const word = () => `щ${[...randomBytes(6)].map((n) => 'бвгджзклмн'[n % 10]).join('о')}ка`

const stemOf = (unknown) => unknown.slice(0, -1)

const address = (words, more = '') => `/petitions?state=all&q=${encodeURIComponent(words)}${more}`
const found = async (words, more = '') => {
	const body = expect(await anonymous().get(`/api/v1${address(words, more)}`), 200).body
	assert.equal(body.stemmed, true)
	return body.items.map((item) => item.id)
}
const page = async (words, more = '') => expect(await anonymous().get(address(words, more)), 200).text
const titleOf = (html, id) => html.split('<li class="card">').find((card) => card.includes(`href="/petitions/${id}"`))
	?.match(/<h3[^>]*><a[^>]*>(.*?)<\/a><\/h3>/s)?.[1]

const heading = (html) => /<h2 id="found">(.*?)<\/h2>/s.exec(html)?.[1]

async function planted(options) {
	const id = await plantPetition(options)
	await searchable([id])
	return id
}

test('«ремонт дороги» finds «ремонту доріг», and each form of a word each other', async () => {
	const own = word()
	const id = await planted({ title: `Чекаємо ремонту доріг: ${own}`, text: 'Шкільні автобуси об’їжджають ями. Відремонтувати просимо негайно.' })
	for (const words of ['ремонт дороги', 'РЕМОНТИ ДОРОГУ', 'дорогами ремонтом', 'відремонтований', 'школа', 'автобуса', 'об\'їжджати', 'обʼїжджати',
		'дорожній', 'ремон', 'автоб', 'яма', 'негайно просити'])
		assert.deepEqual(await found(`${words} ${own}`), [id], words)
	for (const words of ['ремонт мосту', 'ремонт школи лікарня', 'тролейбус'])
		assert.deepEqual(await found(`${words} ${own}`), [], words)
})

test('in English too, and words that say nothing hinder nothing', async () => {
	const own = word()
	const id = await planted({ title: `Legalise electric scooters ${own}`, text: 'The behaviour of cities, funded by taxes: vaccination, children.' })
	for (const words of ['legalize scooter', 'legalising', 'behavior', 'city', 'tax', 'funds', 'vaccinated', 'child', 'the scooters for', 'і scooter на'])
		assert.deepEqual(await found(`${words} ${own}`), [id], words)
})

test('by the beginning of a word in no dictionary, and by its whole only with all its letters', async () => {
	const own = word()
	const id = await planted({ title: `Назва ${own} для пошуку` })
	assert.deepEqual(await found(own.slice(0, -3)), [id])
	assert.deepEqual(await found(own.toUpperCase()), [id])
	assert.deepEqual(await found(`${own}я`), [])
})

test('by the petition\'s number, as one types it', async () => {
	const id = await planted({ title: `Без чисел ${word()}` })
	for (const words of [`${id}`, `№ ${id}`, `№${id}`, ` ${id}. `])
		assert.ok((await found(words)).includes(id), words)
	assert.ok(!(await found(`вулиця ${id}`)).includes(id), 'a number beside words is a word')
	assert.deepEqual(await found('999999999999'), [])
	await page('99999999999999999999')
})

test('by the author\'s name, of public petitions alone', async () => {
	const [author] = await plantPeople(1), family = word()
	await sql('UPDATE person SET given_name = ?, family_name = ? WHERE id = ?', ['Мар’яна', `О'${family}`, author])
	const [open] = [await planted({ author }), await plantPetition({ author, state: 'draft' }), await plantPetition({ author, state: 'submitted' })]
	assert.deepEqual(await found(`о${family}`), [open])
	assert.deepEqual(await found(`О’${family} Мар'яна`), [open])
	assert.deepEqual(await found(`${family} петро`), [])
	/* The provider says another name at the next login. */
	const married = word()
	await sql('UPDATE person SET family_name = ? WHERE id = ?', [married, author])
	await searchable([open])
	assert.deepEqual(await found(married), [open])
	assert.deepEqual(await found(`О'${family} Мар’яна`), [], 'an address that no cache has')
})

test('what is not public is not found: drafts, what waits, what was hidden', async () => {
	const own = word(), ids = []
	for (const state of ['draft', 'submitted', 'returned', 'hidden', 'collecting', 'refused'])
		ids.push(await plantPetition({ state, title: `Канарка ${own} у стані ${state}` }))
	await searchable(ids.slice(3))
	assert.deepEqual((await found(own)).sort(), ids.slice(4).sort())
	const text = await page(own)
	for (const state of ['draft', 'submitted', 'returned', 'hidden'])
		assert.ok(!text.includes(`у стані ${state}`), state)
})

test('a text that changes is found by its last words alone, and counted so', async () => {
	const own = word(), old = word(), community = await communityId()
	const id = await planted({ state: 'refused', title: `Назва ${old} була така` })
	assert.deepEqual(await found(old), [id])
	await sql('UPDATE petition SET title = ? WHERE id = ?', [`Назва ${own} стала така`, id])
	await searchable([id])
	assert.deepEqual(await found(own), [id])
	assert.deepEqual(await found(`${old} назва`), [])
	assert.deepEqual(await sql('SELECT documents FROM stem_count WHERE community_id = ? AND stem IN (?) ORDER BY documents',
		[community, [stemOf(own), stemOf(old)]]), [{ documents: 0 }, { documents: 1 }])
})

test('found words are marked in titles, and a title\'s own HTML is text', async () => {
	const own = word(), title = `<script>alert("${own}")</script> & <mark>дорогою</mark> ремонту'`
	const id = await planted({ title })
	const html = titleOf(await page(`${own} ремонт дорога`), id)
	assert.equal(html, `&lt;script&gt;alert(&quot;<mark>${own}</mark>&quot;)&lt;/script&gt; &amp; &lt;mark&gt;<mark>дорогою</mark>&lt;/mark&gt; <mark>ремонту</mark>&#39;`)
	assert.equal(unescapeHtml(html.replaceAll('<mark>', '').replaceAll('</mark>', '')), title)
	/* The words of a search that was typed are text too. */
	const evil = await page(`"><script>alert(1)</script> ${own}`)
	assert.ok(!evil.includes('<script>alert'))
	/* Without a search nothing is marked. */
	assert.ok(!(await anonymous().get('/petitions?state=all')).text.includes('<mark>'))
})

test('signs of the full text\'s own language are no part of a question', async () => {
	const own = word(), id = await planted({ title: `Оператори ${own}` })
	for (const words of [`+${own}`, `-${own}`, `"${own}"`, `${own}*`, `(${own})`, `~${own}`, `@4 ${own}`, `<${own}>`, `${own}%`, `%${own}_`, `'${own}'`, `\\${own}`])
		assert.deepEqual((await found(words.replace('@4', ''))), [id], words)
	for (const words of ['+', '-', '"', '*', '%', '_', '\'', '()', '+-*', '@', '""', '1_', '%%%'])
		expect(await anonymous().get(`/api/v1${address(words)}`), 200)
})

test('a word of another community finds nothing here', async () => {
	const own = word()
	await planted({ community: 'zhytomyr', title: `Сусідня ${own}` })
	assert.deepEqual(await found(own), [])
})

test('words that thousands have are walked along, with the same result, pages and marks', async () => {
	const [common, rare] = [word(), word()], community = await communityId(), ids = []
	for (let i = 0; i < 22; i++)
		ids.push(await plantPetition({ title: `Назва ${common} ${i % 2 ? rare : 'без'} ${i}`, outside: i }))
	await searchable(ids)
	const before = { all: await found(common, '&limit=100'), most: await found(common, '&sort=most&limit=100'),
		both: await found(`${common} ${rare}`) }
	assert.deepEqual([...before.all].sort(), [...ids].sort())
	/* As if there were many more of them. */
	await sql('UPDATE stem_count SET documents = documents + 100000 WHERE community_id = ? AND stem IN (\'\', ?)', [community, stemOf(common)])
	try {
		assert.deepEqual(await found(common, '&limit=100&x=1'), before.all)
		assert.deepEqual(await found(common, '&sort=most&limit=100&x=1'), before.most)
		assert.deepEqual(await found(`${common} ${rare}`, '&x=1'), before.both)
		assert.equal(before.both.length, 11)
		const met = []
		let after = ''
		do {
			const { body } = expect(await anonymous().get(`/api/v1${address(common, `&limit=5${after}`)}`), 200)
			met.push(...body.items.map((item) => item.id))
			after = body.next === null ? '' : `&after=${body.next}`
		} while (after !== '')
		assert.deepEqual(met, before.all)
		const html = await page(common)
		assert.match(titleOf(html, before.all[0]), new RegExp(`<mark>${common}</mark>`))
		assert.match(heading(html), new RegExp(`^За\\sзапитом\\s«${common}»\\s—\\s22\\sпетиції`))
	} finally {
		await sql('UPDATE stem_count SET documents = documents - 100000 WHERE community_id = ? AND stem IN (\'\', ?)', [community, stemOf(common)])
	}
})

test('the counts of stems are those of the stems', async () => {
	const own = word(), ids = []
	for (let i = 0; i < 3; i++)
		ids.push(await plantPetition({ title: `${own} ${own} ${i}`, text: `${own} у тексті тричі ${own}` }))
	await searchable(ids)
	assert.deepEqual(await sql('SELECT documents FROM stem_count WHERE community_id = ? AND stem = ?', [await communityId(), stemOf(own)]), [{ documents: 3 }])
	/* Made anew, as after a change of the rules: nothing is counted twice. */
	await sql('UPDATE petition_search SET version = 0 WHERE petition_id IN (?)', [ids])
	await searchable(ids)
	assert.deepEqual(await sql('SELECT documents FROM stem_count WHERE community_id = ? AND stem = ?', [await communityId(), stemOf(own)]), [{ documents: 3 }])
})

test('many ask at once', async () => {
	const own = word(), id = await planted({ title: `Водночас ${own} ремонт` })
	await parallel(Array.from({ length: 60 }, (_, i) => i), 12, async (i) =>
		assert.deepEqual(await found(`${own}${i % 2 ? ' ремонтом' : ''}`, `&x=${i}`), [id]))
})

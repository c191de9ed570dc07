// The pages of a list stay stable while rows arrive: nothing is shown twice, nothing is skipped.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { anonymous, expect, plantPetition, searchable } from '../lib/viche.mjs'

const word = () => `канарка${randomBytes(5).toString('hex')}`

async function plantMany(title, count, days) {
	const ids = []
	for (let i = 0; i < count; i++)
		ids.push(await plantPetition({ title: `${title} номер ${i}`, days: days(i), outside: i % 7 }))
	await searchable(ids)
	return ids
}

for (const sort of ['newest', 'closing', 'most'])
	test(`in the order "${sort}" each petition is met once, also when others come between two pages`, async () => {
		const title = word()
		const first = await plantMany(title, 12, (i) => 30 + i % 5)
		const met = []
		let after = '', pages = 0
		do {
			const list = `/api/v1/petitions?q=${encodeURIComponent(title)}&sort=${sort}&limit=5${after}`
			const page = expect(await anonymous().get(list), 200).body
			assert.ok(page.items.length <= 5)
			met.push(...page.items.map((item) => item.id))
			after = page.next === null ? '' : `&after=${page.next}`
			/* Meanwhile others come, at both ends of every order. */
			await plantMany(title, 2, (i) => i === 0 ? 1 : 90)
			assert.ok(++pages < 20)
		} while (after !== '')
		assert.equal(new Set(met).size, met.length, 'no petition twice')
		assert.deepEqual(first.filter((id) => !met.includes(id)), [], 'none of those that were there is skipped')
	})

test('the page for people leads through the same pages', async () => {
	const title = word()
	await plantMany(title, 23, () => 40)
	const one = expect(await anonymous().get(`/petitions?q=${encodeURIComponent(title)}`), 200).text
	const next = /href="([^"]*after=[^"]*)" rel="next"/.exec(one)?.[1].replaceAll('&amp;', '&')
	assert.ok(next, 'the first page leads on')
	const two = expect(await anonymous().get(next), 200).text
	const numbers = (html) => [...html.matchAll(/href="\/petitions\/(\d+)"/g)].map((m) => m[1])
	assert.equal(new Set([...numbers(one), ...numbers(two)]).size, 23)
	assert.deepEqual(numbers(one).filter((n) => numbers(two).includes(n)), [])
})

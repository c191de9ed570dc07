// How pages stand: nothing to push sideways, targets for a thumb, one heading, print and forced colours.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { close } from '../lib/browser.mjs'
import { deskFailed } from '../lib/desk_pages.mjs'
import { names, world } from '../lib/pages.mjs'

const widths = [320, 390, 1280]
const bare = ['no file', 'too long an address'] // nginx's own pages, without the layout
const failed = ['write, errors', 'my residence, errors', 'contest a refusal, errors', 'my page, wrong address', 'login, expired', 'login, refused', 'moderation, errors',
	'identity provider, nobody of that name', 'deleting the account, not meant', ...deskFailed]

let site
before(async () => { site = await world(1570) })
after(close)

/* What sticks out to the right of the window. */
const sticking = () => {
	const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth
	if (wide <= 0)
		return []
	return [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
		.slice(0, 3).map((e) => `${wide} px: ${e.tagName}.${e.getAttribute('class')} ${e.textContent.trim().slice(0, 40)}`)
		.concat(`${wide} px`)
}

/* Controls and links of navigation under 44 px high, and not within a sentence. */
const small = () => [...document.querySelectorAll('nav a, button, .btn, .foot li a, input:not([type=hidden]), select, textarea, .chips a, label.choice')]
	// A checkbox is as large as the label around it.
	.map((e) => ({ e, box: (e.closest('label') ?? e).getBoundingClientRect() }))
	.filter(({ e, box }) => box.width > 1 && !e.parentElement.closest('label') && !e.closest('.crumbs') && !e.closest('.skip') && box.height < 43.9)
	.map(({ e, box }) => `${e.tagName}.${e.className} “${e.textContent.trim().slice(0, 30)}” ${Math.round(box.height)} px`)

const seen = () => document.querySelector('main').innerText.replace(/\s+/g, ' ')

for (const name of names) {
	test(`${name}: fits 320, 390 and 1280 px, also in the largest text, and thumbs`, async () => {
		const page = await site.visit(name)
		const problems = []
		for (const text of ['m', 'xl']) {
			await page.evaluate((size) => { document.documentElement.dataset.text = size }, text)
			for (const width of widths) {
				await page.setViewportSize({ width, height: 800 })
				problems.push(...(await page.evaluate(sticking)).map((line) => `${width} px, ${text}: ${line}`))
				if (width === 390 && !bare.includes(name))
					problems.push(...(await page.evaluate(small)).map((line) => `${text}: ${line}`))
			}
		}
		assert.deepEqual(problems, [])
	})

	test(`${name}: one heading, a title and a language; printed and in forced colours it says the same`, async () => {
		const page = await site.visit(name)
		assert.equal(await page.locator('h1').count(), bare.includes(name) ? 2 : 1)
		assert.equal(await page.getAttribute('html', 'lang'), 'uk')
		const title = await page.title()
		if (name.startsWith('identity provider'))
			assert.match(title, /^(Помилка: )?\S.*$/)
		else if (bare.includes(name))
			assert.match(title, /^\S.* · Віче$/)
		else
			assert.match(title, name === 'unknown host' ? /^\S.* — Віче$/ : /^\S.* — Віче · Чорноморська громада$/)
		assert.equal(title.startsWith('Помилка: '), failed.includes(name), title)
		const levels = await page.locator('main :is(h1, h2, h3, h4)').evaluateAll((all) => all.map((h) => Number(h.tagName[1])))
		if (!bare.includes(name))
			levels.forEach((level, i) => assert.ok(i === 0 || level <= levels[i - 1] + 1, `headings ${levels.join(' ')}`))

		const whole = await page.evaluate(seen)
		assert.ok(whole.length > 20)
		await page.emulateMedia({ forcedColors: 'active' })
		assert.equal(await page.evaluate(seen), whole, 'in forced colours')
		const unseen = await page.evaluate(() => [...document.querySelectorAll('main :is(h1, h2, p, a)')]
			.filter((e) => e.textContent.trim() && e.getClientRects().length > 0)
			.filter((e) => getComputedStyle(e).color === getComputedStyle(document.body).backgroundColor).length)
		assert.equal(unseen, 0, 'texts in the colour of the ground')
		await page.emulateMedia({ forcedColors: 'none', media: 'print' })
		const heading = page.locator('h1').first()
		assert.ok(await heading.isVisible())
		for (const part of await page.locator('main :is(.prose, .official, .timeline, .progress, .signers)').all())
			assert.ok(await part.isVisible(), 'in print')
	})
}

test('the cookie of larger text or high contrast changes the page that the server sends', async () => {
	const context = await site.context('anyone')
	const page = await context.newPage()
	await page.goto('/petitions')
	await page.click('.access a[href*="text=xl"]')
	await page.click('.access a[href*="contrast=high"]')
	assert.equal(new URL(page.url()).pathname, '/petitions')
	await page.goto('/')
	const { text, contrast } = await page.evaluate(() => ({ ...document.documentElement.dataset }))
	assert.deepEqual({ text, contrast }, { text: 'xl', contrast: 'high' })
	assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize), '24px')
	await context.close()
})

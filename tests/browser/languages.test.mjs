// Each page speaks the reader's language, and says so where it quotes another.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { close } from '../lib/browser.mjs'
import { names, world } from '../lib/pages.mjs'
import { url } from '../lib/viche.mjs'

const both = ['no file', 'too long an address'] // nginx's own pages say it in both languages
// Latin words that Ukrainian texts may hold: names, keys and short names of the demonstration.
const latin = /^(JSON|Alt|Shift|Firefox|cookie|r\d*|J|K|https?|[0-9a-f]{32})$/

let site
before(async () => { site = await world(1580) })
after(close)

/* Texts, and attributes that are read aloud, of the parts in a language. */
const spoken = (lang) => {
	const found = []
	const of = (e) => e.closest('[lang]').lang
	const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT)
	for (let node = walker.nextNode(); node; node = walker.nextNode())
		if (node.data.trim() && !['STYLE', 'SCRIPT', 'TEXTAREA'].includes(node.parentElement.tagName) && of(node.parentElement) === lang)
			found.push(node.data.trim())
	for (const e of document.querySelectorAll('[aria-label], [alt], [title], [placeholder], meta[name=description]'))
		for (const name of ['aria-label', 'alt', 'title', 'placeholder', 'content'])
			if (e.getAttribute(name) && of(e) === lang)
				found.push(`${name}=${e.getAttribute(name)}`)
	return found
}

async function told(name, lang) {
	const context = await site.context(site.page(name).who)
	await context.addCookies([{ name: 'lang', value: lang, url }])
	const page = await context.newPage()
	await site.page(name).go(page)
	if (name === 'unknown host')
		await page.goto(`${page.url()}?lang=${lang}`)
	const answer = {
		lang: await page.getAttribute('html', 'lang'),
		texts: await page.evaluate(spoken, lang),
		quoted: await page.evaluate(spoken, lang === 'uk' ? 'en' : 'uk'),
	}
	await context.close()
	return answer
}

for (const name of names) {
	test(`${name}: in English no Ukrainian is left, but what is quoted and marked`, async () => {
		const page = await told(name, 'en')
		assert.equal(page.lang, both.includes(name) ? 'uk' : 'en')
		assert.ok(page.texts.length > 2)
		// A community's or a petition's name in a title has no element to mark it.
		const title = page.texts.findIndex((text) => / — Viche/.test(text))
		assert.deepEqual(page.texts.filter((text, i) => i !== title && /[\u0400-\u04ff]/.test(text)), [])
	})

	test(`${name}: in Ukrainian nothing is left in English`, async () => {
		const page = await told(name, 'uk')
		assert.equal(page.lang, 'uk')
		const words = page.texts.flatMap((text) => text.match(/[A-Za-z][\w-]*/g) ?? [])
		const logins = name.startsWith('identity provider') ? /^([a-z]{2,12}|r2000)$/ : /^$/
		assert.deepEqual(words.filter((word) => !latin.test(word) && !logins.test(word)), [])
	})
}

test('the switch keeps the place and the choice stays', async () => {
	const context = await site.context('anyone')
	const page = await context.newPage()
	await page.goto('/petitions?state=reached')
	await page.click('.access a[hreflang=en]')
	const at = new URL(page.url())
	assert.equal(at.pathname, '/petitions')
	assert.equal(at.searchParams.get('state'), 'reached')
	await page.goto('/')
	assert.equal(await page.getAttribute('html', 'lang'), 'en')
	await context.close()
})

// Each page speaks the reader's language, and says so where it quotes another.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { close } from '../lib/browser.mjs'
import { names, world } from '../lib/pages.mjs'
import { url } from '../lib/viche.mjs'

const both = ['no file', 'too long an address'] // nginx's own pages say it in both languages
// Latin words that Ukrainian texts may hold: names, keys and short names of the demonstration.
const latin = /^(CSV|Ctrl|P|BankID|QR-|JSON|Atom|Alt|Shift|Firefox|cookie|r\d*|J|K|Z|VIII|IX|PDF|JPEG|PNG|https?|[0-9a-f]{32})$/

let site
before(async () => { site = await world(1580) })
after(close)

/* Texts, and attributes that are read aloud, of the interface: all but what stands in an element with
 * a language of its own. A title and a description cannot mark the names that they hold. */
const spoken = () => {
	const found = []
	const ours = (e) => e.closest('[lang]') === document.documentElement
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
	for (let node = walker.nextNode(); node; node = walker.nextNode())
		if (node.data.trim() && node.parentElement.tagName !== 'TEXTAREA' && ours(node.parentElement))
			found.push(node.data.trim())
	for (const name of ['aria-label', 'alt', 'title', 'placeholder'])
		for (const e of document.querySelectorAll(`[${name}]`))
			if (e.getAttribute(name) && ours(e))
				found.push(e.getAttribute(name))
	return found
}

async function told(name, lang) {
	const page = await site.visit(name, {}, [url, url.replace('127.0.0.1', 'nowhere.localhost')].map((place) =>
		({ name: 'lang', value: lang, url: place })))
	return { lang: await page.getAttribute('html', 'lang'), texts: await page.evaluate(spoken) }
}

for (const name of names) {
	if (!both.includes(name))
		test(`${name}: in English no Ukrainian is left, but what is quoted and marked`, async () => {
			const page = await told(name, 'en')
			assert.equal(page.lang, 'en')
			assert.ok(page.texts.length > 2)
			assert.deepEqual(page.texts.map((text) => text.replace(/“[^”]*”/g, '')) // what the reader looked for
				.filter((text) => /[\u0400-\u04ff]/.test(text)), [])
		})

	test(`${name}: in Ukrainian nothing is left in English`, async () => {
		const page = await told(name, 'uk')
		assert.equal(page.lang, 'uk')
		assert.ok(page.texts.length > 2)
		// Addresses have no language.
		const words = page.texts.map((text) => text.replace(/https?:\/\/\S+|\S+@\S+|id\.gov\.ua/g, '')).flatMap((text) => text.match(/(?<!\w)[A-Za-z][\w-]*/g) ?? [])
		const logins = name.startsWith('identity provider') ? /^[a-z]{2,12}$/ : /^$/
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

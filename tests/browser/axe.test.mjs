// axe-core finds nothing to say of any page: in light and dark, in high contrast, in the largest text.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, before, test } from 'node:test'
import { close, desktop, phone, told } from '../lib/browser.mjs'
import { names, world } from '../lib/pages.mjs'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
// What another colour or size may spoil; the rest is the same document.
const colours = ['color-contrast', 'link-in-text-block']
const sizes = [...colours, 'target-size', 'scrollable-region-focusable', 'meta-viewport']

let site
before(async () => { site = await world(1550) })
after(close)

/* The page's own policy forbids scripts, axe is one: this window does without the policy. */
async function look(page, runOnly) {
	return told(await page.evaluate(async (only) =>
		(await globalThis.axe.run(document, { runOnly: only, resultTypes: ['violations'] })).violations, runOnly))
}

for (const name of names) {
	test(`nobody is shut out of: ${name}`, async () => {
		const page = await site.visit(name, { javaScriptEnabled: true, bypassCSP: true, viewport: desktop })
		await page.evaluate(axe)
		const found = { light: await look(page, { type: 'tag', values: standards }) }
		await page.emulateMedia({ colorScheme: 'dark' })
		found.dark = await look(page, { type: 'rule', values: colours })
		await page.evaluate(() => { document.documentElement.dataset.contrast = 'high' })
		found['high contrast, dark'] = await look(page, { type: 'rule', values: colours })
		await page.emulateMedia({ colorScheme: 'light' })
		found['high contrast, light'] = await look(page, { type: 'rule', values: colours })
		await page.evaluate(() => Object.assign(document.documentElement.dataset, { contrast: 'normal', text: 'xl' }))
		await page.setViewportSize(phone)
		found['the largest text on a phone'] = await look(page, { type: 'rule', values: sizes })
		assert.deepEqual(Object.entries(found).filter(([, text]) => text).map((pair) => pair.join(': ')).join('\n'), '')
	})
}

test('axe would have seen a page that does shut out', async () => {
	const context = await site.context('anyone', { javaScriptEnabled: true, bypassCSP: true })
	const page = await context.newPage()
	await page.setContent('<html><body><img src="data:,"><p style="color:#ccc">Блідо</p></body></html>')
	await page.evaluate(axe)
	const found = await look(page, { type: 'tag', values: standards })
	await context.close()
	assert.match(found, /color-contrast/)
	assert.match(found, /image-alt/)
})

// A first view weighs little and comes from this site alone.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { close, phone } from '../lib/browser.mjs'
import { names, world } from '../lib/pages.mjs'
import { url } from '../lib/viche.mjs'

const budget = 30000 // bytes of HTML and CSS on the wire, headers included
const other = ['unknown host'] // the same server under another name

let site
before(async () => { site = await world(1560) })
after(close)

async function firstView(name) {
	const page = await site.window(name, { javaScriptEnabled: true, viewport: phone })
	const devtools = await page.context().newCDPSession(page)
	const requests = new Map()
	const said = []
	await devtools.send('Network.enable')
	await devtools.send('Network.setCacheDisabled', { cacheDisabled: true })
	await devtools.send('Log.enable')
	devtools.on('Network.requestWillBeSent', ({ requestId, request, type }) =>
		requests.set(requestId, { url: request.url, type, bytes: 0 }))
	devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
		if (requests.has(requestId))
			requests.get(requestId).bytes = encodedDataLength
	})
	devtools.on('Log.entryAdded', ({ entry }) => said.push(`${entry.source}: ${entry.text} ${entry.url ?? ''}`))
	page.on('console', (message) => said.push(message.text()))
	page.on('pageerror', (error) => said.push(error.message))
	await site.page(name).go(page)
	// The page that is shown now, not those that led to it.
	const documents = [...requests.values()].filter((r) => r.type === 'Document')
	const shown = documents.at(-1)
	const style = [...requests.values()].filter((r) => r.type === 'Stylesheet').at(-1)
	page.removeAllListeners('console')
	page.removeAllListeners('pageerror')
	await devtools.detach()
	return { requests: [...requests.values()], said, html: shown.bytes, css: style?.bytes ?? 0 }
}

for (const name of names) {
	test(`${name}: at most 30 kB of HTML and CSS, nothing from elsewhere, no complaint of the browser`, async (t) => {
		const view = await firstView(name)
		t.diagnostic(`${view.html} + ${view.css} bytes`)
		assert.ok(view.html > 0, 'the page itself was counted')
		assert.ok(view.html + view.css <= budget, `${view.html} bytes of HTML and ${view.css} of CSS`)
		if (!other.includes(name))
			assert.deepEqual(view.requests.map((r) => r.url)
				.filter((u) => !u.startsWith(`${url}/`) && !u.startsWith('data:')), [])
		// An answer of 4xx is reported by the browser as a matter of course.
		assert.deepEqual(view.said.filter((line) => !/Failed to load resource: the server responded with a status of 4\d\d/.test(line)), [])
		assert.deepEqual(view.requests.filter((r) => r.type === 'Script'), [])
	})
}

test('a style or a script slipped into a page is refused by its policy', async () => {
	const context = await site.context('anyone', { javaScriptEnabled: true })
	const page = await context.newPage()
	const said = []
	page.on('console', (message) => said.push(message.text()))
	await page.goto('/')
	await page.evaluate(() => {
		document.body.append(Object.assign(document.createElement('script'), { textContent: 'document.title = "!"' }))
		document.body.append(Object.assign(document.createElement('style'), { textContent: 'body { color: red }' }))
	})
	assert.equal(said.filter((line) => /Content Security Policy/.test(line)).length, 2, said.join('\n'))
	assert.notEqual(await page.title(), '!')
	await context.close()
})

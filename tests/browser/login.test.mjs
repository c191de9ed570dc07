// Logging in as people do it: choosing among several services by keyboard on a phone without JavaScript,
// and by one that returns to another host than the community's.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { close, phone, visitor } from '../lib/browser.mjs'
import { oidc, startInstance } from '../lib/instance.mjs'
import { keyboard } from '../lib/keyboard.mjs'
import { newPetition, sessionCookie, sql, tokenHash, url } from '../lib/viche.mjs'

const central = 'chornomorsk.localhost', home = 'zhytomyr.localhost'
let petition

before(async () => { petition = await newPetition('r1590') })
after(close)

const mouse = {
	press: (page, selector) => Promise.all([page.waitForEvent('load'), page.click(selector)]),
	write: (page, selector, text) => page.fill(selector, text),
}

/* At the stand-in provider: as that person, back to the site. */
async function confirm(hand, page, person) {
	await hand.write(page, '#person', person)
	await hand.press(page, 'form.panel button')
}

const button = (id) => `button[name="provider"][value="${id}"]`
/* Who this browser is at a host; in a tab of its own, since only a browser knows where *.localhost is. */
async function me(context, at) {
	const tab = await context.newPage()
	const answer = await tab.goto(`${at}/api/v1/session`)
	const body = await answer.json()
	await tab.close()
	return body
}

test('a phone shows each service as one button, named and large enough for a thumb', async () => {
	const context = await visitor({ viewport: phone }), page = await context.newPage()
	await page.goto(`/login?to=sign&id=${petition}`)
	const buttons = await page.locator('form[action="/login/start"] button').all()
	assert.ok(buttons.length >= 3)
	let below = 0
	for (const one of buttons) {
		const box = await one.boundingBox()
		assert.ok(box.height >= 44 && box.x >= 0 && box.x + box.width <= phone.width, `a button of ${box.width} × ${box.height}`)
		assert.ok(box.y >= below, 'one below the other')
		below = box.y + box.height
		assert.ok((await one.innerText()).trim().length > 3)
	}
	// Pictures are there, and say nothing that the name does not.
	for (const picture of await page.locator('form[action="/login/start"] img').all()) {
		assert.equal(await picture.getAttribute('alt'), '')
		assert.ok(await picture.evaluate((e) => e.complete && e.naturalWidth > 0))
	}
	await context.close()
})

for (const [id, words] of [['standin', /навчальн/i], ['bankid', /BankID/], ['idgovua', /id\.gov\.ua/]])
	test(`by keyboard at 390 px without JavaScript: ${id} is chosen among several, and leads to what was meant`, async () => {
		const context = await visitor({ viewport: phone }), page = await context.newPage()
		await page.goto(`/login?to=sign&id=${petition}`)
		assert.match(await page.locator(button(id)).innerText(), words)
		await keyboard.press(page, button(id))
		assert.match(new URL(page.url()).pathname, /^\/standin-id\//)
		await confirm(keyboard, page, 'r1591')
		assert.equal(new URL(page.url()).pathname, `/petitions/${petition}/sign`)
		assert.equal((await me(context, url)).logged_in, true)
		await context.close()
	})

test('whichever service is chosen, the same person is there', async () => {
	const people = new Set()
	for (const id of ['standin', 'bankid', 'idgovua']) {
		const context = await visitor({ viewport: phone }), page = await context.newPage()
		await page.goto('/login?to=me')
		await mouse.press(page, button(id))
		await confirm(mouse, page, 'oksana')
		const token = (await context.cookies(url)).find(({ name }) => name === sessionCookie()).value
		people.add((await sql('SELECT person_id FROM session WHERE token_hash = ?', [tokenHash(token)]))[0].person_id)
		await context.close()
	}
	assert.equal(people.size, 1)
})

test('who cancels at the service is back at the choice, with what they meant to do', async () => {
	const context = await visitor({ viewport: phone }), page = await context.newPage()
	await page.goto(`/login?to=sign&id=${petition}`)
	await mouse.press(page, button('standin'))
	await mouse.press(page, 'button[name=cancel]')
	assert.match(await page.locator('[role=alert]').innerText(), /Ви скасували вхід/)
	await mouse.press(page, button('standin'))
	await confirm(mouse, page, 'r1592')
	assert.equal(new URL(page.url()).pathname, `/petitions/${petition}/sign`)
	await context.close()
})

test('by a service that returns to one host only, a real browser comes home to its community', async () => {
	const site = await startInstance()
	try {
		const title = { uk: 'Спільний вхід', en: 'Common login' }
		await site.provide({
			common: oidc(`${site.url}/standin-id`, { title, order: 1, callback_host: central }),
			other: oidc(`${site.url}/standin-id`, { title: { uk: 'Ще один', en: 'One more' }, order: 2 }),
		})
		const at = `http://${home}:${site.port}`
		const context = await visitor({ baseURL: at, viewport: phone }), page = await context.newPage()
		const seen = []
		page.on('request', (request) => { if (request.isNavigationRequest()) seen.push(new URL(request.url())) })
		await page.goto('/login?to=me')
		await mouse.press(page, button('common')) // its redirects are held against the page's form-action
		assert.equal(new URL(page.url()).pathname, '/standin-id/authorize')
		await confirm(mouse, page, 'zoya')
		assert.equal(page.url(), `${at}/me`)
		assert.equal((await me(context, at)).logged_in, true)
		assert.deepEqual(seen.map((u) => `${u.hostname}${u.pathname}`), [`${home}/login`, `${home}/login/start`, `${central}/login/go`,
			'127.0.0.1/standin-id/authorize', '127.0.0.1/standin-id/authorize', `${central}/login/callback`, `${home}/login/arrive`, `${home}/me`])
		// The host in between knows nobody.
		assert.equal((await me(context, `http://${central}:${site.port}`)).logged_in, false)
		// What stands in the browser's history is worth nothing.
		for (const used of seen.filter((u) => u.searchParams.has('t') || u.searchParams.has('code'))) {
			const again = await visitor({ baseURL: at }), tab = await again.newPage()
			assert.equal((await tab.goto(used.href)).status(), 400, used.pathname)
			await again.close()
		}
		await context.close()
	} finally {
		site.stop()
	}
})

// A page by keyboard alone, as somebody uses it who has no mouse.
import assert from 'node:assert/strict'

/* Fields, buttons and links by keyboard: Tab until the focus is there, seen, then the key. */
export const keyboard = {
	async reach(page, selector) {
		const target = page.locator(selector).first()
		await target.waitFor({ state: 'attached' })
		for (let i = 0; i < 300; i++) {
			if (await target.evaluate((e) => e === document.activeElement)) {
				const { outline, inside } = await target.evaluate((e) => {
					const style = getComputedStyle(e)
					const box = e.getBoundingClientRect()
					return {
						outline: style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth),
						inside: Math.min(box.bottom, innerHeight) - Math.max(box.top, 0),
					}
				})
				assert.ok(outline >= 2 && inside >= 20,
					`${selector} has the focus and nobody sees it: outline ${outline} px, ${inside} px in view`)
				return
			}
			await page.keyboard.press('Tab')
		}
		assert.fail(`300 times Tab on ${page.url()} never came to ${selector}`)
	},
	async press(page, selector) {
		await this.reach(page, selector)
		await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')])
	},
	async write(page, selector, text) {
		await this.reach(page, selector)
		await page.keyboard.press('Control+A')
		await page.keyboard.type(text)
	},
	async choose(page, selector, value) {
		await this.reach(page, selector)
		for (let i = 0; i < 20 && await page.inputValue(selector) !== value; i++)
			await page.keyboard.press('ArrowDown')
	},
	/* Playwright's Alt+1 lacks the plain character, by which Chromium finds an accesskey. */
	async decide(page, accesskey) {
		const devtools = await page.context().newCDPSession(page)
		const code = /\d/.test(accesskey) ? `Digit${accesskey}` : `Key${accesskey.toUpperCase()}`
		const key = { modifiers: 1, key: accesskey, code, text: accesskey, unmodifiedText: accesskey,
			windowsVirtualKeyCode: accesskey.toUpperCase().charCodeAt(0) }
		await Promise.all([page.waitForEvent('load'),
			devtools.send('Input.dispatchKeyEvent', { type: 'keyDown', ...key })])
		await devtools.detach()
	},
}

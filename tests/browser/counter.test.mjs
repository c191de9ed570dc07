// An operator serves a visitor by keyboard alone, without JavaScript: opens the session, the visitor signs,
// the session ends and the operator is back in their own.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { close, desktop, phone, visitorAs } from '../lib/browser.mjs'
import { keyboard } from '../lib/keyboard.mjs'
import { plantPetition, sql } from '../lib/viche.mjs'

after(close)

const { press, write, choose } = Object.fromEntries(['press', 'write', 'choose'].map((name) => [name, keyboard[name].bind(keyboard)]))

function numberOf(nine) {
	const sum = [-1, 5, 7, 9, 4, 6, 10, 5, 7].reduce((s, w, i) => s + w * Number(nine[i]), 0)
	return nine + String(((sum % 11) + 11) % 11 % 10)
}

for (const [size, viewport, serial] of [['390 px', phone, 3], ['1280 px', desktop, 4]]) {
	test(`an operator serves a visitor by keyboard at ${size}`, async () => {
		const petition = await plantPetition(), number = numberOf(`18335${serial}${String(process.pid % 1000).padStart(3, '0')}`)
		const page = await (await visitorAs('oleh', { viewport })).newPage()
		await page.goto('/me')
		await press(page, 'main a[href="/counter"]')
		await press(page, 'main form button')
		assert.match(await page.title(), /^Помилка: /)
		await choose(page, '#document', 'id-card')
		await write(page, '#number', number)
		await write(page, '#family_name', 'Клавіатурна')
		await write(page, '#given_name', 'Ольга')
		await write(page, '#birthdate', '14.03.1950')
		await choose(page, '#category', 'registered')
		await press(page, 'main form button')
		assert.match(await page.locator('.flash').first().innerText(), /Сеанс відвідувача за стійкою:\s+Клавіатурна Ольга/)
		await page.goto(`/petitions/${petition}`)
		await press(page, `form[action="/petitions/${petition}/sign"] button`)
		assert.equal((await sql('SELECT channel FROM petition_signature WHERE petition_id = ?', [petition]))[0].channel, 'counter')
		await press(page, 'form[action="/counter/end"] button')
		assert.match(await page.locator('.flash').first().innerText(), /Ви знову у власному сеансі/)
		assert.equal(new URL(page.url()).pathname, '/counter')
		assert.equal(await page.locator('form[action="/counter/end"]').count(), 0)
	})
}

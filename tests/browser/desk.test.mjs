// A moderator and a clerk do their whole job by keyboard alone, without JavaScript: the queue, taking an
// item on, deciding, taking it back, a contested refusal; announcing, answering, telling what is done.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { close, desktop, phone, visitorAs } from '../lib/browser.mjs'
import { keyboard } from '../lib/keyboard.mjs'
import { expect, login, plantPetition, submittedPetition, uniqueTitle } from '../lib/viche.mjs'

after(close)

const { reach, press: enter, write } = Object.fromEntries(['reach', 'press', 'write'].map((name) =>
	[name, keyboard[name].bind(keyboard)]))

/* A key that the page shows: Alt with it. */
async function key(page, letter) {
	const shown = await page.locator('kbd').allInnerTexts()
	assert.ok(shown.map((k) => k.toLowerCase()).includes(letter), `the page shows the key ${letter}: ${shown}`)
	await keyboard.decide(page, letter)
}

const flash = (page) => page.locator('.flash').innerText()
const state = (page) => page.locator('main .tag').first().innerText()
const open = async (person, viewport) => (await visitorAs(person, { viewport })).newPage()

for (const [size, viewport, people] of [['390 px', phone, 630], ['1280 px', desktop, 640]]) {
	test(`a moderator's whole job by keyboard at ${size}`, async () => {
		const author = await login(`r${people}`)
		const [first, second] = [uniqueTitle('Тиша вночі'), uniqueTitle('Лавки у сквері')]
		const one = await submittedPetition(author, { title: first }), two = await submittedPetition(author, { title: second })
		const hanna = await open('hanna', viewport)
		await hanna.goto('/')
		await enter(hanna, '.services a[href="/moderation"]')
		await key(hanna, 'j') // the most urgent
		assert.match(hanna.url(), /\/moderation\/petitions\/\d+$/)

		await hanna.goto(`/moderation/petitions/${one}`)
		await key(hanna, '0')
		assert.match(await flash(hanna), /взяли/)
		await key(hanna, '1')
		assert.match(await flash(hanna), /[Оо]прилюднено/)
		assert.equal(await state(hanna), 'Збір підписів')
		await key(hanna, 'z')
		assert.match(await flash(hanna), /скасовано/)
		assert.equal(await state(hanna), 'На перевірці')

		await key(hanna, '2')
		assert.match(await hanna.title(), /^Помилка: /)
		await write(hanna, '#explanation', 'Назвіть вулицю.')
		await key(hanna, '2')
		assert.match(await flash(hanna), /[Пп]овернуто/)

		await hanna.goto(`/moderation/petitions/${two}`)
		await keyboard.choose(hanna, '#reason', 'not_competence')
		await write(hanna, '#explanation', 'Сквер належить області.')
		await key(hanna, '3')
		assert.match(await flash(hanna), /[Вв]ідхилено|[Вв]ідмовлено/)
		assert.equal(await hanna.locator('.official').count(), 1)

		expect(await author.json('POST', `/api/v1/petitions/${two}/contest`, { why: 'Сквер на балансі громади.' }), 200)
		await hanna.goto(`/moderation/petitions/${two}`)
		assert.equal(await hanna.locator('#decision').count(), 0, 'not by the one who refused')
		const ivan = await open('ivan', viewport)
		await ivan.goto(`/moderation/petitions/${two}`)
		assert.match(await ivan.locator('main').innerText(), /Сквер на балансі громади\./)
		await key(ivan, '1')
		assert.equal(await state(ivan), 'Збір підписів')

		await enter(ivan, `a[href="/moderation/petitions/${two}/suspend"]`)
		await write(ivan, '#explanation', 'Перевіряємо скаргу.')
		await key(ivan, '1')
		assert.equal(await state(ivan), 'Призупинено')
		await key(ivan, '1')
		assert.equal(await state(ivan), 'Збір підписів')
		await enter(ivan, `a[href="/moderation/petitions/${two}/hide"]`)
		await keyboard.choose(ivan, '#reason', 'personal_data')
		await write(ivan, '#explanation', 'Персональні дані в тексті.')
		await key(ivan, '1')
		assert.equal(await state(ivan), 'Приховано')
		await enter(ivan, 'a[href="/moderation"]')
		await enter(ivan, 'a[href="/moderation/statistics"]')
		assert.match(await ivan.locator('h1').innerText(), /Статистика/)
	})

	test(`a clerk's whole job by keyboard at ${size}`, async () => {
		const id = await plantPetition({ state: 'reached', outside: 301, title: uniqueTitle('Відремонтувати сходи') })
		const klym = await open('klym', viewport)
		await klym.goto(`/moderation/petitions/${id}`)
		await key(klym, '0')
		await key(klym, '1')
		await write(klym, '#note', 'Розгляне комісія з благоустрою.')
		await key(klym, '1')
		assert.match(await flash(klym), /розгляд/i)
		assert.equal(await state(klym), 'На розгляді ради')

		await klym.goto('/moderation')
		assert.equal(await klym.locator(`.queue a[href="/moderation/petitions/${id}"]`).count(), 1)
		await enter(klym, `.queue a[href="/moderation/petitions/${id}"]`)
		await key(klym, '1')
		await reach(klym, '#verdict')
		await klym.keyboard.press('ArrowDown')
		await write(klym, '#text', '## Рішення\n\nРада підтримала петицію.')
		await key(klym, '2')
		assert.equal(await klym.locator('.preview h2').count(), 2)
		assert.equal(await klym.inputValue('#verdict'), 'supported')
		await key(klym, '1')
		assert.match(await flash(klym), /оприлюднено/)
		assert.equal(await klym.locator('.official .prose').count(), 1)

		await key(klym, '1') // begin to carry it out
		assert.equal(await state(klym), 'Підтримано, виконується')
		await key(klym, '1')
		await write(klym, '#title', 'Підписано договір з підрядником')
		await key(klym, '1')
		assert.match(await klym.locator('main').innerText(), /Підписано договір з підрядником/)
		await key(klym, '2')
		assert.equal(await state(klym), 'Виконано')
		await enter(klym, `a[href="/moderation/petitions/${id}/sheet"]`)
		assert.match(await klym.locator('h1').innerText(), /Відремонтувати сходи/)
	})
}

test('an administrator changes a rule by keyboard, seeing first what changes', async () => {
	const page = await open('admin', desktop)
	await page.goto('/moderation')
	await enter(page, 'a[href="/moderation/settings"]')
	const before = Number(await page.inputValue('#min_age'))
	await reach(page, '#min_age')
	await page.keyboard.press('Control+A')
	await page.keyboard.type(String(before + 1))
	await key(page, '1')
	assert.equal(await page.locator('ins').innerText(), String(before + 1))
	await key(page, '2')
	assert.equal(await page.inputValue('#min_age'), String(before + 1), 'nothing is lost on the way back')
	await page.locator('#min_age').fill(String(before))
	await key(page, '1')
	assert.match(await page.locator('main').innerText(), /Нічого не зміниться/)
})

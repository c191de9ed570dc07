// A resident's whole job by keyboard on a phone, without JavaScript: writing in steps with a file, signing
// one that is there already instead, taking a signature and a petition back.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { close, phone, visitorAs } from '../lib/browser.mjs'
import { keyboard } from '../lib/keyboard.mjs'
import { jpeg } from '../lib/pictures.mjs'
import { anonymous, expect, login, newPetition, searchable, sql, uniqueTitle, until } from '../lib/viche.mjs'

let folder, page, hanna

before(async () => {
	folder = mkdtempSync(path.join(tmpdir(), 'viche-life-'))
	writeFileSync(path.join(folder, 'Сходи.jpg'), jpeg(1200, 900))
	hanna = await login('hanna')
	page = await (await visitorAs('r1590', { viewport: phone })).newPage()
})
after(async () => {
	await close()
	rmSync(folder, { recursive: true })
})

const step = () => page.locator('.steps [aria-current=step]').innerText()
const idOf = () => Number(/petitions\/(\d+)/.exec(page.url())[1])
const text = 'Просимо полагодити поручні й освітити сходи до моря на вулиці Приморській.'

test('a petition is written in steps, with a file, looked at and sent', async () => {
	await page.goto('/petitions/new')
	assert.match(await step(), /^1\./)
	await keyboard.press(page, 'button[value=next]')
	assert.match(await page.title(), /^Помилка: /)
	assert.equal(await page.getAttribute('#title', 'aria-invalid'), 'true')
	const title = uniqueTitle('Полагодити поручні на сходах до моря')
	await keyboard.write(page, '#title', title)
	await keyboard.choose(page, '#topic', 'safety')
	await keyboard.press(page, 'button[value=next]')
	if (/step=similar/.test(page.url())) {
		assert.match(await step(), /^2\./)
		await keyboard.press(page, 'a.btn[href$="step=text"]')
	}
	assert.match(await step(), /^3\./)
	assert.equal(await page.inputValue('#addressee'), 'Чорноморська міська рада')
	await keyboard.write(page, '#text', text)
	await keyboard.press(page, 'button[value=next]')
	assert.match(await step(), /^4\./)
	await keyboard.reach(page, '#file')
	await page.setInputFiles('#file', path.join(folder, 'Сходи.jpg'))
	await keyboard.press(page, 'form[enctype] button')
	assert.match(await page.locator('.flash').innerText(), /Файл додано/)
	assert.match(await page.locator('.body').innerText(), /Сходи\.jpg JPEG/)

	// Gone on with on another device.
	const other = await (await visitorAs('r1590', { viewport: phone })).newPage()
	await other.goto(`/petitions/${idOf()}/edit?step=preview`)
	assert.equal(await other.locator('.preview h3').innerText(), title)
	assert.match(await other.locator('.body').innerText(), /Сходи\.jpg/)

	await keyboard.press(page, 'a[href$="step=preview"].btn')
	assert.match(await step(), /^5\./)
	await keyboard.press(page, 'form[action$="/submit"] button')
	assert.equal(await page.locator('main .tag').first().innerText(), 'На перевірці')
	assert.match(await page.locator('.timeline').innerText(), /Стаття 23¹/)

	await keyboard.press(page, 'a[href$="/withdraw"]')
	await keyboard.press(page, 'form[action$="/withdraw"] button')
	assert.match(await page.locator('.flash').innerText(), /Петицію відкликано/)
	assert.equal((await anonymous().get(`/api/v1/petitions/${idOf()}`)).status, 404, 'what was never public stays so')
})

test('one that is there already is signed instead, in one press, and the signature is taken back', async () => {
	const words = uniqueTitle('Освітити зупинку автобуса на розі Корабельної')
	const there = await newPetition('r1591', hanna, { title: words, text: 'На зупинці автобуса на розі Корабельної темно: просимо освітити її.' })
	await searchable([there])
	await page.goto('/petitions/new')
	await keyboard.write(page, '#title', `${words} ліхтарем`)
	await keyboard.press(page, 'button[value=next]')
	assert.match(await step(), /^2\./)
	const draft = idOf()
	await keyboard.press(page, `form[action="/petitions/${there}/sign"] button`)
	assert.equal(idOf(), there)
	assert.match(await page.locator('.panel .signed').innerText(), /Ви підписали цю петицію/)
	assert.equal((await sql('SELECT state FROM petition WHERE id = ?', [draft]))[0].state, 'draft', 'the draft waits, unsent')

	await keyboard.press(page, 'a[href$="/withdraw-signature"]')
	assert.match(await page.locator('main').innerText(), /підписати цю петицію вдруге не можна/)
	await keyboard.press(page, 'form[action$="/withdraw-signature"] button')
	assert.match(await page.locator('.panel').first().innerText(), /Ви відкликали свій підпис/)
	assert.equal(await page.locator(`form[action="/petitions/${there}/sign"]`).count(), 0)
	await until('the number is exact', async () =>
		expect(await anonymous().get(`/api/v1/petitions/${there}?${Math.random()}`), 200).body.signature_count === 0)
	await page.goto('/me')
	assert.match(await page.locator('main').innerText(), /Ви відкликали|Ви забрали|відкликано/i)
})

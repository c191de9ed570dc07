// The main path as people walk it: without JavaScript, by keyboard alone on a phone's width, and by mouse.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { close, desktop, phone, visitor, visitorAs } from '../lib/browser.mjs'
import { keyboard } from '../lib/keyboard.mjs'
import { submittedPetition, uniqueTitle, until, newPetition, login } from '../lib/viche.mjs'

after(close)

const mouse = {
	press: (page, selector) => Promise.all([page.waitForEvent('load'), page.click(selector)]),
	write: (page, selector, text) => page.fill(selector, text),
	choose: (page, selector, value) => page.selectOption(selector, value),
	decide: (page, accesskey) => mouse.press(page, `button[accesskey="${accesskey}"]`),
}

const ways = [
	{ name: 'by keyboard alone at 390 px', hand: keyboard, viewport: phone, people: 1520 },
	{ name: 'by mouse at 1280 px', hand: mouse, viewport: desktop, people: 1530 },
]

const flash = (page) => page.locator('.flash').innerText()
const heading = (page) => page.locator('h1').innerText()
const state = (page) => page.locator('main .tag').first().innerText()
const numberOf = (page) => page.locator('.panel .big').innerText()
/* At once, or when the worker has added up what was under way when it looked. */
const sees = (page, number) => until(`the number ${number} on ${page.url()}`, async () =>
	await numberOf(page) === number || (await page.reload() && false))
const idOf = (page) => Number(/petitions\/(\d+)/.exec(page.url())[1])

/* From any page through login to the first page after it. */
async function enter(hand, page, person) {
	if (!new URL(page.url()).pathname.startsWith('/login'))
		await hand.press(page, 'a.me')
	await hand.press(page, 'form[action="/login/start"] button')
	await hand.write(page, '#person', person)
	await hand.press(page, 'form.panel button')
}

/* The moderator's way to a petition: her queue, page by page. */
async function findInQueue(hand, page, id) {
	await hand.press(page, '.services a[href="/moderation"]')
	const link = `.queue a[href="/moderation/petitions/${id}"]`
	for (let i = 0; i < 20 && await page.locator(link).count() === 0; i++)
		await hand.press(page, 'main a[rel=next]')
	await hand.press(page, link)
}

/* The step of similar petitions is there only where some are. */
async function pastSimilar(hand, page) {
	if (/step=similar/.test(page.url()))
		await hand.press(page, 'a.btn[href$="step=text"]')
	assert.match(page.url(), /step=text/)
}

for (const { name, hand, viewport, people } of ways) {
	test(`a petition is written, previewed, sent, published and signed ${name}, without JavaScript`, async () => {
		const resident = await (await visitor({ viewport })).newPage()
		const title = uniqueTitle('Посадити липи на вулиці Данченка')
		await resident.goto('/')
		await hand.press(resident, '.hero a.is-main')
		assert.match(resident.url(), /\/login\?to=write/)
		await enter(hand, resident, `r${people}`)
		assert.match(resident.url(), /\/petitions\/new$/)
		await hand.write(resident, '#title', title)
		await hand.press(resident, 'button[value=next]')
		await pastSimilar(hand, resident)
		await hand.write(resident, '#text', 'Просимо посадити липи обабіч вулиці.\n\n- тридцять дерев\n- навесні')
		await hand.press(resident, 'button[value=next]')
		await hand.press(resident, 'a[href$="step=preview"].btn')
		assert.equal(await resident.locator('.preview h3').innerText(), title)
		assert.equal(await resident.locator('.preview .prose li').count(), 2)
		await hand.press(resident, 'form[action$="/submit"] button')
		assert.match(await flash(resident), /подано|надіслано/)
		assert.equal(await state(resident), 'На перевірці')
		const id = idOf(resident)

		const hanna = await (await visitor({ viewport })).newPage()
		await hanna.goto('/')
		await enter(hand, hanna, 'hanna')
		await findInQueue(hand, hanna, id)
		assert.equal(await heading(hanna), title)
		await hand.decide(hanna, '1')
		assert.match(await flash(hanna), /оприлюднено/i)

		const neighbour = await (await visitor({ viewport })).newPage()
		await neighbour.goto('/')
		await enter(hand, neighbour, `r${people + 1}`)
		await neighbour.goto(`/petitions/${id}`)
		assert.equal(await numberOf(neighbour), '0')
		await hand.press(neighbour, `form[action="/petitions/${id}/sign"] button`)
		assert.match(await flash(neighbour), /підпис/)
		await sees(neighbour, '1')
		assert.equal(await neighbour.locator(`form[action="/petitions/${id}/sign"]`).count(), 0)

		const reader = await (await visitor({ viewport })).newPage()
		await reader.goto(`/petitions/${id}`)
		await sees(reader, '1')
		assert.equal(await reader.locator('.signers li').count(), 1)
		assert.match(await reader.locator('.panel').innerText(), /Бракує 299 підписів/)
	})

	test(`who is not logged in signs ${name}: petition, login, one confirming press`, async () => {
		const id = await newPetition(`r${people + 2}`)
		const page = await (await visitor({ viewport })).newPage()
		await page.goto(`/petitions/${id}`)
		await hand.press(page, `form[action="/petitions/${id}/sign"] button`)
		assert.match(page.url(), new RegExp(`/login\\?to=sign&id=${id}$`))
		await enter(hand, page, `r${people + 3}`)
		assert.match(page.url(), new RegExp(`/petitions/${id}/sign$`))
		assert.equal(await page.locator('main .big').innerText(), '0', 'coming back signs nothing by itself')
		await hand.press(page, `form[action="/petitions/${id}/sign"] button`)
		assert.match(await page.locator('.signed').innerText(), /Ви підписали/)
		await sees(page, '1')
		await hand.press(page, 'a.me')
		assert.equal(await page.locator(`a[href="/petitions/${id}"]`).count(), 1, 'the signature is on the own page')
	})

	test(`a petition is returned with remarks, corrected and refused with a reason ${name}`, async () => {
		const author = `r${people + 4}`
		const id = await submittedPetition(author)
		const hanna = await (await visitorAs('hanna', { viewport })).newPage()
		await hanna.goto('/')
		await findInQueue(hand, hanna, id)
		await hand.decide(hanna, '2')
		assert.match(await hanna.title(), /^Помилка: /)
		assert.equal(await hanna.locator('#explanation-e').count(), 1, 'remarks are asked for')
		await hand.write(hanna, '#explanation', 'Назвіть вулицю.')
		await hand.decide(hanna, '2')

		const resident = await (await visitorAs(author, { viewport })).newPage()
		await resident.goto('/me')
		await hand.press(resident, `.notice a[href="/petitions/${id}/edit"]`)
		assert.match(await resident.locator('main').innerText(), /Назвіть вулицю\./)
		const title = uniqueTitle('Полагодити лавки на вулиці Праці')
		await hand.press(resident, 'a[href$="step=about"]')
		assert.match(await resident.locator('main').innerText(), /Назвіть вулицю\./, 'the remarks stand beside each step')
		await hand.write(resident, '#title', title)
		await hand.press(resident, 'button[value=next]')
		await hand.press(resident, 'a[href$="step=preview"]')
		await hand.press(resident, 'form[action$="/submit"] button')
		assert.equal(await state(resident), 'На перевірці')

		await hanna.goto('/')
		await findInQueue(hand, hanna, id)
		assert.equal(await heading(hanna), title)
		await hand.choose(hanna, '#reason', 'not_competence')
		await hand.write(hanna, '#explanation', 'Вулиця належить області.')
		await hand.decide(hanna, '3')

		await resident.goto(`/petitions/${id}`)
		assert.equal(await state(resident), 'Не оприлюднено')
		assert.match(await resident.locator('.official').innerText(), /Вулиця належить області\./)
	})
}

test('Enter in the search field finds, and the skip link leads past the masthead', async () => {
	const page = await (await visitor({ viewport: phone })).newPage()
	await page.goto('/petitions')
	await keyboard.press(page, '.skip').catch(() => {})
	assert.equal(new URL(page.url()).hash, '#main')
	await keyboard.write(page, '#q', 'парк')
	await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')])
	assert.match(await page.locator('#found').innerText(), /«парк»/)
	assert.equal(await page.inputValue('#q'), 'парк')
})

test('log out: the own page asks for login again', async () => {
	const page = await (await visitorAs('r1540', { viewport: phone })).newPage()
	await page.goto('/me')
	await keyboard.press(page, 'form[action="/logout"] button')
	assert.match(await page.locator('a.me').innerText(), /Увійти/)
	await page.goto('/me')
	assert.match(page.url(), /\/login/)
})

test('text written after the session ended is there after login', async () => {
	const context = await visitorAs('r1541')
	const page = await context.newPage()
	await page.goto('/petitions/new')
	await page.fill('#title', uniqueTitle('Текст, що не загубився'))
	await mouse.press(page, 'button[value=next]')
	await pastSimilar(mouse, page)
	const id = idOf(page)
	await page.fill('#text', 'Довгий текст, який писали весь вечір.')
	const other = await login('r1541', {})
	await context.clearCookies({ name: /^viche_session_/ })
	assert.ok(other.session)
	await mouse.press(page, 'button[value=next]')
	assert.match(page.url(), /\/login/)
	assert.match(await page.locator('main').innerText(), /збережено/)
	await enter(mouse, page, 'r1541')
	assert.match(page.url(), new RegExp(`/petitions/${id}/edit$`))
	assert.equal(await page.inputValue('#text'), 'Довгий текст, який писали весь вечір.')
})

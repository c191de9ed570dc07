// Every page of the site and every state of it that a reader may meet, for tests that look at all.
import { desktop, visitor } from './browser.mjs'
import { deskPages, deskPeople, deskWorld } from './desk_pages.mjs'
import { pdf } from './documents.mjs'
import { jpeg } from './pictures.mjs'
import { add } from './upload.mjs'
import { boxOf, lettersTo } from './mail.mjs'
import { communityId, expect, login, newPetition, sql, submittedPetition, until, url, vari } from './viche.mjs'

const text = 'Просимо відремонтувати сходи до моря на вулиці Приморській.\n\n## Чому це важливо\n\n' +
	'Щодня ними ходять сотні людей, зокрема **діти**.\n\n- поручні зламано\n- немає освітлення\n\n' +
	'> Сходи збудовано 1974 року.\n'

const title = (n) => `Відремонтувати сходи до моря № ${n} на вулиці Приморській`

/* States that the demo brings. */
const later = ['contested', 'suspended', 'in_review', 'answered', 'implementing', 'implemented', 'appeal', 'appeal_answered',
	'withdrawn', 'merged', 'hidden']

/* What the pages show: petitions in each state and people on each side of them, made by residents
 * r{first} … r{first + 2}. Answers { id: {state: number}, page(name): {who, go}, context(who, options),
 * window(name, options, cookies), visit(name, options, cookies) }. A window is empty and of who sees that page, with
 * their cookies and those given and no others; earlier visits with these options used it too, for a new one costs as
 * much as three pages. A visit is a window that shows the page. */
export async function world(first) {
	const people = { author: `r${first}`, signer: `r${first + 1}`, newcomer: `r${first + 2}`,
		neighbour: 'mykola', declarer: 'stepan', declined: 'ilona', ...deskPeople }
	const as = {}
	for (const [role, person] of Object.entries(people))
		as[role] = await login(person)
	const { author, signer, moderator } = as
	const id = {}
	const draft = { title: title(`${first}-1`), text }
	id.draft = expect(await author.json('POST', '/api/v1/petitions', draft), 201).body.id
	for (const [n, state] of ['submitted', 'returned', 'refused'].entries())
		id[state] = await submittedPetition(author, { title: title(`${first}-${n + 2}`), text })
	const decide = async (state, verb, form) => expect(
		await moderator.json('POST', `/api/v1/moderation/petitions/${id[state]}/${verb}`, form), 200)
	await decide('returned', 'return', { explanation: 'Уточніть, будь ласка, які саме сходи.\nІ хто ними ходить.' })
	await decide('refused', 'refuse',
		{ reason: 'not_competence', explanation: 'Сходи належать обласній раді.' })
	for (const state of ['draft', 'returned']) {
		expect(await add(author, id[state], pdf(), 'Схема сходів до моря на вулиці Приморській, варіант другий.pdf'), 201)
		expect(await add(author, id[state], jpeg(640, 480), 'Сходи.jpg'), 201)
	}
	for (const [n, state] of ['collecting', 'fresh'].entries())
		id[state] = await newPetition(author, moderator, { title: title(`${first}-${n + 5}`), text })
	expect(await signer.json('POST', `/api/v1/petitions/${id.collecting}/sign`), 201)
	for (const state of ['reached', 'not_reached'])
		id[state] = (await signer.get(`/api/v1/petitions?state=${state}`)).body.items[0].id

	// Letters: an address that waits for its confirmation, and the links that stand in letters.
	const address = `pages-${first}@mail.example`
	expect(await signer.json('POST', '/api/v1/me/contact', { email: address }), 200)
	id.confirm = await linkTo(address, '/contact/confirm')
	id.stop = await linkTo(`r${first}@demo.example`, '/unsubscribe')

	for (const state of later)
		[{ id: id[`demo_${state}`] }] = await sql(`SELECT p.id FROM petition p WHERE p.community_id = ? AND p.state = ? AND p.source LIKE 'demo:%' LIMIT 1`,
			[await communityId(), state])
	await deskWorld(as, id)

	const all = pages(id)
	const page = (name) => all.find((found) => found.name === name)
	const cookiesOf = (who) => (as[who] ? [...as[who].jar].map(([name, value]) => ({ name, value, url })) : [])
	const windows = new Map()
	const window = async (name, options = {}, cookies = []) => {
		const kind = JSON.stringify(options)
		if (!windows.has(kind)) {
			const opened = await (await visitor(options)).newPage()
			opened.on('crash', () => windows.delete(kind))
			windows.set(kind, opened)
		}
		const opened = windows.get(kind)
		await opened.goto('about:blank')
		await opened.context().clearCookies()
		await opened.context().addCookies([...cookiesOf(page(name).who), ...cookies])
		await opened.emulateMedia({ media: null, colorScheme: null, forcedColors: null })
		await opened.setViewportSize(options.viewport ?? desktop)
		return opened
	}
	return {
		id,
		page,
		context: async (who, options = {}) => {
			const context = await visitor(options)
			await context.addCookies(cookiesOf(who))
			return context
		},
		window,
		visit: async (name, options, cookies) => {
			const shown = await window(name, options, cookies)
			await page(name).go(shown)
			return shown
		},
	}
}

const linkTo = (address, path) => until(`a letter to ${address}`, () =>
	lettersTo(vari, address).flatMap((letter) => letter.links).find((link) => link.includes(path)), 30)

const at = (path) => (page) => page.goto(path)

const press = (page, button) => Promise.all([page.waitForEvent('load'), page.click(button)])

async function submit(page, path, fill, button) {
	await page.goto(path)
	for (const [selector, value] of Object.entries(fill))
		await page.fill(selector, value)
	await press(page, button)
}

/* To the stand-in provider, and what is done there. */
async function atProvider(page, act) {
	await page.goto(`/login?to=sign&id=1`)
	await press(page, 'form[action="/login/start"] button')
	await act?.(page)
}

function pages(id) {
	return [
		['home', 'anyone', at('/')],
		['home, logged in', 'signer', at('/')],
		['petitions', 'anyone', at('/petitions')],
		['petitions, all', 'moderator', at('/petitions?state=all')],
		['petitions, refused', 'anyone', at('/petitions?state=refused')],
		['search', 'anyone', at('/petitions?state=all&q=парк')],
		['search without results', 'anyone', at('/petitions?state=all&q=жирафовоз')],
		['petition, not logged in', 'anyone', at(`/petitions/${id.collecting}`)],
		['petition, may sign', 'newcomer', at(`/petitions/${id.collecting}`)],
		['petition, signed', 'signer', at(`/petitions/${id.collecting}`)],
		['petition, not a resident', 'neighbour', at(`/petitions/${id.collecting}`)],
		['petition, no signatures yet', 'anyone', at(`/petitions/${id.fresh}`)],
		['petition of the demo', 'anyone', at('/petitions/1')],
		['petition, reached', 'anyone', at(`/petitions/${id.reached}`)],
		['petition, not reached', 'anyone', at(`/petitions/${id.not_reached}`)],
		['petition, refused', 'anyone', at(`/petitions/${id.refused}`)],
		['own petition, draft', 'author', at(`/petitions/${id.draft}`)],
		['own petition, submitted', 'author', at(`/petitions/${id.submitted}`)],
		['own petition, returned', 'author', at(`/petitions/${id.returned}`)],
		['own petition, refused', 'author', at(`/petitions/${id.refused}`)],
		['signers', 'anyone', at('/petitions/1/signers')],
		['signers, none yet', 'anyone', at(`/petitions/${id.fresh}/signers`)],
		['confirm a signature', 'newcomer', at(`/petitions/${id.fresh}/sign`)],
		['write', 'newcomer', at('/petitions/new')],
		['write, errors', 'newcomer', (page) => submit(page, '/petitions/new', { '#title': 'Мало' },
			'button[value=next]')],
		...['about', 'similar', 'text', 'files', 'preview'].map((step) =>
			[`write, ${step}`, 'author', at(`/petitions/${id.draft}/edit?step=${step}`)]),
		['edit a returned petition', 'author', at(`/petitions/${id.returned}/edit`)],
		['contest a refusal', 'author', at(`/petitions/${id.refused}/contest`)],
		['contest a refusal, errors', 'author', (page) => submit(page, `/petitions/${id.refused}/contest`, { '#why': 'Ні' },
			'main form button')],
		['withdraw a petition', 'author', at(`/petitions/${id.submitted}/withdraw`)],
		['withdraw a signature', 'signer', at(`/petitions/${id.collecting}/withdraw-signature`)],
		['petition, signatures by day', 'anyone', at('/petitions/1/days')],
		['petition, poster', 'anyone', at('/petitions/1/poster')],
		['terms', 'anyone', at('/petitions/terms')],
		['open data', 'anyone', at('/petitions/export')],
		['petitions, narrowed', 'anyone', at('/petitions?state=all&topic=roads&year=2026')],
		['petitions, fastest', 'anyone', at('/petitions?sort=trend')],
		...later.map((state) => [`petition, ${state.replace('_', ' ')}`, 'anyone', at(`/petitions/${id[`demo_${state}`]}`)]),
		['login', 'anyone', at('/login')],
		['login to sign', 'anyone', at(`/login?to=sign&id=${id.collecting}`)],
		['login to write', 'anyone', at('/login?to=write')],
		['login, cancelled', 'anyone', (page) => atProvider(page, () => press(page, 'button[name=cancel]'))],
		['login, expired', 'anyone', at('/login/callback?state=none&code=none')],
		['login, refused', 'anyone', (page) => atProvider(page, async () => {
			const state = await page.getAttribute('input[name=state]', 'value')
			await page.goto(`/login/callback?code=forged&state=${encodeURIComponent(state)}`)
		})],
		['identity provider', 'anyone', (page) => atProvider(page)],
		['identity provider, nobody of that name', 'anyone',
			(page) => atProvider(page, () => submitPerson(page, 'nobody'))],
		['my page', 'author', at('/me')],
		['my page, signatures', 'signer', at('/me')],
		['my page, empty', 'newcomer', at('/me')],
		['my sessions', 'author', at('/me/sessions')],
		['what is known about me', 'signer', at('/me/data')],
		['deleting the account', 'author', at('/me/delete')],
		['deleting the account, not meant', 'signer', (page) => submit(page, '/me/delete', {}, 'form[action="/me/delete"] button')],
		['deleting the account, with a role', 'moderator', at('/me/delete')],
		['my residence', 'signer', at('/me/residence')],
		['my residence, elsewhere', 'neighbour', at('/me/residence')],
		['my residence, waits', 'declarer', at('/me/residence')],
		['my residence, declined', 'declined', at('/me/residence')],
		['my residence, errors', 'neighbour', (page) => submit(page, '/me/residence', { '#basis': 'ні' }, 'form[action="/me/residence"] button')],
		['petition, residence waits', 'declarer', at(`/petitions/${id.collecting}`)],
		['my page, wrong address', 'newcomer', (page) => submit(page, '/me', { '#email': 'a b@c' }, 'form[action="/me/contact"] button')],
		['confirm an address', 'anyone', at(id.confirm)],
		['confirm an address, not right', 'anyone', at('/contact/confirm?t=none')],
		['stop letters', 'anyone', at(id.stop)],
		['stop letters, not right', 'anyone', at('/unsubscribe?t=none')],
		['identity provider, letters', 'anyone', at('/standin-id/mail')],
		['identity provider, a letter', 'anyone', (page) => page.goto(`/standin-id/mail?n=${Number(boxOf(vari).at(-1).name.slice(0, 10))}`)],
		['moderation', 'moderator', at('/moderation')],
		['moderation, review', 'moderator', at(`/moderation/petitions/${id.submitted}`)],
		['moderation, errors', 'moderator', (page) => submit(page, `/moderation/petitions/${id.submitted}`, {},
			'button[accesskey="3"]')],
		...deskPages(id),
		['not found', 'anyone', at('/nothing-here')],
		['forbidden', 'newcomer', at('/moderation')],
		['sent already', 'author', at(`/petitions/${id.submitted}/edit`)],
		['no file', 'anyone', at('/static/nothing.css')],
		['too long an address', 'anyone', at(`/petitions?q=${'a'.repeat(9000)}`)],
		['unknown host', 'anyone', at(url.replace('127.0.0.1', 'nowhere.localhost'))],
	].map(([name, who, go]) => ({ name, who, go }))
}

async function submitPerson(page, person) {
	await page.fill('#person', person)
	await press(page, 'form.panel button')
}

/* The names of all, before there is a site to ask. */
export const names = pages({}).map((page) => page.name)

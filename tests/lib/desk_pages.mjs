// The pages of the desk and what they show, for tests/lib/pages.mjs.
import { pdf } from './documents.mjs'
import { png } from './pictures.mjs'
import { withFile } from './upload.mjs'
import { expect, login, plantPetition, sessionCookie, sql, submittedPetition, tokenHash, url } from './viche.mjs'

const text = 'Просимо відкрити нічну аптеку. Хто проти, той дурний.\n\n- до 23:00\n- щодня'
const reason = { explanation: 'Причина, яку прочитають усі.' }

export const deskPeople = { moderator: 'hanna', clerk: 'klym', administrator: 'admin', expert: 'iryna', operator: 'oleh', owner: 'owner' }

/* Petitions at each step of the desk; as: who is logged in. */
export async function deskWorld(as, id) {
	const second = await login('ivan')
	const at = (petition, act) => `/api/v1/moderation/petitions/${petition}/${act}`
	const title = (what) => `Відкрити нічну аптеку в Олександрівці: ${what} ${id.draft}`
	id.taken = await plantPetition({ state: 'submitted', title: title('у роботі'), text })
	expect(await second.json('POST', at(id.taken, 'claim')), 200)
	id.contested = await submittedPetition(as.signer, { title: title('оскаржено'), text })
	expect(await second.json('POST', at(id.contested, 'refuse'), { reason: 'duplicate', ...reason }), 200)
	expect(await as.signer.json('POST', `/api/v1/petitions/${id.contested}/contest`, { why: 'Схожої петиції немає.' }), 200)
	const planted = (state, what) => plantPetition({ state, title: title(what), text, outside: state === 'reached' ? 310 : 12 })
	id.hidden = await planted('collecting', 'приховано')
	expect(await second.json('POST', at(id.hidden, 'hide'), { reason: 'personal_data', ...reason }), 200)
	id.open = await planted('collecting', 'триває збір')
	const begun = await as.operator.post('/counter/sheets', { petition: id.open, sheet: `П-${id.draft}`, collected_on: '01.11.2026' })
	id.sheet = expect(begun, 303).location.split('/').at(-1)
	id.awaited = await planted('reached', 'поріг')
	id.considered = await planted('reached', 'на розгляді')
	expect(await as.clerk.json('POST', at(id.considered, 'start'), {}), 200)
	id.appealed = await planted('appeal', 'звернення')
	id.works = await planted('reached', 'виконується')
	for (const [act, body] of [['start', { note: 'Розгляне комісія.' }], ['implement']])
		if (act === 'start') {
			expect(await as.clerk.json('POST', at(id.works, act), body), 200)
			expect(await withFile(as.clerk, at(id.works, 'answer'), { verdict: 'partly',
				text: 'Рада **підтримала** петицію частково.', answered_by: 'Міська рада' }, 'file', pdf(), 'рішення.pdf'), 200)
		} else {
			expect(await as.clerk.json('POST', at(id.works, act)), 200)
		}
	expect(await withFile(as.clerk, at(id.works, 'milestone'), { title: 'Підписано договір', happened_on: '2026-01-15' },
		'picture', png(20, 20), 'аптека.png'), 200)
}

const open = (page, link) => Promise.all([page.waitForEvent('load'), page.click(link)])
const press = (page, button) => Promise.all([page.waitForEvent('load'), page.click(button)])

async function fill(page, path, fields, button = 'main form button.btn') {
	await page.goto(path)
	for (const [selector, value] of Object.entries(fields))
		await page.fill(selector, value)
	await press(page, button)
}

/* A decision of the last seconds: each look decides of another one. */
async function decided(page) {
	await page.goto(`/moderation/petitions/${await plantPetition({ state: 'submitted' })}`)
	await press(page, '#decision button.is-sea')
}

/* To the form of a person who has no role yet. */
async function giving(page) {
	await page.goto(`/moderation/settings/staff?q=${encodeURIComponent('Береговенко')}`)
	await Promise.all([page.waitForURL(/person=/), page.click('.list a.btn')])
}

/* The login of this page's session was an hour ago: a session of its own, so that others stay fresh. */
async function olderLogin(page) {
	const client = await login('admin')
	await sql('UPDATE session SET proved_at = proved_at - 3600 WHERE token_hash = ?', [tokenHash(client.session)])
	await page.context().addCookies([{ name: sessionCookie(), value: client.session, url }])
}

export function deskPages(id) {
	const at = (path) => (page) => page.goto(path)
	const one = (petition, act) => `/moderation/petitions/${petition}${act ? `/${act}` : ''}`
	return [
		['desk, taken by me', 'moderator', at('/moderation?show=mine')],
		['desk of a clerk', 'clerk', at('/moderation')],
		['counter', 'operator', at('/counter')],
		['counter, errors', 'operator', async (page) => {
			await page.goto('/counter')
			await page.fill('#family_name', 'Гостинна')
			await Promise.all([page.waitForEvent('load'), page.click('main form button')])
		}],
		['counter, nothing to end', 'operator', at('/counter/end')],
		['sheets of paper', 'operator', at('/counter/sheets')],
		['a sheet of paper', 'operator', at(`/counter/sheets/${id.sheet}`)],
		['desk of an administrator', 'administrator', at('/moderation')],
		['desk, keys off', 'moderator', at('/moderation?keys=off')],
		['desk, another works on it', 'moderator', at(one(id.taken))],
		['desk, a contested refusal', 'moderator', at(one(id.contested))],
		['desk, just decided', 'moderator', decided],
		['desk, gathering signatures', 'moderator', at(one(id.open))],
		['desk, hidden', 'moderator', at(one(id.hidden))],
		['desk, suspend', 'moderator', at(one(id.open, 'suspend'))],
		['desk, hide, errors', 'moderator', (page) => fill(page, one(id.open, 'hide'), {})],
		['desk, join', 'moderator', at(one(id.open, 'join'))],
		['desk, join, errors', 'moderator', (page) => fill(page, one(id.open, 'join'), { '#keep': '999999999', '#note': 'Про одне й те саме.' })],
		['desk, threshold reached', 'clerk', at(one(id.awaited))],
		['desk, start', 'clerk', at(one(id.awaited, 'start'))],
		['desk, answer', 'clerk', at(one(id.considered, 'answer'))],
		['desk, answer, errors', 'clerk', (page) => fill(page, one(id.considered, 'answer'), { '#answered_by': '' })],
		['desk, answer, preview', 'clerk', async (page) => {
			await page.goto(one(id.considered, 'answer'))
			await page.selectOption('#verdict', 'partly')
			await page.fill('#text', 'Рада **підтримала** петицію частково.\n\n- аптека працює до 23:00')
			await press(page, 'button[value=preview]')
		}],
		['desk, answer to an appeal', 'clerk', at(one(id.appealed, 'answer'))],
		['desk, carried out', 'clerk', at(one(id.works))],
		['desk, milestone', 'clerk', at(one(id.works, 'milestone'))],
		['desk, milestone, errors', 'clerk', (page) => fill(page, one(id.works, 'milestone'), { '#happened_on': '2999-01-01' })],
		['desk, sheet', 'clerk', at(one(1, 'sheet'))],
		['desk, sheet without names', 'moderator', at(one(id.open, 'sheet'))],
		['desk, statistics', 'moderator', at('/moderation/statistics')],
		['desk, residence', 'clerk', at('/moderation/residence')],
		['desk, residence, found', 'administrator', at(`/moderation/residence?q=${encodeURIComponent('Скі')}`)],
		['desk, residence, nobody', 'clerk', at(`/moderation/residence?q=${encodeURIComponent('Жирафовоз')}`)],
		['desk, a resident', 'clerk', (page) => page.goto('/moderation/residence').then(() => open(page, 'main .list a'))],
		['desk, a resident, errors', 'clerk', (page) => page.goto('/moderation/residence').then(() => open(page, 'main .list a'))
			.then(() => press(page, 'button[value=confirm]'))],
		['settings', 'administrator', at('/moderation/settings')],
		['settings, errors', 'administrator', (page) => fill(page, '/moderation/settings', { '#threshold': '0', '#office_review': '' })],
		['settings, preview', 'administrator', (page) => fill(page, '/moderation/settings', { '#threshold': '444', '#term_days': '30' })],
		['settings, nothing changes', 'administrator', (page) => fill(page, '/moderation/settings', {})],
		['settings, districts', 'administrator', at('/moderation/settings/districts')],
		['settings, districts, errors', 'administrator', (page) => fill(page, '/moderation/settings/districts', {}, 'section button.btn')],
		['settings, calendar', 'administrator', at('/moderation/settings/calendar')],
		['settings, calendar, errors', 'administrator', (page) => fill(page, '/moderation/settings/calendar', {}, 'section button.btn')],
		['settings, staff', 'administrator', at('/moderation/settings/staff')],
		['settings, staff, found', 'administrator', at(`/moderation/settings/staff?q=${encodeURIComponent('Ко')}`)],
		['settings, staff, nobody', 'administrator', at(`/moderation/settings/staff?q=${encodeURIComponent('Жирафовоз')}`)],
		['settings, staff, give a role', 'administrator', giving],
		['settings, staff, give a role, errors', 'administrator', async (page) => {
			await giving(page)
			await page.selectOption('#role', 'expert')
			await page.fill('#until', '2020-01-01')
			await press(page, 'section form button.is-sea')
		}],
		['settings, units', 'administrator', at('/moderation/settings/units')],
		['settings, units, errors', 'administrator', (page) => fill(page, '/moderation/settings/units', {}, 'section form button.is-sea')],
		['settings, confirm once more', 'administrator', async (page) => {
			await olderLogin(page)
			await page.goto('/moderation/settings/staff')
		}],
		['settings, confirmed as another', 'administrator', async (page) => {
			await olderLogin(page)
			await page.goto('/moderation/settings/staff')
			await press(page, 'form[action="/login/start"] button')
			await page.fill('#person', 'hanna')
			await press(page, 'form.panel button')
		}],
		['owner, administrators', 'owner', at('/moderation/administrators')],
		['owner, administrators, found', 'owner', at(`/moderation/administrators?q=${encodeURIComponent('Ко')}`)],
		['my page of an owner', 'owner', at('/me')],
		['my page of an expert', 'expert', at('/me')],
		['settings, pause', 'administrator', at('/moderation/settings/pause')],
		['settings, pause, errors', 'administrator', (page) => fill(page, '/moderation/settings/pause', {})],
		['settings, journal', 'administrator', at('/moderation/settings/log')],
		['not yours', 'moderator', at('/moderation/settings')],
	]
}

/* Those whose title begins with «Помилка:». */
export const deskFailed = deskPages({}).map(([name]) => name).filter((name) => name.endsWith(', errors') || name.endsWith(' as another'))

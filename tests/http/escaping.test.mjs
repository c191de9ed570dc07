// Whatever people write comes back as text, in every page and in JSON.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { anonymous, expect, login, parallel, plantPetition, plantPeople, plantSessions, sql, submittedPetition, unescapeHtml } from '../lib/viche.mjs'

const polyglots = ['"><script>alert(1)</script>', '\'"><img src=x onerror=alert(1)>', '</textarea><svg/onload=alert(1)>', '{{{constructor}}}{{>layout}}{{#t}}x{{/t}}',
	'"autofocus onfocus=alert(1) x="', '</title></head><body onload=alert(1)>', '<!--<script>-->&lt;script&gt;', 'jaVasCript:/*-/*`/*\\`/*\'/*"/**/(/* */oNcliCk=alert() )//',
	'%3Cscript%3Ealert(1)%3C/script%3E', '${7*7}<%= 7*7 %>']
/* Our pages have no script and no handler at all, so any is theirs. Texts' own quotes and angles are
 * entities: what is left of a tag after its quoted values is names. */
function inert(html, where) {
	assert.ok(!/<script|(href|src|action)="\s*javascript:/i.test(html), `${where} has a script`)
	for (const [tag] of html.matchAll(/<[a-z!/](?:"[^"]*"|'[^']*'|[^"'>])*>/gi)) {
		const names = tag.replace(/"[^"]*"|'[^']*'/g, '')
		assert.ok(!/[\s/]on\w+\s*=|autofocus|<svg\/|src=x/i.test(names), `${where} has ${tag.slice(0, 200)}`)
	}
	assert.ok(!/<img src=x|<svg\/onload|<body onload/i.test(html), `${where} has their tag`)
}

let hanna

before(async () => { hanna = await login('hanna') })

const pagesOf = (id) => ['/', '/petitions', '/petitions?state=all', '/petitions?state=refused', '/petitions?sort=newest', `/petitions/${id}`, `/petitions/${id}/signers`,
	`/petitions/${id}/sign`, `/petitions/${id}/edit`, '/me', '/moderation', `/moderation/petitions/${id}`, '/petitions/new', `/login?to=sign&id=${id}`]

async function everywhere(id, people, mark) {
	const visits = [anonymous(), ...people].flatMap((who) => pagesOf(id).map((path) => [who, path]))
	return (await parallel(visits, 8, async ([who, path]) => {
		const page = await who.get(path)
		assert.ok(page.status < 500, `${path}: ${page.status}`)
		inert(page.text, path)
		const data = await who.get(`/api/v1${path}`)
		assert.match(data.headers['content-type'], /^application\/(problem\+)?json$/, path)
		assert.equal(data.headers['x-content-type-options'], 'nosniff')
		return unescapeHtml(page.text).includes(mark)
	})).filter(Boolean).length
}

test('polyglots in title and text are text on every page on the way', async () => {
	for (const [i, polyglot] of polyglots.entries()) {
		const author = await login(`r${101 + i}`)
		const title = `Назва ${polyglot}`.slice(0, 120)
		const shown = await author.post('/petitions', { title, text: `${polyglot}\n\n${polyglot}`, do: 'preview' })
		inert(shown.text, 'preview')
		const wrong = await author.post('/petitions', { title: polyglot, text: '<', do: 'submit' })
		inert(wrong.text, 'the form again')
		const id = await submittedPetition(author, { title, text: `Текст ${polyglot}\n\nі ще ${polyglot}` })
		await everywhere(id, [author, hanna], polyglot.slice(0, 20))
		expect(await hanna.json('POST', `/api/v1/moderation/petitions/${id}/return`, { explanation: `Зауваження ${polyglot}` }), 200)
		await everywhere(id, [author], 'Зауваження')
		expect(await author.json('POST', `/api/v1/petitions/${id}/submit`), 200)
		if (i % 2)
			expect(await hanna.json('POST', `/api/v1/moderation/petitions/${id}/publish`), 200)
		else
			expect(await hanna.json('POST', `/api/v1/moderation/petitions/${id}/refuse`, { reason: 'offence', explanation: `Пояснення ${polyglot}` }), 200)
		const seen = await everywhere(id, [author], polyglot.slice(0, 12))
		assert.ok(seen > 0, `${polyglot} is shown somewhere, as text`)
		assert.equal((await anonymous().get(`/api/v1/petitions/${id}`)).body.title, title.trim().replace(/\s+/g, ' '))
	}
})

test('a search shows its words as text', async () => {
	for (const polyglot of polyglots) {
		const page = await anonymous().get(`/petitions?q=${encodeURIComponent(polyglot)}&state=all`)
		assert.equal(page.status, 200)
		inert(page.text, `search for ${polyglot}`)
	}
	for (const query of ['state=%22%3E%3Cscript%3E', 'sort=%22%3E%3Cscript%3E', 'after=%22%3E%3Cscript%3E', 'x=%22%3E%3Cscript%3Ealert(1)%3C/script%3E', '%22%3E%3Cscript%3E=1'])
		inert((await anonymous().get(`/petitions?${query}`)).text, query)
	for (const path of ['/%22%3E%3Cscript%3Ealert(1)%3C/script%3E', '/petitions/%3Cscript%3E'])
		inert((await anonymous().get(path)).text, path)
	const login = await anonymous().get('/login?to=%22%3E%3Cscript%3E&id=%22%3E%3Cscript%3E')
	inert(login.text, 'login')
})

test('names of signers and of who is logged in are text', async () => {
	const people = await plantPeople(polyglots.length)
	for (const [i, person] of people.entries())
		await sql('UPDATE person SET given_name = ?, family_name = ? WHERE id = ?', [polyglots[i].slice(0, 100), polyglots.at(-1 - i).slice(0, 100), person])
	const id = await plantPetition({ author: people[0] })
	const clients = await plantSessions(people)
	for (const client of clients) {
		expect(await client.json('POST', `/api/v1/petitions/${id}/sign`), 201)
		for (const path of ['/', `/petitions/${id}`, '/me'])
			inert((await client.get(path)).text, path)
	}
	for (const path of [`/petitions/${id}`, `/petitions/${id}/signers`])
		inert((await anonymous().get(`${path}?fresh`)).text, path)
	const names = (await anonymous().get(`/api/v1/petitions/${id}/signers?fresh`)).body.items.map((item) => item.name)
	assert.ok(names.some((name) => name.includes('<script>')), 'JSON has them as they are')
})

test('Markdown makes headings and lists, but no script, no foreign link and no raw HTML', async () => {
	const author = await login('r121')
	const text = ['## Заголовок', '- пункт', '[клац](javascript:alert(1))', '[клац](JaVaScRiPt&#58;alert(1))', '[клац](data:text/html;base64,PHNjcmlwdD4=)', '[клац](vbscript:x)',
		'![о](javascript:alert(1))', '<javascript:alert(1)>', '<div onclick="alert(1)">сирий</div>', '<script>alert(1)</script>', '[посилання]( java\nscript:alert(1) )', '[a]: javascript:alert(1)', '[a]'].join('\n\n')
	const made = await author.post('/petitions', { title: 'Розмітка без скриптів', text, do: 'next' })
	const page = await author.get(expect(made, 303).location)
	const preview = page.text.slice(page.text.indexOf('class="voice prose"'), page.text.indexOf('</section>'))
	assert.ok(/<h\d[^>]*>Заголовок<\/h\d>/.test(preview) && /<li>[\s\S]*пункт/.test(preview))
	for (const [, target] of preview.matchAll(/(?:href|src)="([^"]*)"/g))
		assert.ok(!/^\s*(java|vb)script|^\s*data:/i.test(unescapeHtml(target)), `a link leads to ${target}`)
	assert.ok(!/<script|<div onclick|onclick=/.test(preview))
	inert(page.text, 'preview')
})

test('invisible and direction-changing letters do not get into a title', async () => {
	const author = await login('r122')
	const made = await author.json('POST', '/api/v1/petitions', { title: 'Мос\u202eт\u200b через\u0007 \u2066лиман\u2069\u00ad тут', text: 'рядок\u0000'.slice(0, 5) })
	const { title } = (await author.get(`/api/v1/petitions/${expect(made, 201).body.id}`)).body
	assert.ok(!/[\u0000-\u001f\u200b\u202a-\u202e\u2066-\u2069]/.test(title), JSON.stringify(title))
	assert.match(title, /^Мост через/)
	const decomposed = await author.json('POST', '/api/v1/petitions', { title: 'І\u0308жак у паркуи\u0306', text: '' })
	assert.equal((await author.get(`/api/v1/petitions/${decomposed.body.id}`)).body.title, 'Їжак у паркуй')
})

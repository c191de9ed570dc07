// The other faces of petitions: feeds, poster, exports, days, terms, lists by their filters; and that what
// is hidden is in none of them.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { before, describe, test } from 'node:test'
import { anonymous, communityId, expect, login, plantPeople, plantPetition, plantSessions, searchable, sql, unescapeHtml, uniqueTitle,
	until, url, zhytomyr } from '../lib/viche.mjs'

let community, hanna, visitor

before(async () => { [community, hanna, visitor] = [await communityId(), await login('hanna'), anonymous()] })

const fresh = (target) => `${target}${target.includes('?') ? '&' : '?'}n=${Math.random()}`
const get = async (target, status = 200) => expect(await visitor.get(fresh(target)), status)

/* A parsed document of a strict reader: xmllint has no network and takes no errors. */
function elements(xml) {
	const stack = [], found = []
	for (const [, close, name, attributes, empty] of xml.matchAll(/<(\/?)([a-z]+)((?:\s+[\w:]+="[^"<]*")*)\s*(\/?)>/g)) {
		if (close) {
			assert.equal(stack.pop(), name, `</${name}>`)
			continue
		}
		found.push({ name, inside: stack.at(-1), attributes })
		if (!empty)
			stack.push(name)
	}
	assert.deepEqual(stack, [], 'every element ends')
	return found
}

const of = (entry, name) => unescapeHtml(new RegExp(`<${name}>([^]*?)</${name}>`).exec(entry)?.[1] ?? '')

/* What RFC 4287 asks of a feed and of each of its entries. */
function atom(answer) {
	assert.equal(answer.headers['content-type'], 'application/atom+xml; charset=utf-8')
	const xml = answer.text
	assert.ok(xml.startsWith('<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"'))
	assert.doesNotMatch(xml, /[\x00-\x08\x0b\x0c\x0e-\x1f]|&(?!(amp|lt|gt|quot|#39);)/)
	const all = elements(xml), [head, ...entries] = xml.split(/<entry[ >]/)
	assert.equal(all.filter((e) => e.name === 'author' && e.inside === 'feed').length, 1, 'RFC 4287 §4.1.1: an author')
	for (const part of [head, ...entries]) {
		for (const name of ['id', 'title', 'updated'])
			assert.equal(part.split(`<${name}>`).length, 2, `one ${name}`)
		assert.match(of(part, 'updated'), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
		assert.doesNotThrow(() => new URL(of(part, 'id')))
		assert.match(part, /<link rel="alternate"/)
	}
	assert.match(head, /<link rel="self"/)
	assert.equal(new Set(entries.map((e) => of(e, 'id'))).size, entries.length, 'each entry once')
	return entries
}

describe('feeds', () => {
	test('of new petitions: a valid one, newest first, with what people wrote as text', async () => {
		const title = `${uniqueTitle('Стрічка')} <b>&"'`, id = await plantPetition({ title, text: 'Просимо <script>alert(1)</script> & решту.' })
		const entries = atom(await get('/petitions/feed'))
		assert.ok(entries.length > 1 && entries.length <= 30)
		assert.equal(of(entries[0], 'title'), title)
		assert.equal(of(entries[0], 'id'), `${url}/petitions/${id}`)
		assert.match(of(entries[0], 'summary'), /<script>/)
		const english = await visitor.get('/petitions/feed', { Cookie: 'lang=en' })
		atom(english)
		assert.match((await get('/petitions')).text, /<link rel="alternate" type="application\/atom\+xml" href="\/petitions\/feed"/)
	})

	test('of one petition: what happened since it is public, and nothing of before', async () => {
		const [{ id }] = await sql(`SELECT id FROM petition WHERE state = 'implementing' AND source LIKE 'demo:%' AND community_id = ?`, [community])
		const titles = atom(await get(`/petitions/${id}/feed`)).map((e) => of(e, 'title').replaceAll('\u00a0', ' '))
		assert.deepEqual(titles.slice(-2), ['Поріг досягнуто', 'Перевірено й оприлюднено'])
		assert.ok(!titles.includes('Подано'))
		await get(`/petitions/${await plantPetition({ state: 'refused', reason: 'duplicate' })}/feed`, 404)
		await get('/petitions/999999999/feed', 404)
	})
})

test('the poster\'s code leads to the petition', async () => {
	const id = await plantPetition(), page = (await get(`/petitions/${id}/poster`)).text
	const svg = /<svg class="qr"[^]*?<\/svg>/.exec(page)[0]
	const size = Number(/viewBox="0 0 (\d+) /.exec(svg)[1])
	const dark = Array.from({ length: size }, () => new Uint8Array(size))
	for (const [, x, y, run] of /fill="#000" d="([^"]*)"/.exec(svg)[1].matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g))
		dark[y].fill(1, Number(x), Number(x) + Number(run))
	// As a picture of eight pixels a module (PGM), for a reader that others wrote.
	const scale = 8, folder = mkdtempSync(path.join(tmpdir(), 'viche-qr-'))
	const pixels = Buffer.from(dark.flatMap((row) => Array(scale).fill([...row].flatMap((d) => Array(scale).fill(d ? 0 : 255))).flat()))
	writeFileSync(path.join(folder, 'qr.pgm'), Buffer.concat([Buffer.from(`P5\n${size * scale} ${size * scale}\n255\n`), pixels]))
	const read = execFileSync('zbarimg', ['--quiet', '--raw', path.join(folder, 'qr.pgm')], { encoding: 'utf8' }).trim()
	rmSync(folder, { recursive: true })
	assert.equal(read, `${url}/petitions/${id}`)
	await get(`/petitions/${await plantPetition({ state: 'draft' })}/poster`, 404)
})

/* RFC 4180, as a strict reader takes it. */
function csv(answer, name) {
	assert.match(answer.headers['content-type'], /^text\/csv; charset=utf-8/)
	assert.match(answer.headers['content-disposition'], new RegExp(`^attachment; filename="${name}"$`))
	assert.deepEqual([...answer.bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf])
	const rows = []
	let row = [], rest = answer.text.slice(1)
	while (rest !== '') {
		const m = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(rest)
		assert.ok(m, `no cell at ${JSON.stringify(rest.slice(0, 40))}`)
		row.push(m[1] !== undefined ? m[1].replaceAll('""', '"') : m[2])
		rest = rest.slice(m[0].length)
		if (m[3] === '\r\n') {
			rows.push(row)
			row = []
		}
	}
	assert.ok(rows.every((r) => r.length === rows[0].length))
	return rows
}

describe('exports', () => {
	test('of petitions: every public one is there once, and no cell is a formula', async () => {
		const evil = ['=1+2', '+1', '-1', '@SUM(A1)', '\tx', '=cmd|\' /C calc\'!A0'].map((start) => `${start} ${uniqueTitle('"Формула", так')}`)
		const ids = []
		for (const title of evil)
			ids.push(await plantPetition({ title }))
		const [head, ...rows] = csv(await get('/petitions/export.csv'), 'petitions-1.csv')
		assert.deepEqual(head.slice(0, 3), ['id', 'title', 'state'])
		assert.equal(new Set(rows.map((r) => r[0])).size, rows.length)
		const [{ n }] = await sql(`SELECT COUNT(*) AS n FROM petition WHERE community_id = ? AND listed_at IS NOT NULL`, [community])
		assert.ok(Math.abs(rows.length - n) < 20 || rows.length === 5000, `${rows.length} of ${n}`)
		for (const [i, id] of ids.entries())
			assert.equal(rows.find((r) => r[0] === String(id))[1], `'${evil[i]}`)
		assert.deepEqual(rows.flat().filter((cell) => /^[=+@\t\r]|^-(?!\d+$)/.test(cell)), [])
	})

	test('of petitions as JSON: with texts, in parts that lead to the end', async () => {
		const title = uniqueTitle('Експорт'), id = await plantPetition({ title, text: 'Повний текст для відкритих даних.' })
		const found = []
		let parts
		for (let part = 1; part === 1 || part <= parts; part++) {
			const { body } = await get(`/api/v1/petitions/export?part=${part}`)
			parts = body.parts
			found.push(...body.items)
		}
		assert.equal(new Set(found.map((p) => p.id)).size, found.length)
		assert.equal(found.find((p) => p.id === id).text, 'Повний текст для відкритих даних.')
		assert.ok(found.every((p) => !['draft', 'submitted', 'returned'].includes(p.state)))
		assert.match((await get('/petitions/export')).text, /href="\/petitions\/export\.csv"/)
		assert.ok(!(await anonymous({ host: zhytomyr }).get(fresh('/petitions/export.csv'))).text.includes(title), 'each community its own')
	})

	test('of signers: names and dates, formula-safe', async () => {
		const id = await plantPetition(), people = await plantPeople(3)
		await sql('UPDATE person SET family_name = ? WHERE id = ?', ['=HYPERLINK("http://evil.example")', people[0]])
		for (const who of await plantSessions(people))
			expect(await who.json('POST', `/api/v1/petitions/${id}/sign`), 201)
		const [head, ...rows] = csv(await get(`/petitions/${id}/signers.csv`), `petition-${id}-signers-1.csv`)
		assert.deepEqual(head, ['name', 'signed_at'])
		assert.equal(rows.length, 3)
		assert.ok(rows.some(([name]) => name.startsWith('\'=HYPERLINK("http://evil.example")')))
		assert.ok(rows.every(([, at]) => /^\d{4}-\d\d-\d\dT/.test(at)))
	})
})

test('the days of a petition of the demo add up to its number', async () => {
	const demo = await sql(`SELECT id FROM petition WHERE source LIKE 'demo:%' AND community_id = ? AND state IN
		('collecting', 'reached', 'in_review', 'answered', 'appeal')`, [community])
	let drawn = 0
	for (const { id } of demo) {
		const { body: days } = await get(`/api/v1/petitions/${id}/days`), { body: petition } = await get(`/api/v1/petitions/${id}`)
		const sum = days.items.reduce((total, day) => total + day.count, 0)
		assert.equal(sum + days.outside_count, petition.signature_count)
		assert.equal(days.items.at(-1)?.total ?? 0, sum)
		assert.ok(days.items.every((day, i) => i === 0 || day.day > days.items[i - 1].day))
		const figure = /<figure>[^]*?<\/figure>/.exec((await get(`/petitions/${id}`)).text)?.[0]
		assert.equal(figure !== undefined, sum > 0)
		drawn += Number(figure !== undefined)
		assert.ok(figure === undefined || figure.includes(`href="/petitions/${id}/days"`))
	}
	assert.ok(drawn > 5)
})

test('the timeline of the demo shows every legal step with its norm, its office and whether its term was kept', async () => {
	const [{ id }] = await sql(`SELECT id FROM petition WHERE state = 'implementing' AND source LIKE 'demo:%' AND community_id = ?`, [community])
	const { body } = await get(`/api/v1/petitions/${id}`), page = unescapeHtml((await get(`/petitions/${id}`)).text)
	assert.deepEqual(body.steps.map((s) => s.step), ['review', 'start', 'decision', 'answer'])
	const timeline = /<ol class="timeline">(?![^]*<ol class="timeline">)[^]*?<\/ol>/.exec(page)[0]
	for (const step of body.steps) {
		assert.match(step.norm, /Стаття 23¹/)
		assert.ok(timeline.includes(step.norm) && timeline.includes(step.office), step.step)
	}
	assert.equal(timeline.split('строк дотримано').length - 1, body.steps.filter((s) => !s.late).length)
	const open = unescapeHtml((await get('/petitions/1')).text)
	for (const norm of ['три робочі дні', 'десять робочих днів', 'наступний робочий день'])
		assert.ok(open.includes(norm), `what comes next: ${norm}`)
})

test('an overdue step is marked as such: beside the petition, in its course and in the table of terms', async () => {
	const id = await plantPetition({ state: 'reached' })
	const before = (await get('/api/v1/petitions/terms')).body.items.find((row) => row.step === 'start')
	await sql(`INSERT INTO legal_step (community_id, kind, subject_id, step, office, started_at, due_at)
		VALUES (?, 'petition', ?, 'start', 'Секретаріат', UTC_TIMESTAMP() - INTERVAL 9 DAY, UTC_TIMESTAMP() - INTERVAL 3 DAY)`, [community, id])
	const page = (await get(`/petitions/${id}`)).text
	assert.equal(page.split('прострочено на 3 дні').length - 1, 2)
	const row = (await get('/api/v1/petitions/terms')).body.items.find((r) => r.step === 'start')
	assert.equal(row.overdue, (before?.overdue ?? 0) + 1)
	const [{ office }] = await sql('SELECT office_decision AS office FROM petition_rules WHERE community_id = ? ORDER BY version DESC LIMIT 1', [community])
	assert.equal(row.office, office, 'the table names who is responsible')
	assert.ok(unescapeHtml((await get(`/petitions/terms?${id}`)).text).includes(office))
	await sql('DELETE FROM legal_step WHERE subject_id = ?', [id])
})

describe('the list', () => {
	const ids = async (query) => (await get(`/api/v1/petitions?limit=100&${query}`)).body.items.map((item) => item.id)
	const chip = (html, label) => {
		const link = [...html.matchAll(/<a href="(\/petitions[^"]*)"( aria-current="true")?>([^<]*) <span class="num">([^<]*)<\/span>/g)]
			.find((m) => unescapeHtml(m[3]) === label)
		return link && { url: unescapeHtml(link[1]), current: link[2] !== undefined, count: Number(link[4].replace(/\D/g, '')) }
	}

	test('is narrowed by topic, place and year, with the numbers beside the links, which keep each other', async () => {
		const [place] = await sql('SELECT id, name FROM district WHERE community_id = ? ORDER BY name LIMIT 1', [community])
		const made = [await plantPetition(), await plantPetition(), await plantPetition()]
		await sql('UPDATE petition SET topic = ? WHERE id IN (?)', ['veterans', made])
		const count = async () => {
			const page = (await get('/petitions?state=collecting&topic=veterans')).text
			return { topic: chip(page, 'Ветерани й оборона'), place: chip(page, place.name), all: chip(page, 'Уся громада') }
		}
		const found = await until('the count of the topic', async () => {
			const { topic, all } = await count()
			return topic.count === all.count && topic.count >= 3 && { topic, all }
		})
		assert.ok(found.topic.current)
		const listed = await ids('state=collecting&topic=veterans')
		assert.equal(listed.length, found.topic.count)
		assert.ok(made.every((id) => listed.includes(id)))
		const year = new Date().getFullYear()
		assert.deepEqual((await ids(`state=collecting&topic=veterans&year=${year}&sort=most`)).sort(), listed.sort())
		assert.deepEqual(await ids('state=collecting&topic=veterans&year=1999'), [])
		const narrowed = chip((await get('/petitions?topic=veterans&sort=newest')).text, String(year)).url
		assert.match(narrowed, /topic=veterans/)
		assert.match(narrowed, /sort=newest/)
		const items = (await get('/api/v1/petitions?limit=100&state=collecting&topic=veterans&n=1')).body.items
		assert.ok(items.length > 0 && items.every((i) => i.topic === 'veterans'))
		const [lived] = await sql(`SELECT d.id, d.name FROM petition p JOIN district d ON d.id = p.district_id WHERE p.community_id = ?
			AND p.section IS NOT NULL LIMIT 1`, [community])
		const there = (await get(`/api/v1/petitions?state=all&district=${lived.id}`)).body.items
		assert.ok(there.length > 0 && there.every((i) => i.district_name === lived.name))
		const form = (await get(`/petitions?topic=veterans&district=${place.id}&year=${year}`)).text.split('role="search"')[1].split('</form>')[0]
		assert.deepEqual([...form.matchAll(/type="hidden" name="(\w+)" value="(\w+)"/g)].map((m) => [m[1], m[2]]),
			[['state', 'all'], ['topic', 'veterans'], ['district', String(place.id)], ['year', String(year)]], 'a search keeps the filters')
		await get('/petitions?topic=nonsense&district=999999&year=abc&sort=none&state=none')
	})

	test('of a section leaves it when the petition does, and its number with it', async () => {
		const id = await plantPetition({ title: uniqueTitle('Перехід') })
		const agrees = async () => chip((await get('/petitions')).text, 'Збирають підписи').count ===
			(await sql(`SELECT COUNT(*) AS n FROM petition WHERE community_id = ? AND section = 'collecting'`, [community]))[0].n
		await until('its number', agrees)
		expect(await hanna.json('POST', `/api/v1/moderation/petitions/${id}/hide`, { reason: 'personal_data', explanation: 'Чужі персональні дані в тексті.' }), 200)
		assert.ok(!(await ids('state=all&sort=newest')).includes(id))
		await until('one less', agrees)
		const [{ n }] = await sql(`SELECT SUM(n) AS n FROM petition_count WHERE community_id = ?`, [community])
		const [{ m }] = await sql('SELECT COUNT(*) AS m FROM petition WHERE community_id = ? AND section IS NOT NULL', [community])
		assert.ok(Math.abs(Number(n) - m) < 10, 'the cells are what is there')
	})

	test('by what gathers fastest: signatures of the last 24 hours', { timeout: 100000 }, async () => {
		const [slow, quick] = [await plantPetition({ outside: 250 }), await plantPetition()]
		for (const who of await plantSessions(await plantPeople(60)))
			expect(await who.json('POST', `/api/v1/petitions/${quick}/sign`), 201)
		await until('the worker has counted the day', async () =>
			(await sql('SELECT day_count FROM petition_total WHERE petition_id = ?', [quick]))[0].day_count === 60, 80)
		const order = await ids('sort=trend')
		assert.ok(order.indexOf(quick) !== -1 && (order.indexOf(slow) === -1 || order.indexOf(quick) < order.indexOf(slow)))
		assert.match((await get('/petitions?sort=trend')).text, /\+60 за добу/)
	})
})

test('a hidden petition shows its number, the dates and the reason, on every face, to everyone but its author and staff', async () => {
	const [author, signer] = await plantPeople(2), [owner, other] = await plantSessions([author, signer])
	const canary = `канарка${Math.random().toString(36).slice(2)}`
	const id = await plantPetition({ title: `Петиція ${canary}`, text: `Текст ${canary} про двір на вулиці Парковій.`, author })
	const twin = await plantPetition({ title: `Петиція ${canary.toUpperCase()} два`, text: 'Сусідня, що лишається.' })
	expect(await other.json('POST', `/api/v1/petitions/${id}/sign`), 201)
	await searchable([id, twin])
	assert.ok((await get(`/petitions/${twin}`)).status === 200)
	expect(await hanna.json('POST', `/api/v1/moderation/petitions/${id}/hide`, { reason: 'personal_data', explanation: 'У тексті чужі персональні дані.' }), 200)
	const faces = ['/', '/petitions', '/petitions?state=all', '/petitions?state=all&sort=most', '/petitions?sort=trend',
		`/petitions?state=all&q=${encodeURIComponent(canary)}`, `/petitions?state=all&q=${id}`, '/petitions/feed', `/petitions/${id}`,
		`/petitions/${id}/feed`, `/petitions/${id}/signers`, `/petitions/${id}/signers.csv`, `/petitions/${id}/days`, `/petitions/${id}/poster`,
		`/petitions/${id}/sign`, `/petitions/${twin}`, '/petitions/export', '/petitions/export.csv', `/petitions/similar?title=${encodeURIComponent(canary)}`, '/me']
	for (const who of [visitor, other])
		for (const face of faces)
			for (const target of [face, `/api/v1${face}`]) {
				const seen = unescapeHtml((await who.get(fresh(target))).text).replaceAll(/(value|content|href|action)="[^"]*"/g, '')
					.replaceAll(/[«“][^»”]*[»”]/g, '') // the words of the search, given back
				assert.ok(!seen.includes(`Петиція ${canary}`) && !seen.includes(`Текст ${canary}`), `${target} shows it`)
			}
	const page = (await get(`/petitions/${id}`)).text
	assert.match(page, /У тексті чужі персональні дані\./)
	assert.match((await other.get('/me')).text, new RegExp(`Петиція №\u00a0${id}, прихована модератором`))
	const { body } = await get(`/api/v1/petitions/${id}`)
	assert.deepEqual([body.state, body.title, body.text, body.author_name, body.signature_count, body.notice.text],
		['hidden', null, null, null, null, 'У тексті чужі персональні дані.'])
	assert.ok((await owner.get(`/petitions/${id}`)).text.includes(canary), 'its author sees it')
	assert.ok((await hanna.get(`/petitions/${id}`)).text.includes(canary), 'and the moderators')
})

// Signatures on paper: a sheet that one operator enters and another checks, its confirmation, and the
// numbers, which are nowhere afterwards.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { before, test } from 'node:test'
import { communityId, expect, hidden, login, plantPetition, sql, until, vari, Client } from '../lib/viche.mjs'

/* Of whom the provider told a residence here and an age: they logged in before. */
const known = (n) => ({ number: people[n].tax_number, line: `${people[n].tax_number}; ${people[n].family_name}; ${people[n].given_name}; -; ${people[n].birthdate}` })
const people = JSON.parse(readFileSync(new URL('../../sql/demo/people.json', import.meta.url), 'utf8')).people
	.filter((p) => ['nadia', 'taras', 'andrii', 'sofia', 'bohdan', 'serhii'].includes(p.login))
let oleh, raisa, serial = 0

before(async () => {
	[oleh, raisa] = await Promise.all(['oleh', 'raisa'].map((who) => login(who)))
	await Promise.all(people.map((p) => login(p.login)))
})

const form = async (operator, at, action) => hidden((await operator.get(at)).text, action)
async function begin(petition, operator = oleh, sheet = `А-${process.pid}-${++serial}`) {
	const answer = await operator.post('/counter/sheets', [...await form(operator, '/counter/sheets', '/counter/sheets'),
		['petition', petition], ['sheet', sheet], ['collected_on', '01.11.2026']])
	return expect(answer, 303).location
}
const enter = async (at, lines, operator = oleh) => operator.post(`${at}/rows`, [...await form(operator, at, `${at}/rows`), ['rows', lines.join('\n')]])
const check = async (at, numbers, operator = raisa) => operator.post(`${at}/check`, [...await form(operator, at, `${at}/check`), ...Object.entries(numbers)])
const confirmAt = (at) => `/sheets/${at.split('/').at(-1)}/confirm`
const confirm = async (at, operator = raisa) => operator.post(confirmAt(at))
const signers = async (petition) => (await sql('SELECT channel FROM petition_signature WHERE petition_id = ?', [petition])).map((r) => r.channel)

test('two operators make signatures of a sheet: entered, checked, confirmed once by two at the same time', async () => {
	const petition = await plantPetition(), at = await begin(petition)
	expect(await enter(at, [known(0).line, known(1).line]), 303)
	assert.deepEqual(await signers(petition), [])
	assert.equal((await confirm(at)).status, 409, 'not checked')
	expect(await check(at, { n_1: known(0).number, n_2: ` ${known(1).number} ` }), 303)
	assert.match((await raisa.get(at)).text, /Підтвердити аркуш/)
	const both = await Promise.all([confirm(at), confirm(at, oleh)])
	assert.deepEqual(both.map((a) => a.status).sort(), [303, 409])
	assert.deepEqual(await signers(petition), ['paper', 'paper'])
	await until('the share', async () => (await new Client().get(`/api/v1/petitions/${petition}`)).body.assisted_count === 2)
	assert.match((await raisa.get(at)).text, /підпис зараховано/)
})

test('one’s own lines nobody checks, whoever sends what', async () => {
	const petition = await plantPetition(), at = await begin(petition)
	expect(await enter(at, [known(0).line]), 303)
	const own = await oleh.post(`${at}/check`, { n_1: known(0).number })
	assert.match(expect(own, 422).text, /внесли ви|Деякі номери/)
	assert.equal((await confirm(at, oleh)).status, 409)
	const id = Number(at.split('/').at(-1))
	await assert.rejects(sql('UPDATE paper_row SET checked_by = entered_by WHERE batch_id = ?', [id]), /CONSTRAINT/)
	await assert.rejects(sql('UPDATE paper_row SET person_id = person_id + 1 WHERE batch_id = ?', [id]), /stays/)
	await assert.rejects(sql('DELETE FROM paper_event WHERE batch_id = ?', [id]), /append-only/)
	assert.deepEqual(await signers(petition), [])
})

test('a number that leads elsewhere is shown beside its line, a struck line does not count and may be entered again', async () => {
	const petition = await plantPetition(), at = await begin(petition)
	expect(await enter(at, [known(0).line, known(1).line]), 303)
	const wrong = expect(await check(at, { n_1: known(1).number, n_2: known(1).number }), 422)
	assert.match(wrong.text, /Номер не збігається з цим рядком/)
	assert.ok(wrong.text.includes(`value="${known(1).number}"`), 'what was typed')
	expect(await raisa.post(`${at}/strike`, { line: 1 }), 303)
	expect(await enter(at, [known(0).line], raisa), 303)
	assert.equal((await confirm(at)).status, 409)
	expect(await check(at, { n_3: known(0).number }, oleh), 303)
	expect(await confirm(at, oleh), 303)
	assert.equal((await signers(petition)).length, 2)
	const events = await sql('SELECT what, line FROM paper_event WHERE batch_id = ? ORDER BY id', [Number(at.split('/').at(-1))])
	assert.deepEqual(events.map((e) => `${e.what} ${e.line}`), ['begun 0', 'entered 1', 'entered 2', 'mismatch 1', 'checked 2', 'struck 1',
		'entered 3', 'checked 3', 'confirmed 0'])
})

test('lines that are refused are told why and stay in the form; the others are entered', async () => {
	const petition = await plantPetition(), at = await begin(petition)
	const signer = await login(people[2].login)
	expect(await signer.json('POST', `/api/v1/petitions/${petition}/sign`, {}), 201)
	const stranger = '1833510003', lines = [known(0).line, known(2).line, 'нісенітниця', known(1).line.replace(people[1].family_name, 'Інша'),
		known(0).line, `${known(3).number.slice(0, 9)}${(Number(known(3).number[9]) + 1) % 10}; Б; В; -; 01.01.1980`]
	const answer = expect(await enter(at, lines), 422)
	for (const words of [/вже підписала/, /п’ять частин/, /з іншим ім’ям/, /вже є в цьому аркуші/, /Такого РНОКПП не буває/])
		assert.match(answer.text, words)
	assert.ok(answer.text.includes('нісенітниця\n'), 'the refused ones stand in the form again')
	assert.equal((await sql('SELECT COUNT(*) AS n FROM paper_row WHERE batch_id = ?', [Number(at.split('/').at(-1))]))[0].n, 1)
	assert.ok(stranger)
})

test('somebody whom only paper knows is no account, does not count without a known residence, and is forgotten', async () => {
	const petition = await plantPetition(), at = await begin(petition)
	const nine = `18335${String(2000 + process.pid % 7000).padStart(4, '0')}`
	const number = nine + String(((([-1, 5, 7, 9, 4, 6, 10, 5, 7].reduce((s, w, i) => s + w * Number(nine[i]), 0) % 11) + 11) % 11) % 10)
	const name = `Паперова${process.pid}`
	assert.match(expect(await enter(at, [`${number}; ${name}; Ніна; -; 14.03.1950`]), 422).text, /Невідомо, чи живе ця людина/)
	const [row] = await sql('SELECT left_at FROM person WHERE family_name = ?', [name])
	assert.notEqual(row.left_at, null)
	await sql('DO account_forget(1000)')
	assert.equal((await sql('SELECT id FROM person WHERE family_name = ?', [name])).length, 0)
	await sql('FLUSH TABLES')
	const files = (folder) => readdirSync(folder, { withFileTypes: true }).flatMap((entry) => entry.isDirectory() ? files(path.join(folder, entry.name))
		: entry.isFile() ? [path.join(folder, entry.name)] : [])
	for (const file of ['db', 'log'].flatMap((folder) => files(path.join(vari, folder))))
		assert.ok(!readFileSync(file).includes(number), file)
})

test('a sheet is of a petition that gathers signatures, once, and of this community', async () => {
	const petition = await plantPetition(), sheet = `Б-${process.pid}`
	await begin(petition, oleh, sheet)
	const again = async (fields) => oleh.post('/counter/sheets', { petition, sheet, collected_on: '01.11.2026', ...fields })
	assert.match(expect(await again({}), 422).text, /вже внесено/)
	assert.match(expect(await again({ petition: await plantPetition({ state: 'answered' }) }), 422).text, /Немає петиції/)
	assert.match(expect(await again({ petition: await plantPetition({ community: 'zhytomyr' }) }), 422).text, /Немає петиції/)
	expect(await again({ sheet: 'В', collected_on: '01.13.2026' }), 422)
	assert.equal((await oleh.get('/counter/sheets/999999999')).status, 404)
	assert.equal((await oleh.post('/sheets/999999999/confirm')).status, 404)
	assert.equal(await communityId('chornomorsk') > 0, true)
})

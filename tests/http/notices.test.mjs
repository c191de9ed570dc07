// Letters: what people get when something happens to their petitions and to those that they signed, and the
// links in them, which do nothing until somebody presses a button.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { boxOf, lettersTo } from '../lib/mail.mjs'
import { anonymous, communityId, db, expect, hidden, login, newPetition, plantPeople, plantPetition, plantSessions, request,
	sql, submittedPetition, uniqueTitle, until, url, vari, zhytomyr } from '../lib/viche.mjs'

let community, hanna

before(async () => {
	community = await communityId()
	hanna = await login('hanna')
})

const pathOf = (link) => link.slice(new URL(link).origin.length)
const letterTo = (address, words, seconds = 30) => until(`a letter "${words}" to ${address}`, () =>
	lettersTo(vari, address).find((l) => words.test(l.subject)), seconds)
const personOf = async (client) => (await client.get('/api/v1/me')).body && (await sql('SELECT person_id AS id FROM session WHERE token_hash = ' +
	'UNHEX(SHA2(?, 256))', [client.session]))[0].id
const contactOf = async (client) => expect(await client.get('/api/v1/me'), 200).body.contact
let serial = 0
const newAddress = () => `box-${process.pid}-${++serial}@mail.example`
const resident = async () => (await plantSessions(await plantPeople(1)))[0]

/* An address of this person's own, by the whole way; gives the letter. */
async function confirmed(client, address = newAddress()) {
	expect(await client.json('POST', '/api/v1/me/contact', { email: address }), 200)
	const letter = await letterTo(address, /^(Підтвердьте|Confirm)/)
	const link = letter.links.find((l) => l.includes('/contact/confirm'))
	expect(await press(anonymous(), link), 303)
	return { address, letter, link }
}

/* Opens a confirmation's link as a browser and presses its button. */
async function press(client, link) {
	const page = expect(await client.get(pathOf(link)), 200)
	return client.post('/contact/confirm', hidden(page.text, '/contact/confirm'))
}

/* Everything that a letter could change, as one text. What the workers write by the second is left out. */
async function everything() {
	const c = await db()
	try {
		const [tables] = await c.query('SELECT table_name AS name FROM information_schema.tables WHERE table_schema = \'viche\' AND table_type = \'BASE TABLE\'')
		const dump = {}
		for (const { name } of tables.filter((t) => !['lease', 'watermark', 'petition_total', 'petition_search', 'stem_count', 'session', 'letter',
			'outbox', 'login_attempt', 'parked_form'].includes(t.name)))
			dump[name] = (await c.query(`CHECKSUM TABLE ${name}`))[0][0].Checksum
		return dump
	} finally {
		await c.end()
	}
}

test('the author is told of each decision; the letter says what, what next, and how to stop such letters', async () => {
	const author = await login('r801'), address = 'r801@demo.example'
	const title = uniqueTitle('Перехід біля ліцею')
	const published = await newPetition(author, hanna, { title })
	const returned = await submittedPetition(author), refused = await submittedPetition(author)
	expect(await hanna.json('POST', `/api/v1/moderation/petitions/${returned}/return`, { explanation: 'Допишіть адресу.\n\nІ дату.' }), 200)
	expect(await hanna.json('POST', `/api/v1/moderation/petitions/${refused}/refuse`, { reason: 'duplicate', explanation: 'Така вже є: <b>№ 1</b>.' }), 200)
	const own = () => lettersTo(vari, address).filter((l) => [published, returned, refused].some((id) => l.subject.includes(`№ ${id} `)))
	assert.equal(own().length, 0, 'ten seconds in which it can be undone')

	const good = await letterTo(address, new RegExp(`^Вашу петицію № ${published} оприлюднено$`))
	assert.equal(good.headers.from, 'Чорноморська громада <viche@demo.example>')
	assert.equal(good.headers['auto-submitted'], 'auto-generated')
	assert.equal(good.headers['list-unsubscribe-post'], 'List-Unsubscribe=One-Click')
	assert.equal(good.headers['list-unsubscribe'], `<${good.links.find((l) => l.includes('/unsubscribe'))}>`)
	assert.equal(good.lang, 'uk')
	assert.ok(good.text.includes(`«${title}»`) && good.html.includes(title))
	assert.match(good.text, /Потрібно \d+ підпис/)
	assert.ok(good.links.includes(`${url}/petitions/${published}`))
	for (const form of [good.text, good.html])
		assert.match(form, /ви автор цієї петиції/)

	const back = await letterTo(address, new RegExp(`№ ${returned} повернуто`))
	assert.ok(back.links.includes(`${url}/petitions/${returned}/edit`))
	assert.match(back.text, /\n> Допишіть адресу\.\n> \n> І дату\.\n/)
	const no = await letterTo(address, new RegExp(`№ ${refused} відхилено`))
	assert.match(no.text, /Причина: Повторює/)
	assert.match(no.html, /Така вже є: &lt;b&gt;№ 1&lt;\/b&gt;\./)
	assert.equal(own().length, 3)
})

test('a decision that is taken back in time is told to nobody', async () => {
	const author = await login('r802')
	const id = await submittedPetition(author), other = await submittedPetition(author)
	expect(await hanna.json('POST', `/api/v1/moderation/petitions/${id}/publish`, {}), 200)
	expect(await hanna.json('POST', `/api/v1/moderation/petitions/${id}/undo`), 200)
	expect(await hanna.json('POST', `/api/v1/moderation/petitions/${other}/publish`, {}), 200)
	await letterTo('r802@demo.example', new RegExp(`№ ${other} оприлюднено`))
	const rows = await sql('SELECT cancelled_at IS NOT NULL AS cancelled, (SELECT COUNT(*) FROM letter l WHERE l.outbox_id = o.id) AS letters ' +
		'FROM outbox o WHERE kind = \'petition\' AND subject_id = ?', [id])
	assert.deepEqual(rows.map((r) => [r.cancelled, Number(r.letters)]), [[1, 0]])
	assert.deepEqual(lettersTo(vari, 'r802@demo.example').filter((l) => l.subject.includes(`№ ${id} `)), [])
})

test('letters come in the language of the person', async () => {
	const author = await login('r803')
	expect(await author.json('POST', '/api/v1/me/notices', { lang: 'en', author_notices: true }), 200)
	const id = await newPetition(author, hanna)
	const letter = await letterTo('r803@demo.example', new RegExp(`^Your petition № ${id} is published$`))
	assert.equal(letter.lang, 'en')
	assert.match(letter.text, /You get this letter because you wrote this petition/)
	assert.match(letter.html, /<html lang="en">/)
})

test('a signer hears of the answer only if they asked for it when signing', async () => {
	const [asks, silent, form] = await Promise.all(['r804', 'r805', 'r806'].map((who) => login(who)))
	const id = await plantPetition({ threshold: 5000 })
	assert.equal(expect(await asks.json('POST', `/api/v1/petitions/${id}/sign`, { follow: true }), 201).body.followed, true)
	assert.equal(expect(await silent.json('POST', `/api/v1/petitions/${id}/sign`), 201).body.followed, false)
	const page = expect(await form.get(`/petitions/${id}`), 200)
	assert.match(page.text, /<input type="checkbox" name="follow" value="1">/)
	expect(await form.post(`/petitions/${id}/sign`, { follow: '1' }), 303)
	assert.equal((await asks.json('POST', `/api/v1/petitions/${id}/sign`, { follow: 'yes' })).status, 422)
	const people = (await sql('SELECT person_id FROM petition_follow WHERE petition_id = ? ORDER BY person_id', [id])).map((r) => r.person_id)
	assert.deepEqual(people, [await personOf(asks), await personOf(form)].sort((a, b) => a - b))

	await sql('INSERT INTO outbox (community_id, audience, notice, kind, subject_id) VALUES (?, \'followers\', \'petition-implemented\', \'petition\', ?)', [community, id])
	const letter = await letterTo('r804@demo.example', new RegExp(`№ ${id}, яку ви підписали, виконано`))
	assert.match(letter.text, /бо попросили про це, коли підписали/)
	await letterTo('r806@demo.example', new RegExp(`№ ${id}`))
	assert.deepEqual(lettersTo(vari, 'r805@demo.example'), [])

	// On one's own page it is turned off and on.
	const mine = async () => (await asks.get('/api/v1/me')).body.signatures.find((s) => s.petition_id === id).followed
	assert.equal(await mine(), true)
	assert.equal(expect(await asks.json('POST', `/api/v1/me/petitions/${id}/unfollow`), 200).body.followed, false)
	assert.equal(await mine(), false)
	expect(await asks.json('POST', `/api/v1/me/petitions/${id}/follow`), 200)
	assert.equal(await mine(), true)
	assert.equal((await asks.json('POST', `/api/v1/me/petitions/${await plantPetition()}/follow`)).status, 404, 'only what one signed')
})

test('through its whole life a petition tells its author, and who followed it of the answer and of what is done', async () => {
	const author = await login('r809'), signer = await login('r810'), clerk = await login('klym'), authorId = await personOf(author)
	const id = await plantPetition({ threshold: 1, author: authorId })
	expect(await signer.json('POST', `/api/v1/petitions/${id}/sign`, { follow: true }), 201)
	await until('the clock sees the threshold', async () => (await author.get(`/api/v1/petitions/${id}`)).body.state === 'reached')
	const act = async (verb, form) => expect(await clerk.json('POST', `/api/v1/moderation/petitions/${id}/${verb}`, form), 200)
	const first = await letterTo('r809@demo.example', new RegExp(`№ ${id} зібрала потрібні підписи`))
	assert.match(first.text, /повідомити про початок розгляду до \d+ \S+ \d{4}\./)
	await act('start', {})
	await act('answer', { verdict: 'supported', text: 'Раду громади переконано: сходи відремонтують.', answered_by: 'Виконавчий комітет' })
	await act('implement')
	await act('finish')
	const about = (address) => lettersTo(vari, address).filter((l) => new RegExp(`№ ${id}(\\D|$)`).test(l.subject))
	await until('the last letters', () => [about('r809@demo.example').length >= 5, about('r810@demo.example').length >= 3].every(Boolean), 40)
	const subjects = (address) => about(address).map((l) => l.subject).sort()
	assert.deepEqual(subjects('r809@demo.example'), [`Ваша петиція № ${id} зібрала потрібні підписи`, `Вашу петицію № ${id} виконано`,
		`Почалося виконання вашої петиції № ${id}`, `Рада відповіла на вашу петицію № ${id}`, `Рада почала розглядати вашу петицію № ${id}`].sort())
	assert.deepEqual(subjects('r810@demo.example'), [`Петицію № ${id}, яку ви підписали, виконано`,
		`Почалося виконання петиції № ${id}, яку ви підписали`, `Рада відповіла на петицію № ${id}, яку ви підписали`].sort())
	for (const address of ['r809@demo.example', 'r810@demo.example'])
		assert.match(about(address).find((l) => l.subject.startsWith('Рада відповіла')).text, /петицію підтримано\./)
})

test('joining petitions is proposed to both authors, and who followed the closed one is invited to the other', async () => {
	const [one, two, signer] = [await resident(), await resident(), await resident()]
	const addresses = []
	for (const who of [one, two, signer])
		addresses.push((await confirmed(who)).address)
	const keep = await plantPetition({ author: await personOf(one) }), close = await plantPetition({ author: await personOf(two) })
	expect(await signer.json('POST', `/api/v1/petitions/${close}/sign`, { follow: true }), 201)
	expect(await hanna.json('POST', `/api/v1/moderation/petitions/${close}/join`, { keep, note: 'Обидві просять про те саме.' }), 200)
	const words = (a, b) => new RegExp(`об’єднати вашу петицію № ${a} з № ${b}$`)
	const proposal = await letterTo(addresses[0], words(keep, close))
	await letterTo(addresses[1], words(close, keep))
	assert.ok(proposal.links.includes(`${url}/me`))
	assert.match(proposal.text, /\n> Обидві просять про те саме\./)
	const [{ id }] = await sql('SELECT id FROM petition_merge WHERE keep_id = ?', [keep])
	for (const who of [one, two])
		expect(await who.json('POST', `/api/v1/merges/${id}/agree`), 200)
	const invitation = await letterTo(addresses[2], new RegExp(`№ ${close}, яку ви підписали, об’єднано з петицією № ${keep}$`))
	assert.ok(invitation.links.includes(`${url}/petitions/${keep}/sign`))
	assert.match(invitation.html, /background:#f2b632/, 'to sign is the civic act')
	await letterTo(addresses[1], new RegExp(`^Вашу петицію № ${close} об’єднано`))
	assert.equal(Number((await sql('SELECT COUNT(*) AS n FROM petition_signature WHERE petition_id = ?', [keep]))[0].n), 0)
})

test('who signs without an address is told how to get letters', async () => {
	const signer = await resident()
	const id = await plantPetition()
	expect(await signer.post(`/petitions/${id}/sign`, { follow: '1' }), 303)
	assert.match((await signer.get(`/petitions/${id}`)).text, /Щоб отримувати листи, додайте адресу/)
})

test('staff hears of an overdue step', async () => {
	const id = await plantPetition({ state: 'collecting' })
	await sql('INSERT INTO outbox (community_id, audience, roles, notice, kind, subject_id) VALUES (?, \'staff\', \'moderator,clerk\', \'step-overdue\', \'petition\', ?)', [community, id])
	const letter = await letterTo('hanna@demo.example', new RegExp(`^Минув строк: петиція № ${id}$`))
	assert.ok(letter.links.includes(`${url}/moderation`))
	const told = (await sql('SELECT COUNT(*) AS n, COUNT(DISTINCT l.person_id) AS people FROM letter l JOIN outbox o ON o.id = l.outbox_id ' +
		'WHERE o.subject_id = ? AND o.notice = \'step-overdue\'', [id]))[0]
	assert.equal(Number(told.n), Number(told.people), 'one each, whatever roles one has')
})

test('an address counts when its letter\'s button is pressed, and not before', async () => {
	const person = await resident(), address = newAddress()
	assert.equal(expect(await person.json('POST', '/api/v1/me/contact', { email: address }), 200).body.pending, address)
	let contact = await contactOf(person)
	assert.deepEqual([contact.email, contact.pending], [null, address])
	const letter = await letterTo(address, /^Підтвердьте свою адресу$/)
	assert.equal(letter.headers['list-unsubscribe'], undefined)
	assert.doesNotMatch(letter.text, /Навантаження/, 'no name: nobody sends words of their own by it')
	const link = letter.links.find((l) => l.includes('/contact/confirm'))
	assert.ok(link.startsWith(`${url}/contact/confirm?t=`))

	// Nothing else goes there meanwhile.
	const id = await plantPetition({ author: await personOf(person) })
	await sql('INSERT INTO outbox (community_id, audience, person_id, notice, kind, subject_id) VALUES (?, \'author\', ?, \'petition-reached\', \'petition\', ?)',
		[community, await personOf(person), id])
	await until('the cause was looked at', async () => (await sql('SELECT expanded_at FROM outbox WHERE subject_id = ? AND notice = \'petition-reached\'', [id]))[0].expanded_at)
	assert.equal(lettersTo(vari, address).length, 1)

	const reader = anonymous()
	for (let i = 0; i < 3; i++) {
		const page = expect(await reader.get(pathOf(link)), 200)
		assert.ok(page.text.includes(address))
		assert.match(page.headers['cache-control'], /private/)
	}
	assert.equal((await contactOf(person)).email, null)
	expect(await press(reader, link), 303)
	contact = await contactOf(person)
	assert.deepEqual([contact.email, contact.pending], [address, null])
	assert.equal((await reader.get(pathOf(link))).status, 410, 'once')
	assert.equal((await reader.post('/contact/confirm', { t: new URL(link).searchParams.get('t') })).status, 410)
})

test('of concurrent confirmations one wins', async () => {
	const person = await resident(), address = newAddress()
	expect(await person.json('POST', '/api/v1/me/contact', { email: address }), 200)
	const link = (await letterTo(address, /^Підтвердьте/)).links.find((l) => l.includes('/contact/confirm'))
	const browsers = await Promise.all(Array.from({ length: 8 }, async () => {
		const client = anonymous()
		const page = expect(await client.get(pathOf(link)), 200)
		return { client, fields: hidden(page.text, '/contact/confirm') }
	}))
	const statuses = (await Promise.all(browsers.map(({ client, fields }) => client.post('/contact/confirm', fields)))).map((a) => a.status)
	assert.deepEqual(statuses.sort(), [303, ...Array(7).fill(410)])
	const [row] = await sql('SELECT version, email FROM contact WHERE person_id = ?', [await personOf(person)])
	assert.deepEqual([row.version, row.email], [2, address])
})

test('a token proves one address of one person in one community, and no other', async () => {
	const person = await resident(), first = newAddress(), second = newAddress()
	expect(await person.json('POST', '/api/v1/me/contact', { email: first }), 200)
	const old = (await letterTo(first, /^Підтвердьте/)).links.find((l) => l.includes('/contact/confirm'))
	expect(await person.json('POST', '/api/v1/me/contact', { email: second }), 200)
	const link = (await letterTo(second, /^Підтвердьте/)).links.find((l) => l.includes('/contact/confirm'))
	const token = new URL(link).searchParams.get('t')
	assert.equal((await anonymous().get(pathOf(old))).status, 410, 'only the newest works')
	assert.equal((await anonymous({ host: zhytomyr }).get(pathOf(link))).status, 404)
	for (const t of ['', 'x', token.slice(0, -1), `${token}A`, token.replace(/.$/, (c) => (c === 'A' ? 'B' : 'A')), token.toLowerCase(),
		`B${token.slice(1)}`, 'A'.repeat(32), token.slice(0, 11) + new URL(old).searchParams.get('t').slice(11)])
		assert.notEqual((await anonymous().get(`/contact/confirm?t=${t}`)).status, 200, t)
	// Whoever changes the address behind it makes it worthless.
	await sql('UPDATE contact_claim SET email = \'other@mail.example\' WHERE email = ?', [second])
	assert.equal((await anonymous().get(pathOf(link))).status, 404)
	assert.equal((await anonymous().post('/contact/confirm', { t: token })).status, 404)
	await sql('UPDATE contact_claim SET email = ?, expires_at = UNIX_TIMESTAMP() - 1 WHERE email = \'other@mail.example\'', [second])
	assert.equal((await anonymous().get(pathOf(link))).status, 410)
	assert.equal((await contactOf(person)).email, null)
})

test('nobody is bombed: letters for confirmation are bounded by person and by address', async () => {
	const person = await resident()
	const answers = await Promise.all(Array.from({ length: 10 }, () => person.json('POST', '/api/v1/me/contact', { email: newAddress() })))
	assert.deepEqual(answers.map((a) => a.status).sort(), [200, 200, 200, ...Array(7).fill(429)])
	const victim = newAddress()
	const others = await plantSessions(await plantPeople(6))
	const more = await Promise.all(others.map((o, i) => o.json('POST', '/api/v1/me/contact',
		{ email: i % 2 ? victim.toUpperCase() : victim })))
	assert.deepEqual(more.map((a) => a.status).sort(), [200, 200, 200, 429, 429, 429])
	assert.equal(Number((await sql('SELECT COUNT(*) AS n FROM contact_claim WHERE email = ?', [victim]))[0].n), 3)
})

test('what is no address is refused where it is written', async () => {
	const person = await resident()
	for (const email of ['', 'x', 'a@b', 'a b@c.example', 'a@b.example, c@d.example', '<a@b.example>', 'a@b.example\r\nBcc: c@d.example',
		'a@b.example\nBcc: c@d.example', 'тест@приклад.укр', `${'a'.repeat(65)}@b.example`, `a@${'b'.repeat(250)}.example`, '"a"@b.example'])
		assert.equal((await person.json('POST', '/api/v1/me/contact', { email })).status, 422, email)
	const page = await person.post('/me/contact', { email: 'a b@c.example' })
	assert.equal(page.status, 422)
	assert.match(page.text, /id="email-e">Це не адреса електронної пошти/)
	assert.match(page.text, /value="a b@c\.example"/)
	assert.equal(Number((await sql('SELECT COUNT(*) AS n FROM contact_claim WHERE person_id = ?', [await personOf(person)]))[0].n), 0)
})

test('names and titles cannot write headers or links of their own', async () => {
	const author = await resident()
	const { address } = await confirmed(author)
	const title = 'Тема\r\nBcc: x@evil.example\r\n\r\n<a href="https://evil.example">тут</a> =?UTF-8?Q?=0D=0ABcc:x?='
	const id = expect(await author.json('POST', '/api/v1/petitions', { title, text: 'Просимо раду громади розглянути це питання.', do: 'submit' }), 201).body.id
	expect(await hanna.json('POST', `/api/v1/moderation/petitions/${id}/return`,
		{ explanation: 'Зауваження.\r\n\r\nhttps://evil.example/unsubscribe\r\n--viche\r\nContent-Type: text/html' }), 200)
	const letter = await letterTo(address, new RegExp(`№ ${id} повернуто`))
	assert.deepEqual(Object.keys(letter.headers).sort(), ['auto-submitted', 'content-type', 'date', 'from', 'list-unsubscribe',
		'list-unsubscribe-post', 'message-id', 'mime-version', 'subject', 'to'])
	assert.doesNotMatch(letter.raw, /evil/, 'all that people wrote is encoded')
	assert.doesNotMatch(letter.html, /<a href="https:\/\/evil/)
	assert.match(letter.text, /\n> https:\/\/evil\.example\/unsubscribe\n/)
})

test('one click stops such letters: without a login, a cookie or a token of ours, and again without harm', async () => {
	const signer = await resident(), author = await resident()
	const { address } = await confirmed(signer), { address: authorAddress } = await confirmed(author)
	const id = await plantPetition({ author: await personOf(author) }), other = await plantPetition()
	for (const petition of [id, other])
		expect(await signer.json('POST', `/api/v1/petitions/${petition}/sign`, { follow: true }), 201)
	const tell = (notice, audience, person, petition) => sql('INSERT INTO outbox (community_id, audience, person_id, notice, kind, subject_id) ' +
		'VALUES (?, ?, ?, ?, \'petition\', ?)', [community, audience, person, notice, petition])
	await tell('petition-answered', 'followers', null, id)
	await tell('petition-reached', 'author', await personOf(author), id)
	const letter = await letterTo(address, new RegExp(`№ ${id}`)), own = await letterTo(authorAddress, new RegExp(`№ ${id}`))
	const follows = async () => (await sql('SELECT petition_id FROM petition_follow WHERE person_id = ? AND until IS NULL ORDER BY petition_id',
		[await personOf(signer)])).map((r) => r.petition_id)

	const link = letter.headers['list-unsubscribe'].slice(1, -1)
	for (let i = 0; i < 2; i++) {
		const page = expect(await anonymous().get(pathOf(link)), 200)
		assert.match(page.text, /Припинити ці листи\?/)
		assert.ok(page.text.includes(`№\u00a0${id}`))
	}
	assert.deepEqual(await follows(), [id, other])
	// As RFC 8058 §3.2 has it, from a mail program far away.
	for (let i = 0; i < 2; i++) {
		const answer = await request('POST', pathOf(link), { body: 'List-Unsubscribe=One-Click',
			headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: 'https://mail.example', 'Sec-Fetch-Site': 'cross-site' } })
		expect(answer, 200)
		assert.match(answer.text, /Ці листи припинено/)
		assert.deepEqual(await follows(), [other])
	}
	const form = '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'
	const ownLink = own.headers['list-unsubscribe'].slice(1, -1)
	expect(await request('POST', pathOf(ownLink), { body: form, headers: { 'Content-Type': 'multipart/form-data; boundary=x' } }), 200)
	assert.equal((await contactOf(author)).author_notices, false)
	assert.equal((await contactOf(signer)).author_notices, true)

	// What is no token of this community stops nothing.
	const token = new URL(link).searchParams.get('t')
	const binary = Buffer.from(token, 'base64url')
	binary.writeBigInt64BE(BigInt(other), 1)
	for (const t of ['', 'x', `${token}A`, token.slice(1), binary.toString('base64url'), 'A'.repeat(44)])
		assert.equal((await request('POST', `/unsubscribe?t=${t}`, { body: '' })).status, 404, t)
	assert.equal((await request('POST', `/unsubscribe?t=${token}`, { host: zhytomyr, body: '' })).status, 404)
	assert.deepEqual(await follows(), [other])

	// And no more letters come.
	await tell('petition-implementing', 'followers', null, id)
	await tell('petition-implementing', 'followers', null, other)
	await tell('petition-in-review', 'author', await personOf(author), id)
	await letterTo(address, new RegExp(`№ ${other}`))
	await until('all causes were looked at', async () => (await sql('SELECT 1 FROM outbox WHERE subject_id = ? AND expanded_at IS NULL', [id])).length === 0)
	assert.equal(lettersTo(vari, address).filter((l) => l.subject.includes(`№ ${id}`)).length, 1)
	assert.equal(lettersTo(vari, authorAddress).filter((l) => l.subject.includes(`№ ${id}`)).length, 1)
})

test('whoever opens every link of every letter changes nothing', async () => {
	const person = await resident()
	await confirmed(person)
	expect(await person.json('POST', '/api/v1/me/contact', { email: newAddress() }), 200)
	await until('all letters are out', async () => (await sql('SELECT 1 FROM letter WHERE state IN (\'waiting\', \'open\', \'sending\') LIMIT 1')).length === 0 &&
		(await sql('SELECT 1 FROM outbox WHERE expanded_at IS NULL AND cancelled_at IS NULL LIMIT 1')).length === 0, 60)
	// What stands in a title or in remarks is not ours.
	const links = [...new Set(boxOf(vari).flatMap((l) => l.links))].filter((l) => !l.includes('evil.example'))
	assert.ok(links.length > 20, `${links.length} links`)
	const before = await everything()
	assert.ok(Object.keys(before).length > 15)
	for (const link of links) {
		assert.match(link, new RegExp(`^http://(127\\.0\\.0\\.1|[a-z0-9-]+\\.localhost):${new URL(url).port}/`))
		for (const method of ['GET', 'HEAD'])
			assert.ok([200, 303, 404, 410].includes((await request(method, pathOf(link))).status), link)
		// Also in the browser of somebody who is logged in.
		assert.ok((await person.get(pathOf(link))).status < 500, link)
	}
	assert.deepEqual(await everything(), before)
})

test('the same address on two accounts leaves them two', async () => {
	const [one, two] = [await resident(), await resident()]
	const shared = newAddress()
	await confirmed(one, shared)
	expect(await two.json('POST', '/api/v1/me/contact', { email: shared }), 200)
	const letter = await until('the second letter', () => lettersTo(vari, shared)[1])
	expect(await press(anonymous(), letter.links.find((l) => l.includes('/contact/confirm'))), 303)
	assert.deepEqual([(await contactOf(one)).email, (await contactOf(two)).email], [shared, shared])
	assert.notEqual(await personOf(one), await personOf(two))
	// Neither got anything of the other's.
	const id = await plantPetition({ author: await personOf(one) })
	assert.equal((await two.get('/api/v1/me')).body.petitions.length, 0)
	assert.deepEqual((await one.get('/api/v1/me')).body.petitions.map((p) => p.id), [id])
})

test('an address is changed, removed and stays away', async () => {
	await sql('DELETE FROM contact WHERE person_id = ?', [await personOf(await login('r807'))]) // of an earlier run
	const person = await login('r807')
	assert.equal((await contactOf(person)).email, 'r807@demo.example', 'as the provider vouches for it')
	const { address } = await confirmed(person)
	assert.equal((await contactOf(person)).email, address)
	assert.equal((await contactOf(await login('r807'))).email, address, 'the provider does not change it back')
	expect(await person.json('POST', '/api/v1/me/contact/remove'), 200)
	assert.equal((await contactOf(await login('r807'))).email, null)
})

test('what bounced is said on one\'s own page, until it is confirmed again', async () => {
	const person = await resident()
	const { address } = await confirmed(person)
	await sql('UPDATE contact SET bounced_at = UTC_TIMESTAMP() WHERE person_id = ?', [await personOf(person)])
	assert.match((await person.get('/me')).text, new RegExp(`Листи на ${address} повертаються`))
	expect(await person.json('POST', '/api/v1/me/contact', { email: address }), 200)
	const letter = await until('a second letter', () => lettersTo(vari, address)[1])
	expect(await press(anonymous(), letter.links.find((l) => l.includes('/contact/confirm'))), 303)
	assert.equal((await contactOf(person)).bounced_at, null)
})

test('the demonstration\'s letters can be read at the stand-in provider', async () => {
	const author = await login('r808')
	const id = await newPetition(author, hanna, { title: 'Лист <script>alert(1)</script> & для перегляду' })
	await letterTo('r808@demo.example', new RegExp(`№ ${id}`))
	const list = expect(await request('GET', '/standin-id/mail'), 200)
	const [, at] = new RegExp(`href="(/standin-id/mail\\?n=\\d+)"[^>]*>[^<]*№ ${id}`).exec(list.text)
	const page = expect(await request('GET', at), 200)
	assert.ok(page.text.includes('&lt;script&gt;alert(1)&lt;/script&gt; &amp; для перегляду'))
	assert.ok(page.text.includes(`href="${url}/petitions/${id}"`))
	assert.equal((await request('GET', '/standin-id/mail?n=999999999')).status, 404)
	assert.equal((await request('GET', '/standin-id/mail?n=../../keys')).status, 200, 'no number: the list')
})

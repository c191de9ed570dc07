// Login through the dialect of BankID NBU: a code, a token, and the bank's sealed words of its client.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { after, test } from 'node:test'
import { atTheDoor, begin, choose, comeBack, logIn, personOf, trapped, traps, turnedAway } from '../lib/dialects.mjs'
import { Client, port, request, sql, url, vari } from '../lib/viche.mjs'

const attempt = `viche_attempt_${port}`
const door = (person) => atTheDoor('bankid', person)
after(async () => {
	for (let n = 1440; n <= 1459; n++)
		await traps(`r${n}`, [])
})

test('whom a bank knows is let in: the sealed answer is opened, the registered address counts', async () => {
	const client = await logIn('bankid', 'r1440')
	const person = await personOf(client)
	assert.ok(person.given_name && person.family_name && person.middle_name)
	assert.equal(person.residence, 'provider')
	assert.deepEqual(await sql('SELECT 1 FROM contact WHERE person_id = ?', [person.id]), [])
	// A login of somebody whose bank document is flat, and of one whose is inside "customer".
	assert.equal((await personOf(await logIn('bankid', 'petro'))).residence, 'provider')
	assert.equal((await personOf(await logIn('bankid', 'oksana'))).residence, 'provider')
})

test('the browser is sent to the provider\'s address with the agreed set of data', async () => {
	const { address, client } = await begin('bankid')
	assert.equal(address.origin + address.pathname, `${url}/standin-id/bankid/v1/bank/oauth2/authorize`)
	assert.deepEqual(Object.fromEntries(address.searchParams), { response_type: 'code', client_id: 'viche',
		redirect_uri: `${url}/login/callback`, state: client.jar.get(attempt), dataset: '51' })
})

test('a way back opens nothing without its state, its cookie or its browser, and works once', async () => {
	const { client, back } = await door('r1441')
	const jar = new Map(client.jar)
	const stranger = new Client()
	turnedAway(stranger, await comeBack(stranger, back))
	const other = await door('r1442')
	turnedAway(other.client, await comeBack(other.client, back))
	assert.equal((await comeBack(client, back)).status, 303)
	const copy = new Client()
	copy.jar = jar
	turnedAway(copy, await comeBack(copy, back))
	const nameless = await door('r1441')
	nameless.back.delete('state')
	turnedAway(nameless.client, await comeBack(nameless.client, nameless.back))
})

test('who changes their mind at the bank reads that nothing happened', async () => {
	const { client, address } = await begin('bankid')
	const answer = await comeBack(client, await choose(address, { cancel: '1' }))
	turnedAway(client, answer, 200)
	assert.match(answer.text, /Ви скасували вхід/)
})

const refused = { status: 403, says: /Вхід не підтверджено/ }
const away = { status: 503, says: /Служба входу не відповідає/ }
for (const [what, names, expected] of [
	['an error with HTTP 200', ['error_200'], { ...refused, why: /an error: invalid_token/ }],
	['a mere text with HTTP 200', ['text'], { ...refused, why: /a mere text/ }],
	['an error in place of a token', ['token_error'], { ...refused, why: /an error: invalid_grant/ }],
	['a code that was used', ['used_code'], { ...refused, why: /said 400, invalid_grant/ }],
	['another state', ['other_state'], { status: 400, says: /Вхід тривав надто довго/, why: /without its attempt/ }],
	['a page of HTML', ['garbage'], { ...away, why: /cannot be read/ }],
	['HTTP 500', ['broken'], { ...away, why: /said 500/ }],
	['a plain answer where a sealed one was asked for', ['plain'], { ...refused, why: /is not sealed/ }],
	['an answer sealed for another key', ['other_key'],
		{ status: 503, says: /зашифровані дані, які сайт поки не може відкрити/, why: /is not opened/ }],
	['no number (n/a)', ['no_number'],
		{ status: 403, says: /не передала вашого податкового номера/, why: /no number/ }],
])
	test(`${what}: no session, a sentence for the person and one for the log`, async () => {
		await trapped('bankid', 'r1443', names, expected)
	})

test('a person without names or an address is let in by the number', async () => {
	await traps('r1444', ['names_na', 'no_birthday'])
	const person = await personOf(await logIn('bankid', 'r1444'))
	assert.deepEqual([person.given_name, person.family_name, person.middle_name], ['', '', ''])
})

test('the stand-in refuses another secret, another address and a second use', async () => {
	const { back } = await door('r1445')
	const secret = readFileSync(path.join(vari, 'keys/bankid_client_secret'), 'utf8').trim()
	const grant = { grant_type: 'authorization_code', client_id: 'viche', code: back.get('code'), client_secret: secret,
		redirect_uri: `${url}/login/callback` }
	const ask = async (p, body, headers) => request('POST', `/standin-id/bankid/v1/bank/${p}`, { body, headers })
	const token = (form) => ask('oauth2/token', new URLSearchParams(form).toString(),
		{ 'Content-Type': 'application/x-www-form-urlencoded' })
	assert.equal((await token({ ...grant, client_secret: 'wrong' })).status, 401)
	const { status, body } = await token(grant)
	assert.equal(status, 200)
	assert.equal((await token(grant)).status, 400)
	const { back: second } = await door('r1445')
	assert.equal((await token({ ...grant, code: second.get('code'), redirect_uri: 'http://127.0.0.1/elsewhere' })).status, 400)
	const client = (bearer, cert) => ask('resource/client', JSON.stringify({ cert }), { Authorization: `Bearer ${bearer}`,
		'Content-Type': 'application/json' })
	const cert = readFileSync(path.join(vari, 'keys/standin_unseal.cert'), 'utf8').trim()
	assert.equal((await client('wrong', cert)).status, 401)
	assert.equal((await client(body.access_token, 'bm8=')).status, 400)
	const answer = await client(body.access_token, cert)
	assert.deepEqual(Object.keys(answer.body).sort(), ['cert', 'customerCrypto', 'memberId', 'sidBi', 'state'])
	assert.ok(!answer.text.includes('inn'))
})

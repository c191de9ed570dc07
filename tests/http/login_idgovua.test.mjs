// Login through the dialect of id.gov.ua: OAuth 2 without PKCE or an id_token, so state and cookie are the
// whole defence; failures at HTTP 200; and what certificates say of people.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { after, describe, test } from 'node:test'
import { atTheDoor, begin, choose, comeBack, logged, logIn, personOf, trapped, traps, turnedAway } from '../lib/dialects.mjs'
import { Client, port, request, sql, url, vari } from '../lib/viche.mjs'

const attempt = `viche_attempt_${port}`
const door = (person, options) => atTheDoor('idgovua', person, options)
after(async () => {
	for (let n = 1401; n <= 1439; n++)
		await traps(`r${n}`, [])
})

test('who shows an e-signature is let in: names, residence, and no confirmed e-mail', async () => {
	const client = await logIn('idgovua', 'r1401')
	assert.equal((await client.get('/api/v1/session')).body.logged_in, true)
	const person = await personOf(client)
	assert.ok(person.given_name && person.family_name && person.middle_name)
	assert.equal(person.residence, 'provider')
	assert.ok(person.key_hex)
	assert.deepEqual(await sql('SELECT 1 FROM contact WHERE person_id = ?', [person.id]), [])
})

test('the browser is sent to the provider\'s address with what it asks for', async () => {
	const { address, client } = await begin('idgovua')
	assert.equal(address.origin + address.pathname, `${url}/standin-id/idgovua/`)
	const asked = Object.fromEntries(address.searchParams)
	assert.deepEqual(asked, { response_type: 'code', client_id: 'viche', auth_type: 'dig_sign,bank_id,mobile_id,diia_id',
		state: client.jar.get(attempt), redirect_uri: `${url}/login/callback` })
	assert.ok(asked.state.length >= 43)
})

describe('state and cookie', () => {
	test('a way back opens nothing in a browser that began no login', async () => {
		const { back } = await door('r1402')
		const other = new Client()
		turnedAway(other, await comeBack(other, back))
	})

	test('a way back opens nothing in a browser that began another login: nobody is logged in as somebody else', async () => {
		const attacker = await door('r1403'), victim = await door('r1404')
		turnedAway(victim.client, await comeBack(victim.client, attacker.back))
		const swapped = await door('r1403'), other = await door('r1404')
		other.back.set('code', swapped.back.get('code'))
		swapped.client.jar = new Map(other.client.jar)
		swapped.back.set('state', 'A'.repeat(43))
		turnedAway(swapped.client, await comeBack(swapped.client, swapped.back))
	})

	test('no state, an empty one, a short one, another one, one with more behind it', async () => {
		for (const change of [() => undefined, () => '', () => 'x', () => 'x'.repeat(43), (s) => `${s}x`, (s) => s.slice(0, -1),
			(s) => s.toLowerCase(), (s) => ` ${s}`]) {
			const { client, back } = await door('r1405')
			const state = change(back.get('state'))
			if (state === undefined)
				back.delete('state')
			else
				back.set('state', state)
			turnedAway(client, await comeBack(client, back))
		}
	})

	test('no cookie, a cut one, another attempt\'s', async () => {
		for (const change of [() => undefined, (c) => c.slice(0, -1), () => '', () => 'A'.repeat(43)]) {
			const { client, back } = await door('r1406')
			const cookie = change(client.jar.get(attempt))
			if (cookie === undefined)
				client.jar.delete(attempt)
			else
				client.jar.set(attempt, cookie)
			turnedAway(client, await comeBack(client, back))
		}
	})

	test('a state and a cookie that agree but were made up', async () => {
		const { back } = await door('r1407')
		const client = new Client()
		client.jar.set(attempt, 'B'.repeat(43))
		back.set('state', 'B'.repeat(43))
		turnedAway(client, await comeBack(client, back))
	})

	test('a state that the provider changed', async () => {
		await trapped('idgovua', 'r1408', ['other_state'], { status: 400, says: /Вхід тривав надто довго/, why: /without its attempt/ })
	})

	test('a way back works once, also with another code', async () => {
		const { client, back } = await door('r1409')
		const jar = new Map(client.jar)
		assert.equal((await comeBack(client, back)).status, 303)
		const copy = new Client()
		copy.jar = new Map(jar)
		turnedAway(copy, await comeBack(copy, back))
		const later = await door('r1409')
		copy.jar = jar
		back.set('code', later.back.get('code'))
		turnedAway(copy, await comeBack(copy, back))
	})

	test('of two who come back at the same moment with one attempt one is let in', async () => {
		const { client, back } = await door('r1410')
		const both = [client, new Client()]
		both[1].jar = new Map(client.jar)
		const answers = await Promise.all(both.map((c) => comeBack(c, back)))
		assert.deepEqual(answers.map((a) => a.status).sort(), [303, 400])
	})

	test('ten minutes later it is over', async () => {
		const { client, back } = await door('r1411')
		const { affectedRows } = await sql('UPDATE login_attempt SET expires_at = UNIX_TIMESTAMP() - 1 WHERE state_hash = ?',
			[createHash('sha256').update(back.get('state')).digest()])
		assert.equal(affectedRows, 1)
		const answer = await comeBack(client, back)
		turnedAway(client, answer)
		assert.match(answer.text, /Вхід тривав надто довго/)
	})

	test('what began in one community does not end in another', async () => {
		const { client, back } = await door('r1412')
		const other = new Client({ host: 'zhytomyr.localhost' })
		other.jar = new Map(client.jar)
		turnedAway(other, await comeBack(other, back))
	})

	test('an attempt ends with an error or a cancellation: a code that comes later is too late', async () => {
		for (const [end, status] of [[{ error: 'access_denied' }, 200], [{ error: 'server_error' }, 403], [{}, 403], [{ code: '' }, 403]]) {
			const { client, back } = await door('r1413')
			const jar = new Map(client.jar)
			turnedAway(client, await comeBack(client, { state: back.get('state'), ...end }), status)
			client.jar = jar
			turnedAway(client, await comeBack(client, back))
		}
	})

	test('a code of another dialect, of another login, or one that was used', async () => {
		const expected = { status: 403, says: /Вхід не підтверджено/, why: /invalid_grant/ }
		await trapped('idgovua', 'r1414', ['used_code'], expected)
		for (const code of [(await atTheDoor('bankid', 'r1415')).back.get('code'), (await atTheDoor('standin', 'r1415')).back.get('code'),
			'x'.repeat(43), 'ключ', 'a b', 'a'.repeat(3000)]) {
			const { client, back } = await door('r1414')
			back.set('code', code)
			const answer = await comeBack(client, back)
			assert.ok([400, 403].includes(answer.status), String(answer.status))
			assert.equal(client.session, undefined)
		}
	})

	test('without PKCE the code alone is the person: so it is used once, and stands in no log', async () => {
		// The protocol cannot tell whose browser brings a code; that codes do not leak is what is left.
		const one = await door('r1416'), other = await door('r1417')
		const code = one.back.get('code')
		other.back.set('code', code)
		assert.equal((await comeBack(other.client, other.back)).status, 303)
		turnedAway(one.client, await comeBack(one.client, one.back), 403)
		for (const log of ['login.log', 'standin-id.log', 'access.log', 'nginx.log'])
			assert.ok(!readFileSync(path.join(vari, 'log', log), 'utf8').includes(code), log)
	})

	test('no page tells the next one where the browser came from', async () => {
		const { client, back } = await door('r1418')
		client.jar.delete(attempt)
		const answer = await comeBack(client, back)
		assert.match(answer.headers['referrer-policy'], /^(no-referrer|same-origin)$/)
		assert.match(answer.headers['cache-control'], /private|no-store/)
	})
})

test('who changes their mind at the provider reads that nothing happened', async () => {
	const { client, address } = await begin('idgovua')
	const answer = await comeBack(client, await choose(address, { cancel: '1' }))
	turnedAway(client, answer, 200)
	assert.match(answer.text, /Ви скасували вхід/)
})

const refused = { status: 403, says: /Вхід не підтверджено/ }
const away = { status: 503, says: /Служба входу не відповідає/ }
const shut = { status: 503, says: /зашифровані дані, які сайт поки не може відкрити/ }
const numberless = { status: 403, says: /не передала вашого податкового номера/ }
for (const [what, names, expected] of [
	['an error with HTTP 200', ['error_200'], { ...refused, why: /an error: invalid_token/ }],
	['a mere text with HTTP 200', ['text'], { ...refused, why: /a mere text/ }],
	['an error in place of tokens', ['token_error'], { ...refused, why: /an error: invalid_grant/ }],
	['a page of HTML', ['garbage'], { ...away, why: /cannot be read/ }],
	['HTTP 500', ['broken'], { ...away, why: /said 500/ }],
	['a byte a second', ['slow'], { ...away, why: /Timeout/ }],
	['no number (n/a)', ['no_number'], { ...numberless, why: /no number of a person/ }],
	['data sealed for another key', ['other_key'], { ...shut, why: /is not opened/ }],
])
	test(`${what}: no session, a sentence for the person and one for the log`, async () => {
		await trapped('idgovua', 'r1420', names, expected)
	})

test('names that are n/a are nobody\'s name; the person is let in by the number', async () => {
	await traps('r1421', ['names_na'])
	const person = await personOf(await logIn('idgovua', 'r1421'))
	assert.deepEqual([person.given_name, person.family_name, person.middle_name], ['', '', ''])
	await traps('r1421', [])
	assert.equal((await personOf(await logIn('idgovua', 'r1421'))).id, person.id)
})

test('who has a passport in place of a number is one person, however its series is spelt', async () => {
	await traps('r1422', ['passport'])
	const [a, b, c] = [await personOf(await logIn('idgovua', 'r1422')), await personOf(await logIn('bankid', 'r1422')),
		await personOf(await logIn('standin', 'r1422'))]
	assert.deepEqual([b.id, c.id], [a.id, a.id])
	await traps('r1422', [])
	assert.notEqual((await personOf(await logIn('idgovua', 'r1422'))).id, a.id)
})

test('sealed data is opened by the decryptor', async () => {
	await traps('r1423', ['sealed'])
	const sealed = await personOf(await logIn('idgovua', 'r1423'))
	await traps('r1423', [])
	assert.equal((await personOf(await logIn('idgovua', 'r1423'))).id, sealed.id)
	assert.equal(sealed.residence, 'provider')
})

test('a person who comes by three services is one person, with one voice', async () => {
	const ids = []
	for (const provider of ['standin', 'idgovua', 'bankid', 'idgovua'])
		ids.push((await personOf(await logIn(provider, 'r1424'))).id)
	assert.equal(new Set(ids).size, 1, ids.join())
	const keys = await sql('SELECT COUNT(*) AS n FROM person WHERE given_name = (SELECT given_name FROM person WHERE id = ?) AND ' +
		'family_name = (SELECT family_name FROM person WHERE id = ?)', [ids[0], ids[0]])
	assert.equal(keys[0].n, 1)
})

test('the stand-in refuses another secret, and says nothing of a person without a token', async () => {
	const { back } = await door('r1425')
	const ask = async (p, query) => (await request('GET', `/standin-id/idgovua/${p}?${new URLSearchParams(query)}`)).body
	const secret = readFileSync(path.join(vari, 'keys/idgovua_client_secret'), 'utf8').trim()
	const grant = { grant_type: 'authorization_code', client_id: 'viche', code: back.get('code') }
	assert.equal((await ask('get-access-token', { ...grant, client_secret: 'wrong' })).error, 'invalid_client')
	assert.equal((await ask('get-access-token', { ...grant, client_secret: secret, client_id: 'other' })).error, 'invalid_client')
	const tokens = await ask('get-access-token', { ...grant, client_secret: secret })
	assert.ok(tokens.access_token)
	assert.equal((await ask('get-access-token', { ...grant, client_secret: secret })).error, 'invalid_grant')
	const mine = { access_token: tokens.access_token, user_id: tokens.user_id }
	assert.equal((await ask('get-user-info', { ...mine, user_id: '1', fields: 'drfocode' })).error, 'invalid_token')
	assert.deepEqual(Object.keys(await ask('get-user-info', { ...mine, fields: 'drfocode,lastname' })), ['drfocode', 'lastname'])
	assert.equal((await ask('get-user-logout', mine)).error, '0')
	for (const log of ['standin-id.log', 'access.log', 'nginx.log'])
		for (const canary of [tokens.access_token, tokens.refresh_token, secret])
			assert.ok(!readFileSync(path.join(vari, 'log', log), 'utf8').includes(canary), log)
	assert.equal((await ask('get-user-info', { ...mine, fields: 'drfocode' })).error, 'invalid_token')
})

test('only who knows the secret sets traps', async () => {
	for (const body of ['', '{}', JSON.stringify({ secret: 'x', person: 'r1426', traps: ['slow'] })])
		assert.equal((await request('POST', '/standin-id/traps', { body })).status, 403)
	const secret = readFileSync(path.join(vari, 'keys/oidc_client_secret'), 'utf8').trim()
	for (const more of [{ person: 'nobody', traps: [] }, { person: 'r1426', traps: ['no such'] }, { person: 'r1426' }])
		assert.equal((await request('POST', '/standin-id/traps', { body: JSON.stringify({ secret, ...more }) })).status, 422)
})

test('when the provider is back after a failure, the next login goes through', async () => {
	const lines = await logged(async () => { await logIn('idgovua', 'r1420') })
	assert.deepEqual(lines, [])
})

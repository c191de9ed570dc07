// Logins through the stand-in provider step by step, in each of its dialects: what passes between the login
// page and the session may be looked at, swapped or repeated.
//
//   const { client, back } = await atTheDoor('idgovua', 'r1401')   // the browser is about to come back
//   const answer = await comeBack(client, back)
//   await traps('r1401', ['error_200'])                            // cgi-bin/standin-id/trap.h
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Client, hidden, request, sql, tokenHash, vari } from './viche.mjs'

/* How the stand-in misbehaves for a person from now on; []: not at all. */
export async function traps(person, names) {
	const secret = readFileSync(path.join(vari, 'keys/oidc_client_secret'), 'utf8').trim()
	const answer = await request('POST', '/standin-id/traps', { body: JSON.stringify({ secret, person, traps: names }),
		headers: { 'Content-Type': 'application/json' } })
	assert.equal(answer.status, 200, answer.text)
}

/* A browser that pressed the provider's button: the provider's address. */
export async function begin(provider, { client = new Client(), to = 'me' } = {}) {
	const page = await client.get(`/login?to=${to}`)
	const started = await client.post('/login/start', [...hidden(page.text, '/login/start'), ['provider', provider]])
	assert.equal(started.status, 303, started.text)
	return { client, address: new URL(started.location) }
}

/* Chooses a person at the stand-in (or presses another button there: {cancel: '1'}); the way back. */
export async function choose(address, choice) {
	const asked = await request('GET', address.pathname + address.search)
	assert.equal(asked.status, 200, asked.text)
	const granted = await request('POST', '/standin-id/authorize', {
		body: new URLSearchParams([...hidden(asked.text, '/standin-id/authorize'), ...Object.entries(choice)]).toString(),
		headers: { 'Content-Type': 'application/x-www-form-urlencoded' } })
	assert.equal(granted.status, 303, granted.text)
	return new URL(granted.location).searchParams
}

export async function atTheDoor(provider, person, options) {
	const { client, address } = await begin(provider, options)
	return { client, back: await choose(address, { person }) }
}

export const comeBack = (client, back) => client.get(`/login/callback?${new URLSearchParams(back)}`)

/* The whole way; the client has a session. */
export async function logIn(provider, person, options) {
	const { client, back } = await atTheDoor(provider, person, options)
	const answer = await comeBack(client, back)
	assert.equal(answer.status, 303, answer.text)
	assert.ok(client.session)
	return client
}

export function turnedAway(client, answer, status = 400) {
	assert.equal(answer.status, status, answer.text.slice(0, 300))
	assert.equal(client.session, undefined, 'a session began')
}

/* The row of the session's person, with the residence in Chornomorsk's community. */
export async function personOf(client) {
	const [row] = await sql('SELECT p.*, m.residence, HEX(p.person_key) AS key_hex FROM session s JOIN person p ON p.id = s.person_id ' +
		'LEFT JOIN membership m ON m.person_id = p.id AND m.community_id = s.community_id WHERE s.token_hash = ?',
	[tokenHash(client.session)])
	return row
}

/* The errors of these events that login wrote while work ran, as texts. */
export async function logged(work, events = ['login', 'unseal']) {
	const file = path.join(vari, 'log/login.log')
	const before = readFileSync(file).length
	await work()
	return readFileSync(file).subarray(before).toString().trim().split('\n').filter(Boolean).map((line) => JSON.parse(line))
		.filter((line) => line.level === 'error' && events.includes(line.event)).map((line) => line.message)
}

/* A login under these traps that ends without a session: the page, and one line of the log. */
export async function trapped(provider, person, names, { status, says, why }) {
	await traps(person, names)
	let client, answer
	const lines = await logged(async () => {
		const door = await atTheDoor(provider, person)
		client = door.client
		answer = await comeBack(client, door.back)
	})
	turnedAway(client, answer, status)
	assert.match(answer.text, says)
	assert.match(lines.at(-1) ?? '', why)
	assert.ok(!lines.join('\n').includes('canary'), 'the log repeats what the provider said')
	await traps(person, [])
}

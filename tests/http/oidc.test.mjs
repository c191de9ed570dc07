// Login through a real OpenID provider: npm's oidc-provider, which Viche did not write.
import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { oidc, startInstance } from '../lib/instance.mjs'
import { RealProvider, through } from '../lib/provider.mjs'

const chornomorsk = 'UA51100370000040590'
const people = {
	'one-sub': { given_name: 'Провайдер', family_name: 'Перший', tax_number: '9900001301',
		residence_code: chornomorsk },
	'other-sub': { given_name: 'Провайдер', family_name: 'Перший', tax_number: '99 0000 1301',
		residence_code: chornomorsk },
	stranger: { given_name: 'Житель', family_name: 'Деінде', tax_number: '9900001302',
		residence_code: 'UA18040190000029215' },
	unnumbered: { given_name: 'Безномерний', family_name: 'Житель', email: 'same@example.org',
		residence_code: chornomorsk },
	vouched: { given_name: 'З поштою', family_name: 'Житель', tax_number: '9900001303', email: 'same@example.org',
		email_verified: true, residence_code: chornomorsk },
	again: { given_name: 'З тією ж поштою', family_name: 'Житель', tax_number: '9900001304', email: 'same@example.org',
		email_verified: true, residence_code: chornomorsk },
	forged: { given_name: 'З дивною поштою', family_name: 'Житель', tax_number: '9900001305',
		email: 'a@b.example\r\nBcc: c@d.example', email_verified: true, residence_code: chornomorsk },
	claimed: { given_name: 'З чужою поштою', family_name: 'Житель', tax_number: '9900001306', email: 'same@example.org',
		email_verified: 'true', residence_code: chornomorsk },
}
let first, second, site, secret

before(async () => {
	first = await new RealProvider(people).listen()
	second = await new RealProvider(people, { path: '/second' }).listen()
	site = await startInstance({ providers: { first: oidc(first.issuer) } })
	secret = site.read('keys/oidc_client_secret').trim()
})
after(() => {
	site?.stop()
	first?.close()
	second?.close()
})

/* Opens the provider anew and makes the site forget the old one's keys. */
async function open(provider, options) {
	provider.open({ secret, redirect: `${site.url}/login/callback`, ...options })
	await site.provide({ [provider === first ? 'first' : 'second']: oidc(provider.issuer) })
}

/* The whole way of a browser; the callback's answer, and the client that it gave a session or not. */
async function logIn(provider, who, to = 'none') {
	const { Client, hidden } = site.viche
	const client = new Client()
	const page = await client.get(`/login?to=${to}`)
	provider.next = who
	const started = await client.post('/login/start', hidden(page.text, '/login/start'))
	assert.equal(started.status, 303)
	const back = await through(started.location, site.url)
	return { client, page, back, answer: await client.get(back.pathname + back.search) }
}

async function personOf(client) {
	const [row] = await site.viche.sql('SELECT person_id FROM session WHERE token_hash = ?',
		[site.viche.tokenHash(client.session)])
	return row.person_id
}

for (const alg of ['ES256', 'RS256', 'PS256'])
	for (const inToken of [false, true])
		test(`a resident logs in by ${alg}, with what is known of them from ${inToken ? 'the token' : 'userinfo'}`, async () => {
			await open(first, { alg, kid: `${alg}-${inToken}`, inToken })
			const { client, answer } = await logIn(first, 'one-sub')
			assert.equal(answer.status, 303)
			const me = (await client.get('/api/v1/session')).body
			assert.equal(me.name, 'Провайдер Перший')
			assert.deepEqual(me.roles, ['resident'])
			const [header] = first.tokenCalls
			const [id, given] = Buffer.from(header.split(' ')[1], 'base64').toString().split(':')
			assert.equal(id, 'viche')
			assert.equal(decodeURIComponent(given), secret)
		})

test('the secret may go in the form, where the provider takes it so or its file says so', async () => {
	await open(first, { auth: 'client_secret_post' })
	await site.provide({ first: oidc(first.issuer, { client_auth: 'client_secret_post' }) })
	assert.equal((await logIn(first, 'one-sub')).answer.status, 303)
	assert.equal(first.tokenCalls[0], undefined)
	assert.equal(new URLSearchParams(first.tokenForms.join('')).get('client_secret'), secret)
})

test('a signed proof takes the place of the secret (private_key_jwt), for the endpoint or the issuer, once and shortly', async () => {
	const made = site.run('manage', ['login-key', 'provider.jwk'])
	assert.equal(made.status, 0, made.stderr)
	const keys = JSON.parse(made.stdout)
	assert.equal(keys.keys.length, 1)
	assert.equal(keys.keys[0].d, undefined, 'the private half stays')
	assert.equal(statSync(site.file('keys/provider.jwk')).mode & 0o777, 0o600)
	const proofs = []
	for (const [audience, aud] of [[undefined, `${first.issuer}/token`], ['issuer', first.issuer]]) {
		await open(first, { auth: 'private_key_jwt', keys, kid: `signed-${audience}` })
		await site.provide({ first: oidc(first.issuer, { client_secret_file: undefined, private_key_file: 'keys/provider.jwk',
			assertion_audience: audience }) })
		assert.equal((await logIn(first, 'one-sub')).answer.status, 303, audience)
		const form = new URLSearchParams(first.tokenForms.join(''))
		assert.equal(form.get('client_assertion_type'), 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
		assert.equal(form.get('client_secret'), null)
		const claims = JSON.parse(Buffer.from(form.get('client_assertion').split('.')[1], 'base64url').toString())
		assert.deepEqual([claims.iss, claims.sub, claims.aud, claims.exp - claims.iat], ['viche', 'viche', aud, 60])
		proofs.push(claims.jti)
	}
	assert.equal(new Set(proofs).size, 2)
	// Another key proves nothing.
	assert.equal(site.run('manage', ['login-key', 'stranger.jwk']).status, 0)
	await site.provide({ first: oidc(first.issuer, { client_secret_file: undefined, private_key_file: 'keys/stranger.jwk' }) })
	const refused = await logIn(first, 'one-sub')
	assert.equal(refused.answer.status, 403)
	assert.notEqual(site.run('manage', ['login-key', 'stranger.jwk']).status, 0, 'a key is not written over')
})

test('a fresh login asks for one at the provider, who says when it was', async () => {
	await open(first, { kid: 'fresh' })
	const { answer } = await logIn(first, 'one-sub', 'settings')
	assert.equal(answer.location, '/moderation/settings')
})

test('who lives elsewhere is logged in but no resident here', async () => {
	await open(first)
	const { client } = await logIn(first, 'stranger')
	const me = (await client.get('/api/v1/session')).body
	assert.equal(me.logged_in, true)
	assert.deepEqual(me.roles, [])
})

test('the form of the login page may lead to the provider and to nobody else', async () => {
	const { page } = await logIn(first, 'one-sub')
	assert.equal(/form-action ([^;]*);/.exec(page.headers['content-security-policy'])[1], `'self' ${first.origin}`)
})

test('who cancels at the provider sees that nothing happened, and has no session', async () => {
	const { client, back, answer } = await logIn(first, 'cancel')
	assert.equal(back.searchParams.get('error'), 'access_denied')
	assert.equal(answer.status, 200)
	assert.match(answer.text, /Ви скасували вхід/)
	assert.equal(client.session, undefined)
})

test('one tax number at two providers is one account, however it is written', async () => {
	await open(first)
	const here = await personOf((await logIn(first, 'one-sub')).client)
	await open(second)
	const there = await personOf((await logIn(second, 'other-sub')).client)
	assert.equal(there, here)
})

test('without a tax number the same name at another provider is another account', async () => {
	await open(first)
	const here = await personOf((await logIn(first, 'unnumbered')).client)
	assert.equal(await personOf((await logIn(first, 'unnumbered')).client), here)
	await open(second)
	assert.notEqual(await personOf((await logIn(second, 'unnumbered')).client), here)
})

test('an address that the provider vouches for is where letters go, and never says who somebody is', async () => {
	await open(first)
	const known = async (who) => {
		const { client } = await logIn(first, who)
		return { person: await personOf(client), email: (await client.get('/api/v1/me')).body.contact.email }
	}
	const one = await known('vouched'), other = await known('again')
	assert.deepEqual([one.email, other.email], ['same@example.org', 'same@example.org'])
	assert.notEqual(one.person, other.person)
	for (const who of ['unnumbered', 'forged', 'claimed'])
		assert.equal((await known(who)).email, null, who)
	// What the provider says later changes nothing.
	people.vouched.email = 'later@example.org'
	assert.deepEqual(await known('vouched'), one)
})

test('a provider that changes its key is believed again without a restart of the site', async () => {
	const { parallel, until } = site.viche
	const crowd = () => parallel(Array(8).fill('one-sub'), 4, async (who) => (await logIn(first, who)).answer.status)

	await open(first, { kid: 'old' })
	assert.deepEqual(new Set(await crowd()), new Set([303])) // every process knows the old key now
	first.open({ secret, redirect: `${site.url}/login/callback`, kid: 'new' })
	// Keys are fetched anew for an unknown one at most once in 30 s: refused until then, not longer.
	await until('logins by the new key at every process', async () => {
		const statuses = new Set(await crowd())
		assert.ok([...statuses].every((status) => [303, 403].includes(status)), `answers ${[...statuses]}`)
		return statuses.size === 1 && statuses.has(303)
	}, 90)
})

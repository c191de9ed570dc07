// Which providers a community has, how they are chosen, and what their files ask of a login.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { EvilProvider, jwt } from '../lib/evil-provider.mjs'
import { oidc, startInstance } from '../lib/instance.mjs'

const zhytomyr = 'zhytomyr.localhost', chornomorskCode = 'UA51100370000040590'
let one, two, site

const files = () => ({
	a_sign: oidc(two.issuer, { title: { uk: 'Підпис', en: 'Signature' }, logo: 'login-key', order: 20,
		claims: { given_name: 'person.first', family_name: '/person/names/0', tax_number: 'https://two.example/tin' } }),
	bank: oidc(one.issuer, { title: { uk: 'Банк', en: 'Bank' }, logo: 'login-bank', order: 10 }),
	there: oidc(one.issuer, { title: { uk: 'Лише в Житомирі', en: 'In Zhytomyr alone' }, communities: ['zhytomyr'], order: 30 }),
	sure: oidc(one.issuer, { title: { uk: 'Надійно', en: 'Surely' }, order: 40, acr_values: ['low', 'substantial', 'high'],
		acr_least: 'substantial' }),
})

before(async () => {
	one = await new EvilProvider().listen()
	two = await new EvilProvider().listen()
	site = await startInstance({ providers: files() })
})
after(() => {
	site?.stop()
	one?.close()
	two?.close()
})

/* A browser that chose a provider and stands there: {client, location}. */
async function begin(provider, { host, to = 'me', client } = {}) {
	const { Client, hidden } = site.viche
	client ??= new Client({ host: host ?? '127.0.0.1' })
	const page = await client.get(`/login?to=${to}`)
	const fields = hidden(page.text, '/login/start')
	const started = await client.post('/login/start', provider ? [...fields, ['provider', provider]] : fields)
	return { client, page, started, location: started.location }
}

/* The whole way as that person at that provider. */
async function logIn(provider, at, sub, options) {
	const begun = await begin(provider, options)
	assert.equal(begun.started.status, 303, begun.started.text)
	const answer = await begun.client.get(`/login/callback?${new URLSearchParams(at.authorize(begun.location, sub))}`)
	return { ...begun, answer }
}

const personOf = async (client) => (await site.viche.sql('SELECT person_id FROM session WHERE token_hash = ?',
	[site.viche.tokenHash(client.session)]))[0].person_id

const buttons = (html) => [...html.matchAll(/<button[^>]*name="provider" value="([^"]*)">(.*?)<\/button>/gs)]
	.map(([, id, inner]) => ({ id, title: /<b>(.*?)<\/b>/.exec(inner)[1], logo: /src="([^"]*)"/.exec(inner)?.[1] }))

test('a community shows its providers in their order, in the page\'s language, each with its picture', async () => {
	const client = site.viche.anonymous()
	const shown = buttons((await client.get('/login')).text)
	assert.deepEqual(shown.map(({ id, title }) => [id, title]), [['bank', 'Банк'], ['a_sign', 'Підпис'], ['sure', 'Надійно']])
	assert.match(shown[0].logo, /^\/static\/login-bank-[0-9a-f]+\.svg$/)
	const picture = await client.get(shown[1].logo)
	assert.equal(picture.headers['content-type'], 'image/svg+xml')
	assert.equal(shown[2].logo, undefined)
	const there = buttons((await site.viche.anonymous({ host: zhytomyr }).get('/login')).text)
	assert.deepEqual(there.map(({ id }) => id), ['bank', 'a_sign', 'there', 'sure'])
	client.jar.set('lang', 'en')
	assert.deepEqual(buttons((await client.get('/login')).text).map(({ title }) => title), ['Bank', 'Signature', 'Surely'])
})

test('the form may lead to each provider and nowhere else', async () => {
	const csp = (await site.viche.anonymous().get('/login')).headers['content-security-policy']
	assert.equal(/form-action ([^;]*);/.exec(csp)[1], `'self' ${one.issuer} ${two.issuer}`)
})

test('the button chosen is where the browser goes; without one, as by Enter, to the first', async () => {
	assert.ok((await begin('a_sign')).location.startsWith(`${two.issuer}/authorize?`))
	assert.ok((await begin()).location.startsWith(`${one.issuer}/authorize?`))
})

test('a provider that is another community\'s, or none, begins nothing', async () => {
	for (const id of ['there', 'nobody', '../bank', 'bank\' OR 1', 'x'.repeat(21)]) {
		const { started, client } = await begin(id)
		assert.equal(started.status, 422, id)
		assert.equal([...client.jar.keys()].some((name) => name.includes('attempt')), false)
	}
	assert.equal((await begin('there', { host: zhytomyr })).started.status, 303)
})

test('one tax number at two providers is one account, however it is written and wherever it stands', async () => {
	one.behave({ claims: (c) => Object.assign(c, { tax_number: '99000 01401' }) })
	two.behave({ claims: (c) => Object.assign(c, { 'https://two.example/tin': '9900001401', tax_number: '9900001499',
		person: { first: 'Мапа', names: ['Шляхова', 'x'] } }) })
	const bank = await logIn('bank', one, 'bank-sub'), sign = await logIn('a_sign', two, 'sign-sub')
	assert.deepEqual([bank.answer.status, sign.answer.status], [303, 303])
	assert.equal(await personOf(sign.client), await personOf(bank.client))
	// The other provider's names are the newest, from where its file says that they stand.
	assert.equal((await bank.client.get('/api/v1/session')).body.name, 'Мапа Шляхова')
	one.behave({ claims: (c) => Object.assign(c, { tax_number: '9900001402' }) })
	const other = await logIn('bank', one, 'bank-sub')
	assert.notEqual(await personOf(other.client), await personOf(bank.client), 'the number says who it is, not the sub')
})

test('the same sub at two providers is two people', async () => {
	one.behave()
	two.behave()
	const here = await logIn('bank', one, 'same-sub'), there = await logIn('a_sign', two, 'same-sub')
	assert.notEqual(await personOf(here.client), await personOf(there.client))
})

test('a session knows the provider that it came by', async () => {
	two.behave()
	const { client } = await logIn('a_sign', two, 'knows-sub')
	const [row] = await site.viche.sql('SELECT provider FROM session WHERE token_hash = ?', [site.viche.tokenHash(client.session)])
	assert.equal(row.provider, 'a_sign')
})

test('an answer of one provider is not taken for another\'s', async () => {
	one.behave()
	two.behave()
	const begun = await begin('bank')
	const back = two.authorize(begun.location)
	const answer = await begun.client.get(`/login/callback?${new URLSearchParams(back)}`)
	assert.equal(answer.status, 403)
	assert.equal(begun.client.session, undefined)
	// Nor without its name: its code is nothing to the first one.
	const again = await begin('bank'), { iss, ...nameless } = two.authorize(again.location)
	assert.equal(iss, two.issuer)
	assert.equal((await again.client.get(`/login/callback?${new URLSearchParams(nameless)}`)).status, 403)
	assert.equal(two.seen.length, 0, 'the other provider was asked')
})

test('where a weaker way is not enough, the page says so and what to do', async () => {
	assert.equal(new URL((await begin('sure')).location).searchParams.get('acr_values'), 'substantial high')
	for (const acr of ['low', undefined, 'substantial high', 'higher', 4]) {
		one.behave({ claims: (c) => Object.assign(c, acr === undefined ? {} : { acr }) })
		const { client, answer } = await logIn('sure', one, 'weak-sub')
		assert.equal(answer.status, 403)
		assert.match(answer.text, /способом, якого тут недостатньо/)
		assert.equal(client.session, undefined)
	}
	for (const acr of ['substantial', 'high']) {
		one.behave({ claims: (c) => Object.assign(c, { acr }) })
		assert.equal((await logIn('sure', one, 'weak-sub')).answer.status, 303)
	}
})

test('an acr that only userinfo tells is none', async () => {
	one.behave({ userinfo: (sub) => ({ sub, acr: 'high' }) })
	assert.equal((await logIn('sure', one, 'weak-sub')).answer.status, 403)
})

test('a fresh login asks the provider to ask anew, and believes none that did not', async () => {
	const asked = new URL((await begin('bank', { to: 'settings' })).location).searchParams
	assert.equal(asked.get('prompt'), 'login')
	assert.equal(asked.get('max_age'), '60')
	assert.equal(new URL((await begin('bank')).location).searchParams.get('prompt'), null)
	const now = Math.floor(Date.now() / 1000)
	for (const auth_time of [undefined, now - 3600, String(now)]) {
		one.behave({ claims: (c) => Object.assign(c, auth_time === undefined ? {} : { auth_time }) })
		const { client, answer } = await logIn('bank', one, 'fresh-sub', { to: 'settings' })
		assert.equal(answer.status, 403)
		assert.match(answer.text, /Служба входу не запитала вас знову/)
		assert.equal(client.session, undefined)
	}
	one.behave({ claims: (c) => Object.assign(c, { auth_time: Math.floor(Date.now() / 1000) }) })
	const { answer } = await logIn('bank', one, 'fresh-sub', { to: 'settings' })
	assert.equal(answer.location, '/moderation/settings')
})

test('a session knows how long ago its person proved who they are', async () => {
	const proved = async (auth_time) => {
		one.behave({ claims: (c) => Object.assign(c, auth_time === undefined ? {} : { auth_time }) })
		const { client } = await logIn('bank', one, 'proved-sub')
		const [row] = await site.viche.sql('SELECT proved_at, created_at FROM session WHERE token_hash = ?',
			[site.viche.tokenHash(client.session)])
		return row
	}
	const hour = Math.floor(Date.now() / 1000) - 3600
	assert.equal((await proved(hour)).proved_at, hour)
	assert.equal((await proved(undefined)).proved_at, 1, 'who does not tell has not asked just now')
	const late = await proved(Math.floor(Date.now() / 1000) + 3000)
	assert.ok(Math.abs(late.proved_at - late.created_at) <= 1, 'no proof is of the future')
})

test('a provider that promises to name itself must, or its answer is not believed (RFC 9207)', async () => {
	const promise = { authorization_response_iss_parameter_supported: true }
	one.behave({ discovery: promise })
	await site.provide(files()) // forgets what it knew of the provider
	const { client, location } = await begin('bank')
	const { code, state } = one.authorize(location)
	assert.equal((await client.get(`/login/callback?${new URLSearchParams({ code, state })}`)).status, 403)
	assert.equal(client.session, undefined)
	assert.equal((await logIn('bank', one, 'named-sub')).answer.status, 303)
	one.behave()
	await site.provide(files())
	const silent = await begin('bank'), back = one.authorize(silent.location)
	delete back.iss
	assert.equal((await silent.client.get(`/login/callback?${new URLSearchParams(back)}`)).status, 303)
})

test('userinfo may be signed; a wrong signature, issuer or audience is no userinfo', async () => {
	const told = (sub, more = {}) => ({ iss: one.issuer, aud: 'viche', sub, given_name: 'Підписана', family_name: 'Довідка', ...more })
	const sub = 'signed-sub'
	one.behave({ claims: (c) => { delete c.given_name; delete c.family_name }, userinfoJwt: () => jwt(one.rsa, told(sub)) })
	const { client } = await logIn('bank', one, sub)
	assert.equal((await client.get('/api/v1/session')).body.name, 'Підписана Довідка')
	for (const bad of [jwt(one.stranger, told(sub)), jwt(one.ec, told(sub, { aud: 'other' })), jwt(one.ec, told(sub, { iss: two.issuer })),
		`${jwt(one.ec, told(sub)).split('.').slice(0, 2).join('.')}.`, 'no token']) {
		one.behave({ userinfoJwt: () => bad })
		const turned = await logIn('bank', one, sub)
		assert.equal(turned.answer.status, 403)
		assert.equal(turned.client.session, undefined)
	}
	// What is signed for somebody else is left out, as it is unsigned.
	one.behave({ claims: (c) => Object.assign(c, { given_name: 'Сама', family_name: 'Собою' }), userinfoJwt: () => jwt(one.ec, told('other')) })
	const own = await logIn('bank', one, sub)
	assert.equal((await own.client.get('/api/v1/session')).body.name, 'Сама Собою')
})

test('an error that the provider tells is told, and ends the attempt', async () => {
	for (const [error, status, says] of [['access_denied', 200, /Ви скасували вхід/], ['server_error', 503, /не відповідає/],
		['temporarily_unavailable', 503, /не відповідає/], ['login_required', 403, /не підтверджено/], ['<script>', 403, /не підтверджено/]]) {
		const { client, location } = await begin('bank')
		const { state, iss } = one.authorize(location)
		const jar = new Map(client.jar)
		const answer = await client.get(`/login/callback?${new URLSearchParams({ state, iss, error, error_description: 'СЛОВА-ПРОВАЙДЕРА' })}`)
		assert.equal(answer.status, status, error)
		assert.match(answer.text, says)
		assert.doesNotMatch(answer.text, /СЛОВА-ПРОВАЙДЕРА|<script>/)
		client.jar = jar
		assert.equal((await client.get(`/login/callback?${new URLSearchParams(one.authorize(location))}`)).status, 400)
	}
})

test('a provider\'s file with a mistake is named at the start, with what is wrong', async () => {
	const { startProgram } = await import('../lib/fastcgi.mjs')
	const right = () => oidc(one.issuer)
	const starts = (files) => startProgram('login', {}, { providers: files })
	const mistakes = [
		[{}, /no identity provider in .*own-providers/],
		[{ 'Bank-ID': right() }, /named by at most 20 of a-z/],
		[{ a: { ...right(), dialect: 'saml' } }, /a\.json: there is no dialect "saml"/],
		[{ a: { ...right(), isuer: 'x' } }, /a\.json: the dialect oidc has no setting "isuer"/],
		[{ a: { ...right(), issuer: undefined } }, /a\.json: the setting "issuer" is missing/],
		[{ a: { ...right(), issuer: 'http://id.example' } }, /"issuer" must be an https address/],
		[{ a: { ...right(), title: 'x' } }, /"title" must be/],
		[{ a: { ...right(), client_secret_file: 'keys/absent' } }, /cannot read the secret .*keys\/absent/],
		[{ a: { ...right(), client_secret_file: undefined } }, /"client_secret_file" or "private_key_file" is missing/],
		[{ a: { ...right(), private_key_file: 'keys/oidc_client_secret' } }, /must be a JWK of the curve P-256/],
		[{ a: { ...right(), client_auth: 'private_key_jwt' } }, /needs "private_key_file"/],
		[{ a: { ...right(), client_auth: 'none' } }, /"client_auth" must be/],
		[{ a: { ...right(), claims: { taxnumber: 'x' } } }, /nothing that we want to know is called "claims.taxnumber"/],
		[{ a: { ...right(), acr_least: 'high' } }, /"acr_least" must be one of "acr_values"/],
		[{ a: { ...right(), scope: 'profile' } }, /"scope" must have "openid"/],
		[{ a: { ...right(), logo: 'login-nothing' } }, /there is no views\/static\/login-nothing\.svg/],
		[{ a: { ...right(), communities: 'x y' } }, undefined],
		[{ a: { ...right(), order: '1' } }, /"order" must be a whole number/],
	]
	for (const [providers, says] of mistakes)
		if (says === undefined)
			await (await starts(providers)).stop()
		else
			await assert.rejects(starts(providers), says)
})

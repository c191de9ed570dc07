// A provider that lies, and people who lie in its name: no session, one line in the log that says
// why and nothing of the token, and the site is read meanwhile.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { EvilProvider, hs256, jwt, pem } from '../lib/evil-provider.mjs'
import { oidc, startInstance } from '../lib/instance.mjs'

let evil, site

before(async () => {
	evil = await new EvilProvider().listen()
	site = await startInstance({ providers: { evil: oidc(evil.issuer) } })
})
after(() => {
	site?.stop()
	evil?.close()
})

/* A browser with an attempt under way: {client, back}, back being the callback's parameters. */
async function begin(sub) {
	const { Client, hidden } = site.viche
	const client = new Client()
	const page = await client.get('/login?to=me')
	const started = await client.post('/login/start', hidden(page.text, '/login/start'))
	assert.equal(started.status, 303, started.text)
	return { client, back: evil.authorize(started.location, sub) }
}

const callback = (client, back) => client.get(`/login/callback?${new URLSearchParams(back)}`)

/* The lines that login wrote of failures while work ran; none may hold a secret. */
async function logged(work) {
	const before = site.read('log/login.log').length
	await work()
	const text = site.read('log/login.log').slice(before)
	for (const secret of evil.secrets)
		assert.ok(!text.includes(secret), 'the log holds a part of a token, a code or a verifier')
	return text.trim().split('\n').map((line) => JSON.parse(line))
		.filter((line) => line.event === 'login' && line.level === 'error').map((line) => line.message)
}

/* Asserts that this callback is refused as it should be. */
async function refused({ client, back }, { status = 403, says = /Вхід не підтверджено/, why }) {
	let answer
	const reasons = await logged(async () => {
		answer = await callback(client, back)
	})
	assert.equal(answer.status, status)
	assert.match(answer.text, says)
	assert.equal(client.session, undefined, 'a session began')
	assert.equal(reasons.length, 1, `one line, not ${JSON.stringify(reasons)}`)
	assert.match(reasons[0], why)
	assert.equal((await site.viche.anonymous().get('/petitions')).status, 200)
}

test('an honest answer of this very provider is believed (else the rest proves nothing)', async () => {
	for (const key of [evil.ec, evil.rsa]) {
		evil.behave({ token: (_, claims) => jwt(key, claims) })
		const { client, back } = await begin()
		const answer = await callback(client, back)
		assert.equal(answer.status, 303)
		assert.equal(answer.location, '/me')
		assert.ok(client.session)
	}
})

const none = { alg: 'none', typ: 'JWT' }
const now = () => Math.floor(Date.now() / 1000)
const forgeries = [
	['has no signature (alg none)', { token: (_, c) => jwt(_, c, { header: none, signature: '' }) }, /algorithm/],
	['says none but is signed', { token: (k, c) => jwt(k, c, { header: { ...none, kid: 'ec-1' } }) }, /algorithm/],
	['is an HMAC made with the public RSA key (PEM)', { token: (_, c) => jwt(_, c,
		{ header: { alg: 'HS256', kid: 'rsa-1' }, signature: hs256(pem(evil.rsa)) }) }, /algorithm/],
	['is an HMAC made with the public RSA key (modulus)', { token: (_, c) => jwt(_, c,
		{ header: { alg: 'HS256', kid: 'rsa-1' }, signature: hs256(Buffer.from(evil.rsa.jwk.n, 'base64url')) }) },
	/algorithm/],
	['has expired', { claims: (c) => { c.exp = now() - 3600 } }, /expired/],
	['never expires', { claims: (c) => { delete c.exp } }, /expired/],
	['was issued in the future', { claims: (c) => { c.iat = now() + 3600 } }, /future/],
	['is for another site', { claims: (c) => { c.aud = 'another' } }, /audience/],
	['is for several sites and made for another', { claims: (c) => { c.aud = ['viche', 'x']; c.azp = 'x' } }, /audience/],
	['comes from another issuer', { claims: (c) => { c.iss = 'https://id.example' } }, /issuer/],
	['has the nonce of another login', { claims: (c) => { c.nonce = evil.secret() } }, /nonce/],
	['has no nonce', { claims: (c) => { delete c.nonce } }, /nonce/],
	['names nobody', { claims: (c) => { delete c.sub } }, /subject/],
	['is signed by a key that nobody published', { token: (_, c) => jwt(evil.stranger, c) }, /kid/],
	['is signed by one key in the name of another', { token: (_, c) => jwt(evil.stranger, c,
		{ header: { alg: 'ES256', kid: 'ec-1' } }) }, /signature/],
	['is signed by the EC key in the name of the RSA one', { token: (k, c) => jwt(k, c,
		{ header: { alg: 'RS256', kid: 'rsa-1' } }) }, /signature/],
	['has garbage for a signature', { token: (k, c) => jwt(k, c, { signature: 'A'.repeat(86) }) }, /signature/],
	['has an empty signature', { token: (k, c) => jwt(k, c, { signature: '' }) }, /signature/],
	['was changed after it was signed', { token: (k, c) => {
		const [head, , signature] = jwt(k, c).split('.')
		return `${head}.${Buffer.from(JSON.stringify({ ...c, sub: 'somebody-else' })).toString('base64url')}.${signature}`
	} }, /signature/],
	['is no token at all', { token: () => 'nonsense' }, /not a signed token/],
]
for (const [what, how, why] of forgeries)
	test(`a token that ${what} is refused`, async () => {
		evil.behave(how)
		await refused(await begin(), { why })
	})

const unreachable = { status: 503, says: /Служба входу не відповідає/ }
const answers = [
	['an error that calls itself a success', (rs) => rs.end('{"error":"access_denied","id_token":null}'),
		{ why: /no id_token/ }],
	['an error', (rs) => rs.writeHead(400).end('{"error":"invalid_grant"}'), { why: /400, invalid_grant/ }],
	['an error whose words would forge a line of the log',
		(rs) => rs.writeHead(400).end(JSON.stringify({ error: 'x"}\n{"event":"login"' })), { why: /400, no reason/ }],
	['garbage', (rs) => rs.end('<html>?'), { ...unreachable, why: /cannot be read/ }],
	['more than 256 kB', (rs) => rs.end(`{"id_token":"${'A'.repeat(300 * 1024)}"}`), { ...unreachable, why: /./ }],
	['more than 256 kB without saying how much', (rs) => {
		for (let i = 0; i < 40; i++)
			rs.write('A'.repeat(10 * 1024))
		rs.end()
	}, { ...unreachable, why: /./ }],
	['nothing, and hangs up', (rs) => rs.destroy(), { ...unreachable, why: /./ }],
	['500', (rs) => rs.writeHead(500).end('{}'), { ...unreachable, why: /500/ }],
]
for (const [what, answer, expected] of answers)
	test(`a token endpoint that answers ${what} gives no session`, async () => {
		evil.behave({ answer })
		await refused(await begin(), expected)
	})

test('a token endpoint that redirects is not followed', async () => {
	evil.behave({ answer: (rs) => rs.writeHead(307, { Location: `${evil.issuer}/elsewhere` }).end() })
	await refused(await begin(), { why: /307/ })
	assert.ok(!evil.seen.includes('/elsewhere'))
})

test('a token endpoint that never answers holds up no reader', async () => {
	evil.behave({ answer: () => {} })
	const { client, back } = await begin()
	let over = false
	const waiting = refused({ client, back }, { ...unreachable, why: /timed out/i }).finally(() => { over = true })
	await site.viche.until('the site asks the provider', () => evil.seen.includes('/token'))
	for (const path of ['/', '/petitions', '/login', '/api/v1/petitions'])
		assert.equal((await site.viche.anonymous().get(path)).status, 200, path)
	assert.equal(over, false, 'the login ended before the others were answered')
	await waiting
})

test('what userinfo says of somebody else is not believed', async () => {
	const { anonymous, sql, tokenHash } = site.viche
	const number = '9900001399'
	const person = async (userinfo, sub) => {
		evil.behave({ userinfo })
		const { client, back } = await begin(sub)
		assert.equal((await callback(client, back)).status, 303)
		const [row] = await sql('SELECT person_id AS id, given_name FROM session s JOIN person p ON p.id = s.person_id ' +
			'WHERE token_hash = ?', [tokenHash(client.session)])
		return row.id
	}
	const victim = await person((sub) => ({ sub, tax_number: number }), 'victim-sub')
	assert.notEqual(await person(() => ({ sub: 'another', tax_number: number })), victim)
	assert.notEqual(await person(() => ({ tax_number: number })), victim)
	assert.equal((await anonymous().get('/')).status, 200)
})

for (const [what, discovery] of [['names another issuer', { issuer: 'https://id.example' }],
	['leads to an address inside', { token_endpoint: 'http://169.254.169.254/token' }],
	['leads to a file', { jwks_uri: 'file:///etc/passwd' }]])
	test(`a discovery document that ${what} is not used`, async () => {
		const { anonymous, hidden } = site.viche
		evil.behave({ discovery })
		await site.renew('login')
		const client = anonymous()
		const page = await client.get('/login')
		let answer
		const reasons = await logged(async () => {
			answer = await client.post('/login/start', hidden(page.text, '/login/start'))
		})
		assert.equal(answer.status, 503)
		assert.match(answer.text, /Служба входу не відповідає/)
		assert.equal(reasons.length, 1)
		assert.equal((await anonymous().get('/petitions')).status, 200)
		evil.behave()
		await site.renew('login')
	})

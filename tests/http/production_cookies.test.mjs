// The cookies of an installed site: the program `login` under an https address, past nginx, with a real
// login through a provider.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { call, startProgram } from '../lib/fastcgi.mjs'
import { oidc } from '../lib/instance.mjs'
import { RealProvider, through } from '../lib/provider.mjs'
import { hidden, sql, tokenHash, vari } from '../lib/viche.mjs'

const site = 'https://127.0.0.1', production = { REQUEST_SCHEME: 'https' }
let provider, program
const jar = new Map()

async function ask(method, target, form) {
	const body = form ? new URLSearchParams(form).toString() : ''
	const answer = await call(program.socket, method, target, { body, more: { ...production,
		HTTP_COOKIE: [...jar].map(([k, v]) => `${k}=${v}`).join('; '),
		CONTENT_TYPE: form ? 'application/x-www-form-urlencoded' : '' } })
	for (const line of answer.cookies) {
		const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)
		jar.set(name, value)
	}
	return answer
}

before(async () => {
	provider = await new RealProvider({ ada: { given_name: 'Ада', family_name: 'Лавлейс' } }).listen()
	provider.open({ secret: readFileSync(path.join(vari, 'keys/oidc_client_secret'), 'utf8').trim(),
		redirect: `${site}/login/callback` })
	provider.next = 'ada'
	program = await startProgram('login', { base_url: site, port: 443, standin: 0, test_clock: undefined },
		{ providers: { test: oidc(provider.issuer) } })
})

after(async () => {
	await program?.stop()
	provider?.close()
})

test('over https every cookie is __Host-, Secure, HttpOnly and SameSite=Lax, and the session works by it', async () => {
	const page = await ask('GET', '/login')
	assert.equal(page.status, 200)
	const started = await ask('POST', '/login/start', hidden(page.text, '/login/start'))
	assert.equal(started.status, 303)
	const where = started.headers.get('location')[0]
	assert.equal(new URL(where).searchParams.get('redirect_uri'), `${site}/login/callback`)
	const back = await through(where, site)
	const arrived = await ask('GET', back.pathname + back.search)
	assert.equal(arrived.status, 303, arrived.text)
	const session = arrived.cookies.find((line) => line.startsWith('__Host-session='))
	assert.match(session, /^__Host-session=[\w-]{43}; Path=\/; Max-Age=604800;( Expires=[^;]+;)? HttpOnly; SameSite=Lax; Secure$/)
	for (const line of [...page.cookies, ...started.cookies, ...arrived.cookies]) {
		assert.match(line, /^__Host-(pre|attempt|session|flash)=[^;]*; Path=\/;.* HttpOnly; SameSite=Lax; Secure$/)
		assert.doesNotMatch(line, /Domain=/i)
	}
	const token = jar.get('__Host-session')
	assert.equal((await sql('SELECT COUNT(*) AS n FROM session WHERE token_hash = ?', [tokenHash(token)]))[0].n, 1)
	const me = await ask('GET', '/api/v1/session')
	assert.equal(JSON.parse(me.text).name, 'Ада Лавлейс')

	/* The name without the prefix, which a neighbour under the same domain could set, is nobody. */
	const weak = await call(program.socket, 'GET', '/api/v1/session',
		{ more: { ...production, HTTP_COOKIE: `viche_session_443=${token}; session=${token}` } })
	assert.equal(JSON.parse(weak.text).logged_in, false)
})

test('over https the browser is told to stay with https', async () => {
	const page = await ask('GET', '/login')
	assert.match(page.headers.get('strict-transport-security')[0], /max-age=\d{7,}/)
	assert.match(page.headers.get('content-security-policy')[0], /frame-ancestors 'none'/)
})

test('over https a form from the http address of the same site is refused', async () => {
	jar.clear()
	const page = await ask('GET', '/login')
	const form = new URLSearchParams(hidden(page.text, '/login/start')).toString()
	const cookie = [...jar].map(([k, v]) => `${k}=${v}`).join('; ')
	for (const [origin, status] of [['http://127.0.0.1', 403], ['https://127.0.0.1:8443', 403], [site, 303]])
		assert.equal((await call(program.socket, 'POST', '/login/start', { body: form, more: { ...production,
			HTTP_COOKIE: cookie, HTTP_ORIGIN: origin, CONTENT_TYPE: 'application/x-www-form-urlencoded' } })).status, status, origin)
})

// What the dialects of id.gov.ua and BankID NBU do with a provider that may do anything: no token reaches a
// log however its answer fails, the certificate goes out as configured, and sealed data that nothing opens
// is said to be that. The last part is the stand-in's traps of the dialect oidc.
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { atTheDoor, comeBack, logIn, personOf, trapped, traps } from '../lib/dialects.mjs'
import { call, startProgram } from '../lib/fastcgi.mjs'
import { LooseProvider } from '../lib/loose-provider.mjs'
import { hidden, sql, tokenHash, until, vari } from '../lib/viche.mjs'

const site = 'http://127.0.0.1:8080'
let loose, program

/* A provider's file. */
const file = (dialect, base, more = {}) => ({ dialect, title: { uk: 'Служба тесту', en: 'The test\'s service' }, base,
	client_id: 'viche', client_secret_file: 'keys/idgovua_client_secret', ...more })

before(async () => {
	loose = await new LooseProvider().listen()
	const cert = { cert_file: 'keys/standin_unseal.cert', unseal: path.join(vari, 'run/standin-unseal.sock') }
	program = await startProgram('login', { base_url: site, port: 8080 }, { providers: {
		plain: file('idgovua', loose.base),
		lives: file('idgovua', loose.base, { residence: true, localities: { 'Одеська/Чорноморськ': 'UA51100370000040590' } }),
		slash: file('idgovua', `${loose.base}/`, { auth_type: ['dig_sign', 'diia_id'], fields: ['drfocode', 'lastname'], keep_session: true }),
		once: file('idgovua', loose.base, cert),
		twice: file('idgovua', loose.base, { ...cert, cert_twice: true }),
		deaf: file('idgovua', loose.base, { unseal: '/nowhere/at/all' }),
		tls: file('idgovua', `https://127.0.0.1:${loose.port}`),
		nowhere: file('idgovua', 'https://nowhere.invalid'),
		dead: file('idgovua', 'http://127.0.0.1:9'),
		bank: file('bankid_nbu', loose.base, cert),
	} })
})
after(async () => {
	await program?.stop()
	loose?.close()
	for (let n = 1461; n <= 1479; n++)
		await traps(`r${n}`, [])
})

/* One browser's login through the own program: the callback's answer and the session's token, if one began. */
async function through(provider) {
	const jar = new Map()
	const ask = async (method, target, form) => {
		const answer = await call(program.socket, method, target, { body: form ? new URLSearchParams(form).toString() : '',
			more: { HTTP_HOST: '127.0.0.1:8080', HTTP_COOKIE: [...jar].map(([k, v]) => `${k}=${v}`).join('; '),
				CONTENT_TYPE: form ? 'application/x-www-form-urlencoded' : '' } })
		for (const line of answer.cookies) {
			const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)
			jar.set(name, value)
		}
		return answer
	}
	const page = await ask('GET', '/login?to=me')
	const started = await ask('POST', '/login/start', [...hidden(page.text, '/login/start'), ['provider', provider]])
	assert.equal(started.status, 303, started.text)
	const where = new URL(started.headers.get('location')[0])
	const state = where.searchParams.get('state')
	loose.secrets.set(`state ${loose.secrets.size}`, state)
	const answer = await ask('GET', `/login/callback?${new URLSearchParams({ code: loose.secret('code'), state })}`)
	const session = jar.get('viche_session_8080')
	return { where, answer, session: session || undefined }
}

const log = () => readFileSync(path.join(program.folder, 'log/login.log'), 'utf8')

/* A login that must fail; the page and the log's line. */
async function fails(provider, status, says, why) {
	const before = log().length
	const { answer, session } = await through(provider)
	assert.equal(answer.status, status, answer.text.slice(0, 200))
	assert.match(answer.text, says)
	assert.equal(session, undefined)
	assert.match(log().slice(before), why)
	for (const [what, value] of loose.secrets) {
		assert.ok(!log().includes(value), `the log holds the ${what}`)
		assert.ok(!answer.text.includes(value), `the page holds the ${what}: ${answer.text.slice(Math.max(0, answer.text.indexOf(value) - 300), answer.text.indexOf(value) + 100)}`)
	}
}

test('an honest answer is believed (else the rest proves nothing), and the provider\'s session is ended', async () => {
	loose.behave()
	const { where, session } = await through('plain')
	const [row] = await sql('SELECT p.family_name FROM session s JOIN person p ON p.id = s.person_id WHERE token_hash = ?',
		[tokenHash(session)])
	assert.equal(row.family_name, 'Вільний')
	assert.equal(where.pathname, '/')
	assert.deepEqual(loose.seen.map((c) => c.path), ['/get-access-token', '/get-user-info', '/get-user-logout'])
	const secret = readFileSync(path.join(vari, 'keys/idgovua_client_secret'), 'utf8').trim()
	loose.secrets.set('client secret', secret)
	const { access_token: access, user_id: user } = loose.tokens
	const query = (raw) => Object.fromEntries(new URL(raw, loose.base).searchParams)
	assert.equal(query(loose.seen[0].raw).client_secret, secret)
	assert.deepEqual(query(loose.seen[1].raw), { access_token: access, user_id: user,
		fields: 'issuer,issuercn,serial,subjectcn,locality,state,lastname,givenname,middlename,email,edrpoucode,drfocode' })
	assert.deepEqual(query(loose.seen[2].raw), { access_token: access, user_id: user })
})

test('what the provider\'s file says of ways, fields and its session is done', async () => {
	loose.behave()
	const { where, session } = await through('slash')
	assert.ok(session)
	assert.equal(where.searchParams.get('auth_type'), 'dig_sign,diia_id')
	assert.deepEqual(loose.seen.map((c) => c.path), ['/get-access-token', '/get-user-info'])
	assert.equal(new URL(loose.seen[1].raw, loose.base).searchParams.get('fields'), 'drfocode,lastname')
})

test('where a certificate says that its owner lives counts only if the provider\'s file says so', async () => {
	const drfocode = `99${String(randomInt(1e8)).padStart(8, '0')}` // somebody new each time
	for (const [provider, residence] of [['plain', 'none'], ['lives', 'provider']]) {
		loose.behave({ user: { lastname: 'Житель', drfocode, state: 'Одеська обл.', locality: 'м.Чорноморськ' } })
		const { session } = await through(provider)
		const [row] = await sql('SELECT m.residence FROM session s JOIN membership m USING (community_id, person_id) WHERE token_hash = ?',
			[tokenHash(session)])
		assert.equal(row.residence, residence)
	}
})

const refused = [403, /Вхід не підтверджено/], away = [503, /Служба входу не відповідає/]
const echo = (rs, t, status, more = {}) => rs.writeHead(status, { 'X-Token': t.access_token, ...more })
	.end(JSON.stringify({ error: t.access_token, message: `token ${t.access_token} of ${t.user_id}`, access_token: t.access_token }))
for (const [what, how, [status, says], why] of [
	['repeats the token as its error', (rs, t) => echo(rs, t, 200), refused, /no reason/],
	['repeats the token with 403', (rs, t) => echo(rs, t, 403), refused, /said 403/],
	['repeats the token with 500', (rs, t) => echo(rs, t, 500), away, /said 500/],
	['redirects to an address with the token', (rs, t) => echo(rs, t, 302, { Location: `/elsewhere?access_token=${t.access_token}` }),
		refused, /said 302/],
	['is a mere text with the token', (rs, t) => rs.end(JSON.stringify(`bad ${t.access_token}`)), refused, /a mere text/],
	['is plain words with the token', (rs, t) => rs.end(`bad ${t.access_token}`), away, /cannot be read/],
	['is the token\'s address as HTML', (rs, t) => rs.end(`<a href="/get-user-info?access_token=${t.access_token}">`), away, /cannot be read/],
	['is nothing, and the line is cut', (rs) => rs.destroy(), away, /does not answer/],
	['is no HTTP', (rs, t) => rs.socket.end(`${t.access_token}\r\n\r\n`), away, /does not answer/],
	['has a broken head', (rs, t) => rs.socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${t.access_token}\r\n\r\n`), away, /does not answer/],
	['breaks off in the middle', (rs, t) => rs.socket.end(`HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{"x":"${t.access_token}`),
		away, /does not answer/],
	['is too large', (rs, t) => rs.end(`{"x":"${t.access_token.repeat(20000)}"}`), away, /does not answer/],
	['names nobody', (rs, t) => rs.end(JSON.stringify({ lastname: t.access_token, drfocode: 'n/a' })),
		[403, /не передала вашого податкового номера/], /no number/],
])
	test(`no token reaches a log or a page when an answer ${what}`, async () => {
		loose.behave({ how })
		await fails('plain', status, says, why)
	})

for (const [what, tokens, [status, says], why] of [
	['repeat the code', (rs) => rs.end(JSON.stringify({ error: `code ${[...loose.secrets.values()].at(-4)}` })), refused, /no reason/],
	['lack user_id', (rs, t) => rs.end(JSON.stringify({ access_token: t.access_token })), away, /no access_token or user_id/],
	['would break a line of the address', (rs, t) => rs.end(JSON.stringify({ ...t, access_token: `${t.access_token}\r\nX: y` })), away,
		/no access_token/],
	['would add a parameter', (rs, t) => rs.end(JSON.stringify({ ...t, user_id: 'a&fields=all' })), [], null],
])
	test(`tokens that ${what}`, async () => {
		loose.behave({ tokens })
		if (status !== undefined) {
			await fails('plain', status, says, why)
			return
		}
		assert.ok((await through('plain')).session)
		assert.match(loose.seen[1].raw, /user_id=a%26fields%3Dall&fields=issuer/)
	})

for (const [what, provider, why] of [['speaks no TLS', 'tls', /SSL/], ['has no address', 'nowhere', /resolve/i],
	['is not there', 'dead', /connect/i]])
	test(`no secret reaches a log when the provider ${what}`, async () => {
		loose.behave()
		await fails(provider, ...away, why)
	})

test('the certificate goes out encoded once or twice, as its setting says', async () => {
	const cert = readFileSync(path.join(vari, 'keys/standin_unseal.cert'), 'utf8').trim()
	assert.match(cert, /=$/)
	for (const [provider, sent] of [['once', encodeURIComponent(cert)], ['twice', encodeURIComponent(encodeURIComponent(cert))]]) {
		loose.behave()
		/* A plain answer to who asked for a sealed one is refused. */
		await fails(provider, ...refused, /is not sealed/)
		assert.ok(loose.seen[1].raw.endsWith(`&cert=${sent}`), loose.seen[1].raw)
	}
	loose.behave()
	await fails('bank', ...refused, /is not sealed/)
	assert.deepEqual(JSON.parse(loose.seen[1].body), { cert })
	assert.equal(loose.seen[1].authorization, `Bearer ${loose.tokens.access_token}`)
	assert.doesNotMatch(loose.seen.map((c) => c.raw).join(), /secret-/)
})

describe('sealed data', () => {
	const says = /зашифровані дані, які сайт поки не може відкрити.*про неї вже знають/s
	const sealed = { encryptedUserInfo: Buffer.from('nobody opens this, whatever it is, since it is no box').toString('base64') }

	test('that no process is configured to open', async () => {
		loose.behave({ user: sealed })
		await fails('plain', 503, says, /names no process/)
	})

	test('that the configured process is not there to open', async () => {
		loose.behave({ user: sealed })
		await fails('deaf', 503, says, /nobody answers on the decryptor/)
	})

	test('that the process cannot open', async () => {
		loose.behave({ user: sealed })
		await fails('once', 503, says, /cannot open/)
		loose.behave({ user: { state: 'ok', customerCrypto: '*' } })
		await fails('bank', 503, says, /no base64/)
	})
})

test('a provider\'s file that asks for sealed data must say who opens it', async () => {
	await assert.rejects(startProgram('login', {}, { providers: {
		bad: file('bankid_nbu', loose.base, { cert_file: 'keys/standin_unseal.cert' }) } }), /bad\.json: .*name the process \("unseal"\)/)
	await assert.rejects(startProgram('login', {}, { providers: { bad: file('idgovua', 'http://id.example') } }), /"base" must be an https address/)
	await assert.rejects(startProgram('login', {}, { providers: { bad: file('idgovua', loose.base, { dataset: '51' }) } }),
		/the dialect idgovua has no setting "dataset"/)
})

test('the decryptor of demonstrations does not start on an installed site', async () => {
	await assert.rejects(startProgram('standin-unseal', { standin: 0, test_clock: undefined }), /standin-unseal: it may not run here/)
})

describe('the stand-in\'s traps of the dialect oidc', () => {
	const no = { status: 403, says: /Вхід не підтверджено/ }

	test('rotated_key: a login under a new key goes through as soon as the keys are asked for anew, the old key is still good', async () => {
		/* Which is at most once in half a minute (lib/web/oidc_discovery.c); until then the new key is unknown. */
		await traps('r1462', ['rotated_key'])
		await until('the new key is known', async () => {
			const { client, back } = await atTheDoor('standin', 'r1462')
			return (await comeBack(client, back)).status === 303 && client.session
		}, 45)
		await traps('r1462', [])
		assert.ok((await personOf(await logIn('standin', 'r1463'))).id)
	})

	for (const [name, expected] of [
		['used_code', { ...no, why: /400, invalid_grant/ }],
		['token_error', { ...no, why: /no id_token/ }],
		['error_200', { ...no, why: /no id_token/ }],
		['text', { status: 503, says: /не відповідає/, why: /cannot be read/ }],
		['garbage', { status: 503, says: /не відповідає/, why: /cannot be read/ }],
		['broken', { status: 503, says: /не відповідає/, why: /500/ }],
		['expired', { ...no, why: /expired/ }],
		['expired_key', { ...no, why: /no key for the token's kid/ }],
		['other_issuer', { ...no, why: /another issuer/ }],
		['other_nonce', { ...no, why: /another nonce/ }],
		['other_audience', { ...no, why: /another audience/ }],
		['no_signature', { ...no, why: /algorithm/ }],
		['callback_issuer', { status: 403, says: /Вхід не підтверджено/, why: /RFC 9207/ }],
		['other_state', { status: 400, says: /Вхід тривав надто довго/, why: /without its attempt/ }],
	])
		test(`${name}: no session`, async () => {
			await trapped('standin', 'r1461', [name], expected)
		})
})

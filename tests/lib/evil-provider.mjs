// A small OpenID provider that a test can make lie: plain node:http and node:crypto, so that it can
// do what no library lets one do.
import { createHash, createHmac, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import http from 'node:http'

const b64 = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

const makeKey = (alg, kid) => {
	const { privateKey, publicKey } = alg === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) :
		generateKeyPairSync('rsa', { modulusLength: 2048 })
	return { alg, kid, privateKey, publicKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' } }
}

export const pem = (key) => createPublicKey(key.privateKey).export({ type: 'spki', format: 'pem' })

/* A signed token. header and signature may be given outright. */
export function jwt(key, claims, { header = { alg: key.alg, kid: key.kid, typ: 'JWT' }, signature } = {}) {
	const text = `${b64(header)}.${b64(claims)}`
	if (signature !== undefined)
		return `${text}.${typeof signature === 'function' ? signature(text) : signature}`
	return `${text}.${sign('sha256', Buffer.from(text), { key: key.privateKey, dsaEncoding: 'ieee-p1363' })
		.toString('base64url')}`
}

export const hs256 = (secret) => (text) => createHmac('sha256', secret).update(text).digest('base64url')

export class EvilProvider {
	constructor() {
		this.ec = makeKey('ES256', 'ec-1')
		this.rsa = makeKey('RS256', 'rsa-1')
		this.stranger = makeKey('ES256', 'never-published')
		this.codes = new Map()
		this.seen = [] // paths asked for
		this.secrets = new Set() // whatever must not reach a log
		this.behave()
	}

	/* How it answers from now on; nothing: honestly.
	 *   claims(c)          changes the id_token's claims
	 *   token(key, c)      makes the id_token itself
	 *   answer(rs)         the token endpoint's answer instead of tokens
	 *   userinfo(sub)      userinfo's answer
	 *   userinfoJwt(sub)   the same as a signed text
	 *   discovery          fields of the discovery document
	 *   careless           asks for no PKCE verifier */
	behave(how = {}) {
		this.how = how
		this.seen.length = 0
		this.secrets.clear()
	}

	async listen() {
		this.server = http.createServer((rq, rs) => {
			let body = ''
			rq.on('data', (part) => { body += part })
			rq.on('end', () => this.handle(rq, body, rs))
		})
		await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve))
		this.issuer = `http://127.0.0.1:${this.server.address().port}`
		return this
	}

	close() {
		this.server.closeAllConnections()
		this.server.close()
	}

	/* What a browser brings back from /authorize: the code, after an address that /login/start gave. */
	authorize(location, sub = 'evil-sub') {
		const asked = new URL(location).searchParams
		const code = this.secret()
		this.codes.set(code, { nonce: asked.get('nonce'), challenge: asked.get('code_challenge'), sub })
		return { code, state: asked.get('state'), iss: this.issuer }
	}

	secret() {
		const value = randomBytes(24).toString('base64url')
		this.secrets.add(value)
		return value
	}

	handle(rq, body, rs) {
		const json = (value, status = 200) => {
			rs.writeHead(status, { 'Content-Type': 'application/json' })
			rs.end(JSON.stringify(value))
		}
		const { pathname } = new URL(rq.url, this.issuer)
		this.seen.push(pathname)
		switch (pathname) {
		case '/.well-known/openid-configuration':
			return json({ issuer: this.issuer, authorization_endpoint: `${this.issuer}/authorize`,
				token_endpoint: `${this.issuer}/token`, jwks_uri: `${this.issuer}/jwks`,
				userinfo_endpoint: `${this.issuer}/userinfo`, ...this.how.discovery })
		case '/jwks':
			return json({ keys: [this.ec.jwk, this.rsa.jwk] })
		case '/token':
			return this.token(new URLSearchParams(body), rs, json)
		case '/userinfo':
			if (this.how.userinfoJwt) {
				rs.writeHead(200, { 'Content-Type': 'application/jwt; charset=utf-8' })
				return rs.end(this.how.userinfoJwt(this.sub))
			}
			return json(this.how.userinfo ? this.how.userinfo(this.sub) : { sub: this.sub })
		default:
			return json({}, 404)
		}
	}

	token(form, rs, json) {
		const grant = this.codes.get(form.get('code'))
		const proof = createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url')
		this.codes.delete(form.get('code'))
		this.secrets.add(form.get('code_verifier'))
		if (this.how.answer)
			return this.how.answer(rs)
		if (!grant || (!this.how.careless && proof !== grant.challenge))
			return json({ error: 'invalid_grant' }, 400)
		const now = Math.floor(Date.now() / 1000)
		const claims = { iss: this.issuer, aud: 'viche', sub: grant.sub, nonce: grant.nonce, iat: now, exp: now + 300,
			given_name: 'Лихий', family_name: 'Провайдер' }
		this.how.claims?.(claims)
		this.sub = grant.sub
		const token = this.how.token ? this.how.token(this.ec, claims) : jwt(this.ec, claims)
		for (const part of token.split('.').filter((p) => p.length > 20))
			this.secrets.add(part)
		this.secrets.add(grant.nonce).add(grant.sub)
		return json({ access_token: this.secret(), token_type: 'Bearer', expires_in: 60, id_token: token })
	}
}

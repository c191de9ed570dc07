// A real OpenID provider on loopback, npm's oidc-provider, that knows a few people and asks nobody
// for a password: the test says who logs in next.
import { generateKeyPairSync } from 'node:crypto'
import http from 'node:http'
import Provider from 'oidc-provider'

/* A new signing key of that algorithm under a key id of its own, with its private half (JWK). */
export function newKey(alg, kid) {
	const pair = alg === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) :
		generateKeyPairSync('rsa', { modulusLength: 2048 })
	return { ...pair.privateKey.export({ format: 'jwk' }), kid, alg, use: 'sig' }
}

export class RealProvider {
	/* people: {login: claims}. They come from userinfo, or with inToken from the id_token. */
	constructor(people, { path = '' } = {}) {
		Object.assign(this, { people, path, next: undefined, tokenCalls: [] })
	}

	async listen() {
		this.server = http.createServer((rq, rs) => this.answer(rq, rs))
		await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve))
		this.origin = `http://127.0.0.1:${this.server.address().port}`
		this.issuer = this.origin + this.path
		return this
	}

	/* Starts it, or starts it anew, with this client and key; the address stays. The client proves itself by
	 * `auth`: with its secret, or by keys (a JWK set) for private_key_jwt. */
	open({ secret, redirect, alg = 'ES256', kid = 'first', inToken = false, auth = 'client_secret_basic', keys }) {
		this.tokenCalls = []
		this.tokenForms = []
		this.provider = new Provider(this.issuer, {
			clients: [{ client_id: 'viche', redirect_uris: [redirect],
				grant_types: ['authorization_code'], response_types: ['code'],
				...(auth === 'private_key_jwt' ? { jwks: keys, token_endpoint_auth_signing_alg: 'ES256' } : { client_secret: secret }),
				token_endpoint_auth_method: auth, id_token_signed_response_alg: alg }],
			clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
			enabledJWA: { idTokenSigningAlgValues: ['ES256', 'RS256', 'PS256'], clientAuthSigningAlgValues: ['ES256'] },
			jwks: { keys: [newKey(alg, kid)] },
			claims: { openid: ['sub'], profile: ['given_name', 'family_name', 'tax_number', 'residence_code'],
				email: ['email', 'email_verified'] },
			conformIdTokenClaims: !inToken,
			pkce: { required: () => true, methods: ['S256'] },
			features: { devInteractions: { enabled: false } },
			interactions: { url: (ctx, interaction) => `${this.path}/interaction/${interaction.uid}` },
			findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...this.people[id] }) }),
			loadExistingGrant: async (ctx) => {
				const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId,
					accountId: ctx.oidc.session.accountId })
				grant.addOIDCScope('openid profile email')
				await grant.save()
				return grant
			},
			cookies: { keys: ['a test signs with this'] },
		})
		this.handle = this.provider.callback()
	}

	async answer(rq, rs) {
		rq.url = rq.url.slice(this.path.length) || '/'
		rq.originalUrl = this.path + rq.url
		if (rq.url.startsWith('/interaction/')) {
			const result = this.next === 'cancel' ? { error: 'access_denied' } : { login: { accountId: this.next } }
			return this.provider.interactionFinished(rq, rs, result, { mergeWithLastSubmission: false })
		}
		if (rq.url === '/token') {
			this.tokenCalls.push(rq.headers.authorization)
			const emit = rq.emit // to listen would take the form away from the provider
			rq.emit = (event, ...more) => {
				if (event === 'data')
					this.tokenForms.push(String(more[0]))
				return emit.call(rq, event, ...more)
			}
		}
		return this.handle(rq, rs)
	}

	close() {
		this.server.closeAllConnections()
		this.server.close()
	}
}

/* By node:http, not fetch(): that of Debian's Node 18 waits for ever for the end of a redirect. */
function get(at, cookie) {
	return new Promise((resolve, reject) => {
		http.get(at, { agent: false, headers: { cookie } }, (answer) => {
			answer.resume().on('end', () => resolve({ status: answer.statusCode, headers: answer.headers }))
		}).on('error', reject)
	})
}

/* Plays the browser at the provider: from the address that /login/start gave to the one that leads
 * back to the site. Follows redirects, keeps the provider's cookies. */
export async function through(start, site) {
	const cookies = new Map()
	for (let at = new URL(start), steps = 0; steps < 10; steps++) {
		const answer = await get(at, [...cookies].map(([k, v]) => `${k}=${v}`).join('; '))
		for (const line of answer.headers['set-cookie'] ?? []) {
			const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)
			cookies.set(name, value)
		}
		if (answer.status < 300 || answer.status > 399)
			throw new Error(`the provider answered ${answer.status} at ${at.pathname}`)
		at = new URL(answer.headers.location, at)
		if (at.origin === site)
			return at
	}
	throw new Error('the provider goes round in circles')
}

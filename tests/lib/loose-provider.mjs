// A provider of the dialects of id.gov.ua and BankID NBU that a test can make do anything, and whose every
// secret the test knows: plain node:http.
import { randomBytes } from 'node:crypto'
import http from 'node:http'

export class LooseProvider {
	constructor() {
		this.secrets = new Map() // what must not reach a log: {what: value}
		this.seen = []           // addresses asked for, raw
		this.behave()
	}

	/* How the call that describes a person answers from now on: how(rs, tokens); nothing: honestly. `user` is what it
	 * says of the person then, `tokens(rs)` the answer of the call before. */
	behave({ how, tokens, user = { lastname: 'Вільний', givenname: 'Провайдер', drfocode: '9900001460' } } = {}) {
		Object.assign(this, { how, tokensHow: tokens, user })
		this.seen.length = 0
	}

	async listen() {
		this.server = http.createServer((rq, rs) => {
			let body = ''
			rq.on('data', (part) => { body += part })
			rq.on('end', () => this.answer(rq, rs, body))
		})
		await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve))
		this.port = this.server.address().port
		this.base = `http://127.0.0.1:${this.port}`
		return this
	}

	close() {
		this.server.closeAllConnections()
		this.server.close()
	}

	/* A secret that the test knows from now on. */
	secret(what) {
		const value = `secret-${randomBytes(18).toString('base64url')}`
		this.secrets.set(`${what} ${this.secrets.size}`, value)
		return value
	}

	answer(rq, rs, body) {
		const address = new URL(rq.url, this.base)
		const json = (value, status = 200) => rs.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value))
		this.seen.push({ path: address.pathname, raw: rq.url, body, authorization: rq.headers.authorization })
		switch (address.pathname) {
		case '/get-access-token':
		case '/v1/bank/oauth2/token':
			this.tokens = { access_token: this.secret('access token'), token_type: 'bearer', expires_in: '60',
				refresh_token: this.secret('refresh token'), user_id: this.secret('user id') }
			return this.tokensHow ? this.tokensHow(rs, this.tokens) : json(this.tokens)
		case '/get-user-info':
		case '/v1/bank/resource/client':
			return this.how ? this.how(rs, this.tokens) : json(this.user)
		case '/get-user-logout':
			return json({ error: '0' })
		default:
			return json({}, 404)
		}
	}
}

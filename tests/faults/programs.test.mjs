// A process that is killed is missed by nobody: programs, nginx, the identity provider.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startInstance } from '../lib/instance.mjs'

let site

before(async () => {
	site = await startInstance()
})
after(() => site?.stop())

test('petitions whose processes are killed under load goes on answering, and they come back', async () => {
	const { until, request } = site.viche
	const whole = site.children('petitions').length
	const statuses = new Map()
	let stop = false, asked = 0
	const load = Array.from({ length: 8 }, async () => {
		while (!stop) {
			// Each address is new, so that the cache does not answer for the program.
			const { status } = await request('GET', `/petitions?q=${asked++}`)
			statuses.set(status, (statuses.get(status) ?? 0) + 1)
		}
	})
	const killed = []
	for (let i = 0; i < 6; i++) {
		const [pid] = await until('a process to kill', () => {
			const living = site.children('petitions').filter((p) => !killed.includes(p))
			return living.length > 0 && living
		})
		const from = asked
		site.kill(pid)
		killed.push(pid)
		await until('the others answer on', () => asked > from + 30)
	}
	stop = true
	await Promise.all(load)
	const lost = [...statuses].filter(([status]) => status !== 200).reduce((sum, [, n]) => sum + n, 0)
	assert.ok([...statuses.keys()].every((status) => [200, 503].includes(status)), `answers ${[...statuses.keys()]}`)
	assert.ok(lost <= killed.length, `${lost} answers lost by ${killed.length} kills: each process works at one`)
	await until('all processes are back', () => site.children('petitions').length === whole)
	assert.equal((await request('GET', '/petitions?q=after')).status, 200)
})

test('a whole program that is killed is started again, and the others answer meanwhile', async () => {
	const { until, request } = site.viche
	const old = site.pid('cabinet')
	site.kill(...site.children('cabinet'), old)
	assert.equal((await request('GET', '/petitions?q=meanwhile')).status, 200)
	await until('cabinet is back', async () => (await request('GET', '/healthz/cabinet')).status === 200 &&
		site.pid('cabinet') !== old)
})

test('nginx whose master is killed is back on the same address', async () => {
	const { until, request } = site.viche
	const old = site.pid('nginx')
	site.kill(old)
	await until('nginx is back', async () => {
		try {
			return site.pid('nginx') !== old && (await request('GET', '/')).status === 200
		} catch {
			return false
		}
	})
	assert.equal((await request('GET', '/petitions')).status, 200)
})

test('while the identity provider is silent login says so and reading goes on', async () => {
	const { Client, anonymous, hidden, login, until } = site.viche
	await site.renew('login') // it knows the provider no longer
	const provider = [site.pid('standin-id'), ...site.children('standin-id')]
	site.halt(...provider)
	const client = new Client()
	const page = await client.get('/login?to=write')
	assert.equal(page.status, 200)
	let answered = false
	const starting = client.post('/login/start', hidden(page.text, '/login/start')).finally(() => { answered = true })
	for (let i = 0; i < 5; i++)
		assert.equal((await anonymous().get(`/petitions?q=silent${i}`)).status, 200)
	assert.equal(answered, false, 'the provider was not silent')
	const { status, text } = await starting
	assert.equal(status, 503)
	assert.match(text, /Служба входу не відповідає/)
	assert.match(text, /name="to" value="write"/)
	site.resume(...provider)
	await until('a login works again', async () => {
		try {
			return (await login('r1320')).session
		} catch {
			return false
		}
	})
})

test('a provider that falls silent while someone is there does not lose the site', async () => {
	const { Client, anonymous, hidden, request } = site.viche
	const client = new Client()
	const page = await client.get('/login')
	const started = await client.post('/login/start', hidden(page.text, '/login/start'))
	const asked = new URL(started.location)
	const form = await request('GET', asked.pathname + asked.search)
	const granted = await request('POST', '/standin-id/authorize', { body: new URLSearchParams(
		[...hidden(form.text, '/standin-id/authorize'), ['person', 'r1321']]).toString(),
	headers: { 'Content-Type': 'application/x-www-form-urlencoded' } })
	const provider = [site.pid('standin-id'), ...site.children('standin-id')]
	site.halt(...provider)
	const back = new URL(granted.location)
	const answer = await client.get(back.pathname + back.search)
	site.resume(...provider)
	assert.equal(answer.status, 503)
	assert.match(answer.text, /Служба входу не відповідає/)
	assert.equal(client.session, undefined)
	assert.equal((await anonymous().get('/petitions')).status, 200)
})

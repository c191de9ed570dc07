// Two communities on one installation: neither sees, signs or decides what is the other's.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { anonymous, chornomorsk, Client, expect, firstHost, login, newPetition, plantPetition, request, sql, submittedPetition,
	uniqueTitle, zhytomyr } from '../lib/viche.mjs'

let hanna, zoya, resident

before(async () => {
	[hanna, zoya, resident] = await Promise.all([login('hanna', { host: chornomorsk }), login('zoya', { host: zhytomyr }),
		login('r71', { host: chornomorsk })])
})

test('a petition of one community does not exist in the other, whoever asks', async () => {
	const theirs = {}
	for (const state of ['collecting', 'submitted', 'refused', 'reached'])
		theirs[state] = await plantPetition({ community: 'zhytomyr', state, title: uniqueTitle('Житомирська канарка'), remarks: 'x',
			reason: state === 'refused' ? 'duplicate' : null })
	const before = await sql('SELECT id, state, title FROM petition WHERE id IN (?) ORDER BY id', [Object.values(theirs)])
	for (const [state, id] of Object.entries(theirs)) {
		for (const who of [anonymous({ host: chornomorsk }), anonymous(), resident, hanna])
			for (const path of ['', '/signers', '/sign', '/edit'])
				for (const face of ['', '/api/v1']) {
					const answer = await who.get(`${face}/petitions/${id}${path}`)
					assert.ok([303, 404, 405, 401].includes(answer.status) && !answer.text.includes('канарка'), `${state}${path}: ${answer.status}`)
				}
		for (const path of ['', '/signers'])
			assert.equal((await hanna.get(`/petitions/${id}${path}`)).status, 404)
		const body = { title: uniqueTitle(), text: 'Чужа петиція, чужа громада, чуже слово.' }
		for (const [path, form] of [['', body], ['/submit'], ['/sign']])
			for (const who of [resident, hanna])
				assert.equal((await who.json('POST', `/api/v1/petitions/${id}${path}`, form)).status, 404, `${state}${path}`)
		for (const [step, form] of [['publish', {}], ['return', { explanation: 'Чужий модератор повертає.' }],
			['refuse', { reason: 'duplicate', explanation: 'Чужий модератор відхиляє.' }]])
			assert.equal((await hanna.json('POST', `/api/v1/moderation/petitions/${id}/${step}`, form)).status, 404, `${state} ${step}`)
		assert.equal((await hanna.get(`/api/v1/moderation/petitions/${id}`)).status, 404)
	}
	for (const path of ['/', '/petitions?state=all', '/petitions?sort=newest', '/api/v1/petitions?state=all&limit=100&sort=newest',
		`/petitions?state=all&q=${encodeURIComponent('житомирська канарка')}`, '/api/v1/moderation/queue', '/moderation', '/me'])
		for (const who of [hanna, anonymous({ host: chornomorsk })])
			assert.ok(!/(?<!value="[^"]*)Житомирська канарка/.test((await who.get(path)).text), path)
	assert.deepEqual(await sql('SELECT id, state, title FROM petition WHERE id IN (?) ORDER BY id', [Object.values(theirs)]), before)
	assert.equal((await sql('SELECT COUNT(*) AS n FROM petition_signature WHERE petition_id IN (?)', [Object.values(theirs)]))[0].n, 0)
	expect(await anonymous({ host: zhytomyr }).get(`/petitions/${theirs.collecting}`), 200)
	expect(await zoya.get(`/moderation/petitions/${theirs.submitted}`), 200)
})

test('a whole petition lives in Zhytomyr by its own rules', async () => {
	const author = await login('mykola', { host: zhytomyr })
	const id = await newPetition(author, zoya)
	const shown = expect(await anonymous({ host: zhytomyr }).get(`/api/v1/petitions/${id}`), 200).body
	assert.equal(shown.threshold, 250)
	expect(await author.json('POST', `/api/v1/petitions/${id}/sign`), 201)
	const guest = await login('r72', { host: zhytomyr })
	assert.equal((await guest.json('POST', `/api/v1/petitions/${id}/sign`)).status, 403, 'a resident of another community')
	assert.equal((await anonymous({ host: chornomorsk }).get(`/api/v1/petitions/${id}`)).status, 404)
})

test('a moderator of the other community is nobody at this desk', async () => {
	const id = await submittedPetition(resident)
	const guest = await login('zoya', { host: chornomorsk })
	assert.equal((await guest.get('/api/v1/moderation/queue')).status, 403)
	assert.equal((await guest.get(`/api/v1/petitions/${id}`)).status, 404)
	assert.equal((await guest.json('POST', `/api/v1/moderation/petitions/${id}/publish`)).status, 403)
	assert.equal((await zoya.json('POST', `/api/v1/moderation/petitions/${id}/publish`)).status, 404)
	assert.equal((await sql('SELECT state FROM petition WHERE id = ?', [id]))[0].state, 'submitted')
})

test('each host shows its own community, and the kept pages are not mixed up', async () => {
	for (let round = 0; round < 3; round++) {
		const here = await anonymous({ host: chornomorsk }).get('/petitions'), there = await anonymous({ host: zhytomyr }).get('/petitions')
		assert.ok(here.text.includes('Чорноморськ') && !here.text.includes('Житомир'))
		assert.ok(there.text.includes('Житомир') && !there.text.includes('Чорноморськ'))
		assert.ok((await anonymous({ host: firstHost }).get('/petitions')).text.includes('Чорноморськ'))
	}
	const upper = await anonymous({ host: 'ZHYTOMYR.Localhost' }).get('/petitions')
	assert.ok(upper.text.includes('Житомир'), 'a host name has no case')
})

test('an unknown host gets 421 in both faces, and nothing of any community', async () => {
	for (const host of ['evil.example', 'zhytomyr.localhost.evil.example', 'xn--80ak6aa92e.com', '[::1]', '10.0.0.1', 'zhytomyr'])
		for (const target of ['/', '/petitions', '/petitions/1', '/api/v1/petitions', '/login', '/me', '/moderation', '/no/such/page']) {
			const answer = await request('GET', target, { host })
			assert.equal(answer.status, 421, `${host}${target}`)
			assert.ok(!/Чорномор|Житомир/.test(answer.text))
			assert.equal(answer.cookies.length, 0)
			if (target.startsWith('/api/'))
				assert.equal(answer.body.type, '/problems/unknown-host')
		}
	const stranger = new Client({ host: 'evil.example' })
	stranger.jar = new Map(hanna.jar)
	assert.equal((await stranger.get('/me')).status, 421)
})

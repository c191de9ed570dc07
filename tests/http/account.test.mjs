// A person's own account: sessions, everything that is known, leaving and coming back.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { anonymous, communityId, expect, login, newPetition, plantPeople, plantSessions, sql, until } from '../lib/viche.mjs'

const text = 'Просимо поставити лавку біля зупинки, бо людям важко чекати стоячи.'

describe('sessions', () => {
	test('are listed, and one, all others or all can be ended', async () => {
		const [here, there, third] = [await login('r1901'), await login('r1901'), await login('r1901')]
		const { items } = expect(await here.get('/api/v1/me/sessions'), 200).body
		assert.equal(items.filter((s) => s.this).length, 1)
		assert.ok(items.length >= 3)
		assert.ok(items.every((s) => s.provider === 'standin' && !s.at_counter))
		const other = expect(await there.get('/api/v1/me/sessions'), 200).body.items.find((s) => s.this)
		expect(await here.json('POST', `/api/v1/me/sessions/${other.id}/end`), 200)
		assert.equal((await there.get('/api/v1/session')).body.logged_in, false)
		assert.equal((await third.get('/api/v1/session')).body.logged_in, true)
		expect(await here.json('POST', '/api/v1/me/sessions/end'), 200)
		assert.equal((await third.get('/api/v1/session')).body.logged_in, false)
		assert.equal((await here.get('/api/v1/session')).body.logged_in, true)
		expect(await here.json('POST', '/api/v1/me/sessions/end', { all: '1' }), 200)
		assert.equal((await here.get('/api/v1/session')).body.logged_in, false)
	})

	test('of somebody else cannot be seen or ended', async () => {
		const mine = await login('r1902'), theirs = await login('r1903')
		const { id } = (await theirs.get('/api/v1/me/sessions')).body.items[0]
		expect(await mine.json('POST', `/api/v1/me/sessions/${id}/end`), 404)
		assert.ok((await mine.get('/api/v1/me/sessions')).body.items.every((s) => s.id !== id))
		assert.equal((await theirs.get('/api/v1/session')).body.logged_in, true)
	})
})

describe('everything that is kept', () => {
	test('is a file with the person\'s own texts and acts, and nobody else\'s', async () => {
		const author = await login('r1904'), signer = await login('r1905'), moderator = await login('hanna')
		const petition = await newPetition(author, moderator, { title: 'Лавка біля зупинки на Шевченка, перша', text })
		expect(await signer.json('POST', `/api/v1/petitions/${petition}/sign`), 201)
		const answer = await author.get('/me/export')
		expect(answer, 200)
		assert.match(answer.headers['content-disposition'], /attachment; filename="viche-my-data\.json"/)
		const all = typeof answer.body === 'string' ? JSON.parse(answer.body) : answer.body
		const [place] = all.communities
		assert.ok(place.petitions.some((p) => p.id === petition && p.text === text))
		assert.ok(place.what_i_did.some((e) => e.to_state === 'submitted' && e.subject_id === petition))
		assert.ok(place.sessions.length > 0 && place.residence.length > 0 && place.residence_history.length > 0)
		assert.ok(all.ages.length > 0)
		const signed = JSON.parse(await signer.get('/me/export').then((a) => (typeof a.body === 'string' ? a.body : JSON.stringify(a.body))))
		assert.equal(signed.communities[0].signatures.at(-1).petition_id, petition)
		assert.ok(!JSON.stringify(signed).includes(text))
	})

	test('nobody gets it without a session', async () => {
		expect(await anonymous().get('/me/export'), 303)
	})
})

describe('leaving', () => {
	let author, signer, petition, signerId

	before(async () => {
		author = await login('r1906')
		signer = await login('r1907')
		petition = await newPetition(author, await login('hanna'), { title: 'Лавка біля зупинки на Шевченка, друга', text })
		expect(await signer.json('POST', `/api/v1/petitions/${petition}/sign`), 201)
		expect(await signer.json('POST', '/api/v1/petitions', { title: 'Чернетка, якої потім немає, про лавку', text }), 201)
		;[{ person_id: signerId }] = await sql('SELECT person_id FROM petition_signature WHERE petition_id = ? AND community_id = ?',
			[petition, await communityId()])
	})

	test('says what goes and what stays, and wants to be meant', async () => {
		const { body } = expect(await signer.get('/api/v1/me/delete'), 200)
		const [{ n }] = await sql('SELECT COUNT(*) AS n FROM petition_signature WHERE person_id = ?', [signerId])
		assert.deepEqual(body, { signatures: n, petitions: 0, drafts: 1, roles: 0 })
		expect(await signer.json('POST', '/api/v1/me/delete'), 422)
		assert.equal((await signer.get('/api/v1/session')).body.logged_in, true)
	})

	test('is not for who has a role', async () => {
		const answer = expect(await (await login('ivan')).json('POST', '/api/v1/me/delete', { sure: '1' }), 409)
		assert.match(answer.body.type, /has-roles/)
	})

	test('removes all but the signature, its name and the mark of who it was', async () => {
		const second = await login('r1907')
		expect(await signer.json('POST', '/api/v1/me/delete', { sure: '1' }), 200)
		for (const session of [signer, second])
			assert.equal((await session.get('/api/v1/session')).body.logged_in, false)
		for (const table of ['session', 'membership', 'residence', 'residence_event', 'person_age', 'contact', 'contact_claim', 'petition_follow'])
			assert.deepEqual(await sql(`SELECT person_id FROM ${table} WHERE person_id = ?`, [signerId]), [], table)
		assert.deepEqual(await sql('SELECT id FROM petition WHERE author_id = ?', [signerId]), [])
		const [row] = await sql('SELECT middle_name, person_key IS NOT NULL AS known, left_at IS NOT NULL AS gone FROM person WHERE id = ?', [signerId])
		assert.deepEqual({ ...row }, { middle_name: '', known: 1, gone: 1 })
		await until('the signature to be counted', async () =>
			(await anonymous().get(`/api/v1/petitions/${petition}?${Math.random()}`)).body.signature_count === 1)
	})

	test('and coming back is the same human: nobody signs twice', async () => {
		const again = await login('r1907')
		const { body } = await again.json('POST', `/api/v1/petitions/${petition}/sign`)
		assert.equal(body.already, true)
		const [row] = await sql('SELECT left_at FROM person WHERE id = ?', [signerId])
		assert.equal(row.left_at, null)
		assert.ok((await again.get('/api/v1/me')).body.signatures.some((s) => s.petition_id === petition))
	})

	test('of whom nothing depends any more is forgotten by the worker', async () => {
		const [id] = await plantPeople(1), [somebody] = await plantSessions([id])
		expect(await somebody.json('POST', '/api/v1/me/delete', { sure: '1' }), 200)
		const row = await until('the worker to forget', async () =>
			(await sql('SELECT given_name, family_name, key_version FROM person WHERE id = ? AND forgotten_at IS NOT NULL', [id]))[0], 60)
		assert.deepEqual({ ...row }, { given_name: '', family_name: '', key_version: 32767 })
		assert.deepEqual(await sql('SELECT id FROM person WHERE id = ? AND (issuer IS NOT NULL OR subject IS NOT NULL)', [id]), [])
	})
})

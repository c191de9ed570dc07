// While `media` is killed, stopped or away, an upload is refused clearly, nothing of it is kept, and the
// next one works.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { startInstance } from '../lib/instance.mjs'
import { pdf } from '../lib/documents.mjs'
import { interlacedPng, jpeg } from '../lib/pictures.mjs'
import { add, addByForm, stored } from '../lib/upload.mjs'

let site, viche, author, id

before(async () => {
	site = await startInstance()
	viche = site.viche;
	[id] = await viche.plantPeople(1);
	[author] = await viche.plantSessions([id])
})
after(() => site?.stop())

const draft = () => viche.plantPetition({ state: 'draft', author: id })
const rows = async () => (await viche.sql('SELECT COUNT(*) AS n FROM attachment'))[0].n
const kept = () => stored(site.folder).size

/* The processes that these started. */
const childrenOf = (parents) => readdirSync('/proc').filter((pid) => {
	try {
		const [state, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ')
		return /^\d+$/.test(pid) && state !== 'Z' && parents.includes(Number(parent))
	} catch {
		return false
	}
}).map(Number)

function refused(answer) {
	assert.equal(answer.status, 503)
	assert.ok(Number(answer.headers['retry-after']) > 0)
	if (answer.body !== undefined) {
		assert.equal(answer.body.type, '/problems/media-unavailable')
	} else {
		assert.match(answer.text, /<h1[^>]*>[^<]*тимчасово недоступний/)
		assert.match(answer.text, /Зараз ми не можемо перевірити файл, тому не зберегли його/)
	}
}

async function works() {
	const petition = await draft()
	assert.equal((await add(author, petition, jpeg(64, 64))).status, 201)
	assert.equal((await author.get(`/api/v1/petitions/${petition}`)).body.files.length, 1)
}

test('killed while it opens a file', async () => {
	await works()
	const petition = await draft(), before = [kept(), await rows()]
	for (const send of [add, addByForm]) {
		let over = false
		const sending = send(author, petition, interlacedPng(7900, 5000), 'великий.png').finally(() => { over = true })
		/* Its workers' children are the sandboxes: where there is one, a file is being opened. */
		const [sandbox] = await viche.until('a file is being opened', () => {
			assert.ok(!over, 'the file was opened before it could be seen')
			const found = childrenOf(site.children('media'))
			return found.length > 0 && found
		})
		site.kill(...site.children('media'))
		refused(await sending)
		await viche.until('the sandbox ended with its parent', () => !childrenOf([1, ...site.children('media')]).includes(sandbox))
	}
	assert.deepEqual([kept(), await rows()], before)
	assert.deepEqual((await author.get(`/api/v1/petitions/${petition}`)).body.files, [])
	await viche.until('media is back', () => site.children('media').length === 2)
	await works()
})

test('the sandbox alone is killed: the file is refused, the service stays', async () => {
	const petition = await draft(), before = [kept(), await rows()], workers = site.children('media')
	const sending = add(author, petition, interlacedPng(7900, 5000), 'великий.png')
	const [sandbox] = await viche.until('a file is being opened', () => {
		const found = childrenOf(workers)
		return found.length > 0 && found
	})
	site.kill(sandbox)
	const answer = await sending
	assert.deepEqual([answer.status, answer.body.type], [422, '/problems/broken-file'])
	assert.deepEqual([kept(), await rows()], before)
	assert.deepEqual(site.children('media'), workers)
	await works()
})

test('stopped: the upload ends in time, reading goes on, and after that uploads work again', async () => {
	const petition = await draft(), before = [kept(), await rows()]
	const processes = [site.pid('media'), ...site.children('media')]
	site.halt(...processes)
	let answered = false
	const sending = addByForm(author, petition, pdf(), 'a.pdf').finally(() => { answered = true })
	for (let i = 0; i < 5; i++)
		assert.equal((await viche.request('GET', `/petitions?q=stopped${i}`)).status, 200)
	assert.equal(answered, false, 'media was not stopped')
	refused(await sending)
	assert.deepEqual([kept(), await rows()], before)
	site.resume(...processes)
	/* What was asked meanwhile is not opened for nobody: the next question is answered. */
	await works()
	assert.deepEqual((await author.get(`/api/v1/petitions/${petition}`)).body.files, [])
})

test('killed whole: it is started again', async () => {
	const old = site.pid('media')
	site.kill(...site.children('media'), old)
	await viche.until('an upload works', async () => {
		const answer = await add(author, await draft(), pdf())
		if (answer.status !== 201)
			refused(answer)
		return answer.status === 201
	})
	assert.notEqual(site.pid('media'), old)
})

test('a disk that takes nothing keeps nothing: neither a row nor half a file', async () => {
	const petition = await draft(), before = await rows()
	/* The store's folder is a file: every write of a new one fails, whoever asks. */
	renameSync(site.file('files'), site.file('files.away'))
	writeFileSync(site.file('files'), '')
	const answer = await add(author, petition, pdf())
	assert.equal(answer.status, 500)
	assert.equal(await rows(), before)
	rmSync(site.file('files'))
	renameSync(site.file('files.away'), site.file('files'))
	await works()
})

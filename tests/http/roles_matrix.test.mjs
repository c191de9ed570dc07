// Role × route × object, for every route of every program, on both faces. The route tables say what there
// is; who may is said here a second time, so that neither a new route nor another word in a table passes
// unseen. Sessions are planted: a cell is one request.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { routesOf } from '../lib/contract.mjs'
import { anonymous, chornomorsk, communityId, csrfToken, db, parallel, plantPeople, plantPetition, plantSessions, root,
	sessionCookie, sql, zhytomyr } from '../lib/viche.mjs'

const FACE_HTML = 1
const FACE_JSON = 2
const FRESH = 16
const bits = { person: 1, resident: 2, moderator: 4, clerk: 8, administrator: 16, expert: 32, operator: 64, body: 128, owner: 256 }
const staffRoles = ['moderator', 'clerk', 'administrator', 'expert', 'operator', 'body']

/* Who may, and what {id} is. An object of another community is there for nobody; a draft, a file of one and
 * a proposal to join are their people's alone; number: the row is the asker's own and every number is answered alike. */
const desk = 'moderator clerk administrator'
const expected = {
	home: { 'GET /': 'anyone', 'GET /robots.txt': 'anyone' },
	petitions: {
		'GET /petitions': 'anyone', 'GET /petitions/feed': 'anyone', 'GET /petitions/export': 'anyone',
		'GET /petitions/export.csv': 'anyone', 'GET /petitions/terms': 'anyone', 'GET /petitions/new': 'person',
		'POST /petitions': 'person', 'GET /petitions/similar': 'anyone', 'GET /petitions/{id}': 'anyone: draft',
		'GET /petitions/{id}/edit': 'person: draft', 'POST /petitions/{id}': 'person: draft',
		'POST /petitions/{id}/submit': 'person: draft', 'POST /petitions/{id}/files': 'person: draft',
		'GET /files/{id}': 'anyone: file', 'POST /files/{id}/remove': 'person: file',
		'GET /petitions/{id}/sign': 'person: draft', 'POST /petitions/{id}/sign': 'person: draft',
		'GET /petitions/{id}/withdraw-signature': 'person: draft', 'POST /petitions/{id}/withdraw-signature': 'person: draft',
		'GET /petitions/{id}/withdraw': 'person: draft', 'POST /petitions/{id}/withdraw': 'person: draft',
		'GET /petitions/{id}/contest': 'person: draft', 'POST /petitions/{id}/contest': 'person: draft',
		'POST /sheets/{id}/confirm': 'operator: sheet', 'POST /merges/{id}/agree': 'person: merge', 'POST /merges/{id}/decline': 'person: merge',
		'GET /petitions/{id}/days': 'anyone: draft', 'GET /petitions/{id}/feed': 'anyone: draft',
		'GET /petitions/{id}/poster': 'anyone: draft', 'GET /petitions/{id}/signers.csv': 'anyone: draft',
		'GET /petitions/{id}/signers': 'anyone: draft',
	},
	login: { 'GET /login': 'anyone', 'POST /login/start': 'anyone', 'GET /login/go': 'anyone', 'GET /login/callback': 'anyone',
		'GET /login/arrive': 'anyone', 'POST /logout': 'person', 'GET /session': 'anyone', 'GET /counter': 'operator', 'POST /counter': 'operator',
		...Object.fromEntries(['GET /counter/sheets', 'POST /counter/sheets'].map((at) => [at, 'operator'])),
		...Object.fromEntries(['GET /counter/sheets/{id}', 'POST /counter/sheets/{id}/rows', 'POST /counter/sheets/{id}/check',
			'POST /counter/sheets/{id}/strike'].map((at) => [at, 'operator: sheet'])),
		'GET /counter/end': 'anyone', 'POST /counter/end': 'anyone' },
	cabinet: {
		'GET /me': 'person', 'GET /me/residence': 'person', 'POST /me/residence': 'person', 'POST /me/residence/take-back': 'person',
		'POST /me/contact': 'person', 'POST /me/contact/remove': 'person', 'POST /me/notices': 'person',
		'POST /me/petitions/{id}/follow': 'person: draft', 'POST /me/petitions/{id}/unfollow': 'person: number',
		'GET /me/data': 'person', 'GET /me/export': 'person', 'GET /me/delete': 'person', 'POST /me/delete': 'person',
		'GET /me/sessions': 'person', 'POST /me/sessions/end': 'person', 'POST /me/sessions/{id}/end': 'person: number',
		'GET /contact/confirm': 'anyone', 'POST /contact/confirm': 'anyone', 'GET /unsubscribe': 'anyone', 'POST /unsubscribe': 'anyone',
	},
	moderation: {
		'GET /moderation': desk, 'GET /moderation/queue': desk, 'GET /moderation/statistics': desk,
		'GET /moderation/petitions/{id}': `${desk}: draft`, 'GET /moderation/petitions/{id}/sheet': `${desk}: draft`,
		...both('claim release', 'POST', 'moderator clerk: draft'),
		...both('publish return refuse undo suspend resume hide restore join', 'POST', 'moderator: draft'),
		...both('suspend hide join', 'GET', 'moderator: draft'),
		...both('start answer milestone', 'GET', 'clerk: draft'),
		...both('start answer implement finish milestone', 'POST', 'clerk: draft'),
		'POST /moderation/milestones/{id}/pictures': 'clerk: milestone', 'POST /moderation/joins/{id}/withdraw': 'moderator: join',
		'GET /moderation/residence': 'clerk administrator', 'GET /moderation/residence/{id}': 'clerk administrator: member',
		'POST /moderation/residence/{id}': 'clerk administrator: member',
		...Object.fromEntries(['', '/districts', '/calendar', '/staff', '/units', '/pause', '/log'].map((at) =>
			[`GET /moderation/settings${at}`, 'administrator'])),
		...Object.fromEntries(['', '/districts', '/calendar', '/calendar/remove', '/staff', '/staff/end', '/units', '/units/close', '/pause',
			'/pause/end'].map((at) => [`POST /moderation/settings${at}`, 'administrator'])),
		'POST /moderation/settings/districts/{id}': 'administrator: number',
		'GET /moderation/administrators': 'owner', 'POST /moderation/administrators': 'owner',
		'POST /moderation/administrators/end': 'owner',
	},
}

function both(acts, method, who) {
	return Object.fromEntries(acts.split(' ').map((act) => [`${method} /moderation/petitions/{id}/${act}`, who]))
}

/* Those that answer through the loop of lib/web/app.h; the stand-in provider plays another site. */
const programs = readdirSync(path.join(root, 'cgi-bin')).filter((name) => name !== 'standin-id' &&
	readFileSync(path.join(root, 'cgi-bin', name, 'main.c'), 'utf8').includes('app_run('))
const routes = routesOf(programs, true).map((route) => {
	const [who, object] = (expected[route.program]?.[`${route.method} ${route.path}`] ?? '').split(': ')
	return { ...route, name: `${route.method} ${route.path}`, may: who.split(' '), object }
})
const nowhere = 999999999
const people = {} // name → a client in Chornomorsk
const ids = { number: {} } // kind → { foreign, private }
let watched, planted = []

const faces = (route) => [...(route.flags & FACE_JSON ? [] : ['html']), ...(route.flags & FACE_HTML ? [] : ['json'])]

/* With a form as empty as can be: what a role may do it is then told to correct. */
function ask(client, route, face, id = nowhere) {
	const target = (face === 'json' ? '/api/v1' : '') + route.path.replace('{id}', id)
	if (route.method === 'GET')
		return client.get(target)
	return face === 'json' ? client.json('POST', target, {}) : client.post(target)
}

const mayWho = (name) => ({ alien: [], anonymous: [], guest: ['person'], resident: ['person', 'resident'] })[name] ?? ['person', name]
const allowed = (route, name) => route.may[0] === 'anyone' || route.may.some((role) => mayWho(name).includes(role))
const isOut = (name) => ['anonymous', 'alien'].includes(name)

/* A session that a logout may end. */
async function asking(route, name) {
	if (route.path !== '/logout' || isOut(name))
		return people[name]
	return (await plantSessions([people[name].id], { host: chornomorsk }))[0]
}

/* What the refusals leave alone. */
const watch = () => Promise.all([
	['SELECT id, state, title, text, updated_at, merged_into, answer FROM petition WHERE id IN (?)',
		[[...Object.values(ids.draft), ids.milestone.petition, ids.merge.foreignPetition, ids.file.foreignPetition]]],
	['SELECT id, slot, removed_at FROM attachment'], ['SELECT id, title, text FROM milestone'],
	['SELECT * FROM residence WHERE kind <> \'provider\''], ['SELECT COUNT(*) FROM residence_event WHERE residence <> \'provider\''],
	['SELECT * FROM petition_merge'], ['SELECT * FROM staff'], ['SELECT * FROM unit'], ['SELECT * FROM installation_owner'],
	['SELECT community_id, MAX(version) FROM petition_rules GROUP BY community_id'], ['SELECT * FROM community_pause'],
	['SELECT * FROM district'], ['SELECT * FROM holiday'], ['SELECT COUNT(*) FROM admin_event'],
	['SELECT COUNT(*) FROM petition_signature WHERE petition_id IN (?)', [Object.values(ids.draft)]],
	['SELECT COUNT(*) FROM event WHERE subject_id IN (?)', [Object.values(ids.draft)]],
].map(([text, values]) => sql(text, values)))

before(async () => {
	const c = await db()
	try {
		const here = await communityId('chornomorsk'), there = await communityId('zhytomyr')
		const names = ['resident', 'person', 'guest', 'alien', 'owner', ...staffRoles, 'author']
		const who = Object.fromEntries((await plantPeople(names.length)).map((id, i) => [names[i], id]))
		planted = Object.values(who)
		await c.query('DELETE FROM membership WHERE person_id IN (?)', [planted.filter((id) => id !== who.resident)])
		const unit = {}
		for (const [role, kind] of [['expert', 'department'], ['operator', 'office'], ['body', 'body']])
			for (const at of [here, there]) {
				const made = await c.query('INSERT INTO unit (community_id, kind, name, name_en) VALUES (?, ?, ?, ?)',
					[at, kind, `Матриця № ${process.pid}`, `Matrix ${process.pid}`])
				unit[`${role} ${at}`] = made[0].insertId
			}
		const give = (person, role, at) => c.query('INSERT INTO staff (community_id, person_id, role, unit_id) VALUES (?, ?, ?, ?)',
			[at, person, role, unit[`${role} ${at}`] ?? null])
		for (const role of staffRoles) {
			await give(who[role], role, here)
			for (const other of ['guest', 'alien'])
				await give(who[other], role, there)
		}
		await c.query('INSERT INTO installation_owner (person_id) VALUES (?), (?)', [who.owner, who.alien])

		for (const name of names.filter((n) => n !== 'alien'))
			people[name] = Object.assign((await plantSessions([who[name]], { host: chornomorsk }))[0], { id: who[name] })
		// Everything that Zhytomyr gives, shown to Chornomorsk.
		const [alien] = await plantSessions([who.alien], { community: 'zhytomyr', host: zhytomyr })
		people.anonymous = anonymous({ host: chornomorsk })
		people.alien = anonymous({ host: chornomorsk })
		await Promise.all([people.anonymous.csrf(), people.alien.csrf()])
		people.alien.jar.set(sessionCookie(), alien.session)
		people.home = alien
		delete people.author

		await c.query('INSERT IGNORE INTO membership (community_id, person_id) VALUES (?, ?)', [there, who.alien])
		ids.member = { foreign: who.alien }

		const petition = (community, state, author) => plantPetition({ community, state, author })
		ids.draft = { foreign: await petition('zhytomyr', 'collecting', who.author), private: await petition('chornomorsk', 'draft', who.author) }
		const attach = async (at, of) => (await c.query('INSERT INTO attachment (community_id, kind, subject_id, petition_id, slot, author_id, ' +
			'name, type, size, stored) VALUES (?, \'petition\', ?, ?, 1, ?, \'a.pdf\', \'application/pdf\', 9, ?)',
		[at, of, of, who.author, randomBytes(16)]))[0].insertId
		ids.file = { foreignPetition: await petition('zhytomyr', 'draft', who.author), private: await attach(here, ids.draft.private) }
		ids.file.foreign = await attach(there, ids.file.foreignPetition)
		const join = async (at, community) => {
			const [keep, close] = [await petition(community, 'collecting', who.author), await petition(community, 'collecting', null)]
			return [keep, (await c.query('INSERT INTO petition_merge (community_id, keep_id, close_id, proposed_by, note) VALUES (?, ?, ?, ?, \'x\')',
				[at, keep, close, who.moderator]))[0].insertId]
		}
		ids.merge = {};
		[ids.merge.foreignPetition, ids.merge.foreign] = await join(there, 'zhytomyr')
		ids.merge.private = (await join(here, 'chornomorsk'))[1]
		ids.join = { foreign: ids.merge.foreign }
		ids.sheet = { foreign: (await c.query('INSERT INTO paper_batch (community_id, petition_id, unit_id, sheet, collected_on, operator_id) ' +
			'VALUES (?, ?, ?, ?, \'2026-01-01\', ?)', [there, ids.draft.foreign, unit[`operator ${there}`], `М-${process.pid}`, who.alien]))[0].insertId }
		ids.milestone = { petition: await petition('zhytomyr', 'implementing', who.author) }
		ids.milestone.foreign = (await c.query('INSERT INTO milestone (community_id, petition_id, title, text, happened_on, author_id) ' +
			'VALUES (?, ?, \'x\', \'\', \'2026-01-01\', ?)', [there, ids.milestone.petition, who.author]))[0].insertId
	} finally {
		await c.end()
	}
	watched = JSON.stringify(await watch())
})

after(async () => {
	for (const table of ['staff', 'installation_owner'])
		await sql(`UPDATE ${table} SET until = UTC_TIMESTAMP() WHERE person_id IN (?)`, [planted])
	await sql('UPDATE unit SET closed_at = UTC_TIMESTAMP() WHERE name = ?', [`Матриця № ${process.pid}`])
})

const names = ['anonymous', 'alien', 'person', 'resident', 'guest', ...staffRoles, 'owner']

/* Runs every cell, and names all that went wrong at once. */
async function all(cells, check) {
	const wrong = []
	await parallel(cells, 8, async (cell) => {
		try {
			await check(cell)
		} catch (e) {
			wrong.push(`${cell.route.name} (${cell.face}) for ${cell.name}: ${e.message}`)
		}
	})
	assert.deepEqual(wrong, [])
}

const cellsOf = (chosen, who = names) => chosen.flatMap((route) => faces(route).flatMap((face) => who.map((name) => ({ route, face, name }))))

describe('role × route', () => {
	test('every route of every program says here who may, and no other stands here', () => {
		assert.deepEqual(Object.keys(expected).sort(), programs.filter((name) => routes.some((r) => r.program === name)).sort())
		for (const program of programs)
			assert.deepEqual(Object.keys(expected[program]).sort(), routes.filter((r) => r.program === program).map((r) => r.name).sort(), program)
		for (const route of routes) {
			assert.equal(route.who, route.may[0] === 'anyone' ? 0 : route.may.reduce((sum, role) => sum + bits[role], 0), `${route.name}: who`)
			assert.equal(route.path.includes('{id}'), route.object !== undefined, `${route.name}: what is {id}?`)
		}
	})

	test('what is not allowed is refused: 401 or the login page to whoever is not logged in, 403 to others', async () => {
		const cells = cellsOf(routes).filter(({ route, name }) => !allowed(route, name))
		assert.ok(cells.length > 700, `${cells.length} cells`)
		await all(cells, async ({ route, face, name }) => {
			const answer = await ask(people[name], route, face)
			const parks = route.flags & 8
			if (face === 'json')
				assert.deepEqual([answer.status, answer.body?.type], isOut(name) ? [401, '/problems/login-required'] : [403, '/problems/forbidden'])
			else if (!isOut(name))
				assert.equal(answer.status, 403)
			else if (route.method === 'GET' || parks)
				assert.ok(answer.status === 303 && /^\/login\?to=[a-z-]+(&id=\d+)?$/.test(answer.location) || (parks && answer.status === 401),
					`${answer.status} ${answer.location}`)
			else
				assert.equal(answer.status, 401)
		})
	})

	test('what is allowed is not refused for the role', async () => {
		const cells = cellsOf(routes).filter(({ route, name }) => allowed(route, name))
		assert.ok(cells.length > 600, `${cells.length} cells`)
		await all(cells, async ({ route, face, name }) => {
			const answer = await ask(await asking(route, name), route, face)
			assert.ok(![401, 403].includes(answer.status) && answer.status < 500, `${answer.status} ${answer.text.slice(0, 200)}`)
		})
	})
})

describe('role × route × object', () => {
	const kinds = (kind) => cellsOf(routes.filter((r) => r.object !== undefined && ids[r.object][kind] !== undefined))

	/* As if there were no such number: to a proposal, that it is no longer open (409). */
	const absent = (route, face, answer) => {
		const [status, type] = route.object === 'merge' ? [409, 'merge-closed'] : [404, 'not-found']
		assert.equal(answer.status, status)
		if (face === 'json')
			assert.equal(answer.body.type, `/problems/${type}`)
	}

	test('what is not there is told alike to all', async () => {
		await all(kinds('foreign').filter(({ route, name }) => name === names.findLast((one) => allowed(route, one))),
			async ({ route, face, name }) => absent(route, face, await ask(people[name], route, face)))
	})

	test('an object of another community is not there, whoever asks', async () => {
		const cells = kinds('foreign').filter(({ route, name }) => allowed(route, name))
		assert.ok(cells.length > 150, `${cells.length} cells`)
		await all(cells, async ({ route, face, name }) => {
			absent(route, face, await ask(people[name], route, face, ids[route.object].foreign))
		})
	})

	test('another’s draft, its file, a proposal to others: not there, for staff and owner neither', async () => {
		const cells = kinds('private').filter(({ route, name }) => allowed(route, name))
		assert.ok(cells.length > 150, `${cells.length} cells`)
		await all(cells, async ({ route, face, name }) => {
			absent(route, face, await ask(people[name], route, face, ids[route.object].private))
		})
	})

	test('who is staff of that community reaches its objects there (so they exist)', async () => {
		assert.equal((await people.home.get(`/api/v1/moderation/petitions/${ids.draft.foreign}`)).status, 200)
		assert.equal((await people.home.get('/api/v1/moderation/settings/staff')).status, 200)
		assert.equal((await people.home.get(`/api/v1/moderation/petitions/${ids.draft.private}`)).status, 404)
	})

	test('a token of one session is none of another’s', async () => {
		for (const route of routes.filter((r) => r.method === 'POST' && !(r.flags & 4) && r.may[0] !== 'anyone')) {
			const role = route.may.at(-1)
			const headers = { 'X-CSRF-Token': csrfToken(people.home.session) }
			const face = route.flags & FACE_HTML ? '' : '/api/v1'
			const answer = await people[role].request('POST', `${face}${route.path.replace('{id}', nowhere)}`, { headers, body: '' })
			assert.equal(answer.status, 403, route.name)
			assert.ok(face ? answer.body.type === '/problems/csrf' : answer.text.includes('застаріла'), route.name)
		}
	})

	test('all of that has changed nothing', async () => {
		assert.equal(JSON.stringify(await watch()), watched)
	})
})

test('a page that asks for a fresh login comes back to itself', async () => {
	const pages = routes.filter((r) => r.flags & FRESH && r.method === 'GET' && !(r.flags & FACE_JSON))
	assert.ok(pages.length > 5)
	for (const page of pages) {
		assert.ok(page.intent, `${page.name} names an intent`)
		assert.equal((await people[page.may[0]].get(`/login?to=${page.intent}`)).location, page.path)
	}
	for (const route of routes.filter((r) => r.method === 'POST' && /settings|administrators/.test(r.path)))
		assert.ok(route.flags & FRESH, route.name)
})

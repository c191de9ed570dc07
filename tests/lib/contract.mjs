// What the route tables declare of the JSON face, held against the answers.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { build, expect } from './viche.mjs'

const FACE_HTML = 1

/* The programs' routes, those with a JSON face only unless all are asked for. */
export const routesOf = (programs, all = false) => programs.flatMap((program) =>
	JSON.parse(execFileSync(path.join(build, 'bin', program), ['--routes']))
		.filter((route) => all || !(route.flags & FACE_HTML)))

const isTime = (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value) && !Number.isNaN(Date.parse(value))
const kinds = { integer: Number.isInteger, text: (v) => typeof v === 'string', boolean: (v) => typeof v === 'boolean', time: isTime,
	list: Array.isArray, object: (v) => v !== null && typeof v === 'object' && !Array.isArray(v) }

/* Every value of an answer stands in the declaration under its dotted name, with the declared type. */
function within(value, fields, name = '') {
	if (Array.isArray(value))
		return value.forEach((item) => within(item, fields, `${name}[]`))
	if (value === null || typeof value !== 'object')
		return undefined
	for (const [key, inner] of Object.entries(value)) {
		const full = name ? `${name}.${key}` : key
		const field = fields.find((f) => f.name === full)
		assert.ok(field, `"${full}" is not declared`)
		assert.ok(inner === null || kinds[field.type](inner), `"${full}" is no ${field.type}: ${JSON.stringify(inner)}`)
		within(inner, fields, full)
	}
	return undefined
}

/* And what is declared is there: a list's fields where the list is not empty, an object's where it is one. */
function complete(value, fields, why) {
	for (const { name } of fields) {
		let places = [value]
		for (const step of name.split('.')) {
			const list = step.endsWith('[]'), key = step.replace('[]', '')
			places = places.flatMap((place) => {
				assert.ok(key in place, `${why}: "${name}" is missing`)
				return list ? place[key] : place[key] === null ? [] : [place[key]]
			})
		}
	}
}

/* Marks the route as tried. */
export function keeps(routes, answer, method, at, status) {
	const route = routes.find((r) => r.method === method && r.path === at)
	assert.ok(route, `${method} ${at} is declared`)
	expect(answer, status)
	assert.equal(answer.headers['content-type'], 'application/json')
	within(answer.body, route.fields)
	complete(answer.body, route.fields, `${method} ${at}`)
	route.tried = true
}

export function problem(answer, status, type) {
	assert.equal(answer.status, status, answer.text)
	assert.match(answer.headers['content-type'], /^application\/problem\+json/)
	const { errors, ...body } = answer.body
	assert.deepEqual(Object.keys(body).sort(), ['detail', 'request_id', 'status', 'title', 'type'])
	assert.equal(body.status, status)
	assert.equal(body.type, `/problems/${type}`)
	assert.ok(body.title.length > 3 && body.detail.length > 10, 'it says what happened and what to do')
	assert.equal(body.request_id, answer.headers['x-request-id'])
	if (status === 422 && errors !== undefined)
		assert.ok(errors.length > 0 && errors.every((e) => typeof e.field === 'string' && e.message.length > 5))
	else
		assert.equal(errors, undefined)
}

/* Those that no call of keeps() has tried. */
export const untried = (routes) => routes.filter((route) => !route.tried).map((route) => `${route.method} ${route.path}`)

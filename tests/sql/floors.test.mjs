// The house stands as it was designed: who may include what, and where SQL may be written.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, test } from 'node:test'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
const floors = ['base', 'data', 'web', 'civic']
const LINES_MAX = 500

const filesIn = (folder) => readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) =>
	entry.name === 'node_modules' ? []
		: entry.isDirectory() ? filesIn(path.join(folder, entry.name)) : [path.join(folder, entry.name)])
const read = (file) => readFileSync(path.join(root, file), 'utf8')
const sources = [...filesIn('lib'), ...filesIn('cgi-bin')].filter((f) => /\.[ch]$/.test(f))
	.map((file) => ({ file, text: read(file) }))

/* What a source includes: {name, own: with quotes}. */
const includesOf = (text) => [...text.matchAll(/^\s*#\s*include\s*([<"])([^>"]+)[>"]/gm)]
	.map(([, mark, name]) => ({ name, own: mark === '"' }))

/* Why this file may not include that one, or null. */
function objection(file, { name, own }) {
	if (!own)
		return floors.includes(name.split('/')[0]) ? 'our own headers stand in quotes' : null
	const [place, where] = file.split('/')
	const floor = floors.indexOf(name.split('/')[0])
	if (name.includes('..'))
		return 'no path leads out of its folder'
	if (floor < 0)
		return place === 'cgi-bin' && !name.includes('/') && sources.some((s) => s.file === `cgi-bin/${where}/${name}`)
			? null : 'it is neither in lib nor of the same program'
	if (place === 'lib' && floor > floors.indexOf(where))
		return `lib/${where} stands below lib/${floors[floor]}`
	return null
}

/* Comments away, lines kept. */
const bare = (text) => text.replace(/\/\*[\s\S]*?\*\//g, (c) => c.replace(/[^\n]/g, ' '))

describe('the floors', () => {
	test('there are sources, each on a floor or in a program', () => {
		assert.ok(sources.length > 60)
		for (const { file } of sources)
			assert.ok(/^cgi-bin\/[a-z-]+\/\w+\.[ch]$/.test(file) || floors.includes(file.split('/')[1]) && file.split('/').length === 3, file)
	})

	test('an include never goes up, and never sideways between programs', () => {
		for (const { file, text } of sources)
			for (const include of includesOf(text)) {
				const why = objection(file, include)
				assert.equal(why, null, `${file} includes ${include.name}: ${why}`)
			}
	})

	test('what may not be included would be noticed', () => {
		const own = (name) => ({ name, own: true })
		assert.ok(objection('lib/base/str.c', own('data/db.h')))
		assert.ok(objection('lib/data/db.c', own('web/page.h')))
		assert.ok(objection('lib/web/app.c', own('civic/person.h')))
		assert.ok(objection('cgi-bin/home/main.c', own('../login/login.h')))
		assert.ok(objection('cgi-bin/home/main.c', own('login.h')))
		assert.ok(objection('lib/base/str.c', { name: 'web/app.h', own: false }))
		assert.equal(objection('lib/civic/person.c', own('web/route.h')), null)
		assert.equal(objection('cgi-bin/login/main.c', own('login.h')), null)
	})

	test('one file knows a library that may be exchanged', () => {
		const known = { fcgi: ['lib/web/app.c'], cjose: ['lib/web/jose.c'], 'curl/': ['lib/web/client.c', 'lib/web/smtp.c'],
			mysql: ['lib/data/db.c', 'lib/data/db_fetch.h'], cmark: ['lib/base/text.c'],
			'vips/': ['cgi-bin/media/picture.c'], 'qpdf/': ['cgi-bin/media/document.c'], seccomp: ['lib/base/sandbox.c'],
			hunspell: ['cgi-bin/stem/dictionary.c'] }
		for (const [library, where] of Object.entries(known)) {
			const users = sources.filter(({ text }) =>
				includesOf(text).some(({ name, own }) => !own && name.startsWith(library))).map(({ file }) => file)
			assert.deepEqual(users, where, library)
		}
	})

	test(`no file is longer than ${LINES_MAX} lines`, () => {
		const ours = ['lib', 'cgi-bin', 'tests', 'scripts', 'sql'].flatMap(filesIn)
			.filter((f) => /\.(c|h|mjs|sql|sh)$/.test(f) || /^scripts\/[\w-]+$/.test(f))
		assert.ok(ours.length > 80)
		for (const file of ours) {
			const lines = read(file).split('\n').length - 1
			assert.ok(lines <= LINES_MAX, `${file} has ${lines} lines`)
		}
	})
})

describe('SQL', () => {
	const argument = String.raw`(?:"(?:[^"\\\n]|\\.)*"|[A-Z][A-Z_0-9]*)`
	const statement = new RegExp(String.raw`\bSQL\(\s*[a-z][a-z0-9_]*\s*,\s*${argument}(?:\s*${argument})*\s*\);`, 'g')

	test('is a constant: a name and literals', () => {
		let all = 0
		for (const { file, text } of sources.filter((s) => s.file !== 'lib/data/db.h')) {
			const code = bare(text)
			const begun = code.match(/\bSQL\(/g)?.length ?? 0
			const whole = code.match(statement)?.length ?? 0
			assert.equal(whole, begun, `${file}: some SQL(…) is more than a name and literals`)
			all += whole
		}
		assert.ok(all > 60, `${all} statements`)
	})

	test('a statement put together at run time would be noticed', () => {
		assert.ok('SQL(a, "SELECT 1 " COLUMNS\n\t"FROM x");'.match(statement))
		assert.equal('SQL(a, text);'.match(statement), null)
		assert.equal('SQL(a, str_fmt(pool, "SELECT %s", x));'.match(statement), null)
	})

	test('pieces of statements are literals too', () => {
		for (const { file, text } of sources)
			for (const [, name] of bare(text).matchAll(/^#define ([A-Z_]+)\(.*\b(?:SELECT|WHERE|FROM)\b/gm))
				assert.fail(`${file}: ${name} makes SQL of arguments`)
	})

	test('reaches the server through lib/data alone', () => {
		for (const { file, text } of sources.filter((s) => !s.file.startsWith('lib/data/'))) {
			const code = bare(text)
			assert.doesNotMatch(code, /\bmysql_\w+\(/, file)
			assert.doesNotMatch(code, /\bstruct sql\s+\w+\s*=/, `${file}: a statement is made by SQL() only`)
			if (!file.startsWith('cgi-bin/manage/'))
				assert.doesNotMatch(code, /\bdb_script\(/, `${file}: scripts are for manage`)
			for (const [, what] of code.matchAll(/\bdb_plain\([^,;]*,\s*("[^"]*"|[^;]*?)\)/g))
				assert.match(what, /^"[^"]*"$/, `${file}: db_plain takes a literal`)
		}
		/* The doors themselves. */
		const code = sources.filter((s) => s.file.startsWith('lib/data/')).map((s) => bare(s.text)).join('\n')
		assert.deepEqual([...code.matchAll(/\bmysql_(?:real_)?query\([^,]+,\s*(\w+|"[^"]{6})/g)].map((m) => m[1]).sort(),
			['"SET NA', 'constant', 'statement', 'text'], 'SET NAMES, db_plain, the test clock, db_script')
		assert.deepEqual([...code.matchAll(/\bmysql_stmt_prepare\(\w+,\s*([^,]+),/g)].map((m) => m[1]), ['sql->text'])
	})

	test('is written nowhere but in SQL(…)', () => {
		/* migrate makes the users themselves, which takes no arguments in SQL. */
		for (const { file, text } of sources.filter((s) =>
			!s.file.startsWith('lib/data/') && s.file !== 'cgi-bin/manage/migrate.c')) {
			const rest = bare(text).replace(statement, '').replace(/^#define(?:[^\\\n]|\\[\s\S])*/gm, '')
			const found = /"\s*(SELECT|INSERT|UPDATE|DELETE|REPLACE|DROP|ALTER|GRANT)\s[^"]*"/.exec(rest)
			assert.equal(found, null, `${file}: ${found?.[0]}`)
		}
	})

	test('asks the time of UTC_TIMESTAMP alone, in the migrations too', () => {
		for (const file of filesIn('sql').filter((f) => f.endsWith('.sql')))
			assert.doesNotMatch(read(file), /\b(SYSDATE|NOW|CURDATE|UNIX_TIMESTAMP)\s*\(|\bCURRENT_TIMESTAMP\b/i, file)
	})
})

// scripts/recount on real elections: each published and each expected outcome is reproduced, exactly. The
// elections are read from ../shared/data/elections; where they are absent those tests are skipped.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { before, describe, test } from 'node:test'
import { gunzipSync } from 'node:zlib'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
const folder = path.join(root, '../shared/data/elections')
const skip = !existsSync(folder) && 'skipped: ../shared/data/elections is not here'
const program = path.join(root, '.build/recount/recount')

before(() => execFileSync('make', ['-s', '-C', root, 'recount']))

const run = (args, input) => {
	const done = spawnSync(program, args, { input, encoding: 'utf8', maxBuffer: 1 << 28 })
	assert.equal(done.signal, null, `ended by ${done.signal}: ${done.stderr}`)
	return { status: done.status, out: done.stdout, err: done.stderr }
}
const count = (args, input) => {
	const { status, out, err } = run(['--json', ...args], input)
	assert.equal(status, 0, err)
	return JSON.parse(out)
}
const sorted = (list) => [...list].sort()

describe('real elections', { skip }, () => {
	const { elections } = skip ? { elections: [] } : JSON.parse(readFileSync(path.join(folder, 'expected.json'), 'utf8'))
	const rules = { 'greedy-skip': 'greedy_skip', 'greedy-stop': 'greedy_stop' }
	const shares = { mes: 'mes_no_completion', 'mes-fill': 'mes_utilitarian', 'mes-add1': 'mes_add1',
		'mes-add1-fill': 'mes_add1_utilitarian' }
	let ballots = 0

	for (const e of elections) {
		const file = path.join(folder, e.file)
		const least = e.min_project_score_threshold === null ? [] : ['--min-votes', String(e.min_project_score_threshold)]
		test(`${e.file}: counted as the file says, funded as expected`, () => {
			const outcome = {}
			for (const [rule, key] of Object.entries(rules)) {
				const made = count(['--rule', rule, ...least, file])
				outcome[key] = made.selected
				assert.deepEqual(sorted(made.selected), sorted(e[key]), rule)
				assert.equal(made.voters + made.ballots_invalid, e.num_votes)
				assert.equal(made.ballots_invalid, 0)
				assert.equal(made.projects, e.num_projects)
				assert.equal(made.budget, Number(e.budget))
				ballots += rule === 'greedy-skip' ? made.voters : 0
				const key_ = e.score_used === 'votes' ? 'votes' : 'score'
				assert.equal(String(made.counted.reduce((sum, p) => sum + p[key_], 0)), e.sum_of_votes_or_points)
				const text = (file.endsWith('gz') ? gunzipSync(readFileSync(file)) : readFileSync(file)).toString()
				const [head, ...lines] = text.slice(text.indexOf('PROJECTS\n') + 9, text.indexOf('VOTES\n')).trim().split('\n')
				const columns = head.split(';')
				for (const [i, line] of lines.entries()) {
					/* A name may hold semicolons; votes and score stand before it. */
					const fields = line.split(';')
					for (const name of ['votes', 'score'])
						if (columns.indexOf(name) > 0)
							assert.equal(made.counted[i][name], Number(fields[columns.indexOf(name)]), `${name} of ${fields[0]}`)
				}
			}
			for (const [rule, key] of Object.entries(e.mes === undefined ? {} : shares)) {
				const made = count(['--rule', rule, file])
				outcome[key] = made.selected
				assert.deepEqual(sorted(made.selected), sorted(e.mes[key]), rule)
				if (rule === 'mes-add1')
					assert.equal(made.steps.find((s) => s.event === 'raised').steps, e.add1_steps)
			}
			for (const key of e.published_equals ?? [])
				assert.deepEqual(sorted(outcome[key]), sorted(e.published_selected), `published: ${key}`)
		})
	}

	test('they are 19 elections of 296,110 ballots', () => {
		assert.equal(elections.length, 19)
		assert.equal(ballots, 296110)
	})

	test('Wieliczka gets the 30 projects that it really funded', () => {
		const made = count(['--rule', 'mes-add1', path.join(folder, 'poland_wieliczka_2023_green-budget.pb')])
		assert.equal(made.selected.length, 30)
		assert.equal(made.cost, 995079)
	})

	test('committees of the abcvoting suite: 368, each among the outcomes that are right', () => {
		const { cases } = JSON.parse(gunzipSync(readFileSync(path.join(folder, 'committee_cases_abcvoting.json.gz'))))
		const names = { 'greedy-skip': 'av', phragmen: 'seqphragmen', 'mes-fill': 'equal-shares-with-av-completion',
			'mes-fill-cardinality': 'equal-shares-with-av-completion' }
		let checked = 0
		assert.equal(cases.length, 368)
		for (const c of cases) {
			const pb = ['META', 'key;value', `budget;${c.committeesize}`, 'vote_type;approval', 'PROJECTS', 'project_id;cost',
				...Array.from({ length: c.num_cand }, (_, i) => `${i};1`), 'VOTES', 'voter_id;vote',
				...c.profile.map((chosen, i) => `${i};${chosen.join(',')}`), ''].join('\n')
			for (const [rule, name] of Object.entries(names)) {
				const right = c.expected.find((x) => x.rule_id === name && !x.resolute && x.result !== null)
				if (right === undefined)
					continue
				const made = count(['--rule', rule, '-'], pb).selected.map(Number).sort((a, b) => a - b)
				assert.ok(right.result.some((one) => JSON.stringify([...one].sort((a, b) => a - b)) === JSON.stringify(made)),
					`${c.id} ${rule}: ${made}`)
				checked++
			}
		}
		assert.equal(checked, 4 * 368)
	})
})

const good = `META
key;value
budget;100
vote_type;approval
num_projects;3
num_votes;3
max_length;2
PROJECTS
project_id;cost;name;votes;selected
a;60;"Школа; двір ""Мрія""";2;1
b;50;Лави;1;0
c;40;Дерева;2;1
VOTES
voter_id;vote
1;a,b
2;a,c
3;c
`

describe('the protocol', () => {
	test('text and JSON tell the same, step by step', () => {
		const text = run(['-'], good).out, json = count(['-'], good)
		assert.deepEqual(json.selected, ['c', 'a'])
		assert.equal(json.cost, 100)
		assert.match(text, /^step\tfunded\tc\tcost 40\tvotes 2\tleft 60$/m)
		assert.match(text, /^step\tpassed-over\tb\tcost 50\tvotes 1\tleft 0$/m)
		assert.equal(text, run(['-'], good).out)
	})

	test('kopiykas are counted', () => {
		const pb = good.replace('budget;100', 'budget;100.05').replace('a;60', 'a;60,05')
		assert.equal(count(['-'], pb).cost, 100.05)
		assert.deepEqual(count(['-'], pb.replace('100.05', '100.04')).selected, ['c', 'b'])
	})

	test('a ballot that breaks the limits does not count, and is named', () => {
		for (const ballot of ['1;a,b,c', '1;a,a', '1;a,x', '2;a', ';a']) {
			const made = count(['-'], good.replace('1;a,b', ballot))
			/* The same voter twice: the first one counts. */
			assert.equal(made.ballots_invalid, 1, ballot)
			assert.equal(made.voters, 2)
			assert.deepEqual(made.invalid_lines, [ballot === '2;a' ? 16 : 15])
		}
	})

	test('line ends of Windows, a byte-order mark, gzip: the same', () => {
		assert.equal(run(['-'], `\ufeff${good.replaceAll('\n', '\r\n')}`).out, run(['-'], good).out)
	})
})

describe('a file that is broken is refused with its line and the reason', () => {
	const broken = {
		'nothing at all': ['', /the file is empty/],
		'no META': [good.slice(5), /line 1: .*META/],
		'other columns of META': [good.replace('key;value', 'key;worth'), /line 2: .*key and value/],
		'no budget': [good.replace('budget;100\n', ''), /no budget/],
		'a budget that is no sum': [good.replace('budget;100', 'budget;lots'), /budget/],
		'a budget below zero': [good.replace('budget;100', 'budget;-5'), /budget/],
		'a budget of a third of a kopiyka': [good.replace('budget;100', 'budget;0.001'), /budget/],
		'no vote_type': [good.replace('vote_type;approval\n', ''), /vote_type/],
		'an unknown vote_type': [good.replace('approval', 'loudness'), /loudness/],
		'a key twice': [good.replace('max_length;2', 'budget;2'), /line 7: META has budget twice/],
		'a limit that is no number': [good.replace('max_length;2', 'max_length;few'), /max_length/],
		'no PROJECTS': [good.slice(0, good.indexOf('PROJECTS')), /PROJECTS is missing/],
		'no projects': [good.replace(/^[abc];.*\n/gm, ''), /no projects/],
		'a column twice': [good.replace('cost;name', 'cost;cost'), /cost stands twice/],
		'no cost column': [good.replace(';cost;', ';price;'), /project_id and cost/],
		'a cost that is no sum': [good.replace('b;50', 'b;5O'), /line 11: .*cost/],
		'a cost of nothing': [good.replace('b;50', 'b;0'), /line 11: .*cost/],
		'a cost beyond all bounds': [good.replace('b;50', `b;${'9'.repeat(30)}`), /line 11: .*cost/],
		'a project twice': [good.replace('b;50', 'a;50'), /a stands twice/],
		'a project without an id': [good.replace('b;50', ';50'), /line 11: .*project_id/],
		'a line too short': [good.replace('b;50;Лави;1;0', 'b;50'), /line 11: 2 fields/],
		'a quote that does not end': [good.replace('"Школа', '""Школа').replace('двір ""Мрія""";', 'двір "'), /quote/],
		'something behind a quote': [good.replace('Мрія"""', 'Мрія"""x'), /line 10: .*quoted/],
		'no VOTES': [good.slice(0, good.indexOf('VOTES')), /VOTES is missing/],
		'VOTES without columns': [good.slice(0, good.indexOf('voter_id')), /VOTES has no line of column names/],
		'no vote column': [good.replace('voter_id;vote', 'voter_id;choice'), /voter_id and vote/],
		'votes that are not all there': [good.replace('3;c\n', ''), /num_votes 3, but there are 2/],
		'projects that are not all there': [good.replace('num_projects;3', 'num_projects;4'), /num_projects 4/],
		'points missing': [good.replace('approval', 'cumulative'), /points/],
		'a number that is none': [good.replace('Лави;1;0', 'Лави;one;0'), /whole numbers/],
		'no UTF-8': [Buffer.from(good.replace('Лави', 'Лави').replace('b;50', 'b\u00ff;50'), 'latin1'), /UTF-8/],
		'a NUL': [good.replace('Лави', 'Ла\0ви'), /UTF-8/],
		'too many fields': [good.replace('budget;100', `budget${';1'.repeat(200)}`), /fields/],
	}

	for (const [name, [text, why]] of Object.entries(broken))
		test(name, () => {
			const { status, out, err } = run(['-'], text)
			assert.equal(status, 1)
			assert.equal(out, '')
			assert.match(err, /^recount: -: .+\n$/)
			assert.match(err, why)
		})

	test('a gzip file cut short', () => {
		const { status, err } = run(['-'], execFileSync('gzip', ['-c'], { input: good.repeat(200) }).subarray(0, 150))
		assert.equal(status, 1)
		assert.match(err, /cut short/)
	})

	test('a file that is not there, an option that is not', () => {
		assert.equal(run(['/nowhere.pb']).status, 1)
		for (const args of [[], ['--rule', 'best', '-'], ['--ties', 'beauty', '-'], ['--min-votes', '-1', '-'],
			['--fast', '-'], ['--seed'], ['a', 'b']])
			assert.equal(run(args, good).status, 2, args.join(' '))
	})
})

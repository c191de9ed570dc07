// The import of the 2,996 real petitions: its numbers, run twice, broken lines named. It goes into a
// community of its own, so that no other test meets them.
import { test, before } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('../..', import.meta.url));
const real = join(root, '../shared/data/petitions/uk_parliament_petitions.jsonl.gz');
const absent = !existsSync(real) && 'the file of real petitions is not beside the checkout';
const state = process.env.VICHE_VAR;
const host = 'import.localhost';

function sql(text) {
	const out = execFileSync('mariadb', ['--no-defaults', '-S', join(state, 'run/db.sock'), '-u', 'root', '-N',
		'viche', '-e', text],
		{ env: { ...process.env, MYSQL_PWD: readFileSync(join(state, 'keys/db/root'), 'utf8').trim() } });
	return out.toString().trim().split('\n').map((line) => line.split('\t'));
}

function run(...args) {
	return spawnSync(join(root, 'scripts/import-petitions'), args, { encoding: 'utf8' });
}

function get(path) {
	return new Promise((resolve, reject) => {
		http.get(process.env.VICHE_URL + path, { headers: { Host: host } }, (answer) => {
			let body = '';
			answer.on('data', (piece) => { body += piece; });
			answer.on('end', () => resolve({ status: answer.statusCode, body }));
		}).on('error', reject);
	});
}

function states() {
	return Object.fromEntries(sql(`SELECT state, COUNT(*) FROM petition JOIN community c ON
		c.id = community_id WHERE c.name = 'import' GROUP BY state`).map(([name, n]) => [name, Number(n)]));
}

const one = {
	id: 1, action: 'Mend the pier', background: 'It is closed.', additional_details: '', state: 'open',
	signature_count: 3, created_at: '2022-01-01T10:00:00.000Z', updated_at: '2022-03-01T10:00:00.000Z',
	opened_at: '2022-01-02T10:00:00.000Z', closed_at: null, rejection: null,
};

// Loads these lines from a file of theirs; with what it wrote.
function load(lines, { gzip = false, args = ['--community', 'import'] } = {}) {
	const folder = mkdtempSync(join(tmpdir(), 'viche-import-test.'));
	const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)) + '\n').join('');
	try {
		writeFileSync(join(folder, 'some petitions'), gzip ? gzipSync(text) : text);
		return run(join(folder, 'some petitions'), ...args);
	} finally {
		rmSync(folder, { recursive: true });
	}
}

before(() => {
	sql(`INSERT IGNORE INTO community (name, title, title_en, full_name, full_name_en, council, council_en,
		oblast, oblast_en, katottg, phone, offline, offline_en)
		SELECT 'import', title, title_en, full_name, full_name_en, council, council_en, oblast, oblast_en,
		'UA00000000000000099', phone, offline, offline_en FROM community ORDER BY id LIMIT 1;
		INSERT IGNORE INTO community_host SELECT '${host}', id FROM community WHERE name = 'import';
		INSERT IGNORE INTO petition_rules (community_id, version, threshold, term_days)
		SELECT id, 1, 250, 90 FROM community WHERE name = 'import'`);
});

test('the real file gives the known numbers; answered ones stand as answered, the worker moves one', { skip: absent }, async () => {
	const done = run(real, '--community', 'import');
	assert.equal(done.status, 0, done.stderr);
	assert.match(done.stdout, /2996 of 2996 petitions/);
	assert.match(done.stdout, /2033 refused, 745 not reached, 73 reached, 145 collecting; 4569726 signatures/);
	assert.match(done.stdout, /76 of them came with an official response and stand as answered/);
	const until = Date.now() + 10000;
	while (states().reached !== 1 && Date.now() < until)
		await sleep(200);
	assert.deepEqual(states(), { refused: 2033, not_reached: 745, answered: 76, reached: 1, collecting: 141 });
	const ours = `JOIN community c ON c.id = p.community_id AND c.name = 'import'`;
	assert.deepEqual(sql(`SELECT SUM(outside_count), SUM(signature_count), COUNT(*) FROM petition p
		JOIN petition_total t ON t.petition_id = p.id ${ours}`), [['4569726', '4569726', '2996']]);
	assert.deepEqual(sql(`SELECT to_state, program, COUNT(*) FROM event p ${ours}
		GROUP BY to_state, program ORDER BY to_state, program`), [
		['answered', 'manage', '76'], ['collecting', 'manage', '963'], ['draft', 'manage', '2996'],
		['in_review', 'manage', '76'], ['not_reached', 'manage', '745'], ['reached', 'manage', '76'],
		['reached', 'worker', '1'], ['refused', 'manage', '2033'],
		['submitted', 'manage', '2996']]);
	assert.deepEqual(sql(`SELECT COUNT(*) FROM petition_signature p ${ours}`), [['0']], 'nobody is invented');
});

test('dates are shifted to now, terms are six months and not over', { skip: absent }, () => {
	const ours = `FROM petition p JOIN community c ON c.id = p.community_id AND c.name = 'import'`;
	assert.deepEqual(sql(`SELECT MAX(updated_at) > UTC_TIMESTAMP() - INTERVAL 5 MINUTE,
		MAX(updated_at) <= UTC_TIMESTAMP() ${ours}`), [['1', '1']]);
	// The oldest one came 1,037 days before the newest change.
	assert.deepEqual(sql(`SELECT DATEDIFF(MAX(updated_at), MIN(created_at)) ${ours}`), [['1037']]);
	assert.deepEqual(sql(`SELECT MIN(closes_at) > UTC_TIMESTAMP() + INTERVAL 1 DAY - INTERVAL 5 MINUTE,
		MIN(threshold), MAX(threshold), MIN(term_days) >= 180 ${ours} WHERE state = 'collecting'`),
	[['1', '10000', '10000', '1']]);
	assert.deepEqual(sql(`SELECT COUNT(*) ${ours} JOIN event e ON e.subject_id = p.id
		WHERE e.created_at > UTC_TIMESTAMP(6) OR (p.state <> 'collecting' AND p.decided_at IS NULL)`), [['0']]);
});

test('the timeline of each goes forward', { skip: absent }, () => {
	assert.deepEqual(sql(`SELECT COUNT(*) FROM event a JOIN event b ON b.kind = a.kind AND
		b.subject_id = a.subject_id AND b.id > a.id AND b.created_at < a.created_at JOIN community c ON c.id = a.community_id
		WHERE c.name = 'import'`), [['0']]);
});

test('a second run adds nothing', { skip: absent }, () => {
	const before = sql('SELECT (SELECT COUNT(*) FROM petition), (SELECT COUNT(*) FROM event), COUNT(*) FROM petition_total');
	const done = run(real, '--community', 'import');
	assert.equal(done.status, 0, done.stderr);
	assert.match(done.stdout, /: 0 petitions loaded/);
	assert.match(done.stdout, /2996 petitions were there already/);
	assert.deepEqual(sql('SELECT (SELECT COUNT(*) FROM petition), (SELECT COUNT(*) FROM event), COUNT(*) FROM petition_total'), before);
});

test('the pages show a total as a total, a refusal with its reason', { skip: absent }, async () => {
	let answer;
	const until = Date.now() + 15000; // the programs learn of a new community after a while
	do {
		answer = await get('/api/v1/petitions?state=refused');
	} while (answer.status === 421 && Date.now() < until && await sleep(500, true));
	assert.equal(answer.status, 200, answer.body);
	const [{ id }] = JSON.parse(answer.body).items;
	const [[code, count]] = sql(`SELECT reason, outside_count FROM petition WHERE id = ${id}`);
	const petition = JSON.parse((await get(`/api/v1/petitions/${id}`)).body);
	assert.equal(petition.state, 'refused');
	assert.equal(petition.refusal.code, code);
	assert.equal(petition.signature_count, Number(count));
	const [[reached]] = sql(`SELECT p.id FROM petition p JOIN community c ON c.id = p.community_id
		WHERE c.name = 'import' AND state = 'answered' ORDER BY outside_count DESC LIMIT 1`);
	const page = await get(`/petitions/${reached}`);
	assert.equal(page.status, 200);
	assert.match(page.body, /901\s913 підпис\S+\s\S+\sз\sіншої\sплатформи/);
});

test('broken lines are named and skipped, the rest is loaded', () => {
	const done = load([
		{ ...one, id: 901 }, '{broken', { ...one, id: 902, action: null }, '',
		{ ...one, id: 903, opened_at: '2022-02-30T10:00:00Z' }, { ...one, id: 904, background: 'x'.repeat(1100000) },
		{ ...one, id: '905' }, { ...one, id: 906, state: 'closed', closed_at: '2022-02-01T00:00:00Z' },
	], { gzip: true });
	assert.equal(done.status, 1);
	assert.match(done.stdout, /2 petitions loaded: 0 refused, 1 not reached, 0 reached, 1 collecting; 6 signatures/);
	const named = done.stderr.split('\n').filter((line) => line.startsWith('line '));
	assert.deepEqual(named.map((line) => line.split(':')[0]), ['line 2', 'line 3', 'line 5', 'line 6', 'line 7']);
	assert.match(named[1], /"action" is missing/);
	assert.match(named[2], /"opened_at" is no date/);
});

test('the threshold is the one asked for; a petition twice in a file is one', () => {
	const closed = { ...one, state: 'closed', closed_at: '2022-02-01T00:00:00Z' };
	const done = load([{ ...closed, id: 911 }, { ...closed, id: 911 }, { ...closed, id: 912, signature_count: 2 }],
		{ args: ['--community=import', '--threshold', '3'] });
	assert.equal(done.status, 0, done.stderr);
	assert.match(done.stdout, /2 petitions loaded: 0 refused, 1 not reached, 1 reached/);
	assert.match(done.stdout, /1 petitions were there already/);
	assert.deepEqual(sql(`SELECT state, threshold FROM petition WHERE source = 'uk-parliament:911'`), [['reached', '3']]);
});

test('what cannot begin says why and ends with 2', () => {
	const unknown = load([one], { args: ['--community', 'nowhere'] });
	assert.equal(unknown.status, 2);
	assert.match(unknown.stderr, /no community "nowhere"; there are: chornomorsk, zhytomyr/);
	for (const args of [[], ['/nonexistent'], [root], ['x', 'y'], [join(root, 'README.md'), '--threshold', '0'],
		[join(root, 'README.md'), '--unknown']]) {
		const done = run(...args);
		assert.equal(done.status, 2, args.join(' '));
		assert.match(done.stderr, /^import-petitions: .+\n$/);
	}
});

test('a damaged archive and an instance that does not run: one sentence, 1', () => {
	const folder = mkdtempSync(join(tmpdir(), 'viche-import-test.'));
	try {
		writeFileSync(join(folder, 'cut'), gzipSync(JSON.stringify(one)).subarray(0, 40));
		const cut = run(join(folder, 'cut'), '--community', 'import');
		assert.equal(cut.status, 1);
		assert.match(cut.stderr, /is damaged/);
		const env = { ...process.env, VICHE_VAR: join(folder, 'var') };
		delete env.VICHE_CONF;
		const down = spawnSync(join(root, 'scripts/import-petitions'), [join(root, 'README.md')], { env, encoding: 'utf8' });
		assert.equal(down.status, 1);
		assert.match(down.stderr, /nothing runs on .*: start Viche with scripts\/run/);
	} finally {
		rmSync(folder, { recursive: true });
	}
});

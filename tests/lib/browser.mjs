// A browser for the tests: Chromium, people who are logged in, and what they may do by JSON.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

export const url = process.env.VICHE_URL ?? 'http://127.0.0.1:8080';
export const phone = { width: 390, height: 844 };
export const desktop = { width: 1280, height: 900 };

let started;

/** The one browser of this test file; close() ends it. */
export async function browser() {
	if (!started) {
		// Chromium wants a home of its own that it may write, whoever runs the tests.
		const home = mkdtempSync(join(tmpdir(), 'viche-browser-'));
		started = {
			home,
			chromium: await chromium.launch({
				executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
				args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
					'--disable-background-networking', '--disable-component-update', '--disable-sync',
					'--disable-dev-shm-usage'],
				env: { ...process.env, HOME: home },
			}),
		};
	}
	return started.chromium;
}

export async function close() {
	if (!started)
		return;
	const { home, chromium: running } = started;
	started = undefined;
	await running.close();
	rmSync(home, { recursive: true, force: true });
}

/** A visitor's own window: cookies of its own, no JavaScript unless asked for. */
export async function visitor(options = {}) {
	const context = await (await browser()).newContext({
		baseURL: url, javaScriptEnabled: false, locale: 'uk-UA', viewport: desktop, ...options,
	});
	context.setDefaultTimeout(15000);
	return context;
}

/** Logs a demo person in through the real pages. */
export async function login(context, person) {
	const page = await context.newPage();
	await page.goto('/login?to=me');
	await page.click('form[action="/login/start"] button');
	await page.fill('#person', person);
	await page.press('#person', 'Enter');
	await page.waitForURL('**/me');
	await page.close();
	return context;
}

/** One call of the JSON face as the person of this context; answers { status, body }. */
export async function call(context, method, path, data) {
	const headers = {};
	if (method !== 'GET') {
		const session = await (await context.request.get('/api/v1/session')).json();
		headers['X-CSRF-Token'] = session.csrf_token;
	}
	const answer = await context.request.fetch(`/api/v1${path}`, { method, data, headers });
	const text = await answer.text();
	return { status: answer.status(), body: text ? JSON.parse(text) : null };
}

/** The same, which must succeed: answers the body. */
export async function must(context, method, path, data) {
	const { status, body } = await call(context, method, path, data);
	if (status >= 300)
		throw new Error(`${method} ${path}: ${status} ${JSON.stringify(body)}`);
	return body;
}

/** Asks again until the answer is true, for at most so many seconds. */
export async function until(question, seconds = 15) {
	const end = Date.now() + seconds * 1000;
	for (;;) {
		const answer = await question();
		if (answer || Date.now() > end)
			return answer;
		await new Promise((r) => { setTimeout(r, 100); });
	}
}

/** The first words of a violation of axe, enough to find it. */
export function told(violations) {
	return violations.map((v) => `${v.id}: ${v.help}\n` + v.nodes.slice(0, 3)
		.map((n) => `    ${n.target.join(' ')} ${n.failureSummary.replace(/\s+/g, ' ')}`).join('\n')).join('\n');
}

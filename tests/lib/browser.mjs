// A browser for the tests: Debian's Chromium, and people who are logged in. The headless shell is the
// same engine without the window, and three times as quick to open a page; CHROMIUM names another.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { login, url } from './viche.mjs'

export const phone = { width: 390, height: 844 }
export const desktop = { width: 1280, height: 900 }

let started

/* The one browser of this test file; close() ends it. */
export async function browser() {
	if (!started) {
		// Chromium wants a home of its own that it may write, whoever runs the tests.
		const home = mkdtempSync(join(tmpdir(), 'viche-browser-'))
		started = {
			home,
			chromium: await chromium.launch({
				executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell',
				args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
					'--disable-background-networking', '--disable-component-update', '--disable-sync',
					'--disable-dev-shm-usage', '--renderer-process-limit=1'],
				env: { ...process.env, HOME: home },
			}),
		}
	}
	return started.chromium
}

export async function close() {
	if (!started)
		return
	const { home, chromium: running } = started
	started = undefined
	await running.close()
	rmSync(home, { recursive: true, force: true })
}

/* A visitor's own window: cookies of its own, no JavaScript unless asked for. */
export async function visitor(options = {}) {
	const context = await (await browser()).newContext({
		baseURL: url, javaScriptEnabled: false, locale: 'uk-UA', viewport: desktop, ...options,
	})
	context.setDefaultTimeout(15000)
	return context
}

/* A visitor who is somebody: logged in without the pages of login, which have tests of their own. */
export async function visitorAs(person, options = {}) {
	const context = await visitor(options)
	const client = await login(person)
	await context.addCookies([...client.jar].map(([name, value]) => ({ name, value, url })))
	return context
}

/* The first words of a violation of axe, enough to find it. */
export function told(violations) {
	return violations.map((v) => `${v.id}: ${v.help}\n` + v.nodes.slice(0, 3)
		.map((n) => `    ${n.target.join(' ')} ${n.failureSummary.replace(/\s+/g, ' ')}`).join('\n')).join('\n')
}

// The journey by curl alone, as a chatbot would make it.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { test } from 'node:test'
import { port, root } from '../lib/viche.mjs'

test('a chatbot logs in, writes, publishes and signs with curl and JSON', () => {
	const run = spawnSync(path.join(root, 'tests/chatbot.sh'), ['--port', String(port)], { encoding: 'utf8', timeout: 120000 })
	assert.equal(run.status, 0, run.stderr + run.stdout)
	assert.match(run.stdout, /was written, published and signed\.\n$/)
})

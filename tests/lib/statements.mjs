// Every SQL statement that a program links: SQL(name, "…") of lib/data/db.h leaves each text in the
// executable as the symbol viche_sql_NAME, and the linker drops those that nothing of the program can
// reach. So they are read where they cannot lie: from the built program.
import { readFileSync } from 'node:fs'
import path from 'node:path'

const SYMTAB = 2
const NOBITS = 8
const BAD_NULL = 1048
const SIGNALLED = 1644 // by a trigger, which is asked when the rights sufficed

/* The sections and the local symbols of a 64-bit little-endian ELF file (man 5 elf). */
function readElf(file) {
	const b = readFileSync(file)
	if (b.toString('latin1', 0, 4) !== '\x7fELF' || b[4] !== 2 || b[5] !== 1)
		throw new Error(`${file} is no 64-bit little-endian program`)
	const at = Number(b.readBigUInt64LE(0x28))
	const size = b.readUInt16LE(0x3a)
	const sections = Array.from({ length: b.readUInt16LE(0x3c) }, (_, i) => {
		const o = at + i * size
		const word = (n) => Number(b.readBigUInt64LE(o + n))
		return { type: b.readUInt32LE(o + 4), address: word(0x10), offset: word(0x18), size: word(0x20),
			link: b.readUInt32LE(o + 0x28) }
	})
	const table = sections.find((s) => s.type === SYMTAB)
	if (table === undefined)
		throw new Error(`${file} has no symbols: it was stripped`)
	const names = sections[table.link].offset
	const symbols = []
	for (let o = table.offset; o < table.offset + table.size; o += 24) {
		const start = names + b.readUInt32LE(o)
		symbols.push({ name: b.toString('utf8', start, b.indexOf(0, start)), section: b.readUInt16LE(o + 6),
			address: Number(b.readBigUInt64LE(o + 8)), size: Number(b.readBigUInt64LE(o + 16)) })
	}
	return { bytes: b, sections, symbols }
}

/* gcc calls it viche_sql_sign.4, clang petition_sign.viche_sql_sign. */
const SYMBOL = /(?:^|\.)viche_sql_(\w+)(?:\.\d+)?$/

/* [{name, text}], by name; two of a program may share one. */
export function statementsOf(build, program) {
	const { bytes, sections, symbols } = readElf(path.join(build, 'bin', program))
	return symbols.filter((s) => SYMBOL.test(s.name) && s.size > 0).map((s) => {
		const section = sections[s.section]
		if (section === undefined || section.type === NOBITS)
			throw new Error(`${program}: ${s.name} has no text in the file`)
		const from = section.offset + s.address - section.address
		const end = bytes.indexOf(0, from)
		return { name: SYMBOL.exec(s.name)[1],
			text: bytes.toString('utf8', from, end) }
	}).sort((a, b) => (a.name < b.name ? -1 : 1))
}

/* AddressSanitizer keeps every statement of a linked file, needed or not: such a build cannot tell. */
export function isSanitised(build, program) {
	return readElf(path.join(build, 'bin', program)).symbols.some((s) => s.name.startsWith('__asan_init'))
}

/* Prepares a statement, which makes the server check the user's rights. Those on the columns of an
 * INSERT … SELECT it checks no sooner than when it runs, so such a one runs, for nothing: without
 * arguments, and rolled back. */
export async function tryOut(c, text) {
	const statement = await c.prepare(text)
	if (!/^INSERT\b.*\bSELECT\b/is.test(text))
		return
	await c.query('START TRANSACTION')
	try {
		await statement.execute(statement.statement.parameters.map(() => null))
	} catch (e) {
		if (![BAD_NULL, SIGNALLED].includes(e.errno))
			throw e
	} finally {
		await c.query('ROLLBACK')
	}
}

// PDFs made for the tests (ISO 32000-1), from a list of objects: with a table or a stream of references,
// with objects in an object stream, encrypted.
import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'

/* A stream object; its dictionary's own words may be given. */
export const stream = (data, words = '') => {
	const bytes = Buffer.from(data)
	return Buffer.concat([Buffer.from(`<< /Length ${bytes.length} ${words} >>\nstream\n`), bytes, Buffer.from('\nendstream')])
}
export const deflated = (data, words = '') => stream(deflateSync(data), `/Filter /FlateDecode ${words}`)

const content = 'BT /F1 24 Tf 72 700 Td (Viche) Tj ET'

/* The objects of a plain page; `catalogue`, `page` and `more` are what a test adds. Object 1 is the
 * catalogue, 3 the page; those of `more` begin with 6. */
export const objects = ({ catalogue = '', page = '', more = [] } = {}) => [
	`<< /Type /Catalog /Pages 2 0 R ${catalogue} >>`,
	'<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
	`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> ${page} >>`,
	stream(content),
	'<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
	...more]

const id = '<00112233445566778899aabbccddeeff>'

/* The file: `trailer` are words of the trailer. */
export function pdf(parts = {}, { trailer = '', before = '', header = '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n' } = {}) {
	const list = Array.isArray(parts) ? parts : objects(parts)
	const pieces = [Buffer.from(before), Buffer.from(header, 'latin1')], offsets = []
	let at = pieces[0].length + pieces[1].length
	list.forEach((object, i) => {
		const piece = Buffer.concat([Buffer.from(`${i + 1} 0 obj\n`), Buffer.from(object), Buffer.from('\nendobj\n')])
		offsets.push(at)
		pieces.push(piece)
		at += piece.length
	})
	pieces.push(Buffer.from(`xref\n0 ${list.length + 1}\n0000000000 65535 f \n${
		offsets.map((o) => `${String(o).padStart(10, '0')} 00000 n \n`).join('')
	}trailer\n<< /Size ${list.length + 1} /Root 1 0 R /ID [${id}${id}] ${trailer} >>\nstartxref\n${at}\n%%EOF\n`))
	return Buffer.concat(pieces)
}

/* The same with every object that is no stream inside an object stream, and a stream of references: not
 * one name of theirs can be read in the file. */
export function packedPdf(parts = {}) {
	const list = objects(parts), packed = [], pieces = [Buffer.from('%PDF-1.7\n')], entries = []
	list.forEach((object, i) => { if (typeof object === 'string') packed.push(i) })
	let inner = '', index = ''
	for (const i of packed) {
		index += `${i + 1} ${inner.length} `
		inner += `${list[i]} `
	}
	const container = list.length + 1, table = list.length + 2
	let at = pieces[0].length
	const add = (number, object) => {
		const piece = Buffer.concat([Buffer.from(`${number} 0 obj\n`), Buffer.from(object), Buffer.from('\nendobj\n')])
		entries[number] = [1, at, 0]
		pieces.push(piece)
		at += piece.length
	}
	list.forEach((object, i) => { if (typeof object !== 'string') add(i + 1, object) })
	packed.forEach((i, place) => { entries[i + 1] = [2, container, place] })
	add(container, deflated(index + inner, `/Type /ObjStm /N ${packed.length} /First ${index.length}`))
	entries[0] = [0, 0, 255]
	entries[table] = [1, at, 0]
	const rows = Buffer.alloc(6 * entries.length)
	entries.forEach(([type, where, last], i) => {
		rows[6 * i] = type
		rows.writeUInt32BE(where, 6 * i + 1)
		rows[6 * i + 5] = last
	})
	const start = at
	add(table, deflated(rows, `/Type /XRef /Size ${entries.length} /W [1 4 1] /Root 1 0 R /ID [${id}${id}]`))
	return Buffer.concat([...pieces, Buffer.from(`startxref\n${start}\n%%EOF\n`)])
}

function rc4(key, data) {
	const s = Uint8Array.from({ length: 256 }, (_, i) => i)
	for (let i = 0, j = 0; i < 256; i++) {
		j = (j + s[i] + key[i % key.length]) & 0xff;
		[s[i], s[j]] = [s[j], s[i]]
	}
	let i = 0, j = 0
	return Buffer.from(data.map((byte) => {
		i = (i + 1) & 0xff
		j = (j + s[i]) & 0xff;
		[s[i], s[j]] = [s[j], s[i]]
		return byte ^ s[(s[i] + s[j]) & 0xff]
	}))
}

/* Encrypted with 40 bits (ISO 32000-1, 7.6.3): opens with that password, "" for everyone. */
export function encryptedPdf(password = '') {
	const padding = Buffer.from('28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a', 'hex')
	const padded = Buffer.concat([Buffer.from(password), padding]).subarray(0, 32)
	const md5 = (...parts) => createHash('md5').update(Buffer.concat(parts)).digest()
	const owner = rc4(md5(padded).subarray(0, 5), padded), rights = Buffer.alloc(4)
	rights.writeInt32LE(-4)
	const key = md5(padded, owner, rights, Buffer.from(id.slice(1, -1), 'hex')).subarray(0, 5)
	const user = rc4(key, padding)
	return pdf({}, { trailer: `/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <${owner.toString('hex')}> /U <${user.toString('hex')}> >>` })
}

// What `media` lets through and what it makes of it: pictures upright, small and mute, PDFs without
// anything that acts; everything else is refused and leaves nothing.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { before, describe, test } from 'node:test'
import { deflateSync } from 'node:zlib'
import { deflated, encryptedPdf, objects, packedPdf, pdf, stream } from '../lib/documents.mjs'
import { blackPng, chunk, comment, emptyPng, exif, exifSegment, iccChunk, interlacedPng, jpeg, png, readPng, swappedProfile, text,
	xmpSegment } from '../lib/pictures.mjs'
import { add, stored } from '../lib/upload.mjs'
import { expect, plantPeople, plantPetition, plantSessions, vari } from '../lib/viche.mjs'

const secret = 'VicheSecretCamera'
let author, id

before(async () => {
	[id] = await plantPeople(1);
	[author] = await plantSessions([id])
})

const draft = () => plantPetition({ state: 'draft', author: id })

/* Adds a file to a petition of its own and gives back what anyone would download. */
async function cleaned(bytes, name) {
	const made = expect(await add(author, await draft(), bytes, name), 201)
	const file = expect(await author.get(`/files/${made.body.id}`), 200)
	assert.equal(file.bytes.length, made.body.size)
	return { ...made.body, bytes: file.bytes }
}

async function refused(bytes, status, type, why, name) {
	const petition = await draft(), had = stored(vari).size
	const answer = await add(author, petition, bytes, name)
	assert.equal(answer.status, status, `${why}: ${answer.text}`)
	assert.equal(answer.body.type, `/problems/${type}`, why)
	assert.ok(answer.body.detail.length > 20, why)
	assert.equal(stored(vari).size, had, `${why}: something was kept`)
	assert.deepEqual((await author.get(`/api/v1/petitions/${petition}`)).body.files, [], why)
}

/* What exiftool finds of more than the shape of the pixels. */
function told(bytes) {
	const run = spawnSync('exiftool', ['-json', '-a', '-G1', '-'], { input: bytes, maxBuffer: 1e8 })
	const [found] = JSON.parse(run.stdout)
	return Object.fromEntries(Object.entries(found).filter(([key]) => !/^(SourceFile|ExifTool:|System:|File:|Composite:)/.test(key)))
}
const shapeOf = (bytes) => {
	const [found] = JSON.parse(execFileSync('exiftool', ['-json', '-ImageWidth', '-ImageHeight', '-FileType', '-'], { input: bytes }))
	return [found.FileType, found.ImageWidth, found.ImageHeight]
}

describe('a picture', () => {
	test('loses where, when, with what and by whom it was taken, and stands upright', async () => {
		const before = [exifSegment(exif({ orientation: 6 })), xmpSegment(`<x:xmpmeta xmlns:x="adobe:ns:meta/">${secret}</x:xmpmeta>`), comment(secret)]
		const photo = jpeg(160, 80, (x) => (x < 80 ? 20 : 230), { before })
		const found = told(photo)
		assert.ok(found['IFD0:Make'] === secret && found['GPS:GPSLatitude'] && found['File:Comment'] === undefined, 'it has metadata to lose')
		const file = await cleaned(photo)
		assert.deepEqual(told(file.bytes), {})
		assert.ok(!file.bytes.includes(secret) && !file.bytes.includes('Exif') && !file.bytes.includes('GPS'))
		assert.deepEqual(shapeOf(file.bytes), ['JPEG', 80, 160])
		assert.deepEqual([file.type, file.width, file.height], ['image/jpeg', 80, 160])
	})

	test('is turned the right way: what was left is up, of a PNG with a turn of its own', async () => {
		const before = [chunk('eXIf', exif({ orientation: 6 })), text('Comment', secret), text('Author', secret), chunk('tIME', Buffer.from([7, 234, 1, 1, 1, 1, 1]))]
		const file = await cleaned(png(64, 48, (x) => (x < 32 ? [250, 0, 0] : [0, 0, 250]), { before, after: [text('Software', secret)] }))
		const picture = readPng(file.bytes)
		assert.deepEqual([picture.width, picture.height], [48, 64])
		/* Orientation 6: the picture's left side is to be seen at the top. */
		assert.deepEqual([picture.pixel(24, 8), picture.pixel(24, 56)], [[250, 0, 0], [0, 0, 250]])
		assert.ok(!file.bytes.includes(secret))
		assert.deepEqual([...new Set(picture.chunks)].sort(), ['IDAT', 'IEND', 'IHDR', 'pHYs'])
		assert.deepEqual(Object.keys(told(file.bytes)).filter((key) => !/^PNG(-pHYs)?:(Image(Width|Height)|BitDepth|ColorType|Compression|Filter|Interlace|PixelsPerUnit[XY]|PixelUnits)$/.test(key)), [])
	})

	test('keeps its colours when its colour profile goes', async () => {
		/* In this profile red is what sRGB calls blue. */
		const file = await cleaned(png(32, 32, () => [255, 0, 0], { before: [iccChunk(swappedProfile())] }))
		const { pixel: [red, green, blue] } = { pixel: readPng(file.bytes).pixel(16, 16) }
		assert.ok(red < 40 && green < 40 && blue > 215, `${[red, green, blue]}`)
		assert.ok(!file.bytes.includes('iCCP'))
	})

	test('keeps what is see-through', async () => {
		const { pixel } = readPng((await cleaned(png(16, 16, () => [10, 200, 30, 0], {}))).bytes)
		assert.equal(pixel(8, 8)[3], 0)
	})

	test('is at most 2048 pixels long, and a small one stays as it is', async () => {
		const wide = await cleaned(jpeg(4096, 1024)), tall = await cleaned(blackPng(1000, 5000)), small = await cleaned(jpeg(100, 50))
		assert.deepEqual([[wide.width, wide.height], [tall.width, tall.height], [small.width, small.height]], [[2048, 512], [410, 2048], [100, 50]])
		assert.deepEqual(shapeOf(wide.bytes), ['JPEG', 2048, 512])
		assert.deepEqual(shapeOf(tall.bytes), ['PNG', 410, 2048])
	})

	test('of 40 megapixels passes, of 41 is refused, by what its header says', async () => {
		assert.equal((await cleaned(blackPng(8000, 5000))).width, 2048)
		assert.equal((await cleaned(jpeg(8000, 5000))).width, 2048)
		await refused(blackPng(8200, 5000), 422, 'too-many-pixels', '41 megapixels of a PNG')
		await refused(jpeg(8200, 5000), 422, 'too-many-pixels', '41 megapixels of a JPEG')
	})

	test('that promises more than memory has is refused unread', async () => {
		const bomb = emptyPng(60000, 60000)
		assert.ok(bomb.length < 100)
		await refused(bomb, 422, 'too-many-pixels', 'a bomb of 69 bytes')
		await refused(emptyPng(0x7fffffff, 0x7fffffff), 422, 'broken-file', 'dimensions that multiply to nonsense')
		await refused(emptyPng(2000, 2000), 422, 'broken-file', 'pixels that are not there')
	})

	test('that is cut short or damaged is refused', async () => {
		const shades = (x, y) => (x * 7 + y * 13) % 256
		const photo = jpeg(800, 600, shades), drawing = png(200, 200, (x, y) => [x, y, x ^ y])
		for (const [why, whole] of [['a JPEG', photo], ['a PNG', drawing]])
			for (const share of [0.02, 0.3, 0.7, 0.95])
				await refused(whole.subarray(0, Math.floor(whole.length * share)), 422, 'broken-file', `${why} of which ${share} is there`)
		const flipped = Buffer.from(drawing)
		flipped[Math.floor(flipped.length / 2)] ^= 0xff
		await refused(flipped, 422, 'broken-file', 'a PNG with a wrong byte')
		await refused(Buffer.concat([photo.subarray(0, 20), randomBytes(5000)]), 422, 'broken-file', 'noise behind a JPEG’s beginning')
	})

	test('that is another file too comes out as a picture alone', async () => {
		const zip = Buffer.concat([Buffer.from('PK\x03\x04\x14\0\0\0\0\0', 'latin1'), Buffer.from('META-INF/MANIFEST.MF'), Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)])
		const script = Buffer.from('<script>alert(document.domain)</script><?php system($_GET[0]); ?>')
		for (const [why, bytes] of [['a JPEG with a JAR behind it', Buffer.concat([jpeg(64, 64), zip])],
			['a PNG with a page behind it', Buffer.concat([png(16, 16), script])],
			['a PNG with a page in a chunk', png(16, 16, undefined, { before: [text('x', script.toString())], after: [chunk('teSt', script)] })],
			['a JPEG with a page in a comment', jpeg(64, 64, undefined, { before: [comment(script)] })],
			['a JPEG with a PDF behind it', Buffer.concat([jpeg(64, 64), pdf()])]]) {
			const { bytes: out } = await cleaned(bytes)
			for (const trace of ['PK', 'META-INF', '<script', '<?php', '%PDF', 'alert'])
				assert.ok(!out.includes(trace), `${why}: "${trace}" is still there`)
		}
	})
})

test('only JPEG, PNG and PDF are taken, told by their bytes, whatever they are called', async () => {
	const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
	for (const [why, bytes] of [['SVG', Buffer.from(svg)], ['HTML', Buffer.from('<!DOCTYPE html><script>alert(1)</script>')],
		['GIF', Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')],
		['WebP', Buffer.from('UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==', 'base64')], ['TIFF', exif()], ['text', Buffer.from('Просто текст')],
		['ZIP', Buffer.from('PK\x03\x04', 'latin1')], ['an executable', Buffer.from('\x7fELF')], ['a byte', Buffer.from('x')], ['nothing', Buffer.alloc(0)],
		['PDF behind a page', Buffer.concat([Buffer.from('<script>alert(1)</script>\n'), pdf()])]])
		for (const name of ['photo.jpg', 'scan.pdf'])
			await refused(bytes, 415, 'unsupported-file', `${why} called ${name}`, name)
	assert.equal((await cleaned(png(8, 8), 'photo.jpg')).type, 'image/png')
	assert.equal((await cleaned(pdf(), 'scan.png')).type, 'application/pdf')
})

describe('a PDF', () => {
	const script = '/S /JavaScript /JS (app.alert\\(1\\))'

	test('that does nothing passes, written anew', async () => {
		for (const [why, bytes] of [['with a table', pdf()], ['with object streams', packedPdf()]]) {
			const file = await cleaned(bytes, 'план.pdf')
			assert.equal(file.type, 'application/pdf')
			assert.deepEqual([file.width, file.height], [null, null])
			assert.ok(file.bytes.subarray(0, 5).equals(Buffer.from('%PDF-')) && !file.bytes.equals(bytes), why)
			assert.equal(told(file.bytes)['PDF:PageCount'], 1, why)
			/* Cleaning what is clean changes nothing: so it is whole. */
			assert.equal((await cleaned(file.bytes)).size, file.size, why)
		}
	})

	test('loses its title, author, dates and whatever its makers wrote into it', async () => {
		const scan = jpeg(64, 64, undefined, { before: [exifSegment(exif()), comment(secret)] })
		const bytes = pdf({ catalogue: '/Metadata 7 0 R /PieceInfo << /X << /Private (VicheSecretCamera) >> >> /VicheSecretCamera (x)',
			page: '/Metadata 7 0 R /XObject 8 0 R /LastModified (D:20260101)',
			more: [`<< /Title (${secret}) /Author (${secret}) /CreationDate (D:20260101000000Z) >>`, stream(`<x>${secret}</x>`, '/Type /Metadata /Subtype /XML'),
				stream(scan, '/Type /XObject /Subtype /Image /Width 64 /Height 64 /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode'),
				`(${secret} that no page leads to)`] }, { trailer: `/Info 6 0 R /${secret} (${secret})` })
		assert.ok(told(bytes)['PDF:Title'] === secret)
		const file = await cleaned(bytes)
		const found = told(file.bytes)
		assert.deepEqual(Object.keys(found).filter((key) => !/^PDF:(PDFVersion|Linearized|PageCount)$/.test(key)), [])
		assert.ok(!file.bytes.includes(secret) && !file.bytes.includes('Exif') && !file.bytes.includes('00112233'))
		/* The scan itself is there: its pixels are the same bytes. */
		assert.ok(file.bytes.includes(scan.subarray(-150)), 'the picture in it is gone')
	})

	const forbidden = {
		'a script at opening': { catalogue: `/OpenAction << ${script} >>` },
		'a script with an escaped name': { catalogue: '/OpenAction << /S /Java#53cript /#4aS (x) >>' },
		'a script’s key alone': { catalogue: '/OpenAction << /#4a#53 (x) >>' },
		'a kind that stands elsewhere': { catalogue: '/OpenAction << /S 6 0 R >>', more: ['/JavaScript'] },
		'scripts by name': { catalogue: '/Names << /JavaScript << /Names [(a) 6 0 R] >> >>', more: [`<< ${script} >>`] },
		'a script of a page': { page: `/AA << /O << ${script} >> >>` },
		'a script of a link': { page: '/Annots [6 0 R]', more: [`<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << ${script} >> >>`] },
		'a script in a chain of harmless actions': { catalogue: `/OpenAction << /S /GoTo /D [3 0 R /Fit] /Next [<< /S /GoTo /D [3 0 R /Fit] /Next 6 0 R >>] >>`, more: [`<< ${script} >>`] },
		'a form’s script': { catalogue: `/AcroForm << /Fields [6 0 R] >>`, more: [`<< /FT /Tx /T (a) /AA << /K << ${script} >> >> >>`] },
		'a program to launch': { catalogue: '/OpenAction << /S /Launch /F (cmd.exe) >>' },
		'an embedded file': { catalogue: '/Names << /EmbeddedFiles << /Names [(a) 6 0 R] >> >>', more: ['<< /Type /Filespec /F (a.exe) /EF << /F 7 0 R >> >>', stream('MZ', '/Type /EmbeddedFile')] },
		'an embedded file that a page carries': { page: '/Annots [6 0 R]', more: ['<< /Type /Annot /Subtype /FileAttachment /Rect [0 0 9 9] /FS << /EF << /F 7 0 R >> >> >>', stream('MZ')] },
		'an associated file': { catalogue: '/AF [6 0 R]', more: ['<< /Type /Filespec /F (a.xml) >>'] },
		'a form in XML': { catalogue: '/AcroForm << /Fields [] /XFA 6 0 R >>', more: [stream('<xdp/>')] },
		'a form that is sent somewhere': { page: '/Annots [6 0 R]', more: ['<< /Type /Annot /Subtype /Widget /FT /Btn /T (b) /Rect [0 0 9 9] /A << /S /SubmitForm /F (http://evil.example) >> >>'] },
		'data to import': { catalogue: '/OpenAction << /S /ImportData /F (x.fdf) >>' },
		'another file to open': { page: '/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /GoToR /F (\\\\\\\\evil\\\\x) /D [0 /Fit] >> >>]' },
		'rich media': { page: '/Annots [<< /Type /Annot /Subtype /RichMedia /Rect [0 0 9 9] >>]' },
		'film': { page: '/Annots [<< /Type /Annot /Subtype /Movie /Rect [0 0 9 9] >>]' },
		'a stream that lies in another file': { page: '/X 6 0 R', more: [stream('', '/F (/etc/passwd)')] },
		'PostScript': { page: '/X 6 0 R', more: [stream('x', '/Type /XObject /Subtype /PS')] },
	}
	for (const [why, parts] of Object.entries(forbidden))
		test(`with ${why} is refused, also packed away in an object stream`, async () => {
			await refused(pdf(parts), 422, 'forbidden-content', why)
			await refused(packedPdf(parts), 422, 'forbidden-content', `${why}, packed`)
		})

	test('that is encrypted is refused, with a password and without', async () => {
		for (const password of ['', 'x'])
			await refused(encryptedPdf(password), 422, 'forbidden-content', `password "${password}"`)
	})

	test('with links, bookmarks and a form that only stands there passes', async () => {
		const file = await cleaned(pdf({ catalogue: '/Outlines 6 0 R /AcroForm << /Fields [8 0 R] >> /Lang (uk) /OpenAction [3 0 R /Fit] /PageMode /UseOutlines',
			page: '/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://example.org/) >> >> 8 0 R]',
			more: ['<< /Type /Outlines /First 7 0 R /Last 7 0 R /Count 1 >>', '<< /Title (A) /Parent 6 0 R /Dest [3 0 R /Fit] >>',
				'<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /V (b) /Rect [0 0 9 9] >>'] }))
		assert.equal(told(file.bytes)['PDF:PageMode'], 'UseOutlines')
	})

	test('that is cut short, damaged or empty is refused', async () => {
		const whole = pdf(), packed = packedPdf()
		for (const [why, bytes] of [['half', whole.subarray(0, whole.length / 2)], ['without its end', whole.subarray(0, -60)], ['half, packed', packed.subarray(0, packed.length / 2)],
			['a stream that does not decode', pdf({ page: '/X 6 0 R', more: [stream('nonsense and no end of it', '/Filter /FlateDecode')] })],
			['a stream that ends too soon', pdf({ page: '/X 6 0 R', more: [stream(deflateSync(randomBytes(900)).subarray(0, 500), '/Filter /FlateDecode')] })],
			['without a page', pdf(['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [] /Count 0 >>'])],
			['without a catalogue', pdf(objects().slice(1))], ['a header alone', Buffer.from('%PDF-1.7\n')],
			['a picture in it that is none', pdf({ page: '/X 6 0 R', more: [stream('nonsense', '/Subtype /Image /Filter /DCTDecode')] })]])
			await refused(bytes, 422, 'broken-file', why)
	})

	test('that is another file too comes out as a PDF alone', async () => {
		const page = '<script>alert(document.domain)</script>'
		const bytes = Buffer.concat([pdf({ more: [stream(page), `(${page})`], catalogue: `/X (${page})`, page: '/Contents [4 0 R 6 0 R]' }), Buffer.from(page),
			Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)])
		const file = await cleaned(bytes)
		for (const trace of ['<script', 'alert', 'PK\x05\x06'])
			assert.ok(!file.bytes.includes(trace), `"${trace}" is still there`)
	})

	test('that unfolds to gigabytes is given up, and the next one is cleaned', async () => {
		const twice = deflateSync(deflateSync(Buffer.alloc(600e6)))
		const bomb = pdf({ page: '/X 6 0 R', more: [stream(twice, '/Filter [/FlateDecode /FlateDecode]')] })
		assert.ok(bomb.length < 5000)
		const [answer, good] = await Promise.all([add(author, await draft(), bomb), add(author, await draft(), pdf())])
		assert.equal(good.status, 201)
		assert.ok(answer.status === 422 && answer.body.type === '/problems/broken-file', answer.text)
		const deep = pdf({ catalogue: `/X ${'['.repeat(300000)}${']'.repeat(300000)}` })
		await refused(deep, 422, 'broken-file', 'nested without end')
		assert.equal((await cleaned(pdf())).type, 'application/pdf')
	})

	test('may be large: a scan of some megabytes', async () => {
		const noise = deflated(randomBytes(3e6), '/Type /XObject /Subtype /Image /Width 1000 /Height 1000 /ColorSpace /DeviceRGB /BitsPerComponent 8')
		assert.ok((await cleaned(pdf({ page: '/Resources << /XObject << /I 6 0 R >> >>', more: [noise] }))).size > 2.9e6)
	})
})

test('opening a picture takes memory within its limit, in a process that has nothing else', async () => {
	const [watch] = readFileSync(path.join(vari, 'run/pids/media'), 'utf8').split(' ')
	const childrenOf = (parent) => readdirSync('/proc').filter((pid) => {
		try {
			return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ')[1] === String(parent)
		} catch {
			return false
		}
	})
	const seen = []
	let over = false
	const adding = add(author, await draft(), interlacedPng(7900, 5000), 'великий.png').finally(() => { over = true })
	while (!over) {
		for (const worker of childrenOf(watch))
			for (const pid of childrenOf(worker))
				try {
					const status = readFileSync(`/proc/${pid}/status`, 'utf8'), limits = readFileSync(`/proc/${pid}/limits`, 'utf8')
					const number = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1])
					if (number('Seccomp') === 2 && number('VmHWM') > 0)
						seen.push({ kB: number('VmHWM'), space: number('VmPeak'), bare: number('NoNewPrivs'),
							limit: Number(/^Max address space\s+(\d+)/m.exec(limits)?.[1] ?? Infinity), files: Number(/^Max open files\s+(\d+)/m.exec(limits)[1]) })
				} catch { /* it has just ended */ }
		await new Promise((resolve) => setTimeout(resolve, 5))
	}
	assert.equal((await adding).status, 201)
	assert.ok(seen.length > 0, 'the process was not seen at work')
	const most = seen.reduce((a, b) => (a.kB > b.kB ? a : b))
	assert.ok(most.kB > 100000, `it held the whole picture: ${most.kB} kB`)
	assert.ok(seen.every(({ space, limit, files, bare }) => bare === 1 && files === 0 && (limit === Infinity || space * 1024 <= limit)), JSON.stringify(most))
	/* A sanitizer's build has no such limit: its own memory has no bounds. */
	assert.ok(most.limit < 1024 * 1024 * 1024 || process.env.SAN, `the limit is ${most.limit}`)
})

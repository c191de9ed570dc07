// Pictures made for the tests, and the few things that are read back of one: small encoders in which
// every byte is known, so that what comes out can be told from what went in.
import zlib, { deflateSync, inflateSync } from 'node:zlib'

const table = Array.from({ length: 256 }, (_, n) => {
	for (let k = 0; k < 8; k++)
		n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1
	return n >>> 0
})
/* Node 18 has none of its own. */
const crc32 = zlib.crc32 ?? ((bytes) => {
	let c = 0xffffffff
	for (const byte of bytes)
		c = table[(c ^ byte) & 0xff] ^ (c >>> 8)
	return (c ^ 0xffffffff) >>> 0
})

const u32 = (...numbers) => {
	const b = Buffer.alloc(4 * numbers.length)
	numbers.forEach((n, i) => b.writeUInt32BE(n >>> 0, 4 * i))
	return b
}
const u16 = (...numbers) => {
	const b = Buffer.alloc(2 * numbers.length)
	numbers.forEach((n, i) => b.writeUInt16BE(n, 2 * i))
	return b
}

// ---- PNG (ISO/IEC 15948) ----------------------------------------------------------------------------

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')

export function chunk(type, data) {
	const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
	return Buffer.concat([u32(data.length), body, u32(crc32(body))])
}

export const text = (keyword, value) => chunk('tEXt', Buffer.from(`${keyword}\0${value}`, 'latin1'))
export const iccChunk = (profile) => chunk('iCCP', Buffer.concat([Buffer.from('p\0\0', 'latin1'), deflateSync(profile)]))

/* pixel(x, y) gives [red, green, blue] or with alpha. `before` and `after` are chunks around the pixels. */
export function png(width, height, pixel = () => [40, 90, 140], { before = [], after = [] } = {}) {
	const bands = pixel(0, 0).length
	const rows = Buffer.alloc((width * bands + 1) * height)
	for (let y = 0, at = 0; y < height; y++) {
		at++
		for (let x = 0; x < width; x++)
			for (const value of pixel(x, y))
				rows[at++] = value
	}
	return pngOf(width, height, 8, bands === 4 ? 6 : 2, deflateSync(rows), before, after)
}

const pngOf = (width, height, bits, colour, data, before = [], after = [], interlace = 0) => Buffer.concat([SIGNATURE,
	chunk('IHDR', Buffer.concat([u32(width, height), Buffer.from([bits, colour, 0, 0, interlace])])),
	...before, chunk('IDAT', data), ...after, chunk('IEND', Buffer.alloc(0))])

/* All black, one bit a pixel: megapixels in a few kilobytes. */
export const blackPng = (width, height) =>
	pngOf(width, height, 1, 0, deflateSync(Buffer.alloc((Math.ceil(width / 8) + 1) * height)))

/* Black in true colour, interlaced (Adam7): a decoder must keep the whole. */
export function interlacedPng(width, height) {
	const passes = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]]
	let bytes = 0
	for (const [x, y, dx, dy] of passes) {
		const w = Math.ceil((width - x) / dx), h = Math.ceil((height - y) / dy)
		bytes += w > 0 && h > 0 ? (w * 3 + 1) * h : 0
	}
	return pngOf(width, height, 8, 2, deflateSync(Buffer.alloc(bytes)), [], [], 1)
}

/* Dimensions that its pixels do not have: a promise in 60 bytes. */
export const emptyPng = (width, height) => pngOf(width, height, 8, 2, deflateSync(Buffer.alloc(100)))

/* {width, height, chunks: [type…], pixel(x, y)} of a PNG of 8 bits without interlace. */
export function readPng(bytes) {
	const chunks = [], data = []
	let at = 8, head
	while (at < bytes.length) {
		const size = bytes.readUInt32BE(at), type = bytes.toString('latin1', at + 4, at + 8)
		const body = bytes.subarray(at + 8, at + 8 + size)
		chunks.push(type)
		if (type === 'IHDR')
			head = body
		if (type === 'IDAT')
			data.push(body)
		at += 12 + size
	}
	const width = head.readUInt32BE(0), height = head.readUInt32BE(4)
	const bands = { 0: 1, 2: 3, 4: 2, 6: 4 }[head[9]], stride = width * bands
	const raw = inflateSync(Buffer.concat(data)), rows = Buffer.alloc(stride * height)
	for (let y = 0; y < height; y++) {
		const filter = raw[y * (stride + 1)]
		for (let i = 0; i < stride; i++) {
			const a = i >= bands ? rows[y * stride + i - bands] : 0, b = y > 0 ? rows[(y - 1) * stride + i] : 0
			const c = i >= bands && y > 0 ? rows[(y - 1) * stride + i - bands] : 0
			const p = a + b - c, nearest = [a, b, c].reduce((best, v) => (Math.abs(p - v) < Math.abs(p - best) ? v : best), a)
			rows[y * stride + i] = raw[y * (stride + 1) + 1 + i] + [0, a, b, (a + b) >> 1, nearest][filter]
		}
	}
	return { width, height, chunks, pixel: (x, y) => [...rows.subarray(y * stride + x * bands, y * stride + x * bands + bands)] }
}

// ---- JPEG (ITU-T T.81): grey, baseline, each block of one shade -------------------------------------

const segment = (marker, data) => Buffer.concat([Buffer.from([0xff, marker]), u16(data.length + 2), data])
const STEP = 8 // of the first coefficient, which is eight times the shade

export const exifSegment = (tiff) => segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]))
export const xmpSegment = (xml) => segment(0xe1, Buffer.from(`http://ns.adobe.com/xap/1.0/\0${xml}`))
export const comment = (words) => segment(0xfe, Buffer.from(words))

/* shade(x, y) of the block that begins there, 0 to 255; `before` are segments at the beginning. */
export function jpeg(width, height, shade = () => 120, { before = [] } = {}) {
	const across = Math.ceil(width / 8), down = Math.ceil(height / 8)
	const out = Buffer.alloc(across * down * 4 + 16)
	/* The standard's table K.3: lengths of the codes for how many bits a difference has. */
	const counts = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], codes = []
	counts.forEach((n, i) => {
		for (let k = 0; k < n; k++)
			codes.push({ length: i + 1 })
	})
	for (let code = 0, i = 0; i < codes.length; i++) {
		codes[i].code = code++
		if (i + 1 < codes.length)
			code <<= codes[i + 1].length - codes[i].length
	}
	let used = 0, bits = 0, have = 0, last = 0
	const put = (value, length) => {
		bits = (bits << length) | value
		have += length
		while (have >= 8) {
			const byte = (bits >>> (have - 8)) & 0xff
			out[used++] = byte
			if (byte === 0xff)
				out[used++] = 0
			have -= 8
		}
		bits &= (1 << have) - 1
	}
	for (let y = 0; y < down; y++)
		for (let x = 0; x < across; x++) {
			const value = Math.round((shade(x * 8, y * 8) - 128) * 8 / STEP), difference = value - last
			last = value
			const size = 32 - Math.clz32(Math.abs(difference))
			put(codes[size].code, codes[size].length)
			if (size > 0)
				put(difference > 0 ? difference : difference + (1 << size) - 1, size)
			put(0, 1) // no other coefficient
		}
	if (have > 0)
		put((1 << (8 - have)) - 1, 8 - have)
	return Buffer.concat([Buffer.from([0xff, 0xd8]), segment(0xe0, Buffer.from('JFIF\0\x01\x01\x00\0\x01\0\x01\0\0', 'latin1')),
		...before, segment(0xdb, Buffer.concat([Buffer.from([0]), Buffer.alloc(64, STEP)])),
		segment(0xc0, Buffer.concat([Buffer.from([8]), u16(height, width), Buffer.from([1, 1, 0x11, 0])])),
		segment(0xc4, Buffer.from([0, ...counts, ...codes.keys()])),
		segment(0xc4, Buffer.from([0x10, 1, ...Array(15).fill(0), 0])),
		segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])), out.subarray(0, used), Buffer.from([0xff, 0xd9])])
}

// ---- what cameras and scanners add ------------------------------------------------------------------

/* A TIFF block as EXIF has it: who made it, which side is up, and where: 46°18′ N, 30°39′ E. */
export function exif({ orientation = 1, make = 'VicheSecretCamera' } = {}) {
	const maker = Buffer.from(`${make}\0`), gpsAt = 8 + 2 + 3 * 12 + 4
	const makerAt = gpsAt + 2 + 4 * 12 + 4, latitudeAt = makerAt + maker.length + maker.length % 2
	const entry = (tag, type, count, value) => Buffer.concat([u16(tag, type), u32(count), value])
	const degrees = (d, m) => u32(d, 1, m, 1, 0, 1)
	return Buffer.concat([Buffer.from('MM\0*'), u32(8),
		u16(3), entry(0x010f, 2, maker.length, u32(makerAt)), entry(0x0112, 3, 1, u16(orientation, 0)), entry(0x8825, 4, 1, u32(gpsAt)), u32(0),
		u16(4), entry(1, 2, 2, Buffer.from('N\0\0\0')), entry(2, 5, 3, u32(latitudeAt)), entry(3, 2, 2, Buffer.from('E\0\0\0')),
		entry(4, 5, 3, u32(latitudeAt + 24)), u32(0), maker, Buffer.alloc(maker.length % 2), degrees(46, 18), degrees(30, 39)])
}

/* An ICC profile (version 2, matrix and curve) whose red is sRGB's blue and the reverse. */
export function swappedProfile() {
	const fixed = (...n) => u32(...n.map((v) => Math.round(v * 65536)))
	const xyz = (...n) => Buffer.concat([Buffer.from('XYZ \0\0\0\0'), fixed(...n)])
	const name = Buffer.from('Swapped\0')
	const curve = Buffer.concat([Buffer.from('curv\0\0\0\0'), u32(1), u16(Math.round(2.2 * 256), 0)])
	const tags = { desc: Buffer.concat([Buffer.from('desc\0\0\0\0'), u32(name.length), name, Buffer.alloc(79)]),
		cprt: Buffer.concat([Buffer.from('text\0\0\0\0'), Buffer.from('none\0')]), wtpt: xyz(0.9642, 1, 0.8249),
		rXYZ: xyz(0.1431, 0.0606, 0.7141), gXYZ: xyz(0.3851, 0.7169, 0.0971), bXYZ: xyz(0.4360, 0.2225, 0.0139),
		rTRC: curve, gTRC: curve, bTRC: curve }
	const names = Object.keys(tags), head = Buffer.alloc(128), index = [], data = []
	let at = 128 + 4 + 12 * names.length
	for (const tag of names) {
		const body = Buffer.concat([tags[tag], Buffer.alloc((4 - tags[tag].length % 4) % 4)])
		index.push(Buffer.from(tag), u32(at, tags[tag].length))
		data.push(body)
		at += body.length
	}
	head.writeUInt32BE(at, 0)
	head.writeUInt32BE(0x02100000, 8)
	head.write('mntrRGB XYZ ', 12, 'latin1')
	u16(2026, 1, 1, 0, 0, 0).copy(head, 24)
	head.write('acsp', 36, 'latin1')
	fixed(0.9642, 1, 0.8249).copy(head, 68)
	return Buffer.concat([head, u32(names.length), ...index, ...data])
}

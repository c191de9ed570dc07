// Files as a browser sends them, and the petitions that they are added to.
import { randomBytes } from 'node:crypto'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'

/* The body and headers of a multipart form: texts {name: value}, and one file. */
export function multipart(texts, { field = 'file', name = 'фото.jpg', type = 'application/octet-stream', bytes } = {}) {
	const boundary = `----viche${randomBytes(12).toString('hex')}`
	const parts = Object.entries(texts).map(([key, value]) =>
		Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${key}"\r\n\r\n${value}\r\n`))
	if (bytes !== undefined)
		parts.push(Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${field}"; filename="${
			name.replace(/"/g, '%22')}"\r\nContent-Type: ${type}\r\n\r\n`), bytes, Buffer.from('\r\n'))
	return { body: Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]),
		headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` } }
}

/* Adds a file on the JSON face. */
export async function add(client, petition, bytes, name = 'фото.jpg', more = {}) {
	const { body, headers } = multipart({}, { bytes, name, ...more })
	return client.request('POST', `/api/v1/petitions/${petition}/files`,
		{ body, headers: { ...headers, 'X-CSRF-Token': await client.csrf() } })
}

/* The same as the page's form does. */
export async function addByForm(client, petition, bytes, name = 'фото.jpg', more = {}) {
	const { body, headers } = multipart({ csrf: await client.csrf() }, { bytes, name, ...more })
	return client.request('POST', `/petitions/${petition}/files`, { body, headers })
}

/* A form of texts with one file in the named field, on either face. */
export async function withFile(client, target, texts, field, bytes, name = 'фото.png') {
	const { body, headers } = multipart({ csrf: await client.csrf(), ...texts }, { bytes, field, name })
	return client.request('POST', target, { body, headers: { ...headers, 'X-CSRF-Token': await client.csrf() } })
}

/* Every file of the store, by its path, with its bytes. */
export function stored(vari) {
	const found = new Map()
	const walk = (folder) => {
		for (const name of readdirSync(folder)) {
			const at = path.join(folder, name)
			if (statSync(at).isDirectory())
				walk(at)
			else
				found.set(at, readFileSync(at))
		}
	}
	walk(path.join(vari, 'files'))
	return found
}

/* What a browser would show as the flash of the page that an answer leads to. */
export async function flashOf(client, answer) {
	const page = await client.get(answer.location)
	return /<div class="wrap flash" role="(\w+)"><p[^>]*>([^<]*)</.exec(page.text)?.slice(1) ?? []
}

// Load by wrk: {rps, p50, p99 (ms), bad} of one address or of requests that a Lua script makes.
import { spawn } from 'node:child_process'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'

const ms = (text) => {
	const [, n, unit] = /([\d.]+)(us|ms|s)/.exec(text)
	return Number(n) * { us: 0.001, ms: 1, s: 1000 }[unit]
}

export function wrk(url, { seconds, connections = 32, headers = {}, script } = {}) {
	const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', '--timeout', '20s',
		...Object.entries(headers).flatMap(([k, v]) => ['-H', `${k}: ${v}`]), ...(script ? ['-s', script] : []), url]
	return new Promise((resolve, reject) => {
		const child = spawn('wrk', args, { stdio: ['ignore', 'pipe', 'inherit'] })
		let out = ''
		child.stdout.on('data', (d) => { out += d })
		child.on('error', reject)
		child.on('close', (code) => {
			if (code !== 0)
				return reject(new Error(`wrk ended with ${code}`))
			resolve({ rps: Number(/Requests\/sec:\s+([\d.]+)/.exec(out)[1]), p50: ms(/ 50%\s+(\S+)/.exec(out)[1]),
				p99: ms(/ 99%\s+(\S+)/.exec(out)[1]), requests: Number(/(\d+) requests in/.exec(out)[1]),
				bad: Number(/Non-2xx or 3xx responses: (\d+)/.exec(out)?.[1] ?? 0) })
		})
	})
}

/* A Lua script that posts: the i-th request is by the i-th person, to the petition that `which` (Lua, of
 * i) names; path, headers and people come as lines of a file. */
export function poster(file, people, line, request) {
	writeFileSync(`${file}.people`, people.map(line).join('\n'))
	writeFileSync(`${file}.lua`, `
local people, i = {}, 0
for line in io.lines('${file}.people') do
	local fields = {}
	for field in line:gmatch('[^\\t]+') do fields[#fields + 1] = field end
	people[#people + 1] = fields
end
function request()
	local who = people[1 + i % #people]
	local round = math.floor(i / #people)
	i = i + 1
	${request}
end
`)
	return `${file}.lua`
}

/* Memory that a process has for itself and has changed, kB. */
export function privateDirty(pid) {
	return Number(/Private_Dirty:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1])
}

/* The processes of a program of this build. */
export function processes(program, build) {
	return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).filter((pid) => {
		try {
			return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0].endsWith(`/bin/${program}`) &&
				readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`VICHE_INSTANCE=${build}`)
		} catch {
			return false
		}
	})
}

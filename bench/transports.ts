import { type ChildProcess, execFile, fork, type Serializable } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { row } from './measure.ts'

const STEPS = 50
const WARM_UP_STEPS = 5
const HISTORY = 100_000
const ROUND_TRIP_MS = 40

/** What a client needs to reach the stand-in. */
export interface Line {
  readonly baseURL: string
  readonly accessToken: string
}

/** What the loop cost its process. */
export interface Cost {
  readonly cpuMs: number
  readonly firstMs: number
}

/** A way to send the requests: ours over HTTP, plain and compressed, with `ws`, with the runtime's socket; the peer's. */
export type Client = 'http' | 'zstd' | 'ws' | 'runtime' | 'pi'

const CLIENTS: Record<Client, string> = {
  http: 'HTTP',
  zstd: 'HTTP, compressed',
  ws: 'WebSocket of ws',
  runtime: "WebSocket of Node's own",
  pi: '@earendil-works/pi-ai 1 WebSocket',
}

/** Node has a WebSocket and zstd since 22. */
const NEEDS_NODE_22: readonly Client[] = ['zstd', 'runtime', 'pi']

const NODE_22 = fileURLToPath(new URL('../test/runtimes/node_modules/node22/bin/node', import.meta.url))

/** All clients run in the same Node, so that their CPU times compare: this one, or 22 where this one is older. */
async function findNode(): Promise<{ path: string; version: string }> {
  const isOlder = Number.parseInt(process.versions.node, 10) < 22
  if (!isOlder || !existsSync(NODE_22)) return { path: process.execPath, version: process.version }
  const { stdout } = await promisify(execFile)(NODE_22, ['--version'])
  return { path: NODE_22, version: stdout.trim() }
}

async function measure(client: Client, execPath: string): Promise<Cost & { bytes: number }> {
  const options = {
    execPath,
    execArgv: ['--import', 'tsx'],
    env: {
      ...process.env,
      STEPS: String(STEPS),
      WARM_UP_STEPS: String(WARM_UP_STEPS),
      HISTORY: String(HISTORY),
      ROUND_TRIP_MS: String(ROUND_TRIP_MS),
    },
  }
  const server = fork(new URL('./transports-server.ts', import.meta.url), options)
  const child = fork(new URL('./transports-client.ts', import.meta.url), [client], options)
  const failed = once(child, 'exit').then(() => Promise.reject(new Error(`The loop of ${client} failed.`)))
  // It ends after the measurement as well, when nobody waits.
  failed.catch(() => {})
  try {
    const ask = async (process: ChildProcess, message: Serializable) => {
      process.send(message)
      const [answer] = await Promise.race([once(process, 'message'), failed])
      return answer
    }
    const [line] = (await once(server, 'message')) as [Line]
    await ask(child, { ...line })
    const before: number = await ask(server, 'bytes')
    const cost: Cost = await ask(child, 'go')
    const after: number = await ask(server, 'bytes')
    return { ...cost, bytes: after - before }
  } finally {
    for (const process of [child, server]) if (process.connected) process.disconnect()
  }
}

/** One loop of many tool calls over each transport, with a simulated round trip. */
export async function transports(): Promise<void> {
  const node = await findNode()
  console.log(
    `\n${STEPS} steps of a tool loop on a history of ${HISTORY / 1000} kB, ${ROUND_TRIP_MS} ms round trip, Node ${node.version} (sent, CPU, median to the first part)`,
  )
  const absent: string[] = []
  for (const client of Object.keys(CLIENTS) as Client[]) {
    const isInstalled =
      client !== 'pi' ||
      existsSync(new URL('./peers/node_modules/@earendil-works/pi-ai/package.json', import.meta.url))
    const hasSocket = !NEEDS_NODE_22.includes(client) || Number.parseInt(node.version.slice(1), 10) >= 22
    if (!isInstalled) absent.push(`${CLIENTS[client]} (npm ci in bench/peers)`)
    if (!hasSocket) absent.push(`${CLIENTS[client]} (needs Node 22: npm ci in test/runtimes)`)
    if (!isInstalled || !hasSocket) continue
    const { bytes, cpuMs, firstMs } = await measure(client, node.path)
    row(
      CLIENTS[client],
      `${(bytes / 1e6).toFixed(2).padStart(6)} MB   ${Math.round(cpuMs)} ms   ${Math.round(firstMs)} ms`,
    )
  }
  if (absent.length > 0) console.log(`\nNot measured: ${absent.join(', ')}.`)
}

import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { onTestFinished } from 'vitest'
import { startCodexServer } from '../../src/testing/server.ts'
import type { CodexServer, CodexServerOptions, RecordedRequest } from '../../src/testing/types.ts'
import { type Finished, finished } from '../support/finished.ts'
import { makeCertificate } from '../testing/certificate.ts'
import type { Command } from './install.ts'

/** The Codex CLI with a home of its own, and the stand-in server that it talks to. */
export interface CodexCli {
  readonly server: CodexServer
  /** `CODEX_HOME` */
  readonly home: string
  /** The login file in `home`; absent at first. */
  readonly authFile: string
  writeAuth(content: object): Promise<void>
  readAuth(): Promise<unknown>
  run(args: readonly string[]): Promise<Finished>
  /** Runs one turn; gives the text of its answer. */
  exec(prompt: string): Promise<string>
  /** What the CLI asked of hosts other than the stand-in: first lines, such as `CONNECT host:443 HTTP/1.1`. */
  readonly strayRequests: readonly string[]
}

const { key, cert, ca } = makeCertificate()

async function listen(server: ReturnType<typeof createServer>): Promise<number> {
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    open.add(socket.once('close', () => open.delete(socket)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    for (const socket of open) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  return (server.address() as AddressInfo).port
}

/** TLS in front of a plain server: the CLI takes no other backend, while our `fetch` would not trust it. */
function startTlsFront(port: number): Promise<number> {
  const front = createTlsServer({ key, cert }, (socket) => {
    const inner = connect(port, '127.0.0.1')
    socket.on('error', () => inner.destroy()).pipe(inner)
    inner.on('error', () => socket.destroy()).pipe(socket)
  })
  return listen(front)
}

/** A proxy that notes what it is asked and hangs up: nothing reaches the network. */
function startDeadEnd(notes: string[]): Promise<number> {
  const proxy = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', (bytes) => {
      notes.push(bytes.toString('latin1').split('\r\n')[0] ?? '')
      socket.destroy()
    })
  })
  return listen(proxy)
}

const config = (origin: string): string =>
  [
    `chatgpt_base_url = "${origin}/backend-api/"`,
    `openai_base_url = "${origin}/backend-api/codex"`,
    'cli_auth_credentials_store = "file"',
    'model = "gpt-5.5"',
    'check_for_update_on_startup = false',
    '[analytics]',
    'enabled = false',
    '[features]',
    'apps = false',
    'plugins = false',
    // Node 20 can't read zstd.
    'enable_request_compression = false',
    '',
  ].join('\n')

/** Starts a stand-in server and makes an empty home for the CLI, for one test. */
export async function startCli(codex: Command, options: CodexServerOptions = {}): Promise<CodexCli> {
  const server = await startCodexServer({ webSocket: false, ...options })
  onTestFinished(() => server.close())
  const home = await mkdtemp(join(tmpdir(), 'codex-cli-'))
  onTestFinished(() => rm(home, { recursive: true, force: true, maxRetries: 10 }))

  const strayRequests: string[] = []
  const proxy = `http://127.0.0.1:${await startDeadEnd(strayRequests)}`
  const front = await startTlsFront(Number(new URL(server.url).port))
  const authFile = join(home, 'auth.json')
  const caFile = join(home, 'ca.pem')
  await writeFile(caFile, ca)
  await writeFile(join(home, 'config.toml'), config(`https://127.0.0.1:${front}`))
  const env = {
    PATH: process.env.PATH,
    SystemRoot: process.env.SystemRoot,
    HOME: home,
    USERPROFILE: home,
    CODEX_HOME: home,
    CODEX_CA_CERTIFICATE: caFile,
    CODEX_REFRESH_TOKEN_URL_OVERRIDE: `${server.issuer}/oauth/token`,
    HTTP_PROXY: proxy,
    HTTPS_PROXY: proxy,
    ALL_PROXY: proxy,
    NO_PROXY: '127.0.0.1',
  }

  const run: CodexCli['run'] = async (args) => {
    const [program, ...first] = codex
    const child = spawn(program, [...first, ...args], { cwd: home, env, stdio: ['ignore', 'pipe', 'pipe'] })
    onTestFinished(() => void child.kill())
    return finished(child)
  }

  return {
    server,
    home,
    authFile,
    writeAuth: (content) => writeFile(authFile, JSON.stringify(content, null, 2), { mode: 0o600 }),
    readAuth: async () => JSON.parse(await readFile(authFile, 'utf8')),
    run,
    async exec(prompt) {
      const { exitCode, stdout, stderr } = await run(['exec', '--skip-git-repo-check', prompt])
      if (exitCode !== 0) throw new Error(`codex exec: exit ${exitCode}\n${stderr}`)
      return stdout.trim()
    },
    strayRequests,
  }
}

/**
 * The first request of each turn, without the attempts at a WebSocket. The client's classic tools have a search, which
 * the stand-in uses: what it found comes with a second one.
 */
export const turns = ({ responseRequests }: CodexServer): RecordedRequest[] =>
  responseRequests.filter(({ method, json }) => method === 'POST' && !endsWithSearch(json?.input))

const endsWithSearch = (input: unknown): boolean =>
  Array.isArray(input) && Object(input.at(-1)).type === 'tool_search_output'

/** The access token that a request carried. */
export const tokenOf = (request: RecordedRequest | undefined): string | undefined =>
  request?.headers.authorization?.replace('Bearer ', '')

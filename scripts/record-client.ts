/**
 * Records what the real Codex CLI sends to the stand-in server, one file a request, with tokens replaced. Prints what to
 * set for the CLI, and records until it is stopped (Ctrl+C).
 *
 *     npm run wire:record -- <folder> [--http]
 *
 * `--http` refuses WebSockets, so that the CLI falls back to HTTP.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startCodexServer } from '../src/testing/server.ts'
import type { CodexServer, CodexServerOptions, RecordedRequest } from '../src/testing/types.ts'
import { ENCODINGS } from '../src/testing/zstd.ts'
import { makeCertificate } from '../test/testing/certificate.ts'

const TOKENS = /\beyJ[\w-]{8,}(?:\.[\w-]*)*|\b(?:rt|ac)_[\w-]{8,}|\bat-[\w-]{16,}/g

/** Headers that name folders and repositories of this machine. */
const ELIDED = ['x-codex-turn-metadata', 'cookie']

/** Replaces everything that looks like a token of the stand-in or of a login. */
export const withoutTokens = (text: string): string => text.replace(TOKENS, '<token>')

/** A request as it is written to a file. */
const toCapture = ({ transport, method, path, headers, text, json, status, refusedBy }: RecordedRequest) => ({
  transport,
  method,
  path,
  headers: withoutElided(headers),
  body: json ?? (text === '' ? null : text),
  answer: { status: status ?? null, refusedBy: refusedBy ?? null },
})

const withoutElided = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, ELIDED.includes(name) ? '<elided>' : value]),
  )

const fileName = ({ method, path }: RecordedRequest, index: number): string => {
  const [pathname = ''] = path.split('?')
  const name = pathname.replace(/\W+/g, '-').replace(/^-|-$/g, '').slice(-60)
  return `${String(index + 1).padStart(3, '0')}-${method}-${name}.json`
}

/** A recording in progress. */
export interface Recording {
  readonly server: CodexServer
  /** Lines that say what to set for the client. */
  readonly instructions: readonly string[]
  /** Writes what is left, and closes the server. */
  stop(): Promise<void>
}

/** Starts the stand-in, makes a home for the client in the folder, and writes each request beside it. */
export async function startRecording(folder: string, options: CodexServerOptions = {}): Promise<Recording> {
  const server = await startCodexServer(options)
  const home = join(folder, 'home')
  await mkdir(home, { recursive: true })
  await writeFile(join(home, 'auth.json'), JSON.stringify(server.login(), null, 2), { mode: 0o600 })
  await writeFile(join(home, 'config.toml'), config(server))

  const write = (name: string, content: object) =>
    writeFile(join(folder, name), `${withoutTokens(JSON.stringify(content, null, 2))}\n`)
  const written: Array<Promise<void>> = []
  let isOver = false
  let stopWaiting = () => {}
  const stopped = new Promise<void>((settle) => {
    stopWaiting = settle
  })

  /** Writes the requests that have come since, each once it is answered. */
  function writeNew(): void {
    for (const record of server.requests.slice(written.length)) {
      const index = written.length
      const answered = Promise.race([record.closed, stopped])
      written.push(answered.then(() => write(fileName(record, index), toCapture(record))))
    }
  }
  async function watch(): Promise<void> {
    while (!isOver) {
      await Promise.race([server.nextRequest(''), stopped])
      writeNew()
    }
  }
  const watching = watch()

  return {
    server,
    instructions: instructions(server, home, options.tls !== undefined),
    async stop() {
      isOver = true
      stopWaiting()
      await watching
      await Promise.all(written)
      const sockets = server.sockets.map(({ headers, status, messages }) => ({
        headers: withoutElided(headers),
        status: status ?? null,
        messages,
      }))
      if (sockets.length > 0) await write('sockets.json', sockets)
      await server.close()
    },
  }
}

const config = ({ url, baseURL }: CodexServer): string =>
  [
    `chatgpt_base_url = "${url}/backend-api/"`,
    `openai_base_url = "${baseURL}"`,
    'cli_auth_credentials_store = "file"',
    'check_for_update_on_startup = false',
    '[analytics]',
    'enabled = false',
    '[features]',
    'apps = false',
    'plugins = false',
    ...(ENCODINGS.includes('zstd') ? [] : ['enable_request_compression = false']),
    '',
  ].join('\n')

const instructions = ({ url, issuer }: CodexServer, home: string, isTls: boolean): string[] => [
  `The stand-in listens at ${url}. Run the client in another terminal, in an empty folder:`,
  '',
  `  export CODEX_HOME='${home}'`,
  ...(isTls ? [`  export CODEX_CA_CERTIFICATE='${join(home, 'ca.pem')}'`] : []),
  `  export CODEX_REFRESH_TOKEN_URL_OVERRIDE='${issuer}/oauth/token'`,
  `  export CODEX_AUTHAPI_BASE_URL='${issuer}/api/accounts'`,
  "  npx @openai/codex@latest exec --skip-git-repo-check 'Say hi'",
  '',
  'Other hosts that the client asks are not part of the recording. Stop with Ctrl+C.',
]

async function main([given, ...flags]: readonly string[]): Promise<void> {
  if (given === undefined) throw new Error('Usage: npm run wire:record -- <folder> [--http]')
  const folder = resolve(given)
  // The client takes no backend without TLS.
  const { key, cert, ca } = makeCertificate()
  const recording = await startRecording(folder, { tls: { key, cert }, webSocket: !flags.includes('--http') })
  await writeFile(join(folder, 'home', 'ca.pem'), ca)
  for (const line of recording.instructions) console.log(line)
  process.once('SIGINT', async () => {
    await recording.stop()
    console.log(`\nThe recording is in ${folder}.`)
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2))

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished, vi } from 'vitest'
import {
  createPromptFiles,
  type PromptFiles,
  type PromptFilesOptions,
} from '../../src/instructions/prompt-files.ts'
import { createDiskCache } from '../../src/lib/disk-cache.ts'

/** What a route of the stand-in answers; `hang` never does. */
export type Answer = ((response: ServerResponse, headers: IncomingHttpHeaders) => unknown) | 'hang'

/** Plays GitHub on loopback: three hosts as three paths. */
export interface GitHubServer {
  readonly bases: { api: string; web: string; raw: string }
  /** `api`, `web`, or `<tag>/<file>` of the raw host, in the order of the requests. */
  readonly asked: string[]
  readonly headers: IncomingHttpHeaders[]
  /** How each way to the newest release answers, and each file by `<tag>/<file>`; a file that is not set is a 404. */
  readonly routes: Map<string, Answer>
}

export const status =
  (code: number, body = 'refused'): Answer =>
  (response) =>
    response.writeHead(code).end(body)

export const newest =
  (tag: unknown): Answer =>
  (response) =>
    response.end(JSON.stringify({ tag_name: tag }))

export const redirect =
  (location: string): Answer =>
  (response) =>
    response.writeHead(302, { location }).end()

/** A file with an ETag, if it has one: its own gets a 304. */
export const file =
  (text: string, etag?: string, contentType = 'text/plain'): Answer =>
  (response, headers) => {
    const isKnown = etag !== undefined && headers['if-none-match'] === etag
    response.writeHead(isKnown ? 304 : 200, { 'content-type': contentType, ...(etag ? { etag } : {}) })
    response.end(isKnown ? undefined : text)
  }

const keyOf = (url: string): string =>
  url === '/api/repos/openai/codex/releases/latest'
    ? 'api'
    : url === '/web/openai/codex/releases/latest'
      ? 'web'
      : url.replace(/^\/raw\/openai\/codex\/([^/]+)\/codex-rs\/core\//, '$1/')

export async function startGitHub(): Promise<GitHubServer> {
  const routes = new Map<string, Answer>()
  const asked: string[] = []
  const headers: IncomingHttpHeaders[] = []
  const server = createServer((request, response) => {
    const key = keyOf(request.url ?? '')
    asked.push(key)
    headers.push(request.headers)
    const answer = routes.get(key) ?? status(404)
    if (answer !== 'hang') answer(response, request.headers)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    bases: { api: `${base}/api`, web: `${base}/web`, raw: `${base}/raw` },
    asked,
    headers,
    routes,
  }
}

/** The stand-in, a cache folder, and a clock that runs on and can be set forward. */
export interface Room {
  readonly github: GitHubServer
  readonly folder: string
  readonly reads: string[]
  /** Prompt files as a new process would have them, on the same folder. */
  start(options?: Partial<PromptFilesOptions>): PromptFiles
  now(): number
  pass(ms: number): void
  /** The one entry in the folder, once it is there and `check` holds for it. */
  entry(check?: (entry: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>
  writeEntry(text: string): Promise<void>
}

export const CODEX_ENTRY = 'instructions-gpt_5_codex_prompt.json'

export async function startRoom(): Promise<Room> {
  const github = await startGitHub()
  const folder = await mkdtemp(join(tmpdir(), 'codex-instructions-'))
  const writes: Array<Promise<void>> = []
  onTestFinished(async () => {
    await Promise.all(writes)
    await rm(folder, { recursive: true, force: true, maxRetries: 10 })
  })
  let offset = 0
  const now = () => Date.now() + offset
  const reads: string[] = []
  const cache = createDiskCache(folder)
  const counted = {
    read(name: string) {
      reads.push(name)
      return cache.read(name)
    },
    write(name: string, value: unknown) {
      const writing = cache.write(name, value)
      writes.push(writing)
      return writing
    },
  }
  return {
    github,
    folder,
    reads,
    start: (options = {}) =>
      createPromptFiles({ fetch: globalThis.fetch, cache: counted, now, bases: github.bases, ...options }),
    now,
    pass(ms) {
      offset += ms
    },
    entry: (check = () => true) =>
      vi.waitFor(async () => {
        const [name = ''] = (await readdir(folder)).filter((file) => file.endsWith('.json'))
        const entry = JSON.parse(await readFile(join(folder, name), 'utf8'))
        if (!check(entry)) throw new Error('The entry is not there yet.')
        return entry
      }),
    writeEntry: (text) => writeFile(join(folder, CODEX_ENTRY), text),
  }
}

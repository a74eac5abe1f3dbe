import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createDiskCache, type DiskCache } from '../../src/lib/disk-cache.ts'
import {
  CATALOGUE_WAIT_MS,
  type Catalogue,
  type CatalogueOptions,
  createCatalogue,
} from '../../src/models/catalogue.ts'

/** A moment from which the tests' clock starts. */
export const START = Date.UTC(2026, 8, 1)
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE

/** What the server says to one request: a list under its ETag, a status, or nothing until `answer` is called. */
export interface ModelsServer {
  readonly url: string
  /** The `If-None-Match` of each request so far. */
  readonly asked: Array<string | undefined>
  /** The list and its ETag from now on; undefined for an answer without an ETag. */
  offer(slugs: readonly string[], etag: string | undefined): void
  /** From now on requests are answered with this status. */
  fail(status: number, body?: string): void
  /** From now on requests hang; `release` answers those that do, as the server would now. */
  hang(): void
  release(): void
  close(): Promise<void>
}

export async function startModelsServer(): Promise<ModelsServer> {
  const asked: Array<string | undefined> = []
  let waiting: Array<() => void> = []
  let isHanging = false
  let offered = { slugs: ['gpt-7'] as readonly string[], etag: 'W/"one"' as string | undefined }
  let failure: { status: number; body: string } | undefined

  function reply(response: ServerResponse, ifNoneMatch: string | undefined): void {
    if (failure) {
      response.writeHead(failure.status).end(failure.body)
      return
    }
    const { slugs, etag } = offered
    const headers = etag === undefined ? {} : { etag }
    if (etag !== undefined && ifNoneMatch === etag) {
      response.writeHead(304, headers).end()
      return
    }
    const models = slugs.map((slug) => ({ slug, use_responses_lite: true }))
    response
      .writeHead(200, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify({ models }))
  }

  const server = createServer((request, response) => {
    const ifNoneMatch = request.headers['if-none-match']
    asked.push(ifNoneMatch)
    const run = () => reply(response, ifNoneMatch)
    if (isHanging) waiting.push(run)
    else run()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  onTestFinished(close)
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    offer(slugs, etag) {
      offered = { slugs, etag }
      failure = undefined
    },
    fail(status, body = '') {
      failure = { status, body }
    },
    hang() {
      isHanging = true
    },
    release() {
      isHanging = false
      for (const run of waiting) run()
      waiting = []
    },
    close,
  }
}

/** The error that a refused fetch ends with. */
export class StatusError extends Error {
  readonly statusCode: number
  constructor(statusCode: number) {
    super(`status ${statusCode}`)
    this.statusCode = statusCode
  }
}

/** A clock and timers that the test moves, and the fetches that a catalogue has begun. */
export interface Harness {
  readonly server: ModelsServer
  readonly folder: string
  readonly cache: DiskCache & { reads: number; writes: number }
  /** Adds to the clock. */
  pass(ms: number): void
  /** Runs the timers of that time that are set, and says how many; default: those of the calls' wait. */
  fireTimers(ms?: number): number
  /** How many waits of calls have begun. */
  readonly timersSet: number
  /** The timers that are set now. */
  readonly timers: ReadonlyArray<{ ms: number; isBehind: boolean }>
  /** Settles when nothing is read from the disk any more, nor written to it. */
  stored(): Promise<void>
  /** Settles when all fetches so far have, and what follows on them without I/O is done. */
  settled(): Promise<void>
  /** The signals that the fetches got. */
  readonly signals: AbortSignal[]
  create(options?: Partial<CatalogueOptions>): Catalogue
  /** The one file in the cache folder, as JSON. */
  readFile(): Promise<Record<string, unknown>>
  /** Replaces the content of that file. */
  writeFile(content: unknown): Promise<void>
}

export async function startHarness(): Promise<Harness> {
  const server = await startModelsServer()
  const folder = await mkdtemp(join(tmpdir(), 'codex-catalogue-'))
  onTestFinished(async () => {
    await stored()
    await rm(folder, { recursive: true, force: true, maxRetries: 10 })
  })
  let time = START
  let timers: Array<{ run: () => void; ms: number; isBehind: boolean }> = []
  let timersSet = 0
  const fetches: Array<Promise<unknown>> = []
  const signals: AbortSignal[] = []
  const disk = createDiskCache(folder)
  const busy = new Set<Promise<unknown>>()
  const watch = <T>(work: Promise<T>): Promise<T> => {
    busy.add(work)
    work.finally(() => busy.delete(work))
    return work
  }
  const cache = {
    reads: 0,
    writes: 0,
    read(name: string) {
      cache.reads++
      return watch(disk.read(name))
    },
    write(name: string, value: unknown) {
      cache.writes++
      return watch(disk.write(name, value))
    },
  }
  async function stored(): Promise<void> {
    await turn()
    while (busy.size > 0) {
      await Promise.all(busy)
      await turn()
    }
  }

  async function ask(etag: string | undefined, signal: AbortSignal) {
    const headers: Record<string, string> = etag === undefined ? {} : { 'if-none-match': etag }
    const response = await fetch(`${server.url}/models`, { headers, signal })
    if (response.status !== 200 && response.status !== 304) throw new StatusError(response.status)
    const text = await response.text()
    return {
      status: response.status,
      etag: response.headers.get('etag') ?? undefined,
      json: text === '' ? undefined : (JSON.parse(text) as unknown),
    }
  }
  const theFile = async () => {
    await stored()
    const [name = ''] = await readdir(folder)
    return join(folder, name)
  }

  return {
    server,
    folder,
    cache,
    signals,
    pass(ms) {
      time += ms
    },
    fireTimers(ms = CATALOGUE_WAIT_MS) {
      const due = timers.filter((timer) => timer.ms === ms)
      timers = timers.filter((timer) => timer.ms !== ms)
      for (const { run } of due) run()
      return due.length
    },
    get timers() {
      return timers
    },
    stored,
    get timersSet() {
      return timersSet
    },
    async settled() {
      await Promise.allSettled(fetches)
      await turn()
    },
    create: (options = {}) =>
      createCatalogue({
        fetchModels(etag, signal) {
          signals.push(signal)
          const answer = ask(etag, signal)
          fetches.push(answer)
          return answer
        },
        cache,
        key: { baseURL: server.url, clientVersion: '0.169.0', accountId: 'account-1', userId: 'user-1' },
        now: () => time,
        startTimer(run, ms, isBehind) {
          const timer = { run, ms, isBehind }
          timers.push(timer)
          if (ms === CATALOGUE_WAIT_MS) timersSet++
          return () => {
            timers = timers.filter((other) => other !== timer)
          }
        },
        ...options,
      }),
    readFile: async () => JSON.parse(await readFile(await theFile(), 'utf8')) as Record<string, unknown>,
    writeFile: async (content) =>
      writeFile(await theFile(), typeof content === 'string' ? content : JSON.stringify(content)),
  }
}

/** Runs what is due, but for I/O that is still under way. */
export const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** Settles once the condition holds. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn()
}

/** The ids of these entries. */
export const idsOf = (models: ReadonlyArray<{ id: string }>): string[] => models.map(({ id }) => id)

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { CodexProviderSettings } from '../../src/core/settings.ts'
import { DEFAULT_INSTRUCTIONS } from '../../src/instructions/base.ts'
import { withResolvers } from '../adapters/v1/support.ts'
import { type Play, startSocketServer } from './socket-server.ts'
import { answerOf, expiredLogin, freshLogin, headOf, SHORT, whole } from './wire.ts'

/** Two calls that have come to the same place, and wait there. */
export interface Held {
  readonly settings: CodexProviderSettings
  readonly model: string
  /** Settles when both calls wait. */
  readonly reached: Promise<void>
  /** How many connections are open. */
  connections(): number
  /** Lets the calls go on. */
  release(): void
}

export interface Phase {
  readonly phase: string
  /** How many connections are left when one of the calls is aborted: what is fetched for all calls goes on. */
  readonly left: number
  hold(): Promise<Held>
}

/** Counts calls in, and keeps them until they are released. */
function createGate(calls: number) {
  const [full, open] = [withResolvers(), withResolvers()]
  let missing = calls
  return {
    reached: full.promise,
    release: open.resolve,
    pass(): Promise<void> {
      missing -= 1
      if (missing === 0) full.resolve()
      return open.promise
    },
  }
}

type Gate = ReturnType<typeof createGate>

/** The answer, held back after some of its bytes. */
const heldAfter = (bytes: number, { bytes: all, end }: Play, gate: Gate): Play => ({
  bytes: {
    async *[Symbol.asyncIterator]() {
      const answer = Buffer.concat(
        [...(all as Iterable<string | Uint8Array>)].map((piece) => Buffer.from(piece)),
      )
      yield answer.subarray(0, bytes)
      await gate.pass()
      yield answer.subarray(bytes)
    },
  },
  end,
})

interface Arrangement {
  /** Where the calls are held, how many come there, and what they get. */
  at: string
  calls: number
  play(gate: Gate): Play
  settings?: CodexProviderSettings
  model?: string
}

/** Calls that are held by a server. */
async function heldByServer({ at, calls, play, settings, model = 'gpt-5.5' }: Arrangement): Promise<Held> {
  const gate = createGate(calls)
  const server = await startSocketServer((path) => {
    if (path.includes(at)) return play(gate)
    return path.endsWith('.md') ? whole(['Be good.'], { 'content-type': 'text/plain' }) : whole(SHORT.events)
  })
  const cacheDir = await mkdtemp(join(tmpdir(), 'codex-faults-'))
  onTestFinished(() => rm(cacheDir, { recursive: true, force: true, maxRetries: 10 }))
  return {
    model,
    reached: gate.reached,
    release: gate.release,
    connections: () => server.connections,
    settings: {
      baseURL: server.url,
      issuer: server.url,
      auth: freshLogin(),
      instructions: DEFAULT_INSTRUCTIONS,
      cacheDir,
      // GitHub is that server, too.
      fetch: (input, init) => fetch(String(input).replace(/^https:\/\/[^/]*github[^/]*/, server.url), init),
      ...settings,
    },
  }
}

/** Calls that are held by a login of the app's own. */
async function heldByLogin(
  authOf: (gate: Gate) => NonNullable<CodexProviderSettings['auth']>,
  calls: number,
) {
  const gate = createGate(calls)
  const server = await startSocketServer(() => whole(SHORT.events))
  return {
    model: 'gpt-5.5',
    reached: gate.reached,
    release: gate.release,
    connections: () => server.connections,
    settings: {
      baseURL: server.url,
      issuer: server.url,
      auth: authOf(gate),
      instructions: DEFAULT_INSTRUCTIONS,
    },
  }
}

const HEAD_LENGTH = headOf().length
const FIRST_EVENTS = SHORT.events.slice(0, 3).join('').length + 100

const ofResponses = (bytes: number, play: Play) => () =>
  heldByServer({ at: '/responses', calls: 2, play: (gate) => heldAfter(bytes, play, gate) })

const ofTokens = (bytes: number) => () => {
  const { auth, answer } = expiredLogin()
  const play = whole([answer], { 'content-type': 'application/json' })
  return heldByServer({
    at: '/oauth/token',
    calls: 1,
    play: (gate) => heldAfter(bytes, play, gate),
    settings: { auth },
  })
}

export const PHASES: readonly Phase[] = [
  { phase: 'before headers', left: 1, hold: ofResponses(0, whole(SHORT.events)) },
  { phase: 'in headers', left: 1, hold: ofResponses(20, whole(SHORT.events)) },
  { phase: 'before the first event', left: 1, hold: ofResponses(HEAD_LENGTH, whole(SHORT.events)) },
  { phase: 'in the stream', left: 1, hold: ofResponses(HEAD_LENGTH + FIRST_EVENTS, whole(SHORT.events)) },
  {
    phase: 'in the body of an error',
    left: 1,
    hold: ofResponses(HEAD_LENGTH + 10, answerOf(418, 'no coffee, no coffee, no coffee')),
  },
  { phase: 'at the token endpoint', left: 1, hold: ofTokens(0) },
  { phase: 'in the token answer', left: 1, hold: ofTokens(HEAD_LENGTH + 40) },
  {
    phase: 'while a lock is held',
    left: 0,
    hold: () =>
      heldByLogin((gate) => {
        let { auth: tokens }: { auth: object } = expiredLogin()
        return {
          read: async () => tokens as { accessToken: string },
          async write(fresh) {
            tokens = fresh
          },
          async lock(run) {
            await gate.pass()
            tokens = freshLogin()
            return run()
          },
        }
      }, 1),
  },
  {
    phase: 'while a function gives the login',
    left: 0,
    hold: () =>
      heldByLogin(
        (gate) => async () => {
          await gate.pass()
          return freshLogin()
        },
        1,
      ),
  },
  {
    phase: 'while the catalogue is fetched',
    left: 1,
    hold: () =>
      heldByServer({
        at: '/models',
        calls: 1,
        play: (gate) => heldAfter(0, whole(['{"models":[]}'], { 'content-type': 'application/json' }), gate),
        model: 'gpt-7-unheard-of',
      }),
  },
  {
    phase: 'while prompt files are fetched',
    left: 1,
    hold: () =>
      heldByServer({
        at: '/releases/latest',
        calls: 1,
        play: (gate) => heldAfter(0, whole(['{"tag_name":"rust-v1"}']), gate),
        model: 'gpt-5.1-codex',
        settings: { instructions: undefined },
      }),
  },
]

import { readFile, writeFile } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import type { CodexProviderSettings, CodexTokens } from '../../src/index.ts'
import type { AuthJson, CodexServer, LoginOptions, RecordedRequest } from '../../src/testing/types.ts'
import { startCodexServer } from '../../src/testing.ts'
import { CREATED, delta, ev, good, messageAdded } from '../adapters/v1/support.ts'

interface Check {
  name: string
  login?: LoginOptions
  /** Further settings of the provider. */
  settings?: CodexProviderSettings
  /** Readies the stand-in. */
  prepare?(server: CodexServer, login: AuthJson): void
  /** What `app/core.mjs` must have seen, by the requests that came where that differs from runtime to runtime. */
  seen: unknown | ((requests: readonly RecordedRequest[]) => unknown)
  /** The statuses of the requests for an answer, in order. */
  answers: readonly number[]
  /** The statuses of the requests for new tokens, in order. Default: there was none. */
  tokens?: readonly number[]
}

const HI = { text: 'You said: Say hi' }

/** What every runtime must do; `app/core.mjs` has a part for each by its name. */
export const CHECKS: readonly Check[] = [
  { name: 'generate', seen: { ...HI, warnings: [] }, answers: [200] },
  {
    name: 'stream',
    prepare: (server) => server.answer({ type: 'events', events: good('one two ') }),
    seen: { pieces: ['one ', 'two '] },
    answers: [200],
  },
  {
    name: 'stop',
    prepare: stopInTheMiddle,
    seen: { pieces: ['one'], text: 'stopped' },
    answers: [200, 200],
  },
  {
    name: 'tools',
    prepare: (server) =>
      server.answer(
        { type: 'tool-calls', calls: [{ name: 'weather', arguments: { city: 'Oslo' } }] },
        { type: 'tool-calls', calls: [{ name: 'weather', arguments: { city: 'Rome' } }] },
        { type: 'text', text: 'Rain in both' },
      ),
    seen: { text: 'Rain in both', asked: ['Oslo', 'Rome'], steps: 3 },
    answers: [200, 200, 200],
  },
  {
    name: 'socket',
    prepare: (server) =>
      server.answer(
        { type: 'tool-calls', calls: [{ name: 'tool', arguments: {} }] },
        { type: 'text', text: 'It is noon' },
      ),
    settings: { transport: 'auto' },
    seen: { text: 'It is noon', isExpected: true },
    answers: [200, 200],
  },
  {
    name: 'zstd',
    settings: { compress: true },
    seen: ([first]: readonly RecordedRequest[]) => ({
      isWhole: true,
      hasZstd: first?.headers['content-encoding'] === 'zstd',
    }),
    answers: [200],
  },
  {
    name: 'expired',
    login: { expiresInSeconds: -60 },
    seen: [HI, HI],
    answers: [200, 200],
    tokens: [200],
  },
  {
    name: 'revoked',
    prepare: (server, { tokens }) => server.revokeAccessToken(tokens.access_token),
    seen: HI,
    answers: [401, 200],
    tokens: [200],
  },
  {
    name: 'no login',
    prepare(server, { tokens }) {
      server.revokeAccessToken(tokens.access_token)
      const error = { code: 'refresh_token_invalidated', message: 'It has been revoked.' }
      server.answerToken({ type: 'error', status: 401, body: { error } })
    },
    seen: {
      name: 'CodexAuthRefreshError',
      code: 'CODEX_AUTH_REFRESH',
      reason: 'revoked',
      isUsageLimit: false,
    },
    answers: [401],
    tokens: [401],
  },
  {
    name: 'usage limit',
    prepare(server) {
      const error = { type: 'usage_limit_reached', message: 'Used up', plan_type: 'plus', resets_at: 4e9 }
      server.answer({ type: 'error', status: 429, body: { error } })
    },
    seen: {
      name: 'AI_APICallError',
      code: 'CODEX_USAGE_LIMIT',
      statusCode: 429,
      isRetryable: false,
      planType: 'plus',
      resetsAt: new Date(4e12).toJSON(),
      isUsageLimit: true,
    },
    answers: [429],
  },
  {
    name: 'cut stream',
    prepare: cutInTheMiddle,
    seen: {
      pieces: ['one'],
      error: { name: 'AI_APICallError', statusCode: 200, isRetryable: true, isUsageLimit: false },
      ...HI,
    },
    answers: [200, 200],
  },
]

const SSE = { 'content-type': 'text/event-stream' }
const HALF = [CREATED, messageAdded(), delta('one')]

/** The second answer comes when the connection of the first is closed. */
function stopInTheMiddle(server: CodexServer): void {
  const first = server.nextRequest('/responses')
  async function* chunks() {
    await (await first).closed
    yield* good('stopped').map(ev)
  }
  server.answer(
    { type: 'events', events: HALF, end: 'hang' },
    { type: 'raw', headers: SSE, chunks: chunks() },
  )
}

/** The first answer breaks off when the second request is there. */
function cutInTheMiddle(server: CodexServer): void {
  const second = server.nextRequest('/responses').then(() => server.nextRequest('/responses'))
  async function* chunks() {
    yield* HALF.map(ev)
    await second
  }
  server.answer({ type: 'raw', headers: SSE, chunks: chunks(), end: 'reset' })
}

/** A check that waits for a runtime to do it. */
export interface ReadyCheck {
  readonly name: string
  /** The settings of the provider. */
  readonly settings: object
  /** Says what is wrong with what the runtime saw, sent and stored, or gives undefined. */
  judge(seen: unknown): Promise<string | undefined>
  close(): Promise<void>
}

/** Starts a stand-in server for a check, whose login goes into this file, or into the settings where there is none. */
export async function readyCheck(check: Check, authFile?: string): Promise<ReadyCheck> {
  const server = await startCodexServer()
  const login = server.login(check.login)
  check.prepare?.(server, login)
  if (authFile) await writeFile(authFile, JSON.stringify(login), { mode: 0o600 })
  const { baseURL, issuer } = server
  return {
    name: check.name,
    settings: {
      baseURL,
      issuer,
      ...check.settings,
      ...(authFile ? { authFile } : { auth: toTokens(login) }),
    },
    async judge(seen) {
      const { responseRequests, tokenRequests: tokens } = server
      // The stand-in of an older Node refuses zstd, and gets the plain body.
      const answers = responseRequests.filter(({ refusedBy }) => refusedBy !== 'content-encoding')
      const found = { seen, answers: answers.map(toStatus), tokens: tokens.map(toStatus) }
      const toSee = typeof check.seen === 'function' ? check.seen(responseRequests) : check.seen
      const wanted = { seen: toSee, answers: check.answers, tokens: check.tokens ?? [] }
      if (!isDeepStrictEqual(found, wanted)) {
        return `wanted ${JSON.stringify(wanted)}, found ${JSON.stringify(found)}`
      }
      if (!authFile) return undefined
      const stored = JSON.parse(await readFile(authFile, 'utf8')) as AuthJson
      const used = answers.at(-1)?.headers.authorization
      return used === `Bearer ${stored.tokens.access_token}` ? undefined : 'the file holds an older login'
    },
    close: server.close,
  }
}

const toStatus = ({ status }: RecordedRequest) => status

const toTokens = ({ tokens }: AuthJson): CodexTokens => ({
  accessToken: tokens.access_token,
  refreshToken: tokens.refresh_token,
  idToken: tokens.id_token,
  accountId: tokens.account_id,
})

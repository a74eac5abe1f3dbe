import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { APICallError, generateText, tool } from 'ai'
import { describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { createCodex } from '../../src/index.ts'
import { startCodexServer } from '../../src/testing/server.ts'
import type { Answer, CodexServer, RecordedRequest } from '../../src/testing/types.ts'
import { startProvider } from '../support/provider.ts'
import { readTable } from './readme-blocks.ts'
import { ROOT } from './support.ts'

const PAGE = readFileSync(join(ROOT, 'docs/testing.md'), 'utf8')

const TOOLS = { weather: tool({ parameters: z.object({ city: z.string() }) }) }

type Codex = ReturnType<typeof createCodex>
type Settings = NonNullable<Parameters<typeof createCodex>[0]>

const ask = (codex: Codex) =>
  generateText({ model: codex('gpt-6.1-sol'), prompt: 'Hello', tools: TOOLS, maxRetries: 0 })

async function start(): Promise<CodexServer> {
  const server = await startCodexServer()
  onTestFinished(() => server.close())
  return server
}

const providerOn = ({ baseURL, issuer }: CodexServer, accessToken: string, settings: Settings = {}): Codex =>
  createCodex({ baseURL, issuer, auth: { accessToken }, ...settings })

/** A provider whose next call gets this answer. */
async function answered(answer: Answer, settings?: Settings): Promise<Codex> {
  const server = await start()
  server.answer(answer)
  return providerOn(server, server.login().tokens.access_token, settings)
}

const error = (status: number, body: string | Record<string, unknown>): Answer => ({
  type: 'error',
  status,
  body,
})

const brokenText = (end: 'close' | 'reset' | 'hang'): Answer => ({
  type: 'text',
  text: 'A long story.',
  stopAfter: 5,
  end,
})

/** The provider of each fault. */
const FAULTS: Record<string, () => Promise<Codex>> = {
  'the plan is used up': () =>
    answered(error(429, { error: { type: 'usage_limit_reached', message: 'Used up' } })),
  'too many requests': () => answered(error(429, { detail: 'Slow down' })),
  'the backend is down': () => answered(error(503, '')),
  'a page in place of an answer': () =>
    answered({
      type: 'error',
      status: 403,
      body: '<html>No</html>',
      headers: { 'content-type': 'text/html' },
    }),
  'the answer is cut': () => answered(brokenText('close')),
  'the connection breaks': () => answered(brokenText('reset')),
  'the stream stalls': () => answered(brokenText('hang'), { timeouts: { idle: 500 } }),
  'no answer comes': () => answered({ type: 'hang' }, { timeouts: { response: 50 } }),
  'arguments that are no JSON': () =>
    answered({ type: 'tool-calls', calls: [{ name: 'weather', arguments: '{"city":' }] }),
  async 'the access token is over'() {
    const server = await start()
    return providerOn(server, server.login({ expiresInSeconds: -60 }).tokens.access_token)
  },
  async 'the access token is revoked'() {
    const server = await start()
    const { access_token } = server.login().tokens
    server.revokeAccessToken(access_token)
    return providerOn(server, access_token)
  },
  async 'the login is over'() {
    const { server, codex } = await startProvider({}, { login: { expiresInSeconds: -60 } })
    server.answerToken({ type: 'error', status: 401, body: { error: { code: 'refresh_token_expired' } } })
    return codex
  },
}

describe('faults', () => {
  const rows = readTable(PAGE, 'faults')

  test('each has its row', () => {
    expect(rows.map(([fault]) => fault)).toEqual(Object.keys(FAULTS))
  })

  test.each(rows)('%s', async (fault, _how, told) => {
    const codex = await FAULTS[fault]?.()
    if (!codex) throw new Error(`No case for ${fault}`)
    const failure: unknown = await ask(codex).catch((thrown: unknown) => thrown)
    expect(describeFailure(failure)).toBe(told)
  })
})

function describeFailure(failure: unknown): string {
  if (!(failure instanceof Error)) return 'none'
  const { name } = failure.constructor
  if (!APICallError.isInstance(failure)) return `\`${name}\``
  const status =
    failure.statusCode === undefined || failure.statusCode === 200 ? '' : ` ${failure.statusCode}`
  return `\`${name}\`${status}, ${failure.isRetryable ? '' : 'not '}retryable`
}

describe('answers', () => {
  const rows = readTable(PAGE, 'answers').map(([cell = '']) => cell.replaceAll('`', ''))

  test.each(rows)('%s can be put in line', async (code) => {
    const server = await start()
    // The table's own code, with a value for the one name in it.
    const answer: Answer = new Function('city', `return ${code}`)('Oslo')
    server.answer(answer, answer)
    const settings = answer.type === 'hang' ? { timeouts: { response: 50 } } : {}
    const codex = providerOn(server, server.login().tokens.access_token, settings)
    const outcome = await ask(codex).catch((thrown: unknown) => thrown)
    const types = ['text', 'tool-calls']
    if (types.includes(answer.type)) expect(outcome).not.toBeInstanceOf(Error)
    else expect(outcome).toBeInstanceOf(Error)
    expect(server.responseRequests[0]?.refusedBy).toBeUndefined()
  })

  test('are all that there are', () => {
    const all = {
      ...{ text: 0, 'tool-calls': 0, events: 0, raw: 0, error: 0 },
      ...{ reset: 0, hang: 0, close: 0 },
    } satisfies Record<Answer['type'], number>
    expect(rows.map((row) => /type: '([\w-]+)'/.exec(row)?.[1])).toEqual(Object.keys(all))
  })
})

test('the table of requests has each field', () => {
  const all = {
    ...{ transport: 0, method: 0, path: 0, headers: 0, text: 0, json: 0 },
    ...{ status: 0, refusedBy: 0, closed: 0 },
  } satisfies Record<keyof RecordedRequest, number>
  const names = [...PAGE.matchAll(/^\| ((?:`\w+`(?:, )?)+) +\|/gm)].flatMap(([, cell = '']) =>
    cell.replaceAll('`', '').split(', '),
  )
  expect(names).toEqual(Object.keys(all))
})

import { InvalidArgumentError } from '@ai-sdk/provider'
import { generateText } from 'ai'
import { describe, expect, it } from 'vitest'
import type { CodexProviderSettings } from '../../../src/index.ts'
import type { LoginOptions } from '../../../src/testing/types.ts'
import { VERSION } from '../../../src/version.ts'
import { startProvider } from '../../support/provider.ts'
import { rejection, SHAPES } from './support.ts'

/** What Node's `fetch` adds by itself. */
const BY_FETCH = [
  'host',
  'connection',
  'content-length',
  'accept-language',
  'sec-fetch-mode',
  'accept-encoding',
]

const OUR_AGENT = `ai_sdk_provider_codex/0.171.0 (${process.platform}; ${process.arch}) ai-sdk-provider-codex/${VERSION}`

/** The headers of one call, without those of `fetch` itself. */
async function headersOf(given: {
  model?: string
  settings?: CodexProviderSettings
  login?: LoginOptions
  headers?: Record<string, string | undefined>
}) {
  const { model = 'gpt-5.5', settings, headers } = given
  const { codex, server, login } = await startProvider(settings, given.login ? { login: given.login } : {})
  const call = generateText({ model: codex(model), prompt: 'hi', ...(headers ? { headers } : {}) })
  const failure = await call.then(
    () => undefined,
    (error: unknown) => error,
  )
  const all = Object.entries(server.responseRequests[0]?.headers ?? {})
  const sent = Object.fromEntries(all.filter(([name]) => !BY_FETCH.includes(name)))
  return { sent, failure, login }
}

describe('the exact set', () => {
  it.each(SHAPES)('$model ($shape)', async ({ model, shape }) => {
    const { sent, login, failure } = await headersOf({ model })
    expect(failure).toBeUndefined()
    const session = sent['session-id']
    expect(session).toMatch(/^[0-9a-f-]{36}$/)
    expect(sent).toEqual({
      version: '0.171.0',
      authorization: `Bearer ${login.tokens.access_token}`,
      'chatgpt-account-id': 'acct-0001',
      originator: 'ai_sdk_provider_codex',
      'user-agent': OUR_AGENT,
      ...(shape === 'lite'
        ? { 'x-openai-internal-codex-responses-lite': 'true' }
        : { 'openai-beta': 'responses=experimental' }),
      'x-client-request-id': session,
      'x-codex-routing-hint': `model=${model}`,
      'session-id': session,
      'thread-id': session,
      accept: 'text/event-stream',
      'content-type': 'application/json',
    })
  })
})

describe('the routing hint', () => {
  it('names the tier', async () => {
    const { codex, server } = await startProvider()
    const model = codex('gpt-6.1-sol', { serviceTier: 'priority' })
    await generateText({ model, prompt: 'hi' })
    const [request] = server.responseRequests
    expect(request?.headers['x-codex-routing-hint']).toBe('model=gpt-6.1-sol;tier=priority')
  })

  it('is left out for an id that no header can hold', async () => {
    const { sent, failure } = await headersOf({ model: 'größe 1' })
    expect(failure).toBeUndefined()
    expect(sent).not.toHaveProperty('x-codex-routing-hint')
  })
})

describe('what the login says', () => {
  const RESIDENCY = 'x-openai-internal-codex-residency'
  const FEDRAMP = 'x-openai-fedramp'
  it.each<{ authClaims: Record<string, unknown>; added: Record<string, string> }>([
    { authClaims: { chatgpt_compute_residency: 'us' }, added: { [RESIDENCY]: 'us' } },
    { authClaims: { chatgpt_compute_residency: 'no_constraint' }, added: {} },
    { authClaims: { chatgpt_compute_residency: 'us\r\nx: y' }, added: {} },
    { authClaims: { chatgpt_account_is_fedramp: true }, added: { [FEDRAMP]: 'true' } },
    { authClaims: { chatgpt_account_is_fedramp: false }, added: {} },
    { authClaims: { chatgpt_account_is_fedramp: 'true' }, added: {} },
  ])('$authClaims', async ({ authClaims, added }) => {
    const { sent } = await headersOf({ login: { authClaims } })
    expect({ [RESIDENCY]: sent[RESIDENCY], [FEDRAMP]: sent[FEDRAMP] }).toEqual(added)
    expect(sent).not.toHaveProperty('x')
  })

  it('the accountId setting wins over it', async () => {
    const { sent } = await headersOf({ settings: { accountId: 'acct-0002' } })
    expect(sent['chatgpt-account-id']).toBe('acct-0002')
  })
})

describe('who adds what', () => {
  it("the call's headers, then the provider's, then ours", async () => {
    const { sent } = await headersOf({
      settings: {
        headers: { 'X-One': 'provider', 'x-two': 'provider', Originator: 'mine', 'x-none': undefined },
      },
      headers: { 'x-one': 'call', 'X-Three': 'call' },
    })
    expect(sent).toMatchObject({
      'x-one': 'call',
      'x-two': 'provider',
      'x-three': 'call',
      originator: 'mine',
    })
    expect(sent).not.toHaveProperty('x-none')
  })

  it("the caller's user-agent is appended to ours", async () => {
    const { sent } = await headersOf({
      settings: { headers: { 'User-Agent': 'app/1' } },
      headers: { 'user-agent': 'ai/4.3.19' },
    })
    expect(sent['user-agent']).toBe(`${OUR_AGENT} app/1 ai/4.3.19`)
  })

  it('originator and clientVersion are settings', async () => {
    const { sent } = await headersOf({ settings: { originator: 'my_app', clientVersion: '0.200.1' } })
    expect(sent).toMatchObject({ originator: 'my_app', version: '0.200.1' })
    expect(sent['user-agent']).toMatch(/^my_app\/0\.200\.1 \(/)
  })

  it.each(['authorization', 'Authorization', 'content-type'])('%s is ours alone', async (name) => {
    const plain = await headersOf({})
    const { sent, login, failure } = await headersOf({
      settings: { headers: { [name]: 'theirs' } },
      headers: { [name]: 'theirs' },
    })
    expect(failure).toBeUndefined()
    expect(Object.keys(sent)).toEqual(Object.keys(plain.sent))
    expect(Object.values(sent)).not.toContain('theirs')
    expect(sent.authorization).toBe(`Bearer ${login.tokens.access_token}`)
  })

  it.each([
    { name: 'a line break in a value', headers: { 'x-a': 'b\r\nx-b: c' } },
    { name: 'a line feed in a value', headers: { 'x-a': 'b\nx-b: c' } },
    { name: 'a NUL in a value', headers: { 'x-a': 'b\0c' } },
    { name: 'a character beyond Latin-1', headers: { 'x-a': '你好' } },
    { name: 'a line break in a name', headers: { 'x-a\r\nx-b': 'c' } },
  ])('$name is refused before anything is sent', async ({ headers }) => {
    for (const given of [{ headers }, { settings: { headers } }]) {
      const { sent, failure } = await headersOf(given)
      expect(InvalidArgumentError.isInstance(failure)).toBe(true)
      expect(sent).toEqual({})
    }
  })

  it('so is one in a setting or an option that becomes a header', async () => {
    const { codex, server } = await startProvider()
    const providerOptions = { codex: { sessionId: 'a\r\nx-b: c' } }
    const failure = await rejection(generateText({ model: codex('gpt-5.5'), prompt: 'hi', providerOptions }))
    expect(InvalidArgumentError.isInstance(failure)).toBe(true)
    for (const settings of [
      { originator: 'a\r\nb' },
      { accountId: 'a\r\nb: c' },
      { clientVersion: '1\n2' },
    ]) {
      expect(InvalidArgumentError.isInstance((await headersOf({ settings })).failure)).toBe(true)
    }
    expect(server.responseRequests).toEqual([])
  })
})

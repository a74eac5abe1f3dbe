import { inspect } from 'node:util'
import { APICallError, generateText } from 'ai'
import {
  CodexAuthRefreshError,
  CodexAuthTokenExpiredError,
  type CodexProviderOptions,
  createCodex,
} from 'ai-sdk-provider-codex'
import { describe, expect, it, vi } from 'vitest'
import { startProvider } from '../../support/provider.ts'
import { rejection } from './support.ts'

const REGION = { detail: 'Workspace is not authorized in this region' }

describe('a 401 that the login can not answer keeps the words of the backend', () => {
  it('no refresh token', async () => {
    const { server } = await startProvider()
    server.answer({ type: 'error', status: 401, body: REGION })
    const codex = createCodex({
      baseURL: server.baseURL,
      auth: { accessToken: server.login().tokens.access_token },
    })
    const error = await rejection(generateText({ model: codex('gpt-5.5'), prompt: 'hi', maxRetries: 0 }))
    expect(CodexAuthTokenExpiredError.isInstance(error)).toBe(true)
    expect(String(error)).toContain(REGION.detail)
    expect((error as Error).cause).toMatchObject({ statusCode: 401, responseBody: JSON.stringify(REGION) })
  })

  it('a refresh that fails', async () => {
    const { server, codex } = await startProvider()
    server.answer({ type: 'error', status: 401, body: REGION })
    server.answerToken({ type: 'error', status: 401, body: { error: { code: 'refresh_token_expired' } } })
    const error = await rejection(generateText({ model: codex('gpt-5.5'), prompt: 'hi', maxRetries: 0 }))
    expect(CodexAuthRefreshError.isInstance(error)).toBe(true)
    expect(error).toMatchObject({ reason: 'expired', cause: { statusCode: 401 } })
    expect(String(error)).toContain(REGION.detail)
  })
})

describe('a token that the backend says is not in the error', () => {
  it.each([
    ['plain text', (token: string) => `auth was Bearer ${token}`],
    ['detail', (token: string) => ({ detail: `bad token ${token}` })],
    ['error', (token: string) => ({ error: { message: `bad token ${token}`, token } })],
  ])('%s', async (_, bodyOf) => {
    const { server, codex, login } = await startProvider()
    const token = login.tokens.access_token
    server.answer({ type: 'error', status: 500, body: bodyOf(token), headers: { 'x-echo': token } })
    const error = await rejection(generateText({ model: codex('gpt-5.5'), prompt: 'hi', maxRetries: 0 }))
    expect(APICallError.isInstance(error)).toBe(true)
    expect(String(error)).toContain('[redacted]')
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain(token)
  })
})

it('an abort is heard where the fetch of the caller hears none', async () => {
  const controller = new AbortController()
  const reason = new Error('enough')
  let isCancelled = false
  // Aborted as soon as somebody waits for the first byte.
  const source = {
    pull: () => controller.abort(reason),
    cancel: () => {
      isCancelled = true
    },
  }
  const body = new ReadableStream(source, { highWaterMark: 0 })
  const codex = createCodex({
    auth: { accessToken: 'token' },
    codexMode: false,
    fetch: async () => new Response(body, { headers: { 'content-type': 'text/event-stream' } }),
  })
  const call = generateText({ model: codex('gpt-5.5'), prompt: 'hi', abortSignal: controller.signal })
  expect(await rejection(call)).toBe(reason)
  expect(isCancelled).toBe(true)
})

it('debug tells of a refresh too', async () => {
  const lines: string[] = []
  vi.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(line))
  const { server, codex } = await startProvider({ debug: true }, { login: { expiresInSeconds: -60 } })
  await generateText({ model: codex('gpt-5.5'), prompt: 'hi' })
  expect(lines).toContain(`ai-sdk-provider-codex POST ${server.issuer}/oauth/token`)
  expect(lines).toContain(`ai-sdk-provider-codex 200 ${server.issuer}/oauth/token`)
  vi.restoreAllMocks()
})

it('a variable of type CodexProviderOptions is what providerOptions takes', async () => {
  const { codex } = await startProvider()
  const options: CodexProviderOptions = { reasoningEffort: 'high', metadata: { a: 1 } }
  const { warnings } = await generateText({
    model: codex('gpt-5.5'),
    prompt: 'hi',
    providerOptions: { codex: options },
  })
  expect(warnings).toMatchObject([{ type: 'unsupported-setting', setting: 'metadata' }])
})

it.each([[undefined], [''], [' '], [7]])('the model id %j is refused at once', (modelId) => {
  expect(() => createCodex()(modelId as string)).toThrow('The model id must be a non-empty string')
})

it.each(['https://proxy.example/v1?key=1', 'https://proxy.example/v1#x'])(
  'the base URL %s is refused',
  async (baseURL) => {
    const codex = createCodex({ baseURL, auth: { accessToken: 'token' } })
    const error = await rejection(generateText({ model: codex('gpt-5.5'), prompt: 'hi' }))
    expect(String(error)).toContain('baseURL must have no query and no fragment')
  },
)

import { generateText } from 'ai'
import { describe, expect, it, vi } from 'vitest'
import type { Answer } from '../../src/testing/types.ts'
import { CREATED, completed, delta, ev, type events, raw, rejection, WAYS } from '../adapters/v1/support.ts'
import { startProvider } from '../support/provider.ts'

const hang = (...list: Parameters<typeof events>): Answer => ({ type: 'events', events: list, end: 'hang' })

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function* slowly(pieces: readonly string[], ms: number) {
  for (const piece of pieces) {
    await wait(ms)
    yield piece
  }
}

describe.each(WAYS)('$way', ({ hear }) => {
  describe('BR-57 no headers or first event, no time limit', () => {
    it.each<{ name: string; answer: Answer; words: RegExp }>([
      { name: 'no headers', answer: { type: 'hang' }, words: /headers.*1000 ms.*timeouts\.response/ },
      { name: 'headers and nothing more', answer: hang(), words: /1000 ms.*timeouts\.idle/ },
    ])('$name: an error that says which wait ran out', async ({ answer, words }) => {
      const { codex, server } = await startProvider({ timeouts: { response: 1000, idle: 1000 } })
      server.answer(answer)
      const { errors } = await hear({ model: codex('gpt-5.5'), prompt: 'hi' })
      expect(errors).toHaveLength(1)
      expect(String(errors[0])).toMatch(words)
      expect(errors[0]).toMatchObject({ isRetryable: true })
      expect(await server.responseRequests[0]?.closed).toBe('aborted')
    })

    it.each([500, 200])(
      'the body of an error that never ends (%i): an error all the same',
      async (status) => {
        const { codex, server } = await startProvider({ timeouts: { response: 1000, idle: 1000 } })
        const headers = { 'content-type': 'application/json' }
        server.answer({ type: 'raw', status, headers, chunks: ['{"error":'], end: 'hang' })
        const { errors } = await hear({ model: codex('gpt-5.5'), prompt: 'hi' })
        expect(errors).toHaveLength(1)
        expect(await server.responseRequests[0]?.closed).toBe('aborted')
      },
    )

    it('no limit cuts a long but lively stream', async () => {
      const { codex, server } = await startProvider({ timeouts: { response: 1000, idle: 1000 } })
      const pieces = [...Array.from({ length: 6 }, (_, n) => ev(delta(`${n}`))), ev(completed())]
      server.answer({ type: 'raw', chunks: slowly(pieces, 250) })
      const heard = await hear({ model: codex('gpt-5.5'), prompt: 'hi' })
      expect(heard).toMatchObject({ text: '012345', finishReason: 'stop', errors: [] })
    })
  })

  describe('BR-58 stall after the first event', () => {
    it('the idle limit gives an error', async () => {
      const { codex, server } = await startProvider({ timeouts: { idle: 1000 } })
      server.answer(hang(CREATED))
      const { errors } = await hear({ model: codex('gpt-5.5'), prompt: 'hi' })
      expect(errors).toHaveLength(1)
      expect(String(errors[0])).toMatch(/no event came for 1000 ms/)
      expect(await server.responseRequests[0]?.closed).toBe('aborted')
    })

    it('comments are no life', async () => {
      const { codex, server } = await startProvider({ timeouts: { idle: 1000 } })
      const comments = Array.from({ length: 200 }, () => ': ping\n\n')
      server.answer({ type: 'raw', chunks: slowly([ev(CREATED), ...comments], 50) })
      const { errors } = await hear({ model: codex('gpt-5.5'), prompt: 'hi' })
      expect(String(errors[0])).toMatch(/no event came for 1000 ms/)
    })

    it('other events are', async () => {
      const { codex, server } = await startProvider({ timeouts: { idle: 1000 } })
      const pings = Array.from({ length: 6 }, () => ev({ type: 'keepalive' }))
      const pieces = [ev(CREATED), ...pings, ev(delta('Hi')), ev(completed())]
      server.answer({ type: 'raw', chunks: slowly(pieces, 250) })
      expect(await hear({ model: codex('gpt-5.5'), prompt: 'hi' })).toMatchObject({ text: 'Hi', errors: [] })
    })
  })
})

describe('BR-58 the token endpoint stalls in its body', () => {
  it('the refresh has its own limit, and its lock is let go', async () => {
    const { codex, server } = await startProvider(
      { timeouts: { refresh: 1000 } },
      { login: { expiresInSeconds: -60 } },
    )
    server.answerToken({
      type: 'raw',
      headers: { 'content-type': 'application/json' },
      chunks: ['{"access_token":"ey'],
      end: 'hang',
    })
    const call = () => generateText({ model: codex('gpt-5.5'), prompt: 'hi', maxRetries: 0 })
    const failure = await rejection(call())
    expect(failure).toMatchObject({ name: 'CodexAuthRefreshError', reason: 'network' })
    expect(server.responseRequests).toHaveLength(0)
    expect((await call()).text).toContain('hi')
    expect(server.tokenRequests).toHaveLength(2)
  })
})

describe('BR-69 ChatGPT token sent to the platform API', () => {
  it('OPENAI_BASE_URL and OPENAI_API_KEY mean nothing', async () => {
    vi.stubEnv('OPENAI_BASE_URL', 'http://127.0.0.1:9/v1')
    vi.stubEnv('OPENAI_API_KEY', 'sk-x')
    const { codex, server, login } = await startProvider()
    await generateText({ model: codex('gpt-5.5'), prompt: 'hi' })
    const [request] = server.responseRequests
    expect(request?.headers.authorization).toBe(`Bearer ${login.tokens.access_token}`)
    expect(JSON.stringify(request)).not.toContain('sk-x')
  })

  it.each([301, 302, 303, 307, 308])('a %i to another host is not followed', async (status) => {
    const { codex, server } = await startProvider()
    const other = await startProvider()
    const headers = { location: `${other.server.baseURL}/responses` }
    server.answer({ type: 'raw', status, headers, chunks: ['moved'] })
    const failure = await rejection(generateText({ model: codex('gpt-5.5'), prompt: 'hi' }))
    expect(String(failure)).toMatch(/redirect/)
    expect(failure).toMatchObject({ statusCode: status, isRetryable: false })
    expect(other.server.requests).toEqual([])
    expect(server.requests).toHaveLength(1)
  })
})

describe('BR-45 a chunk that ends inside a character', () => {
  it('is joined with the next', async () => {
    const { codex, server } = await startProvider()
    const bytes = Buffer.from(ev(delta('👋')) + ev(completed()))
    const at = bytes.indexOf(Buffer.from('👋')) + 2
    server.answer(raw(bytes.subarray(0, at), bytes.subarray(at)))
    expect((await generateText({ model: codex('gpt-5.5'), prompt: 'hi' })).text).toBe('👋')
  })
})

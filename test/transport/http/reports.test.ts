import { type APICallError, generateText } from 'ai'
import { describe, expect, it } from 'vitest'
import type { Answer } from '../../../src/testing/types.ts'
import { CREATED, completed, delta, ev, type events, good, raw, WAYS } from '../../adapters/v1/support.ts'
import { startProvider } from '../../support/provider.ts'

const hang = (...list: Parameters<typeof events>): Answer => ({ type: 'events', events: list, end: 'hang' })

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function* slowly(pieces: readonly string[], ms: number) {
  for (const piece of pieces) {
    await wait(ms)
    yield piece
  }
}

async function listen(hear: (typeof WAYS)[number]['hear'], answer: Answer) {
  const { codex, server } = await startProvider()
  server.answer(answer)
  return hear({ model: codex('gpt-5.5'), prompt: 'hi' })
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

  describe('BR-45 bytes cut in the middle of a character or a CRLF', () => {
    const words = 'héllo 你好 👋'
    const eols = [
      { name: 'LF', eol: '\n' },
      { name: 'CRLF', eol: '\r\n' },
      { name: 'CR', eol: '\r' },
    ] as const

    it.each(eols)('$name, byte by byte: the text is unharmed', async ({ eol }) => {
      const heard = await listen(hear, { type: 'events', events: good(words), eol, chunk: 1 })
      expect(heard).toMatchObject({ text: words, finishReason: 'stop', errors: [] })
    })

    it.each(eols)('$name, byte by byte: two data lines are one event', async ({ eol }) => {
      const lines = [
        'data: {"type":',
        'data: "response.output_text.delta","output_index":0,',
        `data: "delta":"${words}"}`,
        '',
        `data: ${JSON.stringify(completed())}`,
        '',
        '',
      ]
      const bytes = Buffer.from(lines.join(eol))
      const heard = await listen(hear, raw(...Array.from(bytes, (byte) => Uint8Array.of(byte))))
      expect(heard).toMatchObject({ text: words, finishReason: 'stop', errors: [] })
    })
  })

  describe('BR-51 200 that is not a stream', () => {
    const head = (type: string) => ({ type: 'raw' as const, headers: { 'content-type': type } })
    const page = `<!DOCTYPE html><title>Hello</title>${'<p>x</p>'.repeat(2000)}`

    it('JSON: an error with its message', async () => {
      const body = '{"error":{"message":"nope","code":"x"}}'
      const { errors } = await listen(hear, { ...head('application/json'), chunks: [body] })
      expect(errors).toHaveLength(1)
      expect(String(errors[0])).toContain('nope')
      expect(errors[0]).toMatchObject({ responseBody: body })
    })

    it('HTML: an error with a short note and the first bytes', async () => {
      const { errors } = await listen(hear, { ...head('text/html'), chunks: [page] })
      expect(errors).toHaveLength(1)
      expect(String(errors[0])).toMatch(/HTML/)
      expect(String(errors[0]).length).toBeLessThan(300)
      expect((errors[0] as APICallError).responseBody).toMatch(/^<!DOCTYPE html><title>Hello/)
    })

    it.each(['text/plain', ''])('text of type %j: an error that tells how it begins', async (type) => {
      const { errors } = await listen(hear, { ...head(type), chunks: ['upstream connect error'] })
      expect(errors).toHaveLength(1)
      expect(String(errors[0])).toContain(
        'The answer is not an event stream. It begins: upstream connect error',
      )
      expect(errors[0]).toMatchObject({ isRetryable: true, data: { body: 'upstream connect error' } })
    })

    it('a good stream without a content type is read', async () => {
      const heard = await listen(hear, { ...head(''), chunks: good('Hello').map(ev) })
      expect(heard).toMatchObject({ text: 'Hello', finishReason: 'stop', errors: [] })
    })
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

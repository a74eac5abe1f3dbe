import { getEventListeners } from 'node:events'
import { generateText, streamText } from 'ai'
import { describe, expect, it, vi } from 'vitest'
import type { Answer } from '../../../src/testing/types.ts'
import { startProvider, type TestProvider } from '../../support/provider.ts'
import { CREATED, collect, delta, rejection, SHAPES, withResolvers } from './support.ts'

const CALL = {
  inputFormat: 'prompt' as const,
  mode: { type: 'regular' as const },
  prompt: [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'hi' }] }],
}

const stalled = (...events: object[]): Answer => ({ type: 'events', events: events as never, end: 'hang' })

const WAYS = [
  {
    way: 'doGenerate',
    start: ({ codex }: TestProvider, abortSignal: AbortSignal, model: string) =>
      codex(model).doGenerate({ ...CALL, abortSignal }),
  },
  {
    way: 'doStream',
    start: ({ codex }: TestProvider, abortSignal: AbortSignal, model: string) =>
      codex(model).doStream({ ...CALL, abortSignal }),
  },
  {
    way: 'generateText',
    start: ({ codex }: TestProvider, abortSignal: AbortSignal, model: string) =>
      generateText({ model: codex(model), prompt: 'hi', abortSignal }),
  },
]

/** Settles when the server has the request; the answer may be on its way by then. */
const arrived = ({ server }: TestProvider) => server.nextRequest('/responses')

describe.each(WAYS.flatMap((way) => SHAPES.map((shape) => ({ ...way, ...shape }))))(
  '$way, $model',
  ({ start, model }) => {
    it('before the call: nothing is sent', async () => {
      const test = await startProvider()
      const reason = new Error('enough')
      expect(await rejection(start(test, AbortSignal.abort(reason), model))).toBe(reason)
      expect(test.server.requests).toEqual([])
    })

    it.each<{ when: string; answer: Answer }>([
      { when: 'while waiting for headers', answer: { type: 'hang' } },
      { when: 'while waiting for the first event', answer: stalled() },
      { when: 'while waiting for the first output', answer: stalled(CREATED) },
    ])('$when: rejects with the reason, and the socket closes', async ({ answer }) => {
      const test = await startProvider()
      test.server.answer(answer)
      const controller = new AbortController()
      const arrival = arrived(test)
      const failure = rejection(start(test, controller.signal, model))
      const request = await arrival
      // The answer's head, if there is one, needs a turn to arrive.
      await new Promise((resolve) => setTimeout(resolve, 30))
      const reason = new Error('enough')
      controller.abort(reason)
      expect(await failure).toBe(reason)
      expect(await request.closed).toBe('aborted')
      expect(test.server.responseRequests).toHaveLength(1)
    })
  },
)

describe('in the middle of a stream', () => {
  it.each(SHAPES)(
    'doStream: the stream errs with the reason, and the socket closes ($model)',
    async ({ model }) => {
      const { codex, server } = await startProvider()
      server.answer(stalled(CREATED, delta('Hel')))
      const controller = new AbortController()
      const { stream } = await codex(model).doStream({ ...CALL, abortSignal: controller.signal })
      const reader = stream.getReader()
      const seen: unknown[] = []
      while (!seen.includes('text-delta')) seen.push((await reader.read()).value?.type)
      const reason = new Error('enough')
      const failure = rejection(reader.read())
      controller.abort(reason)
      expect(await failure).toBe(reason)
      expect(await server.responseRequests[0]?.closed).toBe('aborted')
    },
  )

  it('doGenerate rejects', async () => {
    const test = await startProvider()
    test.server.answer(stalled(CREATED, delta('Hel')))
    const controller = new AbortController()
    const arrival = arrived(test)
    const failure = rejection(test.codex('gpt-5.5').doGenerate({ ...CALL, abortSignal: controller.signal }))
    const { closed } = await arrival
    await new Promise((resolve) => setTimeout(resolve, 30))
    const reason = new Error('enough')
    controller.abort(reason)
    expect(await failure).toBe(reason)
    expect(await closed).toBe('aborted')
  })

  it('streamText throws the reason out of its stream', async () => {
    const { codex, server } = await startProvider()
    server.answer(stalled(CREATED, delta('Hel')))
    const controller = new AbortController()
    const reason = new Error('enough')
    const { textStream } = streamText({
      model: codex('gpt-5.5'),
      prompt: 'hi',
      abortSignal: controller.signal,
      onError: () => {},
    })
    const read = async () => {
      for await (const _ of textStream) controller.abort(reason)
    }
    expect(await rejection(read())).toBe(reason)
    expect(await server.responseRequests[0]?.closed).toBe('aborted')
  })

  it.each(SHAPES)('cancelling the stream closes the socket ($model)', async ({ model }) => {
    const { codex, server } = await startProvider()
    server.answer(stalled(CREATED, delta('Hel')))
    const { stream } = await codex(model).doStream(CALL)
    const reader = stream.getReader()
    await reader.read()
    await reader.cancel()
    expect(await server.responseRequests[0]?.closed).toBe('aborted')
  })

  it('cancelling before the first read closes the socket', async () => {
    const { codex, server } = await startProvider()
    server.answer(stalled(CREATED, delta('Hel')))
    const { stream } = await codex('gpt-5.5').doStream(CALL)
    await stream.cancel()
    expect(await server.responseRequests[0]?.closed).toBe('aborted')
  })

  it('a signal that fires after the end does nothing', async () => {
    const { codex } = await startProvider()
    const controller = new AbortController()
    const { text } = await generateText({
      model: codex('gpt-5.5'),
      prompt: 'hi',
      abortSignal: controller.signal,
    })
    controller.abort()
    expect(text).toContain('hi')
  })
})

describe('elsewhere', () => {
  it.each([
    { status: 500, type: 'application/json' },
    { status: 200, type: 'application/json' },
    { status: 502, type: 'text/html' },
  ])('while the body of an error comes ($status, $type)', async ({ status, type }) => {
    const { codex, server } = await startProvider()
    const firstSent = withResolvers()
    const chunks = (async function* () {
      yield '{"error":'
      firstSent.resolve()
    })()
    server.answer({ type: 'raw', status, headers: { 'content-type': type }, chunks, end: 'hang' })
    const controller = new AbortController()
    const failure = rejection(codex('gpt-5.5').doStream({ ...CALL, abortSignal: controller.signal }))
    await firstSent.promise
    await new Promise((resolve) => setTimeout(resolve, 30))
    const reason = new Error('enough')
    controller.abort(reason)
    expect(await failure).toBe(reason)
    expect(await server.responseRequests[0]?.closed).toBe('aborted')
  })

  it('while the login is renewed: the call ends, the renewal goes on for others', async () => {
    const { codex, server } = await startProvider({}, { login: { expiresInSeconds: -60 } })
    const goOn = withResolvers()
    const arrival = server.nextRequest('/oauth/token')
    server.answerToken({
      type: 'raw',
      status: 503,
      chunks: (async function* () {
        await goOn.promise
        yield 'busy'
      })(),
    })
    const controller = new AbortController()
    const failure = rejection(
      generateText({ model: codex('gpt-5.5'), prompt: 'hi', abortSignal: controller.signal }),
    )
    await arrival
    const reason = new Error('enough')
    controller.abort(reason)
    expect(await failure).toBe(reason)
    goOn.resolve()
    expect(server.responseRequests).toEqual([])
  })

  it('a signal that lives on keeps no listener of a call that is over', async () => {
    const { codex, server } = await startProvider()
    const { signal: abortSignal } = new AbortController()
    const model = codex('gpt-5.5')
    await model.doGenerate({ ...CALL, abortSignal })
    await collect((await model.doStream({ ...CALL, abortSignal })).stream)
    await (await model.doStream({ ...CALL, abortSignal })).stream.cancel()
    const failures: Answer[] = [
      { type: 'error', status: 500, body: 'oops' },
      { type: 'reset' },
      { type: 'events', events: [CREATED] },
      { type: 'events', events: [CREATED, delta('Hel')], end: 'reset' },
    ]
    for (const answer of failures) {
      // A reset is sent again once by the provider itself.
      server.answer(answer, ...(answer.type === 'reset' ? [answer] : []))
      await rejection(model.doGenerate({ ...CALL, abortSignal }))
    }
    await vi.waitFor(() => expect(getEventListeners(abortSignal, 'abort')).toHaveLength(0))
  })
})

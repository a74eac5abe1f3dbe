import { describe, expect, onTestFinished } from 'vitest'
import type { Answer } from '../../src/testing/types.ts'
import { CREATED, delta, type events } from '../adapters/v1/support.ts'
import { eachRequest, eachWay } from './support/contract.ts'

const stalled = (...list: Parameters<typeof events>): Answer => ({
  type: 'events',
  events: list,
  end: 'hang',
})

eachWay('abort before the call: nothing is sent', async ({ ask, start }) => {
  const { codex, server } = await start()
  const seen = await ask({
    model: codex('gpt-5.5'),
    prompt: 'hi',
    abortSignal: AbortSignal.abort(new DOMException('enough', 'AbortError')),
  })
  expect(seen.isAborted).toBe(true)
  expect(server.requests).toEqual([])
})

describe.each<{ when: string; answer: Answer }>([
  { when: 'while waiting for headers', answer: { type: 'hang' } },
  { when: 'before the first part', answer: stalled(CREATED) },
])('abort', ({ when, answer }) => {
  eachWay(`abort ${when}: settles, the socket is closed`, async ({ ask, start }) => {
    const { codex, server } = await start()
    server.answer(answer)
    const controller = new AbortController()
    const arrived = server.nextRequest('/responses')
    const running = ask({
      model: codex('gpt-5.5'),
      prompt: 'hi',
      abortSignal: controller.signal,
      maxRetries: 2,
    })
    const request = await arrived
    controller.abort(new DOMException('enough', 'AbortError'))
    const seen = await running
    expect(seen.isAborted).toBe(true)
    expect(await request.closed).toBe('aborted')
    expect(server.responseRequests).toHaveLength(1)
  })
})

eachWay('abort after the first part: settles, the socket is closed', async ({ ask, start, way }) => {
  const { codex, server } = await start()
  server.answer(stalled(CREATED, delta('Hel')))
  const controller = new AbortController()
  const abort = () => controller.abort(new DOMException('enough', 'AbortError'))
  const arrived = server.nextRequest('/responses')
  const running = ask({
    model: codex('gpt-5.5'),
    prompt: 'hi',
    abortSignal: controller.signal,
    onText: abort,
  })
  const request = await arrived
  if (way === 'generate') abort()
  const seen = await running
  expect(seen.isAborted).toBe(true)
  expect(seen.said).toBe(way === 'stream' ? 'Hel' : '')
  expect(await request.closed).toBe('aborted')
})

eachWay('abort while a tool runs: no further request', async ({ ask, start }) => {
  const { codex, server } = await start()
  const controller = new AbortController()
  const slow = {
    schema: { type: 'object', properties: {}, additionalProperties: false },
    execute: (_: unknown, { abortSignal }: { abortSignal?: AbortSignal | undefined }) => {
      controller.abort(new DOMException('enough', 'AbortError'))
      return abortSignal?.aborted
    },
  }
  const seen = await ask({
    model: codex('gpt-5.5'),
    prompt: 'use slow',
    tools: { slow },
    maxSteps: 3,
    abortSignal: controller.signal,
  })
  expect(seen.isAborted).toBe(true)
  expect(server.responseRequests).toHaveLength(1)
})

eachWay('a signal that fires after the end does nothing', async ({ ask, start }) => {
  const { codex } = await start()
  const controller = new AbortController()
  const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi', abortSignal: controller.signal })
  controller.abort()
  expect(seen).toMatchObject({ text: 'You said: hi', isAborted: false, errors: [] })
})

// `streamText` of `ai` 6 and 7 adds listeners of its own.
eachRequest('fifty calls on one signal print no warning of a leak', async ({ ask, start }) => {
  const warnings: string[] = []
  const onWarning = ({ name }: Error) => warnings.push(name)
  process.on('warning', onWarning)
  onTestFinished(() => void process.off('warning', onWarning))
  const { codex } = await start()
  const { signal } = new AbortController()
  const one = () => ask({ model: codex('gpt-5.5'), prompt: 'hi', abortSignal: signal })
  const seen = await Promise.all(Array.from({ length: 50 }, one))
  expect(seen.every(({ text }) => text === 'You said: hi')).toBe(true)
  expect(warnings).toEqual([])
})

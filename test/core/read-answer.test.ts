import { setImmediate } from 'node:timers/promises'
import type { LanguageModelV1 } from 'ai'
import { createCodex } from 'ai-sdk-provider-codex'
import { startCodexServer } from 'ai-sdk-provider-codex/testing'
import { expect, test } from 'vitest'
import { readAnswer } from '../../src/core/read-answer.ts'

const CALL: Parameters<LanguageModelV1['doStream']>[0] = {
  inputFormat: 'prompt',
  mode: { type: 'regular' },
  prompt: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
}

test('a consumer that takes its time does not make a stream idle', async () => {
  const server = await startCodexServer()
  // More than a connection buffers, so that most of it waits for the consumer.
  const piece = 'x'.repeat(200_000)
  const deltas = Array.from({ length: 40 }, () => ({
    type: 'response.output_text.delta',
    output_index: 0,
    item_id: 'msg_1',
    delta: piece,
  }))
  const completed = { type: 'response.completed', response: { id: 'resp_1', output: [] } }
  server.answer({ type: 'events', events: [...deltas, completed] })
  const auth = { accessToken: server.login().tokens.access_token }
  const codex = createCodex({ baseURL: server.baseURL, auth, timeouts: { idle: 400 } })

  const { stream } = await codex('gpt-5.5').doStream(CALL)
  const reader = stream.getReader()
  await reader.read()
  // Several times as long as the limit.
  await new Promise((resolve) => setTimeout(resolve, 1200))
  const kinds = new Map<string, number>()
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    kinds.set(next.value.type, (kinds.get(next.value.type) ?? 0) + 1)
  }
  expect(Object.fromEntries(kinds)).toEqual({ 'text-delta': deltas.length - 1, finish: 1 })
  await server.close()
})

test('an answer without end is cut at 256 MiB', async () => {
  const delta = { type: 'response.output_text.delta', output_index: 0, item_id: 'msg_1', delta: 'x' }
  // Blanks count, and are quickly read.
  const message = JSON.stringify(delta) + ' '.repeat(16 * 1024 * 1024)
  let isOpen = true
  let sent = 0
  const answer = readAnswer({
    open: (onMessage) => ({
      async read() {
        await setImmediate()
        if (isOpen) sent += 1
        if (isOpen) onMessage(message)
        return isOpen
      },
      foreignText: () => undefined,
      async cancel() {
        isOpen = false
      },
    }),
    context: { url: 'https://example.com/responses', requestBodyValues: {} },
    form: {},
    signal: undefined,
    idleTimeoutMs: 0,
    log: undefined,
  })
  const parts: unknown[] = []
  let last: { type: string } | undefined
  for (let next = await answer.next(); next !== undefined; next = await answer.next()) {
    for (const part of next) parts.push(part)
    last = next.at(-1)
    if (last?.type === 'failure') break
  }
  expect(sent).toBe(16)
  expect(parts.length).toBeGreaterThan(10)
  expect(last).toMatchObject({
    type: 'failure',
    failure: { code: 'event_too_large', message: expect.stringContaining('256 MiB together') },
  })
  await answer.cancel()
})

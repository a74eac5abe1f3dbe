import { APICallError } from '@ai-sdk/provider'
import { expect, test } from 'vitest'
import { logCall, logImages } from '../../src/core/log-call.ts'
import type { CodexAnswer } from '../../src/core/send-call.ts'
import type { Log } from '../../src/lib/log.ts'
import type { CodexPart } from '../../src/parts/part.ts'

function keep() {
  const entries: Array<[event: string, fields: object]> = []
  const log: Log = (event, fields) => void entries.push([event, fields])
  return { entries, log }
}

const TIMED = { model: 'gpt-5.5', durationMs: expect.any(Number) }

const FAILURE = { type: 'failure', failure: { message: 'boom' } } as unknown as CodexPart
const FINISH = {
  type: 'finish',
  reason: 'stop',
  usage: { inputTokens: 1, cachedInputTokens: 2, outputTokens: 3, reasoningTokens: 4 },
  info: { id: 'resp_1' },
} as unknown as CodexPart

const failed = new APICallError({
  message: 'boom',
  url: 'https://codex.test/',
  requestBodyValues: {},
  statusCode: 500,
})

/** An answer of these batches; an error among them is thrown. */
function answerOf(batches: ReadonlyArray<CodexPart[] | Error>, more: Partial<CodexAnswer> = {}): CodexAnswer {
  const rest = [...batches]
  return {
    request: {} as never,
    requestBody: '{}',
    responseHeaders: {},
    sent: undefined,
    async next() {
      const batch = rest.shift()
      if (batch instanceof Error) throw batch
      return batch
    },
    cancel: async () => {},
    errorOf: () => failed,
    ...more,
  }
}

const start = (log: Log, answer: CodexAnswer, signal?: AbortSignal) =>
  logCall(log, 'gpt-5.5', signal, async () => answer)

test('a whole answer ends with its usage, once', async () => {
  const { entries, log } = keep()
  const batches = [[FINISH], [FAILURE]]
  const answer = await start(log, answerOf(batches, { sent: { transport: 'websocket' } as never }))
  expect([await answer.next(), await answer.next(), await answer.next()]).toEqual([...batches, undefined])
  await answer.cancel()
  expect(entries).toEqual([
    [
      'call.finish',
      {
        ...TIMED,
        finishReason: 'stop',
        responseId: 'resp_1',
        inputTokens: 1,
        cachedInputTokens: 2,
        outputTokens: 3,
        reasoningTokens: 4,
        transport: 'websocket',
      },
    ],
  ])
})

test('what does not say how it was sent was sent by HTTP', async () => {
  const { entries, log } = keep()
  await (await start(log, answerOf([[FINISH]]))).next()
  expect(entries).toMatchObject([['call.finish', { transport: 'http' }]])
})

const CALL_ERROR = [
  'call.error',
  { ...TIMED, error: 'AI_APICallError', message: 'boom', statusCode: 500, isRetryable: true },
]

test('a failure of the backend is an error, once', async () => {
  const { entries, log } = keep()
  const answer = await start(log, answerOf([[FAILURE], [FAILURE]]))
  await answer.next()
  await answer.next()
  await answer.cancel()
  expect(entries).toEqual([CALL_ERROR])
})

test('an error that is thrown on the way is told and thrown', async () => {
  const { entries, log } = keep()
  const answer = await start(log, answerOf([failed]))
  await expect(answer.next()).rejects.toBe(failed)
  expect(entries).toEqual([CALL_ERROR])
})

test.each([
  [failed, CALL_ERROR],
  [new TypeError('none'), ['call.error', { ...TIMED, error: 'TypeError', message: 'none' }]],
  ['words', ['call.error', { ...TIMED, error: 'Error', message: 'words' }]],
])('a call that does not begin, for %s', async (reason, entry) => {
  const { entries, log } = keep()
  const begin = () => Promise.reject(reason)
  await expect(logCall(log, 'gpt-5.5', undefined, begin)).rejects.toBe(reason)
  await expect(logImages(log, 'gpt-5.5', undefined, begin)).rejects.toBe(reason)
  expect(entries).toEqual([entry, entry])
})

test('what ends by the signal of the caller is an abort', async () => {
  const { entries, log } = keep()
  const signal = AbortSignal.abort()
  await expect((await start(log, answerOf([failed]), signal)).next()).rejects.toBe(failed)
  await expect(logImages(log, 'gpt-5.5', signal, () => Promise.reject(failed))).rejects.toBe(failed)
  expect(entries).toEqual([
    ['call.abort', TIMED],
    ['call.abort', TIMED],
  ])
})

test('an answer that is cancelled is an abort, and its reason is passed on', async () => {
  const { entries, log } = keep()
  const reasons: unknown[] = []
  const cancel = async (reason?: unknown) => void reasons.push(reason)
  const answer = await start(log, answerOf([], { cancel }))
  await answer.cancel('enough')
  expect(reasons).toEqual(['enough'])
  expect(entries).toEqual([['call.abort', TIMED]])
})

test('images are counted', async () => {
  const { entries, log } = keep()
  const result = { images: [1, 2] }
  expect(await logImages(log, 'gpt-5.5', undefined, async () => result)).toBe(result)
  expect(entries).toEqual([['image.finish', { ...TIMED, images: 2 }]])
})

test('times are whole milliseconds since the start of the call', async () => {
  const { entries, log } = keep()
  const before = performance.now()
  await logImages(log, 'gpt-5.5', undefined, async () => {
    while (performance.now() - before < 3);
    return { images: [] }
  })
  const [[, fields] = ['', {}]] = entries
  const { durationMs } = fields as { durationMs: number }
  expect(Number.isInteger(durationMs)).toBe(true)
  expect(durationMs).toBeGreaterThanOrEqual(2)
  expect(durationMs).toBeLessThanOrEqual(Math.ceil(performance.now() - before))
})

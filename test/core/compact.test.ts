import { afterEach, expect, test, vi } from 'vitest'
import { createCodex } from '../../src/index.ts'
import type { Answer, JsonObject } from '../../src/testing/types.ts'
import { CREATED, completed, events, message } from '../adapters/v1/support.ts'
import { startProvider } from '../support/provider.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

/** Waits between attempts, none of which is waited for. */
function watchWaits(possible: readonly number[]): number[] {
  const waits: number[] = []
  const { setTimeout } = globalThis
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((run: () => void, ms = 0) => {
    const isWait = possible.includes(ms)
    if (isWait) waits.push(ms)
    return setTimeout(run, isWait ? 0 : ms)
  }) as typeof setTimeout)
  return waits
}

const POSSIBLE = [200, 400, 800, 900, 2000, 60_000, 90_000]

async function compactWith(...answers: Answer[]) {
  const { server, authFile } = await startProvider()
  const { baseURL, issuer } = server
  // No timer besides the waits.
  const codex = createCodex({ baseURL, issuer, authFile, timeouts: { response: 0, idle: 0 } })
  server.answer(...answers)
  const waits = watchWaits(POSSIBLE)
  const made = await codex
    .compact([{ role: 'user', content: 'hi' }], { model: 'gpt-5.5' })
    .catch((error: unknown) => error)
  return { made, waits, sent: server.responseRequests.length }
}

const refused = (status: number, headers: Record<string, string> = {}): Answer => ({
  type: 'error',
  status,
  headers,
  body: { error: { message: 'No' } },
})

test.each<[name: string, headers: Record<string, string>, waits: number[]]>([
  ['itself', {}, [200, 400]],
  ['the server in seconds', { 'retry-after': '2' }, [2000, 2000]],
  ['the server in milliseconds', { 'retry-after-ms': '900', 'retry-after': '2' }, [900, 900]],
  ['itself at least', { 'retry-after-ms': '1' }, [200, 400]],
  ['nobody longer than a minute', { 'retry-after': '90' }, [60_000, 60_000]],
  ['itself, for a date', { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }, [200, 400]],
])('the waits before two more attempts are set by %s', async (_, headers, expected) => {
  const failure = refused(503, headers)
  const { made, waits, sent } = await compactWith(failure, failure, failure)
  expect(made).toMatchObject({ name: 'AI_APICallError', statusCode: 503 })
  expect([waits, sent]).toEqual([expected, 3])
})

test('a refusal is not asked for again', async () => {
  const { made, waits, sent } = await compactWith(refused(400))
  expect(made).toMatchObject({ name: 'AI_APICallError', statusCode: 400 })
  expect([waits, sent]).toEqual([[], 1])
})

const COMPACTION = { id: 'cmp_1', type: 'compaction', encrypted_content: 'gAAA' }

const done = (item: JsonObject, output_index = 0): JsonObject => ({
  type: 'response.output_item.done',
  output_index,
  item,
})

test.each<[fault: string, answer: JsonObject[]]>([
  ['has no compaction item', [CREATED, completed()]],
  ['has 2 compaction items in place of one', [CREATED, done(COMPACTION), done(COMPACTION, 1), completed()]],
  ['has an item without content', [CREATED, done({ ...COMPACTION, encrypted_content: 7 }), completed()]],
  ['has more than its item', [CREATED, done(COMPACTION), message('Hi.', 1), completed()]],
  [
    'is not whole',
    [
      CREATED,
      done(COMPACTION),
      {
        type: 'response.incomplete',
        response: { id: 'resp_1', incomplete_details: { reason: 'max_output_tokens' } },
      },
    ],
  ],
])('an answer that %s is an error', async (fault, answer) => {
  const { made, sent } = await compactWith(...[1, 2, 3].map(() => events(...answer)))
  expect(made).toMatchObject({
    name: 'AI_APICallError',
    message: expect.stringContaining(`The answer to a compaction ${fault}.`),
  })
  expect(sent).toBe(3)
})

test('what the model thinks beside it does no harm', async () => {
  const { made, sent } = await compactWith(
    events(
      CREATED,
      { type: 'response.reasoning_summary_text.delta', output_index: 0, summary_index: 0, delta: 'Hm.' },
      done(COMPACTION, 1),
      completed(),
    ),
  )
  expect(made).toHaveLength(2)
  expect(sent).toBe(1)
})

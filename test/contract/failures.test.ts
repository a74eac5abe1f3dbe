import { describe, expect } from 'vitest'
import { CodexUsageLimitError } from '../../src/errors.ts'
import type { Answer } from '../../src/testing/types.ts'
import { FAILURES, OTHER_FAILURE } from '../../src/transport/failures/table.ts'
import { CREATED, delta, events, failed } from '../adapters/v1/support.ts'
import { FAILURE_CASES } from '../support/failures.ts'
import { eachAI, eachWay } from './support/contract.ts'
import { DRIVERS } from './support/drivers.ts'

/** The table is the same beneath all: each major with its own entry will do. */
const NATIVE = DRIVERS.filter(({ name }) => !name.includes('with'))

for (const row of [...FAILURES, OTHER_FAILURE]) {
  for (const { answer, settings, said, status = row.status } of FAILURE_CASES[row.name] ?? []) {
    eachAI(
      `${row.name}: ${said}`,
      async ({ ai, start }) => {
        for (const { run } of ai.ways) {
          const { codex, server } = await start(settings)
          // The provider itself may send a request again.
          server.answer(answer, answer, answer)
          const seen = await run({ model: codex('gpt-5.5'), prompt: 'hi' })
          expect(seen).toMatchObject({ said: '', finishReason: 'error' })
          const opening = `Codex API error${status === undefined ? '' : ` ${status}`}:`
          const host = new URL(server.url).host
          expect(seen.errors).toEqual([
            expect.objectContaining({
              message: `${opening} ${said.replace('<host>', host)} ${row.advice}`,
              statusCode: status,
              isRetryable: row.isRetryable,
            }),
          ])
          expect(ai.isAPICallError(seen.errors[0])).toBe(true)
          expect(CodexUsageLimitError.isInstance(seen.errors[0])).toBe(row.isUsageLimit === true)
        }
      },
      NATIVE,
    )
  }
}

const SLOW = { code: 'rate_limit_exceeded', message: 'Please try again in 1.7s.' }

describe.each<{ name: string; answer: Answer }>([
  { name: 'HTTP', answer: { type: 'error', status: 429, body: { error: SLOW } } },
  { name: 'a stream', answer: events(CREATED, failed(SLOW.code, SLOW.message)) },
])('the delay of a retry', ({ name, answer }) => {
  eachAI(`told in words by ${name}, is where ai looks for it`, async ({ ai, start }) => {
    for (const { run } of ai.ways) {
      const { codex, server } = await start()
      server.answer(answer)
      const { errors } = await run({ model: codex('gpt-5.5'), prompt: 'hi' })
      expect(errors).toMatchObject([{ isRetryable: true, responseHeaders: { 'retry-after-ms': '1700' } }])
    }
  })
})

describe.each([
  { reason: 'max_output_tokens', finishReason: 'length' },
  { reason: 'content_filter', finishReason: 'content-filter' },
  { reason: 'brand_new', finishReason: 'other' },
])('answers that end early', ({ reason, finishReason }) => {
  eachWay(`${reason} is no error`, async ({ ask, start }) => {
    const { codex, server } = await start()
    const response = { id: 'resp_1', status: 'incomplete', incomplete_details: { reason } }
    server.answer(events(CREATED, delta('Hel'), { type: 'response.incomplete', response }))
    const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
    expect(seen).toMatchObject({ said: 'Hel', finishReason, errors: [] })
  })
})

import { expect, test } from 'vitest'
import { toStream } from '../../src/adapters/stream.ts'
import type { CodexPart } from '../../src/parts/part.ts'
import { STREAM_CUT } from '../../src/transport/failures/stream-failures.ts'

const failure: CodexPart = { type: 'failure', failure: STREAM_CUT }

function answerOf(...batches: CodexPart[][]) {
  const asked = { times: 0 }
  return { asked, next: async () => batches[asked.times++], cancel: async () => {} }
}

test('nothing is read before the consumer asks, nor after the last part', async () => {
  const answer = answerOf([{ type: 'raw', value: 1 }], [failure])
  const reader = toStream<CodexPart>(answer, (part, emit) => emit(part)).getReader()
  await new Promise((resolve) => setImmediate(resolve))
  expect(answer.asked.times).toBe(0)
  expect((await reader.read()).value).toEqual({ type: 'raw', value: 1 })
  expect(answer.asked.times).toBe(1)
  expect((await reader.read()).value).toEqual(failure)
  expect((await reader.read()).done).toBe(true)
  expect(answer.asked.times).toBe(2)
})

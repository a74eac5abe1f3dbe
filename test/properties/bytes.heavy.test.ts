import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readAnswer } from '../../src/core/read-answer.ts'
import { parseEvent } from '../../src/events/parse.ts'
import { createPartMachine } from '../../src/parts/machine.ts'
import type { CodexPart } from '../../src/parts/part.ts'
import { STREAM_CUT } from '../../src/transport/failures/stream-failures.ts'
import { createMessageReader } from '../../src/transport/http/sse.ts'
import { FIXTURES, readFixture } from '../support/fixtures.ts'
import { SEED } from '../support/seed.ts'

const RUNS = 1500

/** Letters of two, three and four bytes, and half a pair as an escape, beside the recordings. */
const LETTERS = [
  '{"type":"response.created","response":{"id":"resp_1"}}',
  ...['h\u00e9llo ', '你好 ', '👋', '\\ud83d', '\\ude00'].map(
    (text) => `{"type":"response.output_text.delta","output_index":0,"delta":"${text}"}`,
  ),
  '{"type":"response.completed","response":{"id":"resp_1","output":[]}}',
]

const STREAMS: ReadonlyArray<readonly string[]> = [...FIXTURES.flatMap(readFixture), LETTERS]

/** What the events come to, without any bytes. */
const EXPECTED = STREAMS.map((lines) => {
  const parts: CodexPart[] = []
  const machine = createPartMachine()
  for (const line of lines) machine.push(parseEvent(line), (part) => parts.push(part))
  machine.fail(STREAM_CUT, (part) => parts.push(part))
  return parts
})

interface Framing {
  eol: string
  hasNames: boolean
  hasComments: boolean
  hasDone: boolean
  /** Is the data of a message cut into two lines, where JSON has a comma between values? */
  hasTwoLines: boolean
}

function frame(lines: readonly string[], framing: Framing): Uint8Array {
  const { eol, hasNames, hasComments, hasDone, hasTwoLines } = framing
  const messages = lines.map((line, index) => {
    const name = hasNames ? `event: ${/"type":"([^"]+)"/.exec(line)?.[1] ?? 'message'}${eol}` : ''
    const comment = hasComments && index % 7 === 0 ? `: ping${eol}${eol}` : ''
    const data = hasTwoLines ? line.replace(/^(\{"type":"[^"]+"),/, `$1,${eol}data: `) : line
    return `${comment}${name}data: ${data}${eol}${eol}`
  })
  const done = hasDone ? `data: [DONE]${eol}${eol}` : ''
  return new TextEncoder().encode(messages.join('') + done)
}

function bodyOf(bytes: Uint8Array, cuts: readonly number[]): ReadableStream<Uint8Array> {
  const places = [...new Set(cuts.map((cut) => cut % bytes.length))].sort((a, b) => a - b)
  let start = 0
  let next = 0
  return new ReadableStream({
    pull(controller) {
      if (start >= bytes.length) return controller.close()
      const end = places[next++] ?? bytes.length
      controller.enqueue(bytes.slice(start, end))
      start = end
    },
  })
}

async function read(body: ReadableStream<Uint8Array>): Promise<CodexPart[]> {
  const answer = readAnswer({
    open: (onMessage) => createMessageReader(body, onMessage),
    context: { url: 'http://127.0.0.1/responses', requestBodyValues: {} },
    form: {},
    signal: undefined,
    idleTimeoutMs: 0,
    log: undefined,
  })
  const parts: CodexPart[] = []
  for (let batch = await answer.next(); batch; batch = await answer.next()) parts.push(...batch)
  return parts
}

const framing: fc.Arbitrary<Framing> = fc.record({
  eol: fc.constantFrom('\n', '\r\n', '\r'),
  hasNames: fc.boolean(),
  hasComments: fc.boolean(),
  hasDone: fc.boolean(),
  hasTwoLines: fc.boolean(),
})

/** Single cuts anywhere, and a run of single bytes somewhere. */
const cuts = fc
  .tuple(fc.array(fc.nat(), { maxLength: 60 }), fc.nat(), fc.nat({ max: 200 }))
  .map(([single, from, length]) => [...single, ...Array.from({ length }, (_, index) => from + index)])

test(`bytes cut anywhere, with any line ends, give the same parts (${RUNS} runs, seed ${SEED})`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: STREAMS.length - 1 }), framing, cuts, async (index, framing, cuts) => {
      const bytes = frame(STREAMS[index] ?? [], framing)
      expect(await read(bodyOf(bytes, cuts))).toEqual(EXPECTED[index])
    }),
    { seed: SEED, numRuns: RUNS },
  )
}, 60_000)

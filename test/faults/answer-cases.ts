import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import type { CodexTimeouts } from '../../src/core/settings.ts'
import { ev } from '../adapters/v1/support.ts'
import { backend, type FaultCase, IDLE_MS, LATE_MS, type Run } from './scene.ts'
import type { Play } from './socket-server.ts'
import {
  answerOf,
  chunk,
  cutAt,
  headOf,
  oneCall,
  oneEvent,
  RECORDED,
  SHORT,
  type Stop,
  stopped,
  type Told,
  whole,
} from './wire.ts'

const CUT =
  'APICallError 200, retryable, 1 request: The stream was cut: it ended before the answer was complete'
const IDLE = `APICallError 200, retryable, 1 request: The stream was cut: no event came for ${IDLE_MS} ms (timeouts.idle)`
const NO_CONNECTION = 'APICallError, retryable, 2 requests: cannot connect to HOST'
const NO_HTTP = 'APICallError, retryable, 1 request: cannot connect to HOST'
const NO_HEADERS = `APICallError, retryable, 1 request: no response headers within ${LATE_MS} ms (timeouts.response)`
const NO_STREAM = 'APICallError 200, retryable, 1 request: The answer is not an event stream'
const TOO_LARGE =
  'APICallError 200, final, 1 request: An event of the stream is longer than 32 MiB, which is refused'
const PAGE = 'APICallError 200, final, 1 request: '

const run = (play: Play, told: Told = SHORT): Run => ({ told, arrange: () => backend(play) })

const STOPS: ReadonlyArray<{ stop: Stop; fault: string; outcome: string; timeouts?: CodexTimeouts }> = [
  { stop: 'end', fault: 'the body ends', outcome: CUT },
  { stop: 'FIN', fault: 'FIN', outcome: CUT },
  { stop: 'RST', fault: 'RST', outcome: CUT },
  { stop: 'stall', fault: 'stall', outcome: IDLE, timeouts: { idle: IDLE_MS } },
]

/** The stream up to before this event, and some of its bytes. */
function upTo({ events }: Told, index: number, bytes = 0): Array<string | Uint8Array> {
  const next = Buffer.from(events[index] ?? '').subarray(0, bytes)
  return [...events.slice(0, index), ...(bytes > 0 ? [next] : [])]
}

const atEachBoundary = (told: Told, stop: Stop): Run[] =>
  told.events.map((_, index) => run(stopped(upTo(told, index), stop), told))

const insideEachEvent = (told: Told, stop: Stop): Run[] =>
  told.events.map((event, index) =>
    run(stopped(upTo(told, index, Buffer.byteLength(event) >> 1), stop), told),
  )

/** Before each byte of the body that goes on with a character. */
function insideEachCharacter(told: Told, stop: Stop): Run[] {
  const bytes = Buffer.from(told.events.join(''))
  return [...bytes.keys()]
    .filter((at) => ((bytes[at] ?? 0) & 0xc0) === 0x80)
    .map((at) => run(stopped([bytes.subarray(0, at)], stop), told))
}

const inHeaders = (stop: Exclude<Stop, 'end'>): Run[] =>
  ['HTTP/1.1 2', 'HTTP/1.1 200 OK\r\n', 'HTTP/1.1 200 OK\r\ncontent-ty', headOf().slice(0, -2)].map((head) =>
    run(cutAt(head, head.length, stop)),
  )

/** Bytes that are nothing, the same each time. */
const GARBAGE = Buffer.from(Array.from({ length: 4000 }, (_, n) => 128 + ((n * 7919) % 128)))

const MEGABYTE = 1_000_000
const LONG = oneEvent('ä'.repeat(5 * MEGABYTE))
const TOO_LONG = oneEvent('x'.repeat(34 * MEGABYTE))

/** A thousand times the same mebibyte. */
function gigabyteOf(piece: string): Run {
  const mebibyte = chunk(piece.repeat(2 ** 20 / piece.length))
  return run({ bytes: [headOf(), ...Array<Buffer>(1000).fill(mebibyte)], end: 'stall' })
}

const trickled = ({ bytes, end }: Play): Play => ({
  bytes: {
    async *[Symbol.asyncIterator]() {
      for await (const piece of bytes) for (const byte of Buffer.from(piece)) yield Uint8Array.of(byte)
    },
  },
  end,
})

const ENCODED = Buffer.from(SHORT.events.join(''))
/** A stream that says `Hello from zstd`, made by the `zstd` tool. */
const ZSTD = Buffer.from(
  'KLUv/QBodQcAgswjGHCtDkBOtBKD0kS/iYjbqggQPKB8BPAIQ0pNxoQsM5eFX0bBznJft14p21fBfqetcMZNzs5Nt+avt2zNj7nB1aUxa1S5Lrhr' +
    'joC4jAIshEqcSW25yZfA/qiT7+vDsXA8ovb7emuoLuhH++hmdrNKTdOHw71L7Otn1wn1JYC1bk457aZMEijLnawMwFqqowEkIBAUBV16gAXozqA5' +
    'ahgQA+UIEICARwFSS7GhMOmYJiKyAUreIGIZb1+OGBhIwRgzmH1gYQAogMZpYC0ANKp6EISwAQSzinylkpu33LbDMcjKRuYoF7PAH8h8Ag==',
  'base64',
)
const encoded = (encoding: string, bytes: Uint8Array): Run[] => [
  run(whole([bytes.subarray(0, 40), bytes.subarray(40)], { 'content-encoding': encoding })),
]

const typed = (type: string): Run[] => [run(whole(SHORT.events, { 'content-type': type }))]

const withGarbageLines = ({ events }: Told): string[] =>
  events.flatMap((event) => [event, 'data: {broken\n\n', '}}}\n', ev({ type: 'who.knows', '': null })])

/** Faults of the answer to `POST …/responses`. */
export const ANSWER_CASES: readonly FaultCase[] = [
  ...(['FIN', 'RST'] as const).map((stop) => ({
    place: 'before headers',
    fault: stop,
    outcome: NO_CONNECTION,
    runs: [run(cutAt('', 0, stop))],
    isCore: true,
  })),
  {
    place: 'before headers',
    fault: 'stall',
    outcome: NO_HEADERS,
    runs: [run(cutAt('', 0, 'stall'))],
    timeouts: { response: LATE_MS },
    isCore: true,
  },
  {
    place: 'before headers',
    fault: 'garbage',
    outcome: NO_HTTP,
    runs: [run(cutAt(GARBAGE, GARBAGE.length, 'FIN'))],
  },
  ...(['FIN', 'RST'] as const).map((stop) => ({
    place: 'in headers',
    fault: stop,
    outcome: NO_CONNECTION,
    runs: inHeaders(stop),
  })),
  {
    place: 'in headers',
    fault: 'stall',
    outcome: NO_HEADERS,
    runs: inHeaders('stall'),
    timeouts: { response: LATE_MS },
  },
  {
    place: 'in headers',
    fault: 'headers without an end',
    outcome: NO_HTTP,
    runs: [run(cutAt(`HTTP/1.1 200 OK\r\n${'x-more: and more\r\n'.repeat(20_000)}`, 340_000, 'stall'))],
  },
  ...STOPS.flatMap(({ stop, fault, outcome, timeouts = {} }): FaultCase[] => [
    {
      place: 'at each event boundary',
      fault,
      outcome,
      timeouts,
      runs: RECORDED.flatMap((told) => atEachBoundary(told, stop)),
    },
    {
      place: 'inside each event',
      fault,
      outcome,
      timeouts,
      runs: RECORDED.flatMap((told) => insideEachEvent(told, stop)),
    },
    {
      place: 'inside each UTF-8 character',
      fault,
      outcome,
      timeouts,
      runs: insideEachCharacter(SHORT, stop),
    },
    {
      place: 'before the first output',
      fault,
      outcome,
      timeouts,
      runs: [run(stopped(upTo(SHORT, 2), stop))],
      isCore: true,
    },
    {
      place: 'after the first output',
      fault,
      outcome,
      timeouts,
      runs: [run(stopped(upTo(SHORT, 3, 100), stop))],
      isCore: true,
    },
  ]),
  {
    place: 'after the last event',
    fault: 'FIN, RST, stall',
    outcome: 'answer',
    runs: (['FIN', 'RST', 'stall'] as const).map((stop) => run(stopped(SHORT.events, stop))),
    timeouts: { idle: 0 },
    isCore: true,
  },
  {
    place: 'whole answer',
    fault: 'byte by byte',
    outcome: 'answer',
    runs: [run(trickled(whole(SHORT.events)))],
    isCore: true,
  },
  {
    place: 'whole answer',
    fault: 'a call in one event',
    outcome: 'answer',
    runs: [run(whole(oneCall.events), oneCall)],
    isCore: true,
  },
  {
    place: 'whole answer',
    fault: 'an event of 10 MB',
    outcome: 'answer',
    runs: [run(whole(LONG.events), LONG)],
    isCore: true,
  },
  {
    place: 'whole answer',
    fault: 'an event of 34 MB',
    outcome: TOO_LARGE,
    runs: [run(whole(TOO_LONG.events), TOO_LONG)],
  },
  ...[
    { fault: '1 GB without a newline', piece: 'x', outcome: TOO_LARGE },
    { fault: '1 GB of one event', piece: `data: ${'x'.repeat(57)}\n`, outcome: TOO_LARGE },
    { fault: '1 GB of lines that are no events', piece: `${'x'.repeat(63)}\n`, outcome: NO_STREAM },
  ].map(({ fault, piece, outcome }) => ({
    place: 'in place of the events',
    fault,
    outcome,
    runs: [gigabyteOf(piece)],
  })),
  {
    place: 'between the events',
    fault: 'garbage',
    outcome: 'answer',
    runs: [run(whole(withGarbageLines(SHORT)))],
    isCore: true,
  },
  { place: 'in place of the events', fault: 'garbage', outcome: NO_STREAM, runs: [run(whole([GARBAGE]))] },
  { place: 'whole answer', fault: 'gzip', outcome: 'answer', runs: encoded('gzip', gzipSync(ENCODED)) },
  { place: 'whole answer', fault: 'br', outcome: 'answer', runs: encoded('br', brotliCompressSync(ENCODED)) },
  {
    place: 'whole answer',
    fault: 'deflate',
    outcome: 'answer',
    runs: encoded('deflate', deflateSync(ENCODED)),
  },
  {
    place: 'whole answer',
    fault: 'zstd, which Node 20 can not read',
    outcome:
      'APICallError 200, retryable, 1 request: The answer is encoded as zstd, which this fetch does not decode',
    runs: encoded('zstd', ZSTD),
  },
  {
    place: 'content type',
    fault: 'text/plain, or an unknown one',
    outcome: 'answer',
    runs: ['text/plain', 'application/octet-stream', 'nonsense'].flatMap(typed),
  },
  {
    place: 'content type',
    fault: 'text/html',
    outcome: `${PAGE}The answer is an HTML page, not an answer from the backend`,
    runs: [run(answerOf(200, '<!doctype html><p>Sign in', { 'content-type': 'text/html' }))],
  },
  {
    place: 'content type',
    fault: 'application/json',
    outcome: `${PAGE}{"ok":true}`,
    runs: [run(answerOf(200, '{"ok":true}', { 'content-type': 'application/json' }))],
  },
  {
    place: 'in the body of an error',
    fault: 'the body ends, FIN, RST',
    outcome: 'APICallError 500, retryable, 1 request: upstream',
    runs: (['FIN', 'RST'] as const).map((end) => run({ ...answerOf(500, 'upstream'), end })),
  },
  {
    place: 'in the body of an error',
    fault: 'stall',
    outcome: 'APICallError 500, retryable, 1 request: upstream',
    runs: [run({ bytes: [...(answerOf(500, 'upstream').bytes as string[])].slice(0, 2), end: 'stall' })],
    timeouts: { response: LATE_MS },
  },
  {
    place: 'in the body of an error',
    fault: 'zstd',
    outcome:
      'APICallError 400, final, 1 request: The answer is encoded as zstd, which this fetch does not decode',
    runs: [run(answerOf(400, ZSTD, { 'content-encoding': 'zstd' }))],
  },
]

import { gzipSync } from 'node:zlib'
import { type FaultCase, LATE_MS, type Run, type Scene } from './scene.ts'
import { type Play, startSocketServer } from './socket-server.ts'
import { answerOf, chunk, cutAt, expiredLogin, headOf, SHORT, type Stop, stopped, whole } from './wire.ts'

const JSON_TYPE = { 'content-type': 'application/json' }

/** A token endpoint that answers so, in front of a backend without a fault. */
const run = (playOf: (answer: string) => Play): Run => ({
  told: SHORT,
  async arrange(): Promise<Scene> {
    const { auth, answer } = expiredLogin()
    const server = await startSocketServer((path) =>
      path.endsWith('/oauth/token') ? playOf(answer) : whole(SHORT.events),
    )
    return {
      settings: { baseURL: server.url, issuer: server.url, auth },
      requests: () => server.asked.length,
      allClosed: server.allClosed,
    }
  },
})

const failed = (words: string) => `CodexAuthRefreshError, network, 1 request: (${words})`
const NO_CONNECTION = failed("HOST can't be reached")
const TOO_LATE = failed(`HOST did not answer within ${LATE_MS} ms, see timeouts.refresh`)
const NO_TOKENS = failed('the answer holds no usable tokens')

/** Cuts the JSON of the answer at its start, in a key, in a token, and before its last brace. */
const PLACES = [0, 5, 200, -1]

const inside = (stop: Stop): Run[] =>
  PLACES.map((at) => run((answer) => stopped([answer.slice(0, at)].filter(Boolean), stop, JSON_TYPE)))

/** Faults of the answer to `POST …/oauth/token`. */
export const TOKEN_CASES: readonly FaultCase[] = [
  ...(['FIN', 'RST'] as const).map((stop) => ({
    place: 'token endpoint, before and in headers',
    fault: stop,
    outcome: NO_CONNECTION,
    runs: [0, 20].map((length) => run(() => cutAt(headOf(), length, stop))),
  })),
  {
    place: 'token endpoint, before and in headers',
    fault: 'stall',
    outcome: TOO_LATE,
    runs: [0, 20].map((length) => run(() => cutAt(headOf(), length, 'stall'))),
    timeouts: { refresh: LATE_MS },
    isCore: true,
  },
  {
    place: 'inside the token answer',
    fault: 'the body ends',
    outcome: NO_TOKENS,
    runs: inside('end'),
  },
  ...(['FIN', 'RST'] as const).map((stop) => ({
    place: 'inside the token answer',
    fault: stop,
    outcome: NO_CONNECTION,
    runs: inside(stop),
    isCore: true,
  })),
  {
    place: 'inside the token answer',
    fault: 'stall',
    outcome: TOO_LATE,
    runs: inside('stall'),
    timeouts: { refresh: LATE_MS },
    isCore: true,
  },
  {
    place: 'token answer',
    fault: 'garbage',
    outcome: NO_TOKENS,
    runs: [run(() => whole(['no JSON at all'], JSON_TYPE))],
  },
  {
    place: 'token answer',
    fault: '1 GB without an end',
    outcome: NO_CONNECTION,
    runs: [
      run(() => ({
        bytes: [headOf(JSON_TYPE), ...Array(1000).fill(chunk('x'.repeat(2 ** 20)))],
        end: 'stall',
      })),
    ],
  },
  {
    place: 'token answer',
    fault: 'a page with status 502',
    outcome: failed('HTTP 502, a web page'),
    runs: [run(() => answerOf(502, '<html>Bad gateway</html>', { 'content-type': 'text/html' }))],
  },
  {
    place: 'token answer',
    fault: 'gzip',
    outcome: 'answer',
    runs: [run((answer) => whole([gzipSync(answer)], { ...JSON_TYPE, 'content-encoding': 'gzip' }))],
  },
]

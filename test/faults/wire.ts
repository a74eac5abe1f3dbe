import { accountOf, makeTokens } from '../../src/testing/tokens.ts'
import { callDone, completed, delta, ev, good, message } from '../adapters/v1/support.ts'
import { readFixture } from '../support/fixtures.ts'
import type { Play } from './socket-server.ts'

const HEAD = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n'

/** The lines up to the body. */
export const headOf = (headers: Readonly<Record<string, string>> = {}): string =>
  `${HEAD}${Object.entries({ 'content-type': 'text/event-stream', ...headers })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`

/** A piece of a body in the chunked coding. */
export function chunk(piece: string | Uint8Array): Buffer {
  const bytes = Buffer.from(piece)
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')])
}

export const LAST_CHUNK = '0\r\n\r\n'

/** How an answer stops; `end` is a body that its server takes for whole. */
export type Stop = 'end' | 'FIN' | 'RST' | 'stall'

/** These pieces of a body, and then the stop. */
export const stopped = (
  pieces: ReadonlyArray<string | Uint8Array>,
  stop: Stop,
  headers?: Readonly<Record<string, string>>,
): Play => ({
  bytes: [headOf(headers), ...pieces.map(chunk), ...(stop === 'end' ? [LAST_CHUNK] : [])],
  end: stop === 'end' ? 'FIN' : stop,
})

/** These bytes of an answer, whatever they are, and then the stop. */
export const cutAt = (bytes: string | Uint8Array, length: number, stop: Exclude<Stop, 'end'>): Play => ({
  bytes: length === 0 ? [] : [Buffer.from(bytes).subarray(0, length)],
  end: stop,
})

/** A body that is whole. */
export const whole = (
  pieces: ReadonlyArray<string | Uint8Array>,
  headers?: Readonly<Record<string, string>>,
): Play => stopped(pieces, 'end', headers)

/** An answer of any status with a body in one piece. */
export const answerOf = (
  status: number,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Play => ({
  bytes: [headOf(headers).replace('200 OK', `${status} Said`), chunk(body), LAST_CHUNK],
  end: 'FIN',
})

/** What is heard of a stream that comes whole. */
export interface Told {
  readonly events: readonly string[]
  readonly text: string
  readonly input: unknown
}

const recorded = (name: string): string[] => (readFixture(name)[0] ?? []).map((line) => `data: ${line}\n\n`)

const TEXT_EVENTS = recorded('openai-shell-local-multiturn.1')
const CALL_EVENTS = recorded('openai-client-tool-search.2')

const fieldsOf = (event: string): Record<string, unknown> => JSON.parse(event.slice('data: '.length))

const saidIn = (events: readonly string[]): string =>
  events
    .map(fieldsOf)
    .flatMap(({ type, item }) => (type === 'response.output_item.done' ? [item] : []))
    .map((item) => (item as { content?: Array<{ text: string }> }).content?.[0]?.text ?? '')
    .join('')

/** Streams of the real backend: one that speaks, one that calls a tool. */
export const RECORDED: readonly Told[] = [
  { events: TEXT_EVENTS, text: saidIn(TEXT_EVENTS), input: undefined },
  { events: CALL_EVENTS, text: '', input: { location: 'San Francisco, CA', unit: 'fahrenheit' } },
]

/** The tool that the second of them calls. */
export const TOOL = 'get_weather'

export const HELLO = 'Grüße 👋 aus der Leitung'

/** A short stream with characters of two, three and four bytes. */
export const SHORT: Told = { events: good(HELLO).map(ev), text: HELLO, input: undefined }

/** An answer that is one event and its end. */
export const oneEvent = (text: string): Told => ({
  events: [ev(delta(text)), ev(message(text)), ev(completed())],
  text,
  input: undefined,
})

/** An answer with a call that is told by one event. */
export const oneCall: Told = {
  events: [ev(callDone(0, { callId: 'call_1', name: TOOL, arguments: '{"a":1}' })), ev(completed())],
  text: '',
  input: { a: 1 },
}

/** A login whose access token has ended, and the answer of the token endpoint that renews it. */
export function expiredLogin(): { auth: { accessToken: string; refreshToken: string }; answer: string } {
  const now = Date.now()
  const old = makeTokens(accountOf({ expiresInSeconds: -60 }), now)
  const { accessToken, refreshToken, idToken } = makeTokens(accountOf({}), now)
  return {
    auth: { accessToken: old.accessToken, refreshToken: old.refreshToken },
    answer: JSON.stringify({
      id_token: idToken,
      access_token: accessToken,
      refresh_token: refreshToken,
      expires_in: 864_000,
    }),
  }
}

/** A login that lasts. */
export function freshLogin(): { accessToken: string } {
  return { accessToken: makeTokens(accountOf({}), Date.now()).accessToken }
}

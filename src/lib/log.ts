import { createRedactor } from './redaction.ts'

/** Levels of log entries, from the least to the most urgent. */
export type CodexLogLevel = 'debug' | 'info' | 'warn' | 'error'

/** The fields of each event. None holds a token, a header, or text of a prompt or an answer. */
export interface CodexLogFields {
  /** A request of a call goes out. */
  'call.request': { readonly model: string; readonly shape: string }
  /** The request of a call is sent again by the provider itself; `reason` says what was changed or why. */
  'call.retry': { readonly model: string; readonly reason: string }
  /** An answer is whole. Times are in milliseconds since the start of the call; usage is in tokens, where it is known. */
  'call.finish': {
    readonly model: string
    readonly finishReason: string
    readonly responseId?: string | undefined
    readonly inputTokens?: number | undefined
    readonly cachedInputTokens?: number | undefined
    readonly outputTokens?: number | undefined
    readonly reasoningTokens?: number | undefined
    readonly transport: string
    readonly durationMs: number
  }
  /** A call failed, before its first output or after it. */
  'call.error': {
    readonly model: string
    readonly error: string
    readonly message: string
    readonly statusCode?: number | undefined
    readonly isRetryable?: boolean | undefined
    readonly durationMs: number
  }
  /** The caller aborted a call. */
  'call.abort': { readonly model: string; readonly durationMs: number }
  /** A request for images goes out. */
  'image.request': { readonly model: string; readonly images: number }
  /** Images came. */
  'image.finish': { readonly model: string; readonly images: number; readonly durationMs: number }
  /** An HTTP request goes out, also to the login server. */
  'http.request': { readonly method: string; readonly url: string }
  /** The headers of an HTTP response came. */
  'http.response': {
    readonly method: string
    readonly url: string
    readonly status: number
    readonly durationMs: number
  }
  /** An HTTP request got no response. */
  'http.error': {
    readonly method: string
    readonly url: string
    readonly error: string
    readonly durationMs: number
  }
  /** The body of a request was compressed by zstd. */
  'http.compressed': { readonly bytes: number }
  /** A server refused a compressed body, which is sent again as it is. */
  'http.uncompressed': { readonly url: string }
  /** This provider renewed the login. */
  'login.renewed': { readonly reason: string }
  /** Something about the login that its owner should know, such as tokens that can't be saved. */
  'login.warning': { readonly message: string }
  /** An event of an answer came. */
  'stream.event': { readonly type: string }
  /** A WebSocket was opened. */
  'websocket.opened': Record<never, never>
  /** A request went out on a WebSocket: this many of its items, in this many bytes. */
  'websocket.request': { readonly items: number; readonly allItems: number; readonly bytes: number }
  /** A request goes over HTTP, though `transport` allows a WebSocket. */
  'websocket.unused': { readonly reason: string }
}

/** The names of the events. Names and fields stay; new ones may be added. */
export type CodexLogEvent = keyof CodexLogFields

/** One thing that happened, for the setting `logger`. Its `event` tells the type of its `fields`. */
export type CodexLogEntry = {
  [Event in CodexLogEvent]: {
    readonly level: CodexLogLevel
    readonly event: Event
    readonly fields: CodexLogFields[Event]
  }
}[CodexLogEvent]

/** Takes log entries. What it throws or rejects with is ignored. */
export type CodexLogger = (entry: CodexLogEntry) => void

/** Tells of one event. */
export type Log = <Event extends CodexLogEvent>(event: Event, fields: CodexLogFields[Event]) => void

/** The level of each event. */
export const LOG_LEVELS: Readonly<Record<CodexLogEvent, CodexLogLevel>> = {
  'call.request': 'debug',
  'call.retry': 'warn',
  'call.finish': 'info',
  'call.error': 'error',
  'call.abort': 'info',
  'image.request': 'debug',
  'image.finish': 'info',
  'http.request': 'debug',
  'http.response': 'debug',
  'http.error': 'warn',
  'http.compressed': 'debug',
  'http.uncompressed': 'debug',
  'login.renewed': 'info',
  'login.warning': 'warn',
  'stream.event': 'debug',
  'websocket.opened': 'debug',
  'websocket.request': 'debug',
  'websocket.unused': 'debug',
}

/**
 * Returns what tells loggers of events, or undefined where nobody listens, so that a hot path can leave the entry unmade.
 *
 * @param isDebug writes each entry as a line to stderr
 */
export function createLog(isDebug: boolean, logger: CodexLogger | undefined): Log | undefined {
  if (!isDebug && !logger) return undefined
  const redactor = createRedactor()
  return (event, fields) => {
    // All that a field may quote is redacted already; this is for what looks like a token, wherever it comes from.
    const shown = Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [
        name,
        typeof value === 'string' ? redactor.text(value) : value,
      ]),
    )
    const entry = { level: LOG_LEVELS[event], event, fields: shown } as CodexLogEntry
    if (isDebug) writeLine(entry)
    if (logger) tell(logger, entry)
  }
}

function tell(logger: CodexLogger, entry: CodexLogEntry): void {
  try {
    const result: unknown = logger(entry)
    // An async function fits the type, and its rejection would end the process.
    if (result !== undefined) Promise.resolve(result).catch(ignore)
  } catch {
    // A call does not fail by its log.
  }
}

const ignore = (): void => {}

function writeLine(entry: CodexLogEntry): void {
  // biome-ignore lint/suspicious/noConsole: the one place that writes, and only when asked to; stderr in Node.
  console.error(`ai-sdk-provider-codex ${lineOf(entry)}`)
}

/** The entry in one line. */
function lineOf({ event, fields }: CodexLogEntry): string {
  switch (event) {
    case 'call.request':
      return `call model=${fields.model} shape=${fields.shape}`
    case 'image.request':
      return `call model=${fields.model} images=${fields.images}`
    case 'call.retry':
      return `again: ${fields.reason}`
    case 'http.request':
      return `${fields.method} ${fields.url}`
    case 'http.response':
      return `${fields.status} ${fields.url}`
    case 'http.compressed':
      return `zstd: ${fields.bytes} bytes`
    case 'http.uncompressed':
      return 'again: without zstd'
    case 'stream.event':
      return `event ${fields.type}`
    case 'websocket.opened':
      return 'websocket: opened'
    case 'websocket.request': {
      const { items, allItems, bytes } = fields
      return `websocket: ${items === allItems ? items : `${items} of ${allItems}`} items, ${bytes} bytes`
    }
    case 'websocket.unused':
      return `websocket: not used, ${fields.reason}`
    default:
      return `${event} ${wordsOf(fields)}`
  }
}

/** Text is quoted where it would not read as one word; a line break in it would pass for a line of ours. */
const wordsOf = (fields: object): string =>
  Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${/^[\w.:/-]+$/.test(String(value)) ? value : JSON.stringify(value)}`)
    .join(' ')

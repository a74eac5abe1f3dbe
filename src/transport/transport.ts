import type { APICallError } from '@ai-sdk/provider'
import type { CodexRequest } from '../request/body.ts'
import type { CallContext } from './failures/errors.ts'

/** Way of a request to the backend, and of its answer back. The rooms above don't depend on which one is in use. */
export interface Transport {
  /**
   * Sends a request.
   *
   * @returns any answer, including a refusal, as soon as its status is known.
   * @throws APICallError (`isRetryable`) where there is no connection or no answer in time; the reason of the abort.
   */
  send(request: TransportRequest): Promise<TransportAnswer>
}

/** A request with everything that a transport needs. */
export interface TransportRequest {
  readonly url: string
  readonly headers: Record<string, string>
  readonly request: CodexRequest
  /** `request.body` as JSON text. */
  readonly body: string
  /** Tokens, which no error may show. */
  readonly secrets: readonly string[]
  /** The service, as errors name it. @default 'Codex' */
  readonly api?: string | undefined
  readonly signal: AbortSignal | undefined
  /** How long to wait for the status, and for a body that is not a stream, in milliseconds; 0 for no limit. */
  readonly responseTimeoutMs: number
}

/** The way a request took. */
export interface SentBy {
  readonly transport: 'http' | 'websocket'
  /** Bytes of the request, before any compression. */
  readonly bytes: number
}

/** An answer whose messages have not been read yet. */
export interface TransportAnswer {
  readonly status: number
  /** Lower-case names, without cookies. A socket adds those that its messages bring. */
  readonly headers: Record<string, string>
  /** How the request went out; absent where there was no choice. */
  readonly sent?: SentBy | undefined
  /**
   * Opens the messages.
   *
   * @throws APICallError for what was answered in their place; the reason of the abort.
   */
  open(context: CallContext): Promise<OpenMessages>
  /** Reads the answer as the error that it is. */
  readError(context: CallContext): Promise<APICallError>
}

/** Starts reading: `onMessage` gets the JSON text of each message, and the name of its SSE event where it has one. */
export type OpenMessages = (onMessage: OnMessage) => MessageReader

export type OnMessage = (json: string, name?: string) => void

/** Reads messages as the consumer asks for them. */
export interface MessageReader {
  /**
   * Waits for more and hands its messages to `onMessage`; false when the answer has ended, or goes on with something
   * else.
   *
   * @throws MessageTooLargeError, after which the connection is gone.
   */
  read(): Promise<boolean>
  /** Returns what came in place of messages: all of it for JSON, else its head. Undefined for messages, and for nothing. */
  foreignText(): string | undefined
  /** Lets the connection go. */
  cancel(reason?: unknown): Promise<void>
}

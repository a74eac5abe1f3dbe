import type { CodexTokens } from '../auth/tokens.ts'
import type { BackendFailure } from '../events/event.ts'
import type { CodexPart, CodexUsage } from '../parts/part.ts'
import type { CodexRequest } from '../request/body.ts'
import type { CodexCall } from '../request/call.ts'
import { mergeHeaders } from '../request/headers.ts'
import type { CallContext } from '../transport/failures/errors.ts'
import type { SentBy, TransportAnswer } from '../transport/transport.ts'
import type { Catalogues } from './catalogues.ts'
import { type Client, loginHeaders, loginKey, secretsOf } from './client.ts'
import type { Compaction } from './compact.ts'
import type { Login } from './login.ts'
import { readAnswer } from './read-answer.ts'
import type { Refusals } from './refusals.ts'
import { type TurnStates, turnKeeper } from './turn-state.ts'

/** An answer that has begun, whatever the AI SDK's version. */
export interface CodexAnswer {
  readonly request: CodexRequest
  /** The request's body as it was sent. */
  readonly requestBody: string
  readonly responseHeaders: Record<string, string>
  readonly sent: SentBy | undefined
  /** The compaction that went before it, by `autoCompact`. */
  readonly compaction?: CompactionInfo | undefined
  /** The next parts, undefined at the end; a `failure` part is the last one. */
  next(): Promise<CodexPart[] | undefined>
  cancel(reason?: unknown): Promise<void>
  /** The error of a `failure` part. */
  errorOf(failure: BackendFailure): Error
}

/** What is known of a compaction besides its item. */
export interface CompactionInfo {
  /** The model that made it. */
  readonly model: string | undefined
  readonly responseId: string | undefined
  readonly usage: CodexUsage
}

/** A call on its way: everything that stays the same however often its request is sent. */
export interface OngoingCall {
  readonly call: CodexCall
  readonly client: Client
  readonly login: Login
  /** The tokens that the call began with, asked for once. */
  getTokens(): Promise<CodexTokens>
  readonly catalogues: Catalogues
  readonly turnStates: TurnStates
  readonly refusals: Refusals
  /** Compactions whose call failed after them, for its retry. */
  readonly compactions: Map<string, Compaction>
  /** All tokens that were sent: after a 401, the refused ones too. */
  readonly sentTokens: Set<CodexTokens>
}

/** One request of a call. */
export interface SentRequest {
  readonly request: CodexRequest
  /** `request.body` as JSON text. */
  readonly body: string
  readonly tokens: CodexTokens
}

const responsesURL = ({ route, resolved }: Client): string => route.urls.responses(resolved.baseURL)

/** Sends the request once. */
export function sendOnce(
  { call, client, turnStates, sentTokens }: OngoingCall,
  { request, body, tokens }: SentRequest,
): Promise<TransportAnswer> {
  sentTokens.add(tokens)
  const { settings, identity, resolved, route } = client
  client.log?.('call.request', { model: request.body.model, shape: request.shape })
  const login = loginHeaders(client, tokens)
  const turnStateHeader = route.headers.turnState
  const turnState = turnStates.find(loginKey(client, tokens), request.body.input)
  const ours = {
    ...route.headers.responses(request.shape, request.sessionId, login, identity, request.body),
    ...(turnState === undefined || turnStateHeader === undefined ? {} : { [turnStateHeader]: turnState }),
  }
  return client.transport.send({
    url: responsesURL(client),
    headers: mergeHeaders(ours, settings.headers, call.headers),
    request,
    body,
    secrets: secretsOf(tokens),
    api: route.api,
    signal: call.signal,
    responseTimeoutMs: resolved.timeouts.response,
  })
}

/** Facts for the errors of a request, and what they must not show. */
export const errorContext = (
  { client, catalogues, sentTokens }: OngoingCall,
  { request, tokens }: SentRequest,
  { headers }: Pick<TransportAnswer, 'headers'>,
): CallContext => ({
  url: responsesURL(client),
  requestBodyValues: request.body,
  responseHeaders: headers,
  // For an error alone.
  get secrets() {
    return [...sentTokens].flatMap(secretsOf)
  },
  modelId: request.body.model,
  availableModels: () => catalogues.known(client, tokens)?.listedIds(),
  failures: client.route.failures,
  api: client.route.api,
})

/**
 * Reads up to the first output, or throws what the backend answered in its place.
 *
 * @param onPart Sees each part as it is read.
 */
export async function readToOutput(
  ongoing: OngoingCall,
  sent: SentRequest,
  answer: TransportAnswer,
  onPart: (part: CodexPart) => void,
): Promise<CodexAnswer> {
  const { call, client, catalogues, turnStates } = ongoing
  const { request, body, tokens } = sent
  const { headers } = answer
  const context = errorContext(ongoing, sent, answer)
  const open = await answer.open(context)
  const etag = headers['x-models-etag']
  if (etag) catalogues.known(client, tokens)?.noteEtag(etag)
  const login = loginKey(client, tokens)
  const { turnState } = client.route.headers
  const keepTurn = turnKeeper(
    turnStates,
    login,
    // A follow-up that is answered without a state carries the turn's on.
    () =>
      (turnState === undefined ? undefined : headers[turnState]) ??
      turnStates.find(login, request.body.input),
    request.search?.name,
  )
  const { begin, next, cancel, errorOf } = readAnswer({
    open,
    context,
    form: request.answer,
    includeRaw: call.includeRaw,
    signal: call.signal,
    idleTimeoutMs: client.resolved.timeouts.idle,
    onPart(part) {
      keepTurn(part)
      onPart(part)
    },
    log: client.log,
  })
  const failure = await begin()
  if (failure) throw errorOf(failure)
  return {
    request,
    requestBody: body,
    responseHeaders: headers,
    sent: answer.sent,
    next,
    cancel,
    errorOf,
  }
}

import type { CodexTokens } from '../auth/tokens.ts'
import type { BackendFailure } from '../events/event.ts'
import type { CodexPart } from '../parts/part.ts'
import type { CodexRequest } from '../request/body.ts'
import type { CodexCall } from '../request/call.ts'
import { mergeHeaders } from '../request/headers.ts'
import type { CallContext } from '../transport/failures/errors.ts'
import type { SentBy, TransportAnswer } from '../transport/transport.ts'
import type { Catalogues } from './catalogues.ts'
import { type Client, loginHeaders, loginKey, secretsOf } from './client.ts'
import type { Login } from './login.ts'
import { readAnswer, readUntilOutput } from './read-answer.ts'
import type { Refusals } from './refusals.ts'
import { type TurnStates, turnKeeper } from './turn-state.ts'

/** An answer that has begun, whatever the AI SDK's version. */
export interface CodexAnswer {
  readonly request: CodexRequest
  /** The request's body as it was sent. */
  readonly requestBody: string
  readonly responseHeaders: Record<string, string>
  readonly sent: SentBy | undefined
  /** The next parts, undefined at the end; a `failure` part is the last one. */
  next(): Promise<CodexPart[] | undefined>
  cancel(reason?: unknown): Promise<void>
  /** The error of a `failure` part. */
  errorOf(failure: BackendFailure): Error
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
  client.debug?.(`call model=${request.body.model} shape=${request.shape}`)
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
  secrets: [...sentTokens].flatMap(secretsOf),
  modelId: request.body.model,
  availableModels: () => catalogues.known(client, tokens)?.listedIds(),
  failures: client.route.failures,
  api: client.route.api,
})

/** Reads up to the first output, or throws what the backend answered in its place. */
export async function readToOutput(
  ongoing: OngoingCall,
  sent: SentRequest,
  answer: TransportAnswer,
): Promise<CodexAnswer> {
  const { call, client, catalogues, turnStates } = ongoing
  const { request, body, tokens } = sent
  const { headers } = answer
  const context = errorContext(ongoing, sent, answer)
  const open = await answer.open(context)
  catalogues.known(client, tokens)?.noteEtag(headers['x-models-etag'])
  const reader = readAnswer({
    open,
    context,
    form: request.answer,
    includeRaw: call.includeRaw,
    signal: call.signal,
    idleTimeoutMs: client.resolved.timeouts.idle,
    debug: client.debug,
  })
  const { parts, failure } = await readUntilOutput(reader)
  if (failure) throw reader.errorOf(failure)
  const login = loginKey(client, tokens)
  // A follow-up that is answered without a state carries the turn's on.
  const header = client.route.headers.turnState
  const given = header === undefined ? undefined : headers[header]
  const state = given ?? turnStates.find(login, request.body.input)
  const next = startingWith(parts, reader.next)
  const keepTurn = turnKeeper(turnStates, login, state)
  return {
    ...reader,
    request,
    requestBody: body,
    responseHeaders: headers,
    sent: answer.sent,
    next: keepTurn ? watched(next, keepTurn) : next,
  }
}

/** Shows each part to `see` on its way. */
export function watched(next: CodexAnswer['next'], see: (part: CodexPart) => void): CodexAnswer['next'] {
  return async () => {
    const parts = await next()
    parts?.forEach(see)
    return parts
  }
}

/** The first parts once more, then the rest. */
function startingWith(first: CodexPart[], rest: CodexAnswer['next']): CodexAnswer['next'] {
  let parts = first
  return () => {
    if (parts.length === 0) return rest()
    const once = parts
    parts = []
    return Promise.resolve(once)
  }
}

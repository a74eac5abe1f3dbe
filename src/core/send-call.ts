import type { TokenManager } from '../auth/token-manager.ts'
import type { CodexTokens } from '../auth/tokens.ts'
import type { BackendFailure } from '../events/event.ts'
import type { CodexPart } from '../parts/part.ts'
import type { CodexRequest } from '../request/body.ts'
import type { CodexCall } from '../request/call.ts'
import { mergeHeaders, responsesHeaders } from '../request/headers.ts'
import type { CallContext } from '../transport/failures/errors.ts'
import { isConnectionReset } from '../transport/http/connection-reset.ts'
import { openStream } from '../transport/http/open-stream.ts'
import { type BackendRequest, type BodyLimits, readError, readHeaders, send } from '../transport/http/send.ts'
import { accountOf, type Client, loginHeaders, secretsOf } from './client.ts'
import { readAnswer, readToOutput } from './read-answer.ts'
import type { RefusedFields } from './refused-fields.ts'
import type { Repeats } from './repeats.ts'
import { type Authorized, sendAuthorized } from './send-authorized.ts'
import type { ProcessMemory } from './shared-caches.ts'
import { type TurnStates, turnKeeper } from './turn-state.ts'

/** An answer that has begun, whatever the AI SDK's version. */
export interface CodexAnswer {
  readonly request: CodexRequest
  /** The request's body as it was sent. */
  readonly requestBody: string
  readonly responseHeaders: Record<string, string>
  /** The next parts, undefined at the end; a `failure` part is the last one. */
  next(): Promise<CodexPart[] | undefined>
  cancel(reason?: unknown): Promise<void>
  /** The error of a `failure` part. */
  errorOf(failure: BackendFailure): Error
}

/** What is kept from one call to the next. */
export interface Memory extends ProcessMemory {
  turnStates: TurnStates
  refusedFields: RefusedFields
}

/** A call on its way. */
export interface Asked {
  call: CodexCall
  client: Client
  memory: Memory
  login: TokenManager
  /** All tokens that it was sent with: after a 401, the refused ones too. */
  spent: CodexTokens[]
  repeats: Repeats
}

/** One request of a call. */
interface Sent extends Asked {
  request: CodexRequest
  requestBody: string
}

/** Sends the request, after a 401 with renewed tokens, and reads up to the first output. */
export async function sendAndRead(asked: Asked, request: CodexRequest): Promise<CodexAnswer> {
  const sent: Sent = { ...asked, request, requestBody: JSON.stringify(request.body) }
  const authorized = await sendAuthorized(
    asked.login,
    asked.call.signal,
    (tokens) => post(sent, tokens),
    (refused) => readError(refused.response, contextOf(sent, refused), limitsOf(asked)),
    () => asked.repeats.take('unauthorized'),
  )
  return { ...(await startReading(sent, authorized)), request, requestBody: sent.requestBody }
}

const responsesURL = ({ resolved }: Client): string => `${resolved.baseURL}/responses`

async function post(
  { call, client, memory, repeats, request, requestBody, spent }: Sent,
  tokens: CodexTokens,
): Promise<Response> {
  spent.push(tokens)
  const { settings, identity, fetch, debug } = client
  const { body, shape, sessionId } = request
  debug?.(`call model=${body.model} shape=${shape}`)
  const login = loginHeaders(tokens, settings)
  const turnState = memory.turnStates.find(login.accountId ?? '', body.input)
  const ours = {
    ...responsesHeaders(shape, sessionId, login, identity),
    ...(turnState === undefined ? {} : { [TURN_STATE]: turnState }),
  }
  const sent: BackendRequest = {
    url: responsesURL(client),
    headers: mergeHeaders(ours, settings.headers, call.headers),
    body: requestBody,
    requestBodyValues: body,
    secrets: secretsOf(tokens),
    ...limitsOf({ call, client }),
  }
  try {
    return await send(sent, fetch)
  } catch (error) {
    if (!isConnectionReset(error) || !repeats.take('connection')) throw error
    debug?.('again: the connection was reset')
    return send(sent, fetch)
  }
}

const TURN_STATE = 'x-codex-turn-state'

/** What an error of this request tells, and what it must not tell. */
function contextOf(
  { client, memory, request, spent }: Sent,
  { response, tokens }: Authorized<Response>,
): CallContext & Required<Pick<CallContext, 'responseHeaders'>> {
  return {
    url: responsesURL(client),
    requestBodyValues: request.body,
    responseHeaders: readHeaders(response),
    secrets: spent.flatMap(secretsOf),
    modelId: request.body.model,
    availableModels: () => memory.catalogues.known(client, tokens)?.listedIds(),
  }
}

const limitsOf = ({ call, client }: Pick<Asked, 'call' | 'client'>): BodyLimits => ({
  signal: call.signal,
  responseTimeoutMs: client.resolved.timeouts.response,
})

/** Reads up to the first output, or throws what the backend answered in its place. */
async function startReading(
  sent: Sent,
  authorized: Authorized<Response>,
): Promise<Pick<CodexAnswer, 'responseHeaders' | 'next' | 'cancel' | 'errorOf'>> {
  const { call, client, memory, request } = sent
  const { response, tokens } = authorized
  const context = contextOf(sent, authorized)
  const body = await openStream(response, context, limitsOf(sent))
  memory.catalogues.known(client, tokens)?.noteEtag(context.responseHeaders['x-models-etag'])
  const reader = readAnswer({
    body,
    context,
    form: request.answer,
    includeRaw: call.includeRaw,
    signal: call.signal,
    idleTimeoutMs: client.resolved.timeouts.idle,
    debug: client.debug,
  })
  const { parts, failure } = await readToOutput(reader)
  if (failure) throw reader.errorOf(failure)
  const account = accountOf(tokens, client.settings)
  // A follow-up that is answered without a state carries the turn's on.
  const state = context.responseHeaders[TURN_STATE] ?? memory.turnStates.find(account, request.body.input)
  const keepTurn = turnKeeper(memory.turnStates, account, state)
  return {
    ...reader,
    responseHeaders: context.responseHeaders,
    next: watched(startingWith(parts, reader.next), keepTurn),
  }
}

function watched(
  next: CodexAnswer['next'],
  see: ((part: CodexPart) => void) | undefined,
): CodexAnswer['next'] {
  if (!see) return next
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

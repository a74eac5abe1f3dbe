import { type APICallError, InvalidArgumentError } from '@ai-sdk/provider'
import type { FetchFunction } from '@ai-sdk/provider-utils'
import { resolveAuthFilePath } from './auth/auth-path.ts'
import { accountFacts } from './auth/claims.ts'
import { fileTokenStore } from './auth/file-store.ts'
import type { TokenManager } from './auth/manager.ts'
import { createTokenManager } from './auth/token-manager.ts'
import type { CodexAuth, CodexTokens } from './auth/tokens.ts'
import { createDebug, type Debug } from './debug.ts'
import type { BackendFailure } from './events/event.ts'
import { baseInstructions, type InstructionsSource } from './instructions/base.ts'
import type { ReasoningEffort } from './models/efforts.ts'
import { extractReasoningEffortFromModel, normalizeModel } from './models/ids.ts'
import { modelFacts } from './models/table.ts'
import { type CodexProviderOptions, readOptions } from './options.ts'
import type { CodexPart } from './parts/part.ts'
import { describePlatform, warnUser } from './platform.ts'
import { buildRequest, type CodexRequest } from './request/body.ts'
import type { CodexCall, CodexWarning } from './request/call.ts'
import {
  type ClientIdentity,
  type LoginHeaders,
  mergeHeaders,
  responsesHeaders,
  userAgent,
} from './request/headers.ts'
import { type CodexProviderSettings, type ResolvedSettings, resolveSettings } from './settings.ts'
import { readAnswer, readToOutput } from './transport/answer.ts'
import { type AuthorizedResponse, sendAuthorized } from './transport/authorized.ts'
import type { CallContext } from './transport/failure.ts'
import { type BackendRequest, isEventStream, readError, readHeaders, send } from './transport/send.ts'
import { VERSION } from './version.ts'

/** An answer that has begun, whatever the AI SDK's version. */
export interface CodexAnswer {
  readonly warnings: readonly CodexWarning[]
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

/** One model of one provider: the seam between the rooms and the AI SDK's versions. */
export interface CodexModel {
  /** The id that goes to the backend. */
  readonly modelId: string
  /**
   * Starts a call. Resolves with the first part that a user would see; a call that fails before it rejects.
   *
   * @throws APICallError, CodexAuthError, InvalidArgumentError, InvalidPromptError
   */
  answer(call: CodexCall): Promise<CodexAnswer>
}

/** What all models of a provider share. */
export interface CodexCore {
  model(modelId: string, defaults?: CodexProviderOptions): CodexModel
}

/** Joins the rooms. Nothing is read before the first call: no file, no environment variable. */
export function createCore(settings: CodexProviderSettings): CodexCore {
  const loginFor = createLogins(settings)

  return {
    model(id, defaults = {}) {
      if (typeof id !== 'string' || id.trim() === '') {
        throw new InvalidArgumentError({
          argument: 'modelId',
          message: "The model id must be a text, such as 'gpt-6.1-sol'.",
        })
      }
      const model: ModelSetup = {
        modelId: normalizeModel(id, settings.modelAliases),
        suffixEffort: extractReasoningEffortFromModel(id, settings.modelAliases),
        defaults,
      }
      return {
        modelId: model.modelId,
        async answer(call) {
          const client = clientOf(settings)
          const { request, warnings } = await toRequest(call, model, client)
          const login = await loginFor(client)
          const requestBody = JSON.stringify(request.body)
          const authorized = await sendAuthorized(
            login,
            call.signal,
            (tokens) => post(request, requestBody, tokens, call, client),
            (refused) => readRefusal(refused, request, call, client),
          )
          const started = await startReading(authorized, request, call, client)
          return { ...started, warnings, request, requestBody }
        },
      }
    },
  }
}

/** What a model's id and defaults say, read once. */
interface ModelSetup {
  modelId: string
  suffixEffort: ReasoningEffort | undefined
  defaults: CodexProviderOptions
}

/** Who sends, and how: the settings as they are at the time of a call. */
interface Client {
  settings: CodexProviderSettings
  resolved: ResolvedSettings
  identity: ClientIdentity
  fetch: FetchFunction
  debug: Debug | undefined
  responsesURL: string
}

function clientOf(settings: CodexProviderSettings): Client {
  const resolved = resolveSettings(settings)
  const debug = createDebug(resolved.debug)
  return {
    settings,
    resolved,
    identity: {
      originator: resolved.originator,
      clientVersion: resolved.clientVersion,
      platform: describePlatform(),
      packageVersion: VERSION,
    },
    // Looked up at each call, since frameworks replace the global one while they start.
    fetch: traced((input, init) => (settings.fetch ?? globalThis.fetch)(input, init), debug),
    debug,
    responsesURL: `${resolved.baseURL}/responses`,
  }
}

/** A `fetch` that tells of each request and its status, those of the login too. */
function traced(fetch: FetchFunction, debug: Debug | undefined): FetchFunction {
  if (!debug) return fetch
  return async (input, init) => {
    debug(`${init?.method ?? 'GET'} ${input}`)
    const response = await fetch(input, init)
    debug(`${response.status} ${input}`)
    return response
  }
}

/** One token manager for each file or source that the settings name, made when it is first needed. */
function createLogins(settings: CodexProviderSettings): (client: Client) => Promise<TokenManager> {
  const logins = new Map<CodexAuth | string, TokenManager>()
  return async ({ resolved, identity, fetch }) => {
    const { issuer, allowInsecure } = settings
    const source = settings.auth ?? (await resolveAuthFilePath({ authFile: settings.authFile }))
    const known = logins.get(source)
    if (known) return known
    const login = createTokenManager({
      auth: typeof source === 'string' ? fileTokenStore(source) : source,
      issuer,
      allowInsecure,
      fetch,
      refreshTimeoutMs: resolved.timeouts.refresh,
      headers: { originator: identity.originator, 'user-agent': userAgent(identity) },
      onWarning: warnUser,
    })
    logins.set(source, login)
    return login
  }
}

/** Options, model and call become a request. */
async function toRequest(
  call: CodexCall,
  { modelId, suffixEffort, defaults }: ModelSetup,
  { settings, resolved }: Client,
): Promise<{ request: CodexRequest; warnings: CodexWarning[] }> {
  const { instructions } = settings
  const { options, warnings } = readOptions(call.providerOptions, defaults)
  const codexMode = options.codexMode ?? resolved.codexMode
  const sources: InstructionsSource[] = [
    () => options.instructions,
    () => (typeof instructions === 'function' ? instructions(modelId) : instructions),
  ]
  const request = await buildRequest(call, {
    modelId,
    facts: modelFacts(modelId),
    suffixEffort,
    options,
    codexMode,
    baseInstructions: codexMode ? await baseInstructions(modelId, sources) : '',
  })
  const unused = options.instructions !== undefined && !codexMode ? [INSTRUCTIONS_UNUSED] : []
  return { request, warnings: [...warnings, ...unused, ...request.warnings] }
}

const INSTRUCTIONS_UNUSED: CodexWarning = {
  type: 'setting',
  setting: 'instructions',
  details:
    'instructions is left out: it stands for the base instructions, and Codex mode is off. Use a system message.',
}

async function post(
  { body, shape, sessionId }: CodexRequest,
  requestBody: string,
  tokens: CodexTokens,
  call: CodexCall,
  { settings, resolved, identity, fetch, debug, responsesURL }: Client,
): Promise<Response> {
  debug?.(`call model=${body.model} shape=${shape}`)
  const ours = responsesHeaders(shape, sessionId, loginHeaders(tokens, settings), identity)
  const request: BackendRequest = {
    url: responsesURL,
    headers: mergeHeaders(ours, settings.headers, call.headers),
    body: requestBody,
    requestBodyValues: body,
    signal: call.signal,
    responseTimeoutMs: resolved.timeouts.response,
  }
  return send(request, fetch)
}

// The claims of a token are read once, not at each call.
const factsOf = new WeakMap<CodexTokens, ReturnType<typeof accountFacts>>()

function loginHeaders(tokens: CodexTokens, { accountId }: CodexProviderSettings): LoginHeaders {
  const facts = factsOf.get(tokens) ?? accountFacts(tokens)
  factsOf.set(tokens, facts)
  return { ...facts, accessToken: tokens.accessToken, accountId: accountId ?? facts.accountId }
}

/** What an error of this request tells, and what it must not tell. */
function contextOf(
  { response, tokens }: AuthorizedResponse,
  { body }: CodexRequest,
  { responsesURL }: Client,
): CallContext & Required<Pick<CallContext, 'responseHeaders'>> {
  return {
    url: responsesURL,
    requestBodyValues: body,
    responseHeaders: readHeaders(response),
    secrets: [tokens.accessToken, tokens.refreshToken, tokens.idToken].flatMap((token) => token || []),
  }
}

/** The error of an answer that is none. */
const readRefusal = (
  authorized: AuthorizedResponse,
  request: CodexRequest,
  { signal }: CodexCall,
  client: Client,
): Promise<APICallError> =>
  readError(authorized.response, contextOf(authorized, request, client), {
    signal,
    responseTimeoutMs: client.resolved.timeouts.response,
  })

/** Reads up to the first output, or throws what the backend answered in its place. */
async function startReading(
  authorized: AuthorizedResponse,
  request: CodexRequest,
  call: CodexCall,
  client: Client,
): Promise<Pick<CodexAnswer, 'responseHeaders' | 'next' | 'cancel' | 'errorOf'>> {
  const { response } = authorized
  if (!isEventStream(response)) throw await readRefusal(authorized, request, call, client)
  const context = contextOf(authorized, request, client)
  const reader = readAnswer({
    body: response.body,
    context,
    jsonOutput: request.jsonOutput,
    signal: call.signal,
    idleTimeoutMs: client.resolved.timeouts.idle,
    debug: client.debug,
  })
  const { parts, failure } = await readToOutput(reader)
  if (failure) throw reader.errorOf(failure)
  return { ...reader, responseHeaders: context.responseHeaders, next: startingWith(parts, reader.next) }
}

/** The first parts once more, then the rest. */
function startingWith(first: CodexPart[], rest: CodexAnswer['next']): CodexAnswer['next'] {
  let parts = first
  return async () => {
    if (parts.length === 0) return rest()
    const once = parts
    parts = []
    return once
  }
}

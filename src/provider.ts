import type { FetchFunction } from '@ai-sdk/provider-utils'
import { resolveAuthFilePath } from './auth/auth-path.ts'
import { accountFacts } from './auth/claims.ts'
import { fileTokenStore } from './auth/file-store.ts'
import type { TokenManager } from './auth/manager.ts'
import { createTokenManager } from './auth/token-manager.ts'
import type { CodexTokens } from './auth/tokens.ts'
import { createDebug } from './debug.ts'
import type { BackendFailure } from './events/event.ts'
import { baseInstructions } from './instructions/base.ts'
import { extractReasoningEffortFromModel, normalizeModel } from './models/ids.ts'
import { modelFacts } from './models/table.ts'
import { type CodexProviderOptions, readOptions } from './options.ts'
import type { CodexPart } from './parts/part.ts'
import { describePlatform, warnUser } from './platform.ts'
import { buildRequest, type CodexRequest } from './request/body.ts'
import type { CodexCall, CodexWarning } from './request/call.ts'
import { type ClientIdentity, mergeHeaders, responsesHeaders, userAgent } from './request/headers.ts'
import { type CodexProviderSettings, type ResolvedSettings, resolveSettings } from './settings.ts'
import { readAnswer, readToOutput } from './transport/answer.ts'
import { isEventStream, readError, readHeaders, type SentRequest, send } from './transport/send.ts'
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
  const login = createLogin(settings)

  async function answer(
    modelId: string,
    defaults: CodexProviderOptions,
    call: CodexCall,
  ): Promise<CodexAnswer> {
    const resolved = resolveSettings(settings)
    const debug = createDebug(resolved.debug)
    const identity = identityOf(resolved)
    const { request, warnings } = await toRequest(settings, resolved, modelId, defaults, call)
    const requestBody = JSON.stringify(request.body)
    const context = { url: `${resolved.baseURL}/responses`, requestBodyValues: request.body }

    const { response, release } = await login.withTokens(resolved, identity, call.signal, async (tokens) => {
      debug?.(`POST ${context.url} model=${request.body.model} shape=${request.shape}`)
      const ours = responsesHeaders(
        request.shape,
        request.sessionId,
        loginHeaders(tokens, settings),
        identity,
      )
      const sent = await send(
        {
          method: 'POST',
          ...context,
          headers: mergeHeaders(ours, settings.headers, call.headers),
          body: requestBody,
          signal: call.signal,
          responseTimeoutMs: resolved.timeouts.response,
        },
        fetchOf(settings),
      )
      debug?.(`${sent.response.status} ${context.url}`)
      return sent
    })
    if (!isEventStream(response) || response.body === null) {
      const error = await readError(response, context)
      release()
      throw error
    }

    const responseHeaders = readHeaders(response)
    const reader = readAnswer({
      body: response.body,
      context: { ...context, responseHeaders },
      jsonOutput: request.jsonOutput,
      signal: call.signal,
      idleTimeoutMs: resolved.timeouts.idle,
      debug,
      onEnd: release,
    })
    const first = await readToOutput(reader)
    if (first.failure) throw reader.errorOf(first.failure)
    return {
      ...reader,
      warnings,
      request,
      requestBody,
      responseHeaders,
      next: startingWith(first.parts, reader.next),
    }
  }

  return {
    model: (id, defaults = {}) => {
      const modelId = normalizeModel(id, settings.modelAliases)
      return { modelId, answer: (call) => answer(id, defaults, call) }
    },
  }
}

const fetchOf =
  (settings: CodexProviderSettings): FetchFunction =>
  // Looked up at each call, since frameworks replace the global one while they start.
  (input, init) =>
    (settings.fetch ?? globalThis.fetch)(input, init)

const identityOf = ({ originator, clientVersion }: ResolvedSettings): ClientIdentity => ({
  originator,
  clientVersion,
  platform: describePlatform(),
  packageVersion: VERSION,
})

/** Model, options and call become a request. */
async function toRequest(
  settings: CodexProviderSettings,
  resolved: ResolvedSettings,
  id: string,
  defaults: CodexProviderOptions,
  call: CodexCall,
): Promise<{ request: CodexRequest; warnings: CodexWarning[] }> {
  const { options, warnings } = readOptions(call.providerOptions, defaults)
  const modelId = normalizeModel(id, settings.modelAliases)
  const codexMode = options.codexMode ?? resolved.codexMode
  const request = await buildRequest(call, {
    modelId,
    facts: modelFacts(modelId),
    suffixEffort: extractReasoningEffortFromModel(id, settings.modelAliases),
    options,
    codexMode,
    baseInstructions: codexMode
      ? await baseInstructions(modelId, [() => options.instructions, instructionsSetting(settings)])
      : '',
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

const instructionsSetting =
  ({ instructions }: CodexProviderSettings) =>
  (modelId: string) =>
    typeof instructions === 'function' ? instructions(modelId) : instructions

// The claims of a token are read once, not at each call.
const factsOf = new WeakMap<CodexTokens, ReturnType<typeof accountFacts>>()

function loginHeaders(tokens: CodexTokens, settings: CodexProviderSettings) {
  const facts = factsOf.get(tokens) ?? accountFacts(tokens)
  factsOf.set(tokens, facts)
  return { ...facts, accessToken: tokens.accessToken, accountId: settings.accountId ?? facts.accountId }
}

/** The first parts once more, then the rest. */
function startingWith(
  first: CodexPart[],
  rest: () => Promise<CodexPart[] | undefined>,
): () => Promise<CodexPart[] | undefined> {
  let parts: CodexPart[] | undefined = first.length === 0 ? undefined : first
  return async () => {
    if (!parts) return rest()
    const once = parts
    parts = undefined
    return once
  }
}

/** The provider's login: one token manager for each file or source that the settings name. */
function createLogin(settings: CodexProviderSettings) {
  const managers = new Map<unknown, TokenManager>()

  async function manager(resolved: ResolvedSettings, identity: ClientIdentity): Promise<TokenManager> {
    const { auth, authFile, issuer, allowInsecure } = settings
    const source = auth ?? (await resolveAuthFilePath({ authFile }))
    const known = managers.get(source)
    if (known) return known
    const made = createTokenManager({
      auth: typeof source === 'string' ? fileTokenStore(source) : source,
      fetch: fetchOf(settings),
      refreshTimeoutMs: resolved.timeouts.refresh,
      onWarning: warnUser,
      headers: { originator: identity.originator, 'user-agent': userAgent(identity) },
      ...(issuer === undefined ? {} : { issuer }),
      ...(allowInsecure === undefined ? {} : { allowInsecure }),
    })
    managers.set(source, made)
    return made
  }

  return {
    /** Runs a request with tokens; after a 401 once more, with the ones that the login has by then. */
    async withTokens(
      resolved: ResolvedSettings,
      identity: ClientIdentity,
      signal: AbortSignal | undefined,
      run: (tokens: CodexTokens) => Promise<SentRequest>,
    ): Promise<SentRequest> {
      const tokenManager = await manager(resolved, identity)
      const tokens = await tokenManager.getTokens(signal)
      const first = await run(tokens)
      if (first.response.status !== 401) return first
      await first.response.body?.cancel()
      first.release()
      tokenManager.invalidate(tokens.accessToken)
      return run(await tokenManager.getTokens(signal))
    },
  }
}

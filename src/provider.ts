import { type APICallError, InvalidArgumentError } from '@ai-sdk/provider'
import type { CodexTokens } from './auth/tokens.ts'
import { type Asker, fetchUsage } from './backend-data.ts'
import { type Client, clientOf, loginHeaders, secretsOf } from './client.ts'
import type { BackendFailure } from './events/event.ts'
import type { CodexRateLimits } from './events/rate-limits.ts'
import { baseInstructions } from './instructions/base.ts'
import { createLogins } from './logins.ts'
import { type CatalogueModel, type CodexModelInfo, toModelInfo } from './models/catalogue-entry.ts'
import type { ReasoningEffort } from './models/efforts.ts'
import { factsOf, needsCatalogue } from './models/facts.ts'
import { extractReasoningEffortFromModel, normalizeModel } from './models/ids.ts'
import { type CodexProviderOptions, readOptions } from './options.ts'
import type { CodexPart } from './parts/part.ts'
import { type ProcessMemory, processMemory } from './process-memory.ts'
import { buildRequest, type CodexRequest } from './request/body.ts'
import type { CodexCall, CodexWarning } from './request/call.ts'
import { mergeHeaders, responsesHeaders } from './request/headers.ts'
import { createTurnStates, type TurnStates } from './request/turn-state.ts'
import { assertModelAliases } from './setting-kinds.ts'
import type { CodexProviderSettings } from './settings.ts'
import { readAnswer, readToOutput } from './transport/answer.ts'
import { type Authorized, sendAuthorized } from './transport/authorized.ts'
import type { CallContext } from './transport/failure.ts'
import { type BackendRequest, isEventStream, readError, readHeaders, send } from './transport/send.ts'

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
  /** What this login may use, by the backend's catalogue. */
  models(signal?: AbortSignal): Promise<CodexModelInfo[]>
  /** What is left of the plan's windows. */
  usage(signal?: AbortSignal): Promise<CodexRateLimits>
}

/** Joins the rooms. Nothing is read before the first call: no file, no environment variable. */
export function createCore(settings: CodexProviderSettings): CodexCore {
  const loginFor = createLogins(settings)
  const turnStates = createTurnStates()
  const asker = async (): Promise<Asker> => {
    const client = clientOf(settings)
    const { manager, keptAccountId } = await loginFor(client)
    return { client, login: manager, keptAccountId }
  }

  return {
    model(id, defaults = {}) {
      if (typeof id !== 'string' || id.trim() === '') {
        throw new InvalidArgumentError({
          argument: 'modelId',
          message: "The model id must be a text, such as 'gpt-6.1-sol'.",
        })
      }
      assertModelAliases(settings)
      const model: ModelSetup = {
        modelId: normalizeModel(id, settings.modelAliases),
        suffixEffort: extractReasoningEffortFromModel(id, settings.modelAliases),
        defaults,
      }
      return {
        modelId: model.modelId,
        async answer(call) {
          const client = clientOf(settings)
          const memory: Memory = { ...processMemory(client), turnStates }
          const findEntry = async () => {
            const tokens = await (await loginFor(client)).manager.getTokens(call.signal)
            return memory.catalogues.of(client, tokens).find(model.modelId, call.signal)
          }
          const { request, warnings } = await toRequest(call, model, client, memory.promptFiles, findEntry)
          const { manager: login } = await loginFor(client)
          const requestBody = JSON.stringify(request.body)
          const asked: Asked = { call, client, memory, request, requestBody, spent: [] }
          const authorized = await sendAuthorized(
            login,
            call.signal,
            (tokens) => post(asked, tokens),
            (refused) => readRefusal(asked, refused),
          )
          const started = await startReading(asked, authorized)
          return { ...started, warnings, request, requestBody }
        },
      }
    },
    async models(signal) {
      const asked = await asker()
      return (await processMemory(asked.client).catalogues.list(asked, signal)).map(toModelInfo)
    },
    usage: async (signal) => fetchUsage(await asker(), signal),
  }
}

/** What is kept from one call to the next. */
interface Memory extends ProcessMemory {
  turnStates: TurnStates
}

/** What a model's id and defaults say, read once. */
interface ModelSetup {
  modelId: string
  suffixEffort: ReasoningEffort | undefined
  defaults: CodexProviderOptions
}

/** A call on its way. */
interface Asked {
  call: CodexCall
  client: Client
  memory: Memory
  request: CodexRequest
  requestBody: string
  /** All tokens that it was sent with: after a 401, the refused ones too. */
  spent: CodexTokens[]
}

/** Options, model and call become a request. */
async function toRequest(
  call: CodexCall,
  { modelId, suffixEffort, defaults }: ModelSetup,
  { settings, resolved }: Client,
  promptFiles: ProcessMemory['promptFiles'],
  findEntry: () => Promise<CatalogueModel | undefined>,
): Promise<{ request: CodexRequest; warnings: CodexWarning[] }> {
  const { options, warnings } = readOptions(call.providerOptions, defaults)
  const codexMode = options.codexMode ?? resolved.codexMode
  const hasInstructions = (options.instructions ?? settings.instructions) !== undefined
  const entry = needsCatalogue({ modelId, codexMode, hasInstructions }) ? await findEntry() : undefined
  const base = codexMode
    ? await baseInstructions(
        modelId,
        {
          option: options.instructions,
          setting: settings.instructions,
          catalogue: async () => (entry ?? (await findEntry()))?.instructions,
          promptFiles,
        },
        call.signal,
      )
    : { text: '', warnings: [] }
  const request = await buildRequest(call, {
    modelId,
    facts: factsOf(modelId, entry),
    suffixEffort,
    options,
    codexMode,
    baseInstructions: base.text,
    ownInstructions:
      options.instructions ?? (typeof settings.instructions === 'string' ? settings.instructions : undefined),
  })
  // A call that switches the mode off has good reason not to use the provider's text.
  const given =
    isGiven(options.instructions) || (settings.codexMode === false && isGiven(settings.instructions))
  const unused = given && !codexMode ? [INSTRUCTIONS_UNUSED] : []
  return { request, warnings: [...warnings, ...unused, ...base.warnings, ...request.warnings] }
}

/** Blank instructions are none. */
const isGiven = (instructions: CodexProviderSettings['instructions']): boolean =>
  typeof instructions === 'string' ? instructions.trim() !== '' : instructions !== undefined

const INSTRUCTIONS_UNUSED: CodexWarning = {
  type: 'setting',
  setting: 'instructions',
  details:
    'instructions is left out: it stands for the base instructions, and Codex mode is off. Use a system message.',
}

const responsesURL = ({ resolved }: Client): string => `${resolved.baseURL}/responses`

async function post(
  { call, client, memory, request, requestBody, spent }: Asked,
  tokens: CodexTokens,
): Promise<Response> {
  spent.push(tokens)
  const { settings, resolved, identity, fetch, debug } = client
  const { body, shape, sessionId } = request
  debug?.(`call model=${body.model} shape=${shape}`)
  const login = loginHeaders(tokens, settings)
  const turnState = memory.turnStates.find(accountOf(login), body.input)
  const ours = {
    ...responsesHeaders(shape, sessionId, login, identity),
    ...(turnState === undefined ? {} : { [TURN_STATE]: turnState }),
  }
  const sent: BackendRequest = {
    url: responsesURL(client),
    headers: mergeHeaders(ours, settings.headers, call.headers),
    body: requestBody,
    requestBodyValues: body,
    signal: call.signal,
    responseTimeoutMs: resolved.timeouts.response,
  }
  return send(sent, fetch)
}

const TURN_STATE = 'x-codex-turn-state'

const accountOf = ({ accountId }: { accountId?: string | undefined }): string => accountId ?? ''

/** What an error of this request tells, and what it must not tell. */
function contextOf(
  { client, memory, request, spent }: Asked,
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

/** The error of an answer that is none. */
const readRefusal = (asked: Asked, authorized: Authorized<Response>): Promise<APICallError> =>
  readError(authorized.response, contextOf(asked, authorized), {
    signal: asked.call.signal,
    responseTimeoutMs: asked.client.resolved.timeouts.response,
  })

/** Reads up to the first output, or throws what the backend answered in its place. */
async function startReading(
  asked: Asked,
  authorized: Authorized<Response>,
): Promise<Pick<CodexAnswer, 'responseHeaders' | 'next' | 'cancel' | 'errorOf'>> {
  const { call, client, memory, request } = asked
  const { response, tokens } = authorized
  if (!isEventStream(response)) throw await readRefusal(asked, authorized)
  const context = contextOf(asked, authorized)
  const { accountId } = loginHeaders(tokens, client.settings)
  memory.catalogues.known(client, tokens)?.noteEtag(context.responseHeaders['x-models-etag'])
  const reader = readAnswer({
    body: response.body,
    context,
    form: request.answer,
    includeRaw: call.includeRaw,
    signal: call.signal,
    idleTimeoutMs: client.resolved.timeouts.idle,
    debug: client.debug,
  })
  const { parts, failure } = await readToOutput(reader)
  if (failure) throw reader.errorOf(failure)
  const account = accountOf({ accountId })
  // A follow-up that is answered without a state carries the turn's on.
  const state = context.responseHeaders[TURN_STATE] ?? memory.turnStates.find(account, request.body.input)
  const keepTurn = turnKeeper(memory.turnStates, account, state)
  return {
    ...reader,
    responseHeaders: context.responseHeaders,
    next: watched(startingWith(parts, reader.next), keepTurn),
  }
}

/** Keeps the turn state of an answer by the calls that it emits. */
function turnKeeper(
  turnStates: TurnStates,
  account: string,
  state: string | undefined,
): ((part: CodexPart) => void) | undefined {
  if (state === undefined) return undefined
  const callIds: string[] = []
  return (part) => {
    if (part.type === 'tool-call') callIds.push(part.callId)
    else if (part.type === 'finish') turnStates.remember(account, callIds, state)
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
  return async () => {
    if (parts.length === 0) return rest()
    const once = parts
    parts = []
    return once
  }
}

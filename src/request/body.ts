import { InvalidPromptError } from '@ai-sdk/provider'
import { omitUndefined } from '../lib/json.ts'
import { replaceLoneSurrogates } from '../lib/json-text.ts'
import type { ReasoningEffort } from '../models/efforts.ts'
import type { ModelFacts, TextVerbosity } from '../models/table.ts'
import type { AnswerForm } from './answer-form.ts'
import type { CodexCall, CodexMessage } from './call.ts'
import { buildToolBridgeMessage, deriveInstructions } from './codex-mode.ts'
import { afterCompaction, type CompactionTrigger, toldTokens, withoutUnreadable } from './compaction.ts'
import { callerInstructions, conversationKey } from './conversation-key.ts'
import type { ToolSearch } from './deferred-tools.ts'
import { placeEfforts } from './effort-updates.ts'
import { repairHistory } from './history.ts'
import { HOSTED_TOOLS, type HostedToolType } from './hosted-tools.ts'
import { type CodexProviderOptions, warnOfOption } from './options.ts'
import { type JsonSchemaFormat, toOutputFormat } from './output-format.ts'
import { developerMessage, type InputItem, toInputItems } from './prompt.ts'
import { applyReasoningConfig, defaultEffort, type ReasoningConfig } from './reasoning.ts'
import { type ToolChoice, toToolChoice, toTools } from './tools.ts'
import { createWarningCollector, type WarningCollector } from './warnings.ts'
import type { WireTool } from './wire-tools.ts'

/**
 * The body of `POST …/responses` (docs/wire.md, Request body), in the order of the Codex CLI. A field that is not named
 * here is never sent; an optional one is left out where nobody asks for it or the backend refuses it.
 */
export interface CodexRequestBody {
  model: string
  stream: true
  instructions?: string
  input: Array<InputItem | AdditionalTools | CompactionTrigger>
  tools?: WireTool[]
  tool_choice: ToolChoice
  parallel_tool_calls?: boolean
  reasoning?: ReasoningConfig
  store: false
  include?: string[]
  service_tier?: 'priority'
  prompt_cache_key?: string
  text?: TextConfig
}

/** `text` of the request body; left out where it would be empty. */
interface TextConfig {
  verbosity?: TextVerbosity
  format?: JsonSchemaFormat
}

/** The tools of a lite request, which are part of its input (docs/wire.md, Classic and lite). */
export interface AdditionalTools {
  type: 'additional_tools'
  role: 'developer'
  tools: WireTool[]
}

/** A request that lacks only its login. */
export interface CodexRequest {
  body: CodexRequestBody
  shape: ModelFacts['shape']
  /** Goes into the session headers. */
  sessionId: string
  /** The effort, where the answer has to name it for the requests after it. */
  effort?: ReasoningEffort | undefined
  /** Models with this hash read the compactions of the answer. */
  compHash?: string | undefined
  /** Tokens of the context from which on a history is compacted by itself. */
  compactAt?: number | undefined
  /** The tokens of the last response, where they are that many. */
  tokensToCompact?: number | undefined
  /** How to read the answer. */
  answer: AnswerForm
  /** Runs the tool searches of the answer. Absent where the request offers none. */
  search?: ToolSearch | undefined
}

/** Writes the body as JSON, and replaces lone surrogates in all of its fields: the backend refuses them. */
export function serializeRequest(request: CodexRequest): { request: CodexRequest; body: string } {
  const json = JSON.stringify(request.body)
  const body = replaceLoneSurrogates(json)
  return {
    request: body === json ? request : { ...request, body: JSON.parse(body) as CodexRequestBody },
    body,
  }
}

/** Everything that a request is made of besides the call. */
export interface RequestSetup {
  /** The normalized id. */
  modelId: string
  facts: ModelFacts
  suffixEffort: ReasoningEffort | undefined
  /** The merged options of call and model. */
  options: CodexProviderOptions
  codexMode: boolean
  /** What the backend takes. @default the rules of the Codex backend */
  rules?: BodyRules | undefined
  /** True if the request is sent again without a field that the backend refuses. @default false */
  canRecover?: boolean | undefined
  /** The base instructions of the model; empty where there are none. */
  baseInstructions: string
  /** The base instructions that the caller gave as a string, which stay the same through a conversation. */
  ownInstructions?: string | undefined
}

/** Always included: without it, reasoning can't go back. */
export const ENCRYPTED_REASONING = 'reasoning.encrypted_content'

/** Asks for the addresses that a web search found. */
export const SEARCH_SOURCES = 'web_search_call.action.sources'

/** What a backend takes in a body. */
export interface BodyRules {
  /** The hosted tools that it knows. */
  readonly hostedTools: readonly HostedToolType[]
  /** Where the hosted tools of a lite request stand: beside its functions, or in `tools`. */
  readonly hostedToolsIn: 'input' | 'tools'
  /** False where there are neither base instructions nor a tool bridge. */
  readonly hasCodexMode: boolean
  /** False where fields that nobody asks for stay away, and the model's own defaults hold. */
  readonly hasClientDefaults: boolean
  /** True where the backend takes the items by which a client steers a conversation. */
  readonly takesControlItems: boolean
}

const CODEX_RULES: BodyRules = {
  hostedTools: HOSTED_TOOLS,
  hostedToolsIn: 'input',
  hasCodexMode: true,
  hasClientDefaults: true,
  takesControlItems: true,
}

const JSON_INSTRUCTION =
  'Answer with one JSON value and nothing else: no Markdown, no words before or after it.'

/**
 * Builds the request for a call.
 *
 * @throws InvalidPromptError, UnsupportedFunctionalityError, InvalidArgumentError for what the backend would refuse
 */
export async function buildRequest(call: CodexCall, setup: RequestSetup): Promise<CodexRequest> {
  const { warnings } = call
  const { facts, modelId, options, codexMode, rules = CODEX_RULES } = setup
  for (const setting of call.unsupportedSettings) {
    warnOfOption(setting, `${setting} is left out: the backend does not take it.`, warnings)
  }
  const derived = deriveInstructions(
    { messages: call.messages, codexMode, hasCodexMode: rules.hasCodexMode, base: setup.baseInstructions },
    warnings,
  )
  const offered = await toTools(
    call.tools,
    options.strictJsonSchema,
    warnings,
    rules.hostedTools,
    call.toolChoice,
  )
  const { tools } = offered
  const reasoning = applyReasoningConfig(
    {
      modelId,
      facts,
      effort: options.reasoningEffort,
      suffixEffort: setup.suffixEffort,
      summary: options.reasoningSummary,
      hasContext: facts.shape === 'lite' && rules.hasClientDefaults,
    },
    warnings,
  )
  const whole = withoutUnreadable(derived.conversation, { modelId, compHash: facts.compHash }, warnings)
  const history = afterCompaction(whole)
  const efforts =
    reasoning.effort !== undefined && facts.takesEffortUpdates === true && rules.takesControlItems
      ? placeEfforts(history, reasoning.effort, facts)
      : { messages: history, effort: reasoning.effort }
  const items = repairHistory(
    toInputItems(efforts.messages, warnings, offered.history, facts.shape),
    warnings,
  )
  if (items.length === 0) {
    throw new InvalidPromptError({
      prompt: call.messages,
      message: 'The prompt has nothing to answer. Add a message with text, an image or a tool result.',
    })
  }
  const isLite = facts.shape === 'lite'
  const { format, isWrapped } = toOutputFormat(call.output, options.strictJsonSchema, warnings)
  const instructions = withJSONInstruction(derived.instructions, call, format)
  const key = await cacheKey(options.promptCacheKey ?? options.sessionId, {
    modelId,
    instructions: callerInstructions(derived.system, setup.ownInstructions),
    tools,
    items: startOf(whole, history) ?? items,
  })
  const { inInput, onTop } = placeTools(tools, isLite, rules)
  const bridge = codexMode && tools.length > 0 ? [developerMessage(buildToolBridgeMessage())] : []

  return {
    body: omitUndefined({
      model: modelId,
      stream: true as const,
      instructions: isLite ? undefined : instructions,
      input: [
        isLite ? additionalTools(inInput) : [],
        isLite && instructions !== '' ? [developerMessage(instructions)] : [],
        bridge,
        items,
      ].flat(),
      tools: onTop.length === 0 ? undefined : onTop,
      tool_choice: toToolChoice(call.toolChoice, offered, warnings),
      parallel_tool_calls: parallelToolCalls(options.parallelToolCalls, facts.shape, rules, warnings),
      reasoning: efforts.effort === undefined ? reasoning : { ...reasoning, effort: efforts.effort },
      store: false as const,
      include: [
        ...new Set([ENCRYPTED_REASONING, ...(options.include ?? []), ...searchSources(tools, setup)]),
      ],
      service_tier: serviceTier(options.serviceTier, setup, warnings),
      prompt_cache_key: key,
      text: textConfig(textVerbosity(options.textVerbosity, setup, warnings), format),
    }),
    shape: facts.shape,
    sessionId: options.sessionId ?? (await headerKey(key)),
    effort: toldEffort(reasoning.effort, setup),
    compHash: facts.compHash,
    ...autoCompaction(history, setup, warnings),
    answer: { jsonOutput: call.output.type === 'json', unwrapOutput: isWrapped, tools: offered.answer },
    ...(offered.search === undefined ? {} : { search: offered.search }),
  }
}

/** The first user message, where a compaction has cut it off: the key of the conversation stays. */
function startOf(whole: readonly CodexMessage[], history: readonly CodexMessage[]): InputItem[] | undefined {
  const start = whole.find(({ role }) => role === 'user')
  return start === undefined || history.includes(start)
    ? undefined
    : toInputItems([start], createWarningCollector())
}

function autoCompaction(
  history: readonly CodexMessage[],
  { options: { autoCompact }, rules = CODEX_RULES }: RequestSetup,
  warnings: WarningCollector,
): Pick<CodexRequest, 'compactAt' | 'tokensToCompact'> {
  if (autoCompact === undefined) return {}
  if (!rules.takesControlItems) {
    const details = 'autoCompact is left out: this way to the plan has no compaction.'
    warnings.add({ type: 'setting', setting: 'autoCompact', details })
    return {}
  }
  const { atTokens } = autoCompact
  const tokens = toldTokens(history)
  return {
    compactAt: atTokens,
    tokensToCompact: tokens !== undefined && tokens >= atTokens ? tokens : undefined,
  }
}

/** The model's own effort needs no word: an answer that names none had it. */
const toldEffort = (
  effort: ReasoningEffort | undefined,
  { facts, rules = CODEX_RULES }: RequestSetup,
): ReasoningEffort | undefined =>
  facts.takesEffortUpdates === true && rules.takesControlItems && effort !== defaultEffort(facts)
    ? effort
    : undefined

/** Asked for without the caller's word, so only where a refusal does not end the call. */
const searchSources = (tools: ReadonlyArray<{ type: string }>, { canRecover }: RequestSetup): string[] =>
  canRecover && tools.some(({ type }) => type === 'web_search') ? [SEARCH_SOURCES] : []

/** The backend refuses a longer `prompt_cache_key`. */
const LONGEST_KEY = 64

/** The caller's own key, or a digest of it where it is too long; else one of the conversation. */
async function cacheKey(
  own: string | undefined,
  conversation: Parameters<typeof conversationKey>[0],
): Promise<string> {
  if (own === undefined) return conversationKey(conversation)
  return own.length <= LONGEST_KEY ? own : keyDigest(own)
}

/** Headers take printable ASCII only, so a key with other characters is replaced by its digest. */
const headerKey = async (key: string): Promise<string> => (/^[\x20-\x7e]+$/.test(key) ? key : keyDigest(key))

const keyDigest = (key: string): Promise<string> =>
  conversationKey({ modelId: '', instructions: key, tools: [], items: [] })

function textVerbosity(
  wanted: TextVerbosity | undefined,
  { facts, modelId, rules }: RequestSetup,
  warnings: WarningCollector,
): TextVerbosity | undefined {
  const { hasClientDefaults } = rules ?? CODEX_RULES
  if (facts.takesVerbosity !== false)
    return wanted ?? (hasClientDefaults ? facts.defaultVerbosity : undefined)
  if (wanted !== undefined) {
    const details = `textVerbosity is left out: ${modelId} does not take it.`
    warnings.add({ type: 'setting', setting: 'textVerbosity', details })
  }
  return undefined
}

const textConfig = (
  verbosity: TextVerbosity | undefined,
  format: JsonSchemaFormat | undefined,
): TextConfig | undefined =>
  verbosity === undefined && format === undefined ? undefined : omitUndefined({ verbosity, format })

/** The tools of the input, and those of the field `tools`. */
function placeTools(
  tools: readonly WireTool[],
  isLite: boolean,
  { hostedToolsIn }: BodyRules,
): Record<'inInput' | 'onTop', WireTool[]> {
  const isOnTop = ({ type }: WireTool) =>
    !isLite || (hostedToolsIn === 'tools' && type !== 'function' && type !== 'custom')
  return { inInput: tools.filter((tool) => !isOnTop(tool)), onTop: tools.filter(isOnTop) }
}

/** A lite request without tools has no such item. */
const additionalTools = (tools: WireTool[]): AdditionalTools[] =>
  tools.length === 0 ? [] : [{ type: 'additional_tools', role: 'developer', tools }]

/** The backend refuses `json_object`: JSON without a schema is asked for in words. */
function withJSONInstruction(
  instructions: string,
  { output, warnings }: CodexCall,
  format: JsonSchemaFormat | undefined,
): string {
  if (output.type !== 'json' || format !== undefined) return instructions
  const message =
    'JSON without a schema is requested by an instruction: the backend does not take json_object.'
  warnings.add({ type: 'other', message })
  return instructions === '' ? JSON_INSTRUCTION : `${instructions}\n\n${JSON_INSTRUCTION}`
}

function serviceTier(
  tier: string | undefined,
  { facts, modelId }: RequestSetup,
  warnings: WarningCollector,
): 'priority' | undefined {
  if (tier === undefined) return undefined
  if ((tier === 'priority' || tier === 'fast') && facts.serviceTiers?.includes('priority')) return 'priority'
  const details = `The service tier "${tier}" is left out: ${modelId} does not offer it.`
  warnOfOption('serviceTier', details, warnings)
  return undefined
}

function parallelToolCalls(
  wanted: boolean | undefined,
  shape: ModelFacts['shape'],
  { hasClientDefaults }: BodyRules,
  warnings: WarningCollector,
): boolean | undefined {
  if (!hasClientDefaults) return wanted
  if (shape === 'classic') return wanted ?? true
  if (wanted === true) {
    const details = 'parallelToolCalls: true is left out: lite models call one tool at a time.'
    warnings.add({ type: 'setting', setting: 'parallelToolCalls', details })
  }
  return false
}

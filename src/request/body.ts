import { InvalidPromptError } from '@ai-sdk/provider'
import { buildToolBridgeMessage, deriveInstructions } from '../instructions/codex-mode.ts'
import type { ReasoningEffort } from '../models/efforts.ts'
import type { ModelFacts, TextVerbosity } from '../models/table.ts'
import type { AnswerForm } from '../parts/answer-form.ts'
import type { CodexCall, CodexWarning } from './call.ts'
import { callerInstructions, conversationKey } from './conversation-key.ts'
import { repairHistory } from './history.ts'
import type { CodexProviderOptions } from './options.ts'
import { type JsonSchemaFormat, toOutputFormat } from './output-format.ts'
import { developerMessage, type InputItem, toInputItems } from './prompt.ts'
import { applyReasoningConfig, type ReasoningConfig } from './reasoning.ts'
import { type ToolChoice, toToolChoice, toTools, type WireTool } from './tools.ts'

/**
 * The body of `POST …/responses`, field by field (codex-wire.md 3.1): what is not named here can't be sent.
 * The order of fields is the Codex CLI's. What is optional is left out where it is not asked for, or where the backend
 * refuses it.
 */
export interface CodexRequestBody {
  model: string
  stream: true
  instructions?: string
  input: Array<InputItem | AdditionalTools>
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

/** The tools of a lite request, which stand in its input (codex-wire.md 3.3). */
export interface AdditionalTools {
  type: 'additional_tools'
  role: 'developer'
  tools: WireTool[]
}

/** A request that is ready but for its login. */
export interface CodexRequest {
  body: CodexRequestBody
  shape: ModelFacts['shape']
  /** For the session headers. */
  sessionId: string
  /** How the answer must be read. */
  answer: AnswerForm
  warnings: CodexWarning[]
}

/** What a request is made of, besides the call itself. */
export interface RequestSetup {
  /** The normalized id. */
  modelId: string
  facts: ModelFacts
  suffixEffort: ReasoningEffort | undefined
  /** The merged options of call and model. */
  options: CodexProviderOptions
  codexMode: boolean
  /** The base instructions of the model; an empty text where Codex mode is off. */
  baseInstructions: string
  /** The base instructions that the caller gave as a text, which stay the same through a conversation. */
  ownInstructions?: string | undefined
}

const ENCRYPTED_REASONING = 'reasoning.encrypted_content'

const JSON_INSTRUCTION =
  'Answer with one JSON value and nothing else: no Markdown, no words before or after it.'

/** Builds the request for a call: the one way from a call to a body, whichever function of the AI SDK asked. */
export async function buildRequest(call: CodexCall, setup: RequestSetup): Promise<CodexRequest> {
  const { facts, modelId, options, codexMode } = setup
  const derived = deriveInstructions({ messages: call.messages, codexMode, base: setup.baseInstructions })
  const offered = await toTools(call.tools, options.strictJsonSchema)
  const { tools } = offered
  const converted = toInputItems(derived.conversation, offered.history)
  const conversation = repairHistory(converted.items)
  if (conversation.items.length === 0) {
    throw new InvalidPromptError({
      prompt: call.messages,
      message: 'The prompt has nothing to answer: no text, image or tool result.',
    })
  }
  const { reasoning, warnings: reasoningWarnings } = applyReasoningConfig({
    modelId,
    facts,
    effort: options.reasoningEffort,
    suffixEffort: setup.suffixEffort,
    summary: options.reasoningSummary,
  })
  const { format, isWrapped } = toOutputFormat(call.output, options.strictJsonSchema)
  const json = jsonInstruction(call, format)
  const tier = serviceTier(options.serviceTier, setup)
  const choice = toToolChoice(call.toolChoice, offered)
  const parallel = parallelToolCalls(options.parallelToolCalls, facts.shape)
  const instructions = [derived.instructions, ...json.texts].join('\n\n')
  const ownKey = options.promptCacheKey ?? options.sessionId
  const key =
    ownKey === undefined
      ? await conversationKey({
          modelId,
          instructions: callerInstructions(call.messages, setup.ownInstructions),
          tools,
          items: conversation.items,
        })
      : await cacheKey(ownKey)
  const bridge = codexMode && tools.length > 0 ? [developerMessage(buildToolBridgeMessage())] : []
  const isLite = facts.shape === 'lite'
  const verbosity = textVerbosity(options.textVerbosity, setup)
  const text = textConfig(verbosity.value, format)

  return {
    body: {
      model: modelId,
      stream: true,
      ...(isLite ? {} : { instructions }),
      input: [
        ...(isLite ? [...additionalTools(tools), developerMessage(instructions)] : []),
        ...bridge,
        ...conversation.items,
      ],
      ...(isLite || tools.length === 0 ? {} : { tools }),
      tool_choice: choice.value,
      parallel_tool_calls: parallel.value,
      reasoning,
      store: false,
      include: [...new Set([ENCRYPTED_REASONING, ...(options.include ?? [])])],
      ...tier.fields,
      prompt_cache_key: key,
      ...(text === undefined ? {} : { text }),
    },
    shape: facts.shape,
    sessionId: options.sessionId ?? (await headerKey(key)),
    answer: { jsonOutput: call.output.type === 'json', unwrapOutput: isWrapped, tools: offered.answer },
    warnings: [
      ...call.unsupportedSettings.map(unsupportedSetting),
      ...derived.warnings,
      ...converted.warnings,
      ...conversation.warnings,
      ...offered.warnings,
      ...choice.warnings,
      ...reasoningWarnings,
      ...verbosity.warnings,
      ...json.warnings,
      ...tier.warnings,
      ...parallel.warnings,
    ],
  }
}

/** The backend refuses a longer `prompt_cache_key`. */
const LONGEST_KEY = 64

/** Any longer key of the caller's is named by its digest. */
const cacheKey = async (key: string): Promise<string> => (key.length <= LONGEST_KEY ? key : keyDigest(key))

/** Headers take printable ASCII alone: any other key of the caller's is named by its digest. */
const headerKey = async (key: string): Promise<string> => (/^[\x20-\x7e]+$/.test(key) ? key : keyDigest(key))

const keyDigest = (key: string): Promise<string> =>
  conversationKey({ modelId: '', instructions: key, tools: [], items: [] })

function textVerbosity(
  wanted: TextVerbosity | undefined,
  { facts, modelId }: RequestSetup,
): { value: TextVerbosity | undefined; warnings: CodexWarning[] } {
  if (facts.takesVerbosity !== false) return { value: wanted ?? facts.defaultVerbosity, warnings: [] }
  const details = `textVerbosity is left out: ${modelId} takes none.`
  return {
    value: undefined,
    warnings: wanted === undefined ? [] : [{ type: 'setting', setting: 'textVerbosity', details }],
  }
}

const textConfig = (
  verbosity: TextVerbosity | undefined,
  format: JsonSchemaFormat | undefined,
): TextConfig | undefined =>
  verbosity === undefined && format === undefined
    ? undefined
    : { ...(verbosity === undefined ? {} : { verbosity }), ...(format === undefined ? {} : { format }) }

const unsupportedSetting = (setting: string): CodexWarning => ({
  type: 'setting',
  setting,
  details: `${setting} is left out: the Codex backend does not take it.`,
})

/** A lite request without tools has no such item. */
const additionalTools = (tools: WireTool[]): AdditionalTools[] =>
  tools.length === 0 ? [] : [{ type: 'additional_tools', role: 'developer', tools }]

function jsonInstruction(
  call: CodexCall,
  format: JsonSchemaFormat | undefined,
): { texts: string[]; warnings: CodexWarning[] } {
  if (call.output.type !== 'json' || format !== undefined) return { texts: [], warnings: [] }
  const message =
    'JSON without a schema is asked for by an instruction: the Codex backend does not take json_object.'
  return { texts: [JSON_INSTRUCTION], warnings: [{ type: 'other', message }] }
}

function serviceTier(
  tier: string | undefined,
  { facts, modelId }: RequestSetup,
): { fields: { service_tier?: 'priority' }; warnings: CodexWarning[] } {
  if (tier === undefined) return { fields: {}, warnings: [] }
  if ((tier === 'priority' || tier === 'fast') && facts.serviceTiers?.includes('priority')) {
    return { fields: { service_tier: 'priority' }, warnings: [] }
  }
  const details = `The service tier "${tier}" is left out: ${modelId} does not list it.`
  return { fields: {}, warnings: [{ type: 'setting', setting: 'serviceTier', details }] }
}

function parallelToolCalls(
  wanted: boolean | undefined,
  shape: ModelFacts['shape'],
): { value: boolean; warnings: CodexWarning[] } {
  if (shape === 'classic') return { value: wanted ?? true, warnings: [] }
  const details = 'Models of the lite shape call one tool at a time; parallelToolCalls: true is left out.'
  return {
    value: false,
    warnings: wanted === true ? [{ type: 'setting', setting: 'parallelToolCalls', details }] : [],
  }
}

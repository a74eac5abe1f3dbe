import { InvalidArgumentError } from '@ai-sdk/provider'
import type { z } from 'zod/v4'
import { didYouMean } from '../lib/did-you-mean.ts'
import { asObject, isObject, type JsonValue } from '../lib/json.ts'
import { loadProviderUtils } from '../lib/provider-utils.ts'
import { loadZod } from '../lib/zod.ts'
import { REASONING_EFFORTS, type ReasoningEffort } from '../models/efforts.ts'
import type { TextVerbosity } from '../models/table.ts'
import type { CodexWarning } from './call.ts'
import type { WarningCollector } from './warnings.ts'

/** Options of a call (`providerOptions.codex`) or of a model (second argument of `codex()`). All optional. */
// A type alias, since `providerOptions` takes only what has an index signature.
export type CodexProviderOptions = {
  /**
   * How hard the model thinks; in any case, also as `{ effort }`. A level that the model lacks is clamped to the nearest,
   * with a warning.
   *
   * @default the suffix of the id, else the model's own default, else `medium`
   */
  reasoningEffort?: ReasoningEffort | undefined
  /**
   * How much of its reasoning the model sums up; `none` or null for nothing.
   *
   * @default 'auto'
   */
  reasoningSummary?: 'auto' | 'concise' | 'detailed' | 'none' | null | undefined
  /**
   * How long the answer's text is; in any case.
   *
   * @default the model's own; `medium` for the gpt-5.1 models
   */
  textVerbosity?: TextVerbosity | undefined
  /**
   * Whether the model may call several tools at once. Always false for lite models.
   *
   * @default true
   */
  parallelToolCalls?: boolean | undefined
  /**
   * Groups calls in the backend's prompt cache. Any string that is not blank; beyond 64 characters its digest is sent.
   *
   * @default `sessionId`, else a digest of the conversation's start
   */
  promptCacheKey?: string | undefined
  /**
   * Sent in the session headers. Printable ASCII.
   *
   * @default `promptCacheKey`, or its digest where that is not printable ASCII
   */
  sessionId?: string | undefined
  /** `priority` (or `fast`, the same), where the model offers it. Any other tier is left out with a warning. */
  serviceTier?: string | undefined
  /** Replaces the model's base instructions. */
  instructions?: string | undefined
  /**
   * Base instructions and tool bridge on or off.
   *
   * @default the provider's setting
   */
  codexMode?: boolean | undefined
  /**
   * True: schemas of tools and objects are sent in strict mode, with a warning for one that does not allow it. False:
   * never strict.
   *
   * @default strict where the schema meets the strict rules
   */
  strictJsonSchema?: boolean | undefined
  /**
   * Compacts the history between two calls of the model, once a response has used that many tokens or more (input and
   * output). A warning tells it. See docs/compaction.md.
   *
   * @default never
   */
  autoCompact?: { atTokens: number } | undefined
  /** More values for `include`; `reasoning.encrypted_content` is always there. */
  include?: string[] | undefined
  /** Left out with a warning: the backend does not take it. */
  metadata?: { [key: string]: JsonValue } | undefined
  /** Left out with a warning: the backend does not take it. */
  user?: string | undefined
}

// Built at first use, so that importing an entry does no work.
let schema: Promise<z.ZodType<CodexProviderOptions>> | undefined

async function createSchema(): Promise<z.ZodType<CodexProviderOptions>> {
  const z = await loadZod()
  const text = z.string().min(1).regex(/\S/, 'must not be blank')
  // Goes into headers.
  const headerText = text.regex(/^[\x20-\x7e]*$/, 'must be printable ASCII')
  return z.object({
    reasoningEffort: z.enum(REASONING_EFFORTS).optional(),
    reasoningSummary: z.enum(['auto', 'concise', 'detailed', 'none']).nullable().optional(),
    textVerbosity: z.enum(['low', 'medium', 'high']).optional(),
    parallelToolCalls: z.boolean().optional(),
    promptCacheKey: text.optional(),
    sessionId: headerText.optional(),
    serviceTier: z.string().optional(),
    instructions: z.string().optional(),
    codexMode: z.boolean().optional(),
    strictJsonSchema: z.boolean().optional(),
    autoCompact: z.strictObject({ atTokens: z.number().int().min(1) }).optional(),
    include: z.array(z.string()).optional(),
  })
}

/** The options that are sent; `metadata` and `user` are only warned of. */
const KNOWN_OPTIONS = [
  'reasoningEffort',
  'reasoningSummary',
  'textVerbosity',
  'parallelToolCalls',
  'promptCacheKey',
  'sessionId',
  'serviceTier',
  'instructions',
  'codexMode',
  'strictJsonSchema',
  'autoCompact',
  'include',
] as const satisfies ReadonlyArray<keyof CodexProviderOptions>

/** Options of the Responses API that the Codex backend refuses, by their camelCase names. */
const REFUSED_OPTIONS = [
  'metadata',
  'user',
  'safetyIdentifier',
  'promptCacheRetention',
  'promptCacheOptions',
  'maxToolCalls',
  'maxTokens',
  'maxCompletionTokens',
  'maxOutputTokens',
  'temperature',
  'topP',
  'topK',
  'seed',
  'stop',
  'presencePenalty',
  'frequencyPenalty',
  'logitBias',
  'truncation',
  'background',
  'topLogprobs',
  'logprobs',
  'previousResponseId',
  'conversation',
  'prompt',
  'streamOptions',
  'contextManagement',
  'store',
]

/** Other names of the same option, in camelCase: those of `ai` 4 and of Chat Completions. */
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['maxTokens', 'maxOutputTokens'],
  ['maxCompletionTokens', 'maxOutputTokens'],
  ['stop', 'stopSequences'],
])

/** Warns that an option or a setting is left out, once where it is given under several names. */
export function warnOfOption(setting: string, details: string, warnings: WarningCollector): void {
  const name = camelCase(setting)
  warnings.add({ type: 'setting', setting, details }, `option ${SYNONYMS.get(name) ?? name}`)
}

export const camelCase = (key: string): string =>
  key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

const isKnownOption = (key: string): key is (typeof KNOWN_OPTIONS)[number] =>
  (KNOWN_OPTIONS as readonly string[]).includes(key)

function describeIssue(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type' && issue.expected === 'boolean')
    return 'allowed are the booleans true, false'
  return issue.code === 'invalid_value'
    ? `allowed are ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`
    : issue.message
}

async function validate(options: Record<string, unknown>, where: string): Promise<CodexProviderOptions> {
  schema ??= createSchema()
  return checkOptions(options, where, await schema)
}

/**
 * Checks options by their schema.
 *
 * @param where Their place, such as `providerOptions.codex`.
 * @throws InvalidArgumentError that names the option and the allowed values.
 */
export async function checkOptions<Options extends object>(
  options: Record<string, unknown>,
  where: string,
  schema: z.ZodType<Options>,
): Promise<Partial<Options>> {
  const { parseProviderOptions } = await loadProviderUtils()
  try {
    const providerOptions = { codex: options as Record<string, JsonValue> }
    return (await parseProviderOptions({ provider: 'codex', providerOptions, schema })) ?? {}
  } catch (error) {
    // The SDK's own error names neither the option nor its values; zod's, its cause, does.
    const cause = causeOf(causeOf(error))
    const [issue] = issuesOf(cause)
    const name = `${where}.${issue?.path.join('.') ?? ''}`
    throw new InvalidArgumentError({
      argument: name,
      message: `Invalid value for ${name}: ${issue ? describeIssue(issue) : 'not an option'}.`,
      cause,
    })
  }
}

/** The issues of a ZodError; some versions of the SDK pass on the list alone. */
function issuesOf(error: unknown): readonly z.core.$ZodIssue[] {
  const issues = Array.isArray(error) ? error : asObject(error).issues
  return Array.isArray(issues) ? issues : []
}

const causeOf = (error: unknown): unknown => (error instanceof Error ? error.cause : undefined)

/** @throws InvalidArgumentError for anything but an object with fields. */
export function assertOptionsObject(given: unknown, where: string): asserts given is Record<string, unknown> {
  if (isObject(given)) return
  throw new InvalidArgumentError({ argument: where, message: `${where} must be an object.` })
}

/** Reads the options under one key: validates known ones, warns of refused ones and, under our own key, of unknown ones. */
async function readNamespace(
  given: unknown,
  where: string,
  unknownKeys: 'warn' | 'ignore',
  warnings: WarningCollector,
): Promise<CodexProviderOptions> {
  if (given === undefined || given === null) return {}
  assertOptionsObject(given, where)
  const known: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined) continue
    const reason = refusal(key, value)
    if (reason !== undefined) {
      warnOfOption(key, `${key} is left out: ${reason}.`, warnings)
    } else if (isKnownOption(key)) {
      const option = key === 'reasoningEffort' ? effortOf(value, where, warnings) : value
      if (option !== null || key === 'reasoningSummary') known[key] = lowerCased(key, option)
    } else if (unknownKeys === 'warn' && !REFUSED_OPTIONS.includes(camelCase(key))) {
      warnings.add(unknown(key, where))
    }
  }
  // Most calls have no options, and need no schema.
  return Object.keys(known).length === 0 ? {} : validate(known, where)
}

const ANY_CASE: readonly string[] = ['reasoningEffort', 'reasoningSummary', 'textVerbosity']

const lowerCased = (key: string, value: unknown): unknown =>
  typeof value === 'string' && ANY_CASE.includes(key) ? value.toLowerCase() : value

/** The effort may also be given as `{ effort }`, as the Responses API has it. */
function effortOf(value: unknown, where: string, warnings: WarningCollector): unknown {
  if (!isObject(value) || !('effort' in value)) return value
  const { effort = null, ...rest } = value
  for (const key of Object.keys(rest)) warnings.add(unknown(`reasoningEffort.${key}`, where))
  return effort
}

/** Why the backend can't take this option; undefined where it can. */
function refusal(key: string, value: unknown): string | undefined {
  const name = camelCase(key)
  // The official provider takes null for "not set".
  if (value === null) return undefined
  if (name === 'store') {
    return value === false ? undefined : 'the backend stores nothing; `store` is always false'
  }
  if (key === 'service_tier' && value !== 'priority' && value !== 'fast') {
    return 'the backend takes no tier but priority'
  }
  return REFUSED_OPTIONS.includes(name) ? 'the backend does not take it' : undefined
}

const unknown = (key: string, where: string): CodexWarning => unknownOption(key, where, KNOWN_OPTIONS)

/** The warning of an option that is not known, with the nearest name. */
export function unknownOption(key: string, where: string, known: readonly string[]): CodexWarning {
  const hint = didYouMean(camelCase(key), known)
  return {
    type: 'other',
    message: `${where}.${key} is not an option of this provider and is ignored.${hint}`,
  }
}

/** True for the defaults of most models. What is no object is refused by name. */
const isEmpty = (given: unknown): boolean => isObject(given) && Object.keys(given).length === 0

/**
 * Reads the options of one call: those under the provider's own key, then under the other keys where that is silent,
 * then the model's own defaults.
 *
 * @param keys Our own key, and those of providers that an app may come from.
 * @throws InvalidArgumentError that names the option and the allowed values.
 */
export async function readOptions(
  providerOptions: Readonly<Record<string, unknown>> | undefined,
  defaults: CodexProviderOptions,
  warnings: WarningCollector,
  keys: readonly [own: string, ...others: string[]] = ['codex', 'openai'],
): Promise<CodexProviderOptions> {
  const [own, ...others] = keys
  const options: CodexProviderOptions = {}
  if (!isEmpty(defaults)) {
    Object.assign(options, await readNamespace(defaults, `${own}(modelId, defaults)`, 'warn', warnings))
  }
  for (const key of others.reverse().concat(own)) {
    const given = providerOptions?.[key]
    if (given === undefined || given === null) continue
    const unknownKeys = key === own ? 'warn' : 'ignore'
    Object.assign(options, await readNamespace(given, `providerOptions.${key}`, unknownKeys, warnings))
  }
  return options
}

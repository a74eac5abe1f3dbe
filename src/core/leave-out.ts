import { isObject, type JsonObject } from '../lib/json.ts'
import {
  type CodexRequest,
  type CodexRequestBody,
  ENCRYPTED_REASONING,
  SEARCH_SOURCES,
} from '../request/body.ts'
import type { CodexWarning } from '../request/call.ts'
import type { InputItem } from '../request/items.ts'
import { developerMessage } from '../request/prompt.ts'

/** A request without a part of it, and the warning that says so. */
export interface ReducedRequest {
  request: CodexRequest
  /** The part that is left out, for the log. */
  leftOut: string
  /** Absent if the caller did not ask for the part. */
  warning?: CodexWarning | undefined
}

/** The setting or option by which the caller knows a field, where that is not the field's own name. */
const SETTINGS: ReadonlyMap<string, string> = new Map([
  ['parallel_tool_calls', 'parallelToolCalls'],
  ['prompt_cache_key', 'promptCacheKey'],
  ['reasoning', 'reasoningEffort'],
  ['reasoning.effort', 'reasoningEffort'],
  ['reasoning.summary', 'reasoningSummary'],
  ['service_tier', 'serviceTier'],
  ['text', 'textVerbosity'],
  ['text.verbosity', 'textVerbosity'],
  ['tool_choice', 'toolChoice'],
])

/** No answer is right without these. */
const NEEDED = new Set(['model', 'input', 'instructions', 'tools', 'store', 'stream'])

/**
 * The request without a field that the backend refuses; undefined where it has no such field or needs it. The schema of
 * an answer goes as an instruction then.
 *
 * @param field The backend's name, such as `text.verbosity`.
 */
export function withoutField(request: CodexRequest, field: string): ReducedRequest | undefined {
  if (field === EXTRA_INCLUDES) return withoutExtraIncludes(request)
  if (field === EFFORT_UPDATES) return withoutEffortUpdates(request)
  const path = field.split('.')
  const body = NEEDED.has(path[0] ?? '') ? undefined : dropped(request.body, path)
  if (body === undefined) return undefined
  const details = `${field} is left out: the backend does not take it for ${request.body.model}.`
  // Without the choice, the model could call what the caller forbade.
  const forbidsTools = field === 'tool_choice' && request.body.tool_choice === 'none'
  return {
    request: { ...request, body: forbidsTools ? withoutTools(body) : withFormat(request.body, body) },
    leftOut: field,
    warning: {
      type: 'setting',
      setting: SETTINGS.get(field) ?? field,
      details: forbidsTools
        ? `${details} The tools are left out with it, so that the model calls none.`
        : details,
    },
  }
}

function withoutTools({ tools: _, ...body }: CodexRequestBody): CodexRequestBody {
  return { ...body, input: body.input.filter(({ type }) => type !== 'additional_tools') }
}

/** The items that change the effort inside a conversation. */
export const EFFORT_UPDATES = 'configuration_update'

/** The effort in its other place, where a new one costs the prompt cache and nothing else. */
function withoutEffortUpdates(request: CodexRequest): ReducedRequest | undefined {
  const { body } = request
  const last = body.input.findLast((item) => item.type === EFFORT_UPDATES)
  if (last?.type !== EFFORT_UPDATES) return undefined
  const input = body.input.filter(({ type }) => type !== EFFORT_UPDATES)
  return {
    request: { ...request, body: { ...body, input, reasoning: { ...body.reasoning, ...last.reasoning } } },
    leftOut: EFFORT_UPDATES,
  }
}

/** The values of `include` beside the one that every request needs. */
export const EXTRA_INCLUDES = 'include[]'

const extraIncludes = ({ body }: CodexRequest): string[] =>
  (body.include ?? []).filter((value) => value !== ENCRYPTED_REASONING)

/** The field of a request that a refusal of `field` means: of `include`, first the values that can go. */
export const refusedField = (request: CodexRequest, field: string): string =>
  field === 'include' && extraIncludes(request).length > 0 ? EXTRA_INCLUDES : field

function withoutExtraIncludes(request: CodexRequest): ReducedRequest | undefined {
  const extra = extraIncludes(request)
  if (extra.length === 0) return undefined
  const asked = extra.filter((value) => value !== SEARCH_SOURCES)
  const details = `include is left out but for ${ENCRYPTED_REASONING}: the backend does not take ${asked.join(', ')} for ${request.body.model}.`
  return {
    request: { ...request, body: { ...request.body, include: [ENCRYPTED_REASONING] } },
    leftOut: 'include',
    ...(asked.length === 0 ? {} : { warning: { type: 'setting', setting: 'include', details } }),
  }
}

/** A copy without what the path leads to, and without an object that is empty then. */
function dropped<T extends object>(holder: T, [name = '', ...inner]: readonly string[]): T | undefined {
  if (!Object.hasOwn(holder, name)) return undefined
  const { [name]: value, ...others } = holder as JsonObject
  if (value === undefined) return undefined
  if (inner.length === 0) return others as T
  const rest = isObject(value) ? dropped(value, inner) : undefined
  if (rest === undefined) return undefined
  return Object.keys(rest).length === 0 ? (others as T) : { ...holder, [name]: rest }
}

/** The reduced body, with an instruction where the format of the answer is gone. */
function withFormat(given: CodexRequestBody, reduced: CodexRequestBody): CodexRequestBody {
  const format = given.text?.format
  // One that lost a field is not a format any more.
  if (format === undefined || reduced.text?.format === format) return reduced
  const { verbosity } = reduced.text ?? {}
  const instruction = developerMessage(
    'Answer with one JSON value and nothing else: no Markdown, no words before or after it. It has to match this ' +
      `JSON Schema:\n${JSON.stringify(format.schema)}`,
  )
  return {
    ...reduced,
    ...(reduced.text === undefined ? {} : { text: verbosity === undefined ? {} : { verbosity } }),
    input: [...reduced.input, instruction],
  }
}

/** An item of reasoning in a request's input. */
export type ReasoningItem = Extract<InputItem, { type: 'reasoning' }>

/** The reasoning items of a request, in their order. */
export const reasoningOf = ({ body }: CodexRequest): ReasoningItem[] =>
  body.input.filter((item): item is ReasoningItem => item.type === 'reasoning')

/**
 * The request without some or all reasoning of earlier turns; undefined where that leaves out none. Nothing else
 * depends on it.
 *
 * @param isRefused True for an item to leave out.
 */
export function withoutReasoning(
  request: CodexRequest,
  isRefused: (item: ReasoningItem) => boolean = () => true,
): ReducedRequest | undefined {
  const { body } = request
  const input = body.input.filter((item) => item.type !== 'reasoning' || !isRefused(item))
  const count = body.input.length - input.length
  if (count === 0) return undefined
  const hasOthers = input.some(({ type }) => type === 'reasoning')
  const message =
    `${hasOthers ? 'Some reasoning' : 'The reasoning'} of earlier turns is left out: the backend could not ` +
    'verify it. It may belong to another account or model; send the history without those reasoning parts.'
  return {
    request: { ...request, body: { ...body, input } },
    leftOut: 'reasoning',
    warning: { type: 'other', message },
  }
}

import { isObject, type JsonObject } from '../lib/json.ts'
import type { CodexRequest } from '../request/body.ts'
import type { CodexWarning } from '../request/call.ts'

/** A request without a part of it, and what the caller is told of that. */
export interface MendedRequest {
  request: CodexRequest
  warning: CodexWarning
}

/** What a request can go without, and the setting or option that the caller knows it by. */
const DROPPABLE: ReadonlyMap<string, string> = new Map([
  ['include', 'include'],
  ['parallel_tool_calls', 'parallelToolCalls'],
  ['prompt_cache_key', 'promptCacheKey'],
  ['reasoning', 'reasoningEffort'],
  ['reasoning.context', 'reasoning.context'],
  ['reasoning.effort', 'reasoningEffort'],
  ['reasoning.summary', 'reasoningSummary'],
  ['service_tier', 'serviceTier'],
  ['text.verbosity', 'textVerbosity'],
])

/** The request without the reasoning of earlier turns; undefined where it has none. Nothing else depends on it. */
export function withoutReasoning(request: CodexRequest): MendedRequest | undefined {
  const { body } = request
  const input = body.input.filter(({ type }) => type !== 'reasoning')
  if (input.length === body.input.length) return undefined
  const message =
    'The reasoning of earlier turns is left out: the Codex backend could not verify it. It may be of another ' +
    'account or model; send the history without its reasoning parts.'
  return { request: { ...request, body: { ...body, input } }, warning: { type: 'other', message } }
}

/**
 * The request without a field that the backend refuses; undefined where it has no such field or can't go without it.
 *
 * @param field by the backend's name, such as `text.verbosity`
 */
export function withoutField(request: CodexRequest, field: string): MendedRequest | undefined {
  const setting = DROPPABLE.get(field)
  const body = setting === undefined ? undefined : dropped(request.body, field.split('.'))
  if (setting === undefined || body === undefined) return undefined
  const details = `${field} is left out: the Codex backend does not take it for ${request.body.model}.`
  return { request: { ...request, body }, warning: { type: 'setting', setting, details } }
}

/** A copy without what the path leads to, and without an object that is empty then. All droppable fields are optional. */
function dropped<T extends object>(holder: T, [name = '', ...inner]: readonly string[]): T | undefined {
  const { [name]: value, ...others } = holder as JsonObject
  if (value === undefined) return undefined
  if (inner.length === 0) return others as T
  const rest = isObject(value) ? dropped(value, inner) : undefined
  if (rest === undefined) return undefined
  return Object.keys(rest).length === 0 ? (others as T) : { ...holder, [name]: rest }
}

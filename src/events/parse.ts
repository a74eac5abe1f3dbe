import { asObject, isObject, type JsonObject, parseObject, textOf } from '../lib/json.ts'
import { toCitation } from './citations.ts'
import type { BackendFailure, CodexEvent, ResponseInfo } from './event.ts'
import { toImage } from './hosted.ts'
import { toItem } from './items.ts'
import { toTime } from './limit-values.ts'
import { eventLimits } from './rate-limits.ts'
import { list, numberOf, placeOf } from './values.ts'

const IGNORED: CodexEvent = { type: 'ignored' }

/**
 * Reads one message. The `type` in the data counts; only where there is none, the name of an SSE `event:` line does. Data
 * that is no JSON object, or nested too deep, is ignored, as the Codex CLI does.
 */
export function parseEvent(data: string, name?: string): CodexEvent {
  // The `[DONE]` of other Responses servers, and pings, start with something else.
  if (data.charCodeAt(0) !== 0x7b) return IGNORED
  const value = parseObject(data)
  if (value === undefined) return IGNORED
  return toEvent(typeof value.type === 'string' || !name ? value : { ...value, type: name })
}

/** Reads an event from a JSON object; see {@link parseEvent}. */
export function toEvent(value: JsonObject): CodexEvent {
  switch (value.type) {
    case 'response.output_text.delta':
      return toDelta('text-delta', value)
    case 'response.refusal.delta':
      return toDelta('refusal-delta', value)
    case 'response.function_call_arguments.delta':
    case 'response.custom_tool_call_input.delta':
      return toDelta('tool-input-delta', value)
    case 'response.function_call_arguments.done':
      return toInputDone(value, value.arguments)
    case 'response.custom_tool_call_input.done':
      return toInputDone(value, value.input)
    case 'response.output_text.annotation.added':
      return toCitationEvent(value)
    case 'response.code_interpreter_call_code.delta':
    case 'response.mcp_call_arguments.delta':
      return toDelta('hosted-input-delta', value)
    case 'response.code_interpreter_call_code.done':
      return { ...toInputDone(value, value.code), type: 'hosted-input-done' }
    case 'response.mcp_call_arguments.done':
      return { ...toInputDone(value, value.arguments), type: 'hosted-input-done' }
    case 'response.image_generation_call.partial_image':
      return toPreview(value)
    case 'response.reasoning_summary_text.delta':
      return { ...toDelta('summary-delta', value), part: placeOf(value.summary_index) ?? 0 }
    case 'response.reasoning_text.delta':
      return { ...toDelta('reasoning-delta', value), part: placeOf(value.content_index) ?? 0 }
    case 'response.output_item.added':
      return { type: 'item-added', index: placeOf(value.output_index), item: toItem(asObject(value.item)) }
    case 'response.output_item.done':
      return { type: 'item-done', index: placeOf(value.output_index), item: toItem(asObject(value.item)) }
    case 'response.created':
      return { type: 'created', response: toResponseInfo(asObject(value.response)) }
    case 'response.completed':
    case 'response.done':
      return toEnd(asObject(value.response))
    case 'response.incomplete':
      return toTerminal('incomplete', asObject(value.response))
    case 'response.failed':
      return { type: 'failed', failure: toFailure(asObject(value.response)) }
    case 'error':
      return { type: 'failed', failure: toFailure(value) }
    case 'codex.rate_limits':
      return { type: 'rate-limits', limits: eventLimits(value) }
    case 'response.metadata':
    case 'codex.response.metadata':
      return toReroute(value)
    default:
      return isOfOtherAPI(value) ? { type: 'failed', failure: toFailure(value) } : IGNORED
  }
}

function toDelta<Type extends string>(type: Type, value: JsonObject) {
  const delta = value.delta
  return {
    type,
    index: placeOf(value.output_index),
    itemId: textOf(value.item_id),
    delta: typeof delta === 'string' ? delta : '',
  }
}

const toInputDone = (value: JsonObject, input: unknown) => ({
  type: 'tool-input-done' as const,
  index: placeOf(value.output_index),
  itemId: textOf(value.item_id),
  input: typeof input === 'string' ? input : undefined,
})

function toPreview(value: JsonObject): CodexEvent {
  const image = toImage(value.partial_image_b64, value.output_format)
  if (!image) return IGNORED
  return { type: 'image-preview', index: placeOf(value.output_index), itemId: textOf(value.item_id), image }
}

function toCitationEvent(value: JsonObject): CodexEvent {
  const citation = toCitation(value.annotation)
  if (!citation) return IGNORED
  return {
    type: 'citation',
    index: placeOf(value.output_index),
    itemId: textOf(value.item_id),
    citation,
  }
}

/** Reads headers that came as an event. */
function toReroute(value: JsonObject): CodexEvent {
  const headers = isObject(value.headers) ? value.headers : asObject(asObject(value.response).headers)
  const model = Object.entries(headers).find(([name]) => name.toLowerCase() === 'openai-model')?.[1]
  const name = textOf(Array.isArray(model) ? model[0] : model)
  return name === undefined ? IGNORED : { type: 'rerouted', model: name }
}

function toResponseInfo(response: JsonObject): ResponseInfo {
  return {
    id: textOf(response.id),
    createdAt: toTime(response.created_at),
    model: textOf(response.model),
    serviceTier: textOf(response.service_tier),
  }
}

/** Reads an event that ends the response; its status says how it went. */
function toEnd(response: JsonObject): CodexEvent {
  switch (response.status) {
    case 'failed':
      return { type: 'failed', failure: toFailure(response) }
    case 'cancelled': {
      const failure = toFailure(response)
      return { type: 'failed', failure: { ...failure, message: failure.message ?? CANCELLED } }
    }
    case 'incomplete':
      return toTerminal('incomplete', response)
    default:
      return toTerminal('completed', response)
  }
}

const CANCELLED = 'The backend cancelled the response.'

function toTerminal(type: 'completed' | 'incomplete', response: JsonObject): CodexEvent {
  return {
    type,
    response: toResponseInfo(response),
    output: list(response.output).map(toItem),
    usage: isObject(response.usage) ? response.usage : undefined,
    reason: textOf(asObject(response.incomplete_details).reason),
    endTurn: typeof response.end_turn === 'boolean' ? response.end_turn : undefined,
  }
}

/** Reads the error of a failed response, of an `error` event (nested or flat), or of an HTTP body. */
export function toFailure(holder: JsonObject): BackendFailure {
  const error = errorFields(holder)
  const isOther = isOfOtherAPI(holder) && error === holder
  return {
    message: textOf(error.message) ?? textOf(holder.error) ?? (isOther ? otherAPI(holder) : undefined),
    code: isOther ? 'other_api' : codeOf(error),
    // The `type` of a flat error may be the event's, which names no failure.
    type: textOf(error.type),
    statusCode: [holder.status_code, holder.status, error.status_code, error.status, error.code]
      .map(statusOf)
      .find((status) => status !== undefined),
    data: holder,
  }
}

/** Returns the code of a failure; a number is its status. */
const codeOf = ({ code, error_code: other }: JsonObject): string | undefined =>
  (statusOf(code) === undefined ? textOf(code) : undefined) ?? textOf(other)

/** Returns an HTTP status from a number or a string. */
function statusOf(value: unknown): number | undefined {
  const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : numberOf(value)
  return Number.isInteger(status) && Number(status) >= 100 && Number(status) < 600 ? status : undefined
}

/** Values of `object` in answers of the older APIs, whole or streamed. */
const OTHER_APIS: ReadonlySet<unknown> = new Set([
  'chat.completion',
  'chat.completion.chunk',
  'text_completion',
])

const isOfOtherAPI = ({ object }: JsonObject): boolean => OTHER_APIS.has(object)

const otherAPI = ({ object }: JsonObject): string =>
  `The answer is a \`${object}\` of the ${object === 'text_completion' ? '' : 'Chat '}Completions API, not a Responses stream.`

/** Returns the object that holds the error: nested in one of two ways, or flat. */
export const errorFields = (holder: JsonObject): JsonObject =>
  [holder.error, holder.detail].find(isObject) ?? holder

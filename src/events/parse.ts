import { asObject, isObject, type JsonObject, parseObject, textOf } from '../lib/json.ts'
import { toCitation } from './citations.ts'
import type { BackendFailure, CodexEvent, ResponseInfo } from './event.ts'
import { toItem } from './items.ts'
import { toTime } from './limit-values.ts'
import { eventLimits } from './rate-limits.ts'
import { list, numberOf, placeOf } from './values.ts'

const IGNORED: CodexEvent = { type: 'ignored' }

/**
 * Reads the data of one SSE message. The type in the data counts, not the `event:` line; data that is no JSON object, or
 * one that is nested too deep, is skipped, as the Codex CLI does.
 */
export function parseEvent(data: string): CodexEvent {
  // Both the `[DONE]` of other Responses servers and pings with other content start with something else.
  if (data.charCodeAt(0) !== 0x7b) return IGNORED
  const value = parseObject(data)
  return value === undefined ? IGNORED : toEvent(value)
}

/** The event of a JSON object; see {@link parseEvent}. */
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
      return IGNORED
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

const toInputDone = (value: JsonObject, input: unknown): CodexEvent => ({
  type: 'tool-input-done',
  index: placeOf(value.output_index),
  itemId: textOf(value.item_id),
  input: typeof input === 'string' ? input : undefined,
})

function toCitationEvent(value: JsonObject): CodexEvent {
  const citation = toCitation(value.annotation, placeOf(value.content_index) ?? 0)
  if (!citation) return IGNORED
  return {
    type: 'citation',
    index: placeOf(value.output_index),
    itemId: textOf(value.item_id),
    citation,
  }
}

/** Headers that came after the headers. */
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

/** An event of this name only says that the response is over: how it went is told by its status. */
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

/** The error of a failed response, of an `error` event (nested or flat), or of an HTTP body. */
export function toFailure(holder: JsonObject): BackendFailure {
  const error = errorFields(holder)
  return {
    message: textOf(error.message) ?? textOf(holder.error),
    code: textOf(error.code),
    // A flat error's own `type` may be the event's, which is no name of a failure.
    type: textOf(error.type),
    statusCode: numberOf(holder.status_code) ?? numberOf(holder.status) ?? numberOf(error.status_code),
    data: holder,
  }
}

/** The object that tells the error: nested in one of two ways, or flat. */
export const errorFields = (holder: JsonObject): JsonObject =>
  [holder.error, holder.detail].find(isObject) ?? holder

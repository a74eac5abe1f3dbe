import { asObject, isObject, type JsonObject, textOf } from '../json.ts'
import type { BackendFailure, CodexEvent, CodexItem, ResponseInfo } from './event.ts'

const IGNORED: CodexEvent = { type: 'ignored' }

const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)

const list = (value: unknown): readonly JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : [])

/**
 * Reads the data of one SSE message. The type in the data counts, not the `event:` line; data that is no JSON object is
 * skipped, as the Codex CLI does.
 */
export function parseEvent(data: string): CodexEvent {
  // Both the `[DONE]` of other Responses servers and pings with other content start with something else.
  if (data.charCodeAt(0) !== 0x7b) return IGNORED
  let value: JsonObject
  try {
    value = JSON.parse(data) as JsonObject
  } catch {
    return IGNORED
  }
  return toEvent(value)
}

/** The event of a JSON object; see {@link parseEvent}. */
export function toEvent(value: JsonObject): CodexEvent {
  switch (value.type) {
    case 'response.output_text.delta':
      return toDelta('text-delta', value)
    case 'response.refusal.delta':
      return toDelta('refusal-delta', value)
    case 'response.function_call_arguments.delta':
      return toDelta('tool-input-delta', value)
    case 'response.reasoning_summary_text.delta':
      return { ...toDelta('summary-delta', value), part: number(value.summary_index) ?? 0 }
    case 'response.reasoning_text.delta':
      return { ...toDelta('reasoning-delta', value), part: number(value.content_index) ?? 0 }
    case 'response.output_item.added':
      return { type: 'item-added', index: number(value.output_index), item: toItem(asObject(value.item)) }
    case 'response.output_item.done':
      return { type: 'item-done', index: number(value.output_index), item: toItem(asObject(value.item)) }
    case 'response.created':
      return { type: 'created', response: toResponseInfo(asObject(value.response)) }
    case 'response.completed':
    case 'response.done':
      return toTerminal('completed', asObject(value.response))
    case 'response.incomplete':
      return toTerminal('incomplete', asObject(value.response))
    case 'response.failed':
      return { type: 'failed', failure: toFailure(asObject(value.response)) }
    case 'error':
      return { type: 'failed', failure: toFailure(value) }
    case 'codex.rate_limits':
      return { type: 'rate-limits', value }
    default:
      return IGNORED
  }
}

function toDelta<Type extends string>(type: Type, value: JsonObject) {
  const delta = value.delta
  return {
    type,
    index: number(value.output_index),
    itemId: textOf(value.item_id),
    delta: typeof delta === 'string' ? delta : '',
  }
}

function toResponseInfo(response: JsonObject): ResponseInfo {
  const createdAt = number(response.created_at)
  return {
    id: textOf(response.id),
    createdAt: createdAt === undefined ? undefined : new Date(createdAt * 1000),
    model: textOf(response.model),
    serviceTier: textOf(response.service_tier),
  }
}

function toTerminal(type: 'completed' | 'incomplete', response: JsonObject): CodexEvent {
  return {
    type,
    response: toResponseInfo(response),
    output: list(response.output).map(toItem),
    usage: isObject(response.usage) ? response.usage : undefined,
    reason: textOf(asObject(response.incomplete_details).reason),
  }
}

/** The error of a failed response, of an `error` event (nested or flat), or of an HTTP body. */
export function toFailure(holder: JsonObject): BackendFailure {
  const error = isObject(holder.error) ? holder.error : holder
  return {
    message: textOf(error.message) ?? textOf(holder.error),
    code: textOf(error.code),
    // A flat error's own `type` is the event's.
    type: error === holder ? undefined : textOf(error.type),
    statusCode: number(holder.status_code) ?? number(holder.status) ?? number(error.status_code),
    data: holder,
  }
}

function toItem(item: JsonObject): CodexItem {
  const id = textOf(item.id)
  switch (item.type) {
    case 'message': {
      const content = list(item.content)
      const texts = content.map((part) => textOf(part.text) ?? textOf(part.refusal) ?? '')
      return {
        type: 'message',
        id,
        text: content.length === 0 ? undefined : texts.join(''),
        hasRefusal: content.some((part) => part.type === 'refusal'),
        phase: textOf(item.phase),
      }
    }
    case 'reasoning':
      return {
        type: 'reasoning',
        id,
        summary: list(item.summary).map((part) => textOf(part.text) ?? ''),
        content: list(item.content).map((part) => textOf(part.text) ?? ''),
        encryptedContent: textOf(item.encrypted_content),
      }
    case 'function_call':
      return toFunctionCall(item, id)
    default:
      return { type: 'other', id }
  }
}

function toFunctionCall(item: JsonObject, id: string | undefined): CodexItem {
  const name = textOf(item.name)
  const callId = textOf(item.call_id) ?? id
  if (name === undefined || callId === undefined) return { type: 'other', id }
  const input = item.arguments
  return {
    type: 'function-call',
    id,
    callId,
    name,
    arguments:
      typeof input === 'string' ? input : input === undefined || input === null ? '' : JSON.stringify(input),
    namespace: textOf(item.namespace),
    isIncomplete: item.status === 'incomplete',
  }
}

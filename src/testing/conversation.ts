import { asArray, asObject, asText, isObject } from './json.ts'
import type { JsonObject } from './types.ts'

/** The last response of a WebSocket, which the next request may continue. */
export interface Turn {
  readonly responseId: string
  /** The whole input of its request, and its output. */
  readonly history: readonly unknown[]
  /** Its other fields, which must stay the same. */
  readonly settings: string
}

/** Fields that may differ from one request of a conversation to the next. */
const FREE_FIELDS = ['type', 'input', 'previous_response_id', 'client_metadata', 'generate']

/** Metadata that stands for a header of a request over HTTP. */
const LITE = 'ws_request_header_x_openai_internal_codex_responses_lite'
const METADATA_HEADERS: Readonly<Record<string, string>> = {
  [LITE]: 'x-openai-internal-codex-responses-lite',
  'x-codex-turn-state': 'x-codex-turn-state',
}

/** Returns the fields that a continuation must repeat, as text. */
export function settingsOf(message: JsonObject): string {
  const entries = Object.entries(message).filter(([name]) => !FREE_FIELDS.includes(name))
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Returns the request over HTTP that a message stands for: its headers and its body with the whole input. */
export function toHttpRequest(
  message: JsonObject,
  last: Turn | undefined,
  opening: Record<string, string>,
): { headers: Record<string, string>; body: JsonObject } {
  const {
    type: _,
    previous_response_id: previous,
    generate: __,
    client_metadata: metadata,
    ...body
  } = message
  const own = Object.entries(asObject(metadata)).filter(([name]) => !Object.hasOwn(METADATA_HEADERS, name))
  const { 'openai-beta': ___, ...headers } = opening
  for (const [name, header] of Object.entries(METADATA_HEADERS)) {
    const value = asObject(metadata)[name]
    if (value !== undefined) headers[header] = String(value)
  }
  const before = previous === undefined ? [] : (last?.history ?? [])
  return {
    headers: { ...headers, 'content-type': 'application/json' },
    body: {
      ...body,
      input: [...before, ...asArray(body.input)],
      ...(own.length > 0 ? { client_metadata: Object.fromEntries(own) } : {}),
    },
  }
}

/** Returns the fault of a message that a socket can't take, in the form of an error event. */
export function messageFault(
  message: JsonObject | undefined,
  last: Turn | undefined,
): JsonObject | undefined {
  const fault = (code: string, text: string) => ({
    type: 'error',
    status: 400,
    error: { type: 'invalid_request_error', code, message: text },
  })
  if (message?.type !== 'response.create') {
    return fault('invalid_message', 'Expected a JSON message of the type response.create.')
  }
  const previous = message.previous_response_id
  if (previous === undefined) return undefined
  if (previous !== last?.responseId) {
    return fault('previous_response_not_found', `Previous response with id '${String(previous)}' not found.`)
  }
  return settingsOf(message) === last.settings
    ? undefined
    : fault('previous_response_changed', 'A continuation must repeat all fields but the input.')
}

/** Returns what a completed response leaves for the next request; undefined for any other end. */
export function turnOf(
  message: JsonObject,
  input: readonly unknown[],
  events: readonly JsonObject[],
): Turn | undefined {
  const completed = events.find(({ type }) => type === 'response.completed' || type === 'response.done')
  const responseId = asText(asObject(completed?.response).id)
  if (responseId === '') return undefined
  const output = events.flatMap(({ type, item }) =>
    type === 'response.output_item.done' && isObject(item) ? [asInput(item)] : [],
  )
  return { responseId, history: [...input, ...output], settings: settingsOf(message) }
}

/** An output item as a client sends it back over HTTP. */
function asInput({ id: _, ...item }: JsonObject): JsonObject {
  if (item.type === 'compaction') return { id: _, ...item }
  if (item.type === 'reasoning') return { ...item, content: null }
  if (item.type === 'message') {
    const parts = asArray(item.content).map((part) => ({ ...asObject(part), annotations: [], logprobs: [] }))
    return { ...item, status: 'completed', content: parts }
  }
  return { ...item, status: 'completed' }
}

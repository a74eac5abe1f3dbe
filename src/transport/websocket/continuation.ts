import { asObject, isObject, type JsonObject } from '../../lib/json.ts'
import type { CodexRequestBody } from '../../request/body.ts'
import type { InputItem } from '../../request/items.ts'

/** A request as JSON, written once for the comparisons of its turn and of the next. */
export interface WrittenRequest {
  /** All fields but the input: a continuation must repeat them. */
  readonly settings: string
  /** The items of the whole input. */
  readonly input: readonly string[]
}

/** The last response of a socket, and its request. */
export interface LastResponse extends WrittenRequest {
  readonly responseId: string
  /** The items that it gave, as the backend said them. */
  readonly output: readonly JsonObject[]
}

/** The part of a request that the backend does not have yet. */
export interface Continuation {
  readonly previousResponseId: string
  readonly input: CodexRequestBody['input']
}

/** Writes a request as JSON. */
export const writeRequest = ({ input, ...settings }: CodexRequestBody): WrittenRequest => ({
  settings: JSON.stringify(settings),
  input: input.map((item) => JSON.stringify(item)),
})

/**
 * Returns what a request adds to the last response of its socket: everything else equal, and its input beginning with
 * that request's input and that response's output. Undefined where anything differs, so that the whole input goes out.
 *
 * @see docs/wire.md, WebSocket
 */
export function continuationOf(
  last: LastResponse | undefined,
  body: CodexRequestBody,
  written: WrittenRequest,
): Continuation | undefined {
  if (!last) return undefined
  const before = last.input.length + last.output.length
  if (body.input.length < before || written.settings !== last.settings) return undefined
  const isSame = body.input.every((item, index) => {
    if (index >= before) return true
    const sent = last.input[index]
    return sent === undefined
      ? saysTheSame(item, last.output[index - last.input.length])
      : written.input[index] === sent
  })
  return isSame ? { previousResponseId: last.responseId, input: body.input.slice(before) } : undefined
}

/** True where a history item says what the backend's own item says; ids and formatting of JSON do not count. */
function saysTheSame(item: CodexRequestBody['input'][number], said: JsonObject | undefined): boolean {
  if (said === undefined || said.type !== item.type) return false
  switch (item.type) {
    case 'message':
      return (
        item.role === 'assistant' &&
        said.role === 'assistant' &&
        (said.phase ?? undefined) === item.phase &&
        outputText(said.content) === outputText(item.content)
      )
    case 'reasoning':
      return said.encrypted_content === item.encrypted_content
    case 'function_call':
      return isSameCall(item, said) && compactJson(said.arguments) === compactJson(item.arguments)
    case 'custom_tool_call':
      return isSameCall(item, said) && said.input === item.input
    case 'tool_search_call':
      return (
        said.call_id === item.call_id && JSON.stringify(said.arguments) === JSON.stringify(item.arguments)
      )
    default:
      return false
  }
}

type NamedCall = Extract<InputItem, { type: 'function_call' | 'custom_tool_call' }>

const isSameCall = (item: NamedCall, said: JsonObject): boolean =>
  said.call_id === item.call_id && said.name === item.name && (said.namespace ?? undefined) === item.namespace

/** Returns the joined text of a message; undefined where it holds anything else. */
function outputText(content: unknown): string | undefined {
  if (!Array.isArray(content)) return undefined
  let text = ''
  for (const part of content) {
    const { type, text: piece } = asObject(part)
    if (type !== 'output_text' || typeof piece !== 'string') return undefined
    text += piece
  }
  return text
}

/** Returns JSON text without its spaces; text that is not JSON stays as it is. */
function compactJson(text: unknown): unknown {
  if (typeof text !== 'string') return text
  try {
    return JSON.stringify(JSON.parse(text))
  } catch {
    return text
  }
}

/** Collects from the messages of one response what the next request may go on from. */
export function createResponseNote(written: WrittenRequest): {
  see(message: JsonObject): void
  /** The response, once it has been completed. */
  last(): LastResponse | undefined
} {
  const output: JsonObject[] = []
  let responseId: string | undefined
  return {
    see({ type, item, response }) {
      if (type === 'response.output_item.done' && isObject(item)) output.push(item)
      if (type !== 'response.completed' && type !== 'response.done') return
      const { id, status = 'completed' } = asObject(response)
      if (typeof id === 'string' && id !== '' && status === 'completed') responseId = id
    },
    last: () => (responseId === undefined ? undefined : { ...written, responseId, output }),
  }
}

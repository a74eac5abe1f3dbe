import { type GenerateTextResult, generateText, streamText, type TextStreamPart, type ToolSet } from 'ai'
import type { Answer, CodexServer, JsonObject } from '../../../src/testing/types.ts'

/** One event as an SSE message. */
export const ev = (event: JsonObject): string =>
  `event: ${String(event.type)}\ndata: ${JSON.stringify(event)}\n\n`

export const CREATED: JsonObject = { type: 'response.created', response: { id: 'resp_1' } }

/** A finished message item. */
export const message = (text: string, index = 0): JsonObject => ({
  type: 'response.output_item.done',
  output_index: index,
  item: {
    id: `msg_${index + 1}`,
    type: 'message',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text, annotations: [], logprobs: [] }],
  },
})

const USAGE = {
  input_tokens: 10,
  input_tokens_details: { cached_tokens: 4 },
  output_tokens: 6,
  output_tokens_details: { reasoning_tokens: 2 },
  total_tokens: 16,
}

/** The last event of a good answer. */
export const completed = (output: readonly unknown[] = [], usage: unknown = USAGE): JsonObject => ({
  type: 'response.completed',
  response: { id: 'resp_1', status: 'completed', output, usage },
})

export const messageAdded = (index = 0): JsonObject => ({
  type: 'response.output_item.added',
  output_index: index,
  item: { id: `msg_${index + 1}`, type: 'message', role: 'assistant', status: 'in_progress', content: [] },
})

export const delta = (text: string, index = 0): JsonObject => ({
  type: 'response.output_text.delta',
  item_id: `msg_${index + 1}`,
  output_index: index,
  content_index: 0,
  delta: text,
})

/** The events of an answer that says this in two deltas. */
export function good(text: string): JsonObject[] {
  const middle = Math.ceil(text.length / 2)
  return [
    CREATED,
    messageAdded(),
    delta(text.slice(0, middle)),
    delta(text.slice(middle)),
    message(text),
    completed(),
  ]
}

/** A finished function call. */
export const callDone = (
  index: number,
  fields: { callId: string; name: string; arguments: string },
): JsonObject => ({
  type: 'response.output_item.done',
  output_index: index,
  item: {
    id: `fc_${index + 1}`,
    type: 'function_call',
    status: 'completed',
    call_id: fields.callId,
    name: fields.name,
    arguments: fields.arguments,
  },
})

/** A finished reasoning item. */
export const reasoningDone = (
  index: number,
  encryptedContent: string,
  summary: readonly string[] = [],
): JsonObject => ({
  type: 'response.output_item.done',
  output_index: index,
  item: {
    id: `rs_${index + 1}`,
    type: 'reasoning',
    summary: summary.map((text) => ({ type: 'summary_text', text })),
    encrypted_content: encryptedContent,
  },
})

export const failed = (code: string, text: string): JsonObject => ({
  type: 'response.failed',
  response: { id: 'resp_1', status: 'failed', error: { code, message: text }, output: [] },
})

/** An answer of these events. */
export const events = (...list: JsonObject[]): Answer => ({ type: 'events', events: list })

/** An answer of exactly these bytes. */
export const raw = (...chunks: Array<string | Uint8Array>): Answer => ({ type: 'raw', chunks })

/** The body of the request to `…/responses` with this number. */
export function bodyOf(server: CodexServer, index = 0): JsonObject & { input: JsonObject[] } {
  const json = server.responseRequests[index]?.json
  if (!Array.isArray(json?.input)) throw new Error(`There is no request ${index}`)
  return json as JsonObject & { input: JsonObject[] }
}

export type TextOptions = Parameters<typeof generateText>[0]
export type ProviderOptions = NonNullable<TextOptions['providerOptions']>
export type StreamPart = TextStreamPart<ToolSet>

/** All parts of a `streamText` call. */
export async function partsOf(options: TextOptions & { toolCallStreaming?: boolean }): Promise<StreamPart[]> {
  const parts: StreamPart[] = []
  const { fullStream } = streamText({ maxRetries: 0, onError: () => {}, ...options })
  for await (const part of fullStream) parts.push(part)
  return parts
}

/** What a call came to, in the same form for both functions of the AI SDK. */
export interface Heard {
  text: string
  reasoning: string
  calls: Array<{ name: string; args: unknown }>
  finishReason: string
  usage: { promptTokens: number; completionTokens: number }
  metadata: Readonly<Record<string, unknown>> | undefined
  warnings: readonly unknown[]
  errors: unknown[]
}

const NOTHING: Heard = {
  text: '',
  reasoning: '',
  calls: [],
  finishReason: 'error',
  usage: { promptTokens: Number.NaN, completionTokens: Number.NaN },
  metadata: undefined,
  warnings: [],
  errors: [],
}

const toHeard = (result: GenerateTextResult<ToolSet, unknown>): Heard => ({
  text: result.text,
  reasoning: result.reasoning ?? '',
  calls: result.toolCalls.map(({ toolName, args }) => ({ name: toolName, args })),
  finishReason: result.finishReason,
  usage: result.usage,
  metadata: result.providerMetadata?.codex,
  warnings: result.warnings ?? [],
  errors: [],
})

async function hearGenerated(options: TextOptions): Promise<Heard> {
  try {
    return toHeard(await generateText({ maxRetries: 0, ...options }))
  } catch (error) {
    return { ...NOTHING, errors: [error] }
  }
}

async function hearStreamed(options: TextOptions): Promise<Heard> {
  const heard: Heard = { ...NOTHING, calls: [], errors: [] }
  for (const part of await partsOf(options)) {
    if (part.type === 'text-delta') heard.text += part.textDelta
    else if (part.type === 'reasoning') heard.reasoning += part.textDelta
    else if (part.type === 'tool-call') heard.calls.push({ name: part.toolName, args: part.args })
    else if (part.type === 'error') heard.errors.push(part.error)
    else if (part.type === 'step-finish') heard.warnings = part.warnings ?? []
    else if (part.type === 'finish') {
      heard.finishReason = part.finishReason
      heard.usage = part.usage
      heard.metadata = part.providerMetadata?.codex
    }
  }
  return heard
}

/** The two ways to ask for text; both must hear the same. */
export const WAYS = [
  { way: 'generateText', hear: hearGenerated },
  { way: 'streamText', hear: hearStreamed },
] as const

/** Models of both shapes. */
export const SHAPES = [
  { model: 'gpt-5.1-codex', shape: 'classic' },
  { model: 'gpt-5.5', shape: 'classic' },
  { model: 'gpt-6.1-sol', shape: 'lite' },
] as const

/** What a promise rejects with. */
export async function rejection(promise: PromiseLike<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('The promise did not reject')
    },
    (error: unknown) => error,
  )
}

/** All that a stream gives. */
export async function collect<T>(stream: ReadableStream<T>): Promise<T[]> {
  const parts: T[] = []
  const reader = stream.getReader()
  for (let next = await reader.read(); !next.done; next = await reader.read()) parts.push(next.value)
  return parts
}

/** A promise that is settled from outside (Node 20 has no `Promise.withResolvers`). */
export function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {}
  const promise = new Promise<void>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}

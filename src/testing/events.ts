import { createHash } from 'node:crypto'
import { NO_COMP_HASH } from './facts.ts'
import type { JsonObject, ToolCallAnswer } from './types.ts'

/** What a model says in one turn; each part becomes one output item, in this order. */
export interface Turn {
  /** `summary` gives summary events; `encryptedContent` is what a client sends back. */
  reasoning?: { summary?: string; encryptedContent?: string }
  text?: string
  /** The message's `phase`. Default `final_answer`, or `commentary` where calls follow. */
  phase?: string
  calls?: readonly ToolCallAnswer[]
  /** Tools that the backend runs itself, before the text: a web search for a query, an image for a prompt. */
  hosted?: ReadonlyArray<{ type: 'web_search' | 'image_generation'; prompt: string }>
  /** True for the item that stands for the history, and nothing else. */
  isCompaction?: boolean
  /** A command that the client is to run. */
  shell?: { command: readonly string[] }
}

/** What surrounds a turn's items. */
export interface TurnContext {
  model: string
  /** Ids are derived from it: the same seed gives the same ids. */
  seed: string
  /** Seconds since 1970. */
  createdAt: number
  inputTokens: number
  /** Models with this hash read the compaction. */
  compHash?: string
  /** Further fields of the `response` object. */
  response?: JsonObject
}

type Emit = (type: string, fields: JsonObject) => void

interface Writer {
  emit: Emit
  /** A fresh id with this prefix. */
  id(prefix: string): string
}

const TOKEN_LENGTH = 4
const OBFUSCATED_LENGTH = 16

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Tokens in a text, roughly. */
const countTokens = (text: string): number => Math.ceil(text.length / TOKEN_LENGTH)

/** Cuts a text into the pieces in which it is streamed; joined they are the text again. */
function pieces(text: string): string[] {
  return text.match(/\s*\S{1,10}|\s+/gu) ?? []
}

/** The name of a reasoning item's content that this server made. */
export const encryptedContent = (seed: string): string => `gAAAA_standin_${digest(`enc:${seed}`)}`

function delta(text: string, n: number): JsonObject {
  return {
    delta: text,
    obfuscation: digest(`${n}:${text}`).slice(0, Math.max(1, OBFUSCATED_LENGTH - text.length)),
  }
}

function writeReasoning(
  writer: Writer,
  outputIndex: number,
  reasoning: { summary?: string; encryptedContent?: string },
): void {
  const { emit } = writer
  const id = writer.id('rs')
  const encrypted =
    reasoning.encryptedContent === undefined ? {} : { encrypted_content: reasoning.encryptedContent }
  const item = { id, type: 'reasoning', ...encrypted }
  emit('response.output_item.added', { output_index: outputIndex, item: { ...item, summary: [] } })
  const { summary } = reasoning
  const done = summary === undefined ? [] : [{ type: 'summary_text', text: summary }]
  if (summary !== undefined) {
    const at = { item_id: id, output_index: outputIndex, summary_index: 0 }
    emit('response.reasoning_summary_part.added', { ...at, part: { type: 'summary_text', text: '' } })
    for (const [n, piece] of pieces(summary).entries()) {
      emit('response.reasoning_summary_text.delta', { ...at, ...delta(piece, n) })
    }
    emit('response.reasoning_summary_text.done', { ...at, text: summary })
    emit('response.reasoning_summary_part.done', { ...at, part: { type: 'summary_text', text: summary } })
  }
  emit('response.output_item.done', { output_index: outputIndex, item: { ...item, summary: done } })
}

function writeMessage(
  writer: Writer,
  outputIndex: number,
  text: string,
  { phase, annotations }: { phase: string; annotations: readonly JsonObject[] },
): void {
  const { emit } = writer
  const id = writer.id('msg')
  const item = { id, type: 'message', role: 'assistant', phase }
  const part = (content: string, cited: readonly JsonObject[] = []) => ({
    type: 'output_text',
    annotations: cited,
    logprobs: [],
    text: content,
  })
  const at = { item_id: id, output_index: outputIndex, content_index: 0 }
  emit('response.output_item.added', {
    output_index: outputIndex,
    item: { ...item, status: 'in_progress', content: [] },
  })
  emit('response.content_part.added', { ...at, part: part('') })
  for (const [n, piece] of pieces(text).entries()) {
    emit('response.output_text.delta', { ...at, ...delta(piece, n), logprobs: [] })
  }
  for (const [index, annotation] of annotations.entries()) {
    emit('response.output_text.annotation.added', { ...at, annotation_index: index, annotation })
  }
  emit('response.output_text.done', { ...at, text, logprobs: [] })
  emit('response.content_part.done', { ...at, part: part(text, annotations) })
  emit('response.output_item.done', {
    output_index: outputIndex,
    item: { ...item, status: 'completed', content: [part(text, annotations)] },
  })
}

/** The text of a call's arguments as it travels. */
function argumentsText(call: ToolCallAnswer): string {
  return typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments)
}

/** The arguments come whole, and the call gets its final id with them. */
function writeSearch(writer: Writer, outputIndex: number, call: ToolCallAnswer): void {
  const item = { id: writer.id('tsc'), type: 'tool_search_call', execution: 'client' }
  const added = { ...item, call_id: writer.id('call'), status: 'in_progress', arguments: {} }
  writer.emit('response.output_item.added', { output_index: outputIndex, item: added })
  const done = {
    ...item,
    call_id: call.callId ?? writer.id('call'),
    status: 'completed',
    arguments: call.arguments,
  }
  writer.emit('response.output_item.done', { output_index: outputIndex, item: done })
}

function writeCall(writer: Writer, outputIndex: number, call: ToolCallAnswer): void {
  if (call.toolSearch) {
    writeSearch(writer, outputIndex, call)
    return
  }
  const { emit } = writer
  const [type, field, prefix, event] = call.custom
    ? (['custom_tool_call', 'input', 'ctc', 'response.custom_tool_call_input'] as const)
    : (['function_call', 'arguments', 'fc', 'response.function_call_arguments'] as const)
  const id = writer.id(prefix)
  const text = argumentsText(call)
  const namespace = call.namespace === undefined ? {} : { namespace: call.namespace }
  const item = { id, type, call_id: call.callId ?? writer.id('call'), name: call.name, ...namespace }
  const at = { item_id: id, output_index: outputIndex }
  emit('response.output_item.added', {
    output_index: outputIndex,
    item: { ...item, status: 'in_progress', [field]: '' },
  })
  for (const [n, piece] of pieces(text).entries()) emit(`${event}.delta`, { ...at, ...delta(piece, n) })
  emit(`${event}.done`, { ...at, [field]: text })
  emit('response.output_item.done', {
    output_index: outputIndex,
    item: { ...item, status: 'completed', [field]: text },
  })
}

/** The smallest PNG. */
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** A place that a web search finds. */
const FOUND = { type: 'url_citation', url: 'https://example.com/', title: 'Example Domain' }

function writeHosted(
  writer: Writer,
  outputIndex: number,
  { type, prompt }: NonNullable<Turn['hosted']>[number],
): void {
  const [prefix, result] =
    type === 'web_search'
      ? ['ws', { action: { type: 'search', query: prompt } }]
      : ['ig', { output_format: 'png', revised_prompt: prompt, result: PIXEL }]
  const item = { id: writer.id(prefix), type: `${type}_call` }
  const added = { output_index: outputIndex, item: { ...item, status: 'in_progress' } }
  writer.emit('response.output_item.added', added)
  writer.emit(`response.${type}_call.completed`, { output_index: outputIndex, item_id: item.id })
  const done = { output_index: outputIndex, item: { ...item, status: 'completed', ...result } }
  writer.emit('response.output_item.done', done)
}

function writeShell(writer: Writer, outputIndex: number, command: readonly string[]): void {
  const action = { type: 'exec', command, env: {}, timeout_ms: null, user: null, working_directory: null }
  const item = { id: writer.id('lsh'), type: 'local_shell_call', call_id: writer.id('call'), action }
  for (const [event, status] of [
    ['added', 'in_progress'],
    ['done', 'completed'],
  ] as const) {
    const fields = { output_index: outputIndex, item: { ...item, status } }
    writer.emit(`response.output_item.${event}`, fields)
  }
}

function writeCompaction(
  writer: Writer,
  outputIndex: number,
  { seed, compHash = NO_COMP_HASH }: TurnContext,
): void {
  const content = `gAAAA_standin_cmp_${compHash}_${digest(`cmp:${seed}`)}`
  const item = { id: writer.id('cmp'), type: 'compaction', encrypted_content: content }
  for (const event of ['added', 'done'])
    writer.emit(`response.output_item.${event}`, { output_index: outputIndex, item })
}

function usageOf(turn: Turn, inputTokens: number): JsonObject {
  const reasoning = turn.reasoning ? countTokens(turn.reasoning.summary ?? '') + 8 : 0
  const said = (turn.text ?? '') + (turn.calls ?? []).map((call) => call.name + argumentsText(call)).join('')
  const output = reasoning + countTokens(said)
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: Math.floor(inputTokens / 2) },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: inputTokens + output,
  }
}

/** The whole life of one response that says this turn: from `response.created` to `response.completed`. */
export function turnEvents(turn: Turn, context: TurnContext): JsonObject[] {
  const events: JsonObject[] = []
  const emit: Emit = (type, fields) => {
    events.push({ type, sequence_number: events.length, ...fields })
  }
  let ids = 0
  const id = (prefix: string) => `${prefix}_${digest(`${context.seed}:${ids++}`).slice(0, 40)}`
  const response = {
    id: id('resp'),
    object: 'response',
    created_at: context.createdAt,
    error: null,
    incomplete_details: null,
    model: context.model,
    // The backend leaves it empty even at the end: the items' own events are the truth.
    output: [],
    ...context.response,
  }
  emit('response.created', { response: { ...response, status: 'in_progress', usage: null } })
  emit('response.in_progress', { response: { ...response, status: 'in_progress', usage: null } })
  const writer = { emit, id }
  let outputIndex = 0
  const calls = turn.calls ?? []
  const hosted = turn.hosted ?? []
  const isLast = calls.length === 0 && turn.shell === undefined
  if (turn.reasoning) writeReasoning(writer, outputIndex++, turn.reasoning)
  for (const call of hosted) writeHosted(writer, outputIndex++, call)
  if (turn.text !== undefined) {
    const { text } = turn
    const searched = hosted.some(({ type }) => type === 'web_search')
    writeMessage(writer, outputIndex++, text, {
      phase: turn.phase ?? (isLast ? 'final_answer' : 'commentary'),
      annotations: searched ? [{ ...FOUND, start_index: 0, end_index: text.length }] : [],
    })
  }
  for (const call of calls) writeCall(writer, outputIndex++, call)
  if (turn.isCompaction) writeCompaction(writer, outputIndex++, context)
  if (turn.shell) writeShell(writer, outputIndex++, turn.shell.command)
  emit('response.completed', {
    response: { ...response, status: 'completed', usage: usageOf(turn, context.inputTokens) },
  })
  return events
}

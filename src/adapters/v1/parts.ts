import type { LanguageModelV1ProviderMetadata, LanguageModelV1StreamPart } from 'spec-v1'
import { asObject, type JsonObject, parseObject, textOf } from '../../lib/json.ts'
import type { CodexPart, CodexUsage } from '../../parts/part.ts'
import { definedFields, type FinishContext, finishMetadata } from '../finish-metadata.ts'
import { encodeSignature, type Neighbour, type SignatureContent, SUMMARY_BREAK } from './signature.ts'

type V1Part = LanguageModelV1StreamPart
type Emit = (part: V1Part) => void

/** Facts about the call that translation needs. */
interface V1Context extends FinishContext {
  /** The effort, where the answer has to name it for later requests. */
  effort?: string | undefined
  /** The name of the caller's tool search. */
  searchName?: string | undefined
  /** Models with this hash read the compactions of the answer. */
  compHash?: string | undefined
  errorOf(failure: Extract<CodexPart, { type: 'failure' }>['failure']): Error
}

/** A reasoning item whose signature is still to come. */
interface OpenReasoning {
  item: number
  /** Lengths of its blocks so far. */
  summary: number[]
  encryptedContent: string | undefined
  before: Neighbour[] | undefined
  after: Neighbour[]
}

/** Creates a translator of one answer's parts into those of LanguageModelV1. */
export function createV1Translator(context: V1Context): (part: CodexPart, emit: Emit) => void {
  let reasoning: OpenReasoning | undefined
  let textLength = 0
  /** Neighbours before any signed reasoning; the first item takes them over. */
  let unclaimed: Neighbour[] = []
  let responseId: string | undefined
  let sources = 0
  let isEffortTold = false
  /** True after a note whose place the texts and calls around it must keep. */
  let hasPlacedNote = false

  /** LanguageModelV1 has URL sources only. */
  function emitSource({ source, itemId, range }: Extract<CodexPart, { type: 'source' }>, emit: Emit): void {
    if (source.type !== 'url') return
    const own = definedFields<string | number>({ itemId, ...range })
    sources += 1
    emit({
      type: 'source',
      source: {
        sourceType: 'url',
        id: `${responseId ?? 'response'}:source-${sources}`,
        url: source.url,
        ...(source.title === undefined ? {} : { title: source.title }),
        ...(Object.keys(own).length === 0 ? {} : { providerMetadata: { [context.key]: own } }),
      },
    })
  }

  const note = (neighbour: Neighbour) => (reasoning?.after ?? unclaimed).push(neighbour)

  /** Emits an item's signature, once all that followed the item is known. */
  function closeReasoning(emit: Emit): void {
    const closed = reasoning
    reasoning = undefined
    if (!closed) return
    const { encryptedContent, summary, before, after } = closed
    if (encryptedContent === undefined) {
      unclaimed = [...(before ?? []), ...after]
      return
    }
    const signature = encodeSignature({
      encryptedContent,
      summary: summary.length > 1 ? summary : undefined,
      before,
      after,
      effort: context.effort,
    })
    isEffortTold = true
    emit({ type: 'reasoning-signature', signature })
  }

  /** Keeps neighbours that no signature holds in a part of their own. */
  function emitNote(emit: Emit): void {
    const effort = isEffortTold ? undefined : context.effort
    const matter = unclaimed.some(matters) || (hasPlacedNote && unclaimed.length > 0)
    if (effort === undefined && !matter) return
    emit({ type: 'redacted-reasoning', data: encodeSignature({ after: unclaimed, effort }) })
  }

  /** Emits a note between what came before and what follows. A signature that came after it would be lost on a page. */
  function placeNote(content: Omit<SignatureContent, 'before' | 'after'>, emit: Emit): void {
    closeReasoning(emit)
    const before = unclaimed.length > 0 ? unclaimed : undefined
    unclaimed = []
    emit({ type: 'redacted-reasoning', data: encodeSignature({ before, ...content, after: [] }) })
  }

  /** Notes a tool search at its place: LanguageModelV1 has no form for the call. */
  function noteSearch(part: Extract<CodexPart, { type: 'hosted-call' }>, emit: Emit): void {
    hasPlacedNote = true
    const search = { call: part.callId, arguments: asObject(parseObject(part.input)).arguments }
    placeNote({ search }, emit)
  }

  function noteFound(part: Extract<CodexPart, { type: 'hosted-result' }>, emit: Emit): void {
    closeReasoning(emit)
    const list = Array.isArray(part.result.tools) ? part.result.tools : []
    const found = { call: part.callId, tools: list.flatMap((tool) => textOf(asObject(tool).name) ?? []) }
    emit({ type: 'redacted-reasoning', data: encodeSignature({ found, after: [] }) })
  }

  function startReasoning(item: number, emit: Emit): void {
    if (reasoning?.item === item) {
      reasoning.summary.push(0)
      emit({ type: 'reasoning', textDelta: SUMMARY_BREAK })
      return
    }
    // Without a signature between them, `ai` would join the texts of two items.
    const isUnsigned = reasoning !== undefined && reasoning.encryptedContent === undefined
    const isSigned = reasoning !== undefined && !isUnsigned
    closeReasoning(emit)
    if (isUnsigned) emit({ type: 'reasoning', textDelta: SUMMARY_BREAK })
    if (isSigned) emit(SEPARATOR)
    const before = unclaimed.length > 0 ? unclaimed : undefined
    unclaimed = []
    reasoning = { item, summary: [0], encryptedContent: undefined, before, after: [] }
  }

  function addReasoning(item: number, textDelta: string, emit: Emit): void {
    if (reasoning?.item === item) {
      reasoning.summary.push((reasoning.summary.pop() ?? 0) + textDelta.length)
    }
    emit({ type: 'reasoning', textDelta })
  }

  function endReasoning(part: Extract<CodexPart, { type: 'reasoning-end' }>, emit: Emit): void {
    if (reasoning?.item !== part.item) return
    const isSilent =
      reasoning.encryptedContent === undefined && reasoning.summary.every((length) => length === 0)
    reasoning.encryptedContent = part.encryptedContent
    // `ai` attaches a signature to the reasoning part before it.
    if (isSilent) emit({ type: 'reasoning', textDelta: '' })
  }

  return (part, emit) => {
    switch (part.type) {
      case 'response':
        responseId = part.info.id
        emit(responseMetadata(part.info, context.modelId))
        break
      case 'text-start':
        textLength = 0
        break
      case 'text-delta':
        textLength += part.delta.length
        emit({ type: 'text-delta', textDelta: part.delta })
        break
      case 'text-end':
        note({ text: textLength, phase: part.phase })
        break
      case 'reasoning-start':
        startReasoning(part.item, emit)
        break
      case 'reasoning-delta':
        addReasoning(part.item, part.delta, emit)
        break
      case 'reasoning-end':
        endReasoning(part, emit)
        break
      case 'tool-input-start':
      case 'tool-input-end':
        break
      case 'tool-input-delta':
        emit({
          type: 'tool-call-delta',
          toolCallType: 'function',
          toolCallId: part.callId,
          toolName: part.name,
          argsTextDelta: part.delta,
        })
        break
      case 'tool-call':
        note({ call: part.callId, namespace: part.namespace })
        emit({
          type: 'tool-call',
          toolCallType: 'function',
          toolCallId: part.callId,
          toolName: part.name,
          args: part.input,
        })
        break
      case 'source':
        emitSource(part, emit)
        break
      case 'opaque':
        hasPlacedNote ||= reasoning !== undefined || unclaimed.length > 0
        placeNote(opaqueContent(part.data, context.compHash), emit)
        break
      case 'context-usage':
        placeNote({ contextTokens: part.totalTokens }, emit)
        break
      case 'file':
        emit({ type: 'file', mimeType: part.mediaType, data: part.data })
        break
      case 'raw':
      case 'text-correction':
      case 'hosted-input-start':
      case 'hosted-input-delta':
      case 'hosted-input-end':
        // LanguageModelV1 has no form for it.
        break
      case 'hosted-call':
        if (part.name === context.searchName) noteSearch(part, emit)
        break
      case 'hosted-result':
        if (part.name === context.searchName) noteFound(part, emit)
        break
      case 'finish':
        closeReasoning(emit)
        emitNote(emit)
        emit({
          type: 'finish',
          finishReason: part.reason,
          usage: toV1Usage(part.usage),
          providerMetadata: { [context.key]: metadata(part, context) },
        })
        break
      case 'failure':
        emit({ type: 'error', error: context.errorOf(part.failure) })
        emit({ type: 'finish', finishReason: 'error', usage: UNKNOWN_USAGE })
        break
      default:
        part satisfies never
    }
  }
}

/** The signature of an item that goes back as it came. */
export const opaqueSignature = (item: JsonObject, compHash: string | undefined): string =>
  encodeSignature({ ...opaqueContent(item, compHash), after: [] })

const opaqueContent = (item: JsonObject, compHash: string | undefined) => ({
  item,
  ...(item.type === 'compaction' ? { compHash } : {}),
})

/** True if it needs a note of its own. A page may show the note, so a plain answer gets none. */
const matters = (neighbour: Neighbour): boolean =>
  'call' in neighbour
    ? neighbour.namespace !== undefined
    : neighbour.phase !== undefined && neighbour.phase !== 'final_answer'

/**
 * Empty note between two reasoning items of a stream: `useChat` keeps the last signature of reasoning that nothing
 * separates.
 */
export const SEPARATOR = {
  type: 'redacted-reasoning',
  data: encodeSignature({ after: [] }),
} as const satisfies V1Part

type ResponseInfo = Extract<CodexPart, { type: 'response' }>['info']

const responseMetadata = (info: ResponseInfo, modelId: string): V1Part => ({
  type: 'response-metadata',
  ...(info.id === undefined ? {} : { id: info.id }),
  ...(info.createdAt === undefined ? {} : { timestamp: info.createdAt }),
  modelId: info.model ?? modelId,
})

/** Usage of an answer that did not report any. */
export const UNKNOWN_USAGE = { promptTokens: Number.NaN, completionTokens: Number.NaN }

/** NaN for what the backend did not report, as the AI SDK's own providers do. */
const toV1Usage = (usage: CodexUsage) => ({
  promptTokens: usage.inputTokens ?? Number.NaN,
  completionTokens: usage.outputTokens ?? Number.NaN,
})

/** Adds the token counts that V1's usage has no field for. */
const metadata = (
  part: Extract<CodexPart, { type: 'finish' }>,
  context: FinishContext,
): LanguageModelV1ProviderMetadata[string] => ({
  ...finishMetadata(part, context),
  ...definedFields({
    cachedInputTokens: part.usage.cachedInputTokens,
    reasoningTokens: part.usage.reasoningTokens,
  }),
})

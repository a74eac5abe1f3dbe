import type { LanguageModelV1ProviderMetadata, LanguageModelV1StreamPart } from 'spec-v1'
import type { CodexPart, CodexUsage } from '../../parts/part.ts'
import { type FinishContext, finishMetadata, known } from '../finish-metadata.ts'
import { encodeSignature, type Neighbour, SUMMARY_BREAK } from './signature.ts'

type V1Part = LanguageModelV1StreamPart
type Emit = (part: V1Part) => void

/** What a translator must know of the call. */
interface V1Context extends FinishContext {
  errorOf(failure: Extract<CodexPart, { type: 'failure' }>['failure']): Error
}

/** A reasoning item on its way to its signature, which is told last. */
interface OpenReasoning {
  item: number
  /** Lengths of its blocks so far. */
  summary: number[]
  encryptedContent: string | undefined
  before: Neighbour[] | undefined
  after: Neighbour[]
}

/** Translates the parts of one answer into those of LanguageModelV1. */
export function createV1Translator(context: V1Context): (part: CodexPart, emit: Emit) => void {
  let reasoning: OpenReasoning | undefined
  let textLength = 0
  /** What came before any signed reasoning, until its first item takes it over. */
  let unclaimed: Neighbour[] = []
  let responseId: string | undefined
  let sources = 0

  /** LanguageModelV1 knows no source but a URL. */
  function emitSource({ source, itemId }: Extract<CodexPart, { type: 'source' }>, emit: Emit): void {
    if (source.type !== 'url') return
    sources += 1
    emit({
      type: 'source',
      source: {
        sourceType: 'url',
        id: `${responseId ?? 'response'}:source-${sources}`,
        url: source.url,
        ...(source.title === undefined ? {} : { title: source.title }),
        ...(itemId === undefined ? {} : { providerMetadata: { codex: { itemId } } }),
      },
    })
  }

  const note = (neighbour: Neighbour) => (reasoning?.after ?? unclaimed).push(neighbour)

  /** Once for each item, and only when all that followed it is known. */
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
    })
    emit({ type: 'reasoning-signature', signature })
  }

  /** The last resort for what no signature tells: a part that is a note alone. */
  function emitNote(emit: Emit): void {
    if (!unclaimed.some(matters)) return
    emit({ type: 'redacted-reasoning', data: encodeSignature({ after: unclaimed }) })
  }

  function startReasoning(item: number, emit: Emit): void {
    if (reasoning?.item === item) {
      reasoning.summary.push(0)
      emit({ type: 'reasoning', textDelta: SUMMARY_BREAK })
      return
    }
    // Without a signature between them, `ai` would run the texts of two items together.
    const isUnsigned = reasoning !== undefined && reasoning.encryptedContent === undefined
    closeReasoning(emit)
    if (isUnsigned) emit({ type: 'reasoning', textDelta: SUMMARY_BREAK })
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
    // A signature needs a reasoning part to belong to.
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
      case 'file':
        emit({ type: 'file', mimeType: part.mediaType, data: part.data })
        break
      case 'raw':
      case 'text-correction':
      case 'hosted-call':
        // LanguageModelV1 has no word for it.
        break
      case 'finish':
        closeReasoning(emit)
        emitNote(emit)
        emit({
          type: 'finish',
          finishReason: part.reason,
          usage: toV1Usage(part.usage),
          providerMetadata: { codex: metadata(part, context) },
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

/** Is it worth a part of its own, which a page may show? A plain answer is not, or each chat would have one. */
const matters = (neighbour: Neighbour): boolean =>
  'call' in neighbour
    ? neighbour.namespace !== undefined
    : neighbour.phase !== undefined && neighbour.phase !== 'final_answer'

type ResponseInfo = Extract<CodexPart, { type: 'response' }>['info']

const responseMetadata = (info: ResponseInfo, modelId: string): V1Part => ({
  type: 'response-metadata',
  ...(info.id === undefined ? {} : { id: info.id }),
  ...(info.createdAt === undefined ? {} : { timestamp: info.createdAt }),
  modelId: info.model ?? modelId,
})

/** The usage of an answer that did not tell it. */
export const UNKNOWN_USAGE = { promptTokens: Number.NaN, completionTokens: Number.NaN }

/** NaN where the backend did not say, as the AI SDK's own providers do. */
const toV1Usage = (usage: CodexUsage) => ({
  promptTokens: usage.inputTokens ?? Number.NaN,
  completionTokens: usage.outputTokens ?? Number.NaN,
})

/** V1's usage has no place for all that the backend counts. */
const metadata = (
  part: Extract<CodexPart, { type: 'finish' }>,
  context: FinishContext,
): LanguageModelV1ProviderMetadata[string] => ({
  ...finishMetadata(part, context),
  ...known({
    cachedInputTokens: part.usage.cachedInputTokens,
    reasoningTokens: part.usage.reasoningTokens,
  }),
})

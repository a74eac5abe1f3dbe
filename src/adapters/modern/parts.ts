import type { BackendFailure } from '../../events/event.ts'
import type { JsonObject, JsonValue } from '../../lib/json.ts'
import type { CodexPart } from '../../parts/part.ts'
import { definedFields, type FinishContext, finishMetadata } from '../finish-metadata.ts'
import type { Translate } from '../stream.ts'
import {
  type CommonStreamPart,
  type Dialect,
  type Finish,
  type Metadata,
  type OpaqueItem,
  type Source,
  UNKNOWN_USAGE,
} from './dialect.ts'

type Part<Type extends CodexPart['type']> = Extract<CodexPart, { type: Type }>

/** Facts about the call that translation needs. */
export interface TranslatorContext extends FinishContext {
  /** The effort, where the parts have to name it for later requests. */
  effort?: string | undefined
  /** Models with this hash read the compactions of the answer. */
  compHash?: string | undefined
  /** Names of the caller's provider tools. */
  declaredTools: ReadonlySet<string>
  errorOf(failure: BackendFailure): Error
}

/** Creates a translator of one answer's parts into those of LanguageModelV2 or later. */
export function createModernTranslator<Usage, FinishReason, Warning, OwnPart>(
  dialect: Dialect<Usage, FinishReason, Warning, OwnPart>,
  context: TranslatorContext,
): Translate<CommonStreamPart | OwnPart | Finish<Usage, FinishReason>> {
  let responseId: string | undefined
  let made = 0
  /** Tool inputs that have started but not ended: the answer may break off in the middle of a call. */
  const openInputs = new Set<string>()
  /** Hosted calls whose start was emitted. */
  const shownInputs = new Set<string>()

  /** Creates an id where the backend sends none. */
  const makeId = (kind: string): string => {
    made += 1
    return `${responseId ?? 'response'}:${kind}-${made}`
  }

  function hosted(part: Part<'hosted-call'> | Part<'hosted-result'>): readonly OwnPart[] {
    if (!isShown(part.name)) return []
    const isDeclared = context.declaredTools.has(part.name)
    // They were parsed from JSON.
    const details = part.type === 'hosted-result' ? (part.details as Metadata[string]) : {}
    // The item's id marks the call as ours when it comes back in a prompt.
    const providerMetadata = { [context.key]: { itemId: part.itemId ?? part.callId, ...details } }
    return dialect.toHosted({ ...part, isDeclared, providerMetadata })
  }

  const isShown = (name: string): boolean => dialect.hasDynamicTools || context.declaredTools.has(name)

  function opaque({ data }: Part<'opaque'>): ReadonlyArray<OwnPart | CommonStreamPart> {
    const { key, compHash } = context
    return dialect.toOpaque({ id: makeId('item'), ...opaqueForm(data, key, compHash) })
  }

  const contextUsage = ({ totalTokens }: Part<'context-usage'>): ReadonlyArray<OwnPart | CommonStreamPart> =>
    dialect.toOpaque({
      id: makeId('item'),
      kind: 'codex.context_usage',
      providerMetadata: { [context.key]: { contextTokens: totalTokens } },
    })

  function closeInputs(emit: (part: CommonStreamPart) => void): void {
    for (const id of openInputs) emit({ type: 'tool-input-end', id })
    openInputs.clear()
  }

  const finish = (part: Part<'finish'>): Finish<Usage, FinishReason> => ({
    type: 'finish',
    finishReason: dialect.toFinishReason(part.reason, part.rawReason),
    usage: dialect.toUsage(part.usage),
    providerMetadata: { [context.key]: finishMetadata(part, context) },
  })

  return (part, emit) => {
    switch (part.type) {
      case 'response':
        responseId = part.info.id
        emit(responseMetadata(part, context.modelId))
        break
      case 'source':
        emit(toSource(part, makeId('source'), context.key))
        break
      case 'file': {
        const { mediaType, data, itemId } = part
        emit(dialect.toFile({ mediaType, data, ...withMetadata(context.key, { itemId }) }))
        break
      }
      case 'hosted-input-start': {
        const { callId: id, name: toolName } = part
        if (!isShown(toolName)) break
        shownInputs.add(id)
        const dynamic = context.declaredTools.has(toolName) ? {} : { dynamic: true }
        emit({ type: 'tool-input-start', id, toolName, providerExecuted: true, ...dynamic })
        break
      }
      case 'hosted-input-delta':
        if (shownInputs.has(part.callId))
          emit({ type: 'tool-input-delta', id: part.callId, delta: part.delta })
        break
      case 'hosted-input-end':
        if (shownInputs.has(part.callId)) emit({ type: 'tool-input-end', id: part.callId })
        break
      case 'hosted-call':
      case 'hosted-result':
        hosted(part).forEach(emit)
        break
      case 'opaque':
        opaque(part).forEach(emit)
        break
      case 'context-usage':
        contextUsage(part).forEach(emit)
        break
      case 'text-correction':
        // Text that was streamed can't be taken back.
        break
      case 'tool-input-start':
        openInputs.add(part.callId)
        emit(toSharedPart(part, context))
        break
      case 'tool-input-end':
        openInputs.delete(part.callId)
        emit(toSharedPart(part, context))
        break
      case 'finish':
        closeInputs(emit)
        emit(finish(part))
        break
      case 'failure':
        closeInputs(emit)
        emit({ type: 'error', error: context.errorOf(part.failure) })
        emit({
          type: 'finish',
          finishReason: dialect.toFinishReason(isCut(part.failure) ? 'interrupted' : 'error', undefined),
          usage: dialect.toUsage(UNKNOWN_USAGE),
        })
        break
      default:
        emit(toSharedPart(part, context))
    }
  }
}

/** The form of an item that goes back as it came. */
export function opaqueForm(
  data: JsonObject,
  key: string,
  compHash: string | undefined,
): Pick<OpaqueItem, 'kind' | 'providerMetadata'> {
  const hash = data.type === 'compaction' ? compHash : undefined
  return {
    kind: `codex.${String(data.type)}`,
    // It was parsed from JSON.
    providerMetadata: { [key]: definedFields<JsonValue>({ item: data as JsonValue, compHash: hash }) },
  }
}

/** True if the stream ended before the backend said that the answer is complete. */
const isCut = ({ code }: BackendFailure): boolean => code === 'stream_cut' || code === 'stream_idle'

type SharedPart = Exclude<
  CodexPart,
  | { type: `hosted-${string}` }
  | {
      type:
        | 'response'
        | 'text-correction'
        | 'source'
        | 'file'
        | 'opaque'
        | 'context-usage'
        | 'finish'
        | 'failure'
    }
>

/** Translates the parts that differ in names only. */
function toSharedPart(part: SharedPart, { key, effort }: TranslatorContext): CommonStreamPart {
  switch (part.type) {
    case 'text-start':
      return { type: 'text-start', id: part.id, ...withMetadata(key, { phase: part.phase }) }
    case 'text-delta':
    case 'reasoning-delta':
      return { type: part.type, id: part.id, delta: part.delta }
    case 'text-end': {
      const { id, itemId, phase } = part
      // They were parsed from JSON.
      const annotations = part.annotations as Array<{ [key: string]: JsonValue }>
      const given = annotations.length > 0 ? annotations : undefined
      return { type: 'text-end', id, ...withMetadata(key, { itemId, phase, effort, annotations: given }) }
    }
    case 'reasoning-start':
      return { type: 'reasoning-start', id: part.id }
    case 'reasoning-end': {
      const { id, itemId, encryptedContent } = part
      return { type: 'reasoning-end', id, ...withMetadata(key, { itemId, effort, encryptedContent }) }
    }
    case 'tool-input-start':
      return { type: 'tool-input-start', id: part.callId, toolName: part.name }
    case 'tool-input-delta':
      return { type: 'tool-input-delta', id: part.callId, delta: part.delta }
    case 'tool-input-end':
      return { type: 'tool-input-end', id: part.callId }
    case 'tool-call': {
      const { callId: toolCallId, name: toolName, input, itemId, namespace } = part
      return {
        type: 'tool-call',
        toolCallId,
        toolName,
        input,
        ...withMetadata(key, { itemId, effort, namespace }),
      }
    }
    case 'raw':
      return { type: 'raw', rawValue: part.value }
    default:
      return part satisfies never
  }
}

function withMetadata(
  key: string,
  values: Readonly<Record<string, JsonValue | undefined>>,
): { providerMetadata?: Metadata } {
  const own = definedFields(values)
  return Object.keys(own).length === 0 ? {} : { providerMetadata: { [key]: own } }
}

const responseMetadata = ({ info }: Part<'response'>, modelId: string): CommonStreamPart => ({
  type: 'response-metadata',
  ...(info.id === undefined ? {} : { id: info.id }),
  ...(info.createdAt === undefined ? {} : { timestamp: info.createdAt }),
  modelId: info.model ?? modelId,
})

/** The backend does not send the media type of a cited document. */
const UNKNOWN_TYPE = 'application/octet-stream'

function toSource({ source, itemId, range }: Part<'source'>, id: string, key: string): Source {
  if (source.type === 'url') {
    const { url, title } = source
    return {
      type: 'source',
      sourceType: 'url',
      id,
      url,
      ...(title === undefined ? {} : { title }),
      ...withMetadata(key, { itemId, ...range }),
    }
  }
  const { fileId, filename, title } = source
  return {
    type: 'source',
    sourceType: 'document',
    id,
    mediaType: UNKNOWN_TYPE,
    title: title ?? filename ?? fileId,
    ...(filename === undefined ? {} : { filename }),
    ...withMetadata(key, { itemId, fileId, ...range }),
  }
}

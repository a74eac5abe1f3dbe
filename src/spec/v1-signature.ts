import type {
  CodexAssistantPart,
  CodexReasoningPart,
  CodexTextPart,
  CodexToolCallPart,
} from '../request/call.ts'

/** What stands before the JSON of our signatures, so that those of other providers are told apart. */
const TAG = 'codex:v1:'

/** What stood beside a reasoning item: a message of so many characters, or a call. */
export type Neighbour =
  | { text: number; phase?: string | undefined }
  | { call: string; namespace?: string | undefined }

/**
 * What a V1 reasoning signature holds. LanguageModelV1 has no other place for it, and puts an assistant's reasoning
 * first, then its text as one, then its calls: the order that the model made is kept here.
 */
export interface SignatureContent {
  encryptedContent: string
  /** Lengths of the summary's parts, where it has several. */
  summary?: number[] | undefined
  /** What came before the first reasoning item; only that one's signature tells it. */
  before?: Neighbour[] | undefined
  /** What came after the item, up to the next one. */
  after: Neighbour[]
}

export function encodeSignature(content: SignatureContent): string {
  return TAG + JSON.stringify(content)
}

/** The content of one of our signatures; undefined for any other text. */
export function decodeSignature(signature: string | undefined): SignatureContent | undefined {
  if (!signature?.startsWith(TAG)) return undefined
  try {
    const content = JSON.parse(signature.slice(TAG.length)) as Partial<SignatureContent> | null
    if (typeof content?.encryptedContent !== 'string') return undefined
    return {
      encryptedContent: content.encryptedContent,
      summary: Array.isArray(content.summary) ? content.summary : undefined,
      before: Array.isArray(content.before) ? content.before : undefined,
      after: Array.isArray(content.after) ? content.after : [],
    }
  } catch {
    return undefined
  }
}

/** What separates the parts of a summary within one V1 reasoning part. */
export const SUMMARY_BREAK = '\n\n'

function splitSummary(text: string, lengths: readonly number[] | undefined): string[] {
  const total = lengths?.reduce((sum, length) => sum + length + SUMMARY_BREAK.length, -SUMMARY_BREAK.length)
  // A text that was changed since can't be taken apart.
  if (lengths === undefined || total !== text.length) return [text]
  let start = 0
  return lengths.map((length) => {
    const part = text.slice(start, start + length)
    start += length + SUMMARY_BREAK.length
    return part
  })
}

export interface SignedReasoning {
  text: string
  signature: SignatureContent | undefined
}

const toReasoningPart = ({ text, signature }: SignedReasoning): CodexReasoningPart => ({
  type: 'reasoning',
  summary: splitSummary(text, signature?.summary),
  encryptedContent: signature?.encryptedContent,
})

/** Puts the parts of a V1 assistant message back in the order in which the model made them. */
export function restoreOrder(content: {
  reasoning: readonly SignedReasoning[]
  texts: readonly CodexTextPart[]
  calls: readonly CodexToolCallPart[]
}): CodexAssistantPart[] {
  const { reasoning, texts, calls } = content
  const takeText = textTaker(texts, reasoning)
  const open = new Map(calls.map((call) => [call.callId, call]))

  const partsOf = (neighbour: Neighbour): readonly CodexAssistantPart[] => {
    if ('text' in neighbour) return takeText.next(neighbour.text, neighbour.phase)
    const call = open.get(neighbour.call)
    open.delete(neighbour.call)
    return call ? [{ ...call, namespace: call.namespace ?? neighbour.namespace }] : []
  }

  const ordered = reasoning.flatMap((part): CodexAssistantPart[] => [
    ...(part.signature?.before ?? []).flatMap(partsOf),
    toReasoningPart(part),
    ...(part.signature?.after ?? []).flatMap(partsOf),
  ])
  return [...ordered, ...takeText.rest(), ...open.values()]
}

/** Cuts the joined text at the lengths that the signatures tell; a text that does not fit them stays whole. */
function textTaker(texts: readonly CodexTextPart[], reasoning: readonly SignedReasoning[]) {
  const lengths = reasoning.flatMap(({ signature }) =>
    [...(signature?.before ?? []), ...(signature?.after ?? [])].flatMap((neighbour) =>
      'text' in neighbour ? [neighbour.text] : [],
    ),
  )
  const joined = texts.map((part) => part.text).join('')
  const fits = lengths.length > 0 && joined.length === lengths.reduce((sum, length) => sum + length, 0)
  let start = 0
  let whole: readonly CodexTextPart[] = fits ? [] : texts
  return {
    next(length: number, phase: string | undefined): readonly CodexTextPart[] {
      if (!fits) {
        const all = whole
        whole = []
        return all
      }
      const text = joined.slice(start, start + length)
      start += length
      return [{ type: 'text', text, phase }]
    },
    rest: (): readonly CodexTextPart[] => whole,
  }
}

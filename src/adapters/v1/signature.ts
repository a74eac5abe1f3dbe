import { asObject, isObject, type JsonObject, parseObject, textOf } from '../../lib/json.ts'

/** Prefix of our signatures, which distinguishes them from those of other providers. */
const TAG = 'codex:v1:'

/** Neighbour of a reasoning item: a text of that many characters, or a call. */
export type Neighbour =
  | { text: number; phase?: string | undefined }
  | { call: string; namespace?: string | undefined }

/**
 * Content of a V1 reasoning signature, the only field of LanguageModelV1 that survives a round trip. V1 puts the
 * reasoning of a message first, then all of its text, then its calls; the neighbours keep the model's own order.
 */
export interface SignatureContent {
  /** Absent in a note, which keeps the neighbours of an answer without reasoning. */
  encryptedContent?: string | undefined
  /** Lengths of the summary's parts, if it has several. */
  summary?: number[] | undefined
  /** Neighbours before the first reasoning item of an answer; absent in the signatures of later items. */
  before?: Neighbour[] | undefined
  /** Neighbours after the item, up to the next one. */
  after: Neighbour[]
  /** The effort of the answer, where it has to be named. */
  effort?: string | undefined
  /** Of a compaction: models with this hash read it. */
  compHash?: string | undefined
  /** Tokens of the context after the answer, in a note. */
  contextTokens?: number | undefined
  /** An item that goes back as it came, in a note. */
  item?: JsonObject | undefined
  /** A tool search, in a note at its place. */
  search?: { call: string; arguments: unknown } | undefined
  /** The tools that a search found, in a note of their own: they are known once the answer has ended. */
  found?: { call: string; tools: string[] } | undefined
}

/** Encodes the content as a signature. */
export function encodeSignature(content: SignatureContent): string {
  return TAG + JSON.stringify(content)
}

/** Decodes one of our signatures; undefined for anything else. */
export function decodeSignature(signature: unknown): SignatureContent | undefined {
  if (typeof signature !== 'string' || !signature.startsWith(TAG)) return undefined
  const { encryptedContent, summary, before, after, effort, compHash, contextTokens, item, search, found } =
    asObject(parseObject(signature.slice(TAG.length)))
  const isOurs =
    typeof encryptedContent === 'string' || (encryptedContent === undefined && Array.isArray(after))
  if (!isOurs) return undefined
  return {
    encryptedContent,
    summary: Array.isArray(summary) && summary.every(isLength) ? summary : undefined,
    before: Array.isArray(before) ? before.flatMap(toNeighbour) : undefined,
    after: Array.isArray(after) ? after.flatMap(toNeighbour) : [],
    ...(typeof effort === 'string' ? { effort } : {}),
    ...(typeof compHash === 'string' ? { compHash } : {}),
    ...(isLength(contextTokens) ? { contextTokens } : {}),
    ...(isObject(item) ? { item } : {}),
    ...toSearch(search),
    ...toFound(found),
  }
}

function toSearch(value: unknown): Pick<SignatureContent, 'search'> {
  const { call, arguments: given } = asObject(value)
  return typeof call === 'string' ? { search: { call, arguments: given } } : {}
}

function toFound(value: unknown): Pick<SignatureContent, 'found'> {
  const { call, tools } = asObject(value)
  if (typeof call !== 'string' || !Array.isArray(tools)) return {}
  return { found: { call, tools: tools.filter((name) => typeof name === 'string') } }
}

const isLength = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0

/** Skips what is not a neighbour: a history may have been stored and edited by anyone. */
function toNeighbour(value: unknown): Neighbour[] {
  const { text, phase, call, namespace } = asObject(value)
  if (isLength(text)) return [{ text, phase: textOf(phase) }]
  return typeof call === 'string' ? [{ call, namespace: textOf(namespace) }] : []
}

/** Separator of the parts of a summary within one V1 reasoning part. */
export const SUMMARY_BREAK = '\n\n'

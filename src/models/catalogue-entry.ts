import { asObject, isObject, textOf } from '../lib/json.ts'
import { REASONING_EFFORTS, type ReasoningEffort } from './efforts.ts'
import { modelFacts, type RequestShape, TEXT_VERBOSITIES, type TextVerbosity } from './table.ts'

/** A model in the backend's catalogue. Fields that the catalogue leaves out, or that can't be read, are undefined. */
export interface CodexModelInfo {
  /** For `codex(id)`. */
  id: string
  /** The name for people. */
  displayName?: string
  /** In tokens. */
  contextWindow?: number
  /** The reasoning levels that the model has. For `ultra` another one is sent. */
  efforts?: ReasoningEffort[]
  /** The level of calls that name none. */
  defaultEffort?: ReasoningEffort
  /** The text verbosity of calls that name none; undefined where the model has none. */
  verbosity?: TextVerbosity
  /** Such as `text` and `image`. */
  inputModalities?: string[]
  /** The layout of requests to the model. */
  shape: RequestShape
  /** The values of `serviceTier` that the model takes, such as `priority`. */
  serviceTiers?: string[]
  /** `list` for a model that is offered to people, `hide` for one that is not. */
  visibility?: string
}

/** An entry of the catalogue, with the fields that only requests depend on. */
export interface CatalogueModel extends CodexModelInfo {
  instructions?: string
  /** False where the entry says that the model has no verbosity. */
  takesVerbosity?: boolean
  /** The level to send for `ultra`. */
  multiAgentEffort?: ReasoningEffort
  /** True where the effort may change inside a conversation. */
  takesEffortUpdates?: boolean
  /** Models with the same one read each other's compaction items. */
  compHash?: string
}

/** A copy of the entry for the user, without the fields that only requests depend on. */
export function toModelInfo(model: CatalogueModel): CodexModelInfo {
  const { instructions, takesVerbosity, multiAgentEffort, takesEffortUpdates, compHash, ...info } = model
  return structuredClone(info)
}

/**
 * Reads the models of one answer of `GET …/models` (docs/wire.md, "Models and catalogue"), in its order. Lenient: an entry without a
 * slug is dropped, as is a field that can't be read and an effort level that nobody knows. Of two entries with the same
 * slug the first counts.
 */
export function readCatalogue(json: unknown): CatalogueModel[] {
  const models = new Map<string, CatalogueModel>()
  for (const model of listOf(asObject(json).models).flatMap(readEntry)) {
    if (!models.has(model.id)) models.set(model.id, model)
  }
  return [...models.values()]
}

function readEntry(json: unknown): CatalogueModel[] {
  const entry = asObject(json)
  const id = textOf(entry.slug)?.trim()
  if (!id) return []
  const model: CatalogueModel = { id, shape: readShape(id, entry.use_responses_lite) }
  const displayName = textOf(entry.display_name)
  const contextWindow = readTokens(entry.context_window)
  const efforts = namesOf(entry.supported_reasoning_levels, 'effort')?.filter(isEffort)
  const inputModalities = namesOf(entry.input_modalities)
  const serviceTiers = readServiceTiers(entry)
  const visibility = textOf(entry.visibility)
  const instructions = readInstructions(entry)
  const compHash = textOf(entry.comp_hash)
  if (displayName) model.displayName = displayName
  if (contextWindow) model.contextWindow = contextWindow
  if (efforts && efforts.length > 0) model.efforts = [...new Set(efforts)]
  if (isEffort(entry.default_reasoning_level)) model.defaultEffort = entry.default_reasoning_level
  if (entry.support_verbosity === false) model.takesVerbosity = false
  else if (isVerbosity(entry.default_verbosity)) model.verbosity = entry.default_verbosity
  if (inputModalities) model.inputModalities = inputModalities
  if (serviceTiers) model.serviceTiers = serviceTiers
  if (visibility) model.visibility = visibility
  if (instructions) model.instructions = instructions
  if (isEffort(entry.multi_agent_reasoning_effort))
    model.multiAgentEffort = entry.multi_agent_reasoning_effort
  if (typeof entry.supports_reasoning_effort_updates === 'boolean') {
    model.takesEffortUpdates = entry.supports_reasoning_effort_updates
  }
  if (compHash) model.compHash = compHash
  return [model]
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

const isEffort = (value: unknown): value is ReasoningEffort => REASONING_EFFORTS.some((one) => one === value)

const isVerbosity = (value: unknown): value is TextVerbosity => TEXT_VERBOSITIES.some((one) => one === value)

/** The names in a list of names or of objects that hold their name under `key`; undefined where it is no list. */
function namesOf(value: unknown, key?: string): string[] | undefined {
  if (!Array.isArray(value)) return undefined
  return value.flatMap((one) => textOf(key && isObject(one) ? one[key] : one) ?? [])
}

function readShape(id: string, isLite: unknown): RequestShape {
  if (typeof isLite === 'boolean') return isLite ? 'lite' : 'classic'
  return modelFacts(id).shape
}

const readTokens = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined

function readServiceTiers(entry: Record<string, unknown>): string[] | undefined {
  const tiers = namesOf(entry.service_tiers, 'id')
  if (tiers) return tiers
  // Older catalogues know the tier by its other name only.
  return namesOf(entry.additional_speed_tiers)?.map((tier) => (tier === 'fast' ? 'priority' : tier))
}

function readInstructions(entry: Record<string, unknown>): string | undefined {
  const template = textOf(asObject(entry.model_messages).instructions_template)
  const text = template?.replace(/\{\{\s*personality\s*\}\}/g, '')
  return text?.trim() ? text : textOf(entry.base_instructions)
}

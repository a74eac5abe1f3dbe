import type { ReasoningEffort } from './efforts.ts'
import { MODEL_TABLE } from './table.ts'

/** Known model ids; any other string is passed to the backend as it is. */
export type CodexModelId =
  | 'gpt-6.2-sol'
  | 'gpt-6.2-astra'
  | 'gpt-6.1-sol'
  | 'gpt-6.1-terra'
  | 'gpt-6-astra'
  | 'gpt-6-sol'
  | 'gpt-6-luna'
  | 'gpt-5.6-sol'
  | 'gpt-5.6-terra'
  | 'gpt-5.6-luna'
  | 'gpt-5.5'
  | 'gpt-5.2-codex'
  | 'gpt-5.1-codex-max'
  | 'gpt-5.1-codex'
  | 'gpt-5.1-codex-mini'
  | 'gpt-5.1'
  | 'codex-mini-latest'
  | (string & {})

/** The model families of the original system; anything else is `other`. */
export type ModelFamily = 'codex-max' | 'codex-mini' | 'codex' | 'gpt-5.1' | 'other'

const BUILT_IN_ALIASES: Readonly<Record<string, string>> = {
  'gpt-5': 'gpt-5.1',
  'gpt-5-codex': 'gpt-5.1-codex',
  'gpt-5-codex-max': 'gpt-5.1-codex-max',
  'gpt-5-codex-mini': 'gpt-5.1-codex-mini',
}

const FAMILIES: Readonly<Record<string, ModelFamily>> = {
  'gpt-5.1-codex-max': 'codex-max',
  'gpt-5.1-codex-mini': 'codex-mini',
  'gpt-5.1-codex': 'codex',
  'gpt-5.1': 'gpt-5.1',
}

const KNOWN_WITHOUT_FACTS = ['codex-mini-latest', 'gpt-5.2-codex']

// An id that is nothing but a prefix or a suffix stays as it is.
const PREFIXES = /^(?:\s*(?:codex\/|codex-oauth\/|codex_oauth\/|openai\/|codex-(?=gpt-))(?=\s*\S))+\s*/i
const EFFORT_SUFFIX = /(?<=.)-(none|minimal|low|medium|high|xhigh)$/i

const lookUp = (map: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(map, key) ? map[key] : undefined

const isKnown = (lowerCased: string): boolean =>
  Object.hasOwn(MODEL_TABLE, lowerCased) || KNOWN_WITHOUT_FACTS.includes(lowerCased)

/**
 * Removes `codex/`, `codex-oauth/`, `codex_oauth/`, `openai/`, and `codex-` where `gpt-` follows, also several in a row.
 */
export const stripProviderPrefix = (modelId: string): string => modelId.trim().replace(PREFIXES, '')

interface ParsedModelId {
  id: string
  effort: ReasoningEffort | undefined
}

function parseModelId(modelId: string, aliases: Readonly<Record<string, string>>): ParsedModelId {
  const whole = stripProviderPrefix(modelId)
  const wholeAlias = lookUp(aliases, modelId.trim()) ?? lookUp(aliases, whole)
  // An alias may itself name an effort (`{ fast: 'gpt-5.5-low' }`), but is followed once only.
  if (wholeAlias !== undefined) return parseModelId(wholeAlias, {})
  const suffix = isKnown(whole.toLowerCase()) ? null : EFFORT_SUFFIX.exec(whole)
  const base = suffix ? whole.slice(0, suffix.index) : whole
  const effort = suffix ? (suffix[1]?.toLowerCase() as ReasoningEffort) : undefined
  const baseAlias = lookUp(aliases, base)
  if (baseAlias !== undefined) {
    const aliased = parseModelId(baseAlias, {})
    return { id: aliased.id, effort: effort ?? aliased.effort }
  }
  const lower = base.toLowerCase()
  return { id: lookUp(BUILT_IN_ALIASES, lower) ?? (isKnown(lower) ? lower : base), effort }
}

/**
 * The id that goes to the backend: prefixes and an effort suffix removed, `modelAliases` and then the built-in aliases
 * applied, a known id lower-cased. Any other id is returned unchanged: no list refuses a model.
 */
export function normalizeModel(modelId: string, aliases: Readonly<Record<string, string>> = {}): string {
  return parseModelId(modelId, aliases).id
}

/** The effort that the id's suffix names (`-none -minimal -low -medium -high -xhigh`), or undefined. */
export function extractReasoningEffortFromModel(
  modelId: string,
  aliases: Readonly<Record<string, string>> = {},
): ReasoningEffort | undefined {
  return parseModelId(modelId, aliases).effort
}

/** The family of a model id, normalized or not. */
export function getModelFamily(modelId: string): ModelFamily {
  const id = normalizeModel(modelId)
  return Object.hasOwn(FAMILIES, id) ? (FAMILIES[id] as ModelFamily) : 'other'
}

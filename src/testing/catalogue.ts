import { createHash } from 'node:crypto'
import type { CatalogueModel } from './types.ts'

const TO_XHIGH = ['low', 'medium', 'high', 'xhigh']
const TO_MAX = [...TO_XHIGH, 'max']
const TO_ULTRA = [...TO_MAX, 'ultra']

interface ModelFacts {
  efforts: readonly string[]
  effort: string
  /** The first client version that is offered the model. */
  since: string
  window?: number
  /** The effort that stands for `ultra` on the wire; it also takes effort changes inside a conversation. */
  ultraEffort?: string
  hidden?: true
}

/** An entry with all fields that the Codex CLI needs to read a list. */
const model = (slug: string, priority: number, facts: ModelFacts): CatalogueModel => {
  const isLite = slug !== 'gpt-5.5'
  return {
    slug,
    display_name: slug,
    description: `${slug}, as the stand-in plays it`,
    default_reasoning_level: facts.effort,
    supported_reasoning_levels: facts.efforts.map((effort) => ({
      effort,
      description: `Thinks with effort ${effort}`,
    })),
    shell_type: 'unified_exec',
    visibility: facts.hidden ? 'hide' : 'list',
    supported_in_api: true,
    priority,
    minimal_client_version: facts.since,
    additional_speed_tiers: ['fast'],
    service_tiers: [{ id: 'priority', name: 'Fast', description: 'Answers sooner, counts for more' }],
    availability_nux: null,
    upgrade: null,
    model_messages: { instructions_template: `You are ${slug}, a coding agent.{{ personality }}` },
    default_reasoning_summary: 'none',
    support_verbosity: true,
    default_verbosity: 'low',
    apply_patch_tool_type: 'freeform',
    web_search_tool_type: 'text_and_image',
    truncation_policy: { mode: 'tokens', limit: 10_000 },
    supports_image_detail_original: true,
    context_window: facts.window ?? 272_000,
    max_context_window: isLite ? 872_000 : 272_000,
    effective_context_window_percent: 95,
    comp_hash: isLite ? '3000' : '2911',
    experimental_supported_tools: [],
    input_modalities: ['text', 'image'],
    supports_search_tool: true,
    use_responses_lite: isLite,
    supports_reasoning_effort_updates: facts.ultraEffort !== undefined,
    multi_agent_reasoning_effort: facts.ultraEffort ?? null,
    tool_mode: isLite ? 'code_mode_only' : null,
    base_instructions: `You are ${slug}, a coding agent.`,
  }
}

/** Today's models, with the facts of client 0.171.0 and texts of our own. */
export const DEFAULT_CATALOGUE: readonly CatalogueModel[] = [
  model('gpt-6.2-sol', 1, {
    efforts: TO_ULTRA,
    effort: 'low',
    since: '0.171.0',
    window: 500_000,
    ultraEffort: 'xhigh',
  }),
  model('gpt-6.2-astra', 2, { efforts: TO_ULTRA, effort: 'low', since: '0.171.0', ultraEffort: 'xhigh' }),
  model('gpt-6.1-terra', 3, {
    efforts: TO_ULTRA,
    effort: 'low',
    since: '0.160.0',
    window: 500_000,
    ultraEffort: 'xhigh',
  }),
  model('gpt-6.1-sol', 4, {
    efforts: TO_ULTRA,
    effort: 'low',
    since: '0.160.0',
    window: 500_000,
    ultraEffort: 'xhigh',
  }),
  model('gpt-6-astra', 5, { efforts: TO_ULTRA, effort: 'low', since: '0.153.0', ultraEffort: 'xhigh' }),
  model('gpt-6-sol', 6, { efforts: TO_ULTRA, effort: 'medium', since: '0.155.0' }),
  model('gpt-6-luna', 7, { efforts: TO_MAX, effort: 'medium', since: '0.155.0' }),
  model('gpt-5.6-sol', 8, { efforts: TO_ULTRA, effort: 'low', since: '0.144.0' }),
  model('gpt-5.6-terra', 9, { efforts: TO_ULTRA, effort: 'medium', since: '0.144.0' }),
  model('gpt-5.6-luna', 10, { efforts: TO_MAX, effort: 'medium', since: '0.144.0' }),
  model('gpt-5.5', 13, { efforts: TO_XHIGH, effort: 'medium', since: '0.60.0' }),
  model('codex-auto-review', 43, { efforts: TO_MAX, effort: 'medium', since: '0.144.0', hidden: true }),
]

/** Ids that the backend takes although no list has them: those of earlier clients. */
const OLDER_IDS = [
  'codex-mini-latest',
  'gpt-5',
  'gpt-5-codex',
  'gpt-5-codex-mini',
  'gpt-5.1',
  'gpt-5.1-codex',
  'gpt-5.1-codex-max',
  'gpt-5.1-codex-mini',
  'gpt-5.2',
  'gpt-5.2-codex',
  'gpt-5.3-codex',
  'gpt-5.4',
]

const digitsOf = (id: string): string => id.replace(/\D+/g, ' ').trim()

/** True where two texts differ by one letter that is missing, added, changed, or swapped with its neighbour. */
function differByOne(a: string, b: string): boolean {
  let start = 0
  while (start < a.length && a[start] === b[start]) start++
  const restOf = (text: string, skipped: number) => text.slice(start + skipped)
  const isSwapped = a[start] === b[start + 1] && a[start + 1] === b[start] && restOf(a, 2) === restOf(b, 2)
  return (
    isSwapped ||
    restOf(a, 1) === restOf(b, 1) ||
    restOf(a, 1) === restOf(b, 0) ||
    restOf(a, 0) === restOf(b, 1)
  )
}

/**
 * Returns the known id that this one is a typo of: another spelling of it, with the same version number. Any other
 * unknown id may be a model of tomorrow.
 */
export function misspelledModel(id: string, known: readonly string[]): string | undefined {
  const ids = [...known, ...OLDER_IDS]
  if (ids.includes(id)) return undefined
  return ids.find((other) => digitsOf(other) === digitsOf(id) && differByOne(id, other))
}

/** The effort levels that a model lists, whether as `{ effort }` or as names; undefined where it lists none. */
export function listedEfforts(entry: CatalogueModel | undefined): string[] | undefined {
  const levels = entry?.supported_reasoning_levels
  if (!Array.isArray(levels) || levels.length === 0) return undefined
  return levels.map((level: unknown) =>
    typeof level === 'object' && level !== null && 'effort' in level ? String(level.effort) : String(level),
  )
}

/** Is version `a` older than `b`? Both `x.y.z`. */
export function isOlder(a: string, b: string): boolean {
  const [left, right] = [a, b].map((version) => version.split('.').map((part) => Number.parseInt(part, 10)))
  for (let i = 0; i < 3; i++) {
    const difference = (left?.[i] ?? 0) - (right?.[i] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return false
}

/** The first version of the client that a model takes, if it says so. */
export function minimalVersion(entry: CatalogueModel | undefined): string | undefined {
  const version = entry?.minimal_client_version
  return typeof version === 'string' ? version : undefined
}

/** The models that a client of this version is shown. */
export function modelsFor(
  catalogue: readonly CatalogueModel[],
  clientVersion: string,
): readonly CatalogueModel[] {
  return catalogue.filter((entry) => !isOlder(clientVersion, minimalVersion(entry) ?? '0.0.0'))
}

/** The weak ETag of a list of models. */
export function catalogueEtag(models: readonly CatalogueModel[]): string {
  return `W/"${createHash('sha256').update(JSON.stringify(models)).digest('hex').slice(0, 16)}"`
}

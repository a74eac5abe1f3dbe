import { createHash } from 'node:crypto'
import type { CatalogueModel } from './types.ts'

const TO_XHIGH = ['low', 'medium', 'high', 'xhigh']

/** An entry with all fields that the Codex CLI needs to read a list (wire 6.1). */
const model = (
  slug: string,
  fields: { lite: boolean; efforts: string[]; effort: string; since: string; priority: number },
): CatalogueModel => ({
  slug,
  display_name: slug,
  description: `${slug}, as the stand-in plays it`,
  default_reasoning_level: fields.effort,
  supported_reasoning_levels: fields.efforts.map((effort) => ({
    effort,
    description: `Thinks with effort ${effort}`,
  })),
  shell_type: 'unified_exec',
  visibility: 'list',
  supported_in_api: true,
  priority: fields.priority,
  minimal_client_version: fields.since,
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
  context_window: 272_000,
  max_context_window: fields.lite ? 872_000 : 272_000,
  effective_context_window_percent: 95,
  experimental_supported_tools: [],
  input_modalities: ['text', 'image'],
  supports_search_tool: true,
  use_responses_lite: fields.lite,
  base_instructions: `You are ${slug}, a coding agent.`,
})

/** A few of today's models, with the facts of wire 6.1 and texts of our own. */
export const DEFAULT_CATALOGUE: readonly CatalogueModel[] = [
  model('gpt-6.1-sol', {
    lite: true,
    efforts: [...TO_XHIGH, 'max', 'ultra'],
    effort: 'low',
    since: '0.160.0',
    priority: 1,
  }),
  model('gpt-6-luna', {
    lite: true,
    efforts: [...TO_XHIGH, 'max'],
    effort: 'medium',
    since: '0.155.0',
    priority: 4,
  }),
  model('gpt-5.6-terra', {
    lite: true,
    efforts: [...TO_XHIGH, 'max', 'ultra'],
    effort: 'medium',
    since: '0.144.0',
    priority: 7,
  }),
  model('gpt-5.5', { lite: false, efforts: TO_XHIGH, effort: 'medium', since: '0.60.0', priority: 9 }),
]

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

/** The models that a client of this version is shown (wire 6.1). */
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

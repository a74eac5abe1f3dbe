import type { ReasoningEffort } from './efforts.ts'

/** How a request is laid out: `classic` has `instructions` and `tools`, `lite` has them inside `input`. */
export type RequestShape = 'classic' | 'lite'

/** How long the answer's text can be. */
export const TEXT_VERBOSITIES = ['low', 'medium', 'high'] as const

/** How long the answer's text is. */
export type TextVerbosity = (typeof TEXT_VERBOSITIES)[number]

/** What a request must know about a model. */
export interface ModelFacts {
  readonly shape: RequestShape
  /** The levels that the backend takes; undefined where that is not known; then each is sent as given. */
  readonly efforts?: readonly ReasoningEffort[]
  readonly defaultEffort?: ReasoningEffort
  readonly defaultVerbosity?: TextVerbosity
  /** False where the backend says that the model takes none. */
  readonly takesVerbosity?: boolean
  /** In tokens. */
  readonly contextWindow?: number
  readonly serviceTiers?: readonly string[]
}

const TO_XHIGH = ['low', 'medium', 'high', 'xhigh'] as const
const TO_MAX = [...TO_XHIGH, 'max'] as const
const TO_ULTRA = [...TO_MAX, 'ultra'] as const

const lite = (
  efforts: readonly ReasoningEffort[],
  defaultEffort: ReasoningEffort,
  contextWindow = 272_000,
): ModelFacts => ({
  shape: 'lite',
  efforts,
  defaultEffort,
  defaultVerbosity: 'low',
  contextWindow,
  serviceTiers: ['priority'],
})

const original = (efforts: readonly ReasoningEffort[]): ModelFacts => ({
  shape: 'classic',
  efforts,
  defaultEffort: 'medium',
  defaultVerbosity: 'medium',
})

/** The gpt-5.1 ids: they keep the effort levels of the system that this package re-implements. */
const ORIGINAL_MODELS: Readonly<Record<string, ModelFacts>> = {
  'gpt-5.1-codex-max': original(['none', 'minimal', ...TO_XHIGH]),
  'gpt-5.1-codex': original(['none', 'low', 'medium', 'high']),
  'gpt-5.1-codex-mini': original(['medium', 'high']),
  'gpt-5.1': original(['none', 'minimal', 'low', 'medium', 'high']),
}

/** The known models: today's, from the catalogue of Codex 0.169.0 (codex-wire.md section 6.1), and the four of gpt-5.1. */
export const MODEL_TABLE: Readonly<Record<string, ModelFacts>> = {
  'gpt-6.1-sol': lite(TO_ULTRA, 'low'),
  'gpt-6.1-terra': lite(TO_ULTRA, 'low', 500_000),
  'gpt-6-astra': lite(TO_ULTRA, 'low'),
  'gpt-6-sol': lite(TO_ULTRA, 'medium'),
  'gpt-6-luna': lite(TO_MAX, 'medium'),
  'gpt-5.6-sol': lite(TO_ULTRA, 'low'),
  'gpt-5.6-terra': lite(TO_ULTRA, 'medium'),
  'gpt-5.6-luna': lite(TO_MAX, 'medium'),
  'gpt-daybreak-blue-latest': { ...lite(TO_ULTRA, 'low'), serviceTiers: [] },
  'gpt-daybreak-red-latest': {
    ...lite(TO_ULTRA, 'medium', 372_000),
    defaultVerbosity: 'high',
    serviceTiers: [],
  },
  'codex-auto-review': lite(TO_MAX, 'medium'),
  'gpt-5.5': {
    shape: 'classic',
    efforts: TO_XHIGH,
    defaultEffort: 'medium',
    defaultVerbosity: 'low',
    contextWindow: 272_000,
    serviceTiers: ['priority'],
  },
  ...ORIGINAL_MODELS,
}

/** `gpt-5.6`, `gpt-6.1-sol`, `gpt-7-codex` and so on: from version 5.6 on, models take the lite shape. */
function shapeByName(modelId: string): RequestShape {
  const version = /^gpt-(\d+)(?:\.(\d+))?(?:-|$)/i.exec(modelId)
  if (!version) return 'classic'
  const major = Number(version[1])
  const minor = Number(version[2] ?? 0)
  return major > 5 || (major === 5 && minor >= 6) ? 'lite' : 'classic'
}

/** The facts about a (normalized) model id; what the table does not know follows from its name. */
export function modelFacts(modelId: string): ModelFacts {
  return isTableModel(modelId) ? (MODEL_TABLE[modelId] as ModelFacts) : { shape: shapeByName(modelId) }
}

/** True for the ids of the original system, whose facts no catalogue changes. */
export const isOriginalModel = (modelId: string): boolean => Object.hasOwn(ORIGINAL_MODELS, modelId)

/** True for the ids whose facts are bundled. */
export const isTableModel = (modelId: string): boolean => Object.hasOwn(MODEL_TABLE, modelId)

import type { ReasoningEffort } from './efforts.ts'

/** The layout of a request: `classic` has `instructions` and `tools`, `lite` has them inside `input`. */
export type RequestShape = 'classic' | 'lite'

/** Levels of verbosity. */
export const TEXT_VERBOSITIES = ['low', 'medium', 'high'] as const

/** The length of the answer's text. */
export type TextVerbosity = (typeof TEXT_VERBOSITIES)[number]

/** The facts about a model that a request depends on. */
export interface ModelFacts {
  readonly shape: RequestShape
  /** True where neither table nor catalogue know the model: then no default is sent. */
  readonly isUnknown?: true
  /** The levels that the model has; where they are not known, each is sent as given. */
  readonly efforts?: readonly ReasoningEffort[]
  readonly defaultEffort?: ReasoningEffort
  /** The level to send for `ultra`, which is the Codex client's own. */
  readonly multiAgentEffort?: ReasoningEffort
  /** True where the effort may change inside a conversation by an item of its own. */
  readonly takesEffortUpdates?: boolean
  /** Models with the same one read each other's compaction items. */
  readonly compHash?: string
  readonly defaultVerbosity?: TextVerbosity
  /** False where the backend says that the model has none. */
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
  facts: Partial<ModelFacts> = {},
): ModelFacts => ({
  shape: 'lite',
  efforts,
  defaultEffort,
  takesEffortUpdates: false,
  compHash: '3000',
  defaultVerbosity: 'low',
  contextWindow: 272_000,
  serviceTiers: ['priority'],
  ...facts,
})

/** A model that takes effort changes inside a conversation. */
const updatable = (contextWindow = 272_000): ModelFacts =>
  lite(TO_ULTRA, 'low', { multiAgentEffort: 'xhigh', takesEffortUpdates: true, contextWindow })

const original = (efforts: readonly ReasoningEffort[]): ModelFacts => ({
  shape: 'classic',
  efforts,
  defaultEffort: 'medium',
  defaultVerbosity: 'medium',
})

/** The gpt-5.1 ids, with the effort levels of the system that this package re-implements. */
const ORIGINAL_MODELS: Readonly<Record<string, ModelFacts>> = {
  'gpt-5.1-codex-max': original(['none', 'minimal', ...TO_XHIGH]),
  'gpt-5.1-codex': original(['none', 'low', 'medium', 'high']),
  'gpt-5.1-codex-mini': original(['medium', 'high']),
  'gpt-5.1': original(['none', 'minimal', 'low', 'medium', 'high']),
}

/**
 * The known models: those of the client's bundled catalogue (docs/wire.md, "Models and catalogue"), and the four of
 * gpt-5.1. `npm run wire:models` compares them with a captured list.
 */
export const MODEL_TABLE: Readonly<Record<string, ModelFacts>> = {
  'gpt-6.2-sol': updatable(500_000),
  'gpt-6.2-astra': updatable(),
  'gpt-6.1-sol': updatable(500_000),
  'gpt-6.1-terra': updatable(500_000),
  'gpt-6-astra': updatable(),
  'gpt-6-sol': lite(TO_ULTRA, 'medium'),
  'gpt-6-luna': lite(TO_MAX, 'medium'),
  'gpt-5.6-sol': lite(TO_ULTRA, 'low'),
  'gpt-5.6-terra': lite(TO_ULTRA, 'medium'),
  'gpt-5.6-luna': lite(TO_MAX, 'medium'),
  'gpt-daybreak-blue-latest': lite(TO_ULTRA, 'low', { serviceTiers: [] }),
  'gpt-daybreak-red-latest': lite(TO_ULTRA, 'medium', {
    contextWindow: 372_000,
    defaultVerbosity: 'high',
    serviceTiers: [],
  }),
  'codex-auto-review': lite(TO_MAX, 'medium'),
  'gpt-5.5': {
    shape: 'classic',
    efforts: TO_XHIGH,
    defaultEffort: 'medium',
    takesEffortUpdates: false,
    compHash: '2911',
    defaultVerbosity: 'low',
    contextWindow: 272_000,
    serviceTiers: ['priority'],
  },
  ...ORIGINAL_MODELS,
}

/** Reads the shape from a name: gpt models have the lite shape from version 5.6 on, as in `gpt-6.2-sol`. */
function shapeByName(modelId: string): RequestShape {
  const version = /^gpt-(\d+)(?:\.(\d+))?(?:-|$)/i.exec(modelId)
  if (!version) return 'classic'
  const major = Number(version[1])
  const minor = Number(version[2] ?? 0)
  return major > 5 || (major === 5 && minor >= 6) ? 'lite' : 'classic'
}

/** The bundled facts about a normalized id; of an unknown one, its shape by its name. */
export function modelFacts(modelId: string): ModelFacts {
  if (isTableModel(modelId)) return MODEL_TABLE[modelId] as ModelFacts
  return { shape: shapeByName(modelId), isUnknown: true }
}

/** True for the ids of the original system, whose facts no catalogue changes. */
export const isOriginalModel = (modelId: string): boolean => Object.hasOwn(ORIGINAL_MODELS, modelId)

/** True for the ids whose facts are bundled. */
export const isTableModel = (modelId: string): boolean => Object.hasOwn(MODEL_TABLE, modelId)

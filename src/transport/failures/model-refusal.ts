import { didYouMean } from '../../lib/did-you-mean.ts'

/** Model that a call asked for, and the models that it could ask for. */
export interface ModelContext {
  /** Id as it was sent. */
  modelId?: string | undefined
  /** Returns the ids that this login may use, best first, where the catalogue is at hand. Called for refused models only. */
  availableModels?: (() => readonly string[] | undefined) | undefined
}

const MAX_LISTED = 10

/** Adds the models of this login: the backend says the same of a wrong id, a plan without the model, and an old client. */
export function modelAdvice(advice: string, { modelId, availableModels }: ModelContext): string {
  const available = availableModels?.() ?? []
  if (available.length === 0) return advice
  const isListed = modelId === undefined || available.includes(modelId)
  const question = isListed ? '' : didYouMean(modelId, available)
  return `${advice}${question} This login may use: ${listOf(available)}.`
}

function listOf(ids: readonly string[]): string {
  const more = ids.length - MAX_LISTED
  return `${ids.slice(0, MAX_LISTED).join(', ')}${more > 0 ? `, and ${more} more` : ''}`
}

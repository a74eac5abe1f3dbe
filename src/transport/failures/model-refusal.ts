import { didYouMean } from '../../lib/did-you-mean.ts'
import { MODEL_REFUSED } from './table.ts'

/** Which model a call asked for, and what else there is. */
export interface ModelContext {
  /** The id as it was sent. */
  modelId?: string | undefined
  /** The ids that this login may use, best first, where the catalogue is at hand. Called for such an error only. */
  availableModels?: (() => readonly string[] | undefined) | undefined
}

const MAX_LISTED = 10

/** What to look at: the backend's words are the same for a wrong id, a plan without it, and an old client. */
export function modelAdvice({ modelId, availableModels }: ModelContext): string {
  const available = availableModels?.() ?? []
  if (available.length === 0) return MODEL_REFUSED.advice
  const isListed = modelId === undefined || available.includes(modelId)
  const question = isListed ? '' : didYouMean(modelId, available)
  return `${MODEL_REFUSED.advice}${question} This login may use: ${listOf(available)}.`
}

function listOf(ids: readonly string[]): string {
  const more = ids.length - MAX_LISTED
  return `${ids.slice(0, MAX_LISTED).join(', ')}${more > 0 ? `, and ${more} more` : ''}`
}

import { nearestName } from '../nearest.ts'

/** Which model a call asked for, and what else there is. */
export interface ModelContext {
  /** The id as it was sent. */
  modelId?: string | undefined
  /** The ids that this login may use, best first, where the catalogue is at hand. Called for such an error only. */
  availableModels?: (() => readonly string[] | undefined) | undefined
}

/** What the backend says where it does not give a model to this login, or to this client (codex-wire.md 1.7). */
const REFUSALS =
  /not supported when using Codex|requires a newer version of Codex|model[ _]not[ _]found|\bmodel\b.{1,100}\bdoes not exist\b/i

const MAX_LISTED = 10

/** True where it is the model that is refused: the same request is refused however often it is sent. */
export const isModelRefusal = (...words: Array<string | undefined>): boolean =>
  words.some((text) => text !== undefined && REFUSALS.test(text))

/** What to look at: the backend's words are the same for a wrong id, a plan without it, and an old client. */
export function modelHint({ modelId, availableModels }: ModelContext): string {
  const available = availableModels?.() ?? []
  const isListed = modelId === undefined || available.includes(modelId)
  const nearest = isListed ? undefined : nearestName(modelId, available)
  const causes =
    `Check the spelling of the model id${nearest === undefined ? '' : ` (did you mean "${nearest}"?)`}, whether your ` +
    'plan has it, and whether it is retired; or try another clientVersion or originator setting, since models are ' +
    'offered by these too.'
  return available.length === 0 ? causes : `${causes} This login may use: ${listOf(available)}.`
}

function listOf(ids: readonly string[]): string {
  const more = ids.length - MAX_LISTED
  return `${ids.slice(0, MAX_LISTED).join(', ')}${more > 0 ? `, and ${more} more` : ''}`
}

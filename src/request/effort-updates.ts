import { REASONING_EFFORTS, type ReasoningEffort } from '../models/efforts.ts'
import type { ModelFacts } from '../models/table.ts'
import type { CodexMessage } from './call.ts'
import { defaultEffort } from './reasoning.ts'

/** Effort of an answer whose metadata names none. */
export const UNNAMED_EFFORT = 'default'

/** A conversation with the changes of its effort in it. */
interface PlacedEfforts {
  readonly messages: readonly CodexMessage[]
  /** The effort that the conversation began with: `reasoning` of all its requests. */
  readonly effort: ReasoningEffort
}

/**
 * Puts each change of the effort before the answer that it is for, so that `reasoning` and what was sent before stay the
 * same. All of it follows from the answers in the history: no request is remembered.
 *
 * @param effort The effort of the answer to come.
 * @see docs/wire.md, Input items
 */
export function placeEfforts(
  messages: readonly CodexMessage[],
  effort: ReasoningEffort,
  facts: ModelFacts,
): PlacedEfforts {
  let first: ReasoningEffort | undefined
  let current: ReasoningEffort | undefined
  const placed: CodexMessage[] = []
  const change = (next: ReasoningEffort | undefined): void => {
    if (next === undefined || next === current) return
    if (current !== undefined) placed.push({ role: 'configuration', effort: next })
    first ??= next
    current = next
  }
  for (const message of messages) {
    if (message.role === 'assistant') change(effortOf(message.effort, facts))
    placed.push(message)
  }
  change(effort)
  return { messages: placed, effort: first ?? effort }
}

/** A history may have been edited: a level that the model lacks counts as not known. */
function effortOf(named: string | undefined, facts: ModelFacts): ReasoningEffort | undefined {
  if (named === UNNAMED_EFFORT) return defaultEffort(facts)
  const levels = facts.efforts ?? REASONING_EFFORTS
  return levels.find((level) => level === named && level !== 'ultra')
}

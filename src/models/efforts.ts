/** Reasoning effort levels, weakest first. `ultra` is the Codex client's own: see {@link wireEffort}. */
export const REASONING_EFFORTS = [
  'none',
  'minimal',
  'low',
  'medium',
  'high',
  'xhigh',
  'max',
  'ultra',
] as const

/** The amount of reasoning before the answer. */
export type ReasoningEffort = (typeof REASONING_EFFORTS)[number]

/**
 * The level to send. The backend has no `ultra`: in the client it stands for several agents, each with another effort,
 * which the catalogue names; else it is the strongest that the model has.
 */
export function wireEffort(
  effort: ReasoningEffort,
  {
    efforts = [],
    multiAgentEffort,
  }: { efforts?: readonly ReasoningEffort[]; multiAgentEffort?: ReasoningEffort },
): ReasoningEffort {
  if (effort !== 'ultra') return effort
  const strongest = REASONING_EFFORTS.findLast((level) => level !== 'ultra' && efforts.includes(level))
  return (multiAgentEffort === 'ultra' ? undefined : multiAgentEffort) ?? strongest ?? 'xhigh'
}

/** The listed level that is nearest to the wanted one; the stronger of two that are equally near. */
export function clampEffort(wanted: ReasoningEffort, listed: readonly ReasoningEffort[]): ReasoningEffort {
  const weakestFirst = REASONING_EFFORTS.filter((effort) => listed.includes(effort))
  const distance = (effort: ReasoningEffort) =>
    Math.abs(REASONING_EFFORTS.indexOf(effort) - REASONING_EFFORTS.indexOf(wanted))
  return weakestFirst.reduce(
    (best, effort) => (distance(effort) <= distance(best) ? effort : best),
    weakestFirst[0] ?? wanted,
  )
}

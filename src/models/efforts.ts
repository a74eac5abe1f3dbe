/** Reasoning effort levels, weakest first. What `ultra` looks like on the wire was not captured: it is sent as it is. */
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

/** How hard the model thinks before it answers. */
export type ReasoningEffort = (typeof REASONING_EFFORTS)[number]

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

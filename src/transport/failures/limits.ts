import type { UsageLimit } from '../../errors.ts'
import { toReset } from '../../events/limit-values.ts'
import { type CodexRateLimit, headerLimits } from '../../events/rate-limits.ts'
import { type JsonObject, textOf } from '../../lib/json.ts'

/**
 * Reads which limit is reached, from the failure's own fields, else from the rate-limit headers. See "Usage and limits" in
 * docs/wire.md.
 *
 * @param error Object that reports the failure.
 * @param now Milliseconds since 1970, for resets given as seconds from now.
 */
export function readUsageLimit(
  error: JsonObject,
  headers: Readonly<Record<string, string>>,
  now: number,
): UsageLimit {
  const { activeLimit, otherLimits, ...main } = headerLimits(headers, now) ?? {}
  const active = activeLimit === undefined ? undefined : otherLimits?.[activeLimit]
  const used = usedUp(active) ?? usedUp(main)
  return {
    planType: textOf(error.plan_type) ?? main.planType,
    limitId: activeLimit,
    window: used?.window,
    windowMinutes: used?.windowMinutes,
    resetsAt: toReset(error.resets_at, error.resets_in_seconds, now) ?? used?.resetsAt,
  }
}

/** Returns the used-up window that opens last: no request passes before. */
function usedUp(limit: CodexRateLimit = {}) {
  const [last] = (['primary', 'secondary'] as const)
    .map((window) => ({ window, usedPercent: 0, ...limit[window] }))
    .filter(({ usedPercent }) => usedPercent >= 100)
    .sort((one, other) => Number(other.resetsAt ?? 0) - Number(one.resetsAt ?? 0))
  return last
}

/** Describes plan, window and reset. */
export function describeUsageLimit({ planType, window, windowMinutes, resetsAt }: UsageLimit): string {
  const length = windowMinutes === undefined ? '' : ` of ${describeMinutes(windowMinutes)}`
  return [
    ...(planType === undefined ? [] : [`Your plan is ${planType}.`]),
    ...(window === undefined ? [] : [`Its ${window} window${length} is used up.`]),
    ...(resetsAt === undefined ? [] : [`It resets at ${resetsAt.toISOString()}.`]),
  ].join(' ')
}

const UNITS = [
  ['day', 1440],
  ['hour', 60],
  ['minute', 1],
] as const

function describeMinutes(minutes: number): string {
  const [unit, length] = UNITS.find(([, length]) => minutes % length === 0) ?? ['minute', 1]
  const count = minutes / length
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

import { asObject, isObject, textOf } from '../json.ts'

/** What is left of a ChatGPT plan, as the backend told it last. */
export interface CodexRateLimits {
  /** Such as `plus`. */
  planType?: string
  /** The shorter window, of 5 hours with most plans. */
  primary?: CodexRateLimitWindow
  /** The longer window, of 7 days with most plans. */
  secondary?: CodexRateLimitWindow
  /** What pays beyond the windows. */
  credits?: CodexCredits
  /** May the login make requests now? */
  allowed?: boolean
  /** Is a window used up? */
  limitReached?: boolean
}

/** A span of time in which a plan may use so much. */
export interface CodexRateLimitWindow {
  /** From 0 to 100. */
  usedPercent: number
  /** The window's length. */
  windowMinutes?: number
  /** When the window opens again. */
  resetsAt?: Date
}

/** Credits of a plan. */
export interface CodexCredits {
  hasCredits: boolean
  unlimited: boolean
  /** As the backend writes it, such as `12.5`. */
  balance?: string
}

/** The address of a plan's usage: beside the Codex base, not under it (codex-wire.md 6.3). */
export const usageURL = (baseURL: string): string => `${baseURL.replace(/\/codex\/?$/, '')}/wham/usage`

/**
 * Reads the answer of `GET …/wham/usage`. What is missing or of another form is left out.
 *
 * @param now Milliseconds since 1970, for resets that are told as seconds from now.
 * @returns undefined where nothing in it is known.
 */
export function planUsage(json: unknown, now: number): CodexRateLimits | undefined {
  const { plan_type, rate_limit, credits } = asObject(json)
  const { allowed, limit_reached, primary_window, secondary_window } = asObject(rate_limit)
  const limits: CodexRateLimits = {
    ...some('planType', textOf(plan_type)),
    ...some('primary', usageWindow(primary_window, now)),
    ...some('secondary', usageWindow(secondary_window, now)),
    ...some('credits', toCredits(credits)),
    ...some('allowed', toBoolean(allowed)),
    ...some('limitReached', toBoolean(limit_reached)),
  }
  return Object.keys(limits).length === 0 ? undefined : limits
}

function usageWindow(json: unknown, now: number): CodexRateLimitWindow | undefined {
  const { used_percent, limit_window_seconds, reset_at, reset_after_seconds } = asObject(json)
  const seconds = toNumber(limit_window_seconds)
  return toWindow({
    usedPercent: toNumber(used_percent),
    windowMinutes: seconds === undefined ? undefined : Math.ceil(seconds / 60),
    resetsAt: toReset(reset_at, reset_after_seconds, now),
  })
}

/** A window of known parts: undefined without a percent, and for the empty window that stands for none. */
function toWindow(parts: {
  usedPercent: number | undefined
  windowMinutes: number | undefined
  resetsAt: Date | undefined
}): CodexRateLimitWindow | undefined {
  const { usedPercent, resetsAt } = parts
  const windowMinutes = parts.windowMinutes || undefined
  if (usedPercent === undefined) return undefined
  if (usedPercent === 0 && windowMinutes === undefined && resetsAt === undefined) return undefined
  return { usedPercent, ...some('windowMinutes', windowMinutes), ...some('resetsAt', resetsAt) }
}

function toCredits(json: unknown): CodexCredits | undefined {
  if (!isObject(json)) return undefined
  const balance = typeof json.balance === 'number' ? String(json.balance) : textOf(json.balance)
  const hasCredits = toBoolean(json.has_credits)
  const unlimited = toBoolean(json.unlimited)
  if (hasCredits === undefined && unlimited === undefined) return undefined
  return { hasCredits: hasCredits ?? false, unlimited: unlimited ?? false, ...some('balance', balance) }
}

/** From seconds since 1970, else from seconds from now. */
function toReset(at: unknown, afterSeconds: unknown, now: number): Date | undefined {
  const seconds = toNumber(at)
  const after = toNumber(afterSeconds)
  const ms = seconds !== undefined ? seconds * 1000 : after !== undefined ? now + after * 1000 : undefined
  // The largest time that a `Date` can hold.
  return ms === undefined || ms > 8.64e15 ? undefined : new Date(ms)
}

/** A number that is not negative, also as text. */
function toNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined
}

const BOOLEANS: ReadonlyMap<unknown, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
])

const toBoolean = (value: unknown): boolean | undefined => BOOLEANS.get(String(value).toLowerCase())

/** The field, where it has a value. */
function some<Name extends string, Value>(name: Name, value: Value | undefined): { [K in Name]?: Value } {
  return (value === undefined ? {} : { [name]: value }) as { [K in Name]?: Value }
}

import { asObject, isObject, type JsonObject, textOf } from '../lib/json.ts'
import { toBoolean, told, toNumber, toReset, toTime } from './limit-values.ts'

/** What is left of a ChatGPT plan, as the backend told it last. What it did not tell is absent. */
export interface CodexRateLimits extends CodexRateLimit {
  /** Such as `plus`. */
  planType?: string
  /** The id of the limit that the call counts against: `codex`, or one of {@link otherLimits}. */
  activeLimit?: string
  /** What pays beyond the windows. */
  credits?: CodexCredits
  /** Limits beside that of most models, by their id, such as `codex_other`. Only calls tell them. */
  otherLimits?: Record<string, CodexRateLimit>
}

/** One limit of a plan. */
export interface CodexRateLimit {
  /** Its name for people. */
  limitName?: string
  /** The shorter window, of 5 hours with most plans. */
  primary?: CodexRateLimitWindow
  /** The longer window, of 7 days with most plans. */
  secondary?: CodexRateLimitWindow
  /** May the login make requests now? */
  allowed?: boolean
  /** Is a window used up? */
  limitReached?: boolean
}

/** A span of time in which a plan may use so much. */
export interface CodexRateLimitWindow {
  /** From 0 to 100. */
  usedPercent: number
  /** The window's length, in minutes. */
  windowMinutes?: number
  /** When the window opens again. */
  resetsAt?: Date
}

/** Credits of a plan. */
export interface CodexCredits {
  /** Are there credits to spend? False too where the backend does not say. */
  hasCredits: boolean
  /** Are they without end? False too where the backend does not say. */
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
  const window = (value: unknown) => {
    const { used_percent, limit_window_seconds, reset_at, reset_after_seconds } = asObject(value)
    const minutes = Math.ceil((toNumber(limit_window_seconds) ?? 0) / 60)
    return toWindow(used_percent, minutes, toReset(reset_at, reset_after_seconds, now))
  }
  const { allowed, limit_reached, primary_window, secondary_window } = asObject(rate_limit)
  return unlessEmpty({
    planType: textOf(plan_type),
    primary: window(primary_window),
    secondary: window(secondary_window),
    credits: toCredits(credits),
    allowed: toBoolean(allowed),
    limitReached: toBoolean(limit_reached),
  })
}

/** A window of parts as they come: undefined without a percent, and for the empty window that stands for none. */
function toWindow(
  percent: unknown,
  minutes: unknown,
  resetsAt: Date | undefined,
): CodexRateLimitWindow | undefined {
  const usedPercent = toNumber(percent)
  // A length of 0 is none.
  const windowMinutes = toNumber(minutes) || undefined
  if (usedPercent === undefined) return undefined
  if (usedPercent === 0 && windowMinutes === undefined && resetsAt === undefined) return undefined
  return told<CodexRateLimitWindow>({ usedPercent, windowMinutes, resetsAt })
}

/** Credits in the form that events and the usage answer have. */
function toCredits(json: unknown): CodexCredits | undefined {
  if (!isObject(json)) return undefined
  const hasCredits = toBoolean(json.has_credits)
  const unlimited = toBoolean(json.unlimited)
  if (hasCredits === undefined && unlimited === undefined) return undefined
  return told<CodexCredits>({
    hasCredits: hasCredits ?? false,
    unlimited: unlimited ?? false,
    balance: typeof json.balance === 'number' ? String(json.balance) : textOf(json.balance),
  })
}

type Headers = Readonly<Record<string, string>>

/** The limit of most models. */
const MAIN_LIMIT = 'codex'

/** Ids have `_` where headers have `-`. */
const toLimitId = (name: unknown): string | undefined =>
  textOf(name)?.trim().toLowerCase().replaceAll('-', '_')

/**
 * Reads the rate-limit headers that each answer of the backend has, also one that refuses a call (codex-wire.md 6.3).
 *
 * @param headers Names in lower case.
 * @param now Milliseconds since 1970, for resets that are told as seconds from now.
 * @returns undefined where they tell nothing.
 */
export function headerLimits(headers: Headers, now: number): CodexRateLimits | undefined {
  const others = Object.keys(headers).flatMap((header) => {
    const [, name] = /^x-(.+)-(?:primary|secondary)-used-percent$/.exec(header) ?? []
    const id = toLimitId(name)
    if (id === undefined || id === MAIN_LIMIT) return []
    const limit = familyLimit(`x-${name}`, headers, now)
    return hasWindow(limit) ? [[id, limit] as const] : []
  })
  return unlessEmpty({
    planType: textOf(headers['x-codex-plan-type']),
    activeLimit: toLimitId(headers['x-codex-active-limit']),
    ...familyLimit('x-codex', headers, now),
    credits: toCredits({
      has_credits: headers['x-codex-credits-has-credits'],
      unlimited: headers['x-codex-credits-unlimited'],
      balance: headers['x-codex-credits-balance'],
    }),
    otherLimits: others.length === 0 ? undefined : Object.fromEntries(others),
  })
}

function familyLimit(prefix: string, headers: Headers, now: number): CodexRateLimit {
  const window = (name: 'primary' | 'secondary') => {
    const of = (field: string) => headers[`${prefix}-${name}-${field}`]
    return toWindow(
      of('used-percent'),
      of('window-minutes'),
      toReset(of('reset-at'), of('reset-after-seconds'), now),
    )
  }
  return told<CodexRateLimit>({
    limitName: textOf(headers[`${prefix}-limit-name`]),
    primary: window('primary'),
    secondary: window('secondary'),
  })
}

const hasWindow = ({ primary, secondary }: CodexRateLimit): boolean => (primary ?? secondary) !== undefined

/** Reads a `codex.rate_limits` event; undefined where it tells nothing. It is about one limit: the one that it names. */
export function eventLimits(event: JsonObject): CodexRateLimits | undefined {
  const activeLimit = toLimitId(event.metered_limit_name)
  const { primary, secondary, allowed, limit_reached } = asObject(event.rate_limits)
  const window = (value: unknown) => {
    const { used_percent, window_minutes, reset_at } = asObject(value)
    return toWindow(used_percent, window_minutes, toTime(reset_at))
  }
  const limit = told<CodexRateLimit>({
    primary: window(primary),
    secondary: window(secondary),
    allowed: toBoolean(allowed),
    limitReached: toBoolean(limit_reached),
  })
  const isOther = activeLimit !== undefined && activeLimit !== MAIN_LIMIT
  return unlessEmpty({
    planType: textOf(event.plan_type),
    activeLimit,
    credits: toCredits(event.credits),
    ...(!isOther ? limit : hasFields(limit) ? { otherLimits: { [activeLimit]: limit } } : {}),
  })
}

function unlessEmpty(fields: CodexRateLimits): CodexRateLimits | undefined {
  const limits = told(fields)
  return hasFields(limits) ? limits : undefined
}

const hasFields = (object: object): boolean => Object.keys(object).length > 0

/** Both as one: where both tell a field of a limit or a window, the later word counts. */
export function mergeLimits(
  earlier: CodexRateLimits | undefined,
  later: CodexRateLimits | undefined,
): CodexRateLimits | undefined {
  if (!earlier || !later) return later ?? earlier
  const [otherLimits, laterOthers] = [earlier.otherLimits ?? {}, later.otherLimits ?? {}]
  const others = Object.keys({ ...otherLimits, ...laterOthers }).map((id) => [
    id,
    mergeLimit(otherLimits[id] ?? {}, laterOthers[id] ?? {}),
  ])
  return told({
    ...mergeLimit(earlier, later),
    otherLimits: others.length === 0 ? undefined : Object.fromEntries(others),
  })
}

const mergeLimit = <Limit extends CodexRateLimit>(earlier: Limit, later: Limit): Limit =>
  told({
    ...earlier,
    ...later,
    primary: mergeWindow(earlier.primary, later.primary),
    secondary: mergeWindow(earlier.secondary, later.secondary),
  })

const mergeWindow = (earlier: CodexRateLimitWindow | undefined, later: CodexRateLimitWindow | undefined) =>
  earlier && later ? { ...earlier, ...later } : (later ?? earlier)

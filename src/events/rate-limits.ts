import { asObject, isObject, type JsonObject, omitUndefined, textOf } from '../lib/json.ts'
import { toBoolean, toDate, toNumber, toReset, toTime } from './limit-values.ts'

/** What is left of a ChatGPT plan, by the backend's latest report. Fields that it did not report are absent. */
export interface CodexRateLimits extends CodexRateLimit {
  /** Name of the plan, such as `plus`. */
  planType?: string
  /** Id of the limit that the call counts against: `codex`, or one of {@link otherLimits}. */
  activeLimit?: string
  /** Credits that pay for use beyond the windows. */
  credits?: CodexCredits
  /** Limits other than that of most models, by id, such as `codex_other`. */
  otherLimits?: Record<string, CodexRateLimit>
  /** Credits that each open a used-up window early. Only `usage()` reports them. */
  resetCredits?: CodexResetCredits
}

/** One limit of a plan. */
export interface CodexRateLimit {
  /** Display name. */
  limitName?: string
  /** The shorter window, of 5 hours in most plans. */
  primary?: CodexRateLimitWindow
  /** The longer window, of 7 days in most plans. */
  secondary?: CodexRateLimitWindow
  /** Whether the login may make requests now. */
  allowed?: boolean
  /** Whether a window is used up. */
  limitReached?: boolean
}

/** Span of time in which a plan may be used up to a limit. */
export interface CodexRateLimitWindow {
  /** Used share of the window, in percent, from 0 to 100. */
  usedPercent: number
  /** Length of the window, in minutes. */
  windowMinutes?: number
  /** When the window opens again. */
  resetsAt?: Date
}

/** Credits of a plan. */
export interface CodexCredits {
  /** Whether there are credits to spend; false where the backend does not say. */
  hasCredits: boolean
  /** Whether credits are unlimited; false where the backend does not say. */
  unlimited: boolean
  /** Balance as the backend writes it, such as `12.5`. */
  balance?: string
}

/** Credits that each open a used-up window early. */
export interface CodexResetCredits {
  /** How many can be spent now. */
  available: number
  /** Each of them, as far as the backend lists them; spent ones too. */
  credits: CodexResetCredit[]
}

/** Credit that opens a used-up window early. Fields that the backend did not report are absent. */
export interface CodexResetCredit {
  /** Id of the credit. */
  id?: string
  /** Such as `available`. */
  status?: string
  /** What it resets, such as `codex`. */
  type?: string
  /** When the plan got it. */
  grantedAt?: Date
  /** When it is lost. */
  expiresAt?: Date
}

/** Returns the address of a plan's reset credits, which is beside the Codex base URL and not under it. */
export const resetCreditsURL = (baseURL: string): string =>
  `${baseURL.replace(/\/codex\/?$/, '')}/wham/rate-limit-reset-credits`

/** Reads the answer of `GET …/wham/rate-limit-reset-credits`; undefined where it reports nothing. */
export function resetCredits(json: unknown): CodexResetCredits | undefined {
  const { available_count, credits } = asObject(json)
  const list = (Array.isArray(credits) ? credits.slice(0, MAX_OTHER_LIMITS) : []).filter(isObject)
  const available = toNumber(available_count)
  if (available === undefined && list.length === 0) return undefined
  return {
    available: available ?? list.filter(({ status }) => status === 'available').length,
    credits: list.map(({ id, status, reset_type, granted_at, expires_at }) =>
      omitUndefined({
        id: textOf(id),
        status: textOf(status),
        type: textOf(reset_type),
        grantedAt: toDate(granted_at),
        expiresAt: toDate(expires_at),
      }),
    ),
  }
}

/** Returns the address of a plan's usage, which is beside the Codex base URL and not under it. */
export const usageURL = (baseURL: string): string => `${baseURL.replace(/\/codex\/?$/, '')}/wham/usage`

/**
 * Reads the answer of `GET …/wham/usage`; leaves out what is missing or of another form.
 *
 * @param now Milliseconds since 1970, for resets given as seconds from now.
 * @returns undefined where the answer reports nothing.
 */
export function planUsage(json: unknown, now: number): CodexRateLimits | undefined {
  const { plan_type, rate_limit, credits, additional_rate_limits } = asObject(json)
  const limits = Array.isArray(additional_rate_limits) ? additional_rate_limits : []
  const others = limits.slice(0, MAX_OTHER_LIMITS).flatMap((value) => {
    const { limit_name, metered_feature, rate_limit } = asObject(value)
    const id = toLimitId(metered_feature) ?? toLimitId(limit_name)
    const limit = omitUndefined({ limitName: textOf(limit_name), ...usageLimit(rate_limit, now) })
    return id !== undefined && isObject(rate_limit) ? [[id, limit] as const] : []
  })
  return unlessEmpty({
    planType: textOf(plan_type),
    ...usageLimit(rate_limit, now),
    credits: toCredits(credits),
    otherLimits: others.length === 0 ? undefined : Object.fromEntries(others),
  })
}

function usageLimit(json: unknown, now: number): CodexRateLimit {
  const window = (value: unknown) => {
    const { used_percent, limit_window_seconds, reset_at, reset_after_seconds } = asObject(value)
    const minutes = Math.ceil((toNumber(limit_window_seconds) ?? 0) / 60)
    return toWindow(used_percent, minutes, toReset(reset_at, reset_after_seconds, now))
  }
  const { allowed, limit_reached, primary_window, secondary_window } = asObject(json)
  return omitUndefined({
    primary: window(primary_window),
    secondary: window(secondary_window),
    allowed: toBoolean(allowed),
    limitReached: toBoolean(limit_reached),
  })
}

/** Returns a window; undefined without a percent, and for the window of zeros that stands for none. */
function toWindow(
  percent: unknown,
  minutes: unknown,
  resetsAt: Date | undefined,
): CodexRateLimitWindow | undefined {
  const usedPercent = toNumber(percent)
  // A length of 0 stands for none.
  const windowMinutes = toNumber(minutes) || undefined
  if (usedPercent === undefined) return undefined
  if (usedPercent === 0 && windowMinutes === undefined && resetsAt === undefined) return undefined
  return omitUndefined({ usedPercent, windowMinutes, resetsAt })
}

/** Reads credits of an event or of the usage answer. */
function toCredits(json: unknown): CodexCredits | undefined {
  if (!isObject(json)) return undefined
  const hasCredits = toBoolean(json.has_credits)
  const unlimited = toBoolean(json.unlimited)
  if (hasCredits === undefined && unlimited === undefined) return undefined
  return omitUndefined({
    hasCredits: hasCredits ?? false,
    unlimited: unlimited ?? false,
    balance: typeof json.balance === 'number' ? String(json.balance) : textOf(json.balance),
  })
}

type Headers = Readonly<Record<string, string>>

/** Id of the limit of most models. */
const MAIN_LIMIT = 'codex'

/** Ids have `_` where headers have `-`. */
const toLimitId = (name: unknown): string | undefined =>
  textOf(name)?.trim().toLowerCase().replaceAll('-', '_')

/**
 * Reads the rate-limit headers of an answer; refusals have them too. See "Usage and limits" in docs/wire.md.
 *
 * @param headers Names in lower case.
 * @param now Milliseconds since 1970, for resets given as seconds from now.
 * @returns undefined where the headers report nothing.
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
  return omitUndefined({
    limitName: textOf(headers[`${prefix}-limit-name`]),
    primary: window('primary'),
    secondary: window('secondary'),
  })
}

const hasWindow = ({ primary, secondary }: CodexRateLimit): boolean => (primary ?? secondary) !== undefined

/** Reads a `codex.rate_limits` event, which is about the limit that it names; undefined where it reports nothing. */
export function eventLimits(event: JsonObject): CodexRateLimits | undefined {
  const activeLimit = toLimitId(event.metered_limit_name)
  const { primary, secondary, allowed, limit_reached } = asObject(event.rate_limits)
  const window = (value: unknown) => {
    const { used_percent, window_minutes, reset_at } = asObject(value)
    return toWindow(used_percent, window_minutes, toTime(reset_at))
  }
  const limit = omitUndefined({
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
  const limits = omitUndefined(fields)
  return hasFields(limits) ? limits : undefined
}

const hasFields = (object: object): boolean => Object.keys(object).length > 0

/** Limits of one login beyond these are ignored: a stream could name new ones without an end. */
const MAX_OTHER_LIMITS = 100

/** Merges two reports: of a field that both have, the later value counts. */
export function mergeLimits(
  earlier: CodexRateLimits | undefined,
  later: CodexRateLimits | undefined,
): CodexRateLimits | undefined {
  if (!earlier || !later) return later ?? earlier
  const [otherLimits, laterOthers] = [earlier.otherLimits ?? {}, later.otherLimits ?? {}]
  const ids = Object.keys({ ...otherLimits, ...laterOthers }).slice(0, MAX_OTHER_LIMITS)
  const others = ids.map((id) => [id, mergeLimit(otherLimits[id] ?? {}, laterOthers[id] ?? {})])
  return omitUndefined({
    ...earlier,
    ...later,
    ...mergeLimit(earlier, later),
    otherLimits: others.length === 0 ? undefined : Object.fromEntries(others),
  })
}

const mergeLimit = (earlier: CodexRateLimit, later: CodexRateLimit): CodexRateLimit =>
  omitUndefined({
    ...earlier,
    ...later,
    primary: mergeWindow(earlier.primary, later.primary),
    secondary: mergeWindow(earlier.secondary, later.secondary),
  })

const mergeWindow = (earlier: CodexRateLimitWindow | undefined, later: CodexRateLimitWindow | undefined) =>
  later ? { ...earlier, ...later } : earlier

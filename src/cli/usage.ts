import { CHATGPT_PLAN_TEXTS } from '../auth/chatgpt/words.ts'
import { createCore } from '../core/provider.ts'
import type {
  CodexCredits,
  CodexRateLimit,
  CodexRateLimits,
  CodexRateLimitWindow,
  CodexResetCredits,
} from '../events/rate-limits.ts'
import { type Command, SUCCESS } from './command.ts'
import { formatBar, formatPercent, formatRelative, formatTable, formatWindow } from './format.ts'
import { type CliIO, oneLine, paint, print, printJson } from './io.ts'

export const usage: Command = {
  summary: 'show how much of your plan is used',
  details: 'Shows for each rate-limit window of the plan how much of it is used and when\nit resets.',
  options: ['json', 'plan'],
  async run({ values }, io) {
    if (values.plan) return showPlanUsage(values.json === true, io)
    const limits = await createCore({ authFile: values['auth-file'] }).usage(io.signal)
    if (values.json) await printJson(io.stdout, toJson(limits))
    else await print(io.stdout, formatLimits(limits, io))
    return SUCCESS
  },
}

/** ChatGPT reports the usage of apps to the user alone. */
async function showPlanUsage(asJson: boolean, { stdout }: CliIO): Promise<number> {
  const { manageUsageUrl } = CHATGPT_PLAN_TEXTS
  if (asJson) await printJson(stdout, { manageUsageUrl })
  else await print(stdout, `ChatGPT shows the usage of apps on your plan on its own page: ${manageUsageUrl}`)
  return SUCCESS
}

function formatLimits(limits: CodexRateLimits, io: CliIO): string {
  const windows = windowsOf(limits)
  const paragraphs = [
    limits.planType === undefined ? undefined : `Plan: ${oneLine(limits.planType)}`,
    windows.length === 0 ? 'The backend reports no rate limits for this plan.' : formatWindows(windows, io),
    ...Object.entries(limits.otherLimits ?? {}).map((entry) => formatOther(entry, io)),
    limits.credits === undefined ? undefined : `Credits: ${describeCredits(limits.credits)}`,
    limits.resetCredits?.available ? describeResetCredits(limits.resetCredits, io.now()) : undefined,
    isLimitReached(limits) ? 'The usage limit is reached.' : undefined,
  ]
  return paragraphs.filter((paragraph) => paragraph !== undefined).join('\n\n')
}

const windowsOf = ({ primary, secondary }: CodexRateLimit): CodexRateLimitWindow[] =>
  [primary, secondary].filter((window) => window !== undefined)

function formatOther([id, limit]: [string, CodexRateLimit], io: CliIO): string {
  const windows = windowsOf(limit)
  return [
    `${oneLine(limit.limitName ?? id)}:`,
    windows.length === 0 ? 'no windows' : formatWindows(windows, io),
    ...(isLimitReached(limit) ? ['This limit is reached.'] : []),
  ].join('\n')
}

function describeResetCredits({ available, credits }: CodexResetCredits, now: number): string {
  const ends = credits.flatMap(({ status, expiresAt }) =>
    expiresAt && (status ?? 'available') === 'available' ? [expiresAt.getTime()] : [],
  )
  const first = ends.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY)
  const expiry = Number.isFinite(first) ? ` (the first expires ${formatRelative(first, now)})` : ''
  return `Reset credits: ${available}${expiry}`
}

const isLimitReached = ({ limitReached, allowed }: CodexRateLimit): boolean =>
  limitReached === true || allowed === false

function formatWindows(windows: readonly CodexRateLimitWindow[], io: CliIO): string {
  const table = formatTable(
    windows.map(({ usedPercent, windowMinutes, resetsAt }) => [
      formatWindow(windowMinutes),
      formatBar(usedPercent),
      `${formatPercent(usedPercent).padStart(3)} % used`,
      resetsAt === undefined ? '' : describeReset(resetsAt, io.now()),
    ]),
  )
  const lines = table.split('\n').map((line, index) => {
    const color = colorOf(windows[index]?.usedPercent ?? 0)
    return line.replace(/[█░]+/, (bar) => paint(io.stdout, color, bar))
  })
  return lines.join('\n')
}

const describeReset = (resetsAt: Date, now: number): string =>
  resetsAt.getTime() > now ? `resets ${formatRelative(resetsAt.getTime(), now)}` : 'resets now'

const colorOf = (percent: number) => (percent >= 90 ? 'red' : percent >= 70 ? 'yellow' : 'green')

function describeCredits({ hasCredits, unlimited, balance }: CodexCredits): string {
  if (unlimited) return 'unlimited'
  if (!hasCredits) return 'none'
  return balance === undefined ? 'available' : oneLine(balance)
}

/** Returns the limits with all keys, null for what is unknown. */
function toJson(limits: CodexRateLimits) {
  const { planType, credits, otherLimits = {}, resetCredits } = limits
  const others = Object.entries(otherLimits).map(([id, limit]) => [
    id,
    { limitName: limit.limitName ?? null, ...limitToJson(limit) },
  ])
  return {
    planType: planType ?? null,
    ...limitToJson(limits),
    credits: credits ? { ...credits, balance: credits.balance ?? null } : null,
    otherLimits: Object.fromEntries(others),
    resetCredits: resetCredits ?? null,
  }
}

function limitToJson({ primary, secondary, allowed, limitReached }: CodexRateLimit) {
  const window = (limits: CodexRateLimitWindow | undefined) =>
    limits && {
      usedPercent: limits.usedPercent,
      windowMinutes: limits.windowMinutes ?? null,
      resetsAt: limits.resetsAt?.toISOString() ?? null,
    }
  return {
    primary: window(primary) ?? null,
    secondary: window(secondary) ?? null,
    allowed: allowed ?? null,
    limitReached: limitReached ?? null,
  }
}

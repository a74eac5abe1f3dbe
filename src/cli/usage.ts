import { createCore } from '../core/provider.ts'
import type { CodexCredits, CodexRateLimits, CodexRateLimitWindow } from '../events/rate-limits.ts'
import { type Command, SUCCESS } from './command.ts'
import { formatBar, formatPercent, formatRelative, formatTable, formatWindow } from './format.ts'
import { type CliIO, oneLine, paint, print, printJson } from './io.ts'

export const usage: Command = {
  summary: 'show how much of your plan is used',
  details: 'Shows for each rate-limit window of the plan how much of it is used and when\nit resets.',
  options: ['json'],
  async run({ values }, io) {
    const limits = await createCore({ authFile: values['auth-file'] }).usage(io.signal)
    if (values.json) await printJson(io.stdout, toJson(limits))
    else await print(io.stdout, formatLimits(limits, io))
    return SUCCESS
  },
}

function formatLimits(limits: CodexRateLimits, io: CliIO): string {
  const windows = [limits.primary, limits.secondary].filter((window) => window !== undefined)
  const paragraphs = [
    limits.planType === undefined ? undefined : `Plan: ${oneLine(limits.planType)}`,
    windows.length === 0 ? 'The backend reports no rate limits for this plan.' : formatWindows(windows, io),
    limits.credits === undefined ? undefined : `Credits: ${describeCredits(limits.credits)}`,
    isLimitReached(limits) ? 'The usage limit is reached.' : undefined,
  ]
  return paragraphs.filter((paragraph) => paragraph !== undefined).join('\n\n')
}

const isLimitReached = ({ limitReached, allowed }: CodexRateLimits): boolean =>
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
function toJson({ planType, primary, secondary, credits, allowed, limitReached }: CodexRateLimits) {
  const window = (limits: CodexRateLimitWindow | undefined) =>
    limits && {
      usedPercent: limits.usedPercent,
      windowMinutes: limits.windowMinutes ?? null,
      resetsAt: limits.resetsAt?.toISOString() ?? null,
    }
  return {
    planType: planType ?? null,
    primary: window(primary) ?? null,
    secondary: window(secondary) ?? null,
    credits: credits ? { ...credits, balance: credits.balance ?? null } : null,
    allowed: allowed ?? null,
    limitReached: limitReached ?? null,
  }
}

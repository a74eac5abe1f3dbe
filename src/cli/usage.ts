import { createCore } from '../core/provider.ts'
import type { CodexCredits, CodexRateLimits, CodexRateLimitWindow } from '../events/rate-limits.ts'
import { type Command, DONE } from './command.ts'
import { formatBar, formatPercent, formatRelative, formatTable, windowName } from './format.ts'
import { type CliIO, paint, print, withoutControls } from './io.ts'

export const usage: Command = {
  about: 'show what is left of your plan',
  details: 'For each window of the plan: how much of it is used, and when it starts anew.',
  options: ['json'],
  async run({ values }, io) {
    const limits = await createCore({ authFile: values['auth-file'] }).usage(io.signal)
    await print(io.stdout, values.json ? toJson(limits) : draw(limits, io))
    return DONE
  },
}

function draw(limits: CodexRateLimits, io: CliIO): string {
  const windows = [limits.primary, limits.secondary].filter((window) => window !== undefined)
  const blocks = [
    limits.planType === undefined ? undefined : `Plan: ${withoutControls(limits.planType)}`,
    windows.length === 0 ? 'The backend names no windows for this plan.' : drawWindows(windows, io),
    limits.credits === undefined ? undefined : `Credits: ${describeCredits(limits.credits)}`,
    isUsedUp(limits) ? 'The limit is reached.' : undefined,
  ]
  return blocks.filter((block) => block !== undefined).join('\n\n')
}

const isUsedUp = ({ limitReached, allowed }: CodexRateLimits): boolean =>
  limitReached === true || allowed === false

function drawWindows(windows: readonly CodexRateLimitWindow[], io: CliIO): string {
  const table = formatTable(
    windows.map(({ usedPercent, windowMinutes, resetsAt }) => [
      windowName(windowMinutes),
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
  return balance === undefined ? 'yes' : withoutControls(balance)
}

function toJson({ planType, primary, secondary, credits, allowed, limitReached }: CodexRateLimits): string {
  const window = (limits: CodexRateLimitWindow | undefined) =>
    limits && {
      usedPercent: limits.usedPercent,
      windowMinutes: limits.windowMinutes ?? null,
      resetsAt: limits.resetsAt?.toISOString() ?? null,
    }
  const json = {
    planType: planType ?? null,
    primary: window(primary) ?? null,
    secondary: window(secondary) ?? null,
    credits: credits ? { ...credits, balance: credits.balance ?? null } : null,
    allowed: allowed ?? null,
    limitReached: limitReached ?? null,
  }
  return JSON.stringify(json, null, 2)
}

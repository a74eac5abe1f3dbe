import { expect, vi } from 'vitest'
import type { Seen } from '../contract/support/ask.ts'

/** The timers of the provider that run, by where they were started. */
const running = new Map<unknown, string>()

const { setTimeout: start, clearTimeout: stop } = globalThis

globalThis.setTimeout = Object.assign(
  (run: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
    const timer = start(() => {
      running.delete(timer)
      run(...args)
    }, ms)
    const place = new Error().stack?.split('\n').find((line) => /\/src\/(?!testing)/.test(line))
    if (place) running.set(timer, place.trim())
    return timer
  },
  start,
)
globalThis.clearTimeout = (timer) => {
  running.delete(timer)
  stop(timer)
}

/** Where the timers of the provider were started that run now. */
export const runningTimers = (): string[] => [...running.values()]

/** Waits until no timer of the provider runs. */
export const noTimers = (): Promise<void> =>
  vi.waitFor(() => expect(runningTimers()).toEqual([]), { timeout: 30_000 })

/** In one line what a caller got: the answer, or which error after how many requests. */
export function outcomeOf({ errors }: Pick<Seen, 'errors'>, requests: number): string {
  const [error] = errors
  if (errors.length === 0) return 'answer'
  if (errors.length > 1 || !(error instanceof Error)) return `${errors.length} errors: ${errors.join('; ')}`
  const { statusCode, isRetryable, reason } = error as Error & Record<string, unknown>
  const fate = reason ?? (isRetryable ? 'retryable' : 'final')
  const name = error.name.replace(/^AI_/, '')
  const count = `${requests} request${requests === 1 ? '' : 's'}`
  return `${name}${statusCode === undefined ? '' : ` ${statusCode}`}, ${fate}, ${count}: ${shorten(error.message)}`
}

/** What is wrong, without what to do about it and what differs from run to run. */
const shorten = (message: string): string =>
  message
    .replace(/^Codex API error(?: \d+)?: |^The Codex login could not be renewed just now; try again\. /, '')
    .replace(/127\.0\.0\.1:\d+/g, 'HOST')
    .replace(/^(cannot connect to )[^ ]+ .*/s, '$1HOST')
    .replace(/\.(?: .*)?$/s, '')

interface Row {
  readonly place: string
  readonly fault: string
  readonly outcome: string
}

/** The closing table: place × fault × outcome. */
export function tableOf(rows: readonly Row[]): string {
  const lines = [{ place: 'place', fault: 'fault', outcome: 'outcome' }, ...rows]
  const widthOf = (column: 'place' | 'fault') => Math.max(...lines.map((line) => line[column].length))
  const [place, fault] = [widthOf('place'), widthOf('fault')]
  return lines
    .map((line) => `${line.place.padEnd(place)}  ${line.fault.padEnd(fault)}  ${line.outcome}`)
    .join('\n')
}

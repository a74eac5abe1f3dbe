const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Formats a duration in its two largest units: `2 h 13 min`, `4 d 15 h`. */
export function formatDuration(ms: number): string {
  if (ms < MINUTE) return 'less than a minute'
  const minutes = Math.floor(ms / MINUTE)
  const [days, hours, rest] = [Math.floor(ms / DAY), Math.floor(ms / HOUR) % 24, minutes % 60]
  const parts = days > 0 ? [count(days, 'd'), count(hours, 'h')] : [count(hours, 'h'), count(rest, 'min')]
  return parts.filter((part) => part !== '').join(' ')
}

const count = (number: number, unit: string): string => (number === 0 ? '' : `${number} ${unit}`)

/** Formats a time relative to now: `in 2 h 13 min`, `2 h 13 min ago`. */
export const formatRelative = (time: number, now: number): string =>
  time > now ? `in ${formatDuration(time - now)}` : `${formatDuration(now - time)} ago`

/** Formats a time in UTC, to the second: `2026-11-25T12:00:00Z`. */
export function formatTime(time: number | Date): string {
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? 'unknown' : `${date.toISOString().slice(0, 19)}Z`
}

/** Names a rate-limit window by its length: `5 hours`, `7 days`. */
export function formatWindow(minutes: number | undefined): string {
  if (minutes === undefined) return 'window'
  const units: ReadonlyArray<[size: number, name: string]> = [
    [1440, 'day'],
    [60, 'hour'],
    [1, 'minute'],
  ]
  const [size, name] = units.find(([length]) => minutes >= length && minutes % length === 0) ?? [1, 'minute']
  const number = minutes / size
  return `${number} ${name}${number === 1 ? '' : 's'}`
}

const BAR_WIDTH = 24

/** Formats a percentage as a bar, which is empty only at 0 and full only at 100. */
export function formatBar(percent: number): string {
  const cells = (percent / 100) * BAR_WIDTH
  const rounded = percent > 0 && percent < 100 ? clamp(Math.round(cells), 1, BAR_WIDTH - 1) : cells
  const filled = clamp(rounded, 0, BAR_WIDTH)
  return '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled)
}

/** Formats a percentage without decimals: `<1` below 1, and 100 only when it is reached. */
export function formatPercent(percent: number): string {
  if (percent > 0 && percent < 1) return '<1'
  return String(percent < 100 ? Math.min(Math.round(percent), 99) : Math.round(percent))
}

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most)

/** Returns the greatest number of a list, however long it is. */
export const maxOf = <T>(list: readonly T[], numberOf: (item: T) => number): number =>
  list.reduce((most, item) => Math.max(most, numberOf(item)), 0)

/** Aligns the cells of rows in columns; the first row has a cell for each column. */
export function formatTable(rows: ReadonlyArray<readonly string[]>): string {
  const widths = (rows[0] ?? []).map((_, column) => maxOf(rows, (row) => (row[column] ?? '').length))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

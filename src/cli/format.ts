const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A span in its two largest units: `2 h 13 min`, `4 d 15 h`. */
export function formatSpan(ms: number): string {
  if (ms < MINUTE) return 'less than a minute'
  const minutes = Math.floor(ms / MINUTE)
  const [days, hours, rest] = [Math.floor(ms / DAY), Math.floor(ms / HOUR) % 24, minutes % 60]
  const parts = days > 0 ? [count(days, 'd'), count(hours, 'h')] : [count(hours, 'h'), count(rest, 'min')]
  return parts.filter((part) => part !== '').join(' ')
}

const count = (number: number, unit: string): string => (number === 0 ? '' : `${number} ${unit}`)

/** `in 2 h 13 min`, `2 h 13 min ago`. */
export const formatRelative = (time: number, now: number): string =>
  time > now ? `in ${formatSpan(time - now)}` : `${formatSpan(now - time)} ago`

/** A time of UTC without fractions: `2026-11-25T12:00:00Z`. */
export function formatTime(time: number | Date): string {
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? 'unknown' : `${date.toISOString().slice(0, 19)}Z`
}

/** The name of a window by its length: `5 hours`, `7 days`. */
export function windowName(minutes: number | undefined): string {
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

/** A bar for a percent; a little is never none, and all but all is never all. */
export function formatBar(percent: number): string {
  const cells = (percent / 100) * BAR_WIDTH
  const rounded = percent > 0 && percent < 100 ? clamp(Math.round(cells), 1, BAR_WIDTH - 1) : cells
  const filled = clamp(rounded, 0, BAR_WIDTH)
  return '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled)
}

/** A whole percent; a little is `<1`, and only all is 100. */
export function formatPercent(percent: number): string {
  if (percent > 0 && percent < 1) return '<1'
  return String(percent < 100 ? Math.min(Math.round(percent), 99) : Math.round(percent))
}

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most)

/** Rows under a head, in columns that are as wide as they must be. */
export function formatTable(rows: ReadonlyArray<readonly string[]>): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  )
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

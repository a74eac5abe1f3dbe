/** Returns a time from seconds since 1970; undefined for 0, which stands for none, and for one that no `Date` can hold. */
export function toTime(seconds: unknown): Date | undefined {
  const ms = (toNumber(seconds) ?? 0) * 1000
  // The largest time that a `Date` can hold.
  return ms > 0 && ms <= 8.64e15 ? new Date(ms) : undefined
}

/** Returns a date from its ISO form; undefined for anything else. */
export function toDate(text: unknown): Date | undefined {
  const date = new Date(typeof text === 'string' ? text : Number.NaN)
  return Number.isNaN(date.getTime()) ? undefined : date
}

/** Returns a reset from seconds since 1970, else from seconds from now; 0 stands for none in both. */
export function toReset(at: unknown, afterSeconds: unknown, now: number): Date | undefined {
  const time = toNumber(at)
  const after = toNumber(afterSeconds)
  if (time) return toTime(time)
  return after ? toTime(now / 1000 + after) : undefined
}

/** Returns a number that is not negative, also from a string. */
export function toNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined
}

const BOOLEANS: ReadonlyMap<unknown, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
])

/** Returns a boolean from a boolean, a number or a string in any case. */
export const toBoolean = (value: unknown): boolean | undefined => BOOLEANS.get(String(value).toLowerCase())

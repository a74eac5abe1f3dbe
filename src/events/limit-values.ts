/** A time from seconds since 1970; undefined for one that no `Date` can hold. */
export function toTime(seconds: unknown): Date | undefined {
  const ms = (toNumber(seconds) ?? Number.NaN) * 1000
  // The largest time that a `Date` can hold.
  return ms <= 8.64e15 ? new Date(ms) : undefined
}

/** A reset from seconds since 1970, else from seconds from now. */
export function toReset(at: unknown, afterSeconds: unknown, now: number): Date | undefined {
  const after = toNumber(afterSeconds)
  return toTime(toNumber(at) ?? (after === undefined ? undefined : now / 1000 + after))
}

/** A number that is not negative, also as text. */
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

/** As a boolean, a number or a text of any case. */
export const toBoolean = (value: unknown): boolean | undefined => BOOLEANS.get(String(value).toLowerCase())

/** Without the fields that have no value. */
export const told = <Fields extends object>(fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields

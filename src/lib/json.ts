/** A JSON object as it comes: nothing is known of its fields. */
export type JsonObject = { [key: string]: unknown }

/** Anything that JSON can say. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue }

/** True for an object that is no list. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The value as an object; an empty one where it is none. */
export const asObject = (value: unknown): JsonObject => (isObject(value) ? value : {})

/** Deeper nesting can't be written as JSON again: `JSON.stringify` is recursive. */
const MAX_DEPTH = 1_000

/** Parses text that should hold a JSON object; undefined where it does not, or one that is nested too deep. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const json: unknown = JSON.parse(text)
    // Each level takes two characters.
    return isObject(json) && (text.length <= 2 * MAX_DEPTH || !isTooDeep(json)) ? json : undefined
  } catch {
    return undefined
  }
}

function isTooDeep(json: JsonObject): boolean {
  let level: unknown[] = [json]
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth++) {
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    )
  }
  return level.length > 0
}

/** A string with something in it, else undefined. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/** A type without its undefined members: what may be undefined becomes optional. */
export type OmitUndefined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** A copy without the members that are undefined. */
export function omitUndefined<T extends object>(value: T): OmitUndefined<T> {
  const defined: JsonObject = {}
  for (const [key, member] of Object.entries(value)) if (member !== undefined) defined[key] = member
  return defined as OmitUndefined<T>
}

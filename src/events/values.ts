import { isObject, type JsonObject } from '../lib/json.ts'

export const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' ? value : undefined

/** Returns an index of a list; undefined for any other value. */
export const placeOf = (value: unknown): number | undefined =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) < MAX_PLACES ? Number(value) : undefined

/** Far more than an answer has: counting on from there still works. */
const MAX_PLACES = 100_000

/** Returns the objects of a list; an empty list for any other value. */
export const list = (value: unknown): readonly JsonObject[] =>
  Array.isArray(value) ? value.filter(isObject) : []

/** Returns an object with its own field names in camelCase and without null fields; for a list, each object in it. */
export function camelCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((entry) => (isObject(entry) ? camelCasedObject(entry) : entry))
  return isObject(value) ? camelCasedObject(value) : value
}

/** See {@link camelCased}. Values of the fields stay unchanged, since their names may be anyone's. */
export const camelCasedObject = (object: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(object)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([name, value]) => [camelCase(name), value]),
  )

export const camelCase = (name: string): string =>
  name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase())

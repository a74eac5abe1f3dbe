import { isObject, type JsonObject } from '../lib/json.ts'

export const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' ? value : undefined

/** A place in a list; undefined for what can be none. */
export const placeOf = (value: unknown): number | undefined =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) < MAX_PLACES ? Number(value) : undefined

/** Far more than an answer has: counting on from there still works. */
const MAX_PLACES = 100_000

/** The objects of a list; none where it is no list. */
export const list = (value: unknown): readonly JsonObject[] =>
  Array.isArray(value) ? value.filter(isObject) : []

/** The value, with the names of its own fields in camelCase and without fields that are null; of a list, each object in it. */
export function camelCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((entry) => (isObject(entry) ? camelCasedObject(entry) : entry))
  return isObject(value) ? camelCasedObject(value) : value
}

/** See {@link camelCased}: what the fields hold stays as it is, since it may be anybody's. */
export const camelCasedObject = (object: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(object)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([name, value]) => [camelCase(name), value]),
  )

const camelCase = (name: string): string => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase())

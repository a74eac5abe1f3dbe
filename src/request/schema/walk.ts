import { isObject, type JsonObject } from '../../lib/json.ts'

/** Where sub-schemas stand: a map of them, a list of them, or one. `items` is a list up to draft 7. */
const MAPS = ['properties', '$defs', 'definitions', 'patternProperties', 'dependentSchemas', 'dependencies']
const LISTS = ['anyOf', 'oneOf', 'allOf', 'prefixItems', 'items']
const SINGLES = [
  'items',
  'additionalItems',
  'unevaluatedItems',
  'additionalProperties',
  'unevaluatedProperties',
  'propertyNames',
  'contains',
  'not',
  'if',
  'then',
  'else',
]

/** The schemas that stand directly in a schema, each with its place; true and false are left out. */
export function subSchemas(schema: JsonObject): Array<{ keyword: string; key: string; sub: JsonObject }> {
  return Object.entries(schema).flatMap(([keyword, value]) => {
    if (MAPS.includes(keyword) && isObject(value)) {
      return Object.entries(value).flatMap(([key, sub]) => (isObject(sub) ? [{ keyword, key, sub }] : []))
    }
    if (LISTS.includes(keyword) && Array.isArray(value)) {
      return value.flatMap((sub: unknown, key) => (isObject(sub) ? [{ keyword, key: String(key), sub }] : []))
    }
    return SINGLES.includes(keyword) && isObject(value) ? [{ keyword, key: '', sub: value }] : []
  })
}

/** The schema with each of the schemas directly in it replaced; true and false are given too. */
export function mapSubSchemas(
  schema: JsonObject,
  map: (sub: JsonObject | boolean, keyword: string) => JsonObject | boolean,
): JsonObject {
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => {
      const one = (sub: unknown) => (isObject(sub) || typeof sub === 'boolean' ? map(sub, keyword) : sub)
      if (MAPS.includes(keyword) && isObject(value)) {
        return [keyword, Object.fromEntries(Object.entries(value).map(([name, sub]) => [name, one(sub)]))]
      }
      if (LISTS.includes(keyword) && Array.isArray(value)) return [keyword, value.map(one)]
      return [keyword, SINGLES.includes(keyword) ? one(value) : value]
    }),
  )
}

/** Keywords that say something to a reader and nothing of the value. */
const ANNOTATIONS = new Set([
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
])

export const isAnnotation = (keyword: string): boolean => ANNOTATIONS.has(keyword)

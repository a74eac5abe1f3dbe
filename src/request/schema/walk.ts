import { isObject, type JsonObject } from '../../lib/json.ts'

/** Keywords that hold a map of schemas, a list of schemas, or one schema. `items` is a list up to draft 7. */
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

const KINDS: ReadonlyMap<string, { map?: true; list?: true; single?: true }> = new Map(
  [...MAPS, ...LISTS, ...SINGLES].map((keyword) => [
    keyword,
    {
      ...(MAPS.includes(keyword) ? { map: true } : {}),
      ...(LISTS.includes(keyword) ? { list: true } : {}),
      ...(SINGLES.includes(keyword) ? { single: true } : {}),
    },
  ]),
)

/** A schema directly inside another one. */
export interface SubSchema {
  keyword: string
  /** The name of a property or definition, the index in a list, or an empty string. */
  key: string
  sub: JsonObject
}

/** Returns the schemas that stand directly in a schema, in the order they are written; `true` and `false` are left out. */
export function subSchemas(schema: JsonObject): SubSchema[] {
  const found: SubSchema[] = []
  for (const [keyword, value] of Object.entries(schema)) {
    const kind = KINDS.get(keyword)
    if (kind === undefined || typeof value !== 'object' || value === null) continue
    if (Array.isArray(value)) {
      if (!kind.list) continue
      for (const [index, sub] of value.entries()) {
        if (isObject(sub)) found.push({ keyword, key: String(index), sub })
      }
    } else if (kind.map) {
      for (const [key, sub] of Object.entries(value)) if (isObject(sub)) found.push({ keyword, key, sub })
    } else if (kind.single) {
      found.push({ keyword, key: '', sub: value as JsonObject })
    }
  }
  return found
}

/** Yields a schema and every schema inside it, outermost first, in the order they are written. */
export function* everySchema(root: JsonObject): Generator<JsonObject, undefined> {
  // An explicit stack: a schema may be nested deeper than calls can be.
  const stack = [root]
  for (let schema = stack.pop(); schema !== undefined; schema = stack.pop()) {
    yield schema
    for (const { sub } of subSchemas(schema).reverse()) stack.push(sub)
  }
}

type Put = (done: JsonObject | boolean) => void

/** Copies a schema, and calls `visit` for each schema, `true` or `false` directly in it, with a function to replace it. */
export function copySchema(
  schema: JsonObject,
  visit: (sub: JsonObject | boolean, keyword: string, put: Put) => void,
): JsonObject {
  const copy = { ...schema }
  for (const [keyword, value] of Object.entries(schema)) {
    const kind = KINDS.get(keyword)
    if (kind === undefined) continue
    if (Array.isArray(value) && kind.list) {
      const list: unknown[] = [...value]
      copy[keyword] = list
      for (const [index, sub] of list.entries()) {
        if (isSchema(sub))
          visit(sub, keyword, (done) => {
            list[index] = done
          })
      }
    } else if (isObject(value) && kind.map) {
      const map = { ...value }
      copy[keyword] = map
      for (const [name, sub] of Object.entries(map)) {
        if (isSchema(sub))
          visit(sub, keyword, (done) => {
            map[name] = done
          })
      }
    } else if (kind.single && isSchema(value)) {
      visit(value, keyword, (done) => {
        copy[keyword] = done
      })
    }
  }
  return copy
}

const isSchema = (value: unknown): value is JsonObject | boolean =>
  isObject(value) || typeof value === 'boolean'

/**
 * Rebuilds a schema and every schema inside it. `true` and `false` stay.
 *
 * @param leave rewrites a schema whose inner schemas are rebuilt
 * @param enter rewrites a schema before its inner schemas are looked for
 */
export function rebuildSchema(
  root: JsonObject,
  leave: (schema: JsonObject) => JsonObject,
  enter: (schema: JsonObject) => JsonObject = (schema) => schema,
): JsonObject {
  let rebuilt = root
  const open: Array<{ given: JsonObject; put: Put }> = [
    {
      given: root,
      put: (done) => {
        rebuilt = done as JsonObject
      },
    },
  ]
  const entered: Array<{ copy: JsonObject; put: Put }> = []
  for (const { given, put } of open) {
    const copy = copySchema(enter(given), (sub, _, putSub) => {
      // The loop reaches what is added to the list while it runs.
      if (isObject(sub)) open.push({ given: sub, put: putSub })
    })
    entered.push({ copy, put })
  }
  // Backwards, since inner schemas come after the one that holds them.
  for (const { copy, put } of entered.reverse()) put(leave(copy))
  return rebuilt
}

/** Keywords that inform a reader and don't constrain the value. */
const ANNOTATIONS = new Set([
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
])

/** True for a keyword that does not constrain the value. */
export const isAnnotation = (keyword: string): boolean => ANNOTATIONS.has(keyword)

/** True for a keyword that says nothing of the value at its place: an annotation, or definitions. */
export const isAside = (keyword: string): boolean =>
  ANNOTATIONS.has(keyword) || keyword === '$defs' || keyword === 'definitions'

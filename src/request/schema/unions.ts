import { asObject, isObject, type JsonObject } from '../../lib/json.ts'
import { findTarget } from './refs.ts'
import { isAnnotation } from './walk.ts'

/** Returns the members of a union; undefined where the keyword is not a list of schemas. */
export function membersOf(schema: JsonObject, keyword: string): JsonObject[] | undefined {
  const list: unknown = schema[keyword]
  return Array.isArray(list) && list.length > 0 && list.every(isObject) ? list : undefined
}

type Primitive = string | number | boolean | null

const isPrimitive = (value: unknown): value is Primitive =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value)

/** Returns the values that a schema lists by `const` or `enum`; undefined where it lists none, or others than primitives. */
export function namedValues(schema: JsonObject): Primitive[] | undefined {
  const values: unknown[] | undefined =
    'const' in schema ? [schema.const] : Array.isArray(schema.enum) ? schema.enum : undefined
  return values?.every(isPrimitive) ? values : undefined
}

const typeOfValue = (value: Primitive): string => (value === null ? 'null' : typeof value)

/**
 * Rewrites `oneOf` as `anyOf` where no value fits two of its members: this means the same, and strict mode allows it. A union
 * of listed values, with or without an `enum` beside it, becomes one `enum`.
 */
export function simplifyUnion(schema: JsonObject, root: JsonObject): JsonObject {
  const keyword = 'oneOf' in schema ? 'oneOf' : 'anyOf' in schema && 'enum' in schema ? 'anyOf' : undefined
  const members = keyword && membersOf(schema, keyword)
  if (!members) return schema
  if (keyword === 'oneOf' && !areDisjoint(members, root)) return schema
  const named = toEnum(schema, keyword, members)
  if (named || keyword === 'anyOf' || 'anyOf' in schema) return named ?? schema
  const { oneOf, ...rest } = schema
  return { ...rest, anyOf: oneOf }
}

const BESIDE_VALUES = ['type', 'const', 'enum']
const isBesideValues = (key: string): boolean => BESIDE_VALUES.includes(key) || isAnnotation(key)

function toEnum(schema: JsonObject, keyword: string, members: readonly JsonObject[]): JsonObject | undefined {
  const { [keyword]: _, ...rest } = schema
  if (![rest, ...members].every((part) => Object.keys(part).every(isBesideValues))) return undefined
  const isAllowed = fitterOf(rest)
  const allowed = new Set<Primitive>()
  for (const member of members) {
    const values = namedValues(member)
    if (!values) return undefined
    const isFit = fitterOf(member)
    for (const value of values) if (isFit(value) && isAllowed(value)) allowed.add(value)
  }
  if (allowed.size === 0) return undefined
  const { const: __, description, ...kept } = rest
  const legend = [description, ...members.map(describe)].filter((line) => typeof line === 'string')
  const values = [...allowed]
  return {
    ...kept,
    type: typesOf(values),
    enum: values,
    ...(legend.length === 0 ? {} : { description: legend.join('\n') }),
  }
}

/** Returns a check of a primitive by the `type`, `const` and `enum` of a schema. */
function fitterOf(schema: JsonObject): (value: Primitive) => boolean {
  const types = schema.type === undefined ? undefined : [schema.type].flat()
  const listed = Array.isArray(schema.enum) ? new Set<unknown>(schema.enum) : undefined
  return (value) => {
    const isTyped =
      types === undefined ||
      types.includes(typeOfValue(value)) ||
      (types.includes('integer') && Number.isInteger(value))
    return isTyped && (!('const' in schema) || schema.const === value) && (listed?.has(value) ?? true)
  }
}

/** Returns what a member of a union of values says of its value. */
function describe(member: JsonObject): string | undefined {
  const words = [member.title, member.description].filter((text) => typeof text === 'string')
  if (words.length === 0) return undefined
  return `${(namedValues(member) ?? []).map((value) => JSON.stringify(value)).join(', ')}: ${words.join(', ')}`
}

/** Returns the `type` of some values. */
export function typesOf(values: readonly Primitive[]): string | string[] {
  const types = [...new Set(values.map(typeOfValue))]
  return types.length === 1 ? String(types[0]) : types
}

const TYPES = ['null', 'boolean', 'number', 'string', 'object', 'array']

/** True where it is certain that no value fits two of these schemas. One pass, since a union may have many members. */
function areDisjoint(members: readonly JsonObject[], root: JsonObject): boolean {
  const listed = new Set<Primitive>()
  const unlisted = new Map<unknown, JsonObject[]>()
  const listedTypes = new Set<string>()
  for (const member of members) {
    const schema = typeof member.$ref === 'string' ? asObject(findTarget(root, member.$ref)) : member
    const values = namedValues(schema)
    if (values === undefined) {
      for (const type of possibleTypes(schema)) {
        const others = unlisted.get(type) ?? []
        unlisted.set(type, others)
        others.push(schema)
      }
      continue
    }
    for (const value of new Set(values)) {
      if (listed.has(value)) return false
      listed.add(value)
      listedTypes.add(typeOfValue(value))
    }
  }
  for (const [type, schemas] of unlisted) {
    if (listedTypes.has(String(type))) return false
    if (schemas.length > 1 && !(type === 'object' && haveDistinctTags(schemas))) return false
  }
  return true
}

/** Returns the types that values of a schema may have, with integers as numbers. */
function possibleTypes(schema: JsonObject): Set<unknown> {
  if (schema.type === undefined) return new Set(TYPES)
  const types = new Set<unknown>([schema.type].flat().map((type) => (type === 'integer' ? 'number' : type)))
  // The target of a reference is not repaired yet.
  return schema.nullable === true ? types.add('null') : types
}

type Tags = ReadonlyMap<string, readonly Primitive[]>

/** True where required properties with listed values, such as a `kind`, tell each of these objects from the others. */
function haveDistinctTags(schemas: readonly JsonObject[]): boolean {
  return schemas.every(({ type }) => type === 'object') && areApart(schemas.map(tagsOf), MAX_TAGS)
}

/** How many properties it may take to tell objects apart, such as a `kind` and then a `size`. */
const MAX_TAGS = 3

function areApart(objects: readonly Tags[], depth: number): boolean {
  if (objects.length < 2) return true
  const counts = new Map<string, number>()
  for (const tags of objects) for (const name of tags.keys()) counts.set(name, (counts.get(name) ?? 0) + 1)
  const shared = [...counts].filter(([, count]) => count === objects.length).map(([name]) => name)
  if (shared.some((name) => haveDistinctValues(objects, name))) return true
  if (depth === 1) return false
  const groups = shared.map((name) => groupByTag(objects, name)).find((found) => found && found.length > 1)
  return groups?.every((group) => areApart(group, depth - 1)) ?? false
}

function haveDistinctValues(objects: readonly Tags[], name: string): boolean {
  const seen = new Set<Primitive>()
  for (const tags of objects) {
    for (const value of new Set(tags.get(name))) {
      if (seen.has(value)) return false
      seen.add(value)
    }
  }
  return true
}

/** Groups objects by the value of a tag; undefined where one may have several values. */
function groupByTag(objects: readonly Tags[], name: string): Tags[][] | undefined {
  const groups = new Map<Primitive, Tags[]>()
  for (const tags of objects) {
    const [value, ...more] = tags.get(name) ?? []
    if (value === undefined || more.length > 0) return undefined
    const group = groups.get(value) ?? []
    groups.set(value, group)
    group.push(tags)
  }
  return [...groups.values()]
}

/** Returns the values of each property that is required and has its values listed. */
function tagsOf(schema: JsonObject): Tags {
  const properties = asObject(schema.properties)
  const tags = new Map<string, readonly Primitive[]>()
  for (const name of Array.isArray(schema.required) ? schema.required : []) {
    if (typeof name !== 'string' || !Object.hasOwn(properties, name)) continue
    const values = namedValues(asObject(properties[name]))
    if (values) tags.set(name, values)
  }
  return tags
}

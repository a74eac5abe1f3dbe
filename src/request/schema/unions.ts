import { asObject, isObject, type JsonObject } from '../../lib/json.ts'
import { findTarget } from './refs.ts'
import { isAnnotation } from './walk.ts'

/** The members of a union; undefined where the keyword is no list of schemas. */
export function membersOf(schema: JsonObject, keyword: string): JsonObject[] | undefined {
  const list: unknown = schema[keyword]
  return Array.isArray(list) && list.length > 0 && list.every(isObject) ? list : undefined
}

type Primitive = string | number | boolean | null

const isPrimitive = (value: unknown): value is Primitive =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value)

/** The values that a schema names one by one; undefined where it does not, or not all are plain. */
export function namedValues(schema: JsonObject): Primitive[] | undefined {
  const values: unknown[] | undefined =
    'const' in schema ? [schema.const] : Array.isArray(schema.enum) ? schema.enum : undefined
  return values?.every(isPrimitive) ? values : undefined
}

export const typeOfValue = (value: Primitive): string => (value === null ? 'null' : typeof value)

/**
 * `oneOf` as `anyOf` where no value fits two of its members, which means the same and is allowed in strict mode; a union
 * of named values, with or without an `enum` beside it, as one `enum`.
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
  const values: Primitive[] = []
  for (const member of members) {
    const fitting = valuesOf(member)
    if (!fitting) return undefined
    values.push(...fitting)
  }
  const allowed = [...new Set(values)].filter((value) => fits(rest, value))
  if (allowed.length === 0) return undefined
  const { const: __, description, ...kept } = rest
  const legend = [description, ...members.map(describe)].filter((line) => typeof line === 'string')
  return {
    ...kept,
    type: typesOf(allowed),
    enum: allowed,
    ...(legend.length === 0 ? {} : { description: legend.join('\n') }),
  }
}

const valuesOf = (schema: JsonObject): Primitive[] | undefined =>
  namedValues(schema)?.filter((value) => fits(schema, value))

/** Does a plain value fit the `type`, `const` and `enum` of a schema? */
function fits(schema: JsonObject, value: Primitive): boolean {
  const types = schema.type === undefined ? undefined : [schema.type].flat()
  const isTyped =
    types === undefined ||
    types.includes(typeOfValue(value)) ||
    (types.includes('integer') && Number.isInteger(value))
  return (
    isTyped &&
    (!('const' in schema) || schema.const === value) &&
    (!Array.isArray(schema.enum) || schema.enum.includes(value))
  )
}

/** What a member of a union of values says of its value. */
function describe(member: JsonObject): string | undefined {
  const words = [member.title, member.description].filter((text) => typeof text === 'string')
  if (words.length === 0) return undefined
  return `${(namedValues(member) ?? []).map((value) => JSON.stringify(value)).join(', ')}: ${words.join(', ')}`
}

/** The `type` that some values have in common. */
export function typesOf(values: readonly Primitive[]): string | string[] {
  const types = [...new Set(values.map(typeOfValue))]
  return types.length === 1 ? String(types[0]) : types
}

/** Is it sure that no value fits two of these schemas? */
function areDisjoint(members: readonly JsonObject[], root: JsonObject): boolean {
  const schemas = members.map((member) =>
    typeof member.$ref === 'string' ? asObject(findTarget(root, member.$ref)) : member,
  )
  return schemas.every((one, index) => schemas.slice(index + 1).every((other) => exclude(one, other)))
}

function exclude(one: JsonObject, other: JsonObject): boolean {
  const [values, others] = [namedValues(one), namedValues(other)]
  if (values && others) return values.every((value) => !others.includes(value))
  const [types, otherTypes] = [kindsOf(one), kindsOf(other)]
  if (types && otherTypes && types.every((type) => !otherTypes.includes(type))) return true
  const areObjects = one.type === 'object' && other.type === 'object'
  return areObjects && requiredNames(one).some((name) => tellsApart(name, one, other))
}

/** The types of a schema, with integers as numbers. */
const kindsOf = (schema: JsonObject): unknown[] | undefined =>
  schema.type === undefined
    ? undefined
    : [schema.type].flat().map((type) => (type === 'integer' ? 'number' : type))

const requiredNames = (schema: JsonObject): string[] =>
  Array.isArray(schema.required) ? schema.required.filter((name) => typeof name === 'string') : []

/** Must both have this property, each with other values? */
function tellsApart(name: string, one: JsonObject, other: JsonObject): boolean {
  const valuesIn = (schema: JsonObject) => {
    const properties = asObject(schema.properties)
    return Object.hasOwn(properties, name) ? namedValues(asObject(properties[name])) : undefined
  }
  const [values, others] = [valuesIn(one), valuesIn(other)]
  return (
    requiredNames(other).includes(name) &&
    values !== undefined &&
    others !== undefined &&
    values.every((value) => !others.includes(value))
  )
}

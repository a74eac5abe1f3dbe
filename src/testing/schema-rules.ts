import { asArray, asObject, isObject } from './json.ts'
import type { JsonObject } from './types.ts'

type Path = readonly string[]

/** Keywords whose value is a schema, a list of schemas, or schemas by name. */
const ONE = ['items', 'additionalProperties', 'not', 'if', 'then', 'else', 'contains', 'propertyNames']
const LISTS = ['anyOf', 'oneOf', 'allOf', 'prefixItems']
const BY_NAME = ['properties', '$defs', 'definitions', 'patternProperties']

/** A path as the backend's messages write it: `()`, `('items',)`, `('properties', 'a')`. */
function context(path: Path): string {
  const steps = path.map((step) => `'${step}'`).join(', ')
  return path.length === 1 ? `(${steps},)` : `(${steps})`
}

/** A schema and all schemas inside it, outermost first. */
function* walk(schema: unknown, path: Path = []): Generator<{ schema: JsonObject; path: Path }> {
  if (!isObject(schema)) return
  yield { schema, path }
  for (const keyword of ONE) yield* walk(schema[keyword], [...path, keyword])
  for (const keyword of LISTS) {
    for (const [n, inner] of asArray(schema[keyword]).entries())
      yield* walk(inner, [...path, keyword, String(n)])
  }
  for (const keyword of BY_NAME) {
    for (const [name, inner] of Object.entries(asObject(schema[keyword])))
      yield* walk(inner, [...path, keyword, name])
  }
}

const hasType = (schema: JsonObject, type: string) =>
  schema.type === type || asArray(schema.type).includes(type)

const typeText = (type: unknown) => (type === undefined ? '"None"' : JSON.stringify(type))

/** What the top of every tool schema must be: an object with named properties and no union. */
export function topLevelFault(schema: unknown): string | undefined {
  const top = asObject(schema)
  if (top.type !== 'object') {
    return `schema must be a JSON Schema of 'type: "object"', got 'type: ${typeText(top.type)}'.`
  }
  if (['oneOf', 'anyOf', 'allOf', 'enum', 'not'].some((keyword) => keyword in top)) {
    return "schema must have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level."
  }
  if (!isObject(top.properties)) return 'In context=(), object schema missing properties.'
  return undefined
}

/** What tool schemas may not be at any depth: keywords, and arrays without item schemas. */
export function strayKeywordFault(schema: unknown): string | undefined {
  for (const { schema: inner, path } of walk(schema)) {
    const stray = ['$schema', 'ref'].find((keyword) => keyword in inner)
    if (stray) return `In context=${context(path)}, '${stray}' is not permitted.`
    if (hasType(inner, 'array') && inner.items === undefined) {
      return `In context=${context(path)}, array schema missing items.`
    }
    if (Array.isArray(inner.items)) {
      return `In context=${context(path)}, ${JSON.stringify(inner.items)} is not of type 'object', 'boolean'.`
    }
  }
  return undefined
}

function objectFault(schema: JsonObject, where: string): string | undefined {
  if (schema.additionalProperties !== false) {
    return `In context=${where}, 'additionalProperties' is required to be supplied and to be false.`
  }
  const names = Object.keys(asObject(schema.properties))
  const required = asArray(schema.required)
  const rule = `In context=${where}, 'required' is required to be supplied and to be an array including every key in properties.`
  const missing = names.find((name) => !required.includes(name))
  if (missing !== undefined) return `${rule} Missing '${missing}'.`
  const extra = required.find((name) => !names.includes(String(name)))
  return extra === undefined ? undefined : `${rule} Extra required key '${String(extra)}' supplied.`
}

/** What a schema lacks that strict mode wants of each: a type, and nothing beside a `$ref` (Platform API). */
function shapeFault(schema: JsonObject, where: string): string | undefined {
  const beside = Object.keys(schema).filter((key) => !['$ref', '$defs', 'definitions'].includes(key))
  if ('$ref' in schema) {
    const list = beside.map((key) => `'${key}'`).join(', ')
    return beside.length === 0 ? undefined : `In context=${where}, $ref cannot have keywords {${list}}.`
  }
  return ['type', 'anyOf', 'enum', 'const'].some((keyword) => keyword in schema)
    ? undefined
    : `In context=${where}, schema must have a 'type' key.`
}

/** The strict rules: closed objects, every property required, no free composition; at any depth. */
export function strictFault(schema: unknown): string | undefined {
  for (const { schema: inner, path } of walk(schema)) {
    const where = context(path)
    const barred = ['oneOf', 'allOf', 'not', 'if', 'patternProperties'].find((keyword) => keyword in inner)
    if (barred) return `In context=${where}, '${barred}' is not permitted.`
    const isObjectSchema = hasType(inner, 'object') || 'properties' in inner
    const fault = (isObjectSchema ? objectFault(inner, where) : undefined) ?? shapeFault(inner, where)
    if (fault) return fault
  }
  return undefined
}

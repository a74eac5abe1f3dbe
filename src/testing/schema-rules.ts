import { asArray, asObject, isObject } from './json.ts'
import type { JsonObject } from './types.ts'

/** The way to a schema, innermost step last; undefined at the top. */
interface Path {
  parent: Path | undefined
  step: string
}

/** Keywords whose value is a schema, a list of schemas, or schemas by name. */
const ONE = ['items', 'additionalProperties', 'not', 'if', 'then', 'else', 'contains', 'propertyNames']
const LISTS = ['anyOf', 'oneOf', 'allOf', 'prefixItems']
const BY_NAME = ['properties', '$defs', 'definitions', 'patternProperties']

/** Writes a path as the backend's messages do: `()`, `('items',)`, `('properties', 'a')`. */
function context(path: Path | undefined): string {
  const steps: string[] = []
  for (let at = path; at !== undefined; at = at.parent) steps.push(`'${at.step}'`)
  return steps.length === 1 ? `(${steps[0]},)` : `(${steps.reverse().join(', ')})`
}

/** Yields a schema and all schemas inside it, outermost first. */
function* walk(root: unknown): Generator<{ schema: JsonObject; path: Path | undefined }> {
  const stack: Array<{ schema: unknown; path: Path | undefined }> = [{ schema: root, path: undefined }]
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const { schema, path } = at
    if (!isObject(schema)) continue
    yield { schema, path }
    for (const { schema: inner, steps } of innerSchemas(schema).reverse()) {
      let innerPath = path
      for (const step of steps) innerPath = { parent: innerPath, step }
      stack.push({ schema: inner, path: innerPath })
    }
  }
}

function innerSchemas(schema: JsonObject): Array<{ schema: unknown; steps: string[] }> {
  const found: Array<{ schema: unknown; steps: string[] }> = []
  for (const [keyword, value] of Object.entries(schema)) {
    if (ONE.includes(keyword)) found.push({ schema: value, steps: [keyword] })
    if (!LISTS.includes(keyword) && !BY_NAME.includes(keyword)) continue
    const members = LISTS.includes(keyword) ? asArray(value) : asObject(value)
    for (const [key, inner] of Object.entries(members)) found.push({ schema: inner, steps: [keyword, key] })
  }
  return found
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

function objectFault(schema: JsonObject, where: () => string): string | undefined {
  if (schema.additionalProperties !== false) {
    return `In context=${where()}, 'additionalProperties' is required to be supplied and to be false.`
  }
  const names = new Set(Object.keys(asObject(schema.properties)))
  const required = new Set(asArray(schema.required))
  const rule = `In context=${where()}, 'required' is required to be supplied and to be an array including every key in properties.`
  const missing = [...names].find((name) => !required.has(name))
  if (missing !== undefined) return `${rule} Missing '${missing}'.`
  const extra = [...required].find((name) => !names.has(String(name)))
  return extra === undefined ? undefined : `${rule} Extra required key '${String(extra)}' supplied.`
}

/** What a schema lacks that strict mode wants of each: a type, and nothing beside a `$ref` (Platform API). */
function shapeFault(schema: JsonObject, where: () => string): string | undefined {
  const beside = Object.keys(schema).filter((key) => !['$ref', '$defs', 'definitions'].includes(key))
  if ('$ref' in schema) {
    const list = beside.map((key) => `'${key}'`).join(', ')
    return beside.length === 0 ? undefined : `In context=${where()}, $ref cannot have keywords {${list}}.`
  }
  return ['type', 'anyOf', 'enum', 'const'].some((keyword) => keyword in schema)
    ? undefined
    : `In context=${where()}, schema must have a 'type' key.`
}

/** Keywords of strict mode (Platform API, "Supported schemas"). */
const STRICT_KEYWORDS = [
  ...['type', 'title', 'description', 'properties', 'required', 'additionalProperties', 'items'],
  ...['enum', 'const', 'anyOf', '$ref', '$defs', 'definitions', 'pattern', 'format'],
  ...['multipleOf', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'minItems', 'maxItems'],
]
const STRICT_FORMATS = ['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid']
const LOOKAROUND = /\(\?<?[=!]/

/** A keyword that strict mode does not take, or a value of one. */
function keywordFault(schema: JsonObject, where: () => string): string | undefined {
  const stray = Object.keys(schema).find((keyword) => !STRICT_KEYWORDS.includes(keyword))
  if (stray !== undefined) return `In context=${where()}, '${stray}' is not permitted.`
  if ('format' in schema && !STRICT_FORMATS.includes(String(schema.format))) {
    return `In context=${where()}, '${String(schema.format)}' is not a valid format.`
  }
  return LOOKAROUND.test(String(schema.pattern ?? ''))
    ? `In context=${where()}, 'pattern' is not permitted to use lookaround.`
    : undefined
}

/** The limits of strict mode (Platform API): levels, properties, enum values, and characters of names and values. */
function sizeFault(root: unknown): string | undefined {
  const levels = new Map<Path | undefined, number>()
  let deepest = 0
  let properties = 0
  let values = 0
  let characters = 0
  const count = (texts: readonly unknown[]) => {
    for (const text of texts) characters += String(text).length
  }
  for (const { schema, path } of walk(root)) {
    const isNested = hasType(schema, 'object') || hasType(schema, 'array')
    const level = levelAbove(levels, path) + (isNested ? 1 : 0)
    levels.set(path, level)
    deepest = Math.max(deepest, level)
    const names = Object.keys(asObject(schema.properties))
    properties += names.length
    count(names)
    count([...Object.keys(asObject(schema.$defs)), ...Object.keys(asObject(schema.definitions))])
    if ('const' in schema) count([schema.const])
    const before = characters
    count(asArray(schema.enum))
    values += asArray(schema.enum).length
    if (asArray(schema.enum).length > 250 && characters - before > 15_000) {
      return `The total length of the values in an enum of more than 250 exceeds the limit of 15000.`
    }
  }
  if (deepest > 10) return `${deepest} levels of nesting exceeds limit of 10.`
  if (properties > 5_000) return `${properties} properties exceeds limit of 5000.`
  if (values > 1_000) return `${values} enum values exceeds limit of 1000.`
  return characters > 120_000
    ? `${characters} characters of names and values exceeds limit of 120000.`
    : undefined
}

/** The level of the next schema above; a definition stands at the top. */
function levelAbove(levels: ReadonlyMap<Path | undefined, number>, path: Path | undefined): number {
  if (path === undefined) return 0
  for (let at: Path | undefined = path.parent; ; at = at.parent) {
    if (at?.step === '$defs' || at?.step === 'definitions') return 0
    const level = levels.get(at)
    if (level !== undefined || at === undefined) return level ?? 0
  }
}

/** The strict rules: known keywords, closed objects, every property required, within the limits. */
export function strictFault(schema: unknown): string | undefined {
  for (const { schema: inner, path } of walk(schema)) {
    const where = () => context(path)
    const isObjectSchema = hasType(inner, 'object') || 'properties' in inner
    const fault =
      keywordFault(inner, where) ??
      (isObjectSchema ? objectFault(inner, where) : undefined) ??
      shapeFault(inner, where)
    if (fault) return fault
  }
  return sizeFault(schema)
}

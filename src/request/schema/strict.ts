import { asObject, isObject, type JsonObject } from '../../lib/json.ts'
import { toJsonText } from '../../lib/json-text.ts'
import { exceededLimit } from './strict-limits.ts'
import { everySchema, rebuildSchema, subSchemas } from './walk.ts'

const isAny = (): boolean => true
const isNumber = (value: unknown): boolean => typeof value === 'number'

/** The string formats that strict mode knows. */
const FORMATS = ['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid']

/** What the regular expressions of strict mode lack, or may lack: lookaround, back references, lazy quantifiers and the like. */
const ADVANCED_PATTERN = /\(\?(?!:)|\\[1-9kpPbB]|[*+?}]\?/

/** Keywords of strict mode, each with a check of its value; a schema with any other is sent with `strict: false`. */
const STRICT_KEYWORDS: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  ...[
    'type',
    'title',
    'description',
    'properties',
    'required',
    'additionalProperties',
    'items',
    'enum',
    'const',
    'anyOf',
    '$ref',
    '$defs',
    'definitions',
  ].map((keyword) => [keyword, isAny] as const),
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minItems', 'maxItems'].map(
    (keyword) => [keyword, isNumber] as const,
  ),
  ['format', (value) => FORMATS.includes(String(value))],
  ['pattern', (value) => typeof value === 'string' && !ADVANCED_PATTERN.test(value)],
])

/** Keywords that go into the description where strict mode does not take them: a model can follow them from there. */
const DESCRIBABLE = new Set([
  'format',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minItems',
  'maxItems',
  'uniqueItems',
  'contentEncoding',
  'contentMediaType',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
])

const isStrictKeyword = (keyword: string, value: unknown): boolean =>
  STRICT_KEYWORDS.get(keyword)?.(value) ?? false

/** A schema for strict mode, or what keeps it from there, as a phrase for a warning. */
export type StrictForm =
  | { schema: JsonObject; obstacle?: undefined }
  | { schema?: undefined; obstacle: string }

/** Rewrites a schema for strict mode; its properties stay as optional and its objects as open as they are. */
export function toStrictForm(given: JsonObject): StrictForm {
  const schema = rebuildSchema(given, describeLimits)
  const obstacle = strictObstacle(schema) ?? exceededLimit(schema)
  return obstacle === undefined ? { schema } : { obstacle }
}

/** Moves keywords that strict mode does not take into the description, in the form `{minLength: 1, format: "uri"}`. */
function describeLimits(schema: JsonObject): JsonObject {
  const kept: Array<[string, unknown]> = []
  const notes: string[] = []
  for (const [keyword, value] of Object.entries(schema)) {
    if (isSafeIntegerBound(keyword, value)) continue
    if (!DESCRIBABLE.has(keyword) || isStrictKeyword(keyword, value)) kept.push([keyword, value])
    else if (value !== false) notes.push(`${keyword}: ${toJsonText(value)}`)
  }
  const rest = Object.fromEntries(kept)
  if (notes.length === 0) return rest
  const note = `{${notes.join(', ')}}`
  const { description } = schema
  return { ...rest, description: typeof description === 'string' ? `${description}\n${note}` : note }
}

/** True for the bounds that zod gives every integer, which only say that it is a safe one. */
function isSafeIntegerBound(keyword: string, value: unknown): boolean {
  if (typeof value !== 'number') return false
  if (keyword === 'minimum' || keyword === 'exclusiveMinimum') return value <= Number.MIN_SAFE_INTEGER
  return (keyword === 'maximum' || keyword === 'exclusiveMaximum') && value >= Number.MAX_SAFE_INTEGER
}

/** Keywords by which closing an object could let in a value that did not fit, or let in none at all. */
const JOINING = [
  'allOf',
  'oneOf',
  'if',
  'then',
  'else',
  'not',
  'dependentSchemas',
  'dependencies',
  'patternProperties',
  'minProperties',
  'maxContains',
]

function joinsSchemas(root: JsonObject): boolean {
  for (const schema of everySchema(root)) {
    if (JOINING.some((keyword) => keyword in schema)) return true
    if (isObject(schema.properties) && ['anyOf', '$ref'].some((keyword) => keyword in schema)) return true
  }
  return false
}

/**
 * Closes each object that names properties and does not mention further ones: what fits the closed schema fits the open one.
 * A schema that joins others stays as it is.
 */
export const closeObjects = (schema: JsonObject): JsonObject =>
  joinsSchemas(schema) ? schema : rebuildSchema(schema, close)

function close(schema: JsonObject): JsonObject {
  const names = new Set(Object.keys(asObject(schema.properties)))
  const isClosable =
    names.size > 0 &&
    schema.additionalProperties === undefined &&
    requiredNames(schema).every((name) => names.has(name))
  return isClosable ? { ...schema, additionalProperties: false } : schema
}

const requiredNames = (schema: JsonObject): string[] =>
  Array.isArray(schema.required) ? schema.required.map(String) : []

const describesObject = (schema: JsonObject): boolean =>
  schema.type === undefined ? isObject(schema.properties) : [schema.type].flat().includes('object')

/** Returns what the rules of strict mode object to in a schema, as a phrase for a warning; undefined where nothing is wrong. */
export function strictObstacle(root: JsonObject): string | undefined {
  const stack = [{ schema: root, path: '' }]
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const { schema, path } = at
    const inside = (name: string) => (path === '' ? name : `${path}.${name}`)
    const obstacle = ownObstacle(schema, path, inside)
    if (obstacle !== undefined) return obstacle
    for (const { keyword, key, sub } of subSchemas(schema).reverse()) {
      stack.push({ schema: sub, path: inside(keyword === 'properties' ? key : '*') })
    }
  }
  return undefined
}

function ownObstacle(schema: JsonObject, path: string, inside: (name: string) => string): string | undefined {
  const place = path === '' ? 'at the top' : `at ${path}`
  const keyword = Object.keys(schema).find((key) => !isStrictKeyword(key, schema[key]))
  if (keyword !== undefined) return `the keyword "${keyword}" ${place}`
  if (path === '' && schema.type !== 'object') return 'the top, which is not an object'
  const beside = '$ref' in schema && Object.keys(schema).find((key) => key !== '$ref')
  if (beside) return `the keyword "${beside}" beside the $ref ${place}`
  if (!['type', 'anyOf', '$ref'].some((key) => key in schema))
    return `the schema ${place}, which names no type`
  return describesObject(schema) ? objectObstacle(schema, place, inside) : undefined
}

function objectObstacle(
  schema: JsonObject,
  place: string,
  inside: (name: string) => string,
): string | undefined {
  if (schema.additionalProperties !== false) {
    return `the object ${place}, which is open to further properties`
  }
  const names = new Set(Object.keys(asObject(schema.properties)))
  const required = new Set(requiredNames(schema))
  for (const name of names) if (!required.has(name)) return `the optional property "${inside(name)}"`
  for (const name of required) {
    if (!names.has(name)) return `the required property "${inside(name)}", which has no schema`
  }
  return undefined
}

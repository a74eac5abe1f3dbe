import { asObject, isObject, type JsonObject } from '../../lib/json.ts'
import { mapSubSchemas, subSchemas } from './walk.ts'

/** Keywords that strict mode takes; a schema with any other is sent with `strict: false`. */
const STRICT_KEYWORDS = new Set([
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
])

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

function joinsSchemas(schema: JsonObject): boolean {
  const joins = Object.keys(schema).some((key) => JOINING.includes(key))
  const besides = isObject(schema.properties) && ['anyOf', '$ref'].some((key) => key in schema)
  return joins || besides || subSchemas(schema).some(({ sub }) => joinsSchemas(sub))
}

/**
 * Closes each object that names properties and says nothing of further ones: an answer within it also fits the open
 * schema. A schema that joins others is left as it is.
 */
export const closeObjects = (schema: JsonObject): JsonObject =>
  joinsSchemas(schema) ? schema : close(schema)

function close(schema: JsonObject): JsonObject {
  const closed = mapSubSchemas(schema, (sub) => (isObject(sub) ? close(sub) : sub))
  const names = Object.keys(asObject(closed.properties))
  const isClosable =
    names.length > 0 &&
    closed.additionalProperties === undefined &&
    requiredNames(closed).every((name) => names.includes(name))
  return isClosable ? { ...closed, additionalProperties: false } : closed
}

const requiredNames = (schema: JsonObject): string[] =>
  Array.isArray(schema.required) ? schema.required.map(String) : []

const describesObject = (schema: JsonObject): boolean =>
  schema.type === undefined ? isObject(schema.properties) : [schema.type].flat().includes('object')

/** What keeps a schema from strict mode, as a phrase for an error; undefined where nothing does. */
export function strictObstacle(schema: JsonObject, path = ''): string | undefined {
  const at = path === '' ? 'at the top' : `at ${path}`
  const inside = (name: string) => (path === '' ? name : `${path}.${name}`)
  const keys = Object.keys(schema)
  const keyword = keys.find((key) => !STRICT_KEYWORDS.has(key))
  if (keyword) return `the keyword "${keyword}" ${at}`
  if (path === '' && schema.type !== 'object') return 'the top, which is not an object'
  const beside = '$ref' in schema && keys.find((key) => key !== '$ref')
  if (beside) return `the keyword "${beside}" beside the $ref ${at}`
  if (!['type', 'anyOf', '$ref'].some((key) => key in schema)) return `the schema ${at}, which names no type`
  const obstacle = describesObject(schema) ? objectObstacle(schema, at, inside) : undefined
  if (obstacle) return obstacle
  for (const { keyword: place, key, sub } of subSchemas(schema)) {
    const found = strictObstacle(sub, inside(place === 'properties' ? key : '*'))
    if (found) return found
  }
  return undefined
}

function objectObstacle(
  schema: JsonObject,
  at: string,
  inside: (name: string) => string,
): string | undefined {
  if (schema.additionalProperties !== false) return `the object ${at}, which is open to further properties`
  const names = Object.keys(asObject(schema.properties))
  const required = requiredNames(schema)
  const optional = names.find((name) => !required.includes(name))
  if (optional !== undefined) return `the optional property "${inside(optional)}"`
  const unnamed = required.find((name) => !names.includes(name))
  return unnamed === undefined ? undefined : `the required property "${inside(unnamed)}", which has no schema`
}

import { isObject, type JsonObject } from '../json.ts'

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

/** Where sub-schemas stand: a map of them, a list of them, or one. */
const MAPS = ['properties', '$defs', 'definitions', 'patternProperties', 'dependentSchemas']
const LISTS = ['anyOf', 'oneOf', 'allOf', 'prefixItems']
const SINGLES = ['items', 'additionalProperties', 'not', 'contains', 'if', 'then', 'else', 'propertyNames']

function subSchemas(schema: JsonObject): JsonObject[] {
  const values = [
    ...MAPS.flatMap((key) => (isObject(schema[key]) ? Object.values(schema[key]) : [])),
    ...LISTS.flatMap((key) => (Array.isArray(schema[key]) ? (schema[key] as unknown[]) : [])),
    ...SINGLES.flatMap((key) => schema[key]),
  ]
  return values.filter(isObject)
}

function mapSubSchemas(schema: JsonObject, map: (sub: JsonObject) => JsonObject): JsonObject {
  const one = (value: unknown) => (isObject(value) ? map(value) : value)
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => {
      if (MAPS.includes(key) && isObject(value)) {
        return [key, Object.fromEntries(Object.entries(value).map(([name, sub]) => [name, one(sub)]))]
      }
      if (LISTS.includes(key) && Array.isArray(value)) return [key, value.map(one)]
      return [key, SINGLES.includes(key) ? one(value) : value]
    }),
  )
}

const describesObject = (schema: JsonObject): boolean =>
  schema.type === undefined ? isObject(schema.properties) : [schema.type].flat().includes('object')

/** Drops `$schema`, and gives an object schema the `properties` that the backend wants to see. */
export function tidySchema(schema: unknown): JsonObject {
  const { $schema: _, ...rest } = isObject(schema) ? schema : {}
  return Object.keys(rest).length === 0 || describesObject(rest)
    ? { ...rest, type: 'object', properties: isObject(rest.properties) ? rest.properties : {} }
    : rest
}

/** Keywords that the backend refuses at the top of a schema. */
const REFUSED_AT_TOP = ['anyOf', 'oneOf', 'allOf', 'enum', 'not']

/** Why the backend would refuse a schema whatever the mode, as a phrase for an error; undefined where it would not. */
export function topObstacle(schema: JsonObject): string | undefined {
  if (schema.type !== 'object') return 'its top is not of type "object"'
  const keyword = REFUSED_AT_TOP.find((key) => key in schema)
  return keyword && `it has "${keyword}" at its top`
}

/** Keywords by which several schemas hold for one value: what one of them names, another one would forbid when closed. */
const JOINING = ['allOf', 'if', 'then', 'else', 'not', 'dependentSchemas', 'patternProperties']

function joinsSchemas(schema: JsonObject): boolean {
  const joins = Object.keys(schema).some((key) => JOINING.includes(key))
  const besides = isObject(schema.properties) && ['anyOf', 'oneOf', '$ref'].some((key) => key in schema)
  return joins || besides || subSchemas(schema).some(joinsSchemas)
}

/**
 * Closes each object that says nothing of further properties: an answer within it also fits the open schema. A schema
 * that joins others is left as it is.
 */
export function closeObjects(schema: JsonObject): JsonObject {
  return joinsSchemas(schema) ? schema : close(schema)
}

function close(schema: JsonObject): JsonObject {
  const closed = mapSubSchemas(schema, close)
  return describesObject(closed) && closed.additionalProperties === undefined
    ? { ...closed, additionalProperties: false }
    : closed
}

/** What keeps a schema from strict mode, as a phrase for an error; undefined where nothing does. */
export function strictObstacle(schema: JsonObject, path = ''): string | undefined {
  const at = path === '' ? 'at the top' : `at ${path}`
  const keyword = Object.keys(schema).find((key) => !STRICT_KEYWORDS.has(key))
  if (keyword) return `the keyword "${keyword}" ${at}`
  if (path === '' && schema.type !== 'object') return 'the top, which is not an object'
  if (describesObject(schema)) {
    if (schema.additionalProperties !== false) return `the object ${at}, which is open to further properties`
    const required: unknown[] = Array.isArray(schema.required) ? schema.required : []
    const optional = Object.keys(isObject(schema.properties) ? schema.properties : {}).find(
      (name) => !required.includes(name),
    )
    if (optional) return `the optional property "${path === '' ? optional : `${path}.${optional}`}"`
  }
  for (const [name, sub] of namedSubSchemas(schema)) {
    const obstacle = strictObstacle(sub, path === '' ? name : `${path}.${name}`)
    if (obstacle) return obstacle
  }
  return undefined
}

function namedSubSchemas(schema: JsonObject): Array<[string, JsonObject]> {
  const properties = isObject(schema.properties) ? schema.properties : {}
  const named = Object.entries(properties).filter((entry): entry is [string, JsonObject] =>
    isObject(entry[1]),
  )
  const inProperties = new Set(named.map(([, sub]) => sub))
  const others = subSchemas(schema).filter((sub) => !inProperties.has(sub))
  return [...named, ...others.map((sub): [string, JsonObject] => ['*', sub])]
}

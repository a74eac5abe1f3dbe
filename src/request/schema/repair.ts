import { isObject, type JsonObject } from '../../lib/json.ts'
import { membersOf, namedValues, simplifyUnion, typesOf } from './unions.ts'
import { isAnnotation, mapSubSchemas } from './walk.ts'

/** Keywords that mean nothing to the backend, and that it refuses or may refuse. */
const DROPPED = ['$schema', 'ref', '$comment', 'nullable']

/** Where `true` and `false` may stay: elsewhere they are written as schemas. */
const BOOLEANS = ['additionalProperties', 'unevaluatedProperties', 'unevaluatedItems']

/**
 * Rewrites what the backend does not take, at every depth, into what means the same: JSON Schema up to draft 7 and OpenAPI
 * into draft 2020-12, and what is left unsaid into words. All references must be local (see `localizeRefs`).
 */
export function repairSchema(root: JsonObject): JsonObject {
  const repair = (schema: JsonObject): JsonObject => {
    const inside = mapSubSchemas(allowNull(schema), (sub, keyword) => {
      if (isObject(sub)) return repair(sub)
      if (BOOLEANS.includes(keyword)) return sub
      return sub ? {} : { not: {} }
    })
    return REPAIRS.reduce((done, step) => step(done, root), inside)
  }
  return repair(root)
}

type Repair = (schema: JsonObject, root: JsonObject) => JsonObject

/** In this order: a later one builds on what an earlier one made. */
const REPAIRS: readonly Repair[] = [
  dropStray,
  numericBounds,
  singleType,
  tupleItems,
  collapseSingle,
  simplifyUnion,
  nameTypes,
  fillEmpty,
  freeRef,
]

/** OpenAPI's `nullable`. */
function allowNull(schema: JsonObject): JsonObject {
  if (schema.nullable !== true) return schema
  const { nullable: _, ...rest } = schema
  if (rest.type !== undefined) return { ...rest, type: [...new Set([rest.type, 'null'].flat())] }
  if (!['$ref', 'anyOf', 'oneOf', 'allOf'].some((keyword) => keyword in rest)) return rest
  const { $defs, definitions, ...inner } = rest
  return {
    anyOf: [inner, { type: 'null' }],
    ...($defs === undefined ? {} : { $defs }),
    ...(definitions === undefined ? {} : { definitions }),
  }
}

function dropStray(schema: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => !DROPPED.includes(keyword)))
}

const BOUNDS = [
  ['minimum', 'exclusiveMinimum'],
  ['maximum', 'exclusiveMaximum'],
] as const

/** In draft 4 and OpenAPI 3.0 an exclusive bound was a flag beside the bound. */
function numericBounds(schema: JsonObject): JsonObject {
  return BOUNDS.reduce((done, [bound, exclusive]) => {
    const { [bound]: limit, [exclusive]: flag, ...rest } = done
    if (typeof flag !== 'boolean') return done
    if (limit === undefined) return rest
    return { ...rest, [flag ? exclusive : bound]: limit }
  }, schema)
}

function singleType(schema: JsonObject): JsonObject {
  return Array.isArray(schema.type) && schema.type.length === 1 ? { ...schema, type: schema.type[0] } : schema
}

/** Up to draft 7 the members of a tuple stood in `items`, and the rest in `additionalItems`. */
function tupleItems(schema: JsonObject): JsonObject {
  const { items, additionalItems, ...rest } = schema
  if (!Array.isArray(items)) return items === undefined ? rest : { ...rest, items }
  return {
    ...rest,
    ...(items.length === 0 ? {} : { prefixItems: items }),
    ...(additionalItems === undefined ? {} : { items: additionalItems }),
  }
}

/** A union of one, and `allOf` of one: the member itself. */
export function collapseSingle(schema: JsonObject): JsonObject {
  for (const keyword of ['allOf', 'anyOf', 'oneOf']) {
    const { [keyword]: _, ...rest } = schema
    const members = membersOf(schema, keyword)
    const [only] = members ?? []
    const isAlone = Object.keys(rest).every(
      (key) => isAnnotation(key) || key === '$defs' || key === 'definitions',
    )
    if (members?.length === 1 && only && isAlone) return collapseSingle({ ...only, ...rest })
  }
  return schema
}

/** Values that are named one by one have their type beside them. */
function nameTypes(schema: JsonObject): JsonObject {
  const values = namedValues(schema)
  return schema.type !== undefined || !values || values.length === 0
    ? schema
    : { ...schema, type: typesOf(values) }
}

const hasType = (schema: JsonObject, type: string): boolean => [schema.type].flat().includes(type)

/** An object has `properties`, an array has `items`. */
function fillEmpty(schema: JsonObject): JsonObject {
  const isBareObject = hasType(schema, 'object') && !isObject(schema.properties)
  // Said, `items` would count as evaluated.
  const isBareArray =
    hasType(schema, 'array') && schema.items === undefined && schema.unevaluatedItems === undefined
  return {
    ...schema,
    ...(isBareObject ? { properties: {} } : {}),
    ...(isBareArray ? { items: {} } : {}),
  }
}

/** Strict mode wants a `$ref` to stand alone. */
function freeRef(schema: JsonObject): JsonObject {
  const { $ref, ...rest } = schema
  const keys = Object.keys(rest)
  return $ref === undefined || keys.length === 0 || !keys.every(isAnnotation)
    ? schema
    : { anyOf: [{ $ref }], ...rest }
}

import { isObject, type JsonObject } from '../../lib/json.ts'
import { membersOf, namedValues, simplifyUnion, typesOf } from './unions.ts'
import { copySchema, isAnnotation, isAside, rebuildSchema } from './walk.ts'

/** Keywords that mean nothing to the backend, and that it refuses or may refuse. */
const DROPPED = new Set(['$schema', 'ref', '$comment', 'nullable'])

/** Keywords that may stay `true` or `false`: elsewhere these are written as schemas. */
const BOOLEANS = ['additionalProperties', 'unevaluatedProperties', 'unevaluatedItems']

/**
 * Rewrites what the backend does not accept, at every depth, into an equivalent: JSON Schema up to draft 7 and OpenAPI 3.0
 * into draft 2020-12, with types, `properties` and `items` spelled out. All references must be local (see `localizeRefs`).
 */
export function repairSchema(root: JsonObject): JsonObject {
  return rebuildSchema(
    root,
    (schema) => REPAIRS.reduce((done, repair) => repair(done, root), schema),
    (schema) => writeOutBooleans(allowNull(schema)),
  )
}

type Repair = (schema: JsonObject, root: JsonObject) => JsonObject

/** Ordered: a later one builds on what an earlier one made. */
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

function writeOutBooleans(schema: JsonObject): JsonObject {
  return copySchema(schema, (sub, keyword, put) => {
    if (typeof sub === 'boolean' && !BOOLEANS.includes(keyword)) put(sub ? {} : { not: {} })
  })
}

/** Writes OpenAPI's `nullable` as a type or a union. Without a type and a union null fits anyway, or is ruled out by `enum`. */
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
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => !DROPPED.has(keyword)))
}

const BOUNDS = [
  ['minimum', 'exclusiveMinimum'],
  ['maximum', 'exclusiveMaximum'],
] as const

/** Rewrites the exclusive bounds of draft 4 and OpenAPI 3.0, which are a flag beside the bound. */
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

/** Rewrites the tuples of drafts up to 7, with the members in `items` and the rest in `additionalItems`. */
function tupleItems(schema: JsonObject): JsonObject {
  const { items, additionalItems, ...rest } = schema
  if (!Array.isArray(items)) return items === undefined ? rest : { ...rest, items }
  return {
    ...rest,
    ...(items.length === 0 ? {} : { prefixItems: items }),
    ...(additionalItems === undefined ? {} : { items: additionalItems }),
  }
}

/** Replaces a union of one schema, or `allOf` with one, by that schema. */
export function collapseSingle(schema: JsonObject): JsonObject {
  let collapsed = schema
  for (;;) {
    const keyword = ['allOf', 'anyOf', 'oneOf'].find((union) => union in collapsed)
    if (keyword === undefined) return collapsed
    const { [keyword]: _, ...rest } = collapsed
    const members = membersOf(collapsed, keyword)
    const [only] = members ?? []
    if (members?.length !== 1 || only === undefined || !Object.keys(rest).every(isAside)) return collapsed
    collapsed = { ...only, ...rest }
  }
}

/** Adds the type of listed values. */
function nameTypes(schema: JsonObject): JsonObject {
  const values = namedValues(schema)
  return schema.type !== undefined || !values || values.length === 0
    ? schema
    : { ...schema, type: typesOf(values) }
}

const hasType = (schema: JsonObject, type: string): boolean => [schema.type].flat().includes(type)

/** Adds the `properties` of an object and the `items` of an array. */
function fillEmpty(schema: JsonObject): JsonObject {
  const isBareObject = hasType(schema, 'object') && !isObject(schema.properties)
  // With `items`, no item would be left for `unevaluatedItems`.
  const isBareArray =
    hasType(schema, 'array') && schema.items === undefined && schema.unevaluatedItems === undefined
  return {
    ...schema,
    ...(isBareObject ? { properties: {} } : {}),
    ...(isBareArray ? { items: {} } : {}),
  }
}

/** Moves a described `$ref` into a union: strict mode wants a `$ref` to stand alone. */
function freeRef(schema: JsonObject): JsonObject {
  const { $ref, ...rest } = schema
  const keys = Object.keys(rest)
  return $ref === undefined || keys.length === 0 || !keys.every(isAnnotation)
    ? schema
    : { anyOf: [{ $ref }], ...rest }
}

import { asObject, isObject, type JsonObject } from '../../lib/json.ts'
import { extentFault } from './extent.ts'
import { createNamer, localizeRefs, mapRefs, type Refuse, resolveTop } from './refs.ts'
import { collapseSingle, repairSchema } from './repair.ts'
import { everySchema, isAside } from './walk.ts'

/** A schema that the backend accepts. */
export interface PreparedSchema {
  schema: JsonObject
  /** True where the schema describes `{"value": …}` and the caller's describes the value alone. */
  isWrapped: boolean
}

/**
 * Turns a schema into one that the backend accepts and that the same values fit, apart from the wrapper. The backend wants
 * an object at the top, without a union: any other schema is wrapped.
 *
 * @param unconstrained what a schema without constraints becomes: an object with any properties, or a wrapped value
 * @param refuse called with the reason where there is no such schema
 */
export function prepareSchema(
  given: unknown,
  unconstrained: 'object' | 'wrapped',
  refuse: Refuse,
): PreparedSchema {
  const root = given === undefined || given === null || given === true ? {} : given
  if (root === false) return refuse('it allows no value at all')
  if (!isObject(root)) return refuse('it is not a JSON schema')
  const fault = extentFault(root)
  if (fault !== undefined) return refuse(fault)
  const local = resolveTop(collapseSingle(localizeRefs(root, refuse)), refuse)
  const schema = resolveTop(repairSchema(local), refuse)
  const isFree = unconstrained === 'object' && Object.keys(schema).every(isAside)
  const top = isFree ? { type: 'object', ...schema } : schema
  if (isPlainObject(top)) {
    return { schema: { ...top, type: 'object', properties: asObject(top.properties) }, isWrapped: false }
  }
  return { schema: wrap(schema), isWrapped: true }
}

/** Keywords that the backend refuses at the top of a schema. */
const REFUSED_AT_TOP = ['anyOf', 'oneOf', 'allOf', 'enum', 'const', 'not', '$ref']

function isPlainObject(schema: JsonObject): boolean {
  if (REFUSED_AT_TOP.some((keyword) => keyword in schema)) return false
  // Adding a type would narrow the top, and with it each place that refers back to it.
  const isUntyped = schema.type === undefined && isObject(schema.properties)
  return schema.type === 'object' || (isUntyped && !refersToTop(schema))
}

function refersToTop(schema: JsonObject): boolean {
  for (const { $ref } of everySchema(schema)) if ($ref === '#') return true
  return false
}

/** Makes `{"value": …}`; definitions stay at the top, and references to the whole schema lead to the value. */
function wrap(schema: JsonObject): JsonObject {
  const name = createNamer('value', schema.$defs)()
  let isRecursive = false
  const moved = mapRefs(schema, (ref) => {
    if (ref !== '#') return ref
    isRecursive = true
    return `#/$defs/${name}`
  })
  const { $defs, definitions, ...value } = moved
  const all = { ...asObject($defs), ...(isRecursive ? { [name]: value } : {}) }
  return {
    type: 'object',
    properties: { value: isRecursive ? { $ref: `#/$defs/${name}` } : value },
    required: ['value'],
    additionalProperties: false,
    ...(Object.keys(all).length === 0 ? {} : { $defs: all }),
    ...(definitions === undefined ? {} : { definitions }),
  }
}

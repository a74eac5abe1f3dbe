import { asObject, isObject, type JsonObject } from '../../lib/json.ts'
import { freshName, localizeRefs, mapRefs, type Refuse, resolveTop } from './refs.ts'
import { collapseSingle, repairSchema } from './repair.ts'
import { isAnnotation } from './walk.ts'

/** A schema as the backend takes it. */
export interface WireSchema {
  schema: JsonObject
  /** Does the schema describe `{"value": …}`, where the caller described the value alone? */
  isWrapped: boolean
}

/**
 * Makes a schema one that the backend takes, without loss: what fits the one fits the other, but for the wrapper. At its
 * top it must be an object and no union: anything else is wrapped.
 *
 * @param anything what a schema that says nothing becomes: an object without named properties, or a wrapped value
 * @param refuse called where there is no such schema
 */
export function prepareSchema(given: unknown, anything: 'object' | 'wrapped', refuse: Refuse): WireSchema {
  const root = given === undefined || given === null || given === true ? {} : given
  if (root === false) return refuse('it allows no value at all')
  if (!isObject(root)) return refuse('it is no JSON schema')
  if (isCircular(root)) return refuse('it holds itself; a recursive schema needs a $ref')
  const local = resolveTop(collapseSingle(localizeRefs(root, refuse)), refuse)
  const schema = resolveTop(repairSchema(local), refuse)
  const top = anything === 'object' && saysNothing(schema) ? { type: 'object', ...schema } : schema
  if (isPlainObject(top)) {
    return { schema: { ...top, type: 'object', properties: asObject(top.properties) }, isWrapped: false }
  }
  return { schema: wrap(schema), isWrapped: true }
}

/** Does an object or a list stand somewhere within itself? JSON can't say that. */
function isCircular(root: JsonObject): boolean {
  const done = new Set<unknown>()
  const around = new Set<unknown>()
  const visit = (value: unknown): boolean => {
    if (typeof value !== 'object' || value === null || done.has(value)) return false
    if (around.has(value)) return true
    around.add(value)
    const found = Object.values(value).some(visit)
    around.delete(value)
    done.add(value)
    return found
  }
  return visit(root)
}

const saysNothing = (schema: JsonObject): boolean =>
  Object.keys(schema).every((key) => isAnnotation(key) || key === '$defs' || key === 'definitions')

/** Keywords that the backend refuses at the top of a schema. */
const REFUSED_AT_TOP = ['anyOf', 'oneOf', 'allOf', 'enum', 'const', 'not', '$ref']

function isPlainObject(schema: JsonObject): boolean {
  if (REFUSED_AT_TOP.some((keyword) => keyword in schema)) return false
  // Given a type, the top would be narrower, and with it each place that refers back to it.
  const isUntyped = schema.type === undefined && isObject(schema.properties)
  return schema.type === 'object' || (isUntyped && !refersToTop(schema))
}

function refersToTop(schema: JsonObject): boolean {
  let found = false
  mapRefs(schema, (ref) => {
    found ||= ref === '#'
    return ref
  })
  return found
}

/** `{"value": …}`; the definitions stay at the top, and what referred to the whole now refers to the value. */
function wrap(schema: JsonObject): JsonObject {
  const { $defs, definitions, ...value } = schema
  const name = freshName('value', $defs)
  let isRecursive = false
  const moved = mapRefs({ $defs, definitions, ...value }, (ref) => {
    if (ref !== '#') return ref
    isRecursive = true
    return `#/$defs/${name}`
  })
  const { $defs: defs, definitions: olderDefs, ...inner } = moved
  const all = { ...asObject(defs), ...(isRecursive ? { [name]: inner } : {}) }
  return {
    type: 'object',
    properties: { value: isRecursive ? { $ref: `#/$defs/${name}` } : inner },
    required: ['value'],
    additionalProperties: false,
    ...(Object.keys(all).length === 0 ? {} : { $defs: all }),
    ...(olderDefs === undefined ? {} : { definitions: olderDefs }),
  }
}

import { asObject, isObject, type JsonObject } from '../../lib/json.ts'
import { findTarget } from './refs.ts'

/** How many schemas are followed into each other before the answer is "it may". */
const MAX_DEPTH = 200

/**
 * True where the value of a wrapped schema (`{"value": …}`) may be a string. Only types, listed values, unions and references
 * are looked at: when in doubt, it may.
 */
export function valueAllowsString(wrapped: JsonObject): boolean {
  // Each schema is looked at once, however many references lead to it.
  const known = new Map<unknown, boolean>()

  function allowsString(schema: unknown, depth: number): boolean {
    if (!isObject(schema)) return schema !== false
    if (depth > MAX_DEPTH) return true
    const before = known.get(schema)
    if (before !== undefined) return before
    // A reference back to itself adds nothing to what it refers to.
    known.set(schema, false)
    const allows = isOpenToString(schema, depth)
    known.set(schema, allows)
    return allows
  }

  function isOpenToString(schema: JsonObject, depth: number): boolean {
    const { type, anyOf, oneOf, allOf, $ref } = schema
    if (type !== undefined && ![type].flat().includes('string')) return false
    if ('const' in schema && typeof schema.const !== 'string') return false
    if (Array.isArray(schema.enum) && !schema.enum.some((value) => typeof value === 'string')) return false
    const allows = (sub: unknown) => allowsString(sub, depth + 1)
    return (
      (!Array.isArray(anyOf) || anyOf.some(allows)) &&
      (!Array.isArray(oneOf) || oneOf.some(allows)) &&
      (!Array.isArray(allOf) || allOf.every(allows)) &&
      (typeof $ref !== 'string' || allows(findTarget(wrapped, $ref)))
    )
  }

  return allowsString(asObject(wrapped.properties).value, 0)
}

import { asObject, isObject, type JsonObject } from '../../lib/json.ts'
import { findTarget } from './refs.ts'

/**
 * May the value of a wrapped schema (`{"value": …}`) be a text? What is no type (a pattern, a format) is not looked at:
 * in doubt it may.
 */
export function valueTakesText(wrapped: JsonObject): boolean {
  const followed = new Set<string>()

  function takesText(schema: unknown): boolean {
    if (!isObject(schema)) return schema !== false
    const { type, anyOf, oneOf, allOf, $ref } = schema
    if (type !== undefined && ![type].flat().includes('string')) return false
    if ('const' in schema && typeof schema.const !== 'string') return false
    if (Array.isArray(schema.enum) && !schema.enum.some((value) => typeof value === 'string')) return false
    return (
      (!Array.isArray(anyOf) || anyOf.some(takesText)) &&
      (!Array.isArray(oneOf) || oneOf.some(takesText)) &&
      (!Array.isArray(allOf) || allOf.every(takesText)) &&
      (typeof $ref !== 'string' || leadsToText($ref))
    )
  }

  /** A reference back to itself adds nothing to what it refers to. */
  function leadsToText(ref: string): boolean {
    if (followed.has(ref)) return false
    followed.add(ref)
    const takes = takesText(findTarget(wrapped, ref))
    followed.delete(ref)
    return takes
  }

  return takesText(asObject(wrapped.properties).value)
}

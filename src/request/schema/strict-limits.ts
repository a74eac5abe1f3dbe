import { asObject, type JsonObject } from '../../lib/json.ts'
import { subSchemas } from './walk.ts'

/**
 * Limits of strict mode.
 *
 * @see https://platform.openai.com/docs/guides/structured-outputs
 */
const MAX_LEVELS = 10
const MAX_PROPERTIES = 5_000
const MAX_ENUM_VALUES = 1_000
const MAX_CHARACTERS = 120_000
/** An `enum` of more values than this has a limit of its own for their characters. */
const LONG_ENUM = 250
const MAX_LONG_ENUM_CHARACTERS = 15_000

/** Returns the limit of strict mode that a schema exceeds, as a phrase for a warning; undefined where it meets all. */
export function exceededLimit(root: JsonObject): string | undefined {
  let properties = 0
  let values = 0
  let characters = 0
  let levels = 0
  const stack = [{ schema: root, level: 0 }]
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const { schema } = at
    const level = at.level + (isNested(schema) ? 1 : 0)
    levels = Math.max(levels, level)
    const names = Object.keys(asObject(schema.properties))
    properties += names.length
    characters += lengthOf(names)
    for (const keyword of ['$defs', 'definitions'])
      characters += lengthOf(Object.keys(asObject(schema[keyword])))
    if ('const' in schema) characters += lengthOf([schema.const])
    if (Array.isArray(schema.enum)) {
      const length = lengthOf(schema.enum)
      if (schema.enum.length > LONG_ENUM && length > MAX_LONG_ENUM_CHARACTERS) {
        return tooMany(length, MAX_LONG_ENUM_CHARACTERS, `characters in an enum of over ${LONG_ENUM} values`)
      }
      values += schema.enum.length
      characters += length
    }
    for (const { keyword, sub } of subSchemas(schema)) {
      const isDefinition = keyword === '$defs' || keyword === 'definitions'
      stack.push({ schema: sub, level: isDefinition ? 0 : level })
    }
  }
  return (
    tooMany(levels, MAX_LEVELS, 'levels of nesting') ??
    tooMany(properties, MAX_PROPERTIES, 'properties') ??
    tooMany(values, MAX_ENUM_VALUES, 'enum values') ??
    tooMany(characters, MAX_CHARACTERS, 'characters of names and values')
  )
}

const tooMany = (count: number, limit: number, what: string): string | undefined =>
  count > limit ? `its ${inWords(count)} ${what} (the limit is ${inWords(limit)})` : undefined

const inWords = (count: number): string => count.toLocaleString('en')

/** True for the schema of a value that holds others. */
function isNested({ type, properties, items }: JsonObject): boolean {
  const types = [type].flat()
  return (
    types.includes('object') || types.includes('array') || properties !== undefined || items !== undefined
  )
}

const lengthOf = (texts: readonly unknown[]): number =>
  texts.reduce((sum: number, text) => sum + String(text).length, 0)

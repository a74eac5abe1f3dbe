import { asArray, asObject, isObject } from './json.ts'
import type { JsonObject } from './types.ts'

/** Proposes a value for a property (`undefined`: none); what the schema does not allow is not taken. */
export type Propose = (key: string, kind: 'string' | 'number') => string | number | undefined

interface Walk {
  root: JsonObject
  propose: Propose
  /** How often each `$ref` stands on the way from the root. */
  refs: ReadonlyMap<string, number>
  /** True inside a repeated `$ref`: only what is required is filled, so that recursive schemas end. */
  minimal: boolean
}

const DEEPEST_REPEAT = 3

const FORMATS: Readonly<Record<string, string>> = {
  'date-time': '2025-01-02T03:04:05Z',
  date: '2025-01-02',
  time: '03:04:05Z',
  duration: 'PT5M',
  email: 'user@example.com',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uri: 'https://example.com/',
  url: 'https://example.com/',
  uuid: '00000000-0000-4000-8000-000000000001',
}

// Tried in turn where a string has a pattern.
const PATTERN_SAMPLES = [
  'text',
  'TEXT',
  'Text',
  'a',
  'A',
  '1',
  '12',
  '123',
  '1234',
  '12345',
  'a1',
  'A1',
  'abc-123',
  'ABC-123',
  '#0a0b0c',
  '1.0',
  '1.2.3',
  '+15550100',
  '12:34',
  ...Object.values(FORMATS),
]

function fillString(schema: JsonObject, key: string, walk: Walk): string {
  const min = typeof schema.minLength === 'number' ? schema.minLength : 0
  const max = typeof schema.maxLength === 'number' ? schema.maxLength : Infinity
  const format = typeof schema.format === 'string' ? FORMATS[schema.format] : undefined
  if (format !== undefined) return format
  const proposed = walk.propose(key, 'string')
  const text = typeof proposed === 'string' ? proposed : `sample ${key}`
  if (typeof schema.pattern === 'string') {
    const pattern = new RegExp(schema.pattern, 'u')
    const fits = (sample: string) => pattern.test(sample) && sample.length >= min && sample.length <= max
    return [text, ...PATTERN_SAMPLES].find(fits) ?? text
  }
  return text.padEnd(min, '.').slice(0, max)
}

/** The number nearest to 1 that lies in the bounds and on the step. */
function fillNumber(schema: JsonObject, key: string, walk: Walk, whole: boolean): number {
  const bound = (name: string, missing: number) => (typeof schema[name] === 'number' ? schema[name] : missing)
  const step = bound('multipleOf', whole ? 1 : 0)
  // How far an exclusive bound is kept away from.
  const gap = step || 0.5
  const low = Math.max(bound('minimum', -Infinity), bound('exclusiveMinimum', -Infinity) + gap)
  const high = Math.min(bound('maximum', Infinity), bound('exclusiveMaximum', Infinity) - gap)
  const fits = (n: number) => n >= low && n <= high && (step === 0 || Number.isInteger(n / step))
  const proposed = walk.propose(key, 'number')
  if (typeof proposed === 'number' && fits(proposed)) return proposed
  const near = Math.min(Math.max(1, low), high)
  if (step === 0) return near
  const above = Math.ceil(near / step) * step
  return fits(above) ? above : Math.floor(near / step) * step
}

function fillArray(schema: JsonObject, key: string, walk: Walk): unknown[] {
  const min = typeof schema.minItems === 'number' ? schema.minItems : 0
  const max = typeof schema.maxItems === 'number' ? schema.maxItems : Infinity
  // Up to draft 7 a tuple is a list of `items`.
  const fixed = asArray(schema.prefixItems ?? schema.items)
  const length = Math.min(Math.max(min, fixed.length, walk.minimal ? 0 : 1), max)
  // Different members of an `enum` keep `uniqueItems` true.
  const choices = asArray(asObject(schema.items).enum)
  const member = (n: number) => {
    if (n < fixed.length) return fill(fixed[n], key, walk)
    if (choices.length > 0) return choices[n % choices.length]
    return fill(asObject(schema.items), n > 0 ? `${key} ${n + 1}` : key, walk)
  }
  return Array.from({ length }, (_, n) => member(n))
}

function fillObject(schema: JsonObject, walk: Walk): JsonObject {
  const properties = asObject(schema.properties)
  // A record whose keys are an enum has them all.
  const required = asArray(schema.required ?? asObject(schema.propertyNames).enum).map(String)
  const names = walk.minimal ? required : [...new Set([...Object.keys(properties), ...required])]
  const rest = isObject(schema.additionalProperties) ? schema.additionalProperties : undefined
  if (names.length === 0 && rest && !walk.minimal) return { key: fill(rest, 'key', walk) }
  return Object.fromEntries(names.map((name) => [name, fill(properties[name] ?? rest ?? {}, name, walk)]))
}

/** The schema that a `#/…` reference points to. */
function resolveRef(root: JsonObject, ref: string): unknown {
  const steps = ref.replace(/^#\/?/, '').split('/').filter(Boolean)
  return steps.reduce<unknown>((at, step) => {
    const name = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')
    return Array.isArray(at) ? at[Number(name)] : asObject(at)[name]
  }, root)
}

function fillRef(ref: string, key: string, walk: Walk): unknown {
  const times = (walk.refs.get(ref) ?? 0) + 1
  if (times > DEEPEST_REPEAT) return null
  const refs = new Map(walk.refs).set(ref, times)
  return fill(resolveRef(walk.root, ref), key, { ...walk, refs, minimal: walk.minimal || times > 1 })
}

/** The first alternative; inside a repeated `$ref` the first that refers to nothing further. */
function choose(alternatives: readonly unknown[], walk: Walk): unknown {
  const ends = (schema: unknown) => !JSON.stringify(schema).includes('"$ref"')
  return (walk.minimal ? alternatives.find(ends) : undefined) ?? alternatives[0]
}

function typeOf(schema: JsonObject): unknown {
  const { type } = schema
  if (Array.isArray(type)) return type.find((name) => name !== 'null') ?? 'null'
  if (type !== undefined) return type
  if (isObject(schema.properties) || isObject(schema.additionalProperties)) return 'object'
  return schema.items === undefined && schema.prefixItems === undefined ? 'string' : 'array'
}

/** One schema that says what all parts of an `allOf` say. */
function merge(schema: JsonObject, parts: readonly unknown[], walk: Walk): JsonObject {
  const { allOf: _, ...base } = schema
  const all = [base, ...parts.map(asObject)].map((part) =>
    typeof part.$ref === 'string' ? asObject(resolveRef(walk.root, part.$ref)) : part,
  )
  const properties = Object.assign({}, ...all.map((part) => asObject(part.properties)))
  const required = all.flatMap((part) => asArray(part.required))
  const merged: JsonObject = Object.assign({}, ...all)
  return Object.keys(properties).length > 0 ? { ...merged, properties, required } : merged
}

function fill(value: unknown, key: string, walk: Walk): unknown {
  const schema = asObject(value)
  if (typeof schema.$ref === 'string') return fillRef(schema.$ref, key, walk)
  if ('const' in schema) return schema.const
  const choices = asArray(schema.enum)
  if (choices.length > 0) return choices[0]
  const alternatives = [...asArray(schema.anyOf), ...asArray(schema.oneOf)]
  if (alternatives.length > 0) return fill(choose(alternatives, walk), key, walk)
  if (Array.isArray(schema.allOf)) return fill(merge(schema, schema.allOf, walk), key, walk)
  switch (typeOf(schema)) {
    case 'object':
      return fillObject(schema, walk)
    case 'array':
      return fillArray(schema, key, walk)
    case 'integer':
      return fillNumber(schema, key, walk, true)
    case 'number':
      return fillNumber(schema, key, walk, false)
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return fillString(schema, key, walk)
  }
}

/** A value that meets a JSON schema, always the same one; recursive schemas end where they may. */
export function fillSchema(schema: unknown, propose: Propose = () => undefined): unknown {
  return fill(schema, 'text', { root: asObject(schema), propose, refs: new Map([['#', 1]]), minimal: false })
}

import { InvalidArgumentError } from '@ai-sdk/provider'
import { describe, expect, test } from 'vitest'
import { toOutputFormat } from '../../../src/request/output-format.ts'
import { toTools } from '../../../src/request/tools.ts'
import { createWarningCollector } from '../../../src/request/warnings.ts'
import { strayKeywordFault, strictFault, topLevelFault } from '../../../src/testing/schema-rules.ts'

type Schema = Record<string, unknown>

const text = { type: 'string' }
const closed = (properties: Schema): Schema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
})
const inside = (schema: unknown): Schema => closed({ a: schema })
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n))
const named = <T>(count: number, make: (index: number) => T, stem = 'p'): Record<string, T> =>
  Object.fromEntries(times(count, (n) => [`${stem}${n}`, make(n)]))

/** A schema that is nested so many levels deep. */
function nested(levels: number, wrap: (inner: Schema) => Schema): Schema {
  let schema: Schema = text
  for (let level = 0; level < levels; level++) schema = wrap(schema)
  return schema
}

const WAYS_DOWN: Record<string, (inner: Schema) => Schema> = {
  properties: (inner) => inside(inner),
  items: (items) => ({ type: 'array', items }),
  anyOf: (inner) => ({ anyOf: [inner, { type: 'null' }] }),
  'allOf of one': (inner) => ({ allOf: [inner] }),
  'oneOf of values': (inner) => ({ oneOf: [inner, { const: 'x', title: 'X' }] }),
  nullable: (inner) => ({ nullable: true, anyOf: [inner] }),
  prefixItems: (inner) => ({ type: 'array', prefixItems: [inner] }),
  not: (not) => ({ not }),
}

/** Runs everything that walks a schema. */
async function prepare(schema: Schema): Promise<void> {
  const warnings = createWarningCollector()
  const { tools } = await toTools([{ type: 'function', name: 'find', schema }], true, warnings)
  const { format } = toOutputFormat({ type: 'json', schema }, undefined, warnings)
  for (const sent of [
    ...tools.map((tool) => ('parameters' in tool ? tool.parameters : {})),
    format?.schema,
  ]) {
    for (const check of [topLevelFault, strayKeywordFault]) expect(check(sent)).toBeUndefined()
    strictFault(sent)
  }
}

/** Milliseconds of CPU, which a busy machine does not lengthen as it does the time on the clock. */
async function cpuOf(run: () => Promise<void>): Promise<number> {
  const start = process.cpuUsage()
  await run()
  return process.cpuUsage(start).user / 1000
}

// Objects of more than a thousand keys are slower by a step, so that all sizes are above it.
const SIZES: Record<string, (size: number) => Schema> = {
  'oneOf of constants': (size) => inside({ oneOf: times(size, (n) => ({ const: `c${n}` })) }),
  'oneOf of described constants': (size) =>
    inside({ oneOf: times(size, (n) => ({ const: n, title: `C${n}` })) }),
  'oneOf of constants beside an enum': (size) =>
    inside({ enum: times(size, String), oneOf: times(size, (n) => ({ const: String(n) })) }),
  'oneOf of tagged objects': (size) =>
    inside({ oneOf: times(size / 4, (n) => closed({ kind: { const: `k${n}` }, a: text })) }),
  'oneOf of objects with two tags': (size) =>
    inside({ oneOf: times(size / 4, (n) => closed({ kind: { const: n >> 1 }, size: { const: n & 1 } })) }),
  'oneOf of objects with many tags': (size) =>
    inside({ oneOf: times(40, () => closed(named(size / 40, (n) => ({ const: n })))) }),
  'oneOf of overlapping objects': (size) => inside({ oneOf: times(size / 2, () => closed({ kind: text })) }),
  'a long enum': (size) => inside({ enum: times(size, String) }),
  'an enum in a union': (size) => inside({ oneOf: [{ enum: times(size, String) }, { type: 'null' }] }),
  'many properties': (size) => closed(named(size, () => text)),
  'many optional properties': (size) => ({ ...closed(named(size, () => text)), required: [] }),
  'many limits': (size) => closed(named(size, (n) => ({ type: 'string', minLength: n, description: 'D' }))),
  'references to properties': (size) =>
    closed({
      ...named(size, () => text),
      ...named(size, (n) => ({ $ref: `#/properties/p${n}` }), 'r'),
    }),
  'references to references': (size) =>
    closed(named(size, (n) => (n === 0 ? text : { $ref: `#/properties/p${n - 1}` }))),
  'references to anchors': (size) =>
    closed({
      ...named(size, (n) => ({ type: 'string', $anchor: `n${n}` })),
      ...named(size, (n) => ({ $ref: `#n${n}` }), 'r'),
    }),
  'references to places inside each other': (size) => {
    const levels = 100
    const path = (level: number) => `#${'/properties/a'.repeat(level)}`
    return closed({
      ...named(size, (n) => ({ $ref: path(1 + (n % levels)) })),
      a: nested(levels, (inner) => closed({ a: inner, b: text })),
    })
  },
  'definitions of the names that references get': (size) => ({
    ...closed(named(size, (n) => ({ $ref: `#/properties/q/properties/p${n}` }))),
    properties: {
      ...named(size, (n) => ({ $ref: `#/properties/q/properties/p${n}` })),
      q: closed(named(size, () => text)),
    },
    $defs: Object.fromEntries(times(size, (n) => [n === 0 ? 'ref' : `ref_${n + 1}`, text])),
  }),
  'a chain of definitions': (size) => ({
    $ref: '#/$defs/d0',
    $defs: named(size, (n) => (n === size - 1 ? text : { $ref: `#/$defs/d${n + 1}` }), 'd'),
  }),
  'a union of twice the same, again and again': (size) => ({
    anyOf: [{ $ref: '#/$defs/d0' }, { type: 'array', items: text }],
    $defs: named(
      size,
      (n) => {
        const next = { $ref: `#/$defs/d${n + 1}` }
        return n === size - 1 ? { type: 'object' } : { anyOf: [next, next] }
      },
      'd',
    ),
  }),
  'long texts': (size) =>
    inside({ ...text, description: 'd'.repeat(20 * size), pattern: '(?:a?)*'.repeat(size) }),
  'a long default': (size) => inside({ type: 'array', items: text, default: times(size, String) }),
  'shared schemas': (size) => {
    const shared = closed(named(10, () => text))
    return closed(named(size / 10, () => shared))
  },
  ...Object.fromEntries(
    Object.entries(WAYS_DOWN).map(([way, wrap]) => [
      `deep by ${way}`,
      (size: number) => closed(named(size / 80, () => nested(80, wrap))),
    ]),
  ),
}

describe('twice the schema takes at most 2.5 times as long', { timeout: 120_000 }, () => {
  test.each(Object.keys(SIZES))('%s', async (name) => {
    let [one, two] = [Infinity, Infinity]
    // The best of several runs, since compiling and collecting garbage take their time too.
    for (let run = 0; run < 40; run++) {
      const first = await cpuOf(() => prepare(SIZES[name]?.(1280) ?? {}))
      // A clock that has not ticked has measured nothing.
      if (first > 0) one = Math.min(one, first)
      two = Math.min(two, await cpuOf(() => prepare(SIZES[name]?.(2560) ?? {})))
      if (run > 1 && two <= 2.5 * one) break
    }
    // The clock of the CPU is coarse where a run is short.
    expect(two).toBeLessThanOrEqual(2.5 * one + 2)
  })
})

describe('a schema nested deep', () => {
  test.each(Object.keys(WAYS_DOWN))('by %s', async (way) => {
    const wrap = WAYS_DOWN[way]
    if (!wrap) throw new Error(way)
    await prepare(inside(nested(240, wrap)))
    for (const levels of [1_000, 100_000]) {
      const failure = await prepare(inside(nested(levels, wrap))).catch((error: unknown) => error)
      expect(InvalidArgumentError.isInstance(failure)).toBe(true)
      expect(String(failure)).toMatch(/the tool "find".*nested deeper than 1,000 levels/)
    }
  })

  test('by references, each to the next', async () => {
    const size = 5_000
    const chain = (n: number) => (n === size - 1 ? text : { $ref: `#/properties/p${n + 1}` })
    await prepare(closed(named(size, chain)))
    await prepare({
      anyOf: [{ $ref: '#/$defs/p0' }, text],
      $defs: named(size, (n) => (n === size - 1 ? text : { $ref: `#/$defs/p${n + 1}` })),
    })
  })
})

describe('a schema whose parts are shared', () => {
  const doubled = (levels: number) => nested(levels, (inner) => closed({ a: inner, b: inner }))

  test('is written out', async () => {
    await prepare(doubled(8))
  })

  test('is refused by name where that has no end', async () => {
    await expect(prepare(doubled(60))).rejects.toThrow(/the tool "find".*more than 1,000,000 values/)
  })
})

import { Ajv } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { prepareSchema } from '../../src/request/schema/prepare.ts'
import { closeObjects, toStrictForm } from '../../src/request/schema/strict.ts'
import { fillSchema } from '../../src/testing/fill-schema.ts'
import { strayKeywordFault, strictFault, topLevelFault } from '../../src/testing/schema-rules.ts'
import { SEED } from '../support/seed.ts'

const RUNS = 500
let runs = 0

type Schema = Record<string, unknown>

const refuse = (why: string): never => {
  throw new Error(why)
}

const OPTIONS = {
  strict: false,
  validateFormats: false,
  logger: false,
  meta: false,
  validateSchema: false,
} as const
const given7 = new Ajv(OPTIONS)
const sent2020 = new Ajv2020(OPTIONS)

/** A check by a schema: as it was given, that is draft 7 with OpenAPI's `nullable`; or as it is sent. */
function checker(schema: Schema, isSent: boolean): (value: unknown) => boolean {
  const { $schema: _, ...rest } = schema
  const ajv = isSent ? sent2020 : given7
  const validate = ajv.compile(rest)
  ajv.removeSchema(rest)
  return (value) => validate(value)
}

const name = fc.constantFrom('a', 'b', 'c', 'kind', 'ref', '$schema', 'x y', '__proto__x')
const plain = fc.constantFrom<unknown>('a', 'b', 'c', 'kind', 0, 1, 2.5, true, null, '')

const value = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    plain,
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(name, tie('any'), { maxKeys: 4 }),
  ),
})).any

const annotations = fc.record(
  {
    title: fc.constant('T'),
    description: fc.constant('D'),
    $comment: fc.constant('C'),
    ref: fc.constant('R'),
  },
  { requiredKeys: [] },
)

/** Where references lead: definitions that each schema has, itself, and places inside that may not be there. */
const REFS = ['#/definitions/node', '#/$defs/leaf', '#/$defs/pair', '#']

/** Schemas of every kind that people send, odd ones among them. */
const schema = fc.letrec<{ any: Schema | boolean; object: Schema; schema: Schema }>((tie) => ({
  any: fc.oneof({ weight: 12, arbitrary: tie('schema') }, { weight: 1, arbitrary: fc.boolean() }),
  object: fc
    .record(
      {
        type: fc.constantFrom<unknown>('object', ['object'], ['object', 'null'], undefined),
        properties: fc.option(fc.dictionary(name, tie('any'), { maxKeys: 3 }), { nil: undefined }),
        required: fc.option(fc.uniqueArray(name, { maxLength: 2 }), { nil: undefined }),
        additionalProperties: fc.option(fc.oneof(fc.constant(false), tie('any')), { nil: undefined }),
        minProperties: fc.option(fc.constantFrom(0, 1), { nil: undefined, freq: 10 }),
        nullable: fc.option(fc.constant(true), { nil: undefined, freq: 8 }),
        patternProperties: fc.option(fc.record({ '^a': tie('any') }), { nil: undefined, freq: 10 }),
      },
      { requiredKeys: [] },
    )
    .map((given) =>
      given.nullable !== undefined && given.type === undefined ? { ...given, nullable: undefined } : given,
    ),
  schema: fc
    .oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom<Schema>(
        { type: 'string' },
        { type: 'number' },
        { type: 'integer', minimum: 1 },
        { type: ['string', 'null'] },
        { type: 'string', nullable: true },
        { type: 'boolean' },
        { type: 'null' },
        {},
        { type: 'array' },
        { type: 'object' },
      ),
      fc.record({ enum: fc.uniqueArray(plain, { minLength: 1, maxLength: 3 }) }),
      fc.record({ const: plain }),
      fc.record({ $ref: fc.constantFrom(...REFS) }),
      tie('object'),
      tie('object'),
      fc.record({ type: fc.constant('array'), items: tie('any') }),
      fc.record({ type: fc.constant('array'), items: fc.array(tie('any'), { minLength: 1, maxLength: 2 }) }),
      fc.record({
        type: fc.constant('array'),
        items: fc.array(tie('any'), { minLength: 1, maxLength: 2 }),
        additionalItems: fc.oneof(fc.constant(false), tie('any')),
      }),
      fc.record({ anyOf: fc.array(tie('any'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ oneOf: fc.array(tie('any'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ allOf: fc.array(tie('any'), { minLength: 1, maxLength: 2 }) }),
      fc.record({ not: tie('any') }),
      // As a list of entries: an object with `then` looks like a promise.
      fc.tuple(tie('any'), tie('any')).map(([test, then]) =>
        Object.fromEntries([
          ['if', test],
          ['then', then],
        ]),
      ),
      // Beside each other, as tools of other makers have them.
      fc
        .tuple(tie('object'), fc.record({ anyOf: fc.array(tie('object'), { minLength: 1, maxLength: 2 }) }))
        .map(([one, other]) => ({ ...one, ...other })),
      fc
        .tuple(
          fc.uniqueArray(plain, { minLength: 1, maxLength: 3 }),
          fc.uniqueArray(plain, { minLength: 1, maxLength: 3 }),
        )
        .map(([values, members]) => ({
          enum: values,
          oneOf: members.map((member) => ({ const: member, title: String(member) })),
        })),
      // A union told apart by a property.
      fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 2, maxLength: 3 }).chain((kinds) =>
        fc.tuple(...kinds.map(() => tie('any'))).map((parts) => ({
          oneOf: kinds.map((kind, index) => ({
            type: 'object',
            properties: { kind: { const: kind }, a: parts[index] },
            required: ['kind'],
          })),
        })),
      ),
    )
    .chain((made) => annotations.map((notes) => ({ ...notes, ...made }))),
}))

/** Schemas that strict mode may take. */
const tidy = fc.letrec<{ any: Schema }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<Schema>(
      { type: 'string' },
      { enum: ['a', 'b'] },
      { const: 1 },
      { type: ['number', 'null'] },
    ),
    fc
      .dictionary(name, tie('any'), { minKeys: 1, maxKeys: 3 })
      .map((properties) => ({ type: 'object', properties, required: Object.keys(properties) })),
    tie('any').map((items) => ({ type: 'array', items })),
    fc.array(tie('any'), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
    fc
      .uniqueArray(plain, { minLength: 2, maxLength: 3 })
      .map((values) => ({ oneOf: values.map((one) => ({ const: one, title: 'T' })) })),
  ),
})).any

/** Schemas with definitions, some of which nothing refers to. */
const referring = fc
  .tuple(schema.schema, schema.object, schema.schema, fc.boolean())
  .map(
    ([top, node, pair, hasDialect]): Schema => ({
      ...(hasDialect ? { $schema: 'http://json-schema.org/draft-07/schema#' } : {}),
      ...top,
      definitions: { node: { ...node, type: 'object' } },
      $defs: {
        leaf: { type: 'string' },
        pair: { type: 'array', items: [{ type: 'string' }, withoutRefs(pair)] },
      },
    }),
  )
  .filter((made) => !loops(made))

const root = fc.oneof({ weight: 3, arbitrary: referring }, { weight: 1, arbitrary: tidy })

function withoutRefs(given: Schema): unknown {
  return JSON.parse(JSON.stringify(given), (key, member: unknown) => (key === '$ref' ? undefined : member))
}

/** Keywords whose schemas speak of the same value; a reference that comes back by them alone has no meaning. */
const IN_PLACE = ['anyOf', 'oneOf', 'allOf', 'not', 'if', 'then']

function loops(made: Schema): boolean {
  const isLoop = (given: unknown, way: readonly unknown[]): boolean => {
    if (!isRecord(given)) return false
    if (way.includes(given)) return true
    const inside = [...IN_PLACE.flatMap((keyword) => given[keyword]), follow(made, given.$ref)]
    return inside.some((next) => isLoop(next, [...way, given]))
  }
  const all = [made, ...Object.values(made.definitions as Schema), ...Object.values(made.$defs as Schema)]
  return all.some((start) => isLoop(start, []) || everyInside(start).some((sub) => isLoop(sub, [])))
}

const follow = (made: Schema, ref: unknown): unknown =>
  typeof ref === 'string'
    ? ref
        .split('/')
        .slice(1)
        .reduce<unknown>((at, step) => (at as Schema)[step], made)
    : undefined

/** All objects inside of a value, schemas among them. */
const everyInside = (given: unknown): unknown[] =>
  typeof given === 'object' && given !== null
    ? Object.values(given).flatMap((member: unknown) => [member, ...everyInside(member)])
    : []

/** Values near to a schema: one that fills it, changed ones, and any. */
const nearValues = (given: Schema) => {
  const filled = tryFill(given)
  return fc.oneof(
    value,
    fc.constant(filled),
    fc
      .tuple(name, value)
      .map(([key, member]) => (isRecord(filled) ? { ...filled, [key]: member } : [filled, member])),
    name.map((key) => {
      if (!isRecord(filled)) return filled
      const { [key]: _, ...rest } = filled
      return rest
    }),
  )
}

const isRecord = (given: unknown): given is Schema =>
  typeof given === 'object' && given !== null && !Array.isArray(given)

function tryFill(given: Schema): unknown {
  try {
    return fillSchema(given)
  } catch {
    return {}
  }
}

const cases = root.chain((given) =>
  fc.tuple(fc.constant(given), fc.array(nearValues(given), { minLength: 4, maxLength: 8 })),
)

function prepared(given: Schema, anything: 'object' | 'wrapped') {
  try {
    return prepareSchema(given, anything, refuse)
  } catch (error) {
    expect(String(error)).toMatch(/allows no value|leads back to itself|leads nowhere/)
    return undefined
  }
}

const check = <T>(arbitrary: fc.Arbitrary<T>, property: (given: T) => void) =>
  fc.assert(
    fc.property(arbitrary, (given) => {
      runs++
      property(given)
    }),
    { seed: SEED, numRuns: RUNS },
  )

describe(`a schema as it is sent (seed ${SEED})`, { timeout: 60_000 }, () => {
  afterAll(() => {
    process.stdout.write(`${runs} schemas, seed ${SEED}\n`)
    expect(runs).toBeGreaterThanOrEqual(1000)
  })

  test('keeps its meaning, both ways', () => {
    const seen = { fitting: 0, wrapped: 0 }
    check(cases, ([given, values]) => {
      const sent = prepared(given, 'wrapped')
      if (!sent) return
      const fitsGiven = checker(given, false)
      const fitsSent = checker(sent.schema, true)
      for (const one of values) {
        const isFit = fitsGiven(one)
        if (isFit) seen.fitting++
        if (sent.isWrapped) {
          seen.wrapped++
          expect(fitsSent({ value: one })).toBe(isFit)
          expect(fitsSent({ value: one, more: 1 })).toBe(false)
        } else if (isRecord(one)) {
          expect(fitsSent(one)).toBe(isFit)
        } else {
          // A top that names no type is taken for an object.
          expect(fitsSent(one)).toBe(false)
        }
      }
    })
    // What fits nothing proves nothing.
    expect(seen.fitting).toBeGreaterThan(RUNS)
    expect(seen.wrapped).toBeGreaterThan(RUNS)
  })

  test('is taken by the backend, whatever was given', () => {
    check(root, (given) => {
      for (const anything of ['object', 'wrapped'] as const) {
        const sent = prepared(given, anything)
        expect(sent && topLevelFault(sent.schema)).toBeUndefined()
        expect(sent && strayKeywordFault(sent.schema)).toBeUndefined()
      }
    })
  })

  test('closed, it lets in nothing that did not fit; and is strict where it says so', () => {
    let strict = 0
    check(cases, ([given, values]) => {
      const sent = prepared(given, 'wrapped')
      if (!sent) return
      const closed = closeObjects(sent.schema)
      const fitsGiven = checker(given, false)
      const fitsSent = checker(closed, true)
      for (const one of [...values, tryFill(closed)]) {
        const whole = sent.isWrapped && !(isRecord(one) && 'value' in one) ? { value: one } : one
        if (fitsSent(whole)) expect(fitsGiven(sent.isWrapped ? (whole as Schema).value : whole)).toBe(true)
      }
      const form = toStrictForm(closed)
      if (form.obstacle === undefined) {
        strict++
        expect(strictFault(form.schema)).toBeUndefined()
      }
    })
    expect(strict).toBeGreaterThan(20)
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createToolNames } from '../../src/request/tool-names.ts'
import { SEED } from '../support/seed.ts'

const GOOD = /^[A-Za-z0-9_-]{1,64}$/

describe('createToolNames', () => {
  test.each(['find', 'a-b_C9', 'x'.repeat(64)])('the good name %j is itself', (name) => {
    const names = createToolNames()
    expect(names.toWire(name)).toBe(name)
    expect(names.toGiven(name)).toBe(name)
  })

  // Fixed texts: a name must be the same in each version and process, or histories would lose their prefix.
  test.each([
    ['files.read', 'files_read_d5ab421fd0376a62'],
    ['with space', 'with_space_2fa3977cadeceaa7'],
    ['größe', 'gr_e_36e20426a476b942'],
    ['', '_cbf29ce484222325'],
  ])('%j is sent as %s', (given, wire) => {
    const names = createToolNames()
    expect(names.toWire(given)).toBe(wire)
    expect(names.toGiven(wire)).toBe(given)
  })

  test('long names that differ at their end only stay different', () => {
    const names = createToolNames()
    const [one, other] = [`${'x'.repeat(64)}1`, `${'x'.repeat(64)}2`].map(names.toWire)
    expect(one).toMatch(GOOD)
    expect(other).toMatch(GOOD)
    expect(one).not.toBe(other)
  })

  test('a name that another one was mapped to is given to the first only', () => {
    const wire = createToolNames().toWire('a.b')
    const names = createToolNames()
    expect(names.toWire(wire)).toBe(wire)
    const second = names.toWire('a.b')
    expect(second).toMatch(GOOD)
    expect(second).not.toBe(wire)
    expect(names.toGiven(wire)).toBe(wire)
    expect(names.toGiven(second)).toBe('a.b')
  })

  test('a reserved name is mapped', () => {
    const names = createToolNames(['web_search'])
    const wire = names.toWire('web_search')
    expect(wire).toMatch(/^web_search_[0-9a-f]{16}$/)
    expect(names.toGiven(wire)).toBe('web_search')
  })

  test('a name of the backend that was never mapped is itself', () => {
    expect(createToolNames().toGiven('other')).toBe('other')
  })

  test(`any names: good, distinct, stable, and mapped back (seed ${SEED})`, () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ unit: 'binary', maxLength: 90 }), { maxLength: 8 }), (given) => {
        const names = createToolNames()
        const wires = given.map(names.toWire)
        expect(wires.every((wire) => GOOD.test(wire))).toBe(true)
        expect(new Set(wires).size).toBe(given.length)
        expect(wires.map(names.toGiven)).toEqual(given)
        expect(given.map(createToolNames().toWire)).toEqual(wires)
      }),
      { seed: SEED },
    )
  })
})

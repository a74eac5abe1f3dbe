import { describe, expect, test } from 'vitest'
import { createCallIds, toWireCallId } from '../../src/request/call-ids.ts'

const GOOD = /^[A-Za-z0-9_-]{1,64}$/

describe('toWireCallId', () => {
  test.each(['call_1', 'call_XWgeTylovOiS8xLNz2TONOgO', 'a-b', 'x'.repeat(64)])('%s is itself', (id) => {
    expect(toWireCallId(id)).toBe(id)
  })

  // The values are written out: they must be the same in each process and in each version.
  test.each([
    ['a.b', 'a_b_e61d99190466522c'],
    ['', '_cbf29ce484222325'],
    ['x'.repeat(65), `${'x'.repeat(47)}_7d70a52549704607`],
  ])('%j becomes %s', (id, wire) => {
    expect(toWireCallId(id)).toBe(wire)
  })

  test('odd and long ids stay distinct', () => {
    const ids = ['a.b', 'a:b', 'a/b', 'a b', 'a..b', 'é', 'è', '', ' ', '\ud83d', '\ud83e'].concat(
      Array.from({ length: 100 }, (_, n) => `${'x'.repeat(100)}${n}`),
    )
    const wires = ids.map((id) => toWireCallId(id))
    expect(new Set(wires).size).toBe(ids.length)
    expect(wires.filter((wire) => !GOOD.test(wire))).toEqual([])
  })
})

describe('createCallIds', () => {
  test('the same id twice gives two, the first of them itself', () => {
    const toWire = createCallIds()
    const wires = [toWire('call_1'), toWire('call_1'), toWire('call_1')]
    expect(wires[0]).toBe('call_1')
    expect(new Set(wires).size).toBe(3)
    expect(wires.filter((wire) => !GOOD.test(wire))).toEqual([])
  })

  test('an id that looks like what another becomes', () => {
    const toWire = createCallIds()
    const wires = [toWire('a.b'), toWire(toWireCallId('a.b')), toWire('a.b')]
    expect(new Set(wires).size).toBe(3)
  })

  test('later calls do not change the ids of earlier ones', () => {
    const first = createCallIds()
    const second = createCallIds()
    const ids = ['a', 'a.b', 'a', 'b']
    expect(ids.map(first)).toEqual([...ids, 'a', 'c'].map(second).slice(0, ids.length))
  })
})

import { hashedWireName, isWireName } from './wire-names.ts'

/**
 * The `call_id` of a call in the request: the id itself where the backend takes it, else a readable one with a hash.
 *
 * @param repetition how many calls with this id came before it
 */
export const toWireCallId = (id: string, repetition = 0): string =>
  repetition === 0 && isWireName(id) ? id : hashedWireName(id, repetition)

/** Gives each call of a history its own `call_id`, even where two have the same id. */
export function createCallIds(): (id: string) => string {
  const used = new Set<string>()
  const repetitions = new Map<string, number>()
  return (id) => {
    let repetition = repetitions.get(id) ?? 0
    let wire = toWireCallId(id, repetition)
    while (used.has(wire)) wire = toWireCallId(id, ++repetition)
    repetitions.set(id, repetition + 1)
    used.add(wire)
    return wire
  }
}

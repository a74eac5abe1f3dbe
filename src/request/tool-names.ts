import { shortHash } from '../lib/short-hash.ts'

/** The names of tools, as the caller and as the backend know them. */
export interface ToolNames {
  /** The backend's name for a tool of the caller. */
  toWire(given: string): string
  /** The caller's name for a tool of the backend; a name that was never mapped is itself. */
  toGiven(wire: string): string
}

/** What the backend takes for the name of a tool. */
const GOOD_NAME = /^[A-Za-z0-9_-]{1,64}$/

const READABLE_LENGTH = 47

/** Would the backend take this name as it is? */
export const isGoodName = (name: string): boolean => GOOD_NAME.test(name)

/**
 * Maps names of tools for one request: a good name is itself; any other is made readable and short, with a hash of the
 * whole name, so that it is the same in each request and in each process, and different names stay different.
 *
 * @param reserved names that mean something else in this request, such as the types of its hosted tools
 */
export function createToolNames(reserved: Iterable<string> = []): ToolNames {
  const taken = new Set(reserved)
  const wires = new Map<string, string>()
  const givens = new Map<string, string>()

  function toWire(given: string): string {
    const known = wires.get(given)
    if (known !== undefined) return known
    let wire = isGoodName(given) ? given : hashedName(given, 0)
    for (let turn = 0; taken.has(wire); turn++) wire = hashedName(given, turn)
    taken.add(wire)
    wires.set(given, wire)
    givens.set(wire, given)
    return wire
  }

  return { toWire, toGiven: (wire) => givens.get(wire) ?? wire }
}

function hashedName(given: string, turn: number): string {
  const readable = given.replace(/[^A-Za-z0-9_-]+/g, '_').slice(0, READABLE_LENGTH)
  return `${readable}_${shortHash(turn === 0 ? given : `${given}\0${turn}`)}`
}

import { shortHash } from '../lib/short-hash.ts'

/** The names of tools in one request. */
export interface ToolNames {
  /** Returns the backend's name for a tool of the caller. */
  toWire(given: string): string
  /** Returns the caller's name for a tool of the backend; a name that was never mapped stays as it is. */
  toGiven(wire: string): string
}

/** Names that the backend accepts. */
const VALID_NAME = /^[A-Za-z0-9_-]{1,64}$/

const READABLE_LENGTH = 47

/** True where the backend accepts a name as it is. */
export const isValidName = (name: string): boolean => VALID_NAME.test(name)

/**
 * Maps names of tools for one request. A valid name stays as it is; any other becomes a short, readable one with a hash of
 * the whole name: the same in each request and each process, and different for different names.
 *
 * @param reserved names with another meaning in this request, such as the types of its hosted tools
 */
export function createToolNames(reserved: Iterable<string> = []): ToolNames {
  const taken = new Set(reserved)
  const wires = new Map<string, string>()
  const givens = new Map<string, string>()

  function toWire(given: string): string {
    const known = wires.get(given)
    if (known !== undefined) return known
    let wire = isValidName(given) ? given : hashedName(given, 0)
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

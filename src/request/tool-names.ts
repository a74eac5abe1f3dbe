import { hashedWireName, isWireName } from './wire-names.ts'

/** The names of tools in one request. */
export interface ToolNames {
  /** Returns the backend's name for a tool of the caller. */
  toWire(given: string): string
  /** Returns the caller's name for a tool of the backend; a name that was never mapped stays as it is. */
  toGiven(wire: string): string
}

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
    let wire = isWireName(given) ? given : hashedWireName(given)
    for (let turn = 0; taken.has(wire); turn++) wire = hashedWireName(given, turn)
    taken.add(wire)
    wires.set(given, wire)
    givens.set(wire, given)
    return wire
  }

  return { toWire, toGiven: (wire) => givens.get(wire) ?? wire }
}

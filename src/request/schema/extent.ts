const MAX_DEPTH = 1_000
const MAX_VALUES = 1_000_000

interface Extent {
  /** Levels of JSON, this one included. */
  depth: number
  /** JSON values written out in full, this one included. */
  values: number
}

/**
 * Returns why a schema can't be written as JSON of a reasonable size, as the end of a sentence; undefined where it can.
 * Objects used in several places are looked at once, and count as often as JSON would repeat them.
 */
export function extentFault(root: object): string | undefined {
  const done = new Map<object, Extent>()
  const open = new Set<object>()
  const stack = [frameOf(root)]
  open.add(root)
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    const member = frame.members[frame.next++]
    if (frame.next > frame.members.length) {
      stack.pop()
      open.delete(frame.value)
      done.set(frame.value, { depth: frame.depth, values: frame.values })
      const parent = stack.at(-1)
      if (parent) add(parent, frame)
      if (frame.depth > MAX_DEPTH) return TOO_DEEP
      if (frame.values > MAX_VALUES) return `it has more than ${MAX_VALUES.toLocaleString('en')} values`
    } else if (typeof member !== 'object' || member === null) {
      frame.values++
    } else if (open.has(member)) {
      return 'it contains itself; a recursive schema needs a $ref'
    } else {
      const known = done.get(member)
      if (known) add(frame, known)
      else {
        open.add(member)
        stack.push(frameOf(member))
      }
    }
  }
  return undefined
}

const TOO_DEEP = `it is nested deeper than ${MAX_DEPTH.toLocaleString('en')} levels of JSON`

interface Frame extends Extent {
  value: object
  members: unknown[]
  next: number
}

const frameOf = (value: object): Frame => ({
  value,
  members: Object.values(value),
  next: 0,
  depth: 1,
  values: 1,
})

function add(extent: Extent, member: Extent): void {
  extent.depth = Math.max(extent.depth, member.depth + 1)
  extent.values += member.values
}

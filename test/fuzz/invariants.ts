import type { CodexPart, CodexUsage } from '../../src/parts/part.ts'

/** A part of any version, as far as the rules look at it. */
type Part = { type: string; id?: string; toolCallId?: string } & Record<string, unknown>

const fault = (words: string, part?: unknown): never => {
  throw new Error(part === undefined ? words : `${words}: ${JSON.stringify(part)?.slice(0, 300)}`)
}

/** Tools without a name of their own: their input is what we make of the item. */
const BUILT_IN = new Set(['local_shell', 'shell', 'apply_patch', 'tool_search', 'computer'])

/** Follows blocks that start, grow and end. */
function createBlocks() {
  const open = new Set<string>()
  return {
    follow(part: Part, kind: string, id: string): void {
      const key = `${kind} ${id}`
      if (part.type === `${kind}-start`) {
        if (open.has(key)) fault('A block starts that is open', part)
        open.add(key)
      } else if (!open.has(key)) {
        fault('A part of a block that is not open', part)
      } else if (part.type === `${kind}-end`) {
        open.delete(key)
      } else if (typeof part.delta !== 'string' || part.delta === '') {
        fault('A delta without text', part)
      }
    },
    open: (): string[] => [...open],
  }
}

const kindOf = (type: string): string | undefined =>
  /^(text|reasoning|tool-input)-(?:start|delta|end)$/.exec(type)?.[1]

/** Told once: each call's id. */
function createCalls() {
  const ids = new Set<unknown>()
  return (id: unknown, part: Part): void => {
    if (typeof id !== 'string' || id === '') fault('A call without an id', part)
    if (ids.has(id)) fault('A call twice', part)
    ids.add(id)
  }
}

function assertInput(name: unknown, input: unknown, part: Part): void {
  if (typeof name !== 'string' || name === '' || typeof input !== 'string' || input === '') {
    fault('A call without a name or an input', part)
  } else if (BUILT_IN.has(name)) JSON.parse(input)
}

/** The rules for the parts of an answer: blocks that match, calls once, one end. */
export function assertCodexParts(parts: readonly CodexPart[]): void {
  const blocks = createBlocks()
  const addCall = createCalls()
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1
    const isEnd = part.type === 'finish' || part.type === 'failure'
    if (isLast !== isEnd) fault(isEnd ? 'A part after the end' : 'No end', part)
    const kind = kindOf(part.type)
    if (kind) blocks.follow(part, kind, 'callId' in part ? part.callId : 'id' in part ? part.id : '')
    if (part.type === 'tool-call') {
      addCall(part.callId, part)
      assertInput(part.name, part.input, part)
    }
    if (part.type === 'finish') assertCounts(part.usage)
  }
  const open = blocks.open().filter((key) => !key.startsWith('tool-input'))
  if (open.length > 0) fault('Blocks that do not end', open)
}

function assertCounts({ raw: _, ...usage }: CodexUsage): void {
  for (const count of Object.values(usage))
    if (count !== undefined && !(typeof count === 'number' && count >= 0))
      fault('A count that is none', usage)
}

/** The rules that hold for the stream of each version, and those of its own. */
export function assertStreamParts(version: string, parts: readonly Part[]): void {
  const addCall = createCalls()
  const blocks = createBlocks()
  const called = new Set<unknown>()
  for (const [index, part] of parts.entries()) {
    if ((index === parts.length - 1) !== (part.type === 'finish')) fault('The end is not the last part', part)
    if (part.type === 'error' && index !== parts.length - 2) fault('A part after the error', parts[index + 1])
    if (part.type === 'tool-call') {
      addCall(part.toolCallId, part)
      assertInput(part.toolName, version === 'v1' ? part.args : part.input, part)
      called.add(part.toolCallId)
    }
    if (part.type === 'tool-result' && !called.has(part.toolCallId)) fault('A result without a call', part)
    const kind = version === 'v1' ? undefined : kindOf(part.type)
    if (kind) blocks.follow(part, kind, part.id ?? '')
    if (version === 'v1' && part.type === 'reasoning-signature') {
      const before = parts.slice(0, index).findLast(({ type }) => type.startsWith('reasoning'))
      if (before?.type !== 'reasoning') fault('A signature without its reasoning', part)
    }
  }
  if (version !== 'v1' && parts[0]?.type !== 'stream-start')
    fault('The start is not the first part', parts[0])
  if (blocks.open().length > 0) fault('Blocks that do not end', blocks.open())
}

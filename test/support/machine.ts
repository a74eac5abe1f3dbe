import { toEvent } from '../../src/events/parse.ts'
import { createPartMachine } from '../../src/parts/machine.ts'
import type { CodexPart } from '../../src/parts/part.ts'
import type { AnswerForm } from '../../src/request/answer-form.ts'
import { STREAM_CUT } from '../../src/transport/failures/stream-failures.ts'

/** The parts of these events; `end` says that the body ended after them. */
export function partsOf(
  events: ReadonlyArray<Record<string, unknown>>,
  options: Partial<AnswerForm> & { end?: boolean } = {},
): CodexPart[] {
  const parts: CodexPart[] = []
  const machine = createPartMachine(options)
  for (const event of events) machine.push(toEvent(event), (part) => parts.push(part))
  if (options.end) machine.fail(STREAM_CUT, (part) => parts.push(part))
  return parts
}

/** All text of the parts, deltas joined. */
export const textOf = (parts: readonly CodexPart[]): string =>
  parts.map((part) => (part.type === 'text-delta' ? part.delta : '')).join('')

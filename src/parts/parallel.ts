import type { CallItem } from '../events/event.ts'
import { isObject, parseObject, textOf } from '../lib/json.ts'

const NAMES: ReadonlySet<string> = new Set(['parallel', 'multi_tool_use.parallel'])

/** True for the model's own wrapper around several calls, which is not a tool that a request offers. */
export const isParallel = ({ kind, name }: CallItem): boolean => kind === 'function' && NAMES.has(name)

/** Returns the calls in a wrapper, with ids of their own; undefined unless all of them can be read. */
export function toSingleCalls(wrapper: CallItem): CallItem[] | undefined {
  const uses = parseObject(wrapper.input)?.tool_uses
  if (!Array.isArray(uses) || uses.length === 0) return undefined
  const calls = uses.flatMap((use, index) => toSingleCall(wrapper, use, index) ?? [])
  return calls.length === uses.length ? calls : undefined
}

function toSingleCall(wrapper: CallItem, use: unknown, index: number): CallItem | undefined {
  if (!isObject(use) || !isObject(use.parameters)) return undefined
  const name = textOf(textOf(use.recipient_name)?.replace(/^functions\./, ''))
  if (name === undefined) return undefined
  return {
    ...wrapper,
    callId: `${wrapper.callId}_${index}`,
    name,
    input: JSON.stringify(use.parameters),
    namespace: undefined,
  }
}

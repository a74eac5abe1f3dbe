import type { CodexItem } from '../events/event.ts'
import { parseObject } from '../lib/json.ts'

/**
 * Turns the call of a tool search that runs on our side into that of a hosted tool, in the shape of `@ai-sdk/openai`. It is
 * emitted when it is done: the item that announces it has another call id, and no arguments yet.
 */
export function toSearch(item: CodexItem): CodexItem {
  if (item.type !== 'call' || item.kind !== 'hosted' || item.name !== 'tool_search') return item
  const { id, callId } = item
  if (item.isIncomplete) return { type: 'other', id }
  return {
    type: 'hosted-call',
    id,
    callId,
    tool: item.name,
    name: undefined,
    input: JSON.stringify({ arguments: parseObject(item.input)?.arguments, call_id: callId }),
    hasFixedInput: false,
    stream: undefined,
    result: undefined,
    isError: false,
    details: {},
    outputKey: undefined,
    image: undefined,
    sources: [],
  }
}

import type { CodexWarning } from './call.ts'
import type { InputItem } from './prompt.ts'

/**
 * Leaves out what the backend would refuse a whole conversation for: an output without its call, a call without its
 * output, and reasoning that nothing of the same turn follows. Each is told by a warning.
 */
export function repairHistory(items: readonly InputItem[]): { items: InputItem[]; warnings: CodexWarning[] } {
  const warnings: CodexWarning[] = []
  const leaveOut = (message: string): false => {
    warnings.push({ type: 'other', message })
    return false
  }
  const answered = new Set(
    items.flatMap((item) => (item.type === 'function_call_output' ? [item.call_id] : [])),
  )
  const called = new Set<string>()
  const paired = items.filter((item) => {
    if (item.type === 'function_call') {
      if (!answered.has(item.call_id)) {
        return leaveOut(`The tool call ${item.call_id} (${item.name}) is left out: it has no result.`)
      }
      called.add(item.call_id)
    }
    return item.type !== 'function_call_output' || called.has(item.call_id)
      ? true
      : leaveOut(`The result of ${item.call_id} is left out: there is no such tool call before it.`)
  })
  const followed = paired.filter((item, index) =>
    item.type !== 'reasoning' || isFollowed(paired, index)
      ? true
      : leaveOut(
          'A reasoning part is left out: what the model said or called after it is not in the prompt.',
        ),
  )
  return { items: followed, warnings }
}

function isFollowed(items: readonly InputItem[], index: number): boolean {
  const next = items.slice(index + 1).find((item) => item.type !== 'reasoning')
  return next?.type === 'function_call' || (next?.type === 'message' && next.role === 'assistant')
}

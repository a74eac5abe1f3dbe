import type { HostedCallItem } from '../events/event.ts'
import type { JsonObject } from '../lib/json.ts'
import type { AnswerForm } from '../request/answer-form.ts'
import type { CodexPart } from './part.ts'
import type { Emit, Slot } from './slots.ts'

type HostedCall = Extract<CodexPart, { type: 'hosted-call' }>

/** The calls of one answer that the backend ran by itself. */
export function createHostedCalls(tools: Partial<AnswerForm>['tools']) {
  /** Calls whose result is told by an item of its own. */
  const waiting = new Map<string, HostedCall>()

  function nameOf({ tool, name }: HostedCallItem): string {
    const given = tools?.get(tool)
    const own = given?.kind === 'hosted' ? given.name : tool
    return name === undefined ? own : `${own}.${name}`
  }

  function add(slot: Slot, call: HostedCallItem, emit: Emit): void {
    const { id: itemId, input, result, outputKey, image } = call
    const part: HostedCall = {
      type: 'hosted-call',
      item: slot.index,
      itemId,
      name: nameOf(call),
      input,
      result,
    }
    if (outputKey === undefined) {
      emit(part)
    } else {
      release(outputKey, {}, emit)
      waiting.set(outputKey, part)
    }
    if (image) emit({ type: 'file', item: slot.index, itemId, ...image })
  }

  function release(key: string, result: JsonObject, emit: Emit): void {
    const part = waiting.get(key)
    waiting.delete(key)
    if (part) emit({ ...part, result })
  }

  return {
    add,
    release,
    /** Calls whose result never came. */
    flush(emit: Emit): void {
      for (const key of [...waiting.keys()]) release(key, {}, emit)
    },
  }
}

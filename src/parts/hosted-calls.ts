import type { HostedCallItem } from '../events/event.ts'
import type { JsonObject } from '../lib/json.ts'
import type { AnswerForm } from '../request/answer-form.ts'
import type { Emit, ItemState } from './item-states.ts'
import type { CodexPart } from './part.ts'

type HostedCall = Extract<CodexPart, { type: 'hosted-call' }>

/** Emits the calls of one answer that the backend ran by itself. */
export function createHostedCalls(tools: Partial<AnswerForm>['tools']) {
  /** Calls whose result comes as an item of its own. */
  const waiting = new Map<string, HostedCall>()

  function nameOf({ tool, name }: HostedCallItem): string {
    const given = tools?.get(tool)
    const own = given?.kind === 'hosted' ? given.name : tool
    return name === undefined ? own : `${own}.${name}`
  }

  function add(state: ItemState, call: HostedCallItem, emit: Emit): void {
    const { id: itemId, input, result, outputKey, image } = call
    const part: HostedCall = {
      type: 'hosted-call',
      item: state.index,
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
    if (image) emit({ type: 'file', item: state.index, itemId, ...image })
  }

  /** Emits the call that waits for this result. */
  function release(key: string, result: JsonObject, emit: Emit): void {
    const part = waiting.get(key)
    waiting.delete(key)
    if (part) emit({ ...part, result })
  }

  return {
    add,
    release,
    /** Emits the calls whose result never came. */
    flush(emit: Emit): void {
      for (const part of waiting.values()) emit({ ...part, result: {} })
      waiting.clear()
    },
  }
}

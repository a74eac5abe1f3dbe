import type { CodexItem } from '../events/event.ts'
import type { AnswerForm } from './answer-form.ts'
import {
  addReasoning,
  addSources,
  addText,
  closeBlocks,
  closeReasoning,
  closeText,
  phaseOf,
  reasoningBlock,
  remainder,
} from './blocks.ts'
import { createCalls } from './calls.ts'
import { createHostedCalls } from './hosted-calls.ts'
import { type Emit, type Slot, sameAsOf } from './slots.ts'

type Item<Type extends CodexItem['type']> = CodexItem & { type: Type }

/** What the items of one answer say, piece by piece and whole. */
export function createItems(form: Partial<AnswerForm>) {
  const calls = createCalls(form.tools)
  const hosted = createHostedCalls(form.tools)
  let hasRefusal = false

  /** Text of a phase that would break the JSON. */
  const isHidden = (phase: string | undefined): boolean => form.jsonOutput === true && phase === 'commentary'

  function addDelta(slot: Slot, event: { type: string; delta: string }, emit: Emit): void {
    if (event.type === 'refusal-delta') hasRefusal = true
    if (!isHidden(phaseOf(slot))) addText(slot, event.delta, emit)
  }

  function finish(slot: Slot, item: CodexItem, emit: Emit): void {
    slot.itemId ??= item.id
    switch (item.type) {
      case 'message':
        finishMessage(slot, item, emit)
        break
      case 'reasoning':
        finishReasoning(slot, item, emit)
        break
      case 'call':
        calls.finish(slot, item, emit)
        break
      case 'hosted-call':
        hosted.add(slot, item, emit)
        break
      case 'hosted-output':
        hosted.release(item.key, item.result, emit)
        break
      case 'other':
        closeBlocks(slot, emit)
        break
      default:
        item satisfies never
    }
    slot.kind = item.type
    slot.sameAs = sameAsOf(item)
    slot.isDone = true
  }

  function finishMessage(slot: Slot, item: Item<'message'>, emit: Emit): void {
    hasRefusal ||= item.hasRefusal
    slot.added ??= item
    if (!isHidden(item.phase)) addText(slot, remainder(slot.said, item.text), emit)
    closeText(slot, item.phase ?? phaseOf(slot), emit)
    addSources(slot, item.citations, emit)
  }

  function finishReasoning(slot: Slot, item: Item<'reasoning'>, emit: Emit): void {
    for (const [part, text] of item.summary.entries()) {
      addReasoning(slot, `${part}`, remainder(slot.reasoning.get(`${part}`)?.text, text), emit)
    }
    for (const [part, text] of item.content.entries()) {
      addReasoning(slot, `r${part}`, remainder(slot.reasoning.get(`r${part}`)?.text, text), emit)
    }
    // An item that shows nothing still carries what the next request must send back.
    if (item.encryptedContent !== undefined && slot.reasoning.size === 0) reasoningBlock(slot, '0', emit)
    closeReasoning(slot, item.encryptedContent, emit)
  }

  /** A call whose input is known to be whole, though no item says so. */
  function finishToldCall(slot: Slot, emit: Emit): void {
    const { added, input, isDone } = slot
    if (isDone || added?.type !== 'call' || input?.whole === undefined) return
    finish(slot, { ...added, input: input.whole, isIncomplete: false }, emit)
  }

  return { calls, hosted, addText: addDelta, finish, finishToldCall, hasRefusal: () => hasRefusal }
}

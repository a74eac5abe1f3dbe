import type { CodexItem } from '../events/event.ts'
import type { AnswerForm } from '../request/answer-form.ts'
import {
  addReasoning,
  addSources,
  closeReasoning,
  closeText,
  holdText,
  reasoningBlock,
  remainder,
  showText,
} from './blocks.ts'
import { createCalls } from './calls.ts'
import { createHostedCalls } from './hosted-calls.ts'
import { type Emit, type Slot, sameAsOf } from './slots.ts'
import { unwrap } from './unwrap.ts'

type Item<Type extends CodexItem['type']> = CodexItem & { type: Type }

/** What the items of one answer say, piece by piece and whole. */
export function createItems(form: Partial<AnswerForm>) {
  const calls = createCalls(form.tools)
  const hosted = createHostedCalls(form.tools)
  let hasRefusal = false

  /** Text of a phase that would break the JSON. */
  const isHidden = ({ phase }: Slot): boolean => form.jsonOutput === true && phase === 'commentary'

  /** Its phase may be told by `output_item.done` alone: until then, what does not begin as JSON may be commentary. */
  const mayBeHidden = ({ phase, firstChar }: Slot): boolean =>
    form.jsonOutput === true && phase === undefined && firstChar !== '{' && firstChar !== '['

  function addText(slot: Slot, event: { type: string; delta: string }, emit: Emit): void {
    if (event.type === 'refusal-delta') hasRefusal = true
    holdText(slot, event.delta)
    if (!isHidden(slot) && !mayBeHidden(slot)) showText(slot, emit)
  }

  function close(slot: Slot, emit: Emit): void {
    // What is hidden stays so; what has begun to be shown has an end.
    if (!isHidden(slot) || slot.textId !== undefined) closeText(slot, emit)
    closeReasoning(slot, undefined, emit)
  }

  /** What is to be said of commentary in JSON at the end, when the answer has nothing else or all of the rest is out. */
  function settleCommentary(slots: readonly Slot[], emit: Emit): void {
    const isAlone = !calls.hasAny() && slots.every((slot) => slot.said.length === 0 || isHidden(slot))
    for (const slot of slots.filter(isHidden)) {
      if (isAlone) closeText(slot, emit)
      else if (slot.said.length !== slot.held.length)
        emit({ type: 'text-correction', item: slot.index, text: '' })
    }
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
        close(slot, emit)
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
    slot.phase = item.phase ?? slot.phase
    holdText(slot, remainder(slot.said, item.text))
    // What has begun to be shown can't be taken back.
    if (!isHidden(slot) || slot.textId !== undefined) {
      closeText(slot, emit)
      correctText(slot, item.text, emit)
    }
    addSources(slot, item.citations, emit)
  }

  /** The item is the truth where its deltas told another text. */
  function correctText(slot: Slot, whole: string | undefined, emit: Emit): void {
    if (!whole || whole === slot.said.text()) return
    emit({ type: 'text-correction', item: slot.index, text: slot.textFilter ? unwrap(whole) : whole })
  }

  function finishReasoning(slot: Slot, item: Item<'reasoning'>, emit: Emit): void {
    for (const [part, text] of item.summary.entries()) {
      addReasoning(slot, `${part}`, remainder(slot.reasoning.get(`${part}`)?.said, text), emit)
    }
    for (const [part, text] of item.content.entries()) {
      addReasoning(slot, `r${part}`, remainder(slot.reasoning.get(`r${part}`)?.said, text), emit)
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

  return {
    calls,
    hosted,
    addText,
    finish,
    finishToldCall,
    close,
    settleCommentary,
    hasRefusal: () => hasRefusal,
  }
}

import type { CallItem, CodexItem } from '../events/event.ts'
import type { AnswerForm } from '../request/answer-form.ts'
import {
  addReasoning,
  closeReasoning,
  closeText,
  holdText,
  reasoningBlock,
  releaseText,
  remainder,
} from './blocks.ts'
import { createCallIds } from './call-ids.ts'
import { createCalls } from './calls.ts'
import { createHostedCalls } from './hosted-calls.ts'
import type { Emit, ItemState, ItemStates } from './item-states.ts'
import { createSources } from './sources.ts'
import { unwrap } from './unwrap.ts'

type Item<Type extends CodexItem['type']> = CodexItem & { type: Type }

/** Emits what the items of one answer say, piece by piece and whole. */
export function createItems(
  form: Partial<AnswerForm>,
  states: ItemStates,
  responseId: () => string | undefined,
) {
  const ids = createCallIds(responseId)
  const calls = createCalls(form.tools, ids)
  const hosted = createHostedCalls(form.tools, ids)
  const sources = createSources()
  let hasRefusal = false

  /** True for text of a phase that would break the JSON. */
  const isHidden = ({ phase }: ItemState): boolean => form.jsonOutput === true && phase === 'commentary'

  /** True while the phase is unknown, and the text does not begin as JSON: it may be commentary. */
  const mayBeHidden = ({ phase, firstCharacter }: ItemState): boolean =>
    form.jsonOutput === true && phase === undefined && firstCharacter !== '{' && firstCharacter !== '['

  function addText(state: ItemState, event: { type: string; delta: string }, emit: Emit): void {
    if (event.type === 'refusal-delta') hasRefusal = true
    holdText(state, event.delta)
    if (!isHidden(state) && !mayBeHidden(state)) releaseText(state, emit)
  }

  function close(state: ItemState, emit: Emit): void {
    // Hidden text stays hidden; a block that has started has an end.
    if (!isHidden(state) || state.textId !== undefined) closeText(state, emit)
    closeReasoning(state, undefined, emit)
  }

  /** Shows commentary where a JSON answer has nothing else; takes back what of it is out beside an answer. */
  function closeCommentary(all: readonly ItemState[], emit: Emit): void {
    const isAlone = !calls.hasAny() && all.every((state) => state.received.length === 0 || isHidden(state))
    for (const state of all.filter(isHidden)) {
      if (isAlone) closeText(state, emit)
      else if (state.received.length !== state.pending.length)
        emit({ type: 'text-correction', item: state.index, text: '' })
    }
  }

  function finish(state: ItemState, item: CodexItem, emit: Emit): void {
    states.finish(state, item)
    switch (item.type) {
      case 'message':
        finishMessage(state, item, emit)
        break
      case 'reasoning':
        finishReasoning(state, item, emit)
        break
      case 'call':
        calls.finish(state, item, emit)
        break
      case 'hosted-call':
        hosted.finish(state, item, emit)
        sources.find(state, item.sources)
        break
      case 'hosted-output':
        hosted.release(item.key, item.result, emit)
        break
      case 'opaque':
        emit({ type: 'opaque', item: state.index, data: item.item })
        break
      case 'other':
        close(state, emit)
        break
      default:
        item satisfies never
    }
  }

  function finishMessage(state: ItemState, item: Item<'message'>, emit: Emit): void {
    hasRefusal ||= item.hasRefusal
    state.phase = item.phase ?? state.phase
    if (item.citations.length > 0) state.annotations = item.citations.map(({ annotation }) => annotation)
    holdText(state, remainder(state.received, item.text))
    // Text that has started to be shown can't be taken back.
    if (!isHidden(state) || state.textId !== undefined) {
      closeText(state, emit)
      correctText(state, item.text, emit)
    }
    sources.cite(state, item.citations, emit)
  }

  /** Corrects a text whose deltas differ from the item, which is the truth. */
  function correctText(state: ItemState, whole: string | undefined, emit: Emit): void {
    if (!whole || whole === state.received.text()) return
    emit({ type: 'text-correction', item: state.index, text: state.textFilter ? unwrap(whole) : whole })
  }

  function finishReasoning(state: ItemState, item: Item<'reasoning'>, emit: Emit): void {
    for (const [part, text] of item.summary.entries()) {
      addReasoning(state, `${part}`, remainder(state.reasoning.get(`${part}`)?.received, text), emit)
    }
    for (const [part, text] of item.content.entries()) {
      addReasoning(state, `r${part}`, remainder(state.reasoning.get(`r${part}`)?.received, text), emit)
    }
    // An item that shows nothing still carries what the next request must send back.
    if (item.encryptedContent !== undefined && state.reasoning.size === 0) reasoningBlock(state, '0', emit)
    closeReasoning(state, item.encryptedContent, emit)
  }

  /** Finishes a call whose complete input came without `output_item.done`. */
  function finishCompleteCall(state: ItemState, emit: Emit): void {
    const call = completeCallOf(state)
    if (call) finish(state, call, emit)
  }

  return {
    calls,
    hosted,
    sources,
    addText,
    finish,
    finishCompleteCall,
    close,
    closeCommentary,
    hasRefusal: () => hasRefusal,
  }
}

function completeCallOf({ announced, input, isDone }: ItemState): CallItem | undefined {
  if (isDone || announced?.type !== 'call' || input?.complete === undefined) return undefined
  return { ...announced, input: input.complete, isIncomplete: false }
}

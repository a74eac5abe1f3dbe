import type { CodexItem } from '../events/event.ts'
import type { JsonObject } from '../lib/json.ts'
import type { HostedCallState } from './hosted-calls.ts'
import type { CodexPart } from './part.ts'
import { createTextBuffer, type TextBuffer } from './text-buffer.ts'
import type { TextFilter } from './text-filter.ts'
import { createUnwrapper } from './unwrap.ts'

export type Emit = (part: CodexPart) => void

/** Part of the reasoning, emitted as one block. */
export interface ReasoningBlock {
  readonly id: string
  readonly received: TextBuffer
}

/** Input of a call while it streams. */
export interface ToolInput {
  readonly callId: string
  /** Name under which the caller knows the tool. */
  readonly name: string
  readonly received: TextBuffer
  readonly filter: TextFilter | undefined
  /** Nothing is emitted before the input is complete. */
  readonly isHeld: boolean
  /** The complete input, where an event brought it before the item was done. */
  complete: string | undefined
  hasEnded: boolean
}

/** What has been received and emitted so far of one of the backend's items. */
export interface ItemState {
  readonly index: number
  itemId: string | undefined
  /** Base of the ids of its blocks: the item's id, unless another item has the same. */
  readonly blockName: () => string
  /** The item of `output_item.added`. */
  announced: CodexItem | undefined
  /** Phase of a message, as far as it is known. */
  phase: string | undefined
  /** All text so far, as the backend sent it. */
  received: TextBuffer
  /** End of the text that is not emitted, since it may be no part of the answer. */
  pending: string
  /** First character of the text that is not white space. */
  firstCharacter: string | undefined
  /** Id of the open text block. */
  textId: string | undefined
  readonly textFilter: TextFilter | undefined
  /** Open blocks by part: `0`, `1` … of the summary, `r0` … of raw reasoning. */
  readonly reasoning: Map<string, ReasoningBlock>
  /** Undefined until the input has started. */
  input: ToolInput | undefined
  /** Undefined until a hosted call has started. */
  hosted: HostedCallState | undefined
  /** Annotations of a message that came as events. */
  annotations: JsonObject[]
  /** Known from the first event of the item. */
  kind: ItemKind | undefined
  isDone: boolean
}

export type ItemKind = CodexItem['type']

export type ItemStates = ReturnType<typeof createItemStates>

/**
 * Keeps the items of one answer by their `output_index`, since ids can rotate within an item. Events without an index
 * belong to the item of their id; without an id too, to the latest item of their kind. Each look-up takes constant time.
 */
export function createItemStates(options: { unwrapText: boolean }) {
  const states = new Map<number, ItemState>()
  const byId = new Map<string, ItemState>()
  const latest = new Map<ItemKind, ItemState>()
  const open = new Map<ItemKind, Set<ItemState>>()
  /** Finished items by their content, whatever their ids. */
  const finished = new Map<ItemKind, Map<string | undefined, ItemState>>()
  let nextIndex = 0

  /** Some backends give one id to several items. */
  const blockNames = new Set<string>()
  function takeBlockName(wanted: string, otherwise: string): string {
    const name = blockNames.has(wanted) ? otherwise : wanted
    blockNames.add(name)
    return name
  }

  function at(index: number): ItemState {
    const known = states.get(index)
    if (known) return known
    let blockName: string | undefined
    const state: ItemState = {
      index,
      itemId: undefined,
      blockName: () => {
        blockName ??= takeBlockName(state.itemId ?? `item_${index}`, `item_${index}`)
        return blockName
      },
      announced: undefined,
      phase: undefined,
      received: createTextBuffer(),
      pending: '',
      firstCharacter: undefined,
      textId: undefined,
      textFilter: options.unwrapText ? createUnwrapper() : undefined,
      reasoning: new Map(),
      input: undefined,
      hosted: undefined,
      annotations: [],
      kind: undefined,
      isDone: false,
    }
    states.set(index, state)
    nextIndex = Math.max(nextIndex, index + 1)
    return state
  }

  const next = (): ItemState => at(nextIndex)

  const withId = (itemId: string | undefined): ItemState | undefined =>
    itemId === undefined ? undefined : byId.get(itemId)

  function setId(state: ItemState, itemId: string | undefined): void {
    if (itemId === undefined || state.itemId !== undefined) return
    state.itemId = itemId
    if (!byId.has(itemId)) byId.set(itemId, state)
  }

  function setKind(state: ItemState, kind: ItemKind): void {
    if (state.kind === kind) return
    if (state.kind !== undefined) open.get(state.kind)?.delete(state)
    state.kind = kind
    latest.set(kind, state)
    const others = open.get(kind) ?? new Set()
    open.set(kind, others.add(state))
  }

  /** State of the item that an event is about. */
  function find(index: number | undefined, itemId: string | undefined, kind: ItemKind): ItemState {
    if (index !== undefined) return at(index)
    return withId(itemId) ?? latestOpen(itemId, kind) ?? next()
  }

  function latestOpen(itemId: string | undefined, kind: ItemKind): ItemState | undefined {
    const state = latest.get(kind)
    const mayBeIt =
      state !== undefined && !state.isDone && (itemId === undefined || state.itemId === undefined)
    return mayBeIt ? state : undefined
  }

  /** State of the item that a piece belongs to. */
  function claim(index: number | undefined, itemId: string | undefined, kind: ItemKind): ItemState {
    const state = find(index, itemId, kind)
    setId(state, itemId)
    if (state.kind === undefined) setKind(state, kind)
    return state
  }

  /** State of an item that begins. Without an index it is a new one, whatever is open. */
  function announce(index: number | undefined, item: CodexItem): ItemState {
    const state = index === undefined ? (withId(item.id) ?? next()) : at(index)
    if (state.isDone) return state
    setId(state, item.id)
    setKind(state, item.type)
    state.announced = item
    return state
  }

  /** State of the message that a citation belongs to, which may be done already. */
  function findCiting(index: number | undefined, itemId: string | undefined): ItemState {
    if (index !== undefined) return at(index)
    return withId(itemId) ?? latest.get('message') ?? next()
  }

  /** The finished state of an item of the last event's list, which may lack items before it. */
  function findFinished(item: CodexItem, index: number): ItemState | undefined {
    const fits = (state: ItemState | undefined) => state?.isDone && state.kind === item.type
    return [finished.get(item.type)?.get(contentOf(item)), withId(item.id), states.get(index)].find(fits)
  }

  /** State of an item that only the last event's list brings. */
  function findUnfinished(item: CodexItem, index: number): ItemState {
    const fits = (state: ItemState | undefined) => state?.kind === item.type && !state.isDone
    const [oldest] = open.get(item.type) ?? []
    const begun = [withId(item.id), states.get(index), oldest].find(fits)
    if (begun) return begun
    const state = at(index)
    return state.isDone || state.kind !== undefined ? next() : state
  }

  function finish(state: ItemState, item: CodexItem): void {
    setId(state, item.id)
    setKind(state, item.type)
    state.isDone = true
    open.get(item.type)?.delete(state)
    const content = contentOf(item)
    const alike = finished.get(item.type) ?? new Map<string | undefined, ItemState>()
    finished.set(item.type, alike)
    if (content !== undefined && !alike.has(content)) alike.set(content, state)
  }

  return {
    at,
    find,
    claim,
    announce,
    findCiting,
    findFinished,
    findUnfinished,
    finish,
    isDone: (index: number): boolean => states.get(index)?.isDone === true,
    all: (): Iterable<ItemState> => states.values(),
  }
}

/** Tells an item from others of its kind. */
function contentOf(item: CodexItem): string | undefined {
  switch (item.type) {
    case 'message':
      return item.text
    case 'reasoning':
      return item.encryptedContent ?? item.summary.join('\n')
    case 'call':
      return item.callId
    case 'hosted-call':
      return item.image?.data ?? item.id
    case 'opaque':
      return item.id ?? JSON.stringify(item.item)
    case 'hosted-output':
      return item.key
    case 'other':
      return item.id
    default:
      return item satisfies never
  }
}

import type { CodexItem } from '../events/event.ts'
import type { CodexPart } from './part.ts'
import type { TextFilter } from './text-filter.ts'
import { createUnwrapper } from './unwrap.ts'

export type Emit = (part: CodexPart) => void

/** A part of the reasoning, which goes out as one block. */
export interface Block {
  readonly id: string
  text: string
}

/** The input of a call on its way out. */
export interface Input {
  readonly callId: string
  /** As the caller knows the tool. */
  readonly name: string
  /** What the backend said of it so far. */
  said: string
  readonly filter: TextFilter | undefined
  /** All of it, where the backend told so before the item was done. */
  whole: string | undefined
}

/** What has been said so far of one of the backend's items. */
export interface Slot {
  readonly index: number
  itemId: string | undefined
  /** From `output_item.added`: what kind of item it is, and its name, phase or call id. */
  added: CodexItem | undefined
  /** All text so far, as the backend said it. */
  said: string
  /** The id of the open block of text. */
  textId: string | undefined
  readonly textFilter: TextFilter | undefined
  /** Blocks of reasoning by part: `0`, `1` … of the summary, `r0` … of the raw text. */
  readonly reasoning: Map<string, Block>
  /** Undefined until it has started. */
  input: Input | undefined
  /** Keys of the citations that are out. */
  readonly cited: Set<string>
  /** Known from the first event that says it. */
  kind: ItemKind | undefined
  /** What the item was in the end, to know it again by: ids can change. */
  sameAs: string | undefined
  isDone: boolean
}

export type ItemKind = CodexItem['type']

export type Slots = ReturnType<typeof createSlots>

/** The items of one answer by their place. */
export function createSlots(options: { unwrapText: boolean }) {
  const slots = new Map<number, Slot>()
  const all = (): Slot[] => [...slots.values()]

  function at(index: number): Slot {
    const known = slots.get(index)
    if (known) return known
    const slot: Slot = {
      index,
      itemId: undefined,
      added: undefined,
      said: '',
      textId: undefined,
      textFilter: options.unwrapText ? createUnwrapper() : undefined,
      reasoning: new Map(),
      input: undefined,
      cited: new Set(),
      kind: undefined,
      sameAs: undefined,
      isDone: false,
    }
    slots.set(index, slot)
    return slot
  }

  const next = (): Slot => at(Math.max(-1, ...slots.keys()) + 1)

  const byId = (itemId: string | undefined): Slot | undefined =>
    itemId === undefined ? undefined : all().find((slot) => slot.itemId === itemId)

  const lastOpen = (kind: ItemKind): Slot | undefined =>
    all().findLast((slot) => slot.kind === kind && !slot.isDone)

  /** By index, since ids can rotate; where the backend left it out, by id, else the last open item of that kind. */
  const find = (index: number | undefined, itemId: string | undefined, kind: ItemKind): Slot =>
    index === undefined ? (byId(itemId) ?? lastOpen(kind) ?? next()) : at(index)

  /** The place of the message that a citation belongs to, which may be done already. */
  const findCiting = (index: number | undefined, itemId: string | undefined): Slot => {
    if (index !== undefined) return at(index)
    return byId(itemId) ?? all().findLast((slot) => slot.kind === 'message') ?? next()
  }

  /** Where a piece of an item belongs. */
  function claim(index: number | undefined, itemId: string | undefined, kind: ItemKind): Slot {
    const slot = find(index, itemId, kind)
    slot.itemId ??= itemId
    slot.kind ??= kind
    return slot
  }

  /** Where a whole item belongs; without an index, calls are known by their call id. */
  function findWhole(item: CodexItem, index: number | undefined): Slot {
    const byCall =
      index === undefined && item.type === 'call'
        ? all().find(({ added }) => added?.type === 'call' && added.callId === item.callId)
        : undefined
    return byCall ?? find(index, item.id, item.type)
  }

  /** The place of an item that is done: by its place and kind, its id, or what it says. */
  function findDone(item: CodexItem, index: number): Slot | undefined {
    const same = sameAsOf(item)
    return all().find(
      (slot) =>
        slot.isDone &&
        slot.kind === item.type &&
        (slot.index === index ||
          (item.id !== undefined && slot.itemId === item.id) ||
          (same !== undefined && slot.sameAs === same)),
    )
  }

  /** Where an item belongs that only the last event tells, whose list may lack items before it. */
  function findOpen(item: CodexItem, index: number): Slot {
    const fits = (slot: Slot | undefined) => slot?.kind === item.type && !slot.isDone
    const begun = [byId(item.id), slots.get(index), all().find(fits)].find(fits)
    if (begun) return begun
    const slot = at(index)
    return slot.isDone || slot.kind !== undefined ? next() : slot
  }

  return {
    at,
    next,
    byId,
    claim,
    findCiting,
    findWhole,
    findDone,
    findOpen,
    isDone: (index: number): boolean => slots.get(index)?.isDone === true,
    all,
  }
}

/** What an item is in the end, whatever its id. */
export function sameAsOf(item: CodexItem): string | undefined {
  switch (item.type) {
    case 'message':
      return item.text
    case 'reasoning':
      return item.encryptedContent ?? item.summary.join('\n')
    case 'call':
      return item.callId
    case 'hosted-call':
      return item.image?.data ?? item.id
    case 'hosted-output':
      return item.key
    case 'other':
      return item.id
    default:
      return item satisfies never
  }
}

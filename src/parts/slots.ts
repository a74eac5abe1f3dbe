import type { CodexItem } from '../events/event.ts'
import { createGrownText, type GrownText } from './grown-text.ts'
import type { CodexPart } from './part.ts'
import type { TextFilter } from './text-filter.ts'
import { createUnwrapper } from './unwrap.ts'

export type Emit = (part: CodexPart) => void

/** A part of the reasoning, which goes out as one block. */
export interface Block {
  readonly id: string
  readonly said: GrownText
}

/** The input of a call on its way out. */
export interface Input {
  readonly callId: string
  /** As the caller knows the tool. */
  readonly name: string
  /** What the backend said of it so far. */
  readonly said: GrownText
  readonly filter: TextFilter | undefined
  /** Nothing of it is out before it is whole. */
  readonly isHeld: boolean
  /** All of it, where the backend told so before the item was done. */
  whole: string | undefined
  /** Is its end out? */
  isOver: boolean
}

/** What has been said so far of one of the backend's items. */
export interface Slot {
  readonly index: number
  itemId: string | undefined
  /** For the ids of its blocks: the item's id, unless another item has the same. */
  readonly name: () => string
  /** From `output_item.added`: what kind of item it is, and its name or call id. */
  added: CodexItem | undefined
  /** Of a message, as far as it is told. */
  phase: string | undefined
  /** All text so far, as the backend said it. */
  said: GrownText
  /** The end of it that is not out, since it may be no part of the answer. */
  held: string
  /** The first character of the text that is no space. */
  firstChar: string | undefined
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

  /** Some backends give one id to several items. */
  const names = new Set<string>()
  function takeName(wanted: string, otherwise: string): string {
    const name = names.has(wanted) ? otherwise : wanted
    names.add(name)
    return name
  }

  function at(index: number): Slot {
    const known = slots.get(index)
    if (known) return known
    let name: string | undefined
    const slot: Slot = {
      index,
      itemId: undefined,
      name: () => {
        name ??= takeName(slot.itemId ?? `item_${index}`, `item_${index}`)
        return name
      },
      added: undefined,
      phase: undefined,
      said: createGrownText(),
      held: '',
      firstChar: undefined,
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
  function find(index: number | undefined, itemId: string | undefined, kind: ItemKind): Slot {
    if (index !== undefined) return at(index)
    const open = byId(itemId) ?? lastOpen(kind)
    return open && !isOther(open, itemId) ? open : next()
  }

  /** A message of an id that is new, where messages are not announced: it is no other one whose id rotated. */
  const isOther = ({ kind, added, itemId: own }: Slot, itemId: string | undefined): boolean =>
    kind === 'message' && !added && own !== undefined && itemId !== undefined && own !== itemId

  /** The place of a message whose pieces came without an index, each under an id of its own. */
  function joinPieces(item: CodexItem): Slot | undefined {
    if (item.type !== 'message' || byId(item.id)) return undefined
    const pieces = all().filter(({ kind, added, isDone }) => kind === 'message' && !added && !isDone)
    const said = pieces.map((piece) => piece.said.text()).join('')
    const last = pieces.pop()
    if (!last || said === '' || !item.text?.startsWith(said)) return undefined
    last.said = createGrownText(said)
    for (const piece of pieces.reverse()) {
      last.held = piece.held + last.held
      piece.held = ''
      piece.isDone = true
    }
    return last
  }

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
    const byPieces = index === undefined ? joinPieces(item) : undefined
    return byCall ?? byPieces ?? find(index, item.id, item.type)
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
    const begun = [byId(item.id), joinPieces(item), slots.get(index), all().find(fits)].find(fits)
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

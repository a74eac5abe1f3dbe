import type { CodexPart } from './part.ts'

/** Applies the corrections to all parts of an answer: a corrected text comes in one delta. */
export function applyCorrections(parts: readonly CodexPart[]): readonly CodexPart[] {
  const texts = new Map(
    parts.flatMap((part) => (part.type === 'text-correction' ? [[part.item, part.text] as const] : [])),
  )
  if (texts.size === 0) return parts
  return parts.flatMap((part): readonly CodexPart[] => {
    const text = 'item' in part ? texts.get(part.item) : undefined
    if (text === undefined) return [part]
    switch (part.type) {
      case 'text-start':
        return text === '' ? [] : [part, { type: 'text-delta', id: part.id, item: part.item, delta: text }]
      case 'text-delta':
        return []
      case 'text-end':
        return text === '' ? [] : [part]
      default:
        return [part]
    }
  })
}

import type { TextFilter } from './text-filter.ts'

/** Creates a filter that turns text into a JSON string: the pieces join up to `JSON.stringify` of the whole. */
export function createQuoter(): TextFilter {
  let isOpen = false
  let isOver = false
  /** High half of a surrogate pair, which alone would become an escape. */
  let high = ''

  function quote(text: string): string {
    const quoted = JSON.stringify(text).slice(1, -1)
    if (isOpen) return quoted
    isOpen = true
    return `"${quoted}`
  }

  return {
    push(text) {
      const joined = high + text
      high = /[\uD800-\uDBFF]$/.exec(joined)?.[0] ?? ''
      const ready = joined.slice(0, joined.length - high.length)
      return ready === '' ? '' : quote(ready)
    },
    end() {
      if (isOver) return ''
      isOver = true
      return `${quote(high)}"`
    },
  }
}

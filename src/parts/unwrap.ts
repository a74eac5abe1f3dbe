import type { TextFilter } from './text-filter.ts'

/** Head of a wrapper. Models may put spaces between its tokens, and write the letters of the key as escapes. */
const HEAD = '{"value":'
const KEY = { start: 2, end: 7 }
/** Places in the head before which spaces may stand. */
const SPACED: ReadonlySet<number> = new Set([0, 1, 8, HEAD.length])

const escapeOf = (letter: string): string => `\\u00${letter.charCodeAt(0).toString(16)}`

/** Ends a value, from outside of it. */
const END = /^[\s}\],]/

interface Unwrapper extends TextFilter {
  /** True where the whole text was one wrapper, from its first brace to its last. */
  isWhole(): boolean
}

/**
 * Takes the value out of JSON text of the form `{"value": …}` while it streams: the pieces join up to exactly the text of
 * the value. Text that begins otherwise passes unchanged. Text that goes on otherwise (another field, or more text)
 * passes unchanged from there on, since the head can't be given back.
 */
export function createUnwrapper(): Unwrapper {
  let state: 'head' | 'value' | 'tail' | 'plain' | 'over' = 'head'
  /** Text that passes only if it turns out to be no part of the wrapper. */
  let held = ''
  /** Characters of the head so far. */
  let matched = 0
  /** Characters of an escape in the key so far. */
  let escaped = 0
  let depth = 0
  let isString = false
  let isEscaped = false
  let isClosed = false
  let isWhole = false

  function push(text: string): string {
    switch (state) {
      case 'head':
        return onHead(text)
      case 'value':
        return onValue(text)
      case 'tail':
        return onTail(text)
      case 'plain':
        return text
      case 'over':
        return ''
      default:
        return state satisfies never
    }
  }

  function onHead(text: string): string {
    held += text
    for (let at = 0; at < text.length; at++) {
      const char = text.charAt(at)
      if (SPACED.has(matched) && /\s/.test(char)) continue
      if (matched === HEAD.length) {
        // There is no value.
        if (END.test(char)) return asItIs()
        held = ''
        state = 'value'
        return onValue(text.slice(at))
      }
      if (!matchHead(char)) return asItIs()
    }
    return ''
  }

  function matchHead(char: string): boolean {
    const wanted = HEAD.charAt(matched)
    const spelled = matched >= KEY.start && matched < KEY.end ? escapeOf(wanted) : ''
    if (escaped === 0 && char === wanted) matched += 1
    else if (spelled[escaped] === (escaped < 2 ? char : char.toLowerCase())) escaped += 1
    else return false
    if (escaped === spelled.length && escaped > 0) {
      matched += 1
      escaped = 0
    }
    return true
  }

  /** No wrapper, after all. */
  function asItIs(): string {
    state = 'plain'
    const all = held
    held = ''
    return all
  }

  function onValue(text: string): string {
    for (let at = 0; at < text.length; at++) {
      const char = text.charAt(at)
      if (isString) {
        readInString(char)
      } else if (depth === 0 && END.test(char)) {
        state = 'tail'
        return text.slice(0, at) + onTail(text.slice(at))
      } else {
        readStructure(char)
      }
    }
    return text
  }

  function readInString(char: string): void {
    if (isEscaped) isEscaped = false
    else if (char === '\\') isEscaped = true
    else if (char === '"') isString = false
  }

  function readStructure(char: string): void {
    if (char === '"') isString = true
    else if (char === '{' || char === '[') depth += 1
    else if (char === '}' || char === ']') depth -= 1
  }

  function onTail(text: string): string {
    held += text
    const fits = isClosed ? /^\s*$/.test(text) : /^\s*(?:\}\s*)?$/.test(text)
    isClosed ||= text.includes('}')
    return fits ? '' : asItIs()
  }

  function end(): string {
    isWhole = state === 'tail' && isClosed
    const rest = isWhole ? '' : held
    held = ''
    state = 'over'
    return rest
  }

  return { push, end, isWhole: () => isWhole }
}

/** The text of the value in `{"value": …}`; any other text as it is. */
export function unwrap(text: string): string {
  const unwrapper = createUnwrapper()
  const value = unwrapper.push(text) + unwrapper.end()
  return unwrapper.isWhole() ? value : text
}

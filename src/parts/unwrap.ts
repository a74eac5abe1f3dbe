import type { TextFilter } from './text-filter.ts'

/** Models may write any character of the key as an escape. */
const HEAD = /^\s*\{\s*"(?:v|\\u0076)(?:a|\\u0061)(?:l|\\u006[cC])(?:u|\\u0075)(?:e|\\u0065)"\s*:\s*/
/** A text that may become the head, or is one that still grows; without escapes. */
const HEAD_SO_FAR = /^\s*(?:$|\{\s*(?:$|"(?:$|v(?:$|a(?:$|l(?:$|u(?:$|e(?:$|"\s*(?:$|:\s*$)))))))))/

/** The text without its escapes, of which the last one may still grow. */
const withoutEscapes = (text: string): string =>
  text
    .replace(/\\u([\da-f]{4})/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/\\(?:u[\da-f]{0,3})?$/i, '')

/** What ends a value outside of it. */
const END = /^[\s}\],]/

interface Unwrapper extends TextFilter {
  /** Was all that came one wrapper, from its first brace to its last? */
  isWhole(): boolean
}

/**
 * Takes the value out of JSON text of the form `{"value": …}` while it comes: what it says joins up to exactly the text of
 * the value. A text that begins otherwise is said as it is. One that goes on otherwise (another field, a text after it)
 * is said from there on as it is, since its head can't be given back.
 */
export function createUnwrapper(): Unwrapper {
  let state: 'head' | 'value' | 'tail' | 'plain' | 'over' = 'head'
  /** Text that is said only if it turns out to be no part of the wrapper. */
  let held = ''
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
    const head = HEAD.exec(held)?.[0]
    if (head === undefined || head.length === held.length) {
      return HEAD_SO_FAR.test(withoutEscapes(held)) ? '' : asItIs()
    }
    const rest = held.slice(head.length)
    // There is no value.
    if (END.test(rest)) return asItIs()
    held = ''
    state = 'value'
    return onValue(rest)
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
    const fits = isClosed ? /^\s*$/.test(text) : /^\s*\}?\s*$/.test(text)
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

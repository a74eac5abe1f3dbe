/** The JSON of a value, as text. */
export interface Json {
  text: string
  /** False where a part of the value has no JSON form, and a note stands in its place. */
  isWhole: boolean
}

/** JSON text of any value. A big number is written as a string, `undefined` as `null`; a circular reference is a note. */
export function toJson(value: unknown): Json {
  try {
    return { text: stringify(value, bigNumber), isWhole: true }
  } catch {
    return { text: withNotes(value), isWhole: false }
  }
}

/** As {@link toJson}, where it does not matter whether the value is whole. */
export const toJsonText = (value: unknown): string => toJson(value).text

type Replacer = (this: unknown, key: string, member: unknown) => unknown

const stringify = (value: unknown, replacer: Replacer): string =>
  replaceLoneSurrogates(JSON.stringify(value, replacer) ?? 'null')

const bigNumber: Replacer = (_, member) => (typeof member === 'bigint' ? String(member) : member)

function withNotes(value: unknown): string {
  try {
    return stringify(value, circleNoter())
  } catch {
    // Nested too deeply, or a getter or `toJSON` of its own that throws.
    return '"[left out: a value that JSON cannot express]"'
  }
}

/** Replaces each reference to an object that is being written by a note. */
function circleNoter(): Replacer {
  const path: object[] = []
  const onPath = new Set<unknown>()
  return function (key, member) {
    while (path.length > 0 && path.at(-1) !== this) onPath.delete(path.pop())
    if (typeof member !== 'object' || member === null) return bigNumber.call(this, key, member)
    if (onPath.has(member)) return '[circular]'
    path.push(member)
    onPath.add(member)
    return member
  }
}

const LONE = /\\u[dD][89a-fA-F]/
const ESCAPES =
  /\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)/gs

/**
 * Replaces lone surrogates (halves of characters, left where a string was cut) in JSON text: a strict JSON parser refuses
 * them. `JSON.stringify` writes them as escapes, and only them.
 */
export const replaceLoneSurrogates = (json: string): string =>
  LONE.test(json)
    ? json.replace(ESCAPES, (whole, lone: string | undefined) => (lone === undefined ? whole : '\ufffd'))
    : json

/** Replaces lone surrogates in a string. */
export const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\ufffd')

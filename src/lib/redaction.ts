import { toBase64 } from './base64.ts'
import { createCauseRedactor } from './cause-redaction.ts'
import { wellFormed } from './json-text.ts'

/** Removes secrets from what an error shows. */
export interface Redactor {
  /** The text without secrets, also where they are written as JSON escapes, percent-encoded or in base64. */
  text(text: string): string
  /** A copy of a JSON value with all its strings redacted, names of fields included. */
  json(value: unknown): unknown
  /** The cause of an error: the same object where it holds no secret, else a copy of what may be shown. */
  cause(error: unknown): unknown
}

const REDACTED = '[redacted]'

/**
 * Anything that looks like a token or its first part: refresh tokens, personal access tokens (with a digit, since words
 * like `at-least-once` begin alike), JWTs, JWTs in base64, bearers. In JSON text one may stand right after the letters of
 * an escape.
 */
const TOKEN_LIKE =
  /(?:\b|(?<=\\(?:[bfnrt]|u[\da-f]{4})))(?:rt_[\w-]{8,}|at-(?=[\w-]{0,40}\d)[\w-]{16,}|(?:eyJ|ZXlK)[\w-]{8,}(?:\.[\w-]*)*|Bearer\s+[\w.~+/-]+=*)/gi

/** A JSON escape of a printable character, in JSON within JSON too. The lookbehind keeps long runs linear. */
const ESCAPE = /(?<!\\)\\+(?:u00([2-7][\da-f])|\/)/gi

/** Redacts these secrets, and anything that looks like a token, in time linear in the text. */
export function createRedactor(secrets: readonly string[] = []): Redactor {
  const plain = secrets.flatMap(formsOf)
  const escaped = plain.map(jsonEscaped)
  const inJson = byHead(escaped)
  const all = byHead([...plain, ...escaped, ...escaped.map(jsonEscaped)])

  function redactText(text: string): string {
    const hidden = hide(text, all)
    if (!hidden.includes('\\')) return hidden
    const unescaped = hidden.replace(ESCAPE, (_, code?: string) => characterOf(code))
    const hiddenTwice = hide(unescaped, all)
    // Escapes that spell no secret stay as they came.
    return hiddenTwice === unescaped ? hidden : hiddenTwice
  }

  return {
    text: redactText,
    // As one text, since a body may hold millions of short strings. Outside of strings nothing matches an escaped form.
    json: (value) => JSON.parse(hide(JSON.stringify(value), inJson)),
    cause: createCauseRedactor(redactText),
  }
}

/** Quotes and backslashes stay escaped, so that JSON stays JSON. */
function characterOf(code: string | undefined): string {
  if (code === undefined) return '/'
  const character = String.fromCharCode(Number.parseInt(code, 16))
  return /[\w.~+/=-]/.test(character) ? character : `\\u00${code}`
}

const jsonEscaped = (text: string): string => JSON.stringify(text).slice(1, -1)

/** So much of a secret is redacted wherever it stands; a text may be cut within a secret, or show its first part. */
const MIN_PART = 12
/** So much of it where the text ends, since a body may have been read in part. */
const MIN_PART_AT_END = 6

/** Texts by their first characters. */
type ByHead = ReadonlyMap<string, readonly string[]>

function byHead(texts: readonly string[]): ByHead {
  const known = new Map<string, string[]>()
  for (const text of new Set(texts)) {
    const head = text.slice(0, MIN_PART)
    if (head !== '') known.set(head, [...(known.get(head) ?? []), text])
  }
  return known
}

const hide = (text: string, known: ByHead): string =>
  [...known]
    .reduce((rest, [head, secrets]) => withoutEnd(withoutSecrets(rest, head, secrets), head), text)
    .replace(TOKEN_LIKE, REDACTED)

/** The text without secrets that begin alike, whole or their first part. */
function withoutSecrets(text: string, head: string, secrets: readonly string[]): string {
  let clean = ''
  let from = 0
  for (let at = text.indexOf(head); at >= 0; at = text.indexOf(head, from)) {
    clean += text.slice(from, at) + REDACTED
    from = at + secrets.reduce((length, secret) => Math.max(length, equalLength(text, at, secret)), 0)
  }
  return clean + text.slice(from)
}

function equalLength(text: string, at: number, secret: string): number {
  let length = 0
  while (length < secret.length && text[at + length] === secret[length]) length += 1
  return length
}

function withoutEnd(text: string, head: string): string {
  for (let length = head.length - 1; length >= MIN_PART_AT_END; length--) {
    if (text.endsWith(head.slice(0, length))) return text.slice(0, -length) + REDACTED
  }
  return text
}

/** How a secret may be written: as it is, percent-encoded, or in base64 at any of three offsets. */
function formsOf(secret: string): string[] {
  return [secret, encodeURIComponent(wellFormed(secret)), ...base64Forms(secret)]
}

/** Shorter base64 could be part of anything. */
const MIN_BASE64 = 12

function base64Forms(secret: string): string[] {
  const bytes = new TextEncoder().encode(secret)
  return [0, 1, 2].flatMap((offset) => {
    const padded = new Uint8Array(offset + bytes.length)
    padded.set(bytes, offset)
    // The characters at both ends depend on what stands beside the secret.
    const skipped = offset === 0 ? 0 : 3 - offset
    const start = offset === 0 ? 0 : 4
    const inner = toBase64(padded).slice(start, start + Math.floor((bytes.length - skipped) / 3) * 4)
    return inner.length < MIN_BASE64 ? [] : [inner, inner.replaceAll('+', '-').replaceAll('/', '_')]
  })
}

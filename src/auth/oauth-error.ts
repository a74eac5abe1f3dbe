import { isObject, type JsonObject, textOf } from '../lib/json.ts'

// What the login server says of a failure, and what of that may be shown.

type Secrets = readonly (string | undefined)[]

/** The code of an error: `error.code`, or `error` as text, or `code`; lower-cased. */
export function errorCodeOf(json: JsonObject | undefined): string | undefined {
  const error = json?.error
  const code = textOf(isObject(error) ? error.code : error) ?? textOf(json?.code)
  return code?.toLowerCase()
}

/** `HTTP 400: The code is wrong`: the fault, and what the server says of it where that holds no secret. */
export function withServerMessage(fault: string, json: JsonObject | undefined, secrets: Secrets): string {
  const error = json?.error
  const words =
    textOf(isObject(error) ? error.message : undefined) ??
    textOf(json?.error_description) ??
    textOf(json?.message) ??
    textOf(json?.detail) ??
    errorCodeOf(json)
  const said = safeServerMessage(words, secrets)
  return said === undefined ? fault : `${fault}: ${said}`
}

/** Someone else's words, as one line without control characters; undefined where they may hold a secret. */
export function safeServerMessage(words: string | undefined, secrets: Secrets): string | undefined {
  if (words === undefined || words.length > 300) return undefined
  const isSecret =
    secrets.some((secret) => secret && words.includes(secret)) || /eyJ|\b(?:rt|ac)_|\bsk-/.test(words)
  return isSecret ? undefined : textOf(words.replace(/[\s\p{Cc}]+/gu, ' ').trim())
}

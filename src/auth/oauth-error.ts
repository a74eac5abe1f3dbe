import { isObject, type JsonObject, textOf } from '../lib/json.ts'

type Secrets = readonly (string | undefined)[]

/**
 * Returns the code of an error answer (RFC 6749, 5.2, and OpenAI's forms): `error.code`, `error`, `code` or `error_code`,
 * also under `detail`, in lower case.
 */
export function errorCodeOf(json: JsonObject | undefined): string | undefined {
  const code = codeIn(json) ?? codeIn(isObject(json?.detail) ? json.detail : undefined)
  return code?.toLowerCase()
}

function codeIn(json: JsonObject | undefined): string | undefined {
  const error = json?.error
  return textOf(isObject(error) ? error.code : error) ?? textOf(json?.code) ?? textOf(json?.error_code)
}

/** Adds the login server's message to a fault, unless it may hold a secret: `HTTP 400: The code is wrong`. */
export function withServerMessage(fault: string, json: JsonObject | undefined, secrets: Secrets): string {
  const error = json?.error
  const message =
    textOf(isObject(error) ? error.message : undefined) ??
    textOf(json?.error_description) ??
    textOf(json?.message) ??
    textOf(json?.detail) ??
    errorCodeOf(json)
  const shown = safeServerMessage(message, secrets)
  return shown === undefined ? fault : `${fault}: ${shown}`
}

/** Returns a server's message as one line without control characters, or undefined if it may hold a secret. */
export function safeServerMessage(message: string | undefined, secrets: Secrets): string | undefined {
  if (message === undefined || message.length > 300) return undefined
  const isSecret =
    secrets.some((secret) => secret && message.includes(secret)) ||
    /eyJ|\b(?:rt|ac)_|\bsk-|\bat-(?=[\w-]{0,40}\d)[\w-]{16}/.test(message)
  return isSecret ? undefined : textOf(message.replace(/[\s\p{Cc}]+/gu, ' ').trim())
}

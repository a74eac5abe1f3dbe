import { APICallError, InvalidArgumentError } from '@ai-sdk/provider'
import { CodexAuthError, CodexAuthRefreshError, CodexUsageLimitError } from '../../errors.ts'
import { asObject, textOf } from '../../lib/json.ts'
import { formatRelative } from '../format.ts'
import { failed, type Outcome } from './check.ts'

const LOG_IN = 'Log in with `npx ai-sdk-provider-codex login`.'
const NEW_TOKEN = 'Create a new personal access token, and set it where this one came from.'
const CHECK_NETWORK = 'Check your network and proxy settings (docs/proxies.md).'

/** Error of a check that no other error describes. Its message is part of the report. */
export class CheckError extends Error {
  override readonly name = 'CheckError'
}

/**
 * Describes an error without its message, which may name files, accounts or hosts of the user.
 *
 * @param isPersonalToken True for a login that is a personal access token: it can't be renewed by logging in.
 */
export function explain(error: unknown, now: number, isPersonalToken = false): Outcome {
  const renewLogin = isPersonalToken ? NEW_TOKEN : LOG_IN
  if (error instanceof CheckError) return failed(error.message, 'Run this again. If it stays, report it.')
  if (CodexUsageLimitError.isInstance(error)) {
    const reset = error.resetsAt ? `; it resets ${formatRelative(error.resetsAt.getTime(), now)}` : ''
    return failed(`the usage limit of the plan is reached${reset}`, 'Wait for the reset.')
  }
  if (CodexAuthRefreshError.isInstance(error)) {
    const advice = error.reason === 'network' ? CHECK_NETWORK : renewLogin
    return failed(`the login could not be renewed (${error.reason})`, advice)
  }
  if (CodexAuthError.isInstance(error)) return failed(`the login is not usable (${error.code})`, renewLogin)
  if (APICallError.isInstance(error)) return explainApiError(error, renewLogin)
  if (InvalidArgumentError.isInstance(error)) {
    return failed(`${error.argument} is invalid`, 'Correct the setting or environment variable.')
  }
  const name = error instanceof Error ? (codeOf(error) ?? error.name) : typeof error
  return failed(`unexpected error (${safe(name) ?? 'unknown'})`, CHECK_NETWORK)
}

function explainApiError(error: APICallError, renewLogin: string): Outcome {
  const { statusCode, responseHeaders } = error
  if (statusCode === undefined) {
    const code = safe(codeOf(error.cause) ?? codeOf(asObject(error.cause).cause))
    return failed(`the backend can't be reached${code ? ` (${code})` : ''}`, CHECK_NETWORK)
  }
  const id = safe(responseHeaders?.['x-request-id'] ?? responseHeaders?.['cf-ray'])
  const facts = [backendCode(error.data), id && `request id ${id}`].filter(Boolean).join(', ')
  return failed(`HTTP ${statusCode}${facts ? ` (${facts})` : ''}`, adviceOf(statusCode, renewLogin))
}

function adviceOf(status: number, renewLogin: string): string {
  if (status === 401) return renewLogin
  if (status === 403)
    return `${renewLogin} If that does not help, your network may be blocked (docs/edge.md).`
  if (status === 404)
    return 'Choose another model with --model; `npx ai-sdk-provider-codex models` lists them.'
  if (status === 429) return 'Wait a minute and run this again.'
  if (status >= 500) return 'The backend has a problem. Run this again later.'
  return 'Report it with this output.'
}

function backendCode(data: unknown): string | undefined {
  const { error, code } = asObject(data)
  const { code: inner, type } = asObject(error)
  return safe(textOf(inner) ?? textOf(type) ?? textOf(code))
}

const codeOf = (error: unknown): string | undefined => textOf(asObject(error).code)

/** Lets pass what looks like a code or an id, and no free text. */
const safe = (text: string | undefined): string | undefined =>
  text !== undefined && /^[\w.-]{1,80}$/.test(text) && !/eyJ|^(?:rt|ac)_|^(?:sk|at)-/.test(text)
    ? text
    : undefined

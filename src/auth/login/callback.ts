import { CodexAuthError } from '../../errors.ts'
import { textOf } from '../../lib/json.ts'
import { safeServerMessage } from '../oauth-error.ts'

/**
 * Authorization response that the browser brought back from the login server.
 *
 * @see RFC 6749, section 4.1.2
 */
export type LoginCallback =
  | { type: 'code'; code: string; clientId?: string }
  | { type: 'failed'; error: CodexAuthError }
  /** The response belongs to another login. */
  | { type: 'mismatch' }

/** Authorization response with a code. */
export type CodeCallback = Extract<LoginCallback, { type: 'code' }>

/** Reads the query of the redirect address. */
export function readCallback(query: URLSearchParams, state: string): LoginCallback {
  if (query.get('state') !== state) return { type: 'mismatch' }
  const error = textOf(query.get('error'))
  if (error !== undefined) {
    const details = safeServerMessage([error, query.get('error_description')].filter(Boolean).join(': '), [
      state,
    ])
    return failed(`The login server refused the login${details === undefined ? '' : ` (${details})`}.`)
  }
  const code = textOf(query.get('code'))
  return code === undefined ? failed('The login server sent no authorization code.') : { type: 'code', code }
}

export const failed = (message: string): LoginCallback => ({
  type: 'failed',
  error: new CodexAuthError({ message: `${message} Log in again.` }),
})

/**
 * Reads a pasted redirect address; its query alone or `code#state` will do too.
 *
 * @throws CodexAuthError when there is none, or it belongs to another login. The message never quotes the text.
 */
export function readPastedCallback(
  text: string,
  read: (query: URLSearchParams) => LoginCallback,
): CodeCallback {
  // Terminals wrap long lines.
  const callback = read(pastedQuery(text.replace(/\s+/g, '')))
  if (callback.type === 'code') return callback
  if (callback.type === 'failed') throw callback.error
  throw new CodexAuthError({
    message:
      'The pasted address belongs to another login (state mismatch). Open the latest login address and paste the ' +
      'address that it redirects to.',
  })
}

function pastedQuery(text: string): URLSearchParams {
  if (/(?:^|[?&])(?:code|error)=/.test(text)) {
    const query = text.slice(text.indexOf('?') + 1)
    return new URLSearchParams(query.split('#')[0])
  }
  const [, code, state] = /^([^#?&=/:]+)#([^#?&=/:]+)$/.exec(text) ?? []
  if (code !== undefined && state !== undefined) return new URLSearchParams({ code, state })
  throw new CodexAuthError({
    message:
      'The pasted text has no authorization code. Paste the whole address from the browser: it starts with ' +
      'http://127.0.0.1 and contains code= and state=.',
  })
}

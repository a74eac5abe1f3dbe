import { CodexAuthError } from '../../errors.ts'
import { textOf } from '../../lib/json.ts'
import { safeServerMessage } from '../oauth-error.ts'

/** What the browser brought back from the login server. */
export type LoginCallback =
  | { type: 'code'; code: string }
  | { type: 'failed'; error: CodexAuthError }
  /** It belongs to another login. */
  | { type: 'mismatch' }

/** Reads the query of the address that the browser was sent to. */
export function readCallback(query: URLSearchParams, state: string): LoginCallback {
  if (query.get('state') !== state) return { type: 'mismatch' }
  const error = textOf(query.get('error'))
  if (error !== undefined) {
    const words = [error, query.get('error_description')].filter(Boolean).join(': ')
    const said = safeServerMessage(words, [state])
    return failed(`The login server refused the login${said === undefined ? '' : ` (${said})`}.`)
  }
  const code = textOf(query.get('code'))
  return code === undefined ? failed('The login server sent no code.') : { type: 'code', code }
}

const failed = (message: string): LoginCallback => ({
  type: 'failed',
  error: new CodexAuthError({ message: `${message} Log in again.` }),
})

/**
 * The code in what a person has pasted: the address that the browser ended at, its query alone, or `code#state`.
 *
 * @throws CodexAuthError where there is none, or it belongs to another login; never quotes the text.
 */
export function readPastedCode(text: string, state: string): string {
  // A terminal breaks long lines.
  const callback = readCallback(pastedQuery(text.replace(/\s+/g, '')), state)
  if (callback.type === 'code') return callback.code
  if (callback.type === 'failed') throw callback.error
  throw new CodexAuthError({
    message:
      'The pasted address belongs to another login (State mismatch). Paste the one that the browser ended at after ' +
      'the last address was opened.',
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
      'The pasted text holds no code of a login. Paste the whole address that the browser ended at: it starts with ' +
      'http://127.0.0.1 and holds code= and state=.',
  })
}

import { InvalidArgumentError } from '@ai-sdk/provider'
import { isObject } from '../lib/json.ts'
import type { CodexAuth, CodexTokens, TokenStore } from './tokens.ts'

/** True for a store, which is told from tokens by its functions. */
export function isStore(auth: CodexTokens | TokenStore): auth is TokenStore {
  const given: unknown = auth
  return isObject(given) && typeof given.read === 'function' && typeof given.write === 'function'
}

/**
 * Checks that a login has one of its forms, which callers without types may get wrong.
 *
 * @throws InvalidArgumentError
 */
export function assertAuth(auth: CodexAuth): void {
  const given: unknown = auth
  if (typeof auth === 'function' || isStore(auth) || (isObject(given) && 'accessToken' in given)) return
  throw new InvalidArgumentError({
    argument: 'auth',
    message: 'auth must be tokens ({ accessToken, … }), a token store ({ read, write }), or a function.',
  })
}

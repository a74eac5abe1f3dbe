import type { LimitedStore } from './limited-store.ts'
import type { LoginKind } from './login-kind.ts'
import type { SharedLogin } from './shared-login.ts'
import { sameTokens } from './token-fields.ts'
import type { CodexTokens } from './tokens.ts'

/** Store of a login, and what is remembered about it. */
export interface LoginState {
  store: LimitedStore
  shared: SharedLogin
  onWarning: ((message: string) => void) | undefined
  kind: LoginKind
}

/** Tokens of a login: as the store holds them, and those to use. They differ while renewed tokens are not saved. */
export interface FoundLogin {
  stored: CodexTokens
  tokens: CodexTokens
}

/** Reads the login. Renewed tokens that are not saved yet stand in for the ones that were spent for them. */
export async function readLogin({ store, shared }: LoginState): Promise<FoundLogin> {
  const stored = await store.read()
  const unsaved = shared.unsaved.get()
  if (unsaved?.spent.some((spent) => sameTokens(stored, spent))) return { stored, tokens: unsaved.tokens }
  // The store holds these tokens by now, or another login.
  if (unsaved && shared.unsaved.get() === unsaved) shared.unsaved.set(undefined)
  return { stored, tokens: stored }
}

/**
 * Saves renewed tokens. If that fails, they are kept in memory, and saved with one of the next calls.
 *
 * @param renewed Tokens that came for those in `found`.
 * @returns the login as the store has it now; undefined if that is not known.
 */
export async function saveRenewed(
  renewed: CodexTokens,
  found: FoundLogin,
  login: LoginState,
): Promise<FoundLogin | undefined> {
  const { shared } = login
  const earlier = shared.unsaved.get()
  const ancestors = earlier && sameTokens(earlier.tokens, found.tokens) ? earlier.spent : []
  // Until the store is seen to hold something else: it may be out of reach, for writing and for reading.
  shared.unsaved.set({
    tokens: renewed,
    spent: [...ancestors, found.tokens],
    save: () => saveAgain(login),
  })
  try {
    return await write(renewed, found.stored, login)
  } catch (error) {
    warnOnce(error, login)
    return undefined
  }
}

/** Tries again to save renewed tokens, one attempt at a time. Never rejects. */
function saveAgain(login: LoginState): Promise<void> {
  const { shared, store } = login
  const attempt = async () => {
    const { stored } = await readLogin(login)
    const unsaved = shared.unsaved.get()
    if (unsaved?.save) await write(unsaved.tokens, stored, login)
  }
  shared.saving ??= store
    .lock(attempt)
    // The next call tries again.
    .catch(() => undefined)
    .finally(() => {
      shared.saving = undefined
    })
  return shared.saving
}

async function write(
  tokens: CodexTokens,
  stored: CodexTokens,
  login: LoginState,
): Promise<FoundLogin | undefined> {
  const { store, shared } = login
  await store.write(tokens, stored)
  shared.hasWarned = false
  const found = await readLogin(login).catch(() => undefined)
  const unsaved = shared.unsaved.get()
  // A store that took the tokens and still holds the spent ones does not keep any: no use in trying again.
  if (unsaved && found && sameTokens(found.stored, stored))
    shared.unsaved.set({ ...unsaved, save: undefined })
  return found
}

function warnOnce(error: unknown, { shared, onWarning, kind }: LoginState): void {
  if (!onWarning || shared.hasWarned) return
  shared.hasWarned = true
  onWarning(
    `The renewed ${kind.words.name} login could not be saved (${nameOf(error)}). It is kept in memory, and saved with a later call ` +
      'if that becomes possible. Until then the saved login is spent: other clients that use it, and this one after a ' +
      'restart, have to log in again.',
  )
}

// Not the message: that of a database may quote what was to be written.
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'not an Error'
  if (error.cause instanceof Error && error.cause.name === 'TimeoutError') return 'it took too long'
  const code = 'code' in error ? identifierOf(error.code) : undefined
  if (code !== undefined) return code
  const name = identifierOf(error.name === 'Error' ? error.constructor?.name : error.name) ?? 'Error'
  return `${name}; its message is withheld, since it may hold tokens`
}

const identifierOf = (value: unknown): string | undefined =>
  (typeof value === 'string' || typeof value === 'number') && /^[\w.$:-]{1,60}$/.test(String(value))
    ? String(value)
    : undefined

import { CodexAuthError, CodexAuthFileNotFoundError, CodexAuthRefreshError } from '../errors.ts'
import { untilAborted, withDeadline } from '../lib/abort.ts'
import { LOCK_WAIT_MS } from './file/lock.ts'
import { type FileTokenStore, waitsByItself } from './file/store.ts'
import type { LoginWords } from './login-advice.ts'
import type { LoginKind } from './login-kind.ts'
import { assertTokens } from './token-fields.ts'
import type { CodexTokens, TokenStore } from './tokens.ts'

/** A token store none of whose steps can hang. */
export interface LimitedStore {
  /** @throws CodexAuthFileNotFoundError or CodexAuthTokenError if the store holds no usable tokens. */
  read(): Promise<CodexTokens>
  write(tokens: CodexTokens, previous: CodexTokens): Promise<void>
  /** Runs under the store's lock, if it has one. `run` is not called any more once the wait for the lock is over. */
  lock<T>(run: () => Promise<T>): Promise<T>
  /** False if the store says that it can't be written, or does not say anything. */
  canWrite(): Promise<boolean>
  /** Removes the tokens of a login that has ended, if the store does that. Never rejects. */
  discard(ended: CodexTokens): Promise<void>
  /** Warning about other users of the system who can read the login. */
  exposure(): Promise<string | undefined>
}

/**
 * Limits each step of a store to `timeoutMs` (0: no limit). A step that takes longer rejects with a
 * `CodexAuthRefreshError` (`network`); what is behind it goes on.
 */
export function limitStore(
  store: TokenStore & Partial<FileTokenStore> & { discard?: (ended: CodexTokens) => Promise<void> },
  timeoutMs: number,
  kind: LoginKind,
): LimitedStore {
  const { words } = kind
  const source = 'The token store'
  const step = <T>(name: string, run: () => Promise<T>, ms = timeoutMs): Promise<T> =>
    // Async, because the store may be plain JavaScript that returns or throws at once.
    withDeadline(
      undefined,
      ms,
      () => lateError(name, ms, words),
      (signal) => untilAborted((async () => run())(), signal),
    )

  const lock = async <T>(run: () => Promise<T>): Promise<T> => {
    if (!store.lock) return run()
    let work: Promise<T> | undefined
    let isGivenUp = false
    let onBegin = () => {}
    const begun = new Promise<void>((resolve) => {
      onBegin = resolve
    })
    const holdLock = async () =>
      store.lock?.(async () => {
        // A lock that comes too late must not spend a refresh token that others may have spent by now.
        if (isGivenUp) throw lateError('lock', timeoutMs, words)
        work ??= run()
        onBegin()
        return work
      })
    const held = holdLock()
    const waitMs = timeoutMs > 0 && waitsByItself(store) ? LOCK_WAIT_MS + timeoutMs : timeoutMs
    try {
      await step('lock', () => Promise.race([begun, held]), waitMs)
    } catch (error) {
      isGivenUp = true
      throw error
    }
    if (!work) throw noLockError()
    await Promise.allSettled([work])
    // A lock that can't be released does not undo the work.
    await step('lock', () => Promise.allSettled([held])).catch(() => undefined)
    return work
  }

  return {
    async read() {
      const tokens = await step('read', () => store.read())
      // Databases return null.
      if (tokens === undefined || tokens === null) throw emptyError(words)
      const found = assertTokens(tokens, source)
      kind.assertOwn(found, source)
      return found
    },
    write: (tokens, previous) => step('write', () => store.write(tokens, previous)),
    lock,
    canWrite: () => step('canWrite', async () => store.canWrite?.() ?? true).catch(() => false),
    discard: (ended) => step('discard', async () => store.discard?.(ended)).catch(() => undefined),
    exposure: () => step('exposure', async () => store.exposure?.()).catch(() => undefined),
  }
}

const lateError = (name: string, ms: number, words: LoginWords): CodexAuthRefreshError =>
  new CodexAuthRefreshError({
    reason: 'network',
    message:
      `The ${words.name} login is not available just now: its store did not finish \`${name}\` within ${ms} ms. ` +
      'Try again, or raise the limit `timeouts.refresh`.',
    cause: new DOMException(`${name} took longer than ${ms} ms`, 'TimeoutError'),
  })

const emptyError = ({ logIn }: LoginWords): CodexAuthFileNotFoundError =>
  new CodexAuthFileNotFoundError({
    message: `The token store holds no login. ${logIn} Then pass its tokens to the store.`,
  })

const noLockError = (): CodexAuthError =>
  new CodexAuthError({
    message: 'The `lock` of the token store did not call the function that it was given. Fix the store.',
  })

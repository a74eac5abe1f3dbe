import { CodexAuthFileNotFoundError, CodexAuthRefreshError, CodexAuthTokenExpiredError } from '../errors.ts'
import { expiryOf } from './claims.ts'
import type { FileTokenStore } from './file/store.ts'
import { aliveUntil, freshUntil } from './freshness.ts'
import { LOG_IN } from './login-advice.ts'
import { type RefreshOptions, refreshTokens } from './refresh.ts'
import { isPermanent } from './refresh-error.ts'
import { beginRefresh, type SharedLogin } from './shared-login.ts'
import { assertTokens, sameTokens } from './token-fields.ts'
import type { CodexTokens, TokenStore } from './tokens.ts'

/** After `refresh_token_reused` the store is read this often, this far apart: 3 s for the winner to write. */
const REREADS = 30
const REREAD_AFTER_MS = 100

/** After a passing failure, living tokens are used this long before the next try. */
export const PAUSE_MS = 30_000

/** What a renewal needs besides the login itself. */
export interface RenewalSettings {
  refresh: Omit<RefreshOptions, 'reason' | 'signal' | 'now'>
  now: () => number
  sleep: (ms: number) => Promise<void>
  onWarning: ((message: string) => void) | undefined
  /** True where another process may write the store. */
  isWatched: boolean
  /** What to do about tokens that have ended and can't be renewed. */
  wayOut: string
}

/** One login whose tokens have to be renewed, or read for the first time. */
export interface Renewal extends RenewalSettings {
  store: TokenStore & Partial<FileTokenStore>
  shared: SharedLogin
  /** An access token that got a 401: never good again. */
  rejected: string | undefined
}

/**
 * The tokens that the store holds, if they are good; else new ones, which are written back. Living tokens are used
 * where they can't be renewed.
 */
export async function renewLogin(renewal: Renewal): Promise<CodexTokens> {
  let spent = await readLogin(renewal)
  await warnOfExposure(renewal)
  const settled = await settle(spent, renewal)
  if (settled) return settled
  let isLocked = false
  let endRefresh = () => {}
  try {
    return await lockStore(renewal, async () => {
      isLocked = true
      spent = await readLogin(renewal)
      const settled = await settle(spent, renewal)
      if (settled) return settled
      endRefresh = beginRefresh()
      return refreshLogin(spent, renewal)
    }).finally(() => endRefresh())
  } catch (error) {
    const failure = CodexAuthRefreshError.isInstance(error) ? error : undefined
    if (!failure && isLocked) throw error
    // Not under the lock: all who got this answer watch at the same time.
    const newer = await findNewer(spent, failure, renewal)
    if (newer) return newer
    remember(failure, spent, renewal)
    if (isAlive(spent, renewal)) return spent
    throw error
  }
}

const lockStore = ({ store }: Renewal, run: () => Promise<CodexTokens>): Promise<CodexTokens> =>
  store.lock ? store.lock(run) : run()

const isGood = (tokens: CodexTokens, { rejected, now }: Renewal): boolean =>
  tokens.accessToken !== rejected && now() < freshUntil(tokens)

const isAlive = (tokens: CodexTokens, { rejected, now }: Renewal): boolean =>
  tokens.accessToken !== rejected && now() < aliveUntil(tokens)

async function readLogin({ store, shared }: Renewal): Promise<CodexTokens> {
  const tokens = await store.read()
  // Databases say null.
  if (tokens === undefined || tokens === null) {
    throw new CodexAuthFileNotFoundError({
      message: `The token store holds no login. ${LOG_IN} Then give its tokens to the store.`,
    })
  }
  assertTokens(tokens, 'The token store')
  const { unsaved } = shared
  if (unsaved && sameTokens(tokens, unsaved.spent)) return unsaved.tokens
  shared.unsaved = undefined
  return tokens
}

/** The tokens to use without a refresh, undefined where it takes one, or the error that a refresh would end in. */
async function settle(tokens: CodexTokens, renewal: Renewal): Promise<CodexTokens | undefined> {
  if (isGood(tokens, renewal)) return tokens
  const { shared, now, store } = renewal
  const alive = isAlive(tokens, renewal)
  if (!tokens.refreshToken) throw expiredError(tokens, renewal)
  if (shared.failure?.refreshToken === tokens.refreshToken) {
    if (alive) return tokens
    throw shared.failure.error
  }
  // Spending a refresh token that can't be replaced ends the login for the other clients: not before it must be.
  const mayWait = alive && (now() < (shared.pausedUntil ?? 0) || (await store.canWrite?.()) === false)
  return mayWait ? tokens : undefined
}

async function refreshLogin(spent: CodexTokens, renewal: Renewal): Promise<CodexTokens> {
  const { now, refresh } = renewal
  const renewed = await refreshTokens(spent, { ...refresh, now, reason: reasonFor(spent, renewal) })
  return keepTokens(renewed, spent, renewal)
}

/** Keeps the same answer from being asked for again: at once where it may pass, ever where it may not. */
function remember(
  error: CodexAuthRefreshError | undefined,
  { refreshToken }: CodexTokens,
  { shared, now }: Renewal,
): void {
  if (error && refreshToken && isPermanent(error)) shared.failure = { refreshToken, error }
  else shared.pausedUntil = now() + PAUSE_MS
}

function reasonFor(spent: CodexTokens, { rejected }: Renewal): NonNullable<RefreshOptions['reason']> {
  if (spent.accessToken === rejected) return 'unauthorized_recovery'
  return expiryOf(spent) === undefined ? 'scheduled' : 'proactive_expiry'
}

function expiredError(tokens: CodexTokens, { rejected, wayOut }: Renewal): CodexAuthTokenExpiredError {
  const fault = tokens.accessToken === rejected ? 'was refused by the backend' : 'has expired'
  return new CodexAuthTokenExpiredError({
    message: `The Codex access token ${fault}, and there is no refresh token to renew it with. ${wayOut}`,
  })
}

/** Tokens that someone else has put into the store; a client that was faster than we may still be writing them. */
async function findNewer(
  spent: CodexTokens,
  error: CodexAuthRefreshError | undefined,
  renewal: Renewal,
): Promise<CodexTokens | undefined> {
  const rereads = error?.reason === 'reused' && renewal.isWatched && !isAlive(spent, renewal) ? REREADS : 0
  for (let reread = 0; ; reread++) {
    const found = await readLogin(renewal).catch(() => undefined)
    if (found && found.accessToken !== spent.accessToken && isGood(found, renewal)) return found
    if (reread === rereads) return undefined
    await renewal.sleep(REREAD_AFTER_MS)
  }
}

/** Saves the new tokens; gives those of the store where it holds newer ones. */
async function keepTokens(renewed: CodexTokens, spent: CodexTokens, renewal: Renewal): Promise<CodexTokens> {
  const { store, shared } = renewal
  shared.pausedUntil = undefined
  // What the store says is spent: with tokens that were never saved, those before them.
  const stored = shared.unsaved && sameTokens(shared.unsaved.tokens, spent) ? shared.unsaved.spent : spent
  // Until the store is seen to hold something else: it may be out of reach, for writing and for reading.
  shared.unsaved = { tokens: renewed, spent: stored }
  try {
    await store.write(renewed, stored)
  } catch (error) {
    warnOnce(error, renewal)
  }
  const found = await readLogin(renewal).catch(() => undefined)
  return found && isGood(found, renewal) ? found : renewed
}

function warnOnce(error: unknown, { shared, onWarning }: Renewal): void {
  if (!onWarning || shared.hasWarned) return
  shared.hasWarned = true
  onWarning(
    `The renewed Codex login could not be saved (${nameFault(error)}). It is kept in memory; the saved one is spent, ` +
      'so other clients that use it, and this one after a restart, have to log in again.',
  )
}

// Not the message: that of a database may quote what was to be written.
function nameFault(error: unknown): string {
  if (!(error instanceof Error)) return 'not by an Error'
  const code = 'code' in error ? nameOf(error.code) : undefined
  if (code !== undefined) return code
  const name = nameOf(error.name === 'Error' ? error.constructor?.name : error.name) ?? 'Error'
  return `${name}; its message is withheld, since it may hold tokens`
}

const nameOf = (value: unknown): string | undefined =>
  (typeof value === 'string' || typeof value === 'number') && /^[\w.$:-]{1,60}$/.test(String(value))
    ? String(value)
    : undefined

/** A login file that other users may read is told of once. */
async function warnOfExposure({ store, shared, onWarning }: Renewal): Promise<void> {
  if (!onWarning || shared.isExposureKnown || !store.exposure) return
  shared.isExposureKnown = true
  const warning = await store.exposure().catch(() => undefined)
  if (warning) onWarning(warning)
}

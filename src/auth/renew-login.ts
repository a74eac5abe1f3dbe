import { CodexAuthFileNotFoundError, CodexAuthRefreshError, CodexAuthTokenExpiredError } from '../errors.ts'
import { expiryOf } from './claims.ts'
import { earliestRefresh, lifetimeOnArrival, MIN_LIFETIME_MS } from './freshness.ts'
import { NEW_PERSONAL_TOKEN } from './login-advice.ts'
import type { LoginKind } from './login-kind.ts'
import { isPersonalToken } from './personal-account.ts'
import type { RefreshOptions } from './refresh.ts'
import { endsLogin, isPermanent } from './refresh-error.ts'
import { type FoundLogin, type LoginState, readLogin, saveRenewed } from './save-tokens.ts'
import { beginRefresh, digestOf, lifetimeIn } from './shared-login.ts'
import type { CodexTokens } from './tokens.ts'

/** After `refresh_token_reused` the store is read this often, this far apart: 3 s for the other client to write. */
const REREADS = 30
const REREAD_AFTER_MS = 100

/** After a passing failure, working tokens are used this long before the next attempt. */
export const PAUSE_MS = 30_000

/** Settings of a renewal, the same for all renewals of a token manager. */
export interface RenewalSettings {
  kind: LoginKind
  refresh: Omit<RefreshOptions, 'reason' | 'signal' | 'now'>
  now: () => number
  sleep: (ms: number) => Promise<void>
  onWarning: ((message: string) => void) | undefined
  onRenewal?: ((reason: NonNullable<RefreshOptions['reason']>) => void) | undefined
  /** True if other processes may write the store. */
  hasOtherWriters: boolean
  /** Tells the user what to do about tokens that have ended and can't be renewed. */
  advice: string
}

/** One login whose tokens have to be renewed, or read for the first time. */
export interface Renewal extends RenewalSettings, LoginState {
  /** Access token that the backend answered 401 to. */
  rejected: string | undefined
}

/**
 * Returns the store's tokens if they are fresh, else renews and saves them. If that fails, tokens that still work are
 * returned.
 */
export async function renewLogin(renewal: Renewal): Promise<CodexTokens> {
  let found = await findLogin(renewal)
  await warnOfExposure(renewal)
  const usable = await usableTokens(found, renewal)
  if (usable) return usable
  let isLocked = false
  let endRefresh = () => {}
  try {
    return await renewal.store
      .lock(async () => {
        isLocked = true
        found = await findLogin(renewal)
        const usable = await usableTokens(found, renewal)
        if (usable) return usable
        endRefresh = beginRefresh()
        return refreshLogin(found, renewal)
      })
      .finally(() => endRefresh())
  } catch (error) {
    const failure = CodexAuthRefreshError.isInstance(error) ? error : undefined
    if (!failure && isLocked) throw error
    // Not under the lock, so that everyone who got this answer watches at the same time.
    const newer = await findNewer(found.tokens, failure, renewal)
    if (newer) return newer
    await rememberFailure(failure, found.tokens, renewal)
    if (await isAlive(found.tokens, renewal)) return found.tokens
    if (failure && endsLogin(failure)) await renewal.store.discard(found.tokens)
    throw error
  }
}

/** Reads the login. Renewed tokens that could not be saved are used even if the store can't be read. */
async function findLogin(renewal: Renewal): Promise<FoundLogin> {
  try {
    return await readLogin(renewal)
  } catch (error) {
    const unsaved = renewal.shared.unsaved.get()
    const stored = unsaved?.spent[0]
    // A login that is gone may be a logout.
    if (!unsaved || !stored || CodexAuthFileNotFoundError.isInstance(error)) throw error
    return { stored, tokens: unsaved.tokens }
  }
}

const isGood = async (tokens: CodexTokens, { rejected, now, shared }: Renewal): Promise<boolean> =>
  tokens.accessToken !== rejected && now() < (await lifetimeIn(shared, tokens)).freshUntil

const isAlive = async (tokens: CodexTokens, { rejected, now, shared }: Renewal): Promise<boolean> =>
  tokens.accessToken !== rejected && now() < (await lifetimeIn(shared, tokens)).aliveUntil

/**
 * Returns the tokens if they are to be used without a refresh, and undefined if they need one.
 *
 * @throws the error that a refresh would end in.
 */
async function usableTokens({ tokens }: FoundLogin, renewal: Renewal): Promise<CodexTokens | undefined> {
  if (await isGood(tokens, renewal)) return tokens
  const { shared, now, store } = renewal
  const alive = await isAlive(tokens, renewal)
  if (!tokens.refreshToken) throw expiredError(tokens, renewal)
  const { failure } = shared
  if (failure && failure.digest === (await digestOf(tokens.refreshToken))) {
    if (alive) return tokens
    throw failure.error
  }
  if (await wasRefusedAtOnce(tokens, renewal)) return tokens
  // Now the refresh token would be spent for nothing, so the access token is used as it is.
  if (now() < earliestRefresh(tokens)) return tokens
  if (!alive) return undefined
  if (now() < (shared.pausedUntil ?? 0)) return tokens
  // Spending a refresh token that can't be replaced ends the login for the other clients: only if there is no other way.
  if (await store.canWrite()) return undefined
  shared.pausedUntil = now() + PAUSE_MS
  return tokens
}

/** True for a token that got a 401 right after its renewal: one more renewal would not help. */
async function wasRefusedAtOnce(
  { accessToken }: CodexTokens,
  { shared, now, rejected }: Renewal,
): Promise<boolean> {
  const { issued } = shared
  if (accessToken !== rejected || issued?.digest !== (await digestOf(accessToken))) return false
  const age = now() - issued.at
  return age >= 0 && age < MIN_LIFETIME_MS && now() < issued.aliveUntil
}

async function refreshLogin(found: FoundLogin, renewal: Renewal): Promise<CodexTokens> {
  const { kind, now, refresh, shared, onRenewal } = renewal
  const reason = reasonFor(found.tokens, renewal)
  const renewed = await kind.refresh(found.tokens, { ...refresh, now, reason })
  const at = now()
  shared.pausedUntil = undefined
  shared.issued = { digest: await digestOf(renewed.accessToken), at, ...lifetimeOnArrival(renewed, at) }
  // A store that refused the tokens holds newer ones.
  const latest = await saveRenewed(renewed, found, renewal)
  onRenewal?.(reason)
  return latest && (await isGood(latest.tokens, renewal)) ? latest.tokens : renewed
}

/** Prevents the same failure from being asked for again: for a while if it may pass, else forever. */
async function rememberFailure(
  error: CodexAuthRefreshError | undefined,
  { refreshToken }: CodexTokens,
  { shared, now }: Renewal,
): Promise<void> {
  if (error && refreshToken && isPermanent(error)) {
    shared.failure = { digest: await digestOf(refreshToken), error }
  } else {
    shared.pausedUntil = now() + PAUSE_MS
  }
}

function reasonFor(spent: CodexTokens, { rejected }: Renewal): NonNullable<RefreshOptions['reason']> {
  if (spent.accessToken === rejected) return 'unauthorized_recovery'
  return expiryOf(spent) === undefined ? 'scheduled' : 'proactive_expiry'
}

function expiredError(tokens: CodexTokens, { rejected, advice, kind }: Renewal): CodexAuthTokenExpiredError {
  const fault = tokens.accessToken === rejected ? 'was refused by the backend' : 'has expired'
  if (isPersonalToken(tokens.accessToken)) {
    return new CodexAuthTokenExpiredError({
      message: `The personal access token ${fault}. ${NEW_PERSONAL_TOKEN}`,
    })
  }
  return new CodexAuthTokenExpiredError({
    message: `The ${kind.words.name} access token ${fault}, and there is no refresh token to renew it with. ${advice}`,
  })
}

/** Finds tokens that another client has put into the store; one that was faster may still be writing them. */
async function findNewer(
  spent: CodexTokens,
  error: CodexAuthRefreshError | undefined,
  renewal: Renewal,
): Promise<CodexTokens | undefined> {
  const mayCome = error?.reason === 'reused' && renewal.hasOtherWriters && !(await isAlive(spent, renewal))
  for (let reread = 0; ; reread++) {
    const found = await readLogin(renewal).catch(() => undefined)
    if (found && found.tokens.accessToken !== spent.accessToken && (await isGood(found.tokens, renewal))) {
      return found.tokens
    }
    if (reread === (mayCome ? REREADS : 0)) return undefined
    await renewal.sleep(REREAD_AFTER_MS)
  }
}

/** Warns once about a login file that other users may read. */
async function warnOfExposure({ store, shared, onWarning }: Renewal): Promise<void> {
  if (!onWarning || shared.isExposureKnown) return
  shared.isExposureKnown = true
  const warning = await store.exposure()
  if (warning) onWarning(warning)
}

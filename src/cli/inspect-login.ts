import { accountFacts, expiryOf, readClaims } from '../auth/claims.ts'
import { ENV_SOURCE, envTokens } from '../auth/env-tokens.ts'
import { resolveAuthFilePath } from '../auth/file/path.ts'
import { readLoginFile } from '../auth/file/read.ts'
import { type FileTokenStore, fileTokenStore } from '../auth/file/store.ts'
import { LOG_IN_AGAIN, NEW_ENV_TOKEN } from '../auth/login-advice.ts'
import { isPersonalToken } from '../auth/personal-account.ts'
import { assertTokens } from '../auth/token-fields.ts'
import type { CodexTokens } from '../auth/tokens.ts'
import { CodexAuthError } from '../errors.ts'
import { mergeHeaders } from '../request/headers.ts'

/** Problem of a login. */
export interface LoginProblem {
  /** Stable, for programs to compare. */
  code: string
  /** What is wrong, and what to do. */
  message: string
}

/** State of a login, as far as it is known without asking a server. Holds nothing secret. */
export interface LoginState {
  /** True when calls can be made with it, perhaps after a refresh. */
  isUsable: boolean
  source: 'file' | 'env'
  /** True for a personal access token, whose account is looked up by the first call. */
  isPersonalToken?: boolean | undefined
  /** Path of the login file, whether it exists or not. */
  authFile?: string | undefined
  email?: string | undefined
  planType?: string | undefined
  accountId?: string | undefined
  /** Milliseconds since 1970. */
  expiresAt?: number | undefined
  /** Milliseconds since 1970. */
  lastRefresh?: number | undefined
  canRefresh: boolean
  problems: LoginProblem[]
}

/** Inspects the login that calls use: the given file, else the tokens of the environment, else the default file. */
export async function inspectLogin({
  authFile: given,
  now,
}: {
  authFile: string | undefined
  now: number
}): Promise<LoginState> {
  const fromEnv = given === undefined ? envTokens() : undefined
  const source = fromEnv ? 'env' : 'file'
  let authFile: string | undefined
  try {
    if (fromEnv) return await inspectTokens(assertTokens(fromEnv, ENV_SOURCE), { source, now })
    authFile = await resolveAuthFilePath({ authFile: given })
    return await inspectTokens(await readLoginFile(authFile), { source, authFile, now })
  } catch (error) {
    if (!CodexAuthError.isInstance(error)) throw error
    const problems = [{ code: error.code, message: error.message }]
    return { isUsable: false, source, authFile, canRefresh: false, problems }
  }
}

async function inspectTokens(
  tokens: CodexTokens,
  { source, authFile, now }: Pick<LoginState, 'source' | 'authFile'> & { now: number },
): Promise<LoginState> {
  const { accountId, planType } = accountFacts(tokens)
  const expiresAt = expiryOf(tokens)
  const canRefresh = tokens.refreshToken !== undefined
  const isOver = !canRefresh && expiresAt !== undefined && expiresAt <= now
  const isPersonal = isPersonalToken(tokens.accessToken)
  const isLookedUp = isPersonal && accountId === undefined
  const fatal = [
    ...(isOver ? [expiredProblem(source)] : []),
    ...(isLookedUp ? [] : accountProblems(accountId, source)),
  ]
  return {
    isUsable: fatal.length === 0,
    source,
    isPersonalToken: isPersonal,
    authFile,
    email: readClaims(tokens.idToken).email ?? readClaims(tokens.accessToken).email,
    planType,
    accountId,
    expiresAt,
    lastRefresh: tokens.lastRefresh,
    canRefresh,
    problems: [
      ...fatal,
      ...(isOver || canRefresh || isPersonal || source === 'env' ? [] : [NO_REFRESH_TOKEN]),
      ...(authFile === undefined ? [] : await fileProblems(fileTokenStore(authFile))),
    ],
  }
}

const expiredProblem = (source: LoginState['source']): LoginProblem => ({
  code: 'EXPIRED',
  message:
    'The Codex access token has expired, and there is no refresh token to renew it with. ' +
    (source === 'env' ? NEW_ENV_TOKEN : LOG_IN_AGAIN),
})

/** The backend refuses requests without an account, and an id that can't be a header is never sent. */
function accountProblems(accountId: string | undefined, source: LoginState['source']): LoginProblem[] {
  const advice = source === 'env' ? 'Set CODEX_ACCOUNT_ID to the id of your account.' : LOG_IN_AGAIN
  if (accountId === undefined) {
    return [{ code: 'NO_ACCOUNT', message: `The login does not name an account. ${advice}` }]
  }
  try {
    mergeHeaders({ 'chatgpt-account-id': accountId })
    return []
  } catch {
    const message = `The account id contains characters that can't be sent in a header. ${advice}`
    return [{ code: 'INVALID_ACCOUNT', message }]
  }
}

const NO_REFRESH_TOKEN: LoginProblem = {
  code: 'NO_REFRESH_TOKEN',
  message: 'The login has no refresh token. Log in again when its access token expires.',
}

const READ_ONLY: LoginProblem = {
  code: 'READ_ONLY',
  message:
    'The login file or its folder is not writable, so refreshed tokens cannot be saved. Allow this user to write to it.',
}

/** Finds what is wrong with the mode of a login file. */
export async function fileProblems(store: FileTokenStore): Promise<LoginProblem[]> {
  // A file that was deleted meanwhile is not exposed.
  const exposure = await store.exposure().catch(() => undefined)
  return [
    ...(exposure === undefined ? [] : [{ code: 'OPEN_TO_OTHERS', message: exposure }]),
    ...((await store.canWrite()) ? [] : [READ_ONLY]),
  ]
}

import { accountFacts, expiryOf, readClaims } from '../auth/claims.ts'
import { ENV_SOURCE, envTokens } from '../auth/env-tokens.ts'
import { resolveAuthFilePath } from '../auth/file/path.ts'
import { readLoginFile } from '../auth/file/read.ts'
import { fileTokenStore } from '../auth/file/store.ts'
import { LOG_IN_AGAIN, NEW_ENV_TOKEN } from '../auth/login-advice.ts'
import { assertTokens } from '../auth/token-fields.ts'
import type { CodexTokens } from '../auth/tokens.ts'
import { CodexAuthError } from '../errors.ts'

/** Something that is wrong with a login. */
export interface LoginProblem {
  /** Stable: to be compared. */
  code: string
  /** What it is, and the way out. */
  message: string
}

/** What can be told of a login without asking a server; nothing that is secret. */
export interface LoginState {
  /** Can calls be made with it, perhaps after a renewal? */
  isUsable: boolean
  source: 'file' | 'env'
  /** Where the file is, or should be. */
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

/** Looks at the login that calls would use: the file that was named, else the environment's tokens, else the usual file. */
export async function readLogin({
  authFile: named,
  now,
}: {
  authFile: string | undefined
  now: number
}): Promise<LoginState> {
  const fromEnv = named === undefined ? envTokens() : undefined
  const source = fromEnv ? 'env' : 'file'
  let authFile: string | undefined
  try {
    if (fromEnv) return describeTokens(assertTokens(fromEnv, ENV_SOURCE), { source, now })
    authFile = await resolveAuthFilePath({ authFile: named })
    return await describeTokens(await readLoginFile(authFile), { source, authFile, now })
  } catch (error) {
    if (!CodexAuthError.isInstance(error)) throw error
    const problems = [{ code: error.code, message: error.message }]
    return { isUsable: false, source, authFile, canRefresh: false, problems }
  }
}

async function describeTokens(
  tokens: CodexTokens,
  { source, authFile, now }: Pick<LoginState, 'source' | 'authFile'> & { now: number },
): Promise<LoginState> {
  const { accountId, planType } = accountFacts(tokens)
  const expiresAt = expiryOf(tokens)
  const canRefresh = tokens.refreshToken !== undefined
  const hasEnded = !canRefresh && expiresAt !== undefined && expiresAt <= now
  return {
    isUsable: !hasEnded,
    source,
    authFile,
    email: readClaims(tokens.idToken).email ?? readClaims(tokens.accessToken).email,
    planType,
    accountId,
    expiresAt,
    lastRefresh: tokens.lastRefresh,
    canRefresh,
    problems: [
      ...(hasEnded ? [endedProblem(source)] : canRefresh || source === 'env' ? [] : [NO_REFRESH_TOKEN]),
      ...(accountId === undefined ? [NO_ACCOUNT] : []),
      ...(authFile === undefined ? [] : await fileProblems(authFile)),
    ],
  }
}

const endedProblem = (source: LoginState['source']): LoginProblem => ({
  code: 'EXPIRED',
  message:
    'The Codex access token has expired, and there is no refresh token to renew it with. ' +
    (source === 'env' ? NEW_ENV_TOKEN : LOG_IN_AGAIN),
})

const NO_REFRESH_TOKEN: LoginProblem = {
  code: 'NO_REFRESH_TOKEN',
  message: 'There is no refresh token: the login ends with its access token.',
}

const NO_ACCOUNT: LoginProblem = {
  code: 'NO_ACCOUNT',
  message:
    'The login names no account. Set CODEX_ACCOUNT_ID with CODEX_ACCESS_TOKEN, or the accountId setting.',
}

const READ_ONLY: LoginProblem = {
  code: 'READ_ONLY',
  message: "The file or its folder can't be written, so renewed tokens can't be saved.",
}

async function fileProblems(file: string): Promise<LoginProblem[]> {
  const store = fileTokenStore(file)
  // A file that is gone by now is no problem of its own.
  const exposure = await store.exposure().catch(() => undefined)
  return [
    ...(exposure === undefined ? [] : [{ code: 'OPEN_TO_OTHERS', message: exposure }]),
    ...((await store.canWrite()) ? [] : [READ_ONLY]),
  ]
}

import { CodexAuthError } from '../../errors.ts'
import { withDeadline } from '../../lib/abort.ts'
import { resolveAuthFilePath } from '../file/path.ts'
import { resolveIssuer } from '../issuer.ts'
import { type CodeGrant, exchangeCode } from './code-exchange.ts'
import { CODEX_CLIENT_ID, LOGIN_TIMEOUT_MS, type LoginOptions, type LoginResult } from './options.ts'
import { accountOf, assertCanSave, saveLogin } from './save.ts'

/** What a way to log in is given. */
export interface LoginFlow {
  issuer: string
  clientId: string
  fetch: typeof globalThis.fetch | undefined
  /** The caller's, which aborts when the time is up too. */
  signal: AbortSignal
  now: () => number
  /** Turns the code into tokens and saves them. */
  complete(grant: CodeGrant): Promise<LoginResult>
}

/** Runs one way to log in: a file that is in the way is found before, the tokens are saved after it. */
export async function runLogin(
  options: LoginOptions,
  run: (flow: LoginFlow) => Promise<LoginResult>,
): Promise<LoginResult> {
  const { authFile, force = false, fetch, timeoutMs = LOGIN_TIMEOUT_MS } = options
  const { clientId = CODEX_CLIENT_ID, now = Date.now } = options
  const issuer = resolveIssuer(options)
  options.signal?.throwIfAborted()
  const file = authFile === false ? undefined : await resolveAuthFilePath({ authFile })
  if (file !== undefined) await assertCanSave(file, force)
  return withDeadline(options.signal, timeoutMs, lateError(timeoutMs), (signal) => {
    const settings = { issuer, clientId, fetch, signal, now }
    const complete = async (grant: CodeGrant): Promise<LoginResult> => {
      const tokens = await exchangeCode(grant, settings)
      const saved = file === undefined ? {} : await saveLogin(tokens, { file, force, signal, now })
      return { tokens, account: accountOf(tokens), ...saved }
    }
    return run({ ...settings, complete })
  })
}

const lateError = (timeoutMs: number) => () =>
  new CodexAuthError({
    message: `The login was not finished within ${formatDuration(timeoutMs)}. Log in again.`,
  })

const formatDuration = (ms: number): string =>
  ms < 60_000 ? `${ms / 1000} s` : `${Math.round(ms / 60_000)} minutes`

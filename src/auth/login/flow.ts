import { withDeadline } from '../../lib/abort.ts'
import { resolveAuthFilePath } from '../file/path.ts'
import { resolveIssuer } from '../issuer.ts'
import { type CodeGrant, exchangeCode } from './code-exchange.ts'
import {
  CODEX_CLIENT_ID,
  LOGIN_TIMEOUT_MS,
  type LoginOptions,
  type LoginResult,
  loginTimeoutError,
} from './options.ts'
import { accountOf, assertCanSave, saveLogin } from './save.ts'

/** Context of one login, whichever grant it uses. */
export interface LoginFlow {
  issuer: string
  clientId: string
  fetch: typeof globalThis.fetch | undefined
  /** Aborts with the caller's signal, and when the time is up. */
  signal: AbortSignal
  now: () => number
  /** Exchanges the authorization code for tokens and saves them. */
  complete(grant: CodeGrant): Promise<LoginResult>
}

/** Runs a login: checks first that it can be saved, then saves the tokens that it results in. */
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
  return withDeadline(options.signal, timeoutMs, loginTimeoutError(timeoutMs), (signal) => {
    const settings = { issuer, clientId, fetch, signal, now }
    const complete = async (grant: CodeGrant): Promise<LoginResult> => {
      const tokens = await exchangeCode(grant, settings)
      const saved = file === undefined ? {} : await saveLogin(tokens, { file, force, signal, now })
      return { tokens, account: accountOf(tokens), ...saved }
    }
    return run({ ...settings, complete })
  })
}

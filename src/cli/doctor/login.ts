import { resolveIssuer } from '../../auth/issuer.ts'
import { discardBody, sendHttp } from '../../lib/http.ts'
import { readEnv } from '../../lib/runtime.ts'
import { formatDuration, formatRelative } from '../format.ts'
import type { LoginState } from '../inspect-login.ts'
import { type Check, failed, type Outcome, ok, type Probe, skipped, warning } from './check.ts'
import { CheckError } from './explain.ts'

const PROBE_TIMEOUT_MS = 10_000
const MAX_CLOCK_OFFSET_MS = 2 * 60_000

export const loginFile: Check = {
  id: 'login',
  title: 'Login',
  async run({ login, authFile }) {
    const state = await login()
    const source = sourceOf(state, authFile)
    const [problem] = state.problems
    if (!state.isUsable)
      return failed(`no usable login in ${source} (${problem?.code})`, adviceFor(problem?.code))
    const plan = /^[\w-]{1,30}$/.test(state.planType ?? '') ? `, plan ${state.planType}` : ''
    const kind = state.isPersonalToken ? 'a personal access token' : 'found'
    const message = `${kind} in ${source}${plan}`
    const fileProblem = state.problems.find(({ code }) => code !== 'NO_REFRESH_TOKEN')
    return fileProblem
      ? warning(`${message} (${fileProblem.code})`, adviceFor(fileProblem.code))
      : ok(message)
  },
}

/** Names the source of the login without a path, which may name the user. */
function sourceOf({ source }: LoginState, authFile: string | undefined): string {
  if (source === 'env') return 'CODEX_ACCESS_TOKEN'
  if (authFile !== undefined) return 'the file of --auth-file'
  if (readEnv('CODEX_AUTH_FILE') !== undefined) return 'the file of CODEX_AUTH_FILE'
  return readEnv('CODEX_HOME') === undefined ? '~/.codex/auth.json' : '$CODEX_HOME/auth.json'
}

function adviceFor(code: string | undefined): string {
  if (code === 'CODEX_AUTH_FILE_NOT_FOUND' || code === 'EXPIRED')
    return 'Log in with `npx ai-sdk-provider-codex login`.'
  if (code === 'OPEN_TO_OTHERS') return 'Run `chmod 600` on the login file.'
  if (code === 'READ_ONLY') return 'Make the login file and its folder writable, or renewed tokens are lost.'
  return 'Run `npx ai-sdk-provider-codex status` for the reason.'
}

export const expiry: Check = {
  id: 'expiry',
  title: 'Expiry',
  async run({ login, now }) {
    const { expiresAt, canRefresh, isPersonalToken } = await login()
    if (isPersonalToken) return skipped('a personal access token is used until it is refused')
    if (expiresAt === undefined) return skipped('the access token states no expiry')
    const verb = expiresAt > now() ? 'expires' : 'expired'
    const state = `the access token ${verb} ${formatRelative(expiresAt, now())}`
    return canRefresh
      ? ok(`${state} and can be renewed`)
      : warning(state, 'It cannot be renewed: log in again then.')
  },
}

export const clock: Check = {
  id: 'clock',
  title: 'Clock',
  async run({ probe }): Promise<Outcome> {
    const offset = await probe().then(
      ({ clockOffset }) => clockOffset,
      () => undefined,
    )
    if (offset === undefined) return skipped('no time to compare with')
    if (Math.abs(offset) <= MAX_CLOCK_OFFSET_MS) return ok('agrees with the login server')
    const direction = offset < 0 ? 'ahead of' : 'behind'
    return warning(
      `${formatDuration(Math.abs(offset))} ${direction} the login server`,
      'Set the clock of this machine: tokens are renewed by it.',
    )
  },
}

export const loginServer: Check = {
  id: 'login-server',
  title: 'Login server',
  async run({ probe }) {
    const { status } = await probe()
    if (status === 403 || status === 451) {
      return warning(`answers HTTP ${status}`, 'Your network or country may be blocked (docs/edge.md).')
    }
    if (status >= 500) return warning(`answers HTTP ${status}`, 'Run this again later.')
    return ok('reachable')
  },
}

/** Sends the login server a request without a login. */
export async function probeLoginServer({
  signal,
  now,
}: {
  signal: AbortSignal
  now: () => number
}): Promise<Probe> {
  const issuer = resolveIssuer()
  const response = await sendHttp(
    {
      url: `${issuer}/.well-known/openid-configuration`,
      headers: { accept: 'application/json' },
      signal,
      timeoutMs: PROBE_TIMEOUT_MS,
      lateReason: () => new CheckError('no answer within 10 s'),
    },
    globalThis.fetch,
  )
  discardBody(response)
  const date = Date.parse(response.headers.get('date') ?? '')
  return { status: response.status, clockOffset: Number.isNaN(date) ? undefined : date - now() }
}

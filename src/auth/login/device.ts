import { InvalidArgumentError } from '@ai-sdk/provider'
import { CodexAuthError } from '../../errors.ts'
import { untilAborted, sleep as wait } from '../../lib/abort.ts'
import { type JsonObject, textOf } from '../../lib/json.ts'
import { errorCodeOf, withServerMessage } from '../oauth-error.ts'
import { type LoginAnswer, postLogin } from './authorization-request.ts'
import { type LoginFlow, runLogin } from './flow.ts'
import { LOGIN_TIMEOUT_MS, type LoginOptions, type LoginResult } from './options.ts'

const DEFAULT_INTERVAL_S = 5
const SLOWER_BY_S = 5

const LOG_IN = 'Log in again, or with the browser.'

/** What the user has to do. */
export interface DeviceCode {
  /** To be typed there. */
  userCode: string
  /** The page to open, on any device: `<issuer>/codex/device`. */
  verificationUrl: string
  /** Milliseconds since 1970. */
  expiresAt: number
}

/** Settings of {@link loginWithDeviceCode}: `onCode`, and those of each login. */
export interface DeviceLoginOptions extends LoginOptions {
  /** Shows the code to the user; it is waited for before the first look. Needed. */
  onCode?: ((code: DeviceCode) => void | Promise<void>) | undefined
  /** Waits between two looks. Default: a timer. */
  sleep?: ((ms: number, signal: AbortSignal) => Promise<void>) | undefined
}

/**
 * Logs in with ChatGPT by a code that the user types on any device, and saves the login as the Codex CLI does
 * (codex-wire.md 5.4).
 *
 * @throws CodexAuthError where a login is there already (see `force`), the account has no device logins, the user or
 *   the server refuses, the code has expired (15 minutes), or the login can't be saved; the signal's reason.
 * @throws InvalidArgumentError where there is no `onCode`, or `issuer` is no secure address.
 * @example
 * await loginWithDeviceCode({
 *   onCode: ({ userCode, verificationUrl }) => console.log(`Open ${verificationUrl} and type ${userCode}`),
 * })
 */
export async function loginWithDeviceCode(options: DeviceLoginOptions): Promise<LoginResult> {
  const { onCode, sleep = wait } = options ?? {}
  if (typeof onCode !== 'function') {
    throw new InvalidArgumentError({
      argument: 'onCode',
      message: 'onCode is needed: without it no one learns the code that is to be typed.',
    })
  }
  return runLogin(options, async (flow) => {
    const device = await startDevice(flow)
    const { userCode, verificationUrl, expiresAt } = device
    await untilAborted(Promise.resolve(onCode({ userCode, verificationUrl, expiresAt })), flow.signal)
    const { code, verifier } = await waitForUser(device, sleep, flow)
    return flow.complete({ code, verifier, redirectUri: `${flow.issuer}/deviceauth/callback` })
  })
}

interface Device extends DeviceCode {
  id: string
  /** Seconds between two looks. */
  interval: number
}

async function startDevice(flow: LoginFlow): Promise<Device> {
  const { issuer, clientId, now } = flow
  const answer = await postLogin(`${issuer}/api/accounts/deviceauth/usercode`, { client_id: clientId }, flow)
  if (answer.status === 404) {
    throw new CodexAuthError({
      message:
        'Logging in with a device code is not enabled for this account or workspace, or not known to the login ' +
        'server. Log in with the browser (`loginWithBrowser`, or `login` without --device).',
    })
  }
  if (answer.status !== 200) throw refusal('The login server gave no device code', answer, [])
  const { json = {} } = answer
  const id = textOf(json.device_auth_id)
  const userCode = textOf(json.user_code) ?? textOf(json.usercode)
  if (id === undefined || userCode === undefined) {
    throw failure('The login server gave no device code', 'its answer lacks one')
  }
  return {
    id,
    userCode,
    verificationUrl: `${issuer}/codex/device`,
    expiresAt: expiryOf(json, now()),
    interval: intervalOf(json),
  }
}

function expiryOf({ expires_at: given }: JsonObject, now: number): number {
  const latest = now + LOGIN_TIMEOUT_MS
  const expiresAt = Date.parse(textOf(given) ?? '')
  // One that has passed already is by another clock than ours.
  return expiresAt > now ? Math.min(expiresAt, latest) : latest
}

/** Seconds as a number or as text. */
function intervalOf({ interval }: JsonObject): number {
  const seconds = typeof interval === 'string' && interval.trim() !== '' ? Number(interval) : interval
  return typeof seconds === 'number' && Number.isFinite(seconds) ? Math.max(seconds, 1) : DEFAULT_INTERVAL_S
}

/** Looks until the user has typed the code: at once, then every `interval`. */
async function waitForUser(
  device: Device,
  sleep: NonNullable<DeviceLoginOptions['sleep']>,
  flow: LoginFlow,
): Promise<{ code: string; verifier: string }> {
  const { signal, now } = flow
  let { interval } = device
  let problem: unknown
  while (now() < device.expiresAt) {
    const answer = await poll(device, flow).catch((error: unknown) => {
      signal.throwIfAborted()
      problem = error
      return undefined
    })
    if (answer?.status === 200) return readGrant(answer)
    if (answer && isTooFast(answer)) interval += SLOWER_BY_S
    else if (answer && !isPending(answer)) {
      throw refusal('The login with a device code failed', answer, [device.id, device.userCode])
    }
    const ms = Math.min(interval * 1000, Math.max(device.expiresAt - now(), 0))
    await untilAborted(sleep(ms, signal), signal)
  }
  throw new CodexAuthError({
    message: `The device code has expired before it was typed. ${LOG_IN}`,
    cause: problem,
  })
}

const poll = ({ id, userCode }: Device, flow: LoginFlow): Promise<LoginAnswer> =>
  postLogin(`${flow.issuer}/api/accounts/deviceauth/token`, { device_auth_id: id, user_code: userCode }, flow)

const isPending = ({ status }: LoginAnswer): boolean => status === 403 || status === 404

const isTooFast = ({ status, json }: LoginAnswer): boolean =>
  status === 429 || errorCodeOf(json) === 'slow_down'

function readGrant({ json = {} }: LoginAnswer): { code: string; verifier: string } {
  const code = textOf(json.authorization_code)
  const verifier = textOf(json.code_verifier)
  if (code !== undefined && verifier !== undefined) return { code, verifier }
  throw failure('The login with a device code failed', 'the answer lacks the code or its verifier')
}

const refusal = (what: string, { status, json }: LoginAnswer, secrets: string[]): CodexAuthError =>
  failure(what, withServerMessage(`HTTP ${status}`, json, secrets))

const failure = (what: string, why: string): CodexAuthError =>
  new CodexAuthError({ message: `${what} (${why}). ${LOG_IN}` })

import { InvalidArgumentError } from '@ai-sdk/provider'
import { CodexAuthError } from '../../errors.ts'
import { untilAborted, sleep as wait } from '../../lib/abort.ts'
import { type JsonObject, textOf } from '../../lib/json.ts'
import { errorCodeOf, withServerMessage } from '../oauth-error.ts'
import { type LoginAnswer, postLogin } from './authorization-request.ts'
import { type LoginFlow, runLogin } from './flow.ts'
import { LOGIN_TIMEOUT_MS, type LoginOptions, type LoginResult } from './options.ts'

const DEFAULT_INTERVAL_S = 5
/** Added to the interval by each `slow_down` (RFC 8628, section 3.5). */
const SLOW_DOWN_S = 5

const TRY_AGAIN = 'Log in again, or log in with the browser.'

/** Code of a device login, and where the user has to enter it. */
export interface DeviceCode {
  /** Code that the user enters on the page. */
  userCode: string
  /** Page to open on any device: `<issuer>/codex/device`. */
  verificationUrl: string
  /** Time when the code expires, in milliseconds since 1970. */
  expiresAt: number
}

/** Settings of {@link loginWithDeviceCode}. `onCode` is required. */
export interface DeviceLoginOptions extends LoginOptions {
  /** Shows the code to the user. Polling starts when it has resolved. Required. */
  onCode?: ((code: DeviceCode) => void | Promise<void>) | undefined
  /**
   * Waits between two polls; `ms` is in milliseconds.
   *
   * @default a timer
   */
  sleep?: ((ms: number, signal: AbortSignal) => Promise<void>) | undefined
}

/**
 * Logs in with ChatGPT by a code that the user enters on any device, and saves the login in the Codex CLI's format. The
 * login server's protocol follows RFC 8628, with paths and answers of its own.
 *
 * @throws CodexAuthError when the login file exists (see `force`), device logins are not enabled for the account, the
 *   user or the server refuses, the code expires (after 15 minutes), or the login can't be saved; the signal's reason
 *   when it aborts.
 * @throws InvalidArgumentError when `onCode` is missing or `issuer` is not a secure address.
 * @see RFC 8628; docs/wire.md, "Login and tokens"
 * @example
 * await loginWithDeviceCode({
 *   onCode: ({ userCode, verificationUrl }) => console.log(`Open ${verificationUrl} and enter ${userCode}`),
 * })
 */
export async function loginWithDeviceCode(options: DeviceLoginOptions): Promise<LoginResult> {
  const { onCode, sleep = wait } = options ?? {}
  if (typeof onCode !== 'function') {
    throw new InvalidArgumentError({
      argument: 'onCode',
      message: 'onCode must be a function that shows the code to the user.',
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
  /** Seconds between two polls. */
  interval: number
}

async function startDevice(flow: LoginFlow): Promise<Device> {
  const { issuer, clientId, now } = flow
  const answer = await postLogin(`${issuer}/api/accounts/deviceauth/usercode`, { client_id: clientId }, flow)
  if (answer.status === 404) {
    throw new CodexAuthError({
      message:
        'Logging in with a device code is not enabled for this account or workspace. Log in with the browser ' +
        '(`loginWithBrowser`, `login` without --device).',
    })
  }
  if (answer.status !== 200) throw refusal('The login server issued no device code', answer, [])
  const { json = {} } = answer
  const id = textOf(json.device_auth_id)
  const userCode = textOf(json.user_code) ?? textOf(json.usercode)
  if (id === undefined || userCode === undefined) {
    throw failure('The login server issued no device code', 'its answer has none')
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
  // A time in the past means that the clocks differ.
  return expiresAt > now ? Math.min(expiresAt, latest) : latest
}

/** Reads the interval, which the server sends as a number or as a string of seconds. */
function intervalOf({ interval }: JsonObject): number {
  const seconds = typeof interval === 'string' && interval.trim() !== '' ? Number(interval) : interval
  return typeof seconds === 'number' && Number.isFinite(seconds) ? Math.max(seconds, 1) : DEFAULT_INTERVAL_S
}

/** Polls until the user has entered the code: at once, then every `interval` seconds. */
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
    if (answer) {
      const error = refusal('The login with a device code failed', answer, [device.id, device.userCode])
      if (!isTransient(answer) && !isPending(answer)) throw error
      if (isSlowDown(answer)) interval += SLOW_DOWN_S
      problem = isTransient(answer) ? error : undefined
    }
    const ms = Math.min(interval * 1000, Math.max(device.expiresAt - now(), 0))
    await untilAborted(sleep(ms, signal), signal)
  }
  throw new CodexAuthError({
    message: `The device code expired before it was entered. ${TRY_AGAIN}`,
    cause: problem,
  })
}

const poll = ({ id, userCode }: Device, flow: LoginFlow): Promise<LoginAnswer> =>
  postLogin(`${flow.issuer}/api/accounts/deviceauth/token`, { device_auth_id: id, user_code: userCode }, flow)

/** True for a failure that says nothing about the login: the server is down or busy. */
const isTransient = ({ status }: LoginAnswer): boolean => status >= 500 || status === 408 || status === 429

/** Answers of RFC 8628, section 3.5, which come with HTTP 400. */
const PENDING_CODES = ['authorization_pending', 'slow_down']
const REFUSAL_CODES = ['access_denied', 'expired_token', 'unsupported_country_region_territory']

/** OpenAI's login server answers 403 or 404 until the user has entered the code. */
function isPending({ status, json }: LoginAnswer): boolean {
  const code = errorCodeOf(json) ?? ''
  return PENDING_CODES.includes(code) || ((status === 403 || status === 404) && !REFUSAL_CODES.includes(code))
}

const isSlowDown = ({ status, json }: LoginAnswer): boolean =>
  status === 429 || errorCodeOf(json) === 'slow_down'

function readGrant({ json = {} }: LoginAnswer): { code: string; verifier: string } {
  const code = textOf(json.authorization_code)
  const verifier = textOf(json.code_verifier)
  if (code !== undefined && verifier !== undefined) return { code, verifier }
  throw failure('The login with a device code failed', 'the answer has no authorization code or verifier')
}

const refusal = (fault: string, { status, json }: LoginAnswer, secrets: string[]): CodexAuthError =>
  failure(fault, withServerMessage(`HTTP ${status}`, json, secrets))

const failure = (fault: string, details: string): CodexAuthError =>
  new CodexAuthError({ message: `${fault} (${details}). ${TRY_AGAIN}` })

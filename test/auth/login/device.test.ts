import { readdir } from 'node:fs/promises'
import { fileTokenStore } from 'ai-sdk-provider-codex/auth'
import type { CodexServer, HttpAnswer } from 'ai-sdk-provider-codex/testing'
import { describe, expect, it, onTestFinished, test, vi } from 'vitest'
import {
  type DeviceCode,
  type DeviceLoginOptions,
  loginWithDeviceCode,
} from '../../../src/auth/login/device.ts'
import { rejection, secretsIn } from '../helpers.ts'
import { authError, NOW, once, paths, setUpLogin } from './support.ts'

// captures/login-device-auth.json (0.169.0).
const CAPTURED_FORM =
  'grant_type=authorization_code&client_id=app_EMoamEEZ73f0CkXaXp7hrann&code=ac_fake_1' +
  '&redirect_uri=https%3A%2F%2F127.0.0.1%3APORT%2Fdeviceauth%2Fcallback&code_verifier=cv_fake'

const USERCODE = '/deviceauth/usercode'
const POLL = '/deviceauth/token'
const MINUTE = 60_000

/** A server, a clock that only sleep moves, and a login on them; the user types the code before look `approveAt`. */
async function setUpDevice({ approveAt = 1, interval = 1 }: { approveAt?: number; interval?: number } = {}) {
  const clock = { now: NOW }
  const { server, options, ...rest } = await setUpLogin({ now: () => clock.now, deviceInterval: interval })
  const slept: number[] = []
  const codes: DeviceCode[] = []
  const approve = () => {
    const [code] = codes
    if (code && slept.length + 1 === approveAt) server.approveDevice(code.userCode, { accountId: 'acct-9' })
  }
  const settings: DeviceLoginOptions = {
    ...options,
    now: () => clock.now,
    onCode(code) {
      codes.push(code)
      approve()
    },
    sleep: async (ms) => {
      slept.push(ms)
      clock.now += ms
      approve()
    },
  }
  return { server, options: settings, clock, slept, codes, ...rest }
}

const json = (status: number, body: object | string): HttpAnswer => ({
  type: 'error',
  status,
  body: body as Record<string, unknown>,
})
const device = (fields: object = {}): HttpAnswer =>
  json(200, { device_auth_id: 'deviceauth_1', user_code: 'ABCD-12345', interval: '1', ...fields })
const pending = json(403, { error: { message: 'pending', code: 'deviceauth_authorization_unknown' } })

const bodies = (server: CodexServer, path: string) =>
  server.requests.filter((request) => request.path.endsWith(path)).map(({ text }) => text)

describe('a login', () => {
  it('is made when the user has typed the code, and saved', async () => {
    const { server, options, file, slept, codes } = await setUpDevice({ approveAt: 3 })
    const { tokens, account, ...rest } = await loginWithDeviceCode(options)

    expect(rest).toEqual({ file })
    expect(account).toEqual({ accountId: 'acct-9', planType: 'plus', email: 'user@example.com' })
    expect(await fileTokenStore(file).read()).toEqual(tokens)
    expect(slept).toEqual([1000, 1000])
    expect(codes).toEqual([
      {
        userCode: expect.stringMatching(/^[A-Z]{4}-\d{5}$/),
        verificationUrl: `${server.issuer}/codex/device`,
        expiresAt: NOW + 15 * MINUTE,
      },
    ])
    expect(paths(server)).toEqual([
      `/api/accounts${USERCODE}`,
      ...Array(3).fill(`/api/accounts${POLL}`),
      '/oauth/token',
    ])
  })

  it('sends what the Codex CLI sends', async () => {
    const { server, options, codes } = await setUpDevice()
    await loginWithDeviceCode(options)
    expect(bodies(server, USERCODE)).toEqual(['{"client_id":"app_EMoamEEZ73f0CkXaXp7hrann"}'])
    const [poll = ''] = bodies(server, POLL)
    expect(Object.keys(JSON.parse(poll))).toEqual(['device_auth_id', 'user_code'])
    expect(JSON.parse(poll)).toEqual({
      device_auth_id: expect.stringMatching(/^deviceauth_/),
      user_code: codes[0]?.userCode,
    })
    const form = [...new URLSearchParams(server.tokenRequests[0]?.text)]
    const captured = [...new URLSearchParams(CAPTURED_FORM)]
    expect(form.map(([name]) => name)).toEqual(captured.map(([name]) => name))
    expect(form.slice(0, 2)).toEqual(captured.slice(0, 2))
    expect(form[3]?.[1]).toBe(`${server.issuer}/deviceauth/callback`)
    const types = server.requests.map(({ headers }) => [headers['content-type'], headers.accept])
    const asJson = ['application/json', '*/*']
    expect(types).toEqual([asJson, asJson, ['application/x-www-form-urlencoded', '*/*']])
  })

  it("spends the server's own verifier", async () => {
    const { server, options } = await setUpDevice({ approveAt: 0 })
    server.answerPath(USERCODE, device())
    server.answerPath(POLL, json(200, { authorization_code: 'code-1', code_verifier: 'verifier-1' }))
    server.answerToken({ type: 'error', status: 400, body: { error_description: 'code-1 of verifier-1' } })
    const error = await authError(loginWithDeviceCode(options))
    const form = new URLSearchParams(server.tokenRequests[0]?.text)
    expect([form.get('code'), form.get('code_verifier')]).toEqual(['code-1', 'verifier-1'])
    expect(secretsIn(error, ['code-1', 'verifier-1'])).toEqual([])
  })

  it('waits by a timer of its own', async () => {
    const { options, server } = await setUpDevice()
    server.answerPath(POLL, pending)
    const { sleep, ...others } = options
    expect((await loginWithDeviceCode(others)).account.accountId).toBe('acct-9')
    expect(bodies(server, POLL)).toHaveLength(2)
  })
})

describe('the interval', () => {
  test.each([
    ['text', '3', 3000],
    ['a number', 3, 3000],
    ['a fraction', '1.5', 1500],
    ['too short', 0, 1000],
    ['negative', '-4', 1000],
    ['empty', '', 5000],
    ['no number', 'soon', 5000],
    ['null', null, 5000],
    ['left out', undefined, 5000],
  ])('%s', async (_, interval, ms) => {
    const { server, options, slept } = await setUpDevice({ approveAt: 0 })
    server.answerPath(USERCODE, device({ interval }))
    server.answerPath(POLL, pending, json(400, {}))
    await authError(loginWithDeviceCode(options))
    expect(slept).toEqual([ms])
  })

  test.each([
    ['a code', json(403, { error: { code: 'slow_down' } })],
    ['an error', json(400, { error: 'slow_down' })],
    ['a code at the top', json(400, { code: 'SLOW_DOWN' })],
    ['a status', json(429, 'Too many requests')],
  ])('is 5 s longer from then on after %s that says so', async (_, slower) => {
    const { server, options, slept } = await setUpDevice({ approveAt: 5 })
    server.answerPath(POLL, pending, slower, pending, slower)
    await loginWithDeviceCode(options)
    expect(slept).toEqual([1000, 6000, 6000, 11_000])
  })
})

describe('while the user has not typed the code', () => {
  test.each([403, 404])('%d means to wait', async (status) => {
    const { server, options, slept } = await setUpDevice({ approveAt: 3 })
    server.answerPath(POLL, json(status, ''), json(status, { error: 'x' }))
    expect((await loginWithDeviceCode(options)).account.accountId).toBe('acct-9')
    expect(slept).toHaveLength(2)
  })

  test('a network failure passes', async () => {
    const { server, options, slept } = await setUpDevice({ approveAt: 3 })
    server.answerPath(POLL, { type: 'reset' }, { type: 'raw', chunks: ['{"'], end: 'reset' })
    expect((await loginWithDeviceCode(options)).account.accountId).toBe('acct-9')
    expect(slept).toHaveLength(2)
  })

  test.each([
    ['a pending answer as HTTP 400', json(400, { error: 'authorization_pending' })],
    ['a pending answer with a code', json(400, { error: { code: 'authorization_pending' } })],
    ['HTTP 500', json(500, { error: { message: 'Oops' } })],
    ['HTTP 502 with a page', json(502, '<html>Bad gateway</html>')],
    ['HTTP 503 with an OAuth error', json(503, { error: 'temporarily_unavailable' })],
    ['HTTP 408', json(408, '')],
  ])('%s is waited out at the same interval', async (_, answer) => {
    const { server, options, slept } = await setUpDevice({ approveAt: 4 })
    server.answerPath(POLL, answer, pending, answer)
    expect((await loginWithDeviceCode(options)).account.accountId).toBe('acct-9')
    expect(slept).toEqual([1000, 1000, 1000])
  })

  test('a server that fails till the end is the cause', async () => {
    const { server, options } = await setUpDevice({ interval: 450 })
    server.answerPath(POLL, pending, json(500, { error: { message: 'Oops' } }))
    const error = await authError(loginWithDeviceCode({ ...options, onCode: () => {} }))
    expect(error.message).toContain('The device code expired')
    expect(error.cause).toMatchObject({ message: expect.stringContaining('(HTTP 500: Oops)') })
  })

  test('a failure that passed is not the cause', async () => {
    const { server, options } = await setUpDevice({ interval: 450 })
    server.answerPath(POLL, json(500, ''), pending)
    const error = await authError(loginWithDeviceCode({ ...options, onCode: () => {} }))
    expect(error.message).toContain('The device code expired')
    expect(error.cause).toBeUndefined()
  })

  test('the code expires after 15 minutes', async () => {
    const { options, slept, folder } = await setUpDevice({ approveAt: 0, interval: 240 })
    const error = await authError(loginWithDeviceCode(options))
    expect(error.message).toContain('The device code expired')
    expect(slept).toEqual([240_000, 240_000, 240_000, 180_000])
    expect(await readdir(folder)).toEqual([])
  })

  test.each([
    ['earlier', 5 * MINUTE, 5 * MINUTE],
    ['later', 60 * MINUTE, 15 * MINUTE],
    ['passed, by another clock', -MINUTE, 15 * MINUTE],
  ])('the code expires as the server says: %s', async (_, after, expected) => {
    const { server, options, codes } = await setUpDevice({ approveAt: 0 })
    server.answerPath(USERCODE, device({ expires_at: new Date(NOW + after).toISOString() }))
    server.answerPath(POLL, json(400, {}))
    await authError(loginWithDeviceCode(options))
    expect(codes[0]?.expiresAt).toBe(NOW + expected)
  })

  test('a network that is gone till the end is the cause', async () => {
    const { server, options } = await setUpDevice({ interval: 450 })
    server.answerPath(POLL, { type: 'reset' }, { type: 'reset' })
    const error = await authError(loginWithDeviceCode({ ...options, onCode: () => {} }))
    expect(error.message).toContain('The device code expired')
    expect(error.cause).toMatchObject({
      message: expect.stringContaining('Could not reach the login server'),
    })
  })
})

describe('a refusal', () => {
  test.each<[string, string, HttpAnswer, string]>([
    [
      'not enabled',
      USERCODE,
      json(404, { detail: 'Not Found' }),
      'not enabled for this account or workspace',
    ],
    [
      'no client',
      USERCODE,
      json(400, { error: { message: 'Unknown client', code: 'x' } }),
      '(HTTP 400: Unknown client)',
    ],
    ['a page', USERCODE, json(503, '<html>'), '(HTTP 503)'],
    ['no code', USERCODE, device({ user_code: undefined }), 'its answer has none'],
    ['no id', USERCODE, device({ device_auth_id: undefined }), 'its answer has none'],
    ['no JSON', USERCODE, json(200, 'OK'), 'its answer has none'],
    ['no network', USERCODE, { type: 'reset' }, 'Could not reach the login server'],
    [
      'refused',
      POLL,
      json(400, { error: 'access_denied', error_description: 'The user said no' }),
      '(HTTP 400: The user said no)',
    ],
    [
      'refused as a 403',
      POLL,
      json(403, { error: 'access_denied', error_description: 'The user said no' }),
      '(HTTP 403: The user said no)',
    ],
    [
      'refused for the country',
      POLL,
      json(403, { error: { code: 'unsupported_country_region_territory', message: 'Not here' } }),
      '(HTTP 403: Not here)',
    ],
    ['over', POLL, json(400, { error: 'expired_token' }), '(HTTP 400: expired_token)'],
    ['a redirect', POLL, json(307, ''), '(HTTP 307)'],
    [
      'no authorization code',
      POLL,
      json(200, { code_verifier: 'v' }),
      'the answer has no authorization code or verifier',
    ],
    [
      'no verifier',
      POLL,
      json(200, { authorization_code: 'c' }),
      'the answer has no authorization code or verifier',
    ],
  ])('%s', async (_, path, answer, words) => {
    const { server, options, slept } = await setUpDevice({ approveAt: 0 })
    server.answerPath(path, answer)
    expect((await authError(loginWithDeviceCode(options))).message).toContain(words)
    expect(slept).toEqual([])
  })

  test('of the tokens is a typed error', async () => {
    const { server, options, folder } = await setUpDevice()
    server.answerToken({ type: 'ok', omit: ['refresh_token'] })
    expect((await authError(loginWithDeviceCode(options))).message).toContain(
      'has no access or refresh token',
    )
    expect(await readdir(folder)).toEqual([])
  })
})

test('the user code may be called usercode', async () => {
  const { server, options, codes } = await setUpDevice({ approveAt: 0 })
  server.answerPath(USERCODE, device({ user_code: undefined, usercode: 'WXYZ-54321' }))
  server.answerPath(POLL, json(400, {}))
  await authError(loginWithDeviceCode(options))
  expect(codes[0]?.userCode).toBe('WXYZ-54321')
  expect(bodies(server, POLL)).toEqual(['{"device_auth_id":"deviceauth_1","user_code":"WXYZ-54321"}'])
})

describe('settings', () => {
  test.each([{}, { onCode: undefined }])('%j: onCode is needed', async (options) => {
    await expect(loginWithDeviceCode(options)).rejects.toMatchObject({
      name: 'AI_InvalidArgumentError',
      argument: 'onCode',
    })
  })

  test('what onCode throws ends the login', async () => {
    const { server, options } = await setUpDevice()
    const failure = new Error('no screen')
    const onCode = () => Promise.reject(failure)
    expect(await rejection(loginWithDeviceCode({ ...options, onCode }))).toBe(failure)
    expect(bodies(server, POLL)).toEqual([])
  })

  test('a file that is there ends the login before it starts', async () => {
    const { server, options } = await setUpDevice()
    await loginWithDeviceCode(options)
    server.reset()
    const onCode = vi.fn()
    const error = await authError(loginWithDeviceCode({ ...options, onCode }))
    expect(error.message).toContain('a login (user@example.com, account acct-9)')
    expect([onCode.mock.calls, server.requests]).toEqual([[], []])
  })

  test('another client and no file', async () => {
    const { server, options, folder } = await setUpDevice()
    await authError(loginWithDeviceCode({ ...options, authFile: false, clientId: 'app_other' }))
    expect(bodies(server, USERCODE)).toEqual(['{"client_id":"app_other"}'])
    await loginWithDeviceCode({ ...options, authFile: false })
    expect(await readdir(folder)).toEqual([])
  })
})

describe('an abort', () => {
  const reason = new Error('stop')

  it('before the start asks nothing', async () => {
    const { server, options } = await setUpDevice()
    expect(await rejection(loginWithDeviceCode({ ...options, signal: AbortSignal.abort(reason) }))).toBe(
      reason,
    )
    expect(server.requests).toEqual([])
  })

  it.each(['onCode', 'sleep'] as const)('in %s that never ends', async (where) => {
    const { server, options } = await setUpDevice({ approveAt: 0 })
    const aborts = new AbortController()
    const hang = () => {
      aborts.abort(reason)
      return new Promise<void>(() => {})
    }
    expect(await rejection(loginWithDeviceCode({ ...options, signal: aborts.signal, [where]: hang }))).toBe(
      reason,
    )
    expect(bodies(server, POLL)).toHaveLength(where === 'onCode' ? 0 : 1)
  })

  it('ends the wait of the timer', async () => {
    const { server, options } = await setUpDevice({ interval: 600 })
    const aborts = new AbortController()
    const { sleep, ...others } = options
    const login = loginWithDeviceCode({ ...others, onCode: () => {}, signal: aborts.signal })
    const asked = await server.nextRequest(POLL)
    await asked.closed
    aborts.abort(reason)
    expect(await rejection(login)).toBe(reason)
  })

  it('ends a look that hangs', async () => {
    const { server, options } = await setUpDevice()
    server.answerPath(POLL, { type: 'hang' })
    const aborts = new AbortController()
    const login = loginWithDeviceCode({ ...options, signal: aborts.signal })
    const asked = once<void>()
    void server.nextRequest(POLL).then(() => asked.call())
    await asked.value
    aborts.abort(reason)
    expect(await rejection(login)).toBe(reason)
  })

  it('says how many minutes it had', async () => {
    const { options } = await setUpDevice()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const shown = once<void>()
    const onCode = () => {
      shown.call()
      return new Promise<void>(() => {})
    }
    const login = loginWithDeviceCode({ ...options, onCode })
    login.catch(() => undefined)
    await shown.value
    await vi.advanceTimersByTimeAsync(15 * MINUTE)
    expect((await authError(login)).message).toBe(
      'The login was not completed within 15 minutes. Log in again.',
    )
  })

  it('comes by itself when the time is up', async () => {
    const { options } = await setUpDevice()
    const onCode = () => new Promise<void>(() => {})
    const error = await authError(loginWithDeviceCode({ ...options, onCode, timeoutMs: 20 }))
    expect(error.message).toBe('The login was not completed within 0.02 s. Log in again.')
  })
})

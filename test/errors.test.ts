import { AISDKError, APICallError } from '@ai-sdk/provider'
import { expect, test, vi } from 'vitest'
import * as errors from '../src/errors.ts'

const CAUSE = new Error('the cause')
const LOGIN = { message: 'No login', cause: CAUSE }
const ENDS = new Date(0)

const call = new errors.CodexUsageLimitError({
  message: 'Used up',
  url: 'https://codex.test/',
  requestBodyValues: {},
  statusCode: 429,
  planType: 'plus',
  limitId: 'codex',
  window: 'primary',
  windowMinutes: 300,
  resetsAt: ENDS,
})

/** Each class with an error of it, and the classes that it is an instance of. */
const TABLE = [
  [errors.CodexAuthError, new errors.CodexAuthError(LOGIN), 'CODEX_AUTH', []],
  [
    errors.CodexAuthFileNotFoundError,
    new errors.CodexAuthFileNotFoundError(LOGIN),
    'CODEX_AUTH_FILE_NOT_FOUND',
    ['CodexAuthError'],
  ],
  [errors.CodexAuthTokenError, new errors.CodexAuthTokenError(LOGIN), 'CODEX_AUTH_TOKEN', ['CodexAuthError']],
  [
    errors.CodexAuthTokenExpiredError,
    new errors.CodexAuthTokenExpiredError(LOGIN),
    'CODEX_AUTH_TOKEN_EXPIRED',
    ['CodexAuthError', 'CodexAuthTokenError'],
  ],
  [
    errors.CodexAuthRefreshError,
    new errors.CodexAuthRefreshError({ ...LOGIN, reason: 'revoked' }),
    'CODEX_AUTH_REFRESH',
    ['CodexAuthError'],
  ],
] as const

const CLASSES = [...TABLE.map(([one]) => one), errors.CodexUsageLimitError]

const NAMES = [
  'CodexAuthError',
  'CodexAuthFileNotFoundError',
  'CodexAuthTokenError',
  'CodexAuthTokenExpiredError',
  'CodexAuthRefreshError',
]

test('a login error has its name, code, message and cause', () => {
  expect(TABLE.map(([, error]) => error.name)).toEqual(NAMES)
  for (const [type, error, code] of TABLE) {
    expect(type.name).toBe(error.name)
    expect(error).toMatchObject({ code, message: 'No login', cause: CAUSE })
    expect(AISDKError.isInstance(error)).toBe(true)
  }
  expect(TABLE[4][1].reason).toBe('revoked')
})

test('an error is an instance of its class and of those above it, also in another copy of the package', async () => {
  vi.resetModules()
  const others = await import('../src/errors.ts')
  expect(others.CodexAuthError).not.toBe(errors.CodexAuthError)
  const copies = CLASSES.map((type) => Object.values(others).find((other) => other.name === type.name))
  for (const [type, error, , above] of TABLE) {
    const names: readonly string[] = [type.name, ...above]
    const expected = CLASSES.map(({ name }) => name).filter((name) => names.includes(name))
    const isOne = (one: { name: string; isInstance(error: unknown): boolean } | undefined) =>
      one?.isInstance(error)
    expect(CLASSES.filter(isOne).map(({ name }) => name)).toEqual(expected)
    expect(copies.filter(isOne).map((one) => one?.name)).toEqual(expected)
  }
  expect(CLASSES.filter((one) => one.isInstance(call))).toEqual([errors.CodexUsageLimitError])
})

test.each([undefined, null, 'CodexAuthError', {}, new Error('CodexAuthError')])('%s is none', (value) => {
  for (const one of CLASSES) expect(one.isInstance(value)).toBe(false)
})

test('the marker of a class is not among the fields that a log writes', () => {
  for (const error of [call, ...TABLE.map(([, one]) => one)]) {
    const shown = Object.getOwnPropertySymbols(error).filter((key) =>
      Object.prototype.propertyIsEnumerable.call(error, key),
    )
    expect(shown.filter((key) => key.description?.includes('ai-sdk-provider-codex'))).toEqual([])
  }
})

test('a used-up plan is a failed call that is not retried', () => {
  expect(errors.CodexUsageLimitError.name).toBe('CodexUsageLimitError')
  expect(APICallError.isInstance(call)).toBe(true)
  expect(call).toMatchObject({
    name: 'AI_APICallError',
    code: 'CODEX_USAGE_LIMIT',
    message: 'Used up',
    statusCode: 429,
    isRetryable: false,
    planType: 'plus',
    limitId: 'codex',
    window: 'primary',
    windowMinutes: 300,
    resetsAt: ENDS,
  })
})

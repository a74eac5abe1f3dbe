import { expect, test } from 'vitest'
import { CHATGPT_FAILURES } from '../../src/routes/chatgpt-failures.ts'

/** The codes of docs/wire.md that only this route has, with what they stand for. */
const CODES: ReadonlyArray<[code: string, status: number, isRetryable: boolean, refuses?: string]> = [
  ['subscription_sharing_usage_limit_exceeded', 429, false],
  ['subscription_sharing_v2_usage_limit_exceeded', 429, false],
  ['subscription_sharing_workplace_individual_usage_limit_exceeded', 429, false],
  ['subscription_sharing_usage_unavailable', 503, true],
  ['subscription_sharing_user_unavailable', 503, true],
  ['subscription_sharing_v2_usage_unavailable', 503, true],
  ['subscription_sharing_v2_user_unavailable', 503, true],
  ['subscription_sharing_unsupported_capability', 400, false, 'field'],
  ['subscription_sharing_invalid_user', 401, false],
  ['subscription_sharing_v2_invalid_user', 401, false],
  ['subscription_sharing_user_not_eligible', 403, false],
  ['subscription_sharing_v2_user_not_eligible', 403, false],
  ['subscription_sharing_route_not_supported', 403, false],
  ['subscription_sharing_v2_route_not_supported', 403, false],
  ['subscription_sharing_client_not_enabled', 403, false],
  ['subscription_sharing_v2_client_not_enabled', 403, false],
  ['chatpass_v2_scope_not_authorized', 403, false],
  ['chatpass_v2_invalid_authorization_context', 403, false],
]

test.each(CODES)('%s', (code, status, isRetryable, refuses) => {
  const row = CHATGPT_FAILURES.find(({ codes }) => codes?.includes(code))
  expect(row).toMatchObject({ status, isRetryable })
  expect(row?.refuses).toBe(refuses)
})

test('no other code has the name of this route', () => {
  const codes = CHATGPT_FAILURES.flatMap((row) => row.codes ?? [])
  expect(codes.filter((code) => /^(?:subscription|chatpass)_/.test(code))).toEqual(
    CODES.map(([code]) => code),
  )
})

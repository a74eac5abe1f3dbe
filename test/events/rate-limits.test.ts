import { describe, expect, test } from 'vitest'
import {
  eventLimits,
  headerLimits,
  mergeLimits,
  planUsage,
  resetCredits,
  usageURL,
} from '../../src/events/rate-limits.ts'

const NOW = Date.parse('2026-11-25T12:00:00Z')
const HOUR = 3_600_000

const window = (fields: object) => ({
  used_percent: 12.5,
  limit_window_seconds: 18_000,
  reset_after_seconds: 3600,
  reset_at: NOW / 1000 + 7200,
  ...fields,
})

test('the answer of wham/usage', () => {
  const json = {
    account_id: 'acct-1',
    plan_type: 'plus',
    rate_limit: {
      allowed: true,
      limit_reached: false,
      primary_window: window({}),
      secondary_window: window({ used_percent: 34, limit_window_seconds: 604_800 }),
    },
    additional_rate_limits: [
      {
        limit_name: 'Other models',
        metered_feature: 'Codex-Other',
        rate_limit: { primary_window: window({}) },
      },
      { limit_name: 'named', rate_limit: { allowed: false } },
      { limit_name: 'empty' },
      { rate_limit: { primary_window: window({}) } },
      null,
    ],
    credits: { has_credits: true, unlimited: false, balance: '12.5' },
  }
  expect(planUsage(json, NOW)).toEqual({
    planType: 'plus',
    primary: { usedPercent: 12.5, windowMinutes: 300, resetsAt: new Date(NOW + 2 * HOUR) },
    secondary: { usedPercent: 34, windowMinutes: 10_080, resetsAt: new Date(NOW + 2 * HOUR) },
    credits: { hasCredits: true, unlimited: false, balance: '12.5' },
    allowed: true,
    limitReached: false,
    otherLimits: {
      codex_other: {
        limitName: 'Other models',
        primary: { usedPercent: 12.5, windowMinutes: 300, resetsAt: new Date(NOW + 2 * HOUR) },
      },
      named: { limitName: 'named', allowed: false },
    },
  })
})

test.each([
  [{}, undefined],
  [{ available_count: -1, credits: 'none' }, undefined],
  [{ available_count: 0 }, { available: 0, credits: [] }],
  [
    { credits: [{ status: 'available' }, { status: 'spent' }, 7] },
    { available: 1, credits: [{ status: 'available' }, { status: 'spent' }] },
  ],
  [
    {
      available_count: 1,
      credits: [
        {
          id: 'r',
          status: 'available',
          reset_type: 'codex',
          granted_at: 'x',
          expires_at: '2026-12-01T00:00:00Z',
        },
      ],
    },
    {
      available: 1,
      credits: [{ id: 'r', status: 'available', type: 'codex', expiresAt: new Date('2026-12-01T00:00:00Z') }],
    },
  ],
])('reset credits of %j', (json, expected) => {
  expect(resetCredits(json)).toEqual(expected)
})

test.each([
  ['seconds from now, without a time', { reset_at: null }, { resetsAt: new Date(NOW + HOUR) }],
  ['no reset', { reset_at: null, reset_after_seconds: undefined }, { resetsAt: undefined }],
  ['a reset that no date can hold', { reset_at: 1e300 }, { resetsAt: undefined }],
  [
    'numbers as text',
    { used_percent: '99', limit_window_seconds: '60' },
    { usedPercent: 99, windowMinutes: 1 },
  ],
  ['no length', { limit_window_seconds: 0 }, { windowMinutes: undefined }],
  ['a length of no whole minutes', { limit_window_seconds: 17_990 }, { windowMinutes: 300 }],
  ['nothing used', { used_percent: 0 }, { usedPercent: 0 }],
])('a window with %s', (_, fields, expected) => {
  const primary = planUsage({ rate_limit: { primary_window: window(fields) } }, NOW)?.primary
  expect({ ...primary }).toMatchObject(
    Object.fromEntries(Object.entries(expected).filter(([, value]) => value !== undefined)),
  )
  for (const [name, value] of Object.entries(expected)) {
    if (value === undefined) expect(primary).not.toHaveProperty(name)
  }
})

test.each([
  ['null', null],
  ['a text', 'window'],
  ['a list', []],
  ['without a percent', window({ used_percent: null })],
  ['with a negative percent', window({ used_percent: -1 })],
  ['with a percent that is none', window({ used_percent: 'much' })],
  ['of nothing', { used_percent: 0, limit_window_seconds: 0, reset_at: null }],
  ['of zeros', { used_percent: 0, limit_window_seconds: 0, reset_at: 0, reset_after_seconds: 0 }],
  ['that resets at once', { used_percent: 0, reset_after_seconds: 0 }],
  ['that resets in 1970', { used_percent: '0', limit_window_seconds: '0', reset_at: '0' }],
])('a window that counts as absent: %s', (_, absent) => {
  const usage = planUsage({ plan_type: 'plus', rate_limit: { primary_window: absent } }, NOW)
  expect(usage).toEqual({ planType: 'plus' })
})

test.each([
  [
    { has_credits: 1, unlimited: 'FALSE', balance: 3 },
    { hasCredits: true, unlimited: false, balance: '3' },
  ],
  [
    { has_credits: false, balance: null },
    { hasCredits: false, unlimited: false },
  ],
  [{ unlimited: true }, { hasCredits: false, unlimited: true }],
  [{ balance: '1' }, undefined],
  [null, undefined],
])('credits %j', (credits, expected) => {
  expect(planUsage({ plan_type: 'plus', credits }, NOW)?.credits).toEqual(expected)
})

test.each([
  [undefined],
  [null],
  ['plus'],
  [[{ plan_type: 'plus' }]],
  [{}],
  [{ detail: 'Not Found' }],
  [{ plan_type: '', rate_limit: null, credits: null }],
])('nothing known in %j', (json) => {
  expect(planUsage(json, NOW)).toBeUndefined()
})

test.each([
  ['https://chatgpt.com/backend-api/codex', 'https://chatgpt.com/backend-api/wham/usage'],
  ['https://chatgpt.com/backend-api/codex/', 'https://chatgpt.com/backend-api/wham/usage'],
  ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/wham/usage'],
  ['https://proxy.example/codex/v1', 'https://proxy.example/codex/v1/wham/usage'],
])('the usage of %s is at %s', (baseURL, url) => {
  expect(usageURL(baseURL)).toBe(url)
})

const RESET = { 'reset-at': String(NOW / 1000 + 7200), 'reset-after-seconds': '3600' }

/** The headers of one window, such as `x-codex-primary`. */
const windowHeaders = (window: string, fields: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [`${window}-${name}`, value]))

test('the rate-limit headers of an answer', () => {
  const headers = {
    'content-type': 'text/event-stream',
    ...windowHeaders('x-codex-primary', { 'used-percent': '12.5', 'window-minutes': '300', ...RESET }),
    ...windowHeaders('x-codex-secondary', { 'used-percent': '34', 'window-minutes': '10080', ...RESET }),
    'x-codex-primary-over-secondary-limit-percent': '0',
    'x-codex-plan-type': 'plus',
    'x-codex-active-limit': 'Codex-Other',
    'x-codex-limit-name': 'Codex',
    'x-codex-credits-has-credits': 'True',
    'x-codex-credits-unlimited': '0',
    'x-codex-credits-balance': '12.5',
    ...windowHeaders('x-codex-other-primary', { 'used-percent': '99', 'window-minutes': '60' }),
    'x-codex-other-limit-name': 'Other models',
    ...windowHeaders('x-images-secondary', { 'used-percent': '1', ...RESET }),
  }
  expect(headerLimits(headers, NOW)).toEqual({
    planType: 'plus',
    activeLimit: 'codex_other',
    limitName: 'Codex',
    primary: { usedPercent: 12.5, windowMinutes: 300, resetsAt: new Date(NOW + 2 * HOUR) },
    secondary: { usedPercent: 34, windowMinutes: 10_080, resetsAt: new Date(NOW + 2 * HOUR) },
    credits: { hasCredits: true, unlimited: false, balance: '12.5' },
    otherLimits: {
      codex_other: { limitName: 'Other models', primary: { usedPercent: 99, windowMinutes: 60 } },
      images: { secondary: { usedPercent: 1, resetsAt: new Date(NOW + 2 * HOUR) } },
    },
  })
})

test.each([
  ['seconds from now, without a time', { 'reset-after-seconds': '3600' }, { resetsAt: new Date(NOW + HOUR) }],
  ['a time that is none', { 'reset-at': 'soon' }, {}],
  ['no length', { 'window-minutes': '0' }, {}],
  ['a length', { 'window-minutes': '300' }, { windowMinutes: 300 }],
])('a window in headers with %s', (_, fields, expected) => {
  const headers = windowHeaders('x-codex-primary', { 'used-percent': '5', ...fields })
  expect(headerLimits(headers, NOW)).toEqual({ primary: { usedPercent: 5, ...expected } })
})

test.each<[string, Record<string, string>]>([
  ['no headers', {}],
  ['other headers', { 'content-type': 'text/event-stream', 'x-request-id': 'req_1' }],
  ['an empty plan', { 'x-codex-plan-type': '' }],
  ['credits of nothing', { 'x-codex-credits-balance': '' }],
  ['an empty window', windowHeaders('x-codex-primary', { 'used-percent': '0.0', 'window-minutes': '0' })],
  ['a percent that is none', windowHeaders('x-codex-primary', { 'used-percent': 'NaN', ...RESET })],
  ['an empty window of another limit', windowHeaders('x-codex-other-primary', { 'used-percent': '0' })],
  ['the mere name of another limit', { 'x-codex-other-limit-name': 'Other' }],
])('headers that tell nothing: %s', (_, headers) => {
  expect(headerLimits(headers, NOW)).toBeUndefined()
})

test('a limit of a name that objects have by themselves', () => {
  const headers = windowHeaders('x---proto---primary', { 'used-percent': '7' })
  const limits = mergeLimits(headerLimits(headers, NOW), headerLimits(headers, NOW))
  expect(JSON.stringify(limits)).toBe('{"otherLimits":{"__proto__":{"primary":{"usedPercent":7}}}}')
})

const EVENT = {
  type: 'codex.rate_limits',
  plan_type: 'plus',
  rate_limits: {
    allowed: true,
    limit_reached: false,
    primary: { used_percent: 42, window_minutes: 300, reset_at: NOW / 1000 },
    secondary: { used_percent: 0, window_minutes: 0, reset_at: null },
  },
  credits: { has_credits: true, unlimited: false, balance: '12.5' },
}

const EVENT_LIMIT = {
  allowed: true,
  limitReached: false,
  primary: { usedPercent: 42, windowMinutes: 300, resetsAt: new Date(NOW) },
}

test.each([
  ['no limit', undefined, EVENT_LIMIT],
  ['that of most models', 'codex', { activeLimit: 'codex', ...EVENT_LIMIT }],
  ['another', 'codex-other', { activeLimit: 'codex_other', otherLimits: { codex_other: EVENT_LIMIT } }],
])('an event that names %s', (_, metered_limit_name, expected) => {
  expect(eventLimits({ ...EVENT, metered_limit_name })).toEqual({
    planType: 'plus',
    credits: { hasCredits: true, unlimited: false, balance: '12.5' },
    ...expected,
  })
})

test.each([
  [{}],
  [{ plan_type: null, rate_limits: null, credits: null }],
  [{ rate_limits: { primary: null, secondary: [] } }],
])('an event that tells nothing: %j', (fields) => {
  expect(eventLimits({ type: 'codex.rate_limits', ...fields })).toBeUndefined()
})

test('an event that only names another limit', () => {
  expect(eventLimits({ metered_limit_name: 'other' })).toEqual({ activeLimit: 'other' })
})

describe('two words about the limits', () => {
  const earlier = {
    planType: 'plus',
    limitName: 'Codex',
    primary: { usedPercent: 12, windowMinutes: 300, resetsAt: new Date(NOW) },
    secondary: { usedPercent: 34 },
    otherLimits: { one: { limitName: 'One', primary: { usedPercent: 1 } }, two: { allowed: true } },
  }

  test('one of them alone', () => {
    expect(mergeLimits(earlier, undefined)).toEqual(earlier)
    expect(mergeLimits(undefined, earlier)).toEqual(earlier)
    expect(mergeLimits(undefined, undefined)).toBeUndefined()
  })

  test('the later one counts where both tell a field', () => {
    const later = {
      planType: 'pro',
      primary: { usedPercent: 42 },
      allowed: false,
      otherLimits: { one: { primary: { usedPercent: 5 } }, three: { limitReached: true } },
    }
    expect(mergeLimits(earlier, later)).toEqual({
      planType: 'pro',
      limitName: 'Codex',
      primary: { usedPercent: 42, windowMinutes: 300, resetsAt: new Date(NOW) },
      secondary: { usedPercent: 34 },
      allowed: false,
      otherLimits: {
        one: { limitName: 'One', primary: { usedPercent: 5 } },
        two: { allowed: true },
        three: { limitReached: true },
      },
    })
  })
})

const ZEROS = {
  'x-codex-secondary-used-percent': '0',
  'x-codex-secondary-window-minutes': '0',
  'x-codex-secondary-reset-after-seconds': '0',
  'x-codex-secondary-reset-at': '0',
}

test('a window of zeros is absent in headers and in events', () => {
  expect(headerLimits({ 'x-codex-plan-type': 'free', ...ZEROS }, NOW)).toEqual({ planType: 'free' })
  expect(
    headerLimits(
      { 'x-codex-secondary-used-percent': '0', 'x-codex-secondary-reset-after-seconds': '0' },
      NOW,
    ),
  ).toBe(undefined)
  const zeros = { used_percent: 0, window_minutes: 0, reset_at: 0 }
  expect(eventLimits({ plan_type: 'free', rate_limits: { primary: zeros, secondary: zeros } })).toEqual({
    planType: 'free',
  })
})

test('a window that is used has no reset in 1970', () => {
  const headers = { ...ZEROS, 'x-codex-secondary-used-percent': '7' }
  expect(headerLimits(headers, NOW)).toEqual({ secondary: { usedPercent: 7 } })
})

test('a stream that names ever new limits fills no memory', () => {
  let limits: ReturnType<typeof mergeLimits>
  for (let index = 0; index < 5_000; index++) {
    const event = { metered_limit_name: `limit_${index}`, rate_limits: { primary: { used_percent: 1 } } }
    limits = mergeLimits(limits, eventLimits(event))
  }
  expect(Object.keys(limits?.otherLimits ?? {})).toHaveLength(100)
})

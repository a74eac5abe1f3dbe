import { expect, test } from 'vitest'
import { planUsage, usageURL } from '../../src/events/rate-limits.ts'

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
    additional_rate_limits: [{ limit_name: 'other', rate_limit: { primary_window: window({}) } }],
    credits: { has_credits: true, unlimited: false, balance: '12.5' },
  }
  expect(planUsage(json, NOW)).toEqual({
    planType: 'plus',
    primary: { usedPercent: 12.5, windowMinutes: 300, resetsAt: new Date(NOW + 2 * HOUR) },
    secondary: { usedPercent: 34, windowMinutes: 10_080, resetsAt: new Date(NOW + 2 * HOUR) },
    credits: { hasCredits: true, unlimited: false, balance: '12.5' },
    allowed: true,
    limitReached: false,
  })
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

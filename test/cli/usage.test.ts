import { expect, test, vi } from 'vitest'
import { formatBar, formatDuration, formatPercent, formatTime, formatWindow } from '../../src/cli/format.ts'
import { controlsIn, runCli, secretsOf, startWorld } from './support.ts'

const NOW = Date.parse('2026-11-25T12:00:00Z')

const window = (used_percent: number, seconds: number | null, left: number | null) => ({
  used_percent,
  limit_window_seconds: seconds,
  reset_at: left === null ? null : NOW / 1000 + left,
})

/** A server that answers `wham/usage` so. */
async function startUsage(body: Record<string, unknown>) {
  const world = await startWorld()
  const answer = {
    type: 'raw',
    chunks: [JSON.stringify(body)],
    headers: { 'content-type': 'application/json' },
  } as const
  world.server.answerPath('/wham/usage', answer, answer)
  return world
}

test('the windows of the plan', async () => {
  const { server, login } = await startUsage({
    plan_type: 'plus',
    rate_limit: {
      allowed: true,
      limit_reached: false,
      primary_window: window(12.4, 18_000, 2 * 3600 + 13 * 60 + 5),
      secondary_window: window(95, 604_800, 4 * 86_400 + 15 * 3600),
    },
    credits: { has_credits: true, unlimited: false, balance: '12.5' },
  })
  const { exitCode, stdout, stderr } = await runCli(['usage'], { now: NOW })
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(stdout).toMatchInlineSnapshot(`
    "Plan: plus

    5 hours  ███░░░░░░░░░░░░░░░░░░░░░   12 % used  resets in 2 h 13 min
    7 days   ███████████████████████░   95 % used  resets in 4 d 15 h

    Credits: 12.5
    "
  `)
  expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /backend-api/wham/usage',
    'GET /backend-api/wham/rate-limit-reset-credits',
  ])
  for (const secret of secretsOf(login)) expect(stdout).not.toContain(secret)
})

test('as JSON', async () => {
  await startUsage({
    plan_type: 'plus',
    rate_limit: { primary_window: window(12.4, 18_000, 60), secondary_window: null },
    credits: { has_credits: false, unlimited: false },
  })
  const { exitCode, stdout } = await runCli(['usage', '--json'])
  expect(exitCode).toBe(0)
  expect(JSON.parse(stdout)).toEqual({
    planType: 'plus',
    primary: { usedPercent: 12.4, windowMinutes: 300, resetsAt: '2026-11-25T12:01:00.000Z' },
    secondary: null,
    credits: { hasCredits: false, unlimited: false, balance: null },
    allowed: null,
    limitReached: null,
    otherLimits: {},
    resetCredits: { available: 0, credits: [] },
  })
})

test('a window that is used up, one without a length, and a reset that is over', async () => {
  await startUsage({
    rate_limit: {
      allowed: false,
      limit_reached: true,
      primary_window: window(100, null, -5),
      secondary_window: window(0.2, 604_800, null),
    },
    credits: { has_credits: true, unlimited: true },
  })
  expect((await runCli(['usage'], { now: NOW })).stdout).toMatchInlineSnapshot(`
    "window  ████████████████████████  100 % used  resets now
    7 days  █░░░░░░░░░░░░░░░░░░░░░░░   <1 % used

    Credits: unlimited

    The usage limit is reached.
    "
  `)
})

const OTHER = {
  limit_name: 'gpt-x',
  metered_feature: 'codex-x',
  rate_limit: {
    allowed: true,
    limit_reached: true,
    primary_window: window(100, 18_000, 60),
    secondary_window: null,
  },
}

const resetCredits = (days: number) => ({
  id: 'rrc_1',
  status: 'available',
  granted_at: '2026-11-01T00:00:00Z',
  expires_at: new Date(NOW + days * 86_400_000).toISOString(),
  reset_type: 'codex',
})

async function startExtras() {
  const { server } = await startUsage({
    rate_limit: { primary_window: window(12, 18_000, 60) },
    additional_rate_limits: [OTHER],
  })
  const body = { available_count: 2, credits: [resetCredits(9), resetCredits(5), { status: 'spent' }] }
  server.answerPath('/rate-limit-reset-credits', { type: 'error', status: 200, body })
}

test('limits of other models and reset credits', async () => {
  await startExtras()
  expect((await runCli(['usage'], { now: NOW })).stdout).toMatchInlineSnapshot(`
    "5 hours  ███░░░░░░░░░░░░░░░░░░░░░   12 % used  resets in 1 min

    gpt-x:
    5 hours  ████████████████████████  100 % used  resets in 1 min
    This limit is reached.

    Reset credits: 2 (the first expires in 5 d)
    "
  `)
})

test('limits of other models and reset credits as JSON', async () => {
  await startExtras()
  expect(JSON.parse((await runCli(['usage', '--json'])).stdout)).toMatchObject({
    otherLimits: { codex_x: { limitName: 'gpt-x', secondary: null, allowed: true, limitReached: true } },
    resetCredits: {
      available: 2,
      credits: [
        { id: 'rrc_1', status: 'available', type: 'codex', grantedAt: '2026-11-01T00:00:00.000Z' },
        {},
        {},
      ],
    },
  })
})

test.each([
  ['a refusal', { type: 'error', status: 404, body: { detail: 'Not Found' } }],
  ['a reset', { type: 'reset' }],
  ['an answer of another form', { type: 'error', status: 200, body: 'OK' }],
] as const)('%s in place of the reset credits is no error', async (_, answer) => {
  const { server } = await startUsage({ rate_limit: { primary_window: window(12, 18_000, 60) } })
  server.answerPath('/rate-limit-reset-credits', answer)
  const { exitCode, stdout } = await runCli(['usage', '--json'])
  expect(exitCode).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ primary: { usedPercent: 12 }, resetCredits: null })
})

test('a plan without windows', async () => {
  await startUsage({ plan_type: 'free', rate_limit: null })
  expect((await runCli(['usage'])).stdout).toBe(
    'Plan: free\n\nThe backend reports no rate limits for this plan.\n',
  )
})

test.each([
  [0, 32],
  [69.9, 32],
  [70, 33],
  [89.9, 33],
  [90, 31],
  [100, 31],
])('the color of %d % on a terminal', async (percent, color) => {
  await startUsage({ rate_limit: { primary_window: window(percent, 18_000, 60) } })
  vi.stubEnv('NO_COLOR', '')
  vi.stubEnv('TERM', 'xterm')
  const { stdout } = await runCli(['usage'], { isTTY: true, now: NOW })
  expect(stdout).toContain(`5 hours  \x1b[${color}m${percent === 0 ? '░' : '█'}`)
})

test('what the backend leaves out is null as JSON', async () => {
  await startUsage({
    rate_limit: { allowed: true, limit_reached: false, primary_window: window(5, null, null) },
    credits: { has_credits: true, unlimited: false, balance: '3' },
  })
  const { stdout } = await runCli(['usage', '--json'])
  expect(JSON.parse(stdout)).toEqual({
    planType: null,
    primary: { usedPercent: 5, windowMinutes: null, resetsAt: null },
    secondary: null,
    credits: { hasCredits: true, unlimited: false, balance: '3' },
    allowed: true,
    limitReached: false,
    otherLimits: {},
    resetCredits: { available: 0, credits: [] },
  })
})

test.each([
  [{ allowed: false, limit_reached: false }, true],
  [{ allowed: true, limit_reached: true }, true],
  [{ allowed: true, limit_reached: false }, false],
])('%j: is the limit reached?', async (fields, isReached) => {
  await startUsage({ rate_limit: { ...fields, primary_window: window(5, 60, null) } })
  const { stdout } = await runCli(['usage'])
  expect(stdout.endsWith('\n\nThe usage limit is reached.\n')).toBe(isReached)
})

test('a login that was refused', async () => {
  const { server, login } = await startWorld()
  const refused = { type: 'error', status: 403, body: { detail: 'Forbidden' } } as const
  server.answerPath('/wham/usage', refused)
  const { exitCode, stdout, stderr } = await runCli(['usage'])
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
  expect(stderr).toMatch(/^Error: Codex API error 403: Forbidden.*\n$/)
  for (const secret of secretsOf(login)) expect(stderr).not.toContain(secret)
})

test.each([
  ['a refusal', { status: 403, body: { detail: 'Forbidden' } }, { statusCode: 403 }],
  ['an answer that is not JSON', { status: 200, body: 'OK' }, {}],
])('%s as JSON', async (_, answer, fields) => {
  const { server, login } = await startWorld()
  server.answerPath('/wham/usage', { type: 'error', ...answer }, { type: 'error', ...answer })
  const { exitCode, stdout, stderr } = await runCli(['usage', '--json'])
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' })
  expect(JSON.parse(stdout)).toMatchObject({
    error: { ...fields, name: 'AI_APICallError', message: expect.any(String) },
  })
  for (const secret of secretsOf(login)) expect(stdout).not.toContain(secret)
})

test('control characters of the backend do not reach the terminal', async () => {
  const balance = '5\x9b2J\n\nPlan: forged'
  const body = { plan_type: 'plus\x1b[2J', credits: { has_credits: true, unlimited: false, balance } }
  await startUsage(body)
  const text = await runCli(['usage'], { isTTY: true })
  expect(text.stdout).toContain('Plan: plus[2J\n')
  expect(text.stdout).toContain('Credits: 52J Plan: forged\n')
  expect(controlsIn(text.stdout)).toEqual([])
  const json = await runCli(['usage', '--json'], { isTTY: true })
  expect(controlsIn(json.stdout)).toEqual([])
  expect(JSON.parse(json.stdout)).toMatchObject({ planType: body.plan_type, credits: { balance } })
})

test('credits without a balance', async () => {
  await startUsage({ plan_type: 'plus', credits: { has_credits: true, unlimited: false } })
  expect((await runCli(['usage'])).stdout).toContain('\nCredits: available\n')
})

test('not logged in, as JSON', async () => {
  await startWorld()
  vi.stubEnv('CODEX_AUTH_FILE', '/nowhere/auth.json')
  const { exitCode, stdout, stderr } = await runCli(['usage', '--json'])
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' })
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'CODEX_AUTH_FILE_NOT_FOUND' } })
})

test('not logged in', async () => {
  await startWorld()
  vi.stubEnv('CODEX_AUTH_FILE', '/nowhere/auth.json')
  const { exitCode, stderr } = await runCli(['usage'])
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(/^Error: There is no Codex login at \/nowhere\/auth\.json\. .*\n$/)
})

test.each([
  [0, '░░░░░░░░░░░░░░░░░░░░░░░░'],
  [0.1, '█░░░░░░░░░░░░░░░░░░░░░░░'],
  [50, '████████████░░░░░░░░░░░░'],
  [99.9, '███████████████████████░'],
  [100, '████████████████████████'],
  [140, '████████████████████████'],
])('the bar of %d %', (percent, bar) => {
  expect(formatBar(percent)).toBe(bar)
})

test.each([
  [0, '0'],
  [0.2, '<1'],
  [12.4, '12'],
  [99.7, '99'],
  [100, '100'],
  [104.2, '104'],
])('the percent %d', (percent, text) => {
  expect(formatPercent(percent)).toBe(text)
})

test.each([
  [0, 'less than a minute'],
  [59_999, 'less than a minute'],
  [60_000, '1 min'],
  [2 * 3_600_000 + 13 * 60_000, '2 h 13 min'],
  [3_600_000, '1 h'],
  [86_400_000, '1 d'],
  [4 * 86_400_000 + 15 * 3_600_000 + 59_000, '4 d 15 h'],
])('a span of %d ms', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

test.each([
  [300, '5 hours'],
  [10_080, '7 days'],
  [1440, '1 day'],
  [60, '1 hour'],
  [90, '90 minutes'],
  [1, '1 minute'],
  [0.5, '0.5 minutes'],
  [undefined, 'window'],
])('the window of %j minutes', (minutes, name) => {
  expect(formatWindow(minutes)).toBe(name)
})

test('a time that is none', () => {
  expect(formatTime(Number.NaN)).toBe('unknown')
})

import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Answer, HttpAnswer } from 'ai-sdk-provider-codex/testing'
import { describe, expect, test, vi } from 'vitest'
import { withoutRights } from '../auth/helpers.ts'
import { closedOrigin } from '../support/closed-port.ts'
import { type CliOptions, type CliWorld, makeFolder, runCli, secretsOf, startWorld } from './support.ts'

const PROXIES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy']

/** A folder in which this version of `ai` is installed; undefined for none. */
async function appWith(version: unknown): Promise<string> {
  const folder = await makeFolder()
  if (version === undefined) return folder
  await mkdir(join(folder, 'node_modules', 'ai'), { recursive: true })
  await writeFile(join(folder, 'node_modules', 'ai', 'package.json'), JSON.stringify({ name: 'ai', version }))
  return folder
}

async function startDoctor(options: Parameters<typeof startWorld>[0] = {}) {
  const world = await startWorld(options)
  for (const name of [...PROXIES, 'NODE_USE_ENV_PROXY', 'NODE_OPTIONS']) vi.stubEnv(name, '')
  vi.stubEnv('CODEX_HOME', '')
  return { ...world, cwd: await appWith('6.0.326') }
}

interface Line {
  status: string
  message: string
  advice: string | null
}

/** Runs the doctor with `--json`, and gives its lines by their id. */
async function examine(world: CliWorld & { cwd: string }, options: CliOptions & { argv?: string[] } = {}) {
  const { argv = [], ...others } = options
  const result = await runCli(['doctor', '--json', ...argv], { cwd: world.cwd, ...others })
  expect(result.stderr).toBe('')
  const report = JSON.parse(result.stdout)
  const lines: Record<string, Line> = Object.fromEntries(
    report.checks.map(({ id, ...line }: Line & { id: string }) => [id, line]),
  )
  expect(result.exitCode).toBe(report.ok ? 0 : 1)
  expect(report.ok).toBe(Object.values(lines).every(({ status }) => status !== 'failed'))
  expectNothingPrivate(result.stdout, world)
  return lines
}

/** Nothing that a user would not post. */
function expectNothingPrivate(output: string, { authFile, login, server }: CliWorld): void {
  const { account_id: accountId } = login.tokens
  for (const text of [...secretsOf(login), authFile, accountId, 'user@example.com', server.url]) {
    expect(output).not.toContain(text)
  }
}

const statuses = (lines: Record<string, Line>) =>
  Object.fromEntries(Object.entries(lines).map(([id, { status }]) => [id, status]))

const BACKEND = ['models', 'answer', 'tools', 'object', 'image', 'cache']
const all = (ids: readonly string[], status: string) => Object.fromEntries(ids.map((id) => [id, status]))

describe('where everything works', () => {
  test('each check is a line', async () => {
    const world = await startDoctor()
    const { exitCode, stdout, stderr } = await runCli(['doctor'], { cwd: world.cwd })
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    const steadied = stdout
      .replace(/Node \S+ \S+ \S+ ai-sdk-provider-codex \S+/, 'Node <version>')
      .replace(/after [\d.]+ s/, 'after <s> s')
      .replace(/[\d]+ of [\d]+ input/, '<n> of <n> input')
      .replace(/\d+ models/, '<n> models')
    expect(steadied).toMatchInlineSnapshot(`
      "ok       Runtime       Node <version>
      ok       AI SDK        ai 6.0.326: import from 'ai-sdk-provider-codex/v3'
      ok       Login         found in the file of CODEX_AUTH_FILE, plan plus
      ok       Expiry        the access token expires in 9 d 23 h and can be renewed
      ok       Clock         agrees with the login server
      ok       Proxy         none set
      ok       Login server  reachable
      ok       Models        <n> models, gpt-6.2-sol among them
      ok       Answer        streamed, first text after <s> s
      ok       Tool loop     the model called a tool and used its result
      ok       Object        the answer matches the schema
      ok       Image         the model takes images
      ok       Prompt cache  <n> of <n> input tokens
      "
    `)
    expectNothingPrivate(stdout, world)
    // Nothing but the probe goes to the login server.
    const paths = world.server.requests.map(({ path }) => path.split('?')[0])
    expect(paths.filter((path) => !path?.startsWith('/backend-api'))).toEqual([
      '/.well-known/openid-configuration',
    ])
    expect(world.server.requests[0]?.headers).not.toHaveProperty('authorization')
    expect(world.server.responseRequests).toHaveLength(6)
  })

  test('as JSON', async () => {
    const lines = await examine(await startDoctor())
    const local = ['runtime', 'ai', 'login', 'expiry', 'clock', 'proxy', 'login-server']
    expect(statuses(lines)).toEqual({ ...all(local, 'ok'), ...all(BACKEND, 'ok') })
    expect(Object.values(lines).map(({ advice }) => advice)).toEqual(Array(13).fill(null))
  })

  test('the request of the cache check repeats one before it', async () => {
    const world = await startDoctor()
    await examine(world)
    const bodies = world.server.responseRequests.map(({ text }) => text)
    expect(bodies.at(-1)).toBe(bodies[0])
  })

  test('with the tokens of the environment and another model', async () => {
    const world = await startDoctor()
    vi.stubEnv('CODEX_ACCESS_TOKEN', world.login.tokens.access_token)
    const lines = await examine(world, { argv: ['--model', 'gpt-5.5'] })
    expect(lines.login?.message).toMatch(/^found in CODEX_ACCESS_TOKEN/)
    expect(lines.expiry).toMatchObject({ status: 'warning', advice: expect.stringContaining('log in again') })
    const models = world.server.responseRequests.map(({ json }) => json?.model)
    expect(models).toEqual(Array(6).fill('gpt-5.5'))
  })

  test('colors on a terminal', async () => {
    const world = await startDoctor()
    vi.stubEnv('NO_COLOR', '')
    vi.stubEnv('TERM', 'xterm')
    const { stdout } = await runCli(['doctor'], { cwd: world.cwd, isTTY: true })
    expect(stdout.startsWith('\x1b[32mok     \x1b[0m  Runtime')).toBe(true)
  })
})

test('a failed check ends with what to do', async () => {
  const world = await startDoctor()
  vi.stubEnv('CODEX_AUTH_FILE', '/nowhere/auth.json')
  const { exitCode, stdout } = await runCli(['doctor'], { cwd: world.cwd })
  expect(exitCode).toBe(1)
  expect(stdout).toMatch(
    /^failed {3}Login {9}no usable login in .*\. Log in with `npx ai-sdk-provider-codex login`\.$/m,
  )
  expect(stdout).toMatch(/^skipped {2}Answer {8}no usable login$/m)
})

describe('the version of ai', () => {
  test.each([
    ['4.3.19', 'ok', "import from 'ai-sdk-provider-codex'"],
    ['5.0.277', 'ok', "import from 'ai-sdk-provider-codex/v2'"],
    ['6.0.326', 'ok', "import from 'ai-sdk-provider-codex/v3'"],
    ['7.0.0-beta.12', 'ok', "import from 'ai-sdk-provider-codex/v4'"],
    ['3.4.33', 'failed', 'ai 3.4.33 is not supported'],
    ['8.0.0', 'failed', 'ai 8.0.0 is not supported'],
    [undefined, 'warning', 'ai is not installed in this folder'],
    ['a secret of the user', 'warning', 'ai is not installed in this folder'],
    [7, 'warning', 'ai is not installed in this folder'],
  ])('%j', async (version, status, words) => {
    const world = await startDoctor()
    vi.stubEnv('CODEX_AUTH_FILE', '/nowhere/auth.json')
    const lines = await examine({ ...world, cwd: await appWith(version) })
    expect(lines.ai).toMatchObject({ status, message: expect.stringContaining(words) })
  })

  test('is that of a folder above too', async () => {
    const world = await startDoctor()
    vi.stubEnv('CODEX_AUTH_FILE', '/nowhere/auth.json')
    const cwd = join(await appWith('5.0.1'), 'packages', 'app')
    await mkdir(cwd, { recursive: true })
    expect((await examine({ ...world, cwd })).ai?.message).toContain('/v2')
  })
})

describe('the runtime', () => {
  test.each([
    [{ node: '18.20.8' }, 'failed', 'Node 18.20.8'],
    [{ node: '22.1.0', bun: '1.2.3' }, 'ok', 'Bun 1.2.3'],
    [{ node: '18.0.0', deno: '2.1.0' }, 'ok', 'Deno 2.1.0'],
  ])('%j', async (versions, status, words) => {
    const world = await startDoctor()
    vi.stubEnv('CODEX_AUTH_FILE', '/nowhere/auth.json')
    vi.spyOn(process, 'versions', 'get').mockReturnValue(versions as typeof process.versions)
    const lines = await examine(world)
    vi.restoreAllMocks()
    expect(lines.runtime).toMatchObject({ status, message: expect.stringContaining(words) })
  })
})

describe('the login', () => {
  test('none: what needs it is skipped', async () => {
    const world = await startDoctor()
    vi.stubEnv('CODEX_AUTH_FILE', '/nowhere/auth.json')
    const lines = await examine(world)
    expect(lines.login).toEqual({
      status: 'failed',
      message: 'no usable login in the file of CODEX_AUTH_FILE (CODEX_AUTH_FILE_NOT_FOUND)',
      advice: 'Log in with `npx ai-sdk-provider-codex login`.',
    })
    expect(statuses(lines)).toMatchObject({
      'login-server': 'ok',
      expiry: 'skipped',
      ...all(BACKEND, 'skipped'),
    })
    expect(world.server.requests.map(({ path }) => path)).toEqual(['/.well-known/openid-configuration'])
  })

  test.each([
    ['CODEX_HOME', { CODEX_AUTH_FILE: '', CODEX_HOME: '/nowhere' }, [], '$CODEX_HOME/auth.json'],
    ['HOME', { CODEX_AUTH_FILE: '', HOME: '/nowhere' }, [], '~/.codex/auth.json'],
    ['--auth-file', {}, ['--auth-file', '/nowhere/auth.json'], 'the file of --auth-file'],
  ])('its place is named without a path: %s', async (_, env, argv, words) => {
    const world = await startDoctor()
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
    const { message = '' } = (await examine(world, { argv })).login ?? {}
    expect(message).toContain(words)
    expect(message).not.toContain('nowhere')
  })

  test('expired, and renewed by the checks', async () => {
    const world = await startDoctor({ login: { expiresInSeconds: -3600 } })
    const lines = await examine(world)
    expect(lines.expiry).toMatchObject({
      status: 'ok',
      message: 'the access token expired 1 h ago and can be renewed',
    })
    expect(statuses(lines)).toMatchObject(all(BACKEND, 'ok'))
  })

  test('expired, and the server does not renew it', async () => {
    const world = await startDoctor({ login: { expiresInSeconds: -3600 } })
    const refused = {
      type: 'error',
      status: 401,
      body: { error: { code: 'refresh_token_expired' } },
    } as const
    world.server.answerToken(refused, refused)
    const lines = await examine(world)
    expect(lines.models).toEqual({
      status: 'failed',
      message: 'the login could not be renewed (expired)',
      advice: 'Log in with `npx ai-sdk-provider-codex login`.',
    })
    expect(lines.answer?.status).toBe('failed')
    expect(statuses(lines)).toMatchObject(all(['tools', 'object', 'image', 'cache'], 'skipped'))
  })

  test('without an expiry', async () => {
    const world = await startDoctor()
    vi.stubEnv('CODEX_ACCESS_TOKEN', 'opaque')
    vi.stubEnv('CODEX_ACCOUNT_ID', 'acct-env')
    const lines = await examine(world)
    expect(lines.expiry).toMatchObject({ status: 'skipped' })
    expect(lines.models?.status).toBe('failed')
  })

  test('open to others, or read-only: a warning, and nothing on stderr', async () => {
    const world = await startDoctor()
    const lines = await withoutRights(world.authFile, 0o444, () => examine(world))
    expect(lines.login).toMatchObject({ status: 'warning', advice: expect.stringMatching(/chmod|writable/) })
  })
})

describe('the clock', () => {
  test.each([
    [3 * 3_600_000, 'warning', /^3 h ahead of the login server|^2 h 59 min ahead of/],
    [-3 * 3_600_000, 'warning', /^3 h behind the login server|^2 h 59 min behind/],
    [30_000, 'ok', /^agrees/],
  ])('off by %d ms', async (offset, status, words) => {
    const world = await startDoctor()
    vi.stubEnv('CODEX_AUTH_FILE', '/nowhere/auth.json')
    const { clock } = await examine(world, { now: Date.now() + offset })
    expect(clock).toMatchObject({ status, message: expect.stringMatching(words) })
  })
})

describe('the login server', () => {
  const PROBE = '/openid-configuration'
  test.each<[string, HttpAnswer, Partial<Line>]>([
    [
      'blocks',
      { type: 'error', status: 403, body: '<html>' },
      { status: 'warning', message: 'answers HTTP 403' },
    ],
    ['is down', { type: 'error', status: 503, body: '' }, { status: 'warning', message: 'answers HTTP 503' }],
    [
      'sends no date',
      { type: 'error', status: 200, body: '{}', headers: { date: 'soon' } },
      { status: 'ok', message: 'reachable' },
    ],
    [
      'redirects',
      { type: 'error', status: 302, body: '', headers: { location: 'https://example.com' } },
      { status: 'ok' },
    ],
    [
      'cuts the connection',
      { type: 'reset' },
      { status: 'failed', advice: expect.stringContaining('network') },
    ],
  ])('%s', async (_, answer, expected) => {
    const world = await startDoctor()
    vi.stubEnv('CODEX_AUTH_FILE', '/nowhere/auth.json')
    world.server.answerPath(PROBE, answer)
    const lines = await examine(world)
    expect(lines['login-server']).toMatchObject(expected)
    const hasDate = answer.type !== 'reset' && !(answer.type === 'error' && answer.headers?.date)
    expect(lines.clock?.status).toBe(hasDate ? 'ok' : 'skipped')
  })

  test('has an address that can not be used', async () => {
    const world = await startDoctor()
    vi.stubEnv('CODEX_ISSUER', 'http://login.internal.example')
    const lines = await examine(world)
    expect(lines['login-server']).toMatchObject({ status: 'failed', message: 'CODEX_ISSUER is invalid' })
    expect(JSON.stringify(lines)).not.toContain('internal')
  })
})

describe('a proxy of the environment', () => {
  const PROXY = 'http://user:password@proxy.internal.example:8080'

  test('that this Node does not use', async () => {
    const world = await startDoctor()
    vi.stubEnv('CODEX_AUTH_FILE', '/nowhere/auth.json')
    vi.stubEnv('HTTPS_PROXY', PROXY)
    const lines = await examine(world)
    expect(lines.proxy).toMatchObject({
      status: 'warning',
      message: 'HTTPS_PROXY set, but this Node does not use it',
      advice: expect.stringContaining('NODE_USE_ENV_PROXY=1'),
    })
    expect(JSON.stringify(lines)).not.toMatch(/password|internal/)
  })

  test.each([
    ['by its variable', { NODE_USE_ENV_PROXY: '1' }],
    ['by its option', { NODE_OPTIONS: '--use-env-proxy' }],
  ])('that Node uses, %s, where it can', async (_, env) => {
    const world = await startDoctor()
    vi.stubEnv('CODEX_AUTH_FILE', '/nowhere/auth.json')
    for (const [name, value] of Object.entries({ https_proxy: PROXY, ...env })) vi.stubEnv(name, value)
    const flags = vi.spyOn(process, 'allowedNodeEnvironmentFlags', 'get')
    flags.mockReturnValue(new Set())
    expect((await examine(world)).proxy?.status).toBe('warning')
    flags.mockReturnValue(new Set(['--use-env-proxy']))
    expect((await examine(world)).proxy?.status).toBe('ok')
    flags.mockRestore()
  })

  test('that Bun uses', async () => {
    const world = await startDoctor()
    vi.stubEnv('CODEX_AUTH_FILE', '/nowhere/auth.json')
    vi.stubEnv('HTTPS_PROXY', PROXY)
    const versions = { ...process.versions, bun: '1.2.3' }
    vi.spyOn(process, 'versions', 'get').mockReturnValue(versions)
    const lines = await examine(world)
    vi.restoreAllMocks()
    expect(lines.proxy?.status).toBe('ok')
  })
})

describe('the backend', () => {
  const refusal = (status: number, body: object, headers = {}): Answer => ({
    type: 'error',
    status,
    body: { ...body },
    headers,
  })

  test.each<[string, Answer, string, RegExp]>([
    ['401', refusal(401, { error: { code: 'token_expired' } }), 'HTTP 401 (token_expired)', /Log in/],
    [
      '403 with an id',
      refusal(403, { detail: 'user@example.com is blocked' }, { 'cf-ray': 'ray-1' }),
      'HTTP 403 (request id ray-1)',
      /blocked/,
    ],
    ['404', refusal(404, { error: { type: 'not_found' } }), 'HTTP 404 (not_found)', /--model/],
    ['429', refusal(429, { detail: 'Slow down' }), 'HTTP 429', /Wait a minute/],
    ['500', refusal(500, { error: { code: 'has free text' } }), 'HTTP 500', /later/],
    ['400', refusal(400, { error: { code: 'eyJ0b2tlbg' } }), 'HTTP 400', /Report/],
    ['a cut connection', { type: 'reset' }, "the backend can't be reached", /network/],
    [
      'a usage limit',
      refusal(429, {
        error: { type: 'usage_limit_reached', message: 'R', plan_type: 'plus', resets_in_seconds: 7260 },
      }),
      'the usage limit of the plan is reached; it resets in 2 h',
      /Wait for the reset/,
    ],
    [
      'a usage limit without a reset',
      refusal(429, { error: { type: 'usage_limit_reached', message: 'R' } }),
      'the usage limit of the plan is reached',
      /Wait for the reset/,
    ],
    ['no text', { type: 'text', text: ' ' }, 'the model returned no text', /report/],
  ])('answers with %s: the cause, what to do, and the rest is skipped', async (_, answer, words, advice) => {
    const world = await startDoctor()
    world.server.answer(answer, answer, answer)
    const lines = await examine(world)
    expect(lines.answer?.status).toBe('failed')
    expect(lines.answer?.message).toContain(words)
    expect(lines.answer?.advice).toMatch(advice)
    expect(statuses(lines)).toMatchObject({
      models: 'ok',
      ...all(['tools', 'object', 'image', 'cache'], 'skipped'),
    })
  })

  test('can not be reached', async () => {
    const world = await startDoctor()
    vi.stubEnv('CODEX_BASE_URL', `${await closedOrigin()}/backend-api/codex`)
    const lines = await examine(world)
    expect(lines.models).toMatchObject({
      status: 'failed',
      message: "the backend can't be reached (ECONNREFUSED)",
    })
  })

  test('does not list the model', async () => {
    const world = await startDoctor()
    const { models } = await examine(world, { argv: ['--model', 'my-private-model'] })
    expect(models).toMatchObject({ status: 'warning', advice: 'Choose one of them with --model.' })
    expect(JSON.stringify(models)).not.toContain('private')
  })

  const fine: Answer = { type: 'text', text: 'OK' }
  const call: Answer = { type: 'tool-calls', calls: [{ name: 'get_code', arguments: '' }] }

  test.each<[string, string, Answer[], string]>([
    ['tools', 'calls no tool', [fine, fine], 'the model did not call the tool'],
    ['tools', 'ignores the result', [fine, call, fine], 'the answer does not use the result of the tool'],
    ['object', 'answers with text', [fine, call, { type: 'text', text: 'K7Q2' }, fine], 'match the schema'],
    [
      'object',
      'answers with another object',
      [fine, call, { type: 'text', text: 'K7Q2' }, { type: 'text', text: '{"word":1}' }],
      'match the schema',
    ],
  ])('%s: %s', async (id, _, answers, words) => {
    const world = await startDoctor()
    world.server.answer(...answers)
    const lines = await examine(world)
    expect(lines[id]).toMatchObject({ status: 'failed', message: expect.stringContaining(words) })
    expect(lines.cache?.status).toBe('ok')
  })

  test('takes no images, or has no cached tokens', async () => {
    const model = { slug: 'text-only', use_responses_lite: true, input_modalities: ['text'] }
    const world = await startDoctor({ server: { models: [model] } })
    const usage = { input_tokens: 9, output_tokens: 1, total_tokens: 10 }
    const item = {
      type: 'message',
      id: 'm',
      role: 'assistant',
      content: [{ type: 'output_text', text: '{"word":"K7Q2"}' }],
    }
    const answer: Answer = {
      type: 'events',
      events: [
        { type: 'response.output_item.done', output_index: 0, item },
        { type: 'response.completed', response: { id: 'r', status: 'completed', output: [], usage } },
      ],
    }
    world.server.answer(answer, call, answer, answer, answer)
    const lines = await examine(world, { argv: ['-m', 'text-only'] })
    expect(lines.image).toEqual({ status: 'skipped', message: 'the model takes no images', advice: null })
    expect(lines.cache).toMatchObject({ status: 'warning', message: 'a repeated request was not cached' })
  })
})

test('Ctrl-C ends it', async () => {
  const world = await startDoctor()
  world.server.answer({ type: 'hang' })
  const controller = new AbortController()
  const asked = world.server.nextRequest('/responses')
  const running = runCli(['doctor'], { cwd: world.cwd, signal: controller.signal })
  await asked
  controller.abort()
  const { exitCode, stderr } = await running
  expect({ exitCode, stderr }).toEqual({ exitCode: 130, stderr: '' })
})

test('the bug report asks for its output', () => {
  const template = readFileSync('.github/ISSUE_TEMPLATE/bug.yml', 'utf8')
  expect(template).toContain('npx ai-sdk-provider-codex doctor')
})

test('a personal access token', async () => {
  const { server } = await startWorld()
  vi.stubEnv('CODEX_ACCESS_TOKEN', server.personalAccessToken())
  const { exitCode, stdout } = await runCli(['doctor'])
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/ok +Login +a personal access token in CODEX_ACCESS_TOKEN/)
  expect(stdout).toMatch(/ok +Answer/)
})

test('a personal access token that is refused: a new one, since no login helps', async () => {
  const { server } = await startWorld()
  const token = server.personalAccessToken()
  vi.stubEnv('CODEX_ACCESS_TOKEN', token)
  vi.stubEnv('CODEX_ACCOUNT_ID', 'acc_1')
  server.revokeAccessToken(token)
  const { exitCode, stdout } = await runCli(['doctor'])
  expect(exitCode).toBe(1)
  expect(stdout).toContain('Create a new personal access token, and set it where this one came from.')
  expect(stdout).not.toMatch(/Log in/)
  expect(stdout).not.toContain(token)
})

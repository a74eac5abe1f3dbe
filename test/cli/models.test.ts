import { expect, test } from 'vitest'
import { controlsIn, runCli, secretsOf, startWorld } from './support.ts'

const MODELS = [
  {
    slug: 'gpt-6.1-sol',
    display_name: 'GPT-6.1 Sol',
    use_responses_lite: true,
    default_reasoning_level: 'low',
    supported_reasoning_levels: [{ effort: 'low' }, { effort: 'high' }, { effort: 'max' }],
    context_window: 272_000,
    default_verbosity: 'low',
    support_verbosity: true,
    input_modalities: ['text', 'image'],
    service_tiers: ['priority'],
    visibility: 'list',
  },
  { slug: 'codex-auto-review', use_responses_lite: false, visibility: 'hide' },
]

test('the models of a login', async () => {
  const { login } = await startWorld({ server: { models: MODELS } })
  const { exitCode, stdout, stderr } = await runCli(['models'])
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(stdout).toMatchInlineSnapshot(`
    "MODEL              EFFORTS        CONTEXT  TIERS
    gpt-6.1-sol        low* high max  272k     priority
    codex-auto-review                                    hidden
    "
  `)
  for (const secret of secretsOf(login)) expect(stdout).not.toContain(secret)
})

test('what the backend does not say of a model', async () => {
  const models = [
    { slug: 'tiny', use_responses_lite: true, context_window: 512, visibility: 'list' },
    { slug: 'bare', use_responses_lite: true },
  ]
  await startWorld({ server: { models } })
  const { stdout } = await runCli(['models'])
  expect(stdout).toContain('512')
  expect(stdout).not.toContain('hidden')
  const [, bare] = JSON.parse((await runCli(['models', '--json'])).stdout)
  expect(bare).toMatchObject({ id: 'bare', contextWindow: null, serviceTiers: null, visibility: null })
})

test('as JSON', async () => {
  await startWorld({ server: { models: MODELS } })
  const { exitCode, stdout } = await runCli(['models', '--json'])
  expect(exitCode).toBe(0)
  const [sol, review] = JSON.parse(stdout)
  expect(sol).toEqual({
    id: 'gpt-6.1-sol',
    displayName: 'GPT-6.1 Sol',
    shape: 'lite',
    efforts: ['low', 'high', 'max'],
    defaultEffort: 'low',
    verbosity: 'low',
    contextWindow: 272_000,
    inputModalities: ['text', 'image'],
    serviceTiers: ['priority'],
    visibility: 'list',
  })
  expect(Object.keys(review)).toEqual(Object.keys(sol))
  expect(review).toMatchObject({ id: 'codex-auto-review', shape: 'classic', visibility: 'hide' })
})

test('a backend that fails', async () => {
  const { server } = await startWorld()
  server.answerPath('/models', { type: 'error', status: 400, body: { detail: 'No list' } })
  const { exitCode, stdout, stderr } = await runCli(['models'])
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
  expect(stderr).toMatch(/^Error: .*No list.*\n$/)
})

test('an error as JSON', async () => {
  const { server, login } = await startWorld()
  server.answerPath('/models', { type: 'error', status: 400, body: { detail: 'No list' } })
  const { exitCode, stdout, stderr } = await runCli(['models', '--json'])
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' })
  expect(JSON.parse(stdout)).toEqual({
    error: {
      name: 'AI_APICallError',
      statusCode: 400,
      message: expect.stringContaining('No list'),
    },
  })
  for (const secret of secretsOf(login)) expect(stdout).not.toContain(secret)
})

test('control characters in names do not reach the terminal', async () => {
  const slug = 'gpt-x\x1b[2J\x9b31m\x7f\nforged'
  const model = { slug, use_responses_lite: false, display_name: 'X\x9d0;title\x9c', visibility: 'list' }
  await startWorld({ server: { models: [model] } })
  const table = await runCli(['models'], { isTTY: true })
  expect(table.stdout).toContain('\ngpt-x[2J31m forged\n')
  expect(controlsIn(table.stdout)).toEqual([])
  const json = await runCli(['models', '--json'], { isTTY: true })
  expect(controlsIn(json.stdout)).toEqual([])
  expect(JSON.parse(json.stdout)).toMatchObject([{ id: slug, displayName: model.display_name }])
})

test('a list of 100,000 models is a table', async () => {
  const models = Array.from({ length: 100_000 }, (_, index) => ({
    slug: `m${index}`,
    use_responses_lite: true,
  }))
  await startWorld({ server: { models } })
  const { exitCode, stdout } = await runCli(['models'])
  expect({ exitCode, lines: stdout.split('\n').length }).toEqual({ exitCode: 0, lines: 100_002 })
})

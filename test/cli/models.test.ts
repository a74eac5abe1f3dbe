import { expect, test } from 'vitest'
import { runCli, secretsOf, startWorld } from './support.ts'

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

import { expect, test, vi } from 'vitest'
import { controlsIn, runCli, secretsOf, setEnv, startWorld } from './support.ts'

const NOW = Date.parse('2026-11-25T12:00:00Z')

const textEvents = (...deltas: string[]) => [
  { type: 'response.created', response: { id: 'resp_1' } },
  {
    type: 'response.output_item.added',
    output_index: 0,
    item: { type: 'message', id: 'm1', role: 'assistant' },
  },
  ...deltas.map((delta) => ({ type: 'response.output_text.delta', item_id: 'm1', output_index: 0, delta })),
]

test('an answer on stdout', async () => {
  const { server, login } = await startWorld()
  server.answer({ type: 'text', text: 'Two.' })
  const result = await runCli(['ask', 'one', 'plus', 'one?'])
  expect(result).toEqual({ exitCode: 0, stdout: 'Two.\n', stderr: '' })
  const [request] = server.responseRequests
  expect(request?.json).toMatchObject({ model: 'gpt-6.2-sol', reasoning: { effort: 'low' } })
  expect(request?.text).toContain('one plus one?')
  for (const secret of secretsOf(login)) expect(request?.text).not.toContain(secret)
})

test('model, effort and system text', async () => {
  const { server } = await startWorld()
  const argv = ['ask', '-m', 'gpt-5.5', '--effort=high', '--system', 'Be short.', 'hi']
  expect((await runCli(argv)).exitCode).toBe(0)
  expect(server.responseRequests[0]?.json).toMatchObject({
    model: 'gpt-5.5',
    reasoning: { effort: 'high' },
    instructions: 'Be short.',
  })
})

test('an effort that the model lacks is clamped, with a warning', async () => {
  const { server } = await startWorld()
  const { exitCode, stderr } = await runCli(['ask', '-m', 'gpt-5.5', '-e', 'ultra', 'hi'])
  expect(exitCode).toBe(0)
  expect(stderr).toMatch(/^Warning: .*ultra/)
  expect(server.responseRequests[0]?.json).toMatchObject({ reasoning: { effort: 'xhigh' } })
})

test.each([
  ['stdin alone', ['ask'], 'piped', 'piped'],
  ['- for stdin', ['ask', '-'], 'piped', 'piped'],
  ['a question about stdin', ['ask', 'what is this?', '-'], 'piped', 'what is this?\n\npiped'],
  ['a question alone', ['ask', 'what is this?'], 'not read', 'what is this?'],
  ['words that begin with -', ['ask', '--', '-1', '+', '1'], '', '-1 + 1'],
  ['a stdin of blanks', ['ask', 'hi'], ' \n', 'hi'],
])('the question: %s', async (_, argv, stdin, expected) => {
  const { server } = await startWorld()
  expect((await runCli(argv, { stdin })).exitCode).toBe(0)
  const input = server.responseRequests[0]?.json?.input as Array<{ role: string; content: unknown }>
  expect(input.at(-1)).toMatchObject({ role: 'user', content: [{ type: 'input_text', text: expected }] })
})

test('a terminal shows each piece as it comes', async () => {
  const { server } = await startWorld()
  let goOn = () => {}
  const gate = new Promise<void>((resolve) => {
    goOn = resolve
  })
  const events = [
    ...textEvents('Hel', 'lo'),
    {
      type: 'response.output_item.done',
      output_index: 0,
      item: {
        type: 'message',
        id: 'm1',
        role: 'assistant',
        content: [{ type: 'output_text', text: 'Hello' }],
      },
    },
    { type: 'response.completed', response: { id: 'resp_1', status: 'completed', output: [] } },
  ]
  const frames = events.map((event) => `data: ${JSON.stringify(event)}\n\n`)
  async function* chunks() {
    yield frames.slice(0, 3).join('')
    await gate
    yield frames.slice(3).join('')
  }
  server.answer({ type: 'raw', headers: { 'content-type': 'text/event-stream' }, chunks: chunks() })
  const pieces: string[] = []
  const result = await runCli(['ask', 'hi'], {
    isTTY: true,
    onOutput(text) {
      pieces.push(text)
      goOn()
    },
  })
  expect(result).toEqual({ exitCode: 0, stdout: 'Hello\n', stderr: '' })
  expect(pieces).toEqual(['Hel', 'lo', '\n'])
})

test.each([
  ['a pipe waits for the whole', [], 'Hello'],
  ['--stream in a pipe', ['--stream'], 'Hel'],
])('%s', async (_, flags, first) => {
  const { server } = await startWorld()
  server.answer({ type: 'text', text: 'Hello', chunk: 'event' })
  const pieces: string[] = []
  const { exitCode, stdout } = await runCli(['ask', ...flags, 'hi'], {
    onOutput: (text) => pieces.push(text),
  })
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'Hello\n' })
  if (first === 'Hello') expect(pieces).toEqual(['Hello', '\n'])
  else expect(pieces.length).toBeGreaterThanOrEqual(2)
})

test('what steers a terminal stays out of it, and goes through a pipe', async () => {
  const { server } = await startWorld()
  const text = 'a\x1b[2Jb\tc\n'
  server.answer({ type: 'text', text }, { type: 'text', text })
  expect((await runCli(['ask', 'hi'], { isTTY: true })).stdout).toBe('a[2Jb\tc\n')
  expect((await runCli(['ask', 'hi'])).stdout).toBe(text)
})

test('reasoning is shown on stderr, when asked for', async () => {
  const { server } = await startWorld()
  const answer = { type: 'text', text: 'Two.', reasoning: 'Adding.' } as const
  server.answer(answer, answer)
  expect(await runCli(['ask', 'hi'])).toEqual({ exitCode: 0, stdout: 'Two.\n', stderr: '' })
  expect(await runCli(['ask', '--reasoning', 'hi'])).toEqual({
    exitCode: 0,
    stdout: 'Two.\n',
    stderr: 'Adding.\n',
  })
})

test.each([
  ['the end of the body', 'close', /^Error: Codex API error 200: .*\n$/],
  ['a dead connection', 'reset', /^Error: Codex API error.*\n$/],
] as const)('an answer cut by %s is an error', async (_, end, words) => {
  const { server } = await startWorld()
  const answer = { type: 'events', events: textEvents('Half an ', 'answer'), end } as const
  server.answer(answer, answer)
  const piped = await runCli(['ask', 'hi'])
  expect(piped).toEqual({ exitCode: 1, stdout: '', stderr: expect.stringMatching(words) })
  const onTerminal = await runCli(['ask', 'hi'], { isTTY: true })
  expect(onTerminal).toEqual({
    exitCode: 1,
    stdout: 'Half an answer\n',
    stderr: expect.stringMatching(words),
  })
})

test('an answer that became too long is not whole', async () => {
  const { server } = await startWorld()
  const end = {
    type: 'response.incomplete',
    response: { id: 'resp_1', incomplete_details: { reason: 'max_output_tokens' } },
  }
  server.answer({ type: 'events', events: [...textEvents('Half'), end] })
  expect(await runCli(['ask', 'hi'])).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: 'Error: The answer is incomplete: it is too long.\n',
  })
})

test('no text at all', async () => {
  const { server } = await startWorld()
  server.answer({
    type: 'events',
    events: [{ type: 'response.completed', response: { id: 'r', output: [] } }],
  })
  expect(await runCli(['ask', 'hi'])).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: 'Error: The model returned no text.\n',
  })
})

test('the usage limit in one line', async () => {
  const { server } = await startWorld()
  const resetsAt = NOW / 1000 + 2 * 3600 + 13 * 60
  server.answer({
    type: 'error',
    status: 429,
    body: {
      error: { type: 'usage_limit_reached', message: 'Reached', plan_type: 'plus', resets_at: resetsAt },
    },
  })
  expect(await runCli(['ask', 'hi'], { now: NOW })).toEqual({
    exitCode: 1,
    stdout: '',
    stderr:
      'Error: The usage limit of your plan (plus) is reached. It resets in 2 h 13 min (2026-11-25T14:13:00Z).\n',
  })
})

test('not logged in, in one line', async () => {
  await startWorld()
  vi.stubEnv('CODEX_AUTH_FILE', '/nowhere/auth.json')
  const { exitCode, stdout, stderr } = await runCli(['ask', 'hi'])
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
  expect(stderr).toMatch(/^Error: There is no Codex login at \/nowhere\/auth\.json\. .*\n$/)
})

test('a login that can not be renewed tells no token', async () => {
  const { server, login } = await startWorld({ login: { expiresInSeconds: -60 } })
  server.answerToken({
    type: 'error',
    status: 401,
    body: { error: { code: 'refresh_token_expired', message: `${login.tokens.refresh_token} expired` } },
  })
  const { exitCode, stdout, stderr } = await runCli(['ask', 'hi'])
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(/^Error: .*\n$/)
  for (const secret of secretsOf(login)) expect(stdout + stderr).not.toContain(secret)
})

test('Ctrl-C ends the request and says nothing', async () => {
  const { server } = await startWorld()
  server.answer({ type: 'hang' })
  const controller = new AbortController()
  const asked = server.nextRequest('/responses')
  const running = runCli(['ask', 'hi'], { signal: controller.signal })
  const request = await asked
  controller.abort()
  expect(await running).toEqual({ exitCode: 130, stdout: '', stderr: '' })
  expect(await request.closed).toBe('aborted')
})

test('Ctrl-C while stdin is read', async () => {
  await startWorld()
  const controller = new AbortController()
  const running = runCli(['ask', '-'], { isTTY: true, signal: controller.signal })
  controller.abort()
  expect(await running).toEqual({ exitCode: 130, stdout: '', stderr: '' })
})

test('an answer as JSON', async () => {
  const { server, login } = await startWorld()
  server.answer({ type: 'text', text: 'Two.\x9b2J', reasoning: 'Adding.' })
  const { exitCode, stdout, stderr } = await runCli(['ask', '--json', '-m', 'gpt-5.5', '-e', 'ultra', 'hi'], {
    isTTY: true,
  })
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(controlsIn(stdout)).toEqual([])
  const json = JSON.parse(stdout)
  expect(json).toEqual({
    model: expect.stringContaining('gpt-5.5'),
    responseId: expect.stringMatching(/^resp_/),
    text: 'Two.\x9b2J',
    reasoning: 'Adding.',
    finishReason: 'stop',
    usage: expect.objectContaining({ inputTokens: expect.any(Number), outputTokens: expect.any(Number) }),
    warnings: [expect.stringContaining('ultra')],
  })
  for (const secret of secretsOf(login)) expect(stdout).not.toContain(secret)
})

test('several messages and reasoning parts as JSON', async () => {
  const { server } = await startWorld()
  const message = (index: number, text: string) => ({
    type: 'response.output_item.done',
    output_index: index,
    item: { type: 'message', id: `m${index}`, role: 'assistant', content: [{ type: 'output_text', text }] },
  })
  const end = { type: 'response.completed', response: { id: 'resp_1', output: [] } }
  server.answer({ type: 'events', events: [message(0, 'One.'), message(1, 'Two.'), end] })
  const { stdout } = await runCli(['ask', '--json', 'hi'])
  expect(JSON.parse(stdout)).toMatchObject({
    model: 'gpt-6.2-sol',
    text: 'One.\n\nTwo.',
    reasoning: null,
    usage: { inputTokens: null, totalTokens: null },
    warnings: [],
  })
})

test.each([
  [
    'an answer that is cut off',
    { type: 'events', events: textEvents('Half'), end: 'close' },
    { name: 'AI_APICallError' },
  ],
  [
    'an incomplete answer',
    {
      type: 'events',
      events: [...textEvents('Half'), { type: 'response.incomplete', response: { id: 'r' } }],
    },
    { message: expect.stringContaining('incomplete') },
  ],
  [
    'an answer without text',
    { type: 'events', events: [{ type: 'response.completed', response: { id: 'r', output: [] } }] },
    { message: 'The model returned no text.' },
  ],
  [
    'a usage limit',
    {
      type: 'error',
      status: 429,
      body: {
        error: { type: 'usage_limit_reached', message: 'R', plan_type: 'plus', resets_at: NOW / 1000 },
      },
    },
    { statusCode: 429, planType: 'plus', resetsAt: new Date(NOW).toISOString() },
  ],
] as const)('%s is an error as JSON', async (_, answer, error) => {
  const { server } = await startWorld()
  server.answer(answer)
  const { exitCode, stdout, stderr } = await runCli(['ask', '--json', 'hi'])
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' })
  expect(JSON.parse(stdout)).toMatchObject({ error })
})

test.each([[['--json', '--stream', 'hi']], [['--json', '--effort', 'hihg', 'hi']], [['--json']]])(
  'wrong usage as JSON: %j',
  async (argv) => {
    setEnv({ CODEX_AUTH_FILE: '/nowhere/auth.json' })
    const { exitCode, stdout, stderr } = await runCli(['ask', ...argv])
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ error: { name: 'UsageError' } })
  },
)

test('--json after -- is text', async () => {
  setEnv({ CODEX_AUTH_FILE: '/nowhere/auth.json' })
  const { stdout, stderr } = await runCli(['ask', '--', '--json'])
  expect({ stdout, stderr }).toEqual({ stdout: '', stderr: expect.stringMatching(/^Error: /) })
})

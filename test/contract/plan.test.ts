import { describe, expect, onTestFinished, test } from 'vitest'
import { memoryTokenStore } from '../../src/auth/memory-store.ts'
import { CodexAuthTokenError, CodexUsageLimitError } from '../../src/errors.ts'
import { createChatGPT, createCodex } from '../../src/index.ts'
import { asObject } from '../../src/lib/json.ts'
import { CHATGPT_FAILURES } from '../../src/routes/chatgpt-failures.ts'
import { startCodexServer } from '../../src/testing/server.ts'
import type { JsonObject } from '../../src/testing/types.ts'
import { CREATED, delta, events, failed, rejection } from '../adapters/v1/support.ts'
import type { Driver } from './support/ask.ts'
import { eachAI, refusals } from './support/contract.ts'

const MODEL = 'gpt-6.1-sol'

async function startPlan(ai: Driver, settings: JsonObject = {}) {
  const server = await startCodexServer({ route: 'chatgpt' })
  onTestFinished(() => server.close())
  const { access_token: accessToken, id_token: idToken } = server.login().tokens
  const chatgpt = ai.createChatGPT({
    appName: 'Größe & Co',
    baseURL: server.baseURL,
    issuer: server.issuer,
    auth: { accessToken, idToken },
    ...settings,
  })
  return { server, chatgpt }
}

const ADD = { schema: { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] } }

eachAI('createChatGPT sends what OpenAI documents, and nothing that names Codex', async ({ ai }) => {
  for (const { run } of ai.ways) {
    const { server, chatgpt } = await startPlan(ai, { instructions: 'Be terse.' })
    const { steps, metadata, errors } = await run({
      model: chatgpt(MODEL),
      system: 'Speak English.',
      prompt: 'Call add',
      tools: { add: { ...ADD, execute: () => 3 }, web_search: { hosted: chatgpt.tools.webSearch() } },
      maxSteps: 2,
    })
    expect(errors).toEqual([])
    expect(steps).toHaveLength(2)
    expect(metadata).toBeDefined()
    expect(refusals(server)).toEqual([])
    for (const { headers } of server.responseRequests) {
      expect(Object.keys(headers).sort()).toEqual(
        expect.arrayContaining(['accept', 'authorization', 'content-type', 'user-agent']),
      )
      expect(headers['user-agent']).toMatch(/^Gr-e-Co \(/)
      expect(JSON.stringify(headers)).not.toMatch(/codex|originator|session/i)
    }
    const body = asObject(server.responseRequests[0]?.json)
    expect(body).toMatchObject({ store: false, stream: true, reasoning: { summary: 'auto' } })
    expect(body.tools).toEqual([{ type: 'web_search' }])
    expect(body.input).toMatchObject([
      { type: 'additional_tools', role: 'developer', tools: [{ type: 'function', name: 'add' }] },
      { role: 'developer', content: [{ text: 'Be terse.\n\nSpeak English.' }] },
      { role: 'user' },
    ])
    for (const field of ['instructions', 'parallel_tool_calls', 'text', 'service_tier', 'client_metadata']) {
      expect(body).not.toHaveProperty(field)
    }
    expect(body.reasoning).not.toHaveProperty('context')
    expect(body.include).toEqual(['reasoning.encrypted_content'])
  }
})

eachAI('every model of createChatGPT has the same shape, and none has words of ours', async ({ ai }) => {
  const [{ run } = { run: undefined }] = ai.ways
  const { server, chatgpt } = await startPlan(ai)
  for (const model of ['gpt-5.5', MODEL, 'gpt-9-unknown'])
    await run?.({ model: chatgpt(model), prompt: 'hi' })
  expect(refusals(server)).toEqual([])
  for (const { json } of server.responseRequests) expect(json?.input).toMatchObject([{ role: 'user' }])
})

eachAI('what a plan does not cover is left out with a warning', async ({ ai }) => {
  const [{ run } = { run: undefined }] = ai.ways
  const { server, chatgpt } = await startPlan(ai, { codexMode: false, originator: 'x', timeout: 1 })
  const seen = await run?.({
    model: chatgpt(MODEL),
    prompt: 'hi',
    settings: { temperature: 0.5 },
    maxOutputTokens: 10,
    tools: {
      image_generation: { hosted: chatgpt.tools.imageGeneration() },
      local_shell: { hosted: chatgpt.tools.localShell() },
    },
    providerOptions: {
      chatgpt: { metadata: { a: 'b' }, reasoningEffort: 'low' },
      codex: { textVerbosity: 'low' },
    },
  })
  expect(seen?.errors).toEqual([])
  expect(refusals(server)).toEqual([])
  const warnings = seen?.warnings.join('\n')
  for (const words of [
    'codexMode is not a setting of createChatGPT()',
    'originator is not a setting of createChatGPT()',
    'timeout is not a setting of createChatGPT() and is ignored. Did you mean timeouts?',
    'image_generation is left out',
    'local_shell is left out',
    'temperature',
    'metadata is left out',
  ]) {
    expect(warnings).toContain(words)
  }
  expect(server.responseRequests[0]?.json).toMatchObject({
    reasoning: { effort: 'low' },
    text: { verbosity: 'low' },
  })
})

eachAI('a changed effort goes in its field: a plan takes no item for it', async ({ ai }) => {
  for (const { run } of ai.ways) {
    const { server, chatgpt } = await startPlan(ai)
    const first = await run({ model: chatgpt(MODEL), prompt: 'hi' })
    await run({
      model: chatgpt(MODEL),
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'hi' }] },
        { role: 'given', messages: first.messages },
        { role: 'user', content: [{ type: 'text', text: 'more' }] },
      ],
      providerOptions: { chatgpt: { reasoningEffort: 'high' } },
    })
    expect(refusals(server)).toEqual([])
    const [, second] = server.responseRequests.map(({ json }) => json)
    expect(second?.reasoning).toMatchObject({ effort: 'high' })
    expect(JSON.stringify(second)).not.toContain('configuration_update')
  }
})

eachAI('metadata stands under chatgpt, and a history goes back with its reasoning', async ({ ai }) => {
  for (const { run } of ai.ways) {
    const { server, chatgpt } = await startPlan(ai)
    server.answer({ type: 'text', text: 'One.', reasoning: 'Think.' })
    const first = await run({ model: chatgpt(MODEL), prompt: 'hi' })
    await run({
      model: chatgpt(MODEL),
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'hi' }] },
        { role: 'given', messages: first.messages },
        { role: 'user', content: [{ type: 'text', text: 'more' }] },
      ],
    })
    expect(refusals(server)).toEqual([])
    expect(server.responseRequests[1]?.json?.input).toMatchObject([
      { role: 'user' },
      { type: 'reasoning', encrypted_content: expect.any(String) },
      { role: 'assistant', phase: 'final_answer' },
      { role: 'user' },
    ])
  }
})

eachAI('models() lists the models of the plan, and usage() says where usage is shown', async ({ ai }) => {
  const { server, chatgpt } = await startPlan(ai)
  const models = await chatgpt.models()
  expect(models.map(({ id }) => id)).toContain(MODEL)
  await expect(chatgpt.usage()).rejects.toMatchObject({
    name: 'AI_UnsupportedFunctionalityError',
    message: expect.stringContaining('https://chatgpt.com/settings/usage'),
  })
  expect(server.requests.map(({ path }) => path.split('?')[0])).toEqual(['/v1/models'])
})

eachAI('models() tells a failure of the plan as a call does', async ({ ai }) => {
  const { server, chatgpt } = await startPlan(ai, { cacheDir: '' })
  const body = { error: { message: 'No.', code: 'subscription_sharing_user_not_eligible' } }
  server.answerPath('/models', { type: 'error', status: 403, body })
  await expect(chatgpt.models()).rejects.toMatchObject({
    statusCode: 403,
    isRetryable: false,
    message: expect.stringContaining('This ChatGPT account or plan can not be used by apps'),
  })
})

const OWN_ROWS = CHATGPT_FAILURES.flatMap((row) =>
  (row.codes ?? []).filter((code) => /^(?:subscription|chatpass)_/.test(code)).map((code) => ({ code, row })),
)

describe.each(OWN_ROWS)('$code', ({ code, row }) => {
  eachAI(
    'is an error of its own, before and inside a stream, and does not renew the login',
    async ({ ai }) => {
      for (const { run } of ai.ways) {
        for (const isInStream of [false, true]) {
          const { server, chatgpt } = await startPlan(ai)
          const { status = 500 } = row
          const body = { error: { message: 'The words.', type: 'x', param: null, code } }
          server.answer(
            isInStream
              ? events(CREATED, delta('Hel'), failed(code, 'The words.'))
              : { type: 'error', status, body },
          )
          const { errors } = await run({ model: chatgpt(MODEL), prompt: 'hi' })
          expect(errors).toMatchObject([
            {
              message: `ChatGPT API error ${status}: The words. ${row.advice}`,
              isRetryable: row.isRetryable,
            },
          ])
          expect(CodexUsageLimitError.isInstance(errors[0])).toBe(row.isUsageLimit === true)
          expect(errors[0]).not.toHaveProperty('resetsAt', expect.anything())
          expect(row.advice).not.toMatch(/Codex CLI|@openai\/codex/)
          expect(server.requests).toHaveLength(1)
        }
      }
    },
  )
})

test('other words for a 401 and a 403 are final, and advice never speaks of the Codex CLI', async () => {
  const server = await startCodexServer({ route: 'chatgpt' })
  onTestFinished(() => server.close())
  let reads = 0
  const { access_token: accessToken } = server.login().tokens
  const chatgpt = createChatGPT({
    appName: 'App',
    baseURL: server.baseURL,
    auth: () => {
      reads += 1
      return { accessToken }
    },
  })
  for (const status of [401, 403]) {
    server.answer({ type: 'error', status, body: { detail: 'Not allowed here' } })
    await expect(
      chatgpt(MODEL).doGenerate({
        inputFormat: 'prompt',
        mode: { type: 'regular' },
        prompt: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
      }),
    ).rejects.toMatchObject({ statusCode: status, message: expect.stringContaining('Not allowed here') })
  }
  expect(reads).toBe(1)
  for (const { advice } of CHATGPT_FAILURES)
    expect(advice).not.toMatch(/Codex CLI|@openai\/codex|clientVersion|accountId/)
})

test('a dead token is renewed once', async () => {
  const server = await startCodexServer({ route: 'chatgpt' })
  onTestFinished(() => server.close())
  const { access_token: dead } = server.login().tokens
  const { access_token: alive } = server.login().tokens
  server.revokeAccessToken(dead)
  const reasons: string[] = []
  const chatgpt = createChatGPT({
    appName: 'App',
    baseURL: server.baseURL,
    auth: ({ reason }) => {
      reasons.push(reason)
      return { accessToken: reasons.length === 1 ? dead : alive }
    },
  })
  expect((await chatgpt.models()).length).toBeGreaterThan(0)
  expect(reasons).toEqual(['initial', 'unauthorized'])
})

describe.each(['tokens', 'a store', 'a function'] as const)('a personal access token by %s', (kind) => {
  test('is refused at once: no server is asked about it', async () => {
    const server = await startCodexServer({ route: 'chatgpt' })
    onTestFinished(() => server.close())
    const tokens = { accessToken: 'at-1234567890abcdefghij' }
    const auth = { tokens, 'a store': memoryTokenStore(tokens), 'a function': () => tokens }[kind]
    const chatgpt = createChatGPT({ appName: 'App', baseURL: server.baseURL, issuer: server.issuer, auth })
    const error = await rejection(chatgpt.models())
    expect(CodexAuthTokenError.isInstance(error)).toBe(true)
    expect(String(error)).toContain('provided a Codex login')
    expect(String(error)).not.toContain(tokens.accessToken)
    expect(server.requests).toEqual([])
  })
})

test.each([undefined, '', ' ', 7, 'a\nb'])('createChatGPT needs the name of the app: %j', (appName) => {
  expect(() => createChatGPT({ appName } as never)).toThrow(
    expect.objectContaining({ name: 'AI_InvalidArgumentError', argument: 'appName' }),
  )
  expect(() => createChatGPT(undefined as never)).toThrow(/appName/)
})

test('no token of one route goes to the hosts of the other', async () => {
  const [plan, codexServer] = await Promise.all([startCodexServer({ route: 'chatgpt' }), startCodexServer()])
  onTestFinished(() => Promise.all([plan.close(), codexServer.close()]).then(() => undefined))
  const planToken = plan.login().tokens.access_token
  const codexToken = codexServer.login().tokens.access_token
  const asked: Array<{ host: string; sent: string }> = []
  const fetch: typeof globalThis.fetch = (input, init) => {
    const url = new URL(String(input))
    const sent = JSON.stringify([url.href, [...new Headers(init?.headers)], String(init?.body ?? '')])
    asked.push({ host: url.host, sent })
    return globalThis.fetch(input, init)
  }
  const call: Parameters<ReturnType<typeof codex>['doGenerate']>[0] = {
    inputFormat: 'prompt',
    mode: { type: 'regular' },
    prompt: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
  }
  const chatgpt = createChatGPT({
    appName: 'App',
    baseURL: plan.baseURL,
    issuer: plan.issuer,
    auth: { accessToken: planToken },
    fetch,
  })
  const codex = createCodex({
    baseURL: codexServer.baseURL,
    issuer: codexServer.issuer,
    auth: { accessToken: codexToken },
    codexMode: false,
    fetch,
  })
  for (const provider of [chatgpt, codex]) {
    await provider(MODEL).doGenerate(call)
    await provider.models()
  }
  await codex.usage()
  await expect(chatgpt.usage()).rejects.toThrow()
  const sentTo = (url: string) =>
    asked.flatMap(({ host, sent }) => (host === new URL(url).host ? [sent] : []))
  expect(sentTo(plan.url).length).toBe(2)
  expect(sentTo(codexServer.url).length).toBeGreaterThanOrEqual(3)
  expect(sentTo(plan.url).filter((sent) => sent.includes(codexToken))).toEqual([])
  expect(sentTo(codexServer.url).filter((sent) => sent.includes(planToken))).toEqual([])
})

eachAI('a plan has no image models: NoSuchModelError that says what to use', async ({ ai }) => {
  const { chatgpt } = await startPlan(ai)
  let thrown: unknown
  try {
    chatgpt.imageModel('gpt-image-2')
  } catch (error) {
    thrown = error
  }
  expect(ai.isNoSuchModel(thrown)).toBe(true)
  expect(thrown).toMatchObject({
    modelId: 'gpt-image-2',
    modelType: 'imageModel',
    message: expect.stringMatching(/^Sign in with ChatGPT covers no image models\. Use `createCodex`/),
  })
})

eachAI('there is no compaction, and a changed effort goes as ever', async ({ ai }) => {
  const { server, chatgpt } = await startPlan(ai)
  const failed = chatgpt.compact([{ role: 'user', content: 'hi' }], { model: MODEL })
  await expect(failed).rejects.toMatchObject({
    name: 'AI_UnsupportedFunctionalityError',
    message: expect.stringContaining('OpenAI documents no compaction'),
  })
  expect(server.responseRequests).toEqual([])
  for (const { run } of ai.ways) {
    const model = chatgpt(MODEL, { autoCompact: { atTokens: 1 } })
    const one = await run({ model, prompt: 'hi' })
    expect(one.warnings).toEqual([expect.stringContaining('autoCompact is left out')])
    const two = await run({
      model,
      messages: [
        { role: 'given', messages: [{ role: 'user', content: 'hi' }, ...one.messages] },
        { role: 'user', content: [{ type: 'text', text: 'more' }] },
      ],
      providerOptions: { chatgpt: { reasoningEffort: 'high' } },
    })
    expect(two.errors).toEqual([])
    expect(server.responseRequests.at(-1)?.json?.reasoning).toMatchObject({ effort: 'high' })
  }
  expect(refusals(server)).toEqual([])
})

import { describe, expect, onTestFinished } from 'vitest'
import type { CodexProviderSettings } from '../../src/core/settings.ts'
import { CodexAuthFileNotFoundError, CodexUsageLimitError } from '../../src/index.ts'
import { asObject } from '../../src/lib/json.ts'
import type { CodexLogEntry } from '../../src/lib/log.ts'
import { startCodexServer } from '../../src/testing/server.ts'
import type { CodexServer, HttpAnswer, JsonObject } from '../../src/testing/types.ts'
import { writeAuthFile } from '../support/provider.ts'
import { secretsOf, shown } from '../support/shown.ts'
import type { AskImages, Driver, SeenImages } from './support/ask.ts'
import { eachAI, refusals } from './support/contract.ts'
import { PNG, PNG_URL } from './support/png.ts'

const MODEL = 'gpt-image-2'

async function startCodex(ai: Driver, settings: CodexProviderSettings = {}) {
  const server = await startCodexServer()
  onTestFinished(() => server.close())
  const login = server.login()
  const { baseURL, issuer } = server
  const codex = ai.createCodex({ baseURL, issuer, authFile: await writeAuthFile(login), ...settings })
  return { server, codex, login }
}

interface ImageContract {
  ai: Driver
  start(settings?: CodexProviderSettings): ReturnType<typeof startCodex>
}

/** The Codex route has image models, whichever route the rest of the contract runs on. */
const eachImageAI = (name: string, run: (contract: ImageContract) => Promise<void>) =>
  eachAI(`images: ${name}`, ({ ai }) => run({ ai, start: (settings) => startCodex(ai, settings) }))

const sentTo = ({ requests }: CodexServer, operation: 'generations' | 'edits'): JsonObject[] =>
  requests.filter(({ path }) => path.endsWith(`/images/${operation}`)).map(({ json }) => json ?? {})

/** An answer with status 200. */
const json = (body: unknown): HttpAnswer => ({
  type: 'raw',
  headers: { 'content-type': 'application/json' },
  chunks: [typeof body === 'string' ? body : JSON.stringify(body)],
})

const data = (...images: unknown[]) => json({ created: 1, data: images.map((b64_json) => ({ b64_json })) })

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  )

/** Only newer majors take images in. */
const withFiles = (ai: Driver) => ai.major >= 6

describe('requests', () => {
  eachImageAI('one, as the Codex CLI asks for it', async ({ ai, start }) => {
    const { codex, server, login } = await start({ headers: { 'x-mine': 'yes' } })
    const seen = await ai.images({ model: codex.imageModel(MODEL), prompt: 'a red dot' })
    expect(seen.images).toEqual([{ mediaType: 'image/png', base64: PNG }])
    expect(seen.warnings).toEqual([])
    const [request] = server.requests
    expect(request?.text).toBe(
      '{"prompt":"a red dot","background":"opaque","model":"gpt-image-2","quality":"auto","size":"auto"}',
    )
    expect(request).toMatchObject({
      method: 'POST',
      path: '/backend-api/codex/images/generations',
      headers: {
        authorization: `Bearer ${login.tokens.access_token}`,
        'chatgpt-account-id': login.tokens.account_id,
        'content-type': 'application/json',
        originator: 'ai_sdk_provider_codex',
        version: '0.171.0',
        'user-agent': expect.stringContaining('ai-sdk-provider-codex/'),
        'x-mine': 'yes',
      },
    })
    expect(refusals(server)).toEqual([])
  })

  eachImageAI('the model has what its version asks for', async ({ ai, start }) => {
    const { codex } = await start({ modelAliases: { mine: 'gpt-image-3' } })
    expect(codex.imageModel('codex/gpt-image')).toMatchObject({
      specificationVersion: ai.specification,
      provider: 'codex.image',
      modelId: MODEL,
      maxImagesPerCall: 10,
    })
    expect(codex.imageModel('mine')).toMatchObject({ modelId: 'gpt-image-3' })
    expect(codex.imageModel('any-other')).toMatchObject({ modelId: 'any-other' })
    for (const id of ['', ' ', undefined, 'gpt\nimage']) {
      expect(() => codex.imageModel(id as string)).toThrow(/^The model id must /)
    }
    expect(ai.imageFromRegistry(codex, 'codex:gpt-image')).toMatchObject({ modelId: MODEL })
  })

  eachImageAI('several, by one request', async ({ ai, start }) => {
    const { codex, server } = await start()
    const seen = await ai.images({ model: codex.imageModel(MODEL), prompt: 'dots', n: 3 })
    expect(seen.images).toHaveLength(3)
    expect(sentTo(server, 'generations')).toMatchObject([{ n: 3 }])
  })

  eachImageAI('several, of a backend that gives one a request', async ({ ai, start }) => {
    const { codex, server } = await start()
    server.answerPath('/generations', data(PNG), data(PNG), data(PNG))
    const seen = await ai.images({ model: codex.imageModel(MODEL), prompt: 'dots', n: 3 })
    expect(seen.images).toHaveLength(3)
    expect(seen.warnings).toEqual([])
    expect(sentTo(server, 'generations').map(({ n }) => n)).toEqual([3, 2, undefined])
  })

  eachImageAI('size, options and headers of the call', async ({ ai, start }) => {
    const { codex, server } = await start()
    const seen = await ai.images({
      model: codex.imageModel(MODEL),
      prompt: 'a fox',
      size: '2048x1152',
      headers: { 'X-Call': '1' },
      providerOptions: {
        codex: { quality: 'high', outputFormat: 'webp', outputCompression: 50, moderation: null as never },
        openai: { quality: 'low', background: 'auto', moderation: 'low', style: 'vivid' },
      },
    })
    // `ai` 4 knows one in four WebP images by its base64.
    if (ai.major > 4) expect(seen.images.map(({ mediaType }) => mediaType)).toEqual(['image/webp'])
    expect(seen.warnings).toEqual([])
    expect(sentTo(server, 'generations')).toEqual([
      {
        prompt: 'a fox',
        background: 'auto',
        model: MODEL,
        quality: 'high',
        size: '2048x1152',
        output_format: 'webp',
        output_compression: 50,
        moderation: 'low',
      },
    ])
    expect(server.requests[0]?.headers).toMatchObject({ 'x-call': '1' })
  })

  const RATIOS: ReadonlyArray<[ratio: string, model: string, size: string, warns: RegExp | undefined]> = [
    ['1:1', MODEL, '1024x1024', undefined],
    ['6:4', MODEL, '1536x1024', undefined],
    ['2:3', 'gpt-image-1.5', '1024x1536', undefined],
    ['16:9', MODEL, '1536x864', undefined],
    ['9:16', MODEL, '864x1536', undefined],
    ['4:3', MODEL, '1408x1056', undefined],
    ['3:1', MODEL, '2160x720', undefined],
    // No size that small steps lead to has this ratio.
    ['1000:999', MODEL, '1248x1248', undefined],
    ['4:1', MODEL, 'auto', /aspectRatio is left out: the longer side may be at most 3 times/],
    ['16:9', 'gpt-image-1.5', '1536x1024', /gpt-image-1\.5 takes no aspect ratio of 16:9; the nearest size/],
    ['9:16', 'gpt-image-1-mini', '1024x1536', /the nearest size, 1024x1536, is asked for/],
  ]
  eachImageAI('an aspect ratio is a size, or a warning', async ({ ai, start }) => {
    const { codex, server } = await start()
    for (const [aspectRatio, model, size, warns] of RATIOS) {
      const seen = await ai.images({ model: codex.imageModel(model), prompt: 'a fox', aspectRatio })
      expect([aspectRatio, sentTo(server, 'generations').at(-1)?.size]).toEqual([aspectRatio, size])
      expect(seen.warnings).toEqual(warns ? [expect.stringMatching(warns)] : [])
    }
    expect(refusals(server)).toEqual([])
  })

  eachImageAI('what is not taken is a warning', async ({ ai, start }) => {
    const { codex } = await start({ recoverr: true } as never)
    const seen = await ai.images({
      model: codex.imageModel(MODEL),
      prompt: 'a fox',
      size: '1024x1024',
      aspectRatio: '1:1',
      seed: 7,
      headers: { Authorization: 'Bearer mine' },
      providerOptions: { codex: { qualty: 'high', inputFidelity: 'high' } },
    })
    expect(seen.images).toHaveLength(1)
    expect(seen.warnings).toEqual([
      expect.stringContaining(
        'recoverr is not a setting of createCodex() and is ignored. Did you mean recover?',
      ),
      expect.stringContaining('The header authorization is left out'),
      expect.stringContaining('providerOptions.codex.qualty is not an option of this provider'),
      expect.stringContaining('seed: seed is left out'),
      expect.stringContaining('inputFidelity: inputFidelity is left out: it is for edits'),
      expect.stringContaining('aspectRatio: aspectRatio is left out: the size is given'),
    ])
    expect(seen.warnings[2]).toContain('Did you mean quality?')
  })

  const WRONG: ReadonlyArray<[name: string, ask: Omit<AskImages, 'model'>, says: RegExp]> = [
    ['no prompt', { prompt: ' ' }, /The call for images has no prompt\./],
    ['a size', { prompt: 'x', size: 'large' }, /^Invalid value for size: .*'1024x1024'/],
    ['a size of none', { prompt: 'x', size: '0x5' }, /^Invalid value for size/],
    ['a ratio', { prompt: 'x', aspectRatio: '16x9' }, /^Invalid value for aspectRatio: .*'16:9'/],
    [
      'a quality',
      { prompt: 'x', providerOptions: { codex: { quality: 'best' } } },
      /providerOptions\.codex\.quality: allowed are "auto", "low", "medium", "high"\./,
    ],
    [
      'a compression',
      { prompt: 'x', providerOptions: { codex: { outputCompression: 1.5 } } },
      /providerOptions\.codex\.outputCompression: allowed are whole numbers from 0 to 100\./,
    ],
    [
      'options that are none',
      { prompt: 'x', providerOptions: { codex: [] as never } },
      /providerOptions\.codex must be an object\./,
    ],
  ]
  eachImageAI('a wrong value is an error before any request', async ({ ai, start }) => {
    const { codex, server } = await start()
    for (const [name, ask, says] of WRONG) {
      const error = await failureOf(ai.images({ model: codex.imageModel(MODEL), ...ask }))
      expect([name, asObject(error).message]).toEqual([name, expect.stringMatching(says)])
      expect(asObject(error).name).toMatch(/^AI_Invalid(?:Argument|Prompt)Error$/)
    }
    expect(server.requests).toEqual([])
  })
})

describe('edits', () => {
  const BYTES = Uint8Array.from(Buffer.from(PNG, 'base64'))

  eachImageAI('a picture and a mask are edited', async ({ ai, start }) => {
    if (!withFiles(ai)) return
    const { codex, server } = await start()
    const seen = await ai.images({
      model: codex.imageModel(MODEL),
      prompt: {
        text: 'add a hat',
        images: [BYTES, PNG, PNG_URL, 'https://example.com/fox.png'],
        mask: BYTES,
      },
      providerOptions: { codex: { inputFidelity: 'high' } },
    })
    expect(seen.images).toHaveLength(1)
    expect(sentTo(server, 'edits')).toEqual([
      {
        prompt: 'add a hat',
        background: 'opaque',
        model: MODEL,
        quality: 'auto',
        size: 'auto',
        images: [PNG_URL, PNG_URL, PNG_URL, 'https://example.com/fox.png'].map((image_url) => ({
          image_url,
        })),
        mask: { image_url: PNG_URL },
        input_fidelity: 'high',
      },
    ])
    expect(refusals(server)).toEqual([])
  })

  eachImageAI('a picture that is none is an error', async ({ ai, start }) => {
    if (!withFiles(ai)) return
    const { codex, server } = await start()
    const model = codex.imageModel(MODEL)
    const ask = (prompt: AskImages['prompt']) => failureOf(ai.images({ model, prompt: prompt as never }))
    expect(await ask({ text: 'x', images: [new Uint8Array(0)] })).toMatchObject({
      message: expect.stringContaining('an image (image 1) that is empty'),
    })
    expect(await ask({ text: 'x', images: [BYTES, new TextEncoder().encode('<svg/>')] })).toMatchObject({
      message: expect.stringContaining('(image 2)'),
    })
    expect(await ask({ text: 'x', images: [], mask: BYTES })).toMatchObject({
      name: 'AI_InvalidPromptError',
      message: expect.stringContaining('a mask without an image'),
    })
    expect(await ask({ images: [BYTES] })).toMatchObject({
      message: expect.stringContaining('The call for images has no prompt.'),
    })
    expect(server.requests).toEqual([])
  })
})

describe('answers', () => {
  eachImageAI('usage, limits and what the backend says of an image', async ({ ai, start }) => {
    const { codex } = await start()
    const before = Date.now()
    const seen = await ai.images({ model: codex.imageModel(MODEL), prompt: 'dots', n: 2 })
    expect(seen.responses).toEqual([
      {
        timestamp: expect.any(Date),
        modelId: MODEL,
        headers: expect.objectContaining({ 'x-codex-plan-type': 'plus' }),
      },
    ])
    expect(Number(seen.responses[0]?.timestamp)).toBeGreaterThanOrEqual(before)
    if (ai.major === 4) return
    const image = {
      size: '1024x1024',
      quality: 'medium',
      background: 'opaque',
      outputFormat: 'png',
      usage: { inputTokens: 1, outputTokens: 2000, totalTokens: 2001 },
      planType: 'plus',
      rateLimits: expect.objectContaining({ primary: expect.objectContaining({ usedPercent: 12 }) }),
    }
    expect(seen.metadata).toMatchObject({ images: [image, image] })
    if (ai.major >= 6)
      expect(seen.usage).toMatchObject({ inputTokens: 1, outputTokens: 2000, totalTokens: 2001 })
  })

  eachImageAI('usage of several requests is added up, unknown counts stay so', async ({ ai, start }) => {
    if (ai.major < 6) return
    const { codex, server } = await start()
    const one = (usage: unknown) => json({ data: [{ b64_json: PNG, revised_prompt: 'A dot' }], usage })
    server.answerPath('/generations', one({ total_tokens: 10 }), one({ total_tokens: 5, input_tokens: 'x' }))
    const seen = await ai.images({ model: codex.imageModel(MODEL), prompt: 'dots', n: 2 })
    expect(asObject(seen.usage)).toMatchObject({ totalTokens: 15 })
    expect(asObject(seen.usage).inputTokens).toBeUndefined()
    expect(asObject(seen.metadata).images).toMatchObject([
      { revisedPrompt: 'A dot' },
      { revisedPrompt: 'A dot' },
    ])
  })

  eachImageAI('fewer than asked for is said, more are left out', async ({ ai, start }) => {
    const { codex, server } = await start()
    const model = codex.imageModel(MODEL)
    server.answerPath('/generations', data(PNG, PNG), {
      type: 'error',
      status: 400,
      body: { detail: 'No more' },
    })
    const fewer = await ai.images({ model, prompt: 'dots', n: 3 })
    expect(fewer.images).toHaveLength(2)
    expect(fewer.warnings).toEqual([
      expect.stringMatching(/Only 2 of 3 images came\. Codex API error 400: No more\./),
    ])
    server.answerPath('/generations', data(PNG, PNG, PNG))
    const more = await ai.images({ model, prompt: 'dots', n: 2 })
    expect(more.images).toHaveLength(2)
    expect(more.warnings).toEqual([expect.stringContaining('3 images came where 2 were asked for')])
  })

  const HOSTILE: ReadonlyArray<[name: string, answer: HttpAnswer, says: RegExp, status?: number]> = [
    ['not JSON', json('<html>'), /The answer is not a JSON object\./],
    ['a list', json([PNG]), /The answer is not a JSON object\./],
    ['no data', json({ created: 1 }), /The answer has no images\./],
    ['data of none', json({ data: [] }), /The answer has no images\./],
    ['an address', json({ data: [{ url: 'https://x.test/a.png' }] }), /Image 1 .* no readable base64 data/],
    ['wrong base64', data(PNG, 'a!b'), /Image 2 .* no readable base64 data/],
    ['base64 with an end in its midst', data('aa==aaaa'), /Image 1 /],
    ['empty', data(''), /Image 1 /],
    ['half a group', data('aaaaa'), /Image 1 /],
    ['null', data(null), /Image 1 /],
    [
      'an error',
      json({ error: { message: 'No colours left', code: 'server_error' } }),
      /500: No colours left/,
      500,
    ],
    [
      'a redirect',
      { type: 'error', status: 302, body: '', headers: { location: 'https://evil.test/' } },
      /redirect, which is not followed/,
      302,
    ],
  ]
  eachImageAI('an answer that is none is an APICallError', async ({ ai, start }) => {
    const { codex, server } = await start()
    for (const [name, answer, says, status = 200] of HOSTILE) {
      server.answerPath('/generations', answer)
      const error = await failureOf(ai.images({ model: codex.imageModel(MODEL), prompt: 'dots', n: 2 }))
      expect([name, ai.isAPICallError(error), asObject(error).message]).toEqual([
        name,
        true,
        expect.stringMatching(says),
      ])
      expect(error).toMatchObject({ statusCode: status, isRetryable: status === 500 })
    }
  })
})

describe('failures', () => {
  const make = (ai: Driver, codex: { imageModel(id: string): unknown }, more: Partial<AskImages> = {}) =>
    failureOf(ai.images({ model: codex.imageModel(MODEL), prompt: 'a fox', ...more }))

  eachImageAI('a 500 is tried again by ai', async ({ ai, start }) => {
    // It waits two seconds.
    if (ai.major === 4) return
    const { codex, server } = await start()
    server.answerPath('/generations', {
      type: 'error',
      status: 500,
      body: 'oops',
      headers: { 'retry-after-ms': '1' },
    })
    expect(await make(ai, codex, { maxRetries: 1 })).toBeUndefined()
    expect(server.requests.map(({ status }) => status)).toEqual([500, 200])
  })

  eachImageAI('a used-up plan is a CodexUsageLimitError', async ({ ai, start }) => {
    const { codex, server } = await start()
    const body = {
      error: { type: 'usage_limit_reached', message: 'Used up', plan_type: 'plus', resets_at: 4e9 },
    }
    server.answerPath('/generations', { type: 'error', status: 429, body })
    const error = await make(ai, codex, { maxRetries: 2 })
    expect(CodexUsageLimitError.isInstance(error)).toBe(true)
    expect(error).toMatchObject({ planType: 'plus', resetsAt: new Date(4e12) })
    expect(server.requests).toHaveLength(1)
  })

  eachImageAI('a login without images is told what to check', async ({ ai, start }) => {
    const { codex, server } = await start()
    for (const status of [403, 404]) {
      server.answerPath('/generations', { type: 'error', status, body: { detail: 'Not Found' } })
      const error = await make(ai, codex)
      expect(ai.isAPICallError(error)).toBe(true)
      expect(error).toMatchObject({ statusCode: status, isRetryable: false })
      expect(asObject(error).message).toMatch(
        /Not Found\. This login may have no image models: .*codex\.tools\.imageGeneration\(\)/,
      )
    }
  })

  eachImageAI('a 401 renews the login once', async ({ ai, start }) => {
    const { codex, server, login } = await start()
    server.revokeAccessToken(login.tokens.access_token)
    expect(await make(ai, codex)).toBeUndefined()
    expect(server.requests.map(({ path, status }) => `${status} ${path.split('/').at(-1)}`)).toEqual([
      '401 generations',
      '200 token',
      '200 generations',
    ])
    const no: HttpAnswer = { type: 'error', status: 401, body: { detail: 'Never' } }
    server.answerPath('/generations', no, no, no)
    const error = await make(ai, codex)
    expect(error).toMatchObject({ statusCode: 401, isRetryable: false })
    expect(server.requests.filter(({ path }) => path.endsWith('/generations'))).toHaveLength(4)
  })

  eachImageAI('no login is an error that says how to log in', async ({ ai, start }) => {
    const { codex } = await start({ authFile: '/nowhere/auth.json' })
    expect(CodexAuthFileNotFoundError.isInstance(await make(ai, codex))).toBe(true)
  })

  eachImageAI('a reset connection is tried once more', async ({ ai, start }) => {
    const { codex, server } = await start()
    server.answerPath('/generations', { type: 'reset' })
    expect(await make(ai, codex)).toBeUndefined()
    server.answerPath('/generations', { type: 'reset' }, { type: 'reset' })
    expect(await make(ai, codex)).toMatchObject({ isRetryable: true })
  })

  eachImageAI('an option that the backend refuses is left out, with a warning', async ({ ai, start }) => {
    const { codex, server } = await start()
    const refuses = (param: string): HttpAnswer => ({
      type: 'error',
      status: 400,
      body: { error: { message: `Unknown parameter: '${param}'.`, param, code: 'unknown_parameter' } },
    })
    const ask = { prompt: 'a fox', n: 2, providerOptions: { codex: { moderation: 'low' } } }
    server.answerPath('/generations', refuses('moderation'), data(PNG, PNG))
    const seen = await ai.images({ model: codex.imageModel(MODEL), ...ask })
    expect(seen.warnings).toEqual([expect.stringContaining('moderation is left out: the backend refused it')])
    // A backend without `n` is asked for one after the other.
    server.answerPath('/generations', refuses('n'), data(PNG), data(PNG))
    const slow = await ai.images({ model: codex.imageModel(MODEL), prompt: 'a fox', n: 2 })
    expect(slow.images).toHaveLength(2)
    expect(sentTo(server, 'generations').map(({ n }) => n)).toEqual([2, 2, 2, undefined, undefined])
    // Another size would be another image.
    server.answerPath('/generations', refuses('size'))
    expect(await make(ai, codex, { size: '1024x1024' })).toMatchObject({ statusCode: 400 })
  })

  eachImageAI('recover off sends nothing again', async ({ ai, start }) => {
    const { codex, server } = await start({ recover: false })
    server.answerPath('/generations', {
      type: 'error',
      status: 400,
      body: { error: { message: 'No', param: 'quality', code: 'unknown_parameter' } },
    })
    expect(await make(ai, codex)).toMatchObject({ statusCode: 400 })
    expect(server.requests).toHaveLength(1)
  })

  eachImageAI('an abort ends the call with its reason, before and in an answer', async ({ ai, start }) => {
    const { codex, server } = await start()
    const answers: HttpAnswer[] = [{ type: 'hang' }, { type: 'raw', chunks: ['{"data":['], end: 'hang' }]
    for (const answer of answers) {
      server.answerPath('/generations', answer)
      const controller = new AbortController()
      const reason = new Error('enough')
      const arrived = server.nextRequest('/generations')
      const failed = make(ai, codex, { abortSignal: controller.signal })
      const { closed } = await arrived
      controller.abort(reason)
      expect(await failed).toBe(reason)
      expect(await closed).toBe('aborted')
    }
  })

  eachImageAI('the wait has the limit of timeouts.idle', async ({ ai, start }) => {
    const { codex, server } = await start({ timeouts: { response: 1, idle: 60 } })
    server.answerPath('/generations', { type: 'hang' }, { type: 'raw', chunks: ['{'], end: 'hang' })
    for (const words of ['no response headers within 60 ms', 'no complete answer within 60 ms']) {
      const error = await make(ai, codex)
      expect(error).toMatchObject({ isRetryable: true })
      expect(asObject(error).message).toContain(`${words} (timeouts.idle)`)
    }
  })

  eachImageAI('an answer that is cut is left to the retries of ai', async ({ ai, start }) => {
    let onHeaders = () => {}
    const headersCame = new Promise<void>((resolve) => {
      onHeaders = resolve
    })
    const { codex, server } = await start({
      async fetch(input, init) {
        const response = await fetch(input, init)
        onHeaders()
        return response
      },
    })
    async function* half() {
      yield '{"data":['
      await headersCame
    }
    server.answerPath('/generations', { type: 'raw', chunks: half(), end: 'reset' })
    const error = await make(ai, codex)
    expect(error).toMatchObject({ isRetryable: true, statusCode: 200 })
    expect(asObject(error).message).toMatch(/only part of the answer from 127\.0\.0\.1:\d+ arrived/)
    expect(server.requests).toHaveLength(1)
  })

  eachImageAI('no token shows', async ({ ai, start }) => {
    const { codex, server, login } = await start()
    const model = codex.imageModel(MODEL)
    const { access_token: token } = login.tokens
    server.answerPath('/generations', { type: 'error', status: 400, body: { detail: `Bad ${token}` } })
    const error = await make(ai, codex)
    const seen: SeenImages = await ai.images({ model, prompt: 'a fox' })
    const text = [model, error, seen].map(shown).join('\n')
    expect(secretsOf(login).filter((secret) => text.includes(secret))).toEqual([])
  })
})

eachImageAI('a logger is told of images, of a repeat and of a failure', async ({ ai, start }) => {
  const entries: CodexLogEntry[] = []
  const { codex, server } = await start({ logger: (entry) => void entries.push(entry) })
  const model = codex.imageModel(MODEL)
  server.answerPath('/generations', { type: 'reset' })
  await ai.images({ model, prompt: 'a fox' })
  server.answerPath('/generations', { type: 'error', status: 400, body: { detail: 'No.' } })
  await failureOf(ai.images({ model, prompt: 'a fox' }))
  const own = entries.filter(({ event }) => !event.startsWith('http.'))
  expect(own).toMatchObject([
    { level: 'debug', event: 'image.request', fields: { model: MODEL, images: 1 } },
    { level: 'warn', event: 'call.retry', fields: { model: MODEL, reason: 'the connection was reset' } },
    { event: 'image.request' },
    { level: 'info', event: 'image.finish', fields: { images: 1, durationMs: expect.any(Number) } },
    { event: 'image.request' },
    { level: 'error', event: 'call.error', fields: { model: MODEL, statusCode: 400 } },
  ])
  expect(own).toHaveLength(6)
})

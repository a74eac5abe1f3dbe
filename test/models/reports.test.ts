import { APICallError, generateText } from 'ai'
import { describe, expect, it } from 'vitest'
import type { Answer } from '../../src/testing/types.ts'
import { bodyOf, CREATED, events, failed, rejection, WAYS } from '../adapters/v1/support.ts'
import { startProvider } from '../support/provider.ts'

const ASKED = { prompt: 'hi', maxRetries: 2 }
const detail = (status: number, words: string): Answer => ({ type: 'error', status, body: { detail: words } })

const settingsIn = (warnings: readonly unknown[] | undefined): unknown[] =>
  (warnings ?? []).flatMap((warning) =>
    (warning as { type: string; setting?: string }).type === 'unsupported-setting'
      ? [(warning as { setting?: string }).setting]
      : [],
  )

describe.each(WAYS)('$way', ({ hear }) => {
  describe('BR-27 reasoning effort the backend cannot take', () => {
    it.each(['codex', 'openai'])('no list of ours refuses one, from providerOptions.%s', async (name) => {
      const { codex, server } = await startProvider()
      const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']
      for (const reasoningEffort of efforts) {
        const providerOptions = { [name]: { reasoningEffort } }
        const model = codex('brand-new-model')
        expect(await hear({ model, providerOptions, ...ASKED })).toMatchObject({ errors: [], warnings: [] })
      }
      const sent = server.responseRequests.map(({ json }) => json?.reasoning)
      expect(sent).toEqual(efforts.map((effort) => expect.objectContaining({ effort })))
    })

    it('a request that only rate limits answer ends by the time limit (BR-57)', async () => {
      const { codex, server } = await startProvider({ timeouts: { idle: 1000 } })
      server.answer({ type: 'events', events: [{ type: 'codex.rate_limits' }], end: 'hang' })
      const model = codex('gpt-5.1', { reasoningEffort: 'minimal' })
      const { errors } = await hear({ model, prompt: 'hi' })
      expect(bodyOf(server).reasoning).toMatchObject({ effort: 'minimal' })
      expect(errors.map(String)).toEqual([expect.stringContaining('timeouts.idle')])
    })
  })

  describe('BR-32 model name changed on the way', () => {
    const UNSUPPORTED = "The 'X' model is not supported when using Codex with a ChatGPT account."
    const NOT_FOUND = 'Model not found brand-new-model'

    it.each<{ name: string; status: number; words: string; answer: Answer }>([
      { name: 'not supported', status: 400, words: UNSUPPORTED, answer: detail(400, UNSUPPORTED) },
      { name: 'not found', status: 404, words: NOT_FOUND, answer: detail(404, NOT_FOUND) },
      {
        name: 'failed in the stream',
        status: 400,
        words: UNSUPPORTED,
        answer: events(CREATED, failed('server_error', UNSUPPORTED)),
      },
      {
        name: 'an error event',
        status: 404,
        words: NOT_FOUND,
        answer: events({ type: 'error', status: 404, error: { message: NOT_FOUND } }),
      },
    ])(
      '$name: the words stay, causes are named, nothing is sent again',
      async ({ status, words, answer }) => {
        const { codex, server } = await startProvider()
        server.answer(answer)
        const { errors } = await hear({ model: codex('brand-new-model'), ...ASKED })
        expect(server.responseRequests.map(({ json }) => json?.model)).toEqual(['brand-new-model'])
        expect(errors.map((error) => APICallError.isInstance(error))).toEqual([true])
        expect(errors).toMatchObject([{ statusCode: status, isRetryable: false }])
        const [message] = errors.map(String)
        expect(message).toContain(`Codex API error ${status}: ${words}`)
        for (const cause of ['spelling', 'plan', 'retired', 'clientVersion', 'originator']) {
          expect(message).toContain(cause)
        }
      },
    )

    it('a client that is too old for the model', async () => {
      const { codex, server } = await startProvider(
        { clientVersion: '0.150.0' },
        {
          server: {
            models: [{ slug: 'gpt-6.1-sol', use_responses_lite: true, minimal_client_version: '0.160.0' }],
          },
        },
      )
      const { errors } = await hear({ model: codex('gpt-6.1-sol'), ...ASKED })
      expect(server.responseRequests.map(({ refusedBy }) => refusedBy)).toEqual(['version-too-old'])
      expect(errors).toMatchObject([{ statusCode: 400, isRetryable: false }])
      expect(errors.map(String)).toEqual([expect.stringMatching(/requires a newer version.*clientVersion/)])
    })
  })
})

describe('BR-27 reasoning effort the backend cannot take', () => {
  it.each([
    { model: 'gpt-5.5', given: 'minimal', sent: 'low' },
    { model: 'gpt-5.5', given: 'none', sent: 'low' },
    { model: 'gpt-5.5', given: 'xhigh', sent: 'xhigh' },
    { model: 'gpt-5.5', given: 'max', sent: 'xhigh' },
    { model: 'gpt-5.5', given: 'ultra', sent: 'xhigh' },
    { model: 'gpt-6.1-sol', given: 'ultra', sent: 'xhigh' },
    { model: 'brand-new-model', given: 'ultra', sent: 'xhigh' },
    { model: 'brand-new-model', given: 'minimal', sent: 'minimal' },
  ])('$given for $model is sent as $sent', async ({ model, given, sent }) => {
    const { codex, server } = await startProvider()
    const result = await generateText({
      model: codex(model),
      prompt: 'hi',
      providerOptions: { openai: { reasoningEffort: given } },
    })
    expect(bodyOf(server).reasoning).toMatchObject({ effort: sent })
    expect(settingsIn(result.warnings)).toEqual(given === sent ? [] : ['reasoningEffort'])
  })

  it('the words of a 400 reach the caller', async () => {
    const { codex, server } = await startProvider()
    const words = "Unsupported value: 'none' is not supported with the 'x' model."
    const error = { message: words, type: 'invalid_request_error', param: 'reasoning.effort' }
    server.answer({ type: 'error', status: 400, body: { error: { ...error, code: 'unsupported_value' } } })
    const failure = await rejection(generateText({ model: codex('gpt-5.5-none'), prompt: 'hi' }))
    expect(failure).toMatchObject({ statusCode: 400, isRetryable: false })
    expect(String(failure)).toContain(words)
  })
})

describe('BR-32 model name changed on the way', () => {
  it.each([
    { given: 'gpt-5.4/medium', sent: 'gpt-5.4/medium' },
    { given: 'GPT-5.5', sent: 'gpt-5.5' },
    { given: 'brand-new-model', sent: 'brand-new-model' },
    { given: 'Brand-New-Model', sent: 'Brand-New-Model' },
  ])('$given is sent as $sent; the refusal keeps its words and adds a hint', async ({ given, sent }) => {
    const { codex, server } = await startProvider()
    const detail = `The '${given}' model is not supported when using Codex with a ChatGPT account.`
    server.answer({ type: 'error', status: 400, body: { detail } })
    const failure = await rejection(generateText({ model: codex(given), prompt: 'hi' }))
    expect(bodyOf(server).model).toBe(sent)
    expect(server.responseRequests).toHaveLength(1)
    expect(APICallError.isInstance(failure)).toBe(true)
    expect(failure).toMatchObject({ statusCode: 400, isRetryable: false })
    expect(String(failure)).toContain(detail)
    expect(String(failure)).toMatch(/spelling/)
    expect(String(failure)).toMatch(/plan/)
    expect(String(failure)).toMatch(/retired/)
  })
})

import { APICallError } from 'ai'
import { describe, expect, it } from 'vitest'
import type { Answer } from '../../src/testing/types.ts'
import { bodyOf, CREATED, events, failed, SHAPES, WAYS } from '../adapters/v1/support.ts'
import { startProvider } from '../support/provider.ts'

const ASKED = { prompt: 'hi', maxRetries: 2 }
const detail = (status: number, words: string): Answer => ({ type: 'error', status, body: { detail: words } })

describe.each(WAYS)('$way', ({ hear }) => {
  describe('BR-08 custom instructions refused', () => {
    const WORDS = 'Instructions are not valid'

    it.each(SHAPES)('$model: one request, no retry, the words of the backend', async ({ model }) => {
      const { codex, server } = await startProvider()
      server.answer(detail(400, WORDS))
      const { errors } = await hear({ model: codex(model), system: 'Own', ...ASKED })
      expect(errors).toMatchObject([{ statusCode: 400, isRetryable: false }])
      expect(errors.map(String)).toEqual([expect.stringContaining(`Codex API error 400: ${WORDS}`)])
      expect(server.responseRequests).toHaveLength(1)
    })

    it.each(SHAPES)('$model: own text is sent alone where Codex mode is off', async ({ model, shape }) => {
      const { codex, server } = await startProvider({ codexMode: false })
      expect(await hear({ model: codex(model), system: 'Own', ...ASKED })).toMatchObject({ errors: [] })
      const { instructions, input } = bodyOf(server)
      const own = { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'Own' }] }
      expect(instructions).toBe(shape === 'classic' ? 'Own' : undefined)
      expect(input.filter(({ role }) => role === 'developer')).toEqual(shape === 'classic' ? [] : [own])
    })
  })

  describe('BR-27 reasoning effort the backend cannot take', () => {
    it.each(['codex', 'openai'])('no list of ours refuses one, from providerOptions.%s', async (name) => {
      const { codex, server } = await startProvider()
      const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max', 'ultra']
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

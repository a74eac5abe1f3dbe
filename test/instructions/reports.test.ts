import { generateText } from 'ai'
import { describe, expect, it } from 'vitest'
import type { Answer } from '../../src/testing/types.ts'
import { bodyOf, rejection, SHAPES, WAYS } from '../adapters/v1/support.ts'
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
})

describe('BR-08 custom instructions refused', () => {
  it('one request, no retry, the words of the backend', async () => {
    const { codex, server } = await startProvider()
    server.answer({ type: 'error', status: 400, body: { detail: 'Instructions are not valid' } })
    const failure = await rejection(generateText({ model: codex('gpt-5.5'), prompt: 'hi', system: 'Own' }))
    expect(String(failure)).toContain('Codex API error 400: Instructions are not valid')
    expect(failure).toMatchObject({ isRetryable: false })
    expect(server.responseRequests).toHaveLength(1)
  })
})

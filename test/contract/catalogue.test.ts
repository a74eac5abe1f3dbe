import { describe, expect } from 'vitest'
import { asObject } from '../../src/lib/json.ts'
import type { CodexServer } from '../../src/testing/types.ts'
import { eachRequest, SHAPES } from './support/contract.ts'
import { ON } from './support/route.ts'

const effortsOf = ({ responseRequests }: CodexServer) =>
  responseRequests.map(({ json }) => asObject(json?.reasoning).effort)

const askedFor = ({ requests }: CodexServer) =>
  requests.filter(({ path }) => path.includes('/models?')).length

describe.each(SHAPES)('$model ($shape)', ({ model, shape }) => {
  eachRequest('an entry of the catalogue counts in each mode, but is asked for by need', async (contract) => {
    const { ask, start } = contract
    const { codex, server } = await start({ instructions: undefined })
    const entry = {
      slug: model,
      use_responses_lite: shape === 'lite',
      supported_reasoning_levels: ['low', 'medium'].map((effort) => ({ effort })),
      model_messages: { instructions_template: 'Base.' },
    }
    server.answerPath('/models', {
      type: 'raw',
      headers: { 'content-type': 'application/json' },
      chunks: [JSON.stringify({ models: [entry] })],
    })
    const call = (codexMode: boolean) =>
      ask({
        model: codex(model),
        prompt: 'hi',
        providerOptions: { codex: { codexMode, reasoningEffort: 'xhigh' } },
      })
    expect((await call(false)).warnings).toEqual([])
    expect(askedFor(server)).toBe(0)
    // Only base instructions are a reason to ask, where the table knows the model.
    const asked = ON.hasCodexMode ? [expect.stringContaining('xhigh')] : []
    expect((await call(true)).warnings).toEqual(asked)
    expect((await call(false)).warnings).toEqual(asked)
    const effort = ON.hasCodexMode ? 'medium' : 'xhigh'
    expect(effortsOf(server)).toEqual(['xhigh', effort, effort])
    expect(askedFor(server)).toBe(asked.length)
  })
})

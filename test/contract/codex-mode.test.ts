import { describe, expect } from 'vitest'
import { asObject } from '../../src/lib/json.ts'
import type { JsonObject } from '../../src/testing/types.ts'
import { bodyOf } from '../adapters/v1/support.ts'
import type { AskTool } from './support/ask.ts'
import { eachRequest, refusals, SHAPES } from './support/contract.ts'
import { ON } from './support/route.ts'

const tools: Record<string, AskTool> = {
  add: { schema: { type: 'object', properties: {}, additionalProperties: false } },
}

/** A route without the mode has no bridge, and its instructions always lead. */
const BRIDGE = ON.hasCodexMode ? [expect.stringMatching(/tools/i)] : []
const OFF = ON.hasCodexMode ? 'Mine.' : 'Base.\n\nMine.'

/** The text that leads a request, and the developer messages after it, whatever the shape. */
function ledBy(body: JsonObject & { input: JsonObject[] }): { instructions: unknown; others: unknown[] } {
  const developers = body.input
    .filter((item) => item.role === 'developer' && item.type !== 'additional_tools')
    .map(({ content }) => (Array.isArray(content) ? asObject(content[0]).text : content))
  const [instructions, ...others] =
    typeof body.instructions === 'string' && body.instructions !== ''
      ? [body.instructions, ...developers]
      : developers
  return { instructions, others }
}

describe.each(SHAPES)('Codex mode, $model ($shape)', ({ model }) => {
  eachRequest('Codex mode on: base, system text, a bridge for tools', async ({ ask, start }) => {
    const { codex, server } = await start({ instructions: 'Base.' })
    await ask({ model: codex(model), system: 'Mine.', prompt: 'hi', tools })
    const { instructions, others } = ledBy(bodyOf(server))
    expect(instructions).toBe('Base.\n\nMine.')
    expect(others).toEqual(BRIDGE)
    expect(refusals(server)).toEqual([])
  })

  eachRequest('Codex mode off: the system text alone', async ({ ask, start }) => {
    const { codex, server } = await start({ instructions: 'Base.', codexMode: false })
    await ask({ model: codex(model), system: 'Mine.', prompt: 'hi', tools })
    expect(ledBy(bodyOf(server))).toEqual({ instructions: OFF, others: [] })
    expect(refusals(server)).toEqual([])
  })

  eachRequest('Codex mode off by the call', async ({ ask, start }) => {
    const { codex, server } = await start({ instructions: 'Base.' })
    const providerOptions = { codex: { codexMode: false } }
    await ask({ model: codex(model), system: 'Mine.', prompt: 'hi', providerOptions })
    expect(ledBy(bodyOf(server))).toEqual({ instructions: OFF, others: [] })
  })

  describe.each(['codex', 'openai'])('providerOptions.%s', (key) => {
    eachRequest(
      `Codex mode off: instructions of ${key} lead the request, without a warning`,
      async (contract) => {
        const { codex, server } = await contract.start({ instructions: 'Base.' })
        const providerOptions = {
          codex: { codexMode: false },
          [key]: { codexMode: false, instructions: 'Mine.' },
        }
        const seen = await contract.ask({ model: codex(model), prompt: 'hi', tools, providerOptions })
        expect(seen).toMatchObject({ errors: [], warnings: [] })
        expect(ledBy(bodyOf(server))).toEqual({ instructions: 'Mine.', others: [] })
      },
    )
  })

  eachRequest('Codex mode off: the instructions setting leads, without a warning', async ({ ask, start }) => {
    const { codex, server } = await start({ instructions: 'Mine.', codexMode: false })
    const seen = await ask({ model: codex(model), prompt: 'hi', tools })
    expect(seen).toMatchObject({ errors: [], warnings: [] })
    expect(ledBy(bodyOf(server))).toEqual({ instructions: 'Mine.', others: [] })
  })

  eachRequest('a system message in mid-conversation stays in its place', async ({ ask, start }) => {
    const { codex, server } = await start({ codexMode: false })
    const seen = await ask({
      model: codex(model),
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'one' }] },
        { role: 'assistant', content: [{ type: 'text', text: 'two' }] },
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: [{ type: 'text', text: 'three' }] },
      ],
    })
    expect(seen.errors).toEqual([])
    expect(
      bodyOf(server)
        .input.slice(-4)
        .map(({ role }) => role),
    ).toEqual(['user', 'assistant', 'developer', 'user'])
    expect(refusals(server)).toEqual([])
  })
})

import { generateText, tool } from 'ai'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { JsonObject } from '../../../src/testing/types.ts'
import { startProvider } from '../../support/provider.ts'
import { bodyOf, SHAPES } from './support.ts'

const tools = { ping: tool({ parameters: z.object({}) }) }

const textOf = (item: JsonObject) => (item.content as Array<{ text: string }>)[0]?.text ?? ''

/** The instructions, and the developer messages after them, in either shape. */
function ledBy(body: JsonObject & { input: JsonObject[] }) {
  const developers = body.input
    .filter((item) => item.role === 'developer' && item.type === 'message')
    .map(textOf)
  const [first, ...rest] =
    typeof body.instructions === 'string' ? [body.instructions, ...developers] : developers
  return { instructions: first, bridges: rest }
}

describe.each(SHAPES)('$model ($shape)', ({ model }) => {
  it('on: base instructions, then the system text, and a bridge for tools', async () => {
    const { codex, server } = await startProvider({ instructions: 'Base.' })
    await generateText({ model: codex(model), system: 'Mine.', prompt: 'hi', tools })
    const { instructions, bridges } = ledBy(bodyOf(server))
    expect(instructions).toBe('Base.\n\nMine.')
    expect(bridges).toHaveLength(1)
    expect(bridges[0]).toMatch(/tools/i)
  })

  it('on, without tools: no bridge', async () => {
    const { codex, server } = await startProvider({ instructions: 'Base.' })
    await generateText({ model: codex(model), prompt: 'hi' })
    expect(ledBy(bodyOf(server))).toEqual({ instructions: 'Base.', bridges: [] })
  })

  it.each(['You are the Toolchain System Prompt', 'x TOOLCHAIN::SYSTEM y', 'a legacy toolchain'])(
    'on: %j is left out with a warning',
    async (system) => {
      const { codex, server } = await startProvider({ instructions: 'Base.' })
      const { warnings } = await generateText({ model: codex(model), system, prompt: 'hi' })
      expect(ledBy(bodyOf(server)).instructions).toBe('Base.')
      expect(warnings).toEqual([{ type: 'other', message: expect.stringContaining('tool chain') }])
    },
  )

  it('off: the system text alone, toolchain prompts too, no bridge', async () => {
    const { codex, server } = await startProvider({ instructions: undefined, codexMode: false })
    const system = 'A legacy toolchain.'
    const { warnings } = await generateText({ model: codex(model), system, prompt: 'hi', tools })
    expect(ledBy(bodyOf(server))).toEqual({ instructions: system, bridges: [] })
    expect(warnings).toEqual([])
  })

  it.each([{ instructions: 'Base.' }, { instructions: () => 'Base.' }])(
    'off: the instructions setting ($instructions) leads where there is no system text, else a warning says that it is left out',
    async (settings) => {
      const { codex, server } = await startProvider({ ...settings, codexMode: false })
      const { warnings } = await generateText({
        model: codex(model, { instructions: 'Other.' }),
        system: 'Mine.',
        prompt: 'hi',
      })
      expect(ledBy(bodyOf(server)).instructions).toBe('Mine.')
      expect(warnings).toMatchObject([{ type: 'unsupported-setting', setting: 'instructions' }])
      const alone = await generateText({ model: codex(model), prompt: 'hi', tools })
      expect(alone.warnings).toEqual([])
      expect(ledBy(bodyOf(server, 1))).toEqual({ instructions: 'Base.', bridges: [] })
    },
  )
})

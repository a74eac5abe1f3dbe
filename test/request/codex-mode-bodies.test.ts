import { describe, expect, test } from 'vitest'
import { modelFacts } from '../../src/models/table.ts'
import { buildRequest, type CodexRequestBody } from '../../src/request/body.ts'
import type { CodexCall, CodexMessage, CodexTool } from '../../src/request/call.ts'
import { buildToolBridgeMessage, NEUTRAL_INSTRUCTIONS } from '../../src/request/codex-mode.ts'
import { createWarningCollector } from '../../src/request/warnings.ts'

const BASE = 'BASE INSTRUCTIONS'
const SYSTEM: CodexMessage = { role: 'system', text: 'SYSTEM TEXT' }

const TOOL: CodexTool = {
  type: 'function',
  name: 'get_weather',
  description: 'The weather of a city.',
  schema: {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
    additionalProperties: false,
  },
}

/** A question, an answer, a system message in mid-conversation, and one more question. */
const CONVERSATION: CodexMessage[] = [
  { role: 'user', content: [{ type: 'text', text: 'Hello' }] },
  { role: 'assistant', content: [{ type: 'text', text: 'Hi' }] },
  { role: 'system', text: 'LATER SYSTEM TEXT' },
  { role: 'user', content: [{ type: 'text', text: 'Go on' }] },
]

const CALL: Omit<CodexCall, 'warnings'> = {
  messages: CONVERSATION,
  tools: [],
  toolChoice: { type: 'auto' },
  output: { type: 'text' },
  unsupportedSettings: [],
  providerOptions: undefined,
  headers: undefined,
  signal: undefined,
}

const CASES = {
  'system text and tools': { messages: [SYSTEM, ...CONVERSATION], tools: [TOOL] },
  'system text': { messages: [SYSTEM, ...CONVERSATION] },
  tools: { tools: [TOOL] },
  neither: {},
} satisfies Record<string, Partial<CodexCall>>

async function bodyOf(modelId: string, codexMode: boolean, call: Partial<CodexCall>) {
  const warnings = createWarningCollector()
  const { body } = await buildRequest(
    { ...CALL, ...call, warnings },
    {
      modelId,
      facts: modelFacts(modelId),
      suffixEffort: undefined,
      options: { promptCacheKey: 'conversation' },
      codexMode,
      baseInstructions: codexMode ? BASE : '',
    },
  )
  expect(warnings.list()).toEqual([])
  return body
}

/** What the model is told by us and by the system messages, in order. */
function toldBy({ instructions, input }: CodexRequestBody): string[] {
  const developers = input.flatMap((item) =>
    item.type === 'message' && item.role === 'developer'
      ? item.content.map((part) => (part.type === 'input_text' ? part.text : ''))
      : [],
  )
  return instructions === undefined ? developers : [instructions, ...developers]
}

describe.each([
  ['classic', 'gpt-5.5'],
  ['lite', 'gpt-6.1-sol'],
])('%s', (shape, modelId) => {
  test.each([
    ['on', true],
    ['off', false],
  ])('the bodies with Codex mode %s', async (mode, codexMode) => {
    const bodies: Record<string, CodexRequestBody> = {}
    for (const [name, call] of Object.entries(CASES)) bodies[name] = await bodyOf(modelId, codexMode, call)
    await expect(`${JSON.stringify(bodies, null, 2)}\n`).toMatchFileSnapshot(
      `__snapshots__/codex-mode-${shape}-${mode}.json`,
    )
  })

  test.each<[keyof typeof CASES, string[], string[]]>([
    [
      'system text and tools',
      [`${BASE}\n\nSYSTEM TEXT`, buildToolBridgeMessage(), 'LATER SYSTEM TEXT'],
      ['SYSTEM TEXT', 'LATER SYSTEM TEXT'],
    ],
    ['system text', [`${BASE}\n\nSYSTEM TEXT`, 'LATER SYSTEM TEXT'], ['SYSTEM TEXT', 'LATER SYSTEM TEXT']],
    [
      'tools',
      [BASE, buildToolBridgeMessage(), 'LATER SYSTEM TEXT'],
      [NEUTRAL_INSTRUCTIONS, 'LATER SYSTEM TEXT'],
    ],
    ['neither', [BASE, 'LATER SYSTEM TEXT'], [NEUTRAL_INSTRUCTIONS, 'LATER SYSTEM TEXT']],
  ])('%s: what the model is told', async (name, on, off) => {
    expect(toldBy(await bodyOf(modelId, true, CASES[name]))).toEqual(on)
    expect(toldBy(await bodyOf(modelId, false, CASES[name]))).toEqual(off)
  })

  test.each(Object.keys(CASES) as Array<keyof typeof CASES>)(
    '%s: the mode changes nothing else',
    async (name) => {
      const rest = async (codexMode: boolean) => {
        const {
          instructions: _,
          prompt_cache_key: __,
          input,
          ...body
        } = await bodyOf(modelId, codexMode, CASES[name])
        return {
          ...body,
          input: input.filter((item) => item.type !== 'message' || item.role !== 'developer'),
        }
      }
      expect(await rest(false)).toEqual(await rest(true))
    },
  )
})

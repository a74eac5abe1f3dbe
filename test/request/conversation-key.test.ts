import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { normalizeModel } from '../../src/models/ids.ts'
import type { CodexMessage, CodexUserPart } from '../../src/request/call.ts'
import { callerInstructions, conversationKey } from '../../src/request/conversation-key.ts'
import { repairHistory } from '../../src/request/history.ts'
import { developerMessage, type InputItem, toInputItems } from '../../src/request/prompt.ts'
import { createWarningCollector } from '../../src/request/warnings.ts'

const user = (text: string): InputItem => ({
  type: 'message',
  role: 'user',
  content: [{ type: 'input_text', text }],
})
const tool = (name: string) => ({ type: 'function' as const, name, strict: false, parameters: {} })
const CONVERSATION = {
  modelId: 'gpt-5.5',
  instructions: callerInstructions(['secret rules']),
  tools: [tool('a'), tool('b')],
  items: [user('secret words')],
}
const KEY = 'd0112265-f776-82a2-95b6-ee8ff842d05d'

test('is a UUID of version 8 that tells nothing', async () => {
  expect(KEY).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(await conversationKey(CONVERSATION)).toBe(KEY)
})

test('is the same in another process', () => {
  const module = new URL('../../src/request/conversation-key.ts', import.meta.url).href
  const script = `import(${JSON.stringify(module)}).then(async ({ conversationKey }) => console.log(await conversationKey(${JSON.stringify(CONVERSATION)})))`
  const tsx = fileURLToPath(new URL('../../node_modules/tsx/dist/cli.mjs', import.meta.url))
  expect(execFileSync(process.execPath, [tsx, '-e', script], { encoding: 'utf8' }).trim()).toBe(KEY)
})

describe('stays the same', () => {
  test('while the conversation goes on', async () => {
    const items = [...CONVERSATION.items, user('more'), developerMessage('note'), user('and more')]
    expect(await conversationKey({ ...CONVERSATION, items })).toBe(KEY)
  })

  test('with a developer message or a greeting of the model before the first user message', async () => {
    const later = (items: InputItem[]) =>
      conversationKey({ ...CONVERSATION, items: [developerMessage('note'), ...items] })
    expect(await later([user('hi')])).toBe(await later([user('hi'), user('more')]))
  })

  test('when the history is mended', async () => {
    const broken: CodexMessage[] = [
      { role: 'user', content: [{ type: 'text', text: 'secret words' }] },
      { role: 'assistant', content: [{ type: 'tool-call', callId: 'c1', name: 'a', input: {} }] },
      { role: 'user', content: [{ type: 'text', text: 'never mind' }] },
    ]
    const warnings = createWarningCollector()
    const items = repairHistory(toInputItems(broken, warnings), warnings)
    expect(items).toHaveLength(4)
    expect(await conversationKey({ ...CONVERSATION, items })).toBe(KEY)
  })

  test.each(['gpt-5.1-codex', 'gpt-5-codex', 'codex/gpt-5.1-codex-none', 'GPT-5.1-Codex-xhigh'])(
    'for other names of a model: %s',
    async (name) => {
      const keyOf = (modelId: string) => conversationKey({ ...CONVERSATION, modelId })
      expect(await keyOf(normalizeModel(name))).toBe(await keyOf('gpt-5.1-codex'))
    },
  )

  const PNG =
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
  test.each<[string, CodexUserPart]>([
    ['bytes', { type: 'image', data: new Uint8Array(Buffer.from(PNG, 'base64')), mediaType: 'image/png' }],
    ['base64', { type: 'image', data: PNG, mediaType: 'image/*' }],
    ['a data URL', { type: 'image', data: new URL(`data:image/png;base64,${PNG}`) }],
    ['a data URL as text', { type: 'file', data: `data:image/png;base64,${PNG}` }],
    ['a file', { type: 'file', data: PNG, mediaType: 'image/png' }],
  ])('for an image given as %s', async (_, part) => {
    const keyOf = (content: CodexUserPart[]) =>
      conversationKey({
        ...CONVERSATION,
        items: toInputItems([{ role: 'user', content }], createWarningCollector()),
      })
    expect(await keyOf([part])).toBe(await keyOf([{ type: 'image', data: PNG, mediaType: 'image/png' }]))
  })
})

test.each<[string, Partial<typeof CONVERSATION>]>([
  ['model', { modelId: 'gpt-5.1' }],
  ['model of the same line', { modelId: 'gpt-5.1-codex-max' }],
  ['system text', { instructions: callerInstructions(['OTHER']) }],
  ['base text of its own', { instructions: callerInstructions(['secret rules'], 'B') }],
  ['set of tools', { tools: [tool('a')] }],
  ['first user message', { items: [user('other words'), user('secret words')] }],
  ['start without a user message', { items: [developerMessage('a')] }],
  ['start without a user message, too', { items: [developerMessage('b')] }],
])('differs with another %s', async (_, change) => {
  expect(await conversationKey({ ...CONVERSATION, ...change })).not.toBe(KEY)
})

test('no two of many starts share a key', async () => {
  const starts = Array.from({ length: 500 }, (_, index) => [user(`start ${index}`)])
  const keys = await Promise.all(starts.map((items) => conversationKey({ ...CONVERSATION, items })))
  expect(new Set(keys).size).toBe(500)
})

test('callerInstructions keeps the base and the system messages apart', () => {
  expect(callerInstructions(['A', 'B'], 'X')).toBe('["X","A","B"]')
  expect(callerInstructions([])).toBe('[""]')
  expect(callerInstructions(['A'])).toBe('["","A"]')
  expect(callerInstructions([], 'A')).toBe('["A"]')
})

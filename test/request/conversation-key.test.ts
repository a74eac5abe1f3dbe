import { expect, test } from 'vitest'
import { conversationKey } from '../../src/request/conversation-key.ts'
import { developerMessage, type InputItem } from '../../src/request/prompt.ts'

const user = (text: string): InputItem => ({
  type: 'message',
  role: 'user',
  content: [{ type: 'input_text', text }],
})
const CONVERSATION = { modelId: 'gpt-5.5', instructions: 'BASE', tools: [], items: [user('secret words')] }

test('is a UUID of version 8 that tells nothing, and the same on each machine', async () => {
  const key = await conversationKey(CONVERSATION)
  expect(key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(key).toMatchInlineSnapshot(`"7026a1c9-3501-80c0-81b9-e79e91adc77a"`)
})

test('stays the same while the conversation goes on', async () => {
  const later = { ...CONVERSATION, items: [...CONVERSATION.items, user('more'), developerMessage('note')] }
  expect(await conversationKey(later)).toBe(await conversationKey(CONVERSATION))
})

test.each([
  ['model', { modelId: 'gpt-5.1' }],
  ['instructions', { instructions: 'OTHER' }],
  ['tools', { tools: [{ type: 'function' as const, name: 'a', strict: false, parameters: {} }] }],
  ['first user message', { items: [user('other words')] }],
])('differs with another %s', async (_, change) => {
  expect(await conversationKey({ ...CONVERSATION, ...change })).not.toBe(await conversationKey(CONVERSATION))
})

import type { LanguageModelV1Prompt } from 'spec-v1'
import { expect, test } from 'vitest'
import { toCall } from '../../../src/adapters/v1/call.ts'

const messagesOf = (prompt: LanguageModelV1Prompt) =>
  toCall({ inputFormat: 'messages', mode: { type: 'regular' }, prompt }).messages

const toolCall = { type: 'tool-call', toolCallId: 'c1', toolName: 'look', args: {} } as const

test.each([
  ['codex', { codex: { namespace: 'mine' } }, 'mine'],
  ['openai', { openai: { namespace: 'mine' } }, 'mine'],
  ['nothing', undefined, undefined],
])('the namespace of a call, said by %s', (_, providerMetadata, namespace) => {
  const content = [{ ...toolCall, ...(providerMetadata && { providerMetadata }) }]
  expect(messagesOf([{ role: 'assistant', content }])).toEqual([
    { role: 'assistant', content: [{ type: 'tool-call', callId: 'c1', name: 'look', input: {}, namespace }] },
  ])
})

test.each([
  ['the part', { codex: { phase: 'commentary' } }, { codex: { phase: 'final_answer' } }, 'commentary'],
  ['the message', undefined, { codex: { phase: 'final_answer' } }, 'final_answer'],
])('the phase of a text, said of %s', (_, ofPart, ofMessage, phase) => {
  const content = [{ type: 'text', text: 'So.', providerMetadata: ofPart } as const]
  expect(messagesOf([{ role: 'assistant', content, providerMetadata: ofMessage }])).toMatchObject([
    { content: [{ type: 'text', text: 'So.', phase }] },
  ])
})

test('the media type and the detail of an image that a tool returns', () => {
  const result = {
    type: 'tool-result',
    toolCallId: 'c1',
    toolName: 'look',
    result: [],
    isError: true,
    content: [
      { type: 'text', text: 'shot' },
      { type: 'image', data: 'AAAA', mimeType: 'image/webp' },
    ],
    providerMetadata: { codex: { imageDetail: 'low' } },
  } as const
  const content = [{ ...result, content: [...result.content] }]
  expect(messagesOf([{ role: 'tool', content }])).toEqual([
    {
      role: 'tool',
      content: [
        {
          callId: 'c1',
          isError: true,
          output: {
            type: 'parts',
            parts: [
              { type: 'text', text: 'shot' },
              { type: 'image', data: 'AAAA', mediaType: 'image/webp', detail: 'low' },
            ],
          },
        },
      ],
    },
  ])
})

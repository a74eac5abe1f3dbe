import type { LanguageModelV1StreamPart } from 'spec-v1'
import { expect, test } from 'vitest'
import { createV1Translator } from '../../../src/adapters/v1/parts.ts'
import type { CodexPart } from '../../../src/parts/part.ts'

const context = {
  key: 'codex',
  modelId: 'gpt-5.5',
  sessionId: 's',
  responseHeaders: {},
  receivedAt: 0,
  jsonOutput: false,
  errorOf: () => new Error('x'),
}

const reasoning = (item: number, text: string, encryptedContent: string | undefined): CodexPart[] => [
  { type: 'reasoning-start', id: `${item}`, item },
  { type: 'reasoning-delta', id: `${item}`, item, delta: text },
  { type: 'reasoning-end', id: `${item}`, item, itemId: undefined, encryptedContent },
]

test.each([
  ['unsigned ones', undefined, 'one\n\ntwo'],
  ['signed ones', 'ENC', 'one|two'],
])('the texts of two reasoning items stay apart: %s', (_, encryptedContent, expected) => {
  const translate = createV1Translator(context)
  let text = ''
  for (const part of [...reasoning(0, 'one', encryptedContent), ...reasoning(1, 'two', encryptedContent)]) {
    translate(part, (v1) => {
      if (v1.type === 'reasoning') text += v1.textDelta
      if (v1.type === 'reasoning-signature') text += '|'
    })
  }
  expect(text).toBe(expected)
})

function v1PartsOf(parts: readonly CodexPart[]) {
  const translate = createV1Translator(context)
  const told: LanguageModelV1StreamPart[] = []
  for (const part of parts) translate(part, (v1) => told.push(v1))
  return told
}

const source = (itemId: string | undefined, title: string | undefined): CodexPart => ({
  type: 'source',
  item: 0,
  itemId,
  source: { type: 'url', url: 'https://a.test', title },
  range: { startIndex: undefined, endIndex: undefined },
})

const response = (id: string | undefined): CodexPart => ({
  type: 'response',
  info: { id, createdAt: undefined, model: undefined, serviceTier: undefined },
})

test('sources have ids of their own, and what they came with', () => {
  const [, ...told] = v1PartsOf([response('resp_1'), source('msg_1', 'A'), source(undefined, undefined)])
  expect(told).toEqual([
    {
      type: 'source',
      source: {
        sourceType: 'url',
        id: 'resp_1:source-1',
        url: 'https://a.test',
        title: 'A',
        providerMetadata: { codex: { itemId: 'msg_1' } },
      },
    },
    { type: 'source', source: { sourceType: 'url', id: 'resp_1:source-2', url: 'https://a.test' } },
  ])
})

test('files are base64 with their type', () => {
  expect(
    v1PartsOf([{ type: 'file', item: 0, itemId: 'ig_1', mediaType: 'image/webp', data: 'AAAA' }]),
  ).toEqual([{ type: 'file', mimeType: 'image/webp', data: 'AAAA' }])
})

test('what V1 has no word for is left out: documents as sources, and hosted calls', () => {
  expect(
    v1PartsOf([
      {
        type: 'source',
        item: 0,
        itemId: undefined,
        source: { type: 'document', fileId: 'f', filename: 'a.pdf', title: undefined },
        range: { startIndex: undefined, endIndex: undefined },
      },
      { type: 'hosted-input-start', callId: 'ws_1', item: 0, name: 'web_search' },
      { type: 'hosted-input-end', callId: 'ws_1', item: 0 },
      { type: 'hosted-call', callId: 'ws_1', item: 0, itemId: 'ws_1', name: 'web_search', input: '{}' },
    ]),
  ).toEqual([])
})

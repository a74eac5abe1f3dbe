import { expect, test } from 'vitest'
import type { CodexPart } from '../../src/parts/part.ts'
import { createV1Translator } from '../../src/spec/v1-parts.ts'

const context = { modelId: 'gpt-5.5', sessionId: 's', responseHeaders: {}, errorOf: () => new Error('x') }

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

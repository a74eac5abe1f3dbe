import { describe, expect, test } from 'vitest'
import { decodeSignature, encodeSignature } from '../../../src/adapters/v1/signature.ts'

describe('signatures', () => {
  test('come back as they were', () => {
    const content = {
      encryptedContent: 'gAAA==',
      summary: [1, 2],
      after: [
        { text: 3, phase: 'commentary' },
        { call: 'call_1', namespace: 'functions' },
      ],
    }
    expect(decodeSignature(encodeSignature(content))).toEqual(content)
  })

  test('a note has no encrypted content', () => {
    const note = { after: [{ text: 3, phase: 'commentary' }] }
    expect(decodeSignature(encodeSignature(note))).toEqual(note)
  })

  test.each([
    [undefined],
    [''],
    ['sig-of-another-provider'],
    ['codex:v1:'],
    ['codex:v1:{'],
    ['codex:v1:null'],
    ['codex:v1:{"encryptedContent":1}'],
    ['codex:v1:{"encryptedContent":1,"after":[]}'],
    ['codex:v1:{}'],
    [{ encryptedContent: 'x', after: [] }],
    [1],
    ['codex:v2:{"encryptedContent":"x","after":[]}'],
  ])('%j is none of ours', (signature) => {
    expect(decodeSignature(signature)).toBeUndefined()
  })
})

test('what is no neighbour and no length is passed over', () => {
  const after = [
    null,
    'x',
    {},
    { text: -1 },
    { text: 1.5 },
    { call: 1 },
    { text: 2, phase: 3 },
    { call: 'c' },
  ]
  const content = { encryptedContent: 'E', summary: [1, -1], before: 'x', after }
  expect(decodeSignature(`codex:v1:${JSON.stringify(content)}`)).toEqual({
    encryptedContent: 'E',
    after: [{ text: 2 }, { call: 'c' }],
  })
})

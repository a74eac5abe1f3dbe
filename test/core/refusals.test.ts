import { describe, expect, test } from 'vitest'
import type { ReasoningItem } from '../../src/core/leave-out.ts'
import { createReasoningMemory } from '../../src/core/refusals.ts'
import type { CodexRequest, CodexRequestBody } from '../../src/request/body.ts'

const item = (encrypted_content: string): ReasoningItem => ({
  type: 'reasoning',
  summary: [],
  content: null,
  encrypted_content,
})

const requestWith = (items: ReasoningItem[]): CodexRequest => ({
  body: { input: items } as unknown as CodexRequestBody,
  shape: 'classic',
  sessionId: 'session',
  answer: { jsonOutput: false, unwrapOutput: false, tools: new Map() },
})

const CONTENTS = Array.from({ length: 8 }, (_, index) => `E${index}`)

/** Sends a history again and again, to a backend that refuses some of it and does not say which. */
function converse(refused: readonly string[]) {
  const memory = createReasoningMemory()
  let refusals = 0
  let sent: string[] = []
  for (let turn = 0; turn < 12; turn++) {
    const items = CONTENTS.map(item).filter((one) => !memory.isLeftOut(one))
    const request = requestWith(items)
    sent = items.map(({ encrypted_content }) => encrypted_content)
    if (!sent.some((content) => refused.includes(content))) {
      memory.accept(request)
      continue
    }
    refusals++
    const suspects = memory.suspectsIn(request)
    memory.suspect(suspects)
    memory.accept(requestWith(items.filter((one) => !suspects.includes(one))))
  }
  return { refusals, sent }
}

describe('reasoning that is refused without a name', () => {
  test.each([
    { refused: ['E0'], most: 1 },
    { refused: ['E4'], most: 4 },
    { refused: ['E7'], most: 4 },
    { refused: [], most: 0 },
  ])('$refused of eight is found with $most refusals at most, and the others go on', ({ refused, most }) => {
    const { refusals, sent } = converse(refused)
    expect(sent).toEqual(CONTENTS.filter((content) => !refused.includes(content)))
    expect(refusals).toBeLessThanOrEqual(most)
  })

  test.each([{ refused: ['E1', 'E2', 'E5'] }, { refused: CONTENTS }])(
    '$refused: the search ends, and nothing refused is sent any more',
    ({ refused }) => {
      const { refusals, sent } = converse(refused)
      expect(sent.filter((content) => refused.includes(content))).toEqual([])
      expect(refusals).toBeLessThanOrEqual(6)
    },
  )
})

test('what an answer held is no suspect', () => {
  const memory = createReasoningMemory()
  memory.acceptContent('OWN')
  const items = [item('FOREIGN'), item('OWN')]
  expect(memory.suspectsIn(requestWith(items))).toEqual([items[0]])
})

test('contents of one beginning are told apart, and so are those of one end', () => {
  const memory = createReasoningMemory()
  const long = 'A'.repeat(5_000)
  memory.refuse(item(`${long}1`))
  expect(memory.isLeftOut(item(`${long}1`))).toBe(true)
  expect(memory.isLeftOut(item(`${long}2`))).toBe(false)
  expect(memory.isLeftOut(item(`B${long}1`))).toBe(false)
})

import { expect, test } from 'vitest'
import { toCall } from '../../../src/adapters/modern/call.ts'
import type { ModernMessage } from '../../../src/adapters/modern/types.ts'

const search = { type: 'provider', id: 'codex.tool_search', name: 'find', args: {} } as const

const searchCall = {
  type: 'tool-call',
  toolCallId: 's1',
  toolName: 'find',
  input: { arguments: { query: 'x' }, call_id: 's1' },
  providerExecuted: true,
  providerOptions: { codex: { itemId: 'tsc_1' } },
} as const
const searchResult = (output: object) =>
  ({ type: 'tool-result', toolCallId: 's1', toolName: 'find', output }) as const
const call = { type: 'tool-call', toolCallId: 'c1', toolName: 'look', input: {} } as const
const FOUND = { type: 'json', value: { tools: [{ type: 'function', name: 'look' }, { no: 'name' }, 7] } }

const answerOf = (content: readonly object[], tools: readonly object[] = [search]) => {
  const prompt = [{ role: 'assistant', content }] as unknown as readonly ModernMessage[]
  const { messages, warnings } = toCall({ prompt, tools: tools as never })
  return { content: (messages[0] as { content: unknown }).content, warnings: warnings.list() }
}

const SEARCH = { type: 'tool-search', callId: 's1', arguments: { query: 'x' }, found: ['look'] }

test.each<[string, readonly object[]]>([
  ['as the model made it', [searchCall, call, searchResult(FOUND)]],
  ['as useChat keeps it', [searchCall, searchResult(FOUND), call]],
])('a search and its result, %s', (_, content) => {
  const { content: parts, warnings } = answerOf(content)
  expect(parts).toMatchObject([SEARCH, { type: 'tool-call', callId: 'c1' }])
  expect(warnings).toEqual([])
})

test.each<[string, readonly object[]]>([
  ['without a result', [searchCall]],
  ['that failed', [searchCall, searchResult({ type: 'error-json', value: { error: 'No.' } })]],
  ['with an odd result', [searchCall, searchResult({ type: 'json', value: { tools: 'look' } })]],
  ['with a text', [searchCall, searchResult({ type: 'text', value: 'look' })]],
])('a search %s found nothing', (_, content) => {
  expect(answerOf(content).content).toEqual([{ ...SEARCH, found: [] }])
})

test('a search of a call that offers none is left out, with a warning', () => {
  const { content, warnings } = answerOf([searchCall, searchResult(FOUND)], [])
  expect(content).toEqual([])
  expect(warnings).toEqual([
    { type: 'other', message: expect.stringMatching(/Calls of hosted tools are left out.*: find/) },
  ])
})

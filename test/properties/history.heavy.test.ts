import fc from 'fast-check'
import type { LanguageModelV1Prompt } from 'spec-v1'
import { expect, test } from 'vitest'
import { toCall } from '../../src/adapters/v1/call.ts'
import { repairHistory } from '../../src/request/history.ts'
import { type InputItem, isCall, isOutput } from '../../src/request/items.ts'
import { type HistoryTools, toInputItems } from '../../src/request/prompt.ts'
import { createToolNames } from '../../src/request/tool-names.ts'
import { gatherFacts } from '../../src/testing/facts.ts'
import { findRefusal } from '../../src/testing/refusals.ts'
import type { CatalogueModel } from '../../src/testing/types.ts'
import { startProvider } from '../support/provider.ts'
import { SEED } from '../support/seed.ts'
import { callOf, history, PNG_BASE64, steps } from './v1-histories.ts'

const RUNS = 2000

/** Those of one call. */
const createTools = (): HistoryTools => ({
  kindOf: (name) => (name === 'sql' ? 'custom' : name === 'shell' ? 'local-shell' : 'function'),
  wrapperOf: (name) => (name === 'pick' ? { allowsString: false } : undefined),
  toWire: createToolNames().toWire,
})

function convert(prompt: LanguageModelV1Prompt) {
  const { messages, warnings } = toCall({ inputFormat: 'prompt', mode: { type: 'regular' }, prompt })
  const items = repairHistory(toInputItems(messages, warnings, createTools()), warnings)
  return { items, warnings: warnings.list() }
}

const ACCOUNT = { accountId: 'acc', authClaims: {} } as never

/** What the strict stand-in says to a request with this input. */
function refusal(items: readonly InputItem[]) {
  const body = {
    model: 'gpt-5.5',
    instructions: 'Be kind.',
    input: items,
    tool_choice: 'auto',
    store: false,
    stream: true,
  }
  const headers = {
    'content-type': 'application/json',
    originator: 'test',
    'user-agent': 'test',
    version: '0.169.0',
  }
  const facts = gatherFacts(
    { headers, text: JSON.stringify(body) },
    { access: { state: 'valid', account: ACCOUNT }, models: [] as CatalogueModel[], issued: new Set() },
  )
  return findRefusal(facts)
}

test(`any history gives an input that the stand-in takes (${RUNS} runs, seed ${SEED})`, () => {
  fc.assert(
    fc.property(history, (prompt) => {
      const { items, warnings } = convert(prompt)
      expect(refusal(items)).toBeUndefined()
      expect(convert(prompt)).toEqual({ items, warnings })
      const calls = items.filter(isCall).map(({ call_id }) => call_id)
      const outputs = items.filter(isOutput).map(({ call_id }) => call_id)
      expect(new Set(calls).size).toBe(calls.length)
      expect([...outputs].sort()).toEqual([...calls].sort())
      for (const item of items) {
        if (item.type === 'function_call') expect(JSON.parse(item.arguments)).toEqual(expect.any(Object))
        if (isOutput(item))
          expect(JSON.stringify(item.output).replace(/"image_url":"[^"]*"/g, '')).not.toContain(PNG_BASE64)
      }
      // One of each kind, however long the history is.
      const kinds = warnings.map((warning) => JSON.stringify(warning).replace(/:[^:{"].*/, ''))
      expect(new Set(kinds).size).toBe(kinds.length)
    }),
    { seed: SEED, numRuns: RUNS },
  )
})

test(`each step of a tool loop has the last one's input as its exact prefix (seed ${SEED})`, () => {
  fc.assert(
    fc.property(steps, (list) => {
      const prompts = list.map(
        (_, index): LanguageModelV1Prompt => [
          { role: 'user', content: [{ type: 'text', text: 'go' }] },
          ...list.slice(0, index + 1).flat(),
        ],
      )
      const inputs = prompts.map((prompt) => convert(prompt).items.map((item) => JSON.stringify(item)))
      for (const [index, input] of inputs.entries()) {
        const before = inputs[index - 1] ?? []
        expect(input.slice(0, before.length)).toEqual(before)
        expect(refusal(convert(prompts[index] ?? []).items)).toBeUndefined()
      }
    }),
    { seed: SEED, numRuns: 1000 },
  )
})

test(`a call is never lost, whatever its id is (seed ${SEED})`, () => {
  fc.assert(
    fc.property(fc.array(callOf(fc.string({ maxLength: 100 })), { minLength: 1 }), (calls) => {
      const { items } = convert([{ role: 'assistant', content: calls } as LanguageModelV1Prompt[number]])
      expect(items.filter(isCall)).toHaveLength(calls.length)
      expect(refusal(items)).toBeUndefined()
    }),
    { seed: SEED, numRuns: 1000 },
  )
})

test(`a sample of them through the server (seed ${SEED})`, async () => {
  const { codex, server } = await startProvider({ codexMode: false })
  const prompts = fc.sample(history, { seed: SEED, numRuns: 60 })
  for (const [index, prompt] of prompts.entries()) {
    const model = codex(index % 2 === 0 ? 'gpt-5.5' : 'gpt-6.1-sol')
    await model.doGenerate({ inputFormat: 'prompt', mode: { type: 'regular' }, prompt })
  }
  expect(server.responseRequests.filter(({ status }) => status !== 200)).toEqual([])
  expect(server.responseRequests).toHaveLength(prompts.length)
})

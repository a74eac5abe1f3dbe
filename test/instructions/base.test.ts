import { describe, expect, test } from 'vitest'
import {
  baseInstructions,
  DEFAULT_INSTRUCTIONS,
  type InstructionsSources,
} from '../../src/instructions/base.ts'
import { createWarningCollector } from '../../src/request/warnings.ts'

/** Sources of which each but the caller's own has a text, and the list of those that were asked. */
function setUp(sources: Partial<InstructionsSources> = {}) {
  const asked: string[] = []
  const all: InstructionsSources = {
    option: undefined,
    setting: undefined,
    async catalogue(modelId) {
      asked.push(`catalogue ${modelId}`)
      return 'CATALOGUE'
    },
    promptFiles: {
      async read(family) {
        asked.push(`file ${family}`)
        return 'FILE'
      },
    },
    ...sources,
  }
  return {
    asked,
    async read(modelId: string, signal?: AbortSignal) {
      const warnings = createWarningCollector()
      const text = await baseInstructions(modelId, all, warnings, signal)
      return { text, warnings: warnings.list() }
    },
  }
}

describe('the order of the sources', () => {
  test.each<[string, string, Partial<InstructionsSources>, string, string[]]>([
    ['the option', 'gpt-5.1', { option: 'OPTION', setting: 'SETTING' }, 'OPTION', []],
    ['the setting', 'gpt-5.1', { setting: 'SETTING' }, 'SETTING', []],
    ['a setting by model', 'gpt-5.5', { setting: (id) => `FOR ${id}` }, 'FOR gpt-5.5', []],
    ['one that takes its time', 'gpt-5.5', { setting: async () => 'LATER' }, 'LATER', []],
    ['a blank option is none', 'gpt-5.5', { option: ' \n', setting: 'SETTING' }, 'SETTING', []],
    ['a blank setting is none', 'gpt-5.5', { setting: () => '' }, 'CATALOGUE', ['catalogue gpt-5.5']],
    ['a model of today', 'gpt-6.1-sol', {}, 'CATALOGUE', ['catalogue gpt-6.1-sol']],
    ['a model that nobody knows', 'gpt-9', {}, 'CATALOGUE', ['catalogue gpt-9']],
    [
      'a codex model that is none of the original',
      'gpt-5.2-codex',
      {},
      'CATALOGUE',
      ['catalogue gpt-5.2-codex'],
    ],
    ['codex-max', 'gpt-5.1-codex-max', {}, 'FILE', ['file codex-max']],
    ['codex', 'gpt-5.1-codex', {}, 'FILE', ['file codex']],
    ['codex-mini', 'gpt-5.1-codex-mini', {}, 'FILE', ['file codex-mini']],
    ['gpt-5.1', 'gpt-5.1', {}, 'FILE', ['file gpt-5.1']],
  ])('%s (%s)', async (_, modelId, sources, text, expected) => {
    const { asked, read } = setUp(sources)
    expect(await read(modelId)).toEqual({ text, warnings: [] })
    expect(asked).toEqual(expected)
  })
})

test.each<[string, string | undefined, string]>([
  ['nothing', undefined, 'gpt-5.1-codex'],
  ['a blank text', ' ', 'gpt-5.1-codex'],
  ['nothing', undefined, 'gpt-6.1-sol'],
  ['a blank text', '', 'gpt-9'],
])('%s (%j) for %s: a short default, and a warning that says what to do', async (_, text, modelId) => {
  const { read } = setUp({ catalogue: async () => text, promptFiles: { read: async () => text } })
  const { text: instructions, warnings } = await read(modelId)
  expect(instructions).toBe(DEFAULT_INSTRUCTIONS)
  expect(warnings).toEqual([{ type: 'other', message: expect.stringContaining(modelId) }])
  expect(warnings[0]).toMatchObject({
    message: expect.stringMatching(/instructions setting.*codexMode: false/),
  })
})

test("the caller's signal goes to the source, and its abort comes back", async () => {
  const fail = async (signal: AbortSignal | undefined) => {
    signal?.throwIfAborted()
    return 'TEXT'
  }
  const { read } = setUp({
    catalogue: (_, signal) => fail(signal),
    promptFiles: { read: (_, signal) => fail(signal) },
  })
  const signal = AbortSignal.abort(new Error('enough'))
  await expect(read('gpt-5.1', signal)).rejects.toThrow('enough')
  await expect(read('gpt-5.5', signal)).rejects.toThrow('enough')
})

test("an abort ends the wait for the setting's function", async () => {
  const controller = new AbortController()
  const setting = () => {
    queueMicrotask(() => controller.abort(new Error('enough')))
    return new Promise<string>(() => {})
  }
  await expect(setUp({ setting }).read('gpt-5.5', controller.signal)).rejects.toThrow('enough')
})

test.each<[value: unknown, kind: string]>([
  [undefined, 'undefined'],
  [null, 'null'],
  [7, 'number'],
  [{ text: 'x' }, 'object'],
  [Promise.resolve(undefined), 'undefined'],
])('a function that gives no text but %j is an error', async (value, kind) => {
  const setting = (() => value) as unknown as () => string
  await expect(setUp({ setting }).read('gpt-5.5')).rejects.toThrow(
    `The instructions setting must return a string; for gpt-5.5 it returned ${kind}.`,
  )
})

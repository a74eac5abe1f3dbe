import { describe, expect, test } from 'vitest'
import { baseInstructions } from '../../src/instructions/base.ts'
import {
  buildToolBridgeMessage,
  DEFAULT_INSTRUCTIONS,
  deriveInstructions,
  isToolchainPrompt,
  NEUTRAL_INSTRUCTIONS,
} from '../../src/instructions/codex-mode.ts'
import type { CodexMessage } from '../../src/request/call.ts'

const system = (text: string): CodexMessage => ({ role: 'system', text })
const user = (text: string): CodexMessage => ({ role: 'user', content: [{ type: 'text', text }] })
const derive = (messages: CodexMessage[], codexMode: boolean) =>
  deriveInstructions({ messages, codexMode, base: 'BASE' })

describe('deriveInstructions', () => {
  test.each<[string, CodexMessage[], string, string]>([
    ['no system text', [user('hi')], 'BASE', NEUTRAL_INSTRUCTIONS],
    ['an empty one', [system(''), user('hi')], 'BASE', NEUTRAL_INSTRUCTIONS],
    ['one', [system('A'), user('hi')], 'BASE\n\nA', 'A'],
    ['two', [system('A'), system('B'), user('hi')], 'BASE\n\nA\n\nB', 'A\n\nB'],
    ['system texts alone', [system('A')], 'BASE\n\nA', 'A'],
  ])('%s', (_, messages, on, off) => {
    expect(derive(messages, true).instructions).toBe(on)
    expect(derive(messages, false).instructions).toBe(off)
  })

  test('a system message in mid-conversation stays in its place (BR-09)', () => {
    const messages = [system('A'), user('hi'), system('B'), user('go')]
    for (const codexMode of [true, false]) {
      expect(derive(messages, codexMode).conversation).toEqual(messages.slice(1))
    }
  })

  test('the prompt of another tool chain is left out in Codex mode only, with a warning', () => {
    const messages = [
      system('A'),
      system('You are a Toolchain System Prompt.'),
      user('hi'),
      system('legacy toolchain'),
    ]
    const on = derive(messages, true)
    expect(on.instructions).toBe('BASE\n\nA')
    expect(on.conversation).toEqual([user('hi')])
    expect(on.warnings).toHaveLength(2)
    expect(on.warnings[0]).toMatchObject({
      type: 'other',
      message: expect.stringContaining('codexMode: false'),
    })
    const off = derive(messages, false)
    expect(off.instructions).toBe('A\n\nYou are a Toolchain System Prompt.')
    expect(off.warnings).toEqual([])
  })
})

test.each([
  ['toolchain system prompt', true],
  ['x TOOLCHAIN::SYSTEM y', true],
  ['Legacy Toolchain', true],
  ['a tool chain', false],
  ['', false],
])('isToolchainPrompt(%j) is %s', (text, expected) => {
  expect(isToolchainPrompt(text)).toBe(expected)
})

test('the bridge speaks of the tools of the session', () => {
  expect(buildToolBridgeMessage()).toMatch(/^# Tools of this session\n\n.*schemas/s)
})

describe('baseInstructions', () => {
  test.each([
    ['the first source that has some', [() => undefined, () => 'ONE', () => 'TWO'], 'ONE'],
    ['a source that has to be waited for', [async () => 'LATER'], 'LATER'],
    ['an empty text counts as none', [() => ' ', () => 'TWO'], 'TWO'],
    ['no source', [], DEFAULT_INSTRUCTIONS],
  ])('%s', async (_, sources, expected) => {
    expect(await baseInstructions('gpt-5.5', sources)).toBe(expected)
  })
})

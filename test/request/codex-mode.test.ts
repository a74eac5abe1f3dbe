import { describe, expect, test } from 'vitest'
import type { CodexMessage } from '../../src/request/call.ts'
import {
  buildToolBridgeMessage,
  deriveInstructions,
  isToolchainPrompt,
  NEUTRAL_INSTRUCTIONS,
} from '../../src/request/codex-mode.ts'
import { createWarningCollector } from '../../src/request/warnings.ts'

const system = (text: string): CodexMessage => ({ role: 'system', text })
const user = (text: string): CodexMessage => ({ role: 'user', content: [{ type: 'text', text }] })
function derive(messages: CodexMessage[], codexMode: boolean) {
  const warnings = createWarningCollector()
  const base = codexMode ? 'BASE' : ''
  return { ...deriveInstructions({ messages, codexMode, base }, warnings), warnings: warnings.list() }
}

describe('deriveInstructions', () => {
  test.each<[string, CodexMessage[], string, string]>([
    ['no system text', [user('hi')], 'BASE', NEUTRAL_INSTRUCTIONS],
    ['an empty one', [system(''), user('hi')], 'BASE', NEUTRAL_INSTRUCTIONS],
    ['one', [system('A'), user('hi')], 'BASE\n\nA', 'A'],
    ['two', [system('A'), system('B'), user('hi')], 'BASE\n\nA\n\nB', 'A\n\nB'],
    [
      'a blank one between two',
      [system('A'), system(' \n'), system('B'), user('hi')],
      'BASE\n\nA\n\nB',
      'A\n\nB',
    ],
    ['only one in mid-conversation', [user('hi'), system('A')], 'BASE', NEUTRAL_INSTRUCTIONS],
    ['a tool chain alone', [system('toolchain::system'), user('hi')], 'BASE', 'toolchain::system'],
    [
      'a tool chain before another',
      [system('Legacy toolchain'), system('A'), user('hi')],
      'BASE\n\nA',
      'Legacy toolchain\n\nA',
    ],
    ['none, no conversation', [], 'BASE', NEUTRAL_INSTRUCTIONS],
    ['system messages alone, which are the conversation', [system('A')], 'BASE', NEUTRAL_INSTRUCTIONS],
  ])('%s', (_, messages, on, off) => {
    expect(derive(messages, true).instructions).toBe(on)
    expect(derive(messages, false).instructions).toBe(off)
  })

  test('texts stay as they are, spaces too', () => {
    expect(derive([system('  A\n'), user('hi')], false).instructions).toBe('  A\n')
  })

  test('blank base instructions leave nothing behind', () => {
    const { instructions } = deriveInstructions(
      { messages: [system('A'), user('hi')], codexMode: true, base: ' ' },
      createWarningCollector(),
    )
    expect(instructions).toBe('A')
  })

  test('system messages that nothing follows are the conversation, without blank ones', () => {
    for (const codexMode of [true, false]) {
      const { conversation, system: leading } = derive([system('A'), system(' '), system('B')], codexMode)
      expect(conversation).toEqual([system('A'), system('B')])
      expect(leading).toEqual([])
    }
    expect(derive([system('Legacy toolchain')], true).conversation).toEqual([])
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
    expect(on.warnings).toEqual([{ type: 'other', message: expect.stringContaining('codexMode: false') }])
    const off = derive(messages, false)
    expect(off.instructions).toBe('A\n\nYou are a Toolchain System Prompt.')
    expect(off.warnings).toEqual([])
  })
})

test.each([
  ['toolchain system prompt', true],
  ['x TOOLCHAIN::SYSTEM y', true],
  ['Legacy Toolchain', true],
  ['LEGACY TOOLCHAIN', true],
  ['You are the\nToolChain System Prompt of old.', true],
  ['a tool chain', false],
  ['', false],
])('isToolchainPrompt(%j) is %s', (text, expected) => {
  expect(isToolchainPrompt(text)).toBe(expected)
})

test.each([
  ['speaks of the tools of the session', /^# Tools of this session\n\n/],
  ['says that they are called by their schemas', /by the schemas/],
  ['forbids made-up results', /[Nn]ever make up the result/],
  ['forbids tools that are not listed', /do not exist/],
  // Unlike the original's, which changed what the application's system text says.
  ['claims no identity', /^(?!.*\b(?:you are|codex|openai|gpt)\b)/is],
])('the bridge %s', (_, expected) => {
  expect(buildToolBridgeMessage()).toMatch(expected)
})

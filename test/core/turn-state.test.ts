import { describe, expect, test } from 'vitest'
import { createTurnStates } from '../../src/core/turn-state.ts'
import { developerMessage, type InputItem } from '../../src/request/prompt.ts'

const output = (call_id: string): InputItem => ({ type: 'function_call_output', call_id, output: 'ok' })
const call = (call_id: string): InputItem => ({
  type: 'function_call',
  status: 'completed',
  name: 'a',
  arguments: '{}',
  call_id,
})
const USER: InputItem = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hi' }] }

const ANSWERED = [USER, call('c1'), call('c2'), output('c1'), output('c2')]

describe('the state of a turn is found', () => {
  const states = createTurnStates()
  states.remember('acct', ['c1', 'c2'], 'S')

  test.each<[string, Parameters<typeof states.find>[1], string | undefined]>([
    ['by the results of all its calls', ANSWERED, 'S'],
    ['in any order', [USER, call('c1'), call('c2'), output('c2'), output('c1')], 'S'],
    [
      'of custom tools as well',
      [USER, output('c1'), { type: 'custom_tool_call_output', call_id: 'c2' }],
      'S',
    ],
    ['of tool searches as well', [USER, output('c1'), { type: 'tool_search_output', call_id: 'c2' }], 'S'],
    ['after the results of an older turn', [USER, call('c0'), output('c0'), ...ANSWERED.slice(1)], 'S'],
    ['not by some of them', [USER, call('c1'), output('c1')], undefined],
    ['not by more', [...ANSWERED, output('c3')], undefined],
    ['not by others', [USER, call('c3'), output('c3')], undefined],
    ['not after a new user message', [...ANSWERED, USER], undefined],
    ['not after a new system message', [...ANSWERED, developerMessage('note')], undefined],
    ['not before an answer', [USER], undefined],
    ['not for nothing', [], undefined],
  ])('%s', (_, items, expected) => {
    expect(states.find('acct', items)).toBe(expected)
  })

  test('again, for a retry', () => {
    expect([states.find('acct', ANSWERED), states.find('acct', ANSWERED)]).toEqual(['S', 'S'])
  })

  test('by no other login, and in no other provider', () => {
    expect(states.find('other', ANSWERED)).toBeUndefined()
    expect(states.find('', ANSWERED)).toBeUndefined()
    expect(createTurnStates().find('acct', ANSWERED)).toBeUndefined()
  })
})

test('parallel conversations keep their own', () => {
  const states = createTurnStates()
  states.remember('acct', ['a'], 'A')
  states.remember('acct', ['b'], 'B')
  states.remember('acct', ['a', 'b'], 'AB')
  expect(states.find('acct', [output('a')])).toBe('A')
  expect(states.find('acct', [output('b')])).toBe('B')
  expect(states.find('acct', [output('a'), output('b')])).toBe('AB')
})

test('ids are not mixed up by what they hold', () => {
  const states = createTurnStates()
  states.remember('acct', ['a","b'], 'S')
  states.remember('acct","a', ['b'], 'T')
  expect(states.find('acct', [output('a'), output('b')])).toBeUndefined()
})

test('a response without calls keeps nothing', () => {
  const states = createTurnStates(1)
  states.remember('acct', ['a'], 'A')
  states.remember('acct', [], 'NONE')
  expect(states.find('acct', [output('a')])).toBe('A')
  expect(states.find('acct', [USER])).toBeUndefined()
})

test('the oldest turns are forgotten, 1,000 are kept', () => {
  const states = createTurnStates()
  for (let turn = 0; turn < 1000; turn++) states.remember('acct', [`c${turn}`], `S${turn}`)
  states.remember('acct', ['c0'], 'again')
  states.remember('acct', ['new'], 'N')
  expect(states.find('acct', [output('c0')])).toBe('again')
  expect(states.find('acct', [output('c1')])).toBeUndefined()
  expect(states.find('acct', [output('c2')])).toBe('S2')
  expect(states.find('acct', [output('new')])).toBe('N')
})

import { expect, test } from 'vitest'
import { createCallIds } from '../../src/parts/call-ids.ts'

test('a call has an id of its own, whoever runs it', () => {
  const ids = createCallIds(() => 'resp_1')
  expect(ids.forHosted('call_1', 0)).toBe('call_1')
  // One id for two calls of the backend, and a call without one.
  expect(ids.forHosted('call_1', 1)).toBe('resp_1:call-1')
  expect(ids.forHosted(undefined, 2)).toBe('resp_1:call-2')
  // An item of the caller that comes twice is one call.
  expect([ids.forCaller('call_2', 3), ids.forCaller('call_2', 3)]).toEqual(['call_2', 'call_2'])
  expect(ids.forHosted('call_2', 4)).toBe('resp_1:call-4')
  expect([ids.forCaller('call_1', 5), ids.forCaller('call_1', 5)]).toEqual(['call_1:5', 'call_1:5'])
  expect(createCallIds(() => undefined).forHosted(undefined, 6)).toBe('response:call-6')
})

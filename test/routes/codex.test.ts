import { expect, test } from 'vitest'
import { codexRoute } from '../../src/routes/codex.ts'
import { responseError } from '../../src/transport/failures/errors.ts'

test('the settings of createCodex() are known, so none of them is warned of', () => {
  expect([...codexRoute.settings].sort()).toEqual(
    [
      ...[
        'accountId',
        'allowInsecure',
        'auth',
        'authFile',
        'baseURL',
        'cacheDir',
        'clientVersion',
        'codexMode',
      ],
      ...['compress', 'debug', 'fetch', 'headers', 'instructions', 'issuer', 'logger', 'modelAliases'],
      ...['originator', 'recover', 'timeouts', 'transport', 'webSocket'],
    ].sort(),
  )
})

test.each([
  'Your input exceeds the context window of this model.',
  "This model's maximum context length is 8 tokens.",
])('a prompt that is too long is known by its words as by its code: %s', (message) => {
  const context = { url: 'http://127.0.0.1/responses', requestBodyValues: {}, failures: codexRoute.failures }
  const said = (error: object) => responseError(400, JSON.stringify({ error }), context).message
  const advice = codexRoute.failures.find(({ codes }) => codes?.includes('context_length_exceeded'))?.advice
  expect(said({ message })).toContain(advice)
  expect(said({ message: 'No', code: 'context_length_exceeded' })).toContain(advice)
})

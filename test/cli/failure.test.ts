import { APICallError, InvalidArgumentError } from '@ai-sdk/provider'
import { expect, test } from 'vitest'
import { UsageError } from '../../src/cli/args.ts'
import { CommandError } from '../../src/cli/command.ts'
import { describeFailure } from '../../src/cli/failure.ts'
import { CodexAuthRefreshError, CodexUsageLimitError } from '../../src/errors.ts'

const NOW = Date.parse('2026-11-25T12:00:00Z')

const api = (fields: object) =>
  new APICallError({ message: 'Refused', url: 'https://example.com/x', requestBodyValues: {}, ...fields })

const limit = (fields: { planType?: string; resetsAt?: Date }) =>
  new CodexUsageLimitError({
    message: 'The limit is reached.',
    url: 'https://example.com/x',
    requestBodyValues: {},
    statusCode: 429,
    planType: undefined,
    resetsAt: undefined,
    limitId: undefined,
    window: undefined,
    windowMinutes: undefined,
    ...fields,
  })

const systemError = Object.assign(new Error('open EACCES'), { code: 'EACCES' })

test.each<[string, unknown, number, string]>([
  ['wrong usage', new UsageError('No command.'), 2, 'No command.'],
  ['a wrong setting', new InvalidArgumentError({ argument: 'x', message: 'x is wrong' }), 2, 'x is wrong'],
  ['a failed command', new CommandError('Nothing.'), 1, 'Nothing.'],
  ['a refusal', api({ statusCode: 400 }), 1, 'Refused'],
  ['an error of the system', systemError, 1, 'open EACCES'],
  ['another error', new TypeError('x is undefined'), 1, 'Unexpected error: x is undefined'],
  ['what is no error', 'a string', 1, 'Unexpected error: a string'],
  ['several lines, and controls', new CommandError('one \n\n two\x1b[2J\x9b'), 1, 'one two[2J'],
  ['a limit', limit({}), 1, 'The limit is reached.'],
  [
    'a limit with a reset',
    limit({ resetsAt: new Date(NOW + 3_600_000) }),
    1,
    'The usage limit of your plan is reached. It resets in 1 h (2026-11-25T13:00:00Z).',
  ],
  [
    'a limit of a plan',
    limit({ resetsAt: new Date(NOW + 3_600_000), planType: 'pro' }),
    1,
    'The usage limit of your plan (pro) is reached. It resets in 1 h (2026-11-25T13:00:00Z).',
  ],
])('%s: its exit code and one line', (_, error, exitCode, message) => {
  const failure = describeFailure(error, NOW)
  expect(failure).toMatchObject({ exitCode, message, json: { error: { message } } })
  expect(typeof failure.json.error.name).toBe('string')
})

test.each<[string, unknown, object]>([
  ['a refusal', api({ statusCode: 400 }), { name: 'AI_APICallError', statusCode: 400 }],
  ['no connection', api({}), { name: 'AI_APICallError' }],
  ['an error of the system', systemError, { name: 'Error', code: 'EACCES' }],
  [
    'a login that can not be renewed',
    new CodexAuthRefreshError({ message: 'm', reason: 'revoked' }),
    { name: 'CodexAuthRefreshError', code: 'CODEX_AUTH_REFRESH' },
  ],
  ['a limit', limit({}), { statusCode: 429, planType: null, resetsAt: null }],
  [
    'a limit with a reset',
    limit({ resetsAt: new Date(NOW), planType: 'pro' }),
    { statusCode: 429, planType: 'pro', resetsAt: '2026-11-25T12:00:00.000Z' },
  ],
  ['what is no error', 5, { name: 'Error' }],
])('%s: the facts as JSON', (_, error, facts) => {
  const { message, ...rest } = describeFailure(error, NOW).json.error
  expect(rest).toEqual(expect.objectContaining(facts))
  expect(rest).not.toHaveProperty('stack')
})

test.each<[string, unknown, string[]]>([
  [
    'a refusal',
    api({ statusCode: 403, responseHeaders: { 'cf-ray': 'ray-1' } }),
    ['error: AI_APICallError', 'request: https://example.com/x answered 403', 'request id: ray-1'],
  ],
  [
    'no connection',
    api({ cause: new Error('getaddrinfo\nENOTFOUND') }),
    ['error: AI_APICallError', 'request: https://example.com/x', 'cause: Error: getaddrinfo ENOTFOUND'],
  ],
  ['an error of the system', systemError, ['error: Error (EACCES)']],
  ['what is no error', undefined, []],
])('%s: details for CODEX_DEBUG', (_, error, details) => {
  expect(describeFailure(error, NOW).details).toEqual(details)
})

import { APICallError, InvalidArgumentError } from '@ai-sdk/provider'
import { expect, test } from 'vitest'
import { CheckError, explain } from '../../../src/cli/doctor/explain.ts'
import {
  CodexAuthFileNotFoundError,
  CodexAuthRefreshError,
  CodexAuthTokenError,
} from '../../../src/errors.ts'

const SECRET = 'ada@example.com'
const api = (fields: object) =>
  new APICallError({ message: SECRET, url: `https://${SECRET}`, requestBodyValues: {}, ...fields })
const withCode = (code: string) => Object.assign(new Error(SECRET), { code })

test.each<[string, unknown, string, RegExp]>([
  ['a failed check', new CheckError('no text'), 'no text', /report it/],
  [
    'no file',
    new CodexAuthFileNotFoundError({ message: SECRET }),
    'the login is not usable (CODEX_AUTH_FILE_NOT_FOUND)',
    /Log in/,
  ],
  [
    'a bad token',
    new CodexAuthTokenError({ message: SECRET }),
    'the login is not usable (CODEX_AUTH_TOKEN)',
    /Log in/,
  ],
  [
    'a network failure of the renewal',
    new CodexAuthRefreshError({ message: SECRET, reason: 'network' }),
    'the login could not be renewed (network)',
    /network/,
  ],
  [
    'a wrong setting',
    new InvalidArgumentError({ argument: 'CODEX_BASE_URL', message: SECRET }),
    'CODEX_BASE_URL is invalid',
    /Correct/,
  ],
  [
    'no connection',
    api({ cause: withCode('ENOTFOUND') }),
    "the backend can't be reached (ENOTFOUND)",
    /network/,
  ],
  [
    'a cause of the cause',
    api({ cause: new TypeError('fetch failed', { cause: withCode('ECONNRESET') }) }),
    "the backend can't be reached (ECONNRESET)",
    /network/,
  ],
  ['a cause without a code', api({ cause: new Error(SECRET) }), "the backend can't be reached", /network/],
  ['a code at the top', api({ statusCode: 418, data: { code: 'teapot' } }), 'HTTP 418 (teapot)', /Report/],
  [
    'a code and an id',
    api({ statusCode: 502, data: { error: { code: 'bad' } }, responseHeaders: { 'x-request-id': 'r-1' } }),
    'HTTP 502 (bad, request id r-1)',
    /later/,
  ],
  ['a code that is text', api({ statusCode: 400, data: { error: { code: SECRET } } }), 'HTTP 400', /Report/],
  ['a code that is a token', api({ statusCode: 400, data: { code: 'rt_secret' } }), 'HTTP 400', /Report/],
  ['an error of the system', withCode('EPERM'), 'unexpected error (EPERM)', /./],
  ['another error', new TypeError(SECRET), 'unexpected error (TypeError)', /./],
  ['an odd name', Object.assign(new Error(SECRET), { name: SECRET }), 'unexpected error (unknown)', /./],
  ['what is no error', SECRET, 'unexpected error (string)', /./],
])('%s is told without its message', (_, error, message, advice) => {
  const outcome = explain(error, 0)
  expect(outcome).toEqual({ status: 'failed', message, advice: expect.stringMatching(advice) })
  expect(JSON.stringify(outcome)).not.toContain(SECRET)
})

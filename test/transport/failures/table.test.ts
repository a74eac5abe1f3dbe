import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { INCOMPLETE_REASONS } from '../../../src/parts/finish-reason.ts'
import { FAILURES, failureRow, OTHER_FAILURE } from '../../../src/transport/failures/table.ts'
import { readTable } from '../../docs/readme-blocks.ts'
import { ROOT } from '../../docs/support.ts'
import { FAILURE_CASES } from '../../support/failures.ts'

const PAGE = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8')
const ROWS = [...FAILURES, OTHER_FAILURE]

test('docs/errors.md shows each row', () => {
  const shown = ROWS.map(({ name, status = 'none', isUsageLimit, isRetryable, advice }) => [
    name,
    String(status),
    isUsageLimit ? '`CodexUsageLimitError`' : '`APICallError`',
    isRetryable ? 'yes' : 'no',
    advice,
  ])
  expect(readTable(PAGE, 'failures')).toEqual(shown)
})

test('docs/errors.md shows each reason of an answer that ends early', () => {
  const shown = [...INCOMPLETE_REASONS].map(([reason, finishReason]) => [
    `\`${reason}\``,
    `\`${finishReason}\``,
  ])
  expect(readTable(PAGE, 'incomplete answers')).toEqual([...shown, ['any other', '`other`']])
})

test('each row has a case, told through each major of ai in test/contract/failures.test.ts', () => {
  // An event of 32 MiB through each of them would take long: once will do, in test/faults.
  const names = ROWS.map(({ name }) => name).filter((name) => name !== 'an event that is too large')
  expect(Object.keys(FAILURE_CASES)).toEqual(names)
})

describe('the first row that fits', () => {
  const find = (codes: string[], status?: number, words = 'words') => failureRow({ codes, status, words })

  const coded = FAILURES.flatMap(({ name, codes = [] }) => codes.map((code) => ({ code, name })))

  test.each(coded.filter(({ code }) => code !== 'invalid_request_error'))(
    '$code is $name, whatever the status',
    ({ code, name }) => {
      for (const status of [undefined, 400, 404, 429, 500]) expect(find([code], status).name).toBe(name)
    },
  )

  test.each([
    [200, 'HTTP 200 with JSON or a page'],
    [204, 'HTTP 200 with JSON or a page'],
    [302, 'a redirect'],
    [400, 'any other HTTP 4xx, `invalid_request_error`'],
    [401, 'HTTP 401, `token_expired`'],
    [403, 'HTTP 403'],
    [404, 'HTTP 404'],
    [408, 'HTTP 408'],
    [409, 'HTTP 409'],
    [413, 'HTTP 413'],
    [418, 'any other HTTP 4xx, `invalid_request_error`'],
    [429, 'HTTP 429'],
    [500, 'HTTP 5xx'],
    [529, 'HTTP 5xx'],
    [undefined, OTHER_FAILURE.name],
  ])('the status %s is %s', (status, name) => {
    expect(find([], status).name).toBe(name)
  })

  test('a code says more than a type', () => {
    expect(find(['rate_limit_exceeded', 'invalid_request_error'], 400).isRetryable).toBe(true)
  })

  test('a status says more than the type of any request', () => {
    expect(find(['invalid_request_error'], 401).name).toContain('401')
    expect(find(['invalid_request_error'], 500).isRetryable).toBe(true)
  })

  test('names that every object has are no codes', () => {
    expect(find(['constructor', '__proto__'])).toBe(OTHER_FAILURE)
  })
})

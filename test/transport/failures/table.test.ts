import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { INCOMPLETE_REASONS } from '../../../src/parts/finish-reason.ts'
import { CHATGPT_FAILURES } from '../../../src/routes/chatgpt-failures.ts'
import {
  FAILURES,
  type FailureRow,
  failureRow,
  OTHER_FAILURE,
} from '../../../src/transport/failures/table.ts'
import { readTable } from '../../docs/readme-blocks.ts'
import { ROOT } from '../../docs/support.ts'
import { FAILURE_CASES } from '../../support/failures.ts'

const PAGE = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8')
const ROWS = [...FAILURES, OTHER_FAILURE]

const toCells = ({ name, status, isUsageLimit, isRetryable, advice }: FailureRow): string[] => [
  name,
  String(status ?? 'none'),
  isUsageLimit ? '`CodexUsageLimitError`' : '`APICallError`',
  isRetryable ? 'yes' : 'no',
  advice,
]

/** True for a row that is like the one of the Codex route with its name. */
const isSame = (row: FailureRow): boolean =>
  FAILURES.some((other) => other.name === row.name && toCells(other).join() === toCells(row).join())

test('docs/errors.md shows each row', () => {
  expect(readTable(PAGE, 'failures')).toEqual(ROWS.map(toCells))
})

describe('docs/errors.md on the ChatGPT route', () => {
  const changed = CHATGPT_FAILURES.filter((row) => !FAILURES.includes(row) && !isSame(row))

  test('shows each row that is new or in the place of another, in its order', () => {
    expect(readTable(PAGE, 'failures of createChatGPT')).toEqual(changed.map(toCells))
  })

  test('names each row that is not there', () => {
    const replaced = ['HTTP 401, `token_expired`, `authentication_error`', 'HTTP 403, `permission_error`']
    const names = CHATGPT_FAILURES.map(({ name }) => name)
    const absent = FAILURES.map(({ name }) => name).filter((name) => !names.includes(name))
    expect(absent.filter((name) => !replaced.includes(name))).toEqual([
      '`usage_not_included`',
      'instructions that are not valid',
      '`invalid_workspace_selected`',
    ])
    expect(PAGE.replaceAll(/\s+/g, ' ')).toContain(
      'are not there: `usage_not_included`, instructions that are not valid, and `invalid_workspace_selected`.',
    )
  })
})

test('docs/errors.md shows each reason of an answer that ends early', () => {
  const shown = [...INCOMPLETE_REASONS].map(([reason, finishReason]) => [
    `\`${reason}\``,
    `\`${finishReason}\``,
  ])
  expect(readTable(PAGE, 'incomplete answers')).toEqual([...shown, ['any other', '`other`']])
})

/** 32 MiB through each major would take long: once will do, in test/faults. No call but `compact()` has the last one. */
const ELSEWHERE = [
  'an event that is too large, or an answer without end',
  'an answer that never gets to its output',
  'a compaction without its one item',
]

test('each row has a case, seen through each major of ai in test/contract/failures.test.ts', () => {
  const names = ROWS.map(({ name }) => name).filter((name) => !ELSEWHERE.includes(name))
  expect(Object.keys(FAILURE_CASES)).toEqual(names)
})

/** The codes of each row, written out: a code that vanished from the table would not miss itself. */
const CODES: Readonly<Record<string, string>> = {
  usage_limit_reached: '`usage_limit_reached`',
  usage_not_included: '`usage_not_included`',
  insufficient_quota: '`insufficient_quota`',
  rate_limit_exceeded: '`rate_limit_exceeded`',
  server_is_overloaded: '`server_is_overloaded`, `overloaded_error`',
  overloaded_error: '`server_is_overloaded`, `overloaded_error`',
  slow_down: '`slow_down`',
  context_length_exceeded: '`context_length_exceeded`',
  previous_response_not_found: '`previous_response_not_found`, `websocket_connection_limit_reached`',
  websocket_connection_limit_reached: '`previous_response_not_found`, `websocket_connection_limit_reached`',
  invalid_encrypted_content: '`invalid_encrypted_content`',
  unsupported_parameter: 'a parameter that is not supported',
  unknown_parameter: 'a parameter that is not supported',
  invalid_prompt: '`invalid_prompt`',
  cyber_policy: '`cyber_policy`',
  invalid_image: 'an image that is not valid',
  invalid_image_format: 'an image that is not valid',
  invalid_image_mode: 'an image that is not valid',
  invalid_image_url: 'an image that is not valid',
  invalid_base64_image: 'an image that is not valid',
  image_too_large: 'an image that is not valid',
  image_too_small: 'an image that is not valid',
  image_file_too_large: 'an image that is not valid',
  image_parse_error: 'an image that is not valid',
  image_content_policy_violation: 'an image that is not valid',
  image_file_not_found: 'an image that is not valid',
  empty_image_file: 'an image that is not valid',
  unsupported_image_media_type: 'an image that is not valid',
  failed_to_download_image: 'an image that is not valid',
  invalid_workspace_selected: '`invalid_workspace_selected`',
  no_connection: 'no connection',
  no_response: 'no response headers in time',
  cloudflare_block: 'HTTP 403 with a page of Cloudflare',
  stream_cut: 'an answer that ends or breaks too early',
  stream_idle: 'a stream that falls silent',
  no_event_stream: 'text in place of a stream',
  other_api: 'an answer of another API',
  no_compaction: 'a compaction without its one item',
  no_output: 'an answer that never gets to its output',
  event_too_large: 'an event that is too large, or an answer without end',
  token_expired: 'HTTP 401, `token_expired`, `authentication_error`',
  authentication_error: 'HTTP 401, `token_expired`, `authentication_error`',
  permission_error: 'HTTP 403, `permission_error`',
  not_found_error: 'HTTP 404, `not_found_error`',
  rate_limit_error: 'HTTP 429, `rate_limit_error`',
  invalid_request_error: 'any other HTTP 4xx, `invalid_request_error`',
}

test('the table has these codes', () => {
  expect(FAILURES.flatMap(({ codes = [] }) => codes).sort()).toEqual(Object.keys(CODES).sort())
})

describe('the first row that fits', () => {
  const find = (codes: string[], status?: number, words = 'words') => failureRow({ codes, status, words })

  // A status says more than these do: see below.
  const GENERAL = ['invalid_request_error', 'not_found_error', 'rate_limit_error']

  test.each(Object.entries(CODES))('the code %s alone is %s', (code, name) => {
    expect(find([code]).name).toBe(name)
  })

  test.each(Object.entries(CODES).filter(([code]) => !GENERAL.includes(code)))(
    'the code %s is %s, whatever the status',
    (code, name) => {
      for (const status of [400, 422, 500]) expect(find([code], status).name).toBe(name)
    },
  )

  test.each([
    [200, 'HTTP 200 with JSON or a page'],
    [204, 'HTTP 200 with JSON or a page'],
    [302, 'a redirect'],
    [400, 'any other HTTP 4xx, `invalid_request_error`'],
    [401, 'HTTP 401, `token_expired`, `authentication_error`'],
    [403, 'HTTP 403, `permission_error`'],
    [404, 'HTTP 404, `not_found_error`'],
    [408, 'HTTP 408'],
    [409, 'HTTP 409'],
    [413, 'HTTP 413'],
    [418, 'any other HTTP 4xx, `invalid_request_error`'],
    [429, 'HTTP 429, `rate_limit_error`'],
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

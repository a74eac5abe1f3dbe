import { readFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import {
  type CodexLogEntry,
  type CodexLogEvent,
  type CodexLogFields,
  createLog,
  LOG_LEVELS,
} from '../../src/lib/log.ts'
import { readTable } from '../docs/readme-blocks.ts'

const CALL = { model: 'gpt-5.5', durationMs: 5 }

/** One entry of each event, with all its fields. */
const ENTRIES: { readonly [Event in CodexLogEvent]: Required<CodexLogFields[Event]> } = {
  'call.request': { model: 'gpt-5.5', shape: 'classic' },
  'call.retry': { model: 'gpt-5.5', reason: 'without text' },
  'call.finish': {
    model: 'gpt-5.5',
    finishReason: 'stop',
    responseId: 'resp_1',
    inputTokens: 1,
    cachedInputTokens: 0,
    outputTokens: 2,
    reasoningTokens: 1,
    transport: 'http',
    durationMs: 5,
  },
  'call.error': { ...CALL, error: 'Error', message: 'No\nai-sdk', statusCode: 500, isRetryable: true },
  'call.abort': CALL,
  'image.request': { model: 'gpt-image-2', images: 2 },
  'image.finish': { model: 'gpt-image-2', images: 2, durationMs: 5 },
  'http.request': { method: 'GET', url: 'http://a.test/models' },
  'http.response': { method: 'GET', url: 'http://a.test/models', status: 200, durationMs: 5 },
  'http.error': { method: 'GET', url: 'http://a.test/models', error: 'TypeError', durationMs: 5 },
  'http.compressed': { bytes: 10 },
  'http.uncompressed': { url: 'http://a.test/responses' },
  'login.renewed': { reason: 'scheduled' },
  'login.warning': { message: 'The disk is full.' },
  'stream.event': { type: 'text-delta' },
  'websocket.opened': {},
  'websocket.request': { items: 1, allItems: 3, bytes: 90 },
  'websocket.unused': { reason: 'it failed a short time ago' },
}

test('docs/logging.md has each event with its level and fields', () => {
  const rows = readTable(readFileSync('docs/logging.md', 'utf8'), 'log events').map(
    ([event, level, fields]) => [
      event?.replaceAll('`', ''),
      level?.replaceAll('`', ''),
      [...(fields ?? '').replace(/:.*/, '').matchAll(/`(\w+)`/g)].map(([, name]) => name).sort(),
    ],
  )
  const expected = Object.entries(ENTRIES).map(([event, fields]) => [
    event,
    LOG_LEVELS[event as CodexLogEvent],
    Object.keys(fields).sort(),
  ])
  expect(rows).toEqual(expected)
})

test('with debug, each entry is a line of its own', () => {
  const lines: string[] = []
  const write = vi.spyOn(console, 'error').mockImplementation((line) => void lines.push(String(line)))
  const log = createLog(true, undefined)
  for (const [event, fields] of Object.entries(ENTRIES)) log?.(event as never, fields as never)
  write.mockRestore()
  expect(lines.map((line) => line.replace(/^ai-sdk-provider-codex /, ''))).toEqual([
    'call model=gpt-5.5 shape=classic',
    'again: without text',
    'call.finish model=gpt-5.5 finishReason=stop responseId=resp_1 inputTokens=1 cachedInputTokens=0 outputTokens=2 reasoningTokens=1 transport=http durationMs=5',
    'call.error model=gpt-5.5 durationMs=5 error=Error message="No\\nai-sdk" statusCode=500 isRetryable=true',
    'call.abort model=gpt-5.5 durationMs=5',
    'call model=gpt-image-2 images=2',
    'image.finish model=gpt-image-2 images=2 durationMs=5',
    'GET http://a.test/models',
    '200 http://a.test/models',
    'http.error method=GET url=http://a.test/models error=TypeError durationMs=5',
    'zstd: 10 bytes',
    'again: without zstd',
    'login.renewed reason=scheduled',
    'login.warning message="The disk is full."',
    'event text-delta',
    'websocket: opened',
    'websocket: 1 of 3 items, 90 bytes',
    'websocket: not used, it failed a short time ago',
  ])
})

test('what looks like a token is redacted, whatever field it is in', () => {
  const entries: CodexLogEntry[] = []
  const log = createLog(false, (entry) => void entries.push(entry))
  log?.('login.warning', { message: 'Bearer abc.def and eyJhbGciOiJub25lIn0.e30.sig and rt_0123456789' })
  expect(entries).toEqual([
    {
      level: 'warn',
      event: 'login.warning',
      fields: { message: '[redacted] and [redacted] and [redacted]' },
    },
  ])
})

test('without debug and logger nothing is made', () => {
  expect(createLog(false, undefined)).toBeUndefined()
})

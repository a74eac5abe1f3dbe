import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { parseEvent, toFailure } from '../../src/events/parse.ts'
import { headerLimits } from '../../src/events/rate-limits.ts'
import { didYouMean } from '../../src/lib/did-you-mean.ts'
import { createRedactor } from '../../src/lib/redaction.ts'
import { createPartMachine } from '../../src/parts/machine.ts'
import { createUnwrapper } from '../../src/parts/unwrap.ts'
import { responseError, streamError } from '../../src/transport/failures/errors.ts'
import { createMessageReader } from '../../src/transport/http/sse.ts'
import { SOURCES } from '../support/source-tree.ts'

/** Processor time of this process, in milliseconds: a busy machine makes it no longer. */
const cpuMs = (): number => process.cpuUsage().user / 1000

async function cpuOf(work: () => unknown): Promise<number> {
  const start = cpuMs()
  await work()
  return cpuMs() - start
}

describe('each pattern of the package takes linear time', () => {
  const literals = SOURCES.flatMap(({ file, find }) =>
    find((node, text) => (ts.isRegularExpressionLiteral(node) ? { file, text } : undefined)),
  )
  const patterns = new Map(literals.map(({ file, text }) => [`${text} (${file})`, text]))

  const LENGTH = 20_000
  const CHARACTERS = [...' \t\n\raA0_-./\\"\'`{}[]()<>=+,:;!?@#$%&*~^|\u0001\u00e4\ud800\udc00']

  /** Words of a pattern, with what may stand between them: repeated, they make it begin again and again. */
  function pumpsOf(source: string): string[] {
    const words = source.match(/[a-z]{2,}|(?<=\\b)\w+/gi) ?? []
    const ends = ['', ' ', '-', '.', '_', '"', '\\', '=']
    return [...CHARACTERS, ...words.flatMap((word) => ends.map((end) => word + end))]
  }

  /** What the pattern may have to see first. */
  const startsOf = (source: string): string[] =>
    [...new Set(source.match(/[a-z]{2,}|[{["'<`]/gi) ?? [])].slice(0, 4)

  const attacksOf = (source: string): string[] =>
    [...new Set(pumpsOf(source))].flatMap((pump) => {
      const run = pump.repeat(Math.ceil(LENGTH / pump.length))
      return [run, `${run}\u0000`, ...startsOf(source).map((start) => `${start}${run}\u0000`)]
    })

  /** A quadratic pattern takes more than twice as long, a linear one less than a tenth of it. */
  const LIMIT_MS = 60

  test.each([...patterns])('%s', async (_, literal) => {
    const [, source = '', flags = ''] = /^\/(.*)\/(\w*)$/s.exec(literal) ?? []
    const pattern = new RegExp(source, flags)
    for (const attack of attacksOf(source)) {
      const spent = await cpuOf(() => attack.replace(pattern, ''))
      expect(spent, `${JSON.stringify(attack.slice(0, 40))}…`).toBeLessThan(LIMIT_MS)
    }
  })

  test('none is made at run time, where this test would miss it', () => {
    // The stand-in server makes patterns of its user's own schemas.
    const made = SOURCES.filter(({ file, text }) => !file.startsWith('testing') && /\bRegExp\(/.test(text))
    expect(made.map(({ file }) => file)).toEqual([])
  })
})

describe('each reader of foreign text takes linear time', () => {
  const CONTEXT = {
    url: 'http://127.0.0.1/responses',
    requestBodyValues: {},
    secrets: ['eyJhbGciOiJSUzI1NiJ9.e30.c2ln', 'rt_0123456789abcdef'],
  }
  const stream = (text: string) => new Blob([text]).stream()
  const readAll = async (text: string) => {
    const reader = createMessageReader(stream(text), () => {})
    while (await reader.read());
  }
  const pushPieces = (text: string, push: (piece: string) => unknown) => {
    for (let at = 0; at < text.length; at += 4) push(text.slice(at, at + 4))
  }

  const READERS: Record<string, (text: string) => unknown> = {
    'redaction of text': createRedactor(CONTEXT.secrets).text,
    'redaction of JSON': (text) => createRedactor(CONTEXT.secrets).json({ [text]: [text] }),
    'redaction of a cause': (text) => createRedactor(CONTEXT.secrets).cause(new Error(text)),
    'an HTTP error with text': (text) => responseError(400, text, CONTEXT),
    'an HTTP error with JSON': (text) => responseError(400, JSON.stringify({ detail: text }), CONTEXT),
    'an HTTP error with faults': (text) =>
      responseError(
        422,
        JSON.stringify({ detail: text.split('e').map((msg) => ({ msg, loc: [msg] })) }),
        CONTEXT,
      ),
    'an HTTP error with HTML': (text) => responseError(403, `<${text}`, CONTEXT),
    'a usage limit': (text) =>
      responseError(
        429,
        JSON.stringify({ error: { type: 'usage_limit_reached', message: text, plan_type: text } }),
        {
          ...CONTEXT,
          responseHeaders: { [text]: text, 'x-codex-promo-message': text },
        },
      ),
    'a refused model': (text) =>
      responseError(400, JSON.stringify({ detail: `Model not found ${text}` }), {
        ...CONTEXT,
        modelId: text,
        availableModels: () => Array.from({ length: 20 }, (_, index) => `gpt-${index}`),
      }),
    'an error event': (text) =>
      streamError(toFailure({ code: text, type: text, message: text, headers: { [text]: text } }), CONTEXT),
    'rate-limit headers': (text) => headerLimits({ [`x-${text}-primary-used-percent`]: text }, 0),
    'did you mean': (text) => didYouMean(text, ['gpt-5.5', text.slice(1)]),
    'an event': (text) => parseEvent(JSON.stringify({ type: 'response.output_text.delta', delta: text })),
    'a stream of messages': readAll,
    'a stream with carriage returns': (text) => readAll(`${text.replaceAll(text.charAt(0), ':\n')}\r\n`),
    'an unwrapper, piece by piece': (text) => {
      const unwrapper = createUnwrapper()
      pushPieces(text, unwrapper.push)
      unwrapper.end()
    },
    'a wrapped value, piece by piece': (text) => {
      const unwrapper = createUnwrapper()
      pushPieces(`{ "value": ${text}`, unwrapper.push)
      unwrapper.end()
    },
    'an answer whose phase is unknown, piece by piece': (text) => {
      const machine = createPartMachine({ jsonOutput: true })
      pushPieces(text, (delta) =>
        machine.push({ type: 'text-delta', index: 0, itemId: undefined, delta }, () => {}),
      )
    },
    'inputs that are complete again and again': (text) => {
      const machine = createPartMachine()
      const item = {
        type: 'call' as const,
        id: 'fc_1',
        callId: 'call_1',
        name: 'a',
        kind: 'function' as const,
        input: '',
        namespace: undefined,
        isIncomplete: false,
      }
      machine.push({ type: 'item-added', index: 0, item }, () => {})
      pushPieces(text, (delta) => {
        machine.push({ type: 'tool-input-delta', index: 0, itemId: undefined, delta }, () => {})
        machine.push({ type: 'tool-input-done', index: 0, itemId: undefined, input: delta }, () => {})
      })
    },
  }

  const PUMPS = [
    'eyJ-',
    'eyJ-.',
    'ZXlK',
    'rt_',
    'rt_-',
    'Bearer ',
    'Bearer\t\t',
    ' ',
    '\n',
    '\\',
    '\\u0065',
    '\\/',
    '"',
    '<',
    '<!--',
  ]
  const WORDS = [
    'model ',
    'encrypted content ',
    'try again in ',
    'parameter: ',
    'data:',
    ':',
    'a',
    'aB',
    '{',
    '[',
    '{"value":',
  ]

  const SHORT = 50_000
  /** Twice as long takes at most 2.5 times the time; two doublings set it apart from what else the process does. */
  const LONG = 4 * SHORT
  const MAX_RATIO = 2.5 ** 2
  /** Less is measured too coarsely. */
  const FLOOR_MS = 200

  test.each(Object.entries(READERS))('%s', async (_, read) => {
    const run = (pump: string, length: number) => `${pump.repeat(Math.ceil(length / pump.length))}!`
    for (const pump of [...PUMPS, ...WORDS]) {
      // Collecting garbage makes a measurement a bad one.
      const ratios: number[] = []
      while (ratios.length < 3 && !ratios.some((ratio) => ratio < MAX_RATIO)) {
        const long = await cpuOf(() => read(run(pump, LONG)))
        ratios.push(long < FLOOR_MS ? 1 : long / (await cpuOf(() => read(run(pump, SHORT)))))
      }
      expect(Math.min(...ratios), JSON.stringify(pump)).toBeLessThan(MAX_RATIO)
    }
  })
})

test('no call spreads a list, which may be longer than its arguments can be', () => {
  /** Of a length that is fixed, or of the caller's own arguments. */
  const BOUNDED = [
    'auth/file/edit-json.ts: cut(text, ...spanOf(members, index, open))',
    'cli/doctor.ts: Math.max(...CHECKS.map(({ title }) => title.length))',
    'request/prompt.ts: images.push(...madeImage(part, context))',
    'auth/login/pkce.ts: String.fromCharCode(...bytes)',
    'lib/base64.ts: String.fromCharCode(...bytes.subarray(start, start + CHUNK))',
  ]
  const spreads = SOURCES.filter(({ file }) => !file.startsWith('testing/')).flatMap(({ file, find }) =>
    find((node, text) =>
      ts.isCallExpression(node) && node.arguments.some(ts.isSpreadElement) ? `${file}: ${text}` : undefined,
    ),
  )
  expect(spreads.filter((spread) => !BOUNDED.includes(spread))).toEqual([])
})

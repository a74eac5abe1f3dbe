import { describe, expect, test } from 'vitest'
import { createMessageReader } from '../../../src/transport/http/sse.ts'
import { MAX_MESSAGE_BYTES, MessageTooLargeError } from '../../../src/transport/message-limits.ts'

/** Reads a body of these chunks: its messages, whether it was let go, and what the reading threw. */
async function read(chunks: Iterable<string | Uint8Array>) {
  const iterator = chunks[Symbol.iterator]()
  let isCancelled = false
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const { done, value } = iterator.next()
      if (done) controller.close()
      else controller.enqueue(typeof value === 'string' ? new TextEncoder().encode(value) : value)
    },
    cancel() {
      isCancelled = true
    },
  })
  const messages: string[] = []
  const reader = createMessageReader(body, (data) => messages.push(data))
  let chunksRead = 0
  let error: unknown
  try {
    while (await reader.read()) chunksRead += 1
  } catch (thrown) {
    error = thrown
  }
  const lengths = messages.map(({ length }) => length)
  return { messages, lengths, chunksRead, isCancelled, error, foreignText: reader.foreignText() }
}

function* repeated(text: string, times = Number.POSITIVE_INFINITY) {
  const bytes = new TextEncoder().encode(text)
  for (let n = 0; n < times; n++) yield bytes
}

const KIB = 1024
const MAX_CHUNKS = MAX_MESSAGE_BYTES / (64 * KIB)
const line = (text: string, length: number) => `${text}${'x'.repeat(length - text.length - 1)}\n`

describe('what goes on without an event is refused at 32 MiB', () => {
  test.each([
    ['no line end', 'x'.repeat(64 * KIB)],
    ['lines of one event', line('data: ', KIB).repeat(64)],
    ['comments', line(': ', KIB).repeat(64)],
    ['one data line', `data: ${'x'.repeat(64 * KIB - 6)}`],
  ])('%s', async (_, chunk) => {
    const { error, chunksRead, isCancelled, lengths } = await read(repeated(chunk))
    expect(error).toBeInstanceOf(MessageTooLargeError)
    expect(error).toHaveProperty('message', 'An event of the stream is longer than 32 MiB, which is refused.')
    expect(chunksRead).toBe(MAX_CHUNKS)
    expect(isCancelled).toBe(true)
    expect(lengths).toEqual([])
  })

  test('an event that is one chunk', async () => {
    const { error, isCancelled } = await read([`data: ${'x'.repeat(MAX_MESSAGE_BYTES + 1)}\n\n`])
    expect(error).toBeInstanceOf(MessageTooLargeError)
    expect(isCancelled).toBe(true)
  })
})

describe('what has events is read', () => {
  test('an event of almost 32 MiB', async () => {
    const pieces = ['data: ', ...repeated('x'.repeat(64 * KIB), MAX_CHUNKS - 1), '\n\n']
    const { error, lengths } = await read(pieces)
    expect(error).toBeUndefined()
    expect(lengths).toEqual([MAX_MESSAGE_BYTES - 64 * KIB])
  })

  test('events of more than 32 MiB in all, one by one or in one chunk', async () => {
    const event = `data: ${'x'.repeat(64 * KIB)}\n\n`
    const expected = Array(600).fill(64 * KIB)
    expect(await read(repeated(event, 600))).toMatchObject({ error: undefined, lengths: expected })
    expect(await read([event.repeat(600)])).toMatchObject({ error: undefined, lengths: expected })
  })

  test('with a line of something else before each', async () => {
    const { lengths, isCancelled } = await read(repeated('what: ever\ndata: x\n\n', 20_000))
    expect(lengths).toHaveLength(20_000)
    expect(isCancelled).toBe(false)
  })
})

describe('what the end of a body leaves without its blank line', () => {
  const WHOLE = 'data: {"type":"a"}\n\ndata: [DONE]\n\n'
  const EVENTS = ['{"type":"a"}', '[DONE]']

  test.each([
    ['an event that is whole is one', 'data: {"type":"b"}', ['{"type":"b"}']],
    ['one of several lines too', 'data: {"type":\ndata: "b"}\n', ['{"type":\n"b"}']],
    ['half a one is none', 'data: {"type":"b', []],
    ['nor is one that lacks lines', 'data: {"type":\n', []],
    ['nor is half a character', new Uint8Array(Buffer.from('data: {"type":"ä')).slice(0, -1), []],
  ])('%s', async (_, end, expected) => {
    expect((await read([WHOLE, end])).messages).toEqual([...EVENTS, ...expected])
  })
})

test('endless lines of something else count as the end of the body', async () => {
  const { error, chunksRead, isCancelled, foreignText } = await read(repeated('<p>Hello</p>\n'.repeat(1000)))
  expect(error).toBeUndefined()
  expect(chunksRead).toBe(10)
  expect(isCancelled).toBe(true)
  expect(foreignText).toMatch(/^<p>Hello/)
})

describe('the head of a body says what it is, however it is cut', () => {
  const byteByByte = (text: string) => [...text]
  const JSON_TEXT = '{"error":{"message":"no"}}'

  test.each<[string, string[], string | undefined]>([
    ['a stream in small pieces', byteByByte('data: {"type":"a"}\n\n'), undefined],
    ['a stream that begins with a comment', byteByByte(': hello\n\ndata: {"type":"a"}\n\n'), undefined],
    ['a stream that begins with blank lines', ['\n', '\n', 'event: a\n', 'data: {}\n\n'], undefined],
    ['JSON in small pieces', byteByByte(JSON_TEXT), JSON_TEXT],
    ['JSON after spaces', ['  ', '\n ', JSON_TEXT], `  \n ${JSON_TEXT}`],
    ['long JSON, whole', [`{"a":"${'x'.repeat(500)}`, '","b":1}'], `{"a":"${'x'.repeat(500)}","b":1}`],
    [
      'JSON whose later lines look like a stream',
      [`{"a":"${'x'.repeat(300)}",\n`, 'data: 1\n}'],
      `{"a":"${'x'.repeat(300)}",\ndata: 1\n}`,
    ],
    [
      'text, of which the head is enough',
      ['upstream ', `error ${'x'.repeat(500)}`],
      `upstream error ${'x'.repeat(185)}`,
    ],
    ['nothing but white space', [' ', '\n'], undefined],
  ])('%s', async (_, pieces, expected) => {
    const { foreignText } = await read(pieces)
    expect(foreignText).toBe(expected)
  })
})

test('the name of an event goes with its data', async () => {
  const seen: unknown[] = []
  const body = new Blob(['event: a\ndata: 1\n\ndata: 2\n\n']).stream()
  const reader = createMessageReader(body, (data, name) => seen.push([data, name]))
  while (await reader.read());
  expect(seen).toEqual([
    ['1', 'a'],
    ['2', undefined],
  ])
})

test('line ends of all kinds, in long chunks too', async () => {
  const event = `data: "${'x'.repeat(100)}"`
  for (const end of ['\n', '\r\n', '\r']) {
    const { messages } = await read([`${event}${end}${end}`.repeat(1000)])
    expect(messages).toHaveLength(1000)
  }
})

import { expect, test } from 'vitest'
import type { Log } from '../../../src/lib/log.ts'
import type { Compress } from '../../../src/lib/zstd.ts'
import { findZstd } from '../../../src/lib/zstd.ts'
import { ENCODINGS } from '../../../src/testing/zstd.ts'
import { sendCompressed } from '../../../src/transport/http/compressed.ts'
import { startServer } from '../../auth/helpers.ts'

const LONG = JSON.stringify({ text: 'ä'.repeat(5_000) })
const SHORT = JSON.stringify({ text: 'hi' })

/** Stands for zstd: the tests of this file are about when it is used. */
const fake: Compress = async () => new TextEncoder().encode('compressed')

async function start({ compress }: { compress: Compress | undefined } = { compress: fake }) {
  const server = await startServer()
  const events: unknown[] = []
  const log: Log = (...entry) => void events.push(entry)
  const compression = { findCompress: async () => compress, log }
  const send = async (body: string, headers: Record<string, string> = {}) => {
    const request = {
      url: `${server.baseURL}/responses`,
      headers: { 'content-type': 'application/json', ...headers },
      body,
      requestBodyValues: {},
      secrets: [],
      signal: undefined,
      responseTimeoutMs: 5_000,
    }
    const response = await sendCompressed(request, compression, fetch)
    return { status: response.status, text: await response.text() }
  }
  const sent = () =>
    server.requests.map(
      ({ headers }) => `${headers['content-encoding'] ?? 'plain'} ${headers['content-length']}`,
    )
  return { server, send, sent, events }
}

const plain = (body: string) => `plain ${Buffer.byteLength(body)}`
const COMPRESSED = 'zstd 10'
const ok = { type: 'error', status: 200, body: 'fine' } as const

test('a long body is compressed, a short one is not', async () => {
  const { server, send, sent, events } = await start()
  server.answerPath('/responses', ok, ok)
  expect(await send(LONG)).toEqual({ status: 200, text: 'fine' })
  expect(await send(SHORT)).toEqual({ status: 200, text: 'fine' })
  expect(sent()).toEqual([COMPRESSED, plain(SHORT)])
  expect(events).toEqual([['http.compressed', { bytes: 10 }]])
})

test.each<[string, Compress | undefined]>([
  ['without zstd', undefined],
  [
    'where compressing fails',
    async () => {
      throw new Error('no memory')
    },
  ],
])('%s, the body goes out as it is', async (_, compress) => {
  const { server, send, sent } = await start({ compress })
  server.answerPath('/responses', ok)
  await send(LONG)
  expect(sent()).toEqual([plain(LONG)])
})

test("the caller's own content-encoding stays", async () => {
  const { server, send, sent } = await start()
  server.answerPath('/responses', ok)
  await send(LONG, { 'content-encoding': 'identity' })
  expect(sent()).toEqual([`identity ${Buffer.byteLength(LONG)}`])
})

test.each([
  [400, { detail: 'Unsupported content encoding: zstd' }],
  [400, { error: { message: 'Cannot read compressed bodies' } }],
  [415, ''],
])(
  'a refusal of the encoding (%d, %j): sent plain once more, and plain from then on',
  async (status, body) => {
    const { server, send, sent, events } = await start()
    server.answerPath('/responses', { type: 'error', status, body }, ok, ok)
    expect(await send(LONG)).toEqual({ status: 200, text: 'fine' })
    expect(await send(LONG)).toEqual({ status: 200, text: 'fine' })
    expect(sent()).toEqual([COMPRESSED, plain(LONG), plain(LONG)])
    expect(events).toEqual([
      ['http.compressed', { bytes: 10 }],
      ['http.uncompressed', { url: expect.stringMatching(/^http/) }],
    ])
  },
)

test.each([
  [400, 'Unknown parameter: foo'],
  [401, 'zstd'],
  [500, 'content encoding'],
])('another error (%d, %s) is the answer', async (status, body) => {
  const { server, send, sent } = await start()
  server.answerPath('/responses', { type: 'error', status, body }, ok)
  expect(await send(LONG)).toEqual({ status, text: body })
  await send(LONG)
  expect(sent()).toEqual([COMPRESSED, COMPRESSED])
})

test('the stand-in takes zstd where its runtime has it', async () => {
  const zstd = await findZstd()
  const server = await startServer()
  const { tokens } = server.login()
  const body = zstd ? await zstd(LONG) : 'compressed'
  const headers = { authorization: `Bearer ${tokens.access_token}`, 'content-encoding': 'zstd' }
  await fetch(`${server.baseURL}/responses`, { method: 'POST', headers, body })
  const [request] = server.requests
  expect(ENCODINGS.includes('zstd')).toBe(zstd !== undefined)
  expect(request?.refusedBy).toBe(zstd ? 'content-type' : 'content-encoding')
  expect(request?.text).toBe(zstd ? LONG : body)
})

import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { APICallError } from '@ai-sdk/provider'
import { expect, onTestFinished, test } from 'vitest'
import { getJson } from '../../../src/transport/http/get-json.ts'

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/models`
}

const get = (url: string, options: { signal?: AbortSignal; responseTimeoutMs?: number } = {}) =>
  getJson(
    {
      url,
      headers: { authorization: 'Bearer t0ken' },
      secrets: ['t0ken'],
      signal: undefined,
      responseTimeoutMs: 5000,
      ...options,
    },
    globalThis.fetch,
  )

test('a GET without a body, and what it got', async () => {
  const seen: string[] = []
  const url = await serve((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.authorization}`)
    expect(request.headers['content-type']).toBeUndefined()
    response.writeHead(200, { 'Content-Type': 'application/json', ETag: '"1"', 'set-cookie': 'a=b' })
    response.end('{"models":[]}')
  })
  const answer = await get(url)
  expect(answer).toMatchObject({ status: 200, json: { models: [] }, text: '{"models":[]}' })
  expect(answer.headers).toMatchObject({ etag: '"1"' })
  expect(answer.headers).not.toHaveProperty('set-cookie')
  expect(seen).toEqual(['GET /models Bearer t0ken'])
})

test('asks for what no cache holds', async () => {
  const url = await serve((_, response) => response.end('{}'))
  const inits: Array<RequestInit | undefined> = []
  const watched: typeof fetch = (input, init) => {
    inits.push(init)
    return fetch(input, init)
  }
  await getJson({ url, headers: {}, secrets: [], signal: undefined, responseTimeoutMs: 5000 }, watched)
  expect(inits).toMatchObject([{ cache: 'no-store', redirect: 'manual' }])
})

test.each([
  ['an error', 404, '{"detail":"Not Found"}', { detail: 'Not Found' }],
  ['not modified', 304, '', undefined],
  ['a page', 200, '<!doctype html>', undefined],
  ['half a JSON that was sent so', 200, '{"models":[', undefined],
])('%s is an answer too', async (_, status, body, json) => {
  const url = await serve((_request, response) => response.writeHead(status).end(body))
  expect(await get(url)).toMatchObject({ status, text: body })
  expect((await get(url)).json).toEqual(json)
})

test('a redirect is not followed', async () => {
  let requests = 0
  const url = await serve((_, response) => {
    requests++
    response.writeHead(302, { location: '/elsewhere' }).end()
  })
  expect(await get(url)).toMatchObject({ status: 302, headers: { location: '/elsewhere' } })
  expect(requests).toBe(1)
})

test('nobody listens', async () => {
  const error = await get('http://127.0.0.1:1/models').catch((caught: unknown) => caught)
  expect(APICallError.isInstance(error)).toBe(true)
  expect(error).toMatchObject({
    isRetryable: true,
    message: expect.stringContaining('cannot connect to 127.0.0.1:1'),
  })
})

test('no headers in time', async () => {
  const url = await serve(() => {})
  await expect(get(url, { responseTimeoutMs: 50 })).rejects.toMatchObject({
    isRetryable: true,
    message: expect.stringContaining('no response headers within 50 ms'),
  })
})

test.each<[string, (response: { destroy(): void }) => void, RegExp]>([
  [
    'stops in the middle',
    (response) => setImmediate(() => response.destroy()),
    /only part of the answer from 127\.0\.0\.1:\d+ arrived/,
  ],
  ['never ends', () => {}, /^Codex API error 200: no complete answer within 1000 ms \(timeouts\.response\)/],
])('a body that %s', async (_, finish, message) => {
  const url = await serve((_request, response) => {
    response.writeHead(200, { 'content-length': 100 })
    response.write('{"models":', () => finish(response))
  })
  await expect(get(url, { responseTimeoutMs: 1000 })).rejects.toMatchObject({
    isRetryable: true,
    statusCode: 200,
    message: expect.stringMatching(message),
  })
})

test('a body that is cut keeps its status and its cause', async () => {
  const url = await serve((_request, response) => {
    response.writeHead(503, { 'content-length': 100 })
    response.write('{"models":', () => setImmediate(() => response.destroy()))
  })
  const error = await get(url).catch((caught: unknown) => caught)
  expect(error).toMatchObject({ statusCode: 503, isRetryable: true })
  expect(error).toHaveProperty('cause.message', expect.stringMatching(/terminated|closed|aborted/))
})

test('a network error that repeats the token shows it nowhere', async () => {
  const failing: typeof fetch = (_, init) => {
    const sent = new Headers(init?.headers).get('authorization')
    return Promise.reject(
      Object.assign(new TypeError(`refused ${sent}`, { cause: new Error(`with ${sent}`) }), {
        request: { sent },
      }),
    )
  }
  const error = await getJson(
    {
      url: 'http://127.0.0.1:1/models',
      headers: { authorization: 'Bearer opaque/token+of-the-login' },
      secrets: ['opaque/token+of-the-login'],
      signal: undefined,
      responseTimeoutMs: 5000,
    },
    failing,
  ).catch((caught: unknown) => caught)
  expect(APICallError.isInstance(error)).toBe(true)
  expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('opaque')
  expect(error).toHaveProperty('cause.cause.message', 'with Bearer [redacted]')
})

test.each([
  ['before the request', true, () => {}],
  ['before the headers', false, (controller: AbortController) => controller.abort(new Error('stop'))],
])('an abort %s', async (_, isEarly, onRequest) => {
  const controller = new AbortController()
  if (isEarly) controller.abort(new Error('stop'))
  const url = await serve(() => onRequest(controller))
  await expect(get(url, { signal: controller.signal })).rejects.toThrow('stop')
})

test('an abort inside the body', async () => {
  const controller = new AbortController()
  const url = await serve((_, response) => {
    response.writeHead(200)
    response.write('{', () => controller.abort(new Error('stop')))
  })
  await expect(get(url, { signal: controller.signal })).rejects.toThrow('stop')
})

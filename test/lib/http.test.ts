import { getEventListeners } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { sendHttp } from '../../src/lib/http.ts'

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

test('a redirect is an answer, and no cache holds what came', async () => {
  const paths: unknown[] = []
  const url = await serve((request, response) => {
    paths.push([request.method, request.url])
    response.writeHead(307, { location: '/elsewhere' }).end()
  })
  const inits: unknown[] = []
  const watched: typeof fetch = (input, init) => {
    inits.push(init)
    return fetch(input, init)
  }
  const response = await sendHttp({ url, headers: {}, body: '{}', signal: undefined }, watched)
  expect(response.status).toBe(307)
  await sendHttp({ url, headers: {}, signal: undefined, noStore: false }, watched)
  expect(paths).toEqual([
    ['POST', '/'],
    ['GET', '/'],
  ])
  expect(inits).toMatchObject([{ cache: 'no-store', redirect: 'manual' }, { redirect: 'manual' }])
  expect(inits[1]).not.toHaveProperty('cache')
})

test('an abort reaches the server, with its own reason, and leaves no listener', async () => {
  let hasClosed: (_: unknown) => void = () => {}
  const closed = new Promise((resolve) => {
    hasClosed = resolve
  })
  const controller = new AbortController()
  const url = await serve((_, response) => {
    response.on('close', hasClosed)
    controller.abort(new Error('enough'))
  })
  const sent = sendHttp({ url, headers: {}, signal: controller.signal }, fetch)
  await expect(sent).rejects.toThrow('enough')
  await closed
  expect(getEventListeners(controller.signal, 'abort')).toEqual([])
})

test('nothing is sent for a signal that has aborted', async () => {
  const sent = sendHttp({ url: 'http://127.0.0.1:9', headers: {}, signal: AbortSignal.abort('no') }, () => {
    throw new Error('sent')
  })
  await expect(sent).rejects.toBe('no')
})

test('a fetch that ignores its signal: the wait ends in time, and its late answer is let go', async () => {
  let answer: (response: Response) => void = () => {}
  const deaf: typeof fetch = () =>
    new Promise((resolve) => {
      answer = resolve
    })
  const lateReason = () => new Error('late')
  const sent = sendHttp(
    { url: 'http://a.test', headers: {}, signal: undefined, timeoutMs: 5, lateReason },
    deaf,
  )
  await expect(sent).rejects.toThrow('late')
  const isCancelled = new Promise((cancel) => answer(new Response(new ReadableStream({ cancel }))))
  await isCancelled
})

test('a fetch that throws before it gives a promise rejects', async () => {
  const sent = sendHttp({ url: 'http://a.test', headers: {}, signal: undefined }, () => {
    throw new TypeError('broken')
  })
  await expect(sent).rejects.toThrow('broken')
})

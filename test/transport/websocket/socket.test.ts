import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { createOpenSocket } from '../../../src/transport/websocket/socket.ts'

test('an open socket has the headers of its upgrade, and sends with those of the request', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  onTestFinished(() => {
    for (const client of server.clients) client.terminate()
    server.close()
  })
  await once(server, 'listening')
  let asked: unknown
  server.on('headers', (headers, request) => {
    asked = request.headers['x-asked']
    headers.push('X-Told: one', 'X-Told: two')
  })
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
  const opened = await createOpenSocket(WebSocket)(url, { 'x-asked': 'yes' }, undefined)
  expect(opened).toMatchObject({ socket: { headers: { 'x-told': 'one, two' } } })
  expect(asked).toBe('yes')
})

import { expect, test, vi } from 'vitest'
import { findOpenSocket } from '../../../src/transport/websocket/open-socket.ts'

test('outside of Node.js, no package is looked for', async () => {
  vi.stubGlobal('process', { env: {} })
  const found = findOpenSocket(undefined, false)
  vi.unstubAllGlobals()
  expect(await found).toEqual({ reason: 'this runtime has no WebSocket that takes headers' })
})

import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { onTestFinished } from 'vitest'

/** The origin of a port where nobody listens, and that no other server gets while the test runs: a client's end holds it. */
export async function closedOrigin(): Promise<string> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  await Promise.all([once(client, 'connect'), once(server, 'connection')])
  onTestFinished(async () => {
    client.destroy()
    server.close()
  })
  return `http://127.0.0.1:${client.localPort}`
}

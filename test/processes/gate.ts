import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text as readText } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

/** A token request that waits at the gate. */
export interface Held {
  /** The worker that sent it. */
  readonly from: string
  /** Lets the answer go to the one who asked. */
  release(): void
  /** Settles when the one who asked is gone. */
  readonly dropped: Promise<void>
}

/** A login server in front of the real one, that can hold a request before it or an answer after it. */
export interface Gate {
  readonly issuer: string
  /** Who asked for tokens, in their order. */
  readonly asked: readonly string[]
  /** The next request: held before it reaches the login server, or with its answer made but not delivered. */
  hold(when: 'before' | 'after'): Promise<Held>
}

/** Starts a gate before this login server, closed after the test. */
export async function startGate(issuer: string): Promise<Gate> {
  const asked: string[] = []
  const holds: Array<{ when: 'before' | 'after'; settle: (held: Held) => void }> = []

  const forward = async (path: string, body: string) => {
    const answer = await fetch(`${issuer}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    return { status: answer.status, text: await answer.text() }
  }
  const server = createServer(async (request, response) => {
    const from = String(request.headers.originator)
    const body = await readText(request)
    const path = request.url ?? '/'
    asked.push(from)
    const hold = holds.shift()
    if (hold?.when === 'before') await waitAt(hold.settle, from, response)
    if (response.destroyed) return
    const answer = await forward(path, body)
    if (hold?.when === 'after') await waitAt(hold.settle, from, response)
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    issuer: `http://127.0.0.1:${port}`,
    asked,
    hold: (when) => new Promise((settle) => void holds.push({ when, settle })),
  }
}

/** Settles when the request is let go, or the one who sent it is gone. */
function waitAt(settle: (held: Held) => void, from: string, response: ServerResponse): Promise<void> {
  const dropped = new Promise<void>((resolve) => response.once('close', () => resolve()))
  return new Promise((resolve) => {
    settle({ from, release: resolve, dropped })
    void dropped.then(resolve)
  })
}

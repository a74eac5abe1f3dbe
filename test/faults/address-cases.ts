import { request } from 'node:http'
import { onTestFinished } from 'vitest'
import { startCodexServer } from '../../src/testing/server.ts'
import { closedOrigin } from '../support/closed-port.ts'
import { makeCertificate } from '../testing/certificate.ts'
import { backend, type FaultCase, type Run, type Scene } from './scene.ts'
import { startSocketServer } from './socket-server.ts'
import { answerOf, cutAt, expiredLogin, freshLogin, SHORT, whole } from './wire.ts'

const NO_CONNECTION = 'APICallError, retryable, 0 requests: cannot connect to HOST'

const run = (arrange: () => Promise<Scene>): Run => ({ told: SHORT, arrange })

/** A place that no request reaches. */
const nowhere = (settings: Omit<Scene['settings'], 'auth'>): Scene => ({
  settings: { ...settings, auth: freshLogin() },
  requests: () => 0,
  allClosed: async () => {},
})

async function closedPort(): Promise<Scene> {
  return nowhere({ baseURL: await closedOrigin() })
}

async function untrustedServer(): Promise<Scene> {
  const server = await startCodexServer({ tls: makeCertificate() })
  onTestFinished(() => server.close())
  return nowhere({ baseURL: server.baseURL })
}

async function plainServerForTls(): Promise<Scene> {
  const server = await startCodexServer()
  onTestFinished(() => server.close())
  return nowhere({ baseURL: server.baseURL.replace('http', 'https') })
}

/** A `fetch` through a proxy that opens no tunnel. */
async function refusingProxy(): Promise<Scene> {
  const refusal = 'HTTP/1.1 407 Proxy Authentication Required\r\nconnection: close\r\n\r\n'
  const proxy = await startSocketServer(() => cutAt(refusal, refusal.length, 'FIN'))
  const viaProxy = (input: string | URL | Request): Promise<Response> =>
    new Promise((_, reject) => {
      const { host } = new URL(String(input))
      request(proxy.url, { method: 'CONNECT', path: host })
        .on('connect', ({ statusCode }, socket) => {
          socket.destroy()
          reject(new TypeError('fetch failed', { cause: new Error(`the proxy answered ${statusCode}`) }))
        })
        .end()
    })
  return { ...nowhere({ fetch: viaProxy }), allClosed: proxy.allClosed }
}

const REDIRECTS = [301, 302, 303, 307, 308]

/** The path is answered with a redirect to another host, which counts what comes. */
async function redirecting(status: number, pathEnd: string): Promise<Scene> {
  const other = await backend(whole(SHORT.events))
  const { auth } = pathEnd === '/oauth/token' ? expiredLogin() : { auth: freshLogin() }
  const location = `${other.settings.baseURL?.replace('127.0.0.1', 'localhost')}/elsewhere`
  const server = await startSocketServer((path) =>
    path.endsWith(pathEnd) ? answerOf(status, 'moved', { location }) : whole(SHORT.events),
  )
  return {
    settings: { baseURL: server.url, issuer: server.url, auth },
    requests: () => server.asked.length,
    allClosed: server.allClosed,
    strayRequests: other.requests,
  }
}

/** A part of a name has at most 63 characters, so that no name server needs to be asked for this one. */
const NO_HOST = `${'a'.repeat(64)}.localhost`

/** Faults of the way to the backend. */
export const ADDRESS_CASES: readonly FaultCase[] = [
  {
    place: 'address',
    fault: 'no such host',
    outcome: NO_CONNECTION,
    runs: [run(async () => nowhere({ baseURL: `https://${NO_HOST}` }))],
    isCore: true,
  },
  {
    place: 'address',
    fault: 'no one listens',
    outcome: NO_CONNECTION,
    runs: [run(closedPort)],
    isCore: true,
  },
  {
    place: 'TLS',
    fault: 'certificate that is not trusted',
    outcome: NO_CONNECTION,
    runs: [run(untrustedServer)],
    isCore: true,
  },
  {
    place: 'TLS',
    fault: 'a server that speaks plain HTTP',
    outcome: NO_CONNECTION,
    runs: [run(plainServerForTls)],
  },
  { place: 'proxy', fault: 'refusal', outcome: NO_CONNECTION, runs: [run(refusingProxy)], isCore: true },
  ...REDIRECTS.map((status) => ({
    place: 'backend',
    fault: `redirect ${status} to another host`,
    outcome: `APICallError ${status}, final, 1 request: The backend answered with a redirect, which is not followed, so that the login never reaches another host`,
    runs: [run(() => redirecting(status, '/responses'))],
    isCore: true,
  })),
  ...REDIRECTS.map((status) => ({
    place: 'token endpoint',
    fault: `redirect ${status} to another host`,
    outcome: `CodexAuthRefreshError, network, 1 request: (HTTP ${status})`,
    runs: [run(() => redirecting(status, '/oauth/token'))],
    isCore: true,
  })),
]

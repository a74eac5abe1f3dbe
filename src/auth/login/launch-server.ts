import type { NodeModules } from '../../lib/runtime.ts'
import { LOOPBACK_HEADERS, listenOnLoopback, refuse } from './loopback.ts'
import { isForeignPeer } from './peer-user.ts'
import { createState } from './pkce.ts'

const USE_PRINTED = 'Open the login address that the program prints instead.'

/**
 * Starts a server on loopback that redirects to the login address once. Other users of this machine can read the
 * arguments of the browser's process, and with the login address they could complete the login with their own account.
 *
 * @throws the system error when no port can be opened.
 */
export async function startLaunchServer(
  http: NodeModules['node:http'],
  loginUrl: string,
): Promise<{ url: string; close(): Promise<void> }> {
  const path = `/${createState()}`
  let isUsed = false
  const server = await listenOnLoopback(http, 0, async (request, response) => {
    if (request.url !== path) return refuse(response, 404, 'Not found')
    if (request.method !== 'GET') return refuse(response, 405, 'Method not allowed')
    if (await isForeignPeer(request.socket)) {
      return refuse(response, 403, `This address belongs to another user. ${USE_PRINTED}`)
    }
    if (isUsed) return refuse(response, 410, `This address has already been opened. ${USE_PRINTED}`)
    isUsed = true
    response
      .writeHead(302, { ...LOOPBACK_HEADERS, location: loginUrl, 'referrer-policy': 'no-referrer' })
      .end()
  })
  return { url: `http://127.0.0.1:${server.port}${path}`, close: server.close }
}

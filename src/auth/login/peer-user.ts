import { loadNodeModule } from '../../lib/runtime.ts'

/** Local and remote port of a connection. */
interface Connection {
  localPort?: number | undefined
  remotePort?: number | undefined
}

/**
 * True when a connection on loopback comes from a process of another user than this one or root. Only Linux has this
 * information; elsewhere it is always false.
 */
export async function isForeignPeer({ localPort, remotePort }: Connection): Promise<boolean> {
  const fs = await loadNodeModule('node:fs/promises')
  const table = await fs?.readFile('/proc/net/tcp', 'utf8').catch(() => undefined)
  // The peer's end of the connection has the ports the other way round.
  const owner = table && ownerOf(table, { localPort: remotePort, remotePort: localPort })
  return typeof owner === 'number' && owner !== 0 && owner !== process.getuid?.()
}

/** Finds the user id that owns one end of a connection in the text of `/proc/net/tcp`. */
export function ownerOf(table: string, { localPort, remotePort }: Connection): number | undefined {
  const local = `:${hexPort(localPort)}`
  const remote = `:${hexPort(remotePort)}`
  for (const line of table.split('\n')) {
    const [, localAddress, remoteAddress, , , , , uid] = line.trim().split(/\s+/)
    if (localAddress?.endsWith(local) && remoteAddress?.endsWith(remote)) return Number(uid)
  }
  return undefined
}

const hexPort = (port = 0): string => port.toString(16).toUpperCase().padStart(4, '0')

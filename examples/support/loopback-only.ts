import dgram from 'node:dgram'
import dns from 'node:dns'
import { writeSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'

type Callable = (...args: unknown[]) => unknown

/**
 * Ends the process with exit code 1 as soon as anything in it opens a connection, looks up a name or sends a datagram
 * outside this machine. Covers `fetch`, TLS and all of Node's own clients, whatever their callers do with errors.
 */
export function allowLoopbackOnly(): void {
  // TLS sockets and `fetch` use this method too. Names are checked before they are looked up.
  guard(net.Socket.prototype, 'connect', (args) => hostOfConnect(args))
  guard(dgram.Socket.prototype, 'connect', ([, address]) => textOr(address, 'localhost'))
  guard(dgram.Socket.prototype, 'send', (args) => hostOfSend(args))
  for (const resolver of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype]) {
    for (const name of Object.getOwnPropertyNames(resolver)) {
      if (/^(?:lookup|resolve.*|reverse)$/.test(name))
        guard(resolver, name, ([host]) => textOr(host, 'localhost'))
    }
  }
  syncBuiltinESMExports()
}

/** True for 127.0.0.0/8, ::1 and localhost. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, '')
  return name === 'localhost' || name === '::1' || /^(?:::ffff:)?127\.\d+\.\d+\.\d+$/.test(name)
}

/** Puts a check before a method. `hostOf` returns undefined if there is no host. */
function guard(owner: object, name: string, hostOf: (args: unknown[]) => string | undefined): void {
  const original = Reflect.get(owner, name) as Callable
  if (typeof original !== 'function') return
  Reflect.set(owner, name, function (this: unknown, ...args: unknown[]) {
    const host = hostOf(args)
    if (host !== undefined && !isLoopback(host)) refuse(name, host)
    return original.apply(this, args)
  })
}

// Written and ended at once, so that a caller that swallows errors can't hide it.
function refuse(name: string, host: string): never {
  writeSync(
    2,
    `Connection beyond loopback refused: ${name} to ${host}. This run must stay on this machine.\n`,
  )
  process.exit(1)
}

/** The host of `connect(options)`, `connect(port, host)` or `connect(path)`; Node also passes the list of these. */
function hostOfConnect(args: unknown[]): string | undefined {
  const [first, second] = Array.isArray(args[0]) ? args[0] : args
  if (typeof first === 'object' && first !== null) {
    const { host, path } = first as { host?: unknown; path?: unknown }
    return path ? undefined : textOr(host, 'localhost')
  }
  const isPath = typeof first === 'string' && Number.isNaN(Number(first))
  return isPath ? undefined : textOr(second, 'localhost')
}

/** The address of `send(message, [offset, length,] port, address)`; the only string after the message. */
function hostOfSend([, ...rest]: unknown[]): string | undefined {
  return rest.find((value): value is string => typeof value === 'string' && Number.isNaN(Number(value)))
}

const textOr = (value: unknown, missing: string): string =>
  typeof value === 'string' && value !== '' ? value : missing

/** The few things that differ between runtimes: environment variables, Node's own modules, what to call this machine. */

/** The value of an environment variable; empty counts as unset, and a runtime without `process` has none. */
export function readEnv(name: string): string | undefined {
  const value = typeof process === 'undefined' ? undefined : process.env?.[name]
  return value === '' ? undefined : value
}

/** The modules of Node that we load when they are needed. */
export interface NodeModules {
  'node:child_process': typeof import('node:child_process')
  'node:crypto': typeof import('node:crypto')
  'node:fs/promises': typeof import('node:fs/promises')
  'node:http': typeof import('node:http')
  'node:os': typeof import('node:os')
  'node:path': typeof import('node:path')
  'node:zlib': typeof import('node:zlib')
}

/**
 * Loads one of Node's own modules when it is needed, or gives undefined where there are none (edge runtimes).
 * The name never stands in an `import` that a bundler can trace, so the entries stay loadable everywhere.
 */
export async function loadNodeModule<Name extends keyof NodeModules>(
  name: Name,
): Promise<NodeModules[Name] | undefined> {
  if (typeof process === 'undefined') return undefined
  // It came with Node 20.16; older 20.x and Deno take the import.
  if (typeof process.getBuiltinModule === 'function') return builtinModule(name)
  try {
    return (await import(/* webpackIgnore: true */ /* @vite-ignore */ name)) as NodeModules[Name]
  } catch {
    return undefined
  }
}

/** Loads a built-in module at once. In the edge sandbox of Next.js, each function of `process` throws. */
function builtinModule<Name extends keyof NodeModules>(name: Name): NodeModules[Name] | undefined {
  try {
    return process.getBuiltinModule(name) as NodeModules[Name] | undefined
  } catch {
    return undefined
  }
}

/** SHA-256 of a string. Node's own implementation needs no other thread, which is faster for some kilobytes. */
export async function sha256(text: string): Promise<Uint8Array> {
  const nodeCrypto = builtinModule('node:crypto')
  // It came with Node 20.12, and sets up no stream.
  if (nodeCrypto?.hash) return nodeCrypto.hash('sha256', text, 'buffer')
  if (nodeCrypto) return nodeCrypto.createHash('sha256').update(text).digest()
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
}

/** `<os>; <arch>` for the `user-agent` header, such as `linux; x64`; `unknown; unknown` on edge runtimes. */
export function describePlatform(): string {
  if (typeof process === 'undefined' || !process.platform) return 'unknown; unknown'
  return `${process.platform}; ${process.arch}`
}

/** Tells the user of something that is no error: as a warning of the process, else on the console. */
export function warnUser(message: string): void {
  try {
    process.emitWarning(message, 'CodexWarning')
  } catch {
    // biome-ignore lint/suspicious/noConsole: runtimes without process warnings have nothing else.
    console.warn(`ai-sdk-provider-codex: ${message}`)
  }
}

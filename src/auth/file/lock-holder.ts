import { parseObject, textOf } from '../../lib/json.ts'
import { needNodeModule } from './path.ts'

/** Who holds a lock, as the lock file says. */
export interface LockHolder {
  /** Of this one lock; no two are the same. */
  token: string
  pid?: number | undefined
  host?: string | undefined
  /** Where the process id means something: one run of one system, and one of its containers. */
  system?: string | undefined
}

/** This process as the holder of a new lock. */
export async function newHolder(): Promise<LockHolder> {
  const [os, system] = [await needNodeModule('node:os'), await systemId()]
  return { token: crypto.randomUUID(), pid: process.pid, host: os.hostname(), system }
}

/** Reads the text of a lock file; undefined where it is not whole, as while it is being made. */
export function parseHolder(text: string): LockHolder | undefined {
  const json = parseObject(text)
  const token = textOf(json?.token)
  // The token becomes a part of a file's name.
  if (!token || !/^[\da-f-]{36}$/.test(token)) return undefined
  const pid = typeof json?.pid === 'number' ? json.pid : undefined
  return { token, pid, host: textOf(json?.host), system: textOf(json?.system) }
}

/** True where the holder was a process of this system and is no more; false where that can't be known. */
export function isDead({ pid, system }: LockHolder, ours: LockHolder): boolean {
  if (pid === undefined || system === undefined || system !== ours.system) return false
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

async function systemId(): Promise<string | undefined> {
  const [os, fs] = await Promise.all([needNodeModule('node:os'), needNodeModule('node:fs/promises')])
  if (process.platform !== 'linux') return `${process.platform} ${os.hostname()}`
  // Containers share a kernel and often a host name, but each counts its processes anew.
  const facts = [fs.readFile('/proc/sys/kernel/random/boot_id', 'utf8'), fs.readlink('/proc/self/ns/pid')]
  const [boot, namespace] = await Promise.all(facts.map((fact) => fact.catch(() => undefined)))
  return boot && namespace ? `${boot.trim()} ${namespace}` : undefined
}

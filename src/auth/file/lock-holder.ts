import { parseObject, textOf } from '../../lib/json.ts'
import { errorCode } from './fs-errors.ts'
import { needNodeModule } from './path.ts'

/** Holder of a lock, as its file says. */
export interface LockHolder {
  /** Unique to this lock. */
  token: string
  pid?: number | undefined
  host?: string | undefined
  /** Scope of the process id: one boot of one system, and one container on it. */
  system?: string | undefined
}

/** Describes this process as the holder of a new lock. */
export async function newHolder(): Promise<LockHolder> {
  const [os, system] = [await needNodeModule('node:os'), await systemId()]
  return { token: crypto.randomUUID(), pid: process.pid, host: os.hostname(), system }
}

/** Parses a lock file; undefined if it is incomplete, such as one that is being written. */
export function parseHolder(text: string): LockHolder | undefined {
  const json = parseObject(text)
  const token = textOf(json?.token)
  // The token becomes part of a file name.
  if (!token || !/^[\da-f-]{36}$/.test(token)) return undefined
  const pid = typeof json?.pid === 'number' ? json.pid : undefined
  return { token, pid, host: textOf(json?.host), system: textOf(json?.system) }
}

/** True if the holder was a process of this system and has ended; false if that can't be known. */
export function isDead({ pid, system }: LockHolder, ours: LockHolder): boolean {
  if (pid === undefined || system === undefined || system !== ours.system) return false
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return errorCode(error) === 'ESRCH'
  }
}

async function systemId(): Promise<string | undefined> {
  const [os, fs] = await Promise.all([needNodeModule('node:os'), needNodeModule('node:fs/promises')])
  if (process.platform !== 'linux') return `${process.platform} ${os.hostname()}`
  // Containers share a kernel and often a host name, but each numbers its own processes.
  const facts = [fs.readFile('/proc/sys/kernel/random/boot_id', 'utf8'), fs.readlink('/proc/self/ns/pid')]
  const [boot, namespace] = await Promise.all(facts.map((fact) => fact.catch(() => undefined)))
  return boot && namespace ? `${boot.trim()} ${namespace}` : undefined
}

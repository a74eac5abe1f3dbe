import type { CodexProviderSettings, CodexTimeouts } from '../../src/core/settings.ts'
import { type Play, startSocketServer } from './socket-server.ts'
import { freshLogin, type Told } from './wire.ts'

/** One fault at one place, ready to be met. */
export interface Scene {
  readonly settings: CodexProviderSettings
  /** How many requests there were. */
  requests(): number
  /** Settles when no connection is open. */
  allClosed(): Promise<void>
  /** How many requests went where none may go. */
  strayRequests?(): number
}

export interface Run {
  arrange(): Promise<Scene>
  /** What a stream would have told that came whole. */
  readonly told: Told
}

/** A line of the table: where, which, and what the caller gets. */
export interface FaultCase {
  readonly place: string
  readonly fault: string
  /** What each of the runs comes to. */
  readonly outcome: string
  readonly runs: readonly Run[]
  /** Limits that the fault needs to be noticed. */
  readonly timeouts?: CodexTimeouts
  /** Run with each major of `ai`, not with the first alone. */
  readonly isCore?: boolean
}

/** Limit of a request: a connection to this machine takes less, even when it is busy. */
export const LATE_MS = 1000

/** Limit of a silent stream. */
export const IDLE_MS = 1000

/** A backend that answers so. */
export async function backend(play: Play): Promise<Scene> {
  const server = await startSocketServer(() => play)
  return {
    settings: { baseURL: server.url, auth: freshLogin() },
    requests: () => server.asked.length,
    allClosed: server.allClosed,
  }
}

import type { CodexCore } from '../../core/provider.ts'
import type { CodexModelInfo } from '../../models/catalogue-entry.ts'
import type { LoginState } from '../inspect-login.ts'

/** Result of a check. Holds neither secrets nor text of the user, so that it can be posted in public. */
export interface Outcome {
  status: 'ok' | 'warning' | 'failed' | 'skipped'
  message: string
  /** What to do; absent when there is nothing to do. */
  advice?: string | undefined
}

/** Answer of the login server to a request without a login. */
export interface Probe {
  status: number
  /** Difference between the server's clock and this one, in milliseconds; undefined when the server sent no date. */
  clockOffset: number | undefined
}

/** What the checks work with, and what later checks learn from earlier ones. */
export interface DoctorContext {
  readonly core: CodexCore
  readonly cwd: string
  readonly authFile: string | undefined
  readonly modelId: string
  readonly signal: AbortSignal
  readonly now: () => number
  /** Asks the login server, once. Rejects when it can't be reached. */
  readonly probe: () => Promise<Probe>
  readonly login: () => Promise<LoginState>
  models?: readonly CodexModelInfo[]
  /** True when a model has answered. */
  hasAnswered?: boolean
}

/** One line of the report. */
export interface Check {
  /** Stable, for programs. */
  readonly id: string
  readonly title: string
  run(context: DoctorContext): Outcome | Promise<Outcome>
}

export const ok = (message: string): Outcome => ({ status: 'ok', message })
export const warning = (message: string, advice: string): Outcome => ({ status: 'warning', message, advice })
export const failed = (message: string, advice: string): Outcome => ({ status: 'failed', message, advice })
export const skipped = (message: string): Outcome => ({ status: 'skipped', message })

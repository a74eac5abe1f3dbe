import type { OptionName, OptionValues } from './args.ts'
import type { CliIO } from './io.ts'

/** One command of the command line. */
export interface Command {
  /** One line for the whole help. */
  readonly about: string
  /** What stands after the name, besides options. */
  readonly words?: string
  /** More for its own help. */
  readonly details: string
  readonly options: readonly OptionName[]
  /** Runs it, and gives the exit code. */
  run(call: CommandCall, io: CliIO): Promise<number>
}

/** What a command was called with: options it has, checked. */
export interface CommandCall {
  readonly words: readonly string[]
  readonly values: OptionValues
}

/** Exit codes. */
export const DONE = 0
export const FAILED = 1
export const WRONG_USE = 2
export const INTERRUPTED = 130
export const TERMINATED = 143

/** A failure in the command line's own words: exit code 1. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}

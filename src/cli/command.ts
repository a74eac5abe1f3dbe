import type { OptionName, OptionValues } from './args.ts'
import type { CliIO } from './io.ts'

/** A command of the command line. */
export interface Command {
  /** One line, for the list of commands. */
  readonly summary: string
  /** Placeholder of its arguments in the help; absent when it takes none. */
  readonly argument?: string
  /** Further lines of its own help. */
  readonly details: string
  readonly options: readonly OptionName[]
  /** Runs the command and returns the exit code. */
  run(call: CommandCall, io: CliIO): Promise<number>
}

/** Arguments of a command, and the options, all of which it accepts. */
export interface CommandCall {
  readonly args: readonly string[]
  readonly values: OptionValues
}

/** Exit codes. */
export const SUCCESS = 0
export const FAILURE = 1
export const WRONG_USAGE = 2
export const HUNG_UP = 129
export const INTERRUPTED = 130
export const QUIT = 131
export const TERMINATED = 143

/** Failure of a command that no other error describes: exit code 1. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}

import { isDebugOn } from '../core/resolve-settings.ts'
import { didYouMean } from '../lib/did-you-mean.ts'
import { VERSION } from '../version.ts'
import {
  type Arguments,
  findCommandName,
  hasFlag,
  type OptionName,
  readArguments,
  UsageError,
} from './args.ts'
import { ask } from './ask.ts'
import { type Command, FAILURE, INTERRUPTED, SUCCESS } from './command.ts'
import { doctor } from './doctor.ts'
import { describeFailure } from './failure.ts'
import { formatCommandHelp, formatHelp, PROGRAM } from './help.ts'
import { image } from './image.ts'
import { type CliIO, paint, print, printJson } from './io.ts'
import { login } from './login.ts'
import { logout } from './logout.ts'
import { models } from './models.ts'
import { status } from './status.ts'
import { usage } from './usage.ts'

const COMMANDS: Readonly<Record<string, Command>> = {
  login,
  logout,
  status,
  models,
  usage,
  ask,
  image,
  doctor,
}

/**
 * Runs the command line. Never throws.
 *
 * @param argv The arguments after the program's name.
 * @returns the exit code: 0 success, 1 failure or not logged in, 2 wrong usage, 130 stopped by Ctrl-C.
 */
export async function run(argv: readonly string[], io: CliIO): Promise<number> {
  try {
    return await dispatch(readArguments(argv), io)
  } catch (error) {
    if (io.signal.aborted) return INTERRUPTED
    // The reader of the output has seen enough.
    if (isBrokenPipe(error)) return SUCCESS
    return reportFailure(error, argv, io).catch(() => FAILURE)
  }
}

async function dispatch({ command: name, args, values }: Arguments, io: CliIO): Promise<number> {
  if (name === undefined) {
    if (values.version) return printText(VERSION, io)
    if (values.help) return printText(formatHelp(COMMANDS), io)
    throw new UsageError('No command given.')
  }
  if (name === 'help') return printText(helpFor(args[0]), io)
  const command = getCommand(name)
  if (values.help) return printText(formatCommandHelp(name, command), io)
  if (values.version) return printText(VERSION, io)
  assertAccepted(name, command, { args, values })
  return command.run({ args, values }, io)
}

async function printText(text: string, { stdout }: CliIO): Promise<number> {
  await print(stdout, text)
  return SUCCESS
}

const helpFor = (name: string | undefined): string =>
  name === undefined ? formatHelp(COMMANDS) : formatCommandHelp(name, getCommand(name))

const findCommand = (name: string | undefined): Command | undefined =>
  name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined

function getCommand(name: string): Command {
  const command = findCommand(name)
  if (command) return command
  throw new UsageError(`Unknown command ${name}.${didYouMean(name, Object.keys(COMMANDS))}`)
}

const COMMON_OPTIONS: readonly string[] = ['auth-file', 'help', 'version']

function assertAccepted(
  name: string,
  { options, argument }: Command,
  { args, values }: Omit<Arguments, 'command'>,
): void {
  const foreign = Object.keys(values).find(
    (option) => !COMMON_OPTIONS.includes(option) && !options.includes(option as OptionName),
  )
  if (foreign !== undefined) throw new UsageError(`${name} has no option --${foreign}.`)
  const [first] = args
  if (first !== undefined && argument === undefined) {
    throw new UsageError(`${name} takes no arguments, but got ${first}.`)
  }
}

function isBrokenPipe(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED'
}

async function reportFailure(error: unknown, argv: readonly string[], io: CliIO): Promise<number> {
  const name = findCommandName(argv)
  const command = findCommand(name)
  const { exitCode, message, details, json } = describeFailure(error, io.now())
  if (hasFlag(argv, 'json') && command?.options.includes('json')) await printJson(io.stdout, json)
  else {
    await print(io.stderr, `${paint(io.stderr, 'red', 'Error:')} ${message}`)
    if (error instanceof UsageError) {
      await print(io.stderr, `See ${PROGRAM}${command ? ` ${name}` : ''} --help.`)
    }
  }
  if (isDebugOn()) for (const line of details) await print(io.stderr, `  ${line}`)
  return exitCode
}

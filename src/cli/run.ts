import { resolveSettings } from '../core/settings.ts'
import { didYouMean } from '../lib/did-you-mean.ts'
import { readEnv } from '../lib/runtime.ts'
import { VERSION } from '../version.ts'
import { type Arguments, firstWord, type OptionName, readArguments, UsageError } from './args.ts'
import { ask } from './ask.ts'
import { type Command, DONE, INTERRUPTED } from './command.ts'
import { describeFailure } from './failure.ts'
import { helpOf, helpOfAll, PROGRAM } from './help.ts'
import { type CliIO, paint, print } from './io.ts'
import { login } from './login.ts'
import { logout } from './logout.ts'
import { models } from './models.ts'
import { status } from './status.ts'
import { usage } from './usage.ts'

const COMMANDS: Readonly<Record<string, Command>> = { login, logout, status, models, usage, ask }

/**
 * Runs the command line.
 *
 * @param argv The words after the program's name.
 * @returns the exit code: 0 done, 1 failed or not logged in, 2 wrong use, 130 stopped by Ctrl-C. Never throws.
 */
export async function run(argv: readonly string[], io: CliIO): Promise<number> {
  try {
    return await dispatch(readArguments(argv), io)
  } catch (error) {
    if (io.signal.aborted) return INTERRUPTED
    // Who reads our output has had enough of it.
    if (isBrokenPipe(error)) return DONE
    return tellFailure(error, firstWord(argv), io).catch(() => 1)
  }
}

async function dispatch({ command: name, words, values }: Arguments, io: CliIO): Promise<number> {
  if (name === undefined) {
    if (values.version) return answer(VERSION, io)
    if (values.help) return answer(helpOfAll(COMMANDS), io)
    throw new UsageError('A command is missing.')
  }
  if (name === 'help') return answer(helpFor(words[0]), io)
  const command = commandOf(name)
  if (values.help) return answer(helpOf(name, command), io)
  if (values.version) return answer(VERSION, io)
  assertFits(name, command, { words, values })
  return command.run({ words, values }, io)
}

async function answer(text: string, { stdout }: CliIO): Promise<number> {
  await print(stdout, text)
  return DONE
}

const helpFor = (name: string | undefined): string =>
  name === undefined ? helpOfAll(COMMANDS) : helpOf(name, commandOf(name))

function commandOf(name: string): Command {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (command) return command
  throw new UsageError(`Unknown command ${name}.${didYouMean(name, Object.keys(COMMANDS))}`)
}

const EVERYWHERE: readonly string[] = ['auth-file', 'help', 'version']

function assertFits(
  name: string,
  { options, words: takes }: Command,
  given: Omit<Arguments, 'command'>,
): void {
  const foreign = Object.keys(given.values).find(
    (option) => !EVERYWHERE.includes(option) && !options.includes(option as OptionName),
  )
  if (foreign !== undefined) throw new UsageError(`${name} has no option --${foreign}.`)
  const [word] = given.words
  if (word !== undefined && takes === undefined) throw new UsageError(`${name} takes no words: ${word}.`)
}

function isBrokenPipe(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED'
}

async function tellFailure(error: unknown, name: string | undefined, io: CliIO): Promise<number> {
  const { exitCode, message, details } = describeFailure(error, io.now())
  await print(io.stderr, `${paint(io.stderr, 'red', 'Error:')} ${message}`)
  if (error instanceof UsageError) {
    const command = name !== undefined && Object.hasOwn(COMMANDS, name) ? ` ${name}` : ''
    await print(io.stderr, `See ${PROGRAM}${command} --help.`)
  }
  if (isDebugging()) for (const line of details) await print(io.stderr, `  ${line}`)
  return exitCode
}

function isDebugging(): boolean {
  // A base URL that can't be used is another error.
  return readEnv('CODEX_DEBUG') !== undefined && resolveSettings({ baseURL: 'https://localhost' }).debug
}

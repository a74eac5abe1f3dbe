import { parseArgs } from 'node:util'
import { nearestName } from '../lib/did-you-mean.ts'

/** The command line was written wrong: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

interface Option {
  type: 'string' | 'boolean'
  short?: string
  /** For `--help`: what stands after a string option. */
  value?: string
  about: string
}

/** All options of all commands; the same name means the same everywhere. */
export const OPTIONS = {
  device: { type: 'boolean', about: 'log in by a code that you type on another device' },
  force: { type: 'boolean', about: 'replace a login without asking' },
  'no-browser': { type: 'boolean', about: 'only print the address, open no browser' },
  port: { type: 'string', value: 'PORT', about: 'port of the page that the browser comes back to' },
  issuer: { type: 'string', value: 'URL', about: 'login server; default: env CODEX_ISSUER' },
  model: { type: 'string', short: 'm', value: 'ID', about: 'default: gpt-6.1-sol' },
  effort: {
    type: 'string',
    short: 'e',
    value: 'LEVEL',
    about: "low, medium, high …; default: the model's own",
  },
  system: { type: 'string', short: 's', value: 'TEXT', about: 'system text' },
  reasoning: { type: 'boolean', about: 'show the summary of what the model thought, on stderr' },
  stream: { type: 'boolean', about: 'write the answer as it comes; default on a terminal' },
  'no-stream': { type: 'boolean', about: 'write the answer when it is whole; default elsewhere' },
  json: { type: 'boolean', about: 'JSON on stdout' },
  'auth-file': {
    type: 'string',
    value: 'PATH',
    about: 'login file; or CODEX_AUTH_FILE, $CODEX_HOME, ~/.codex',
  },
  help: { type: 'boolean', short: 'h', about: 'this help' },
  version: { type: 'boolean', short: 'v', about: 'the version of this package' },
} as const satisfies Record<string, Option>

export type OptionName = keyof typeof OPTIONS

/** The options that were given. */
export type OptionValues = {
  [Name in OptionName]?: (typeof OPTIONS)[Name]['type'] extends 'string' ? string : boolean
}

/** A command line that was read. */
export interface Arguments {
  /** The first word that is no option. */
  command: string | undefined
  /** The words after it. */
  words: string[]
  values: OptionValues
}

/**
 * Reads a command line. Options may stand anywhere; after `--` there are only words.
 *
 * @throws UsageError for an unknown option, a missing value, or one too many.
 */
export function readArguments(argv: readonly string[]): Arguments {
  const { tokens } = parseArgs({
    args: [...argv],
    options: OPTIONS,
    allowPositionals: true,
    // Checked here, for errors in our own words.
    strict: false,
    tokens: true,
  })
  const words: string[] = []
  const values: Record<string, string | boolean> = {}
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value)
    if (token.kind === 'option') values[token.name] = readOption(token)
  }
  const [command, ...rest] = words
  return { command, words: rest, values: values as OptionValues }
}

/** The first word that is no option, also where the options are wrong. */
export function firstWord(argv: readonly string[]): string | undefined {
  const options = { args: [...argv], options: OPTIONS, allowPositionals: true, strict: false }
  return parseArgs(options).positionals[0]
}

function readOption(token: {
  name: string
  rawName: string
  value?: string | undefined
  inlineValue?: boolean | undefined
}): string | boolean {
  const { name, rawName, value } = token
  if (!Object.hasOwn(OPTIONS, name)) {
    const meant = nearestName(name, Object.keys(OPTIONS))
    const hint = meant ? `Did you mean --${meant}?` : 'Text that begins with - goes after --.'
    throw new UsageError(`Unknown option ${rawName}. ${hint}`)
  }
  const option: Option = OPTIONS[name as OptionName]
  if (option.type === 'boolean') {
    if (value !== undefined) throw new UsageError(`${rawName} takes no value.`)
    return true
  }
  const isOption = !token.inlineValue && value !== undefined && value.length > 1 && value.startsWith('-')
  if (value === undefined || value === '' || isOption) {
    throw new UsageError(`${rawName} needs a value: ${rawName} ${option.value}.`)
  }
  return value
}

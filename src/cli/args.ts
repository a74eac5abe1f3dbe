import { parseArgs } from 'node:util'
import { nearestName } from '../lib/did-you-mean.ts'

/** Model of commands that name none. */
export const DEFAULT_MODEL = 'gpt-6.2-sol'

/** Error in the arguments of the command line: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

interface Option {
  type: 'string' | 'boolean'
  short?: string
  /** Placeholder of a string option's value in the help. */
  value?: string
  description: string
}

/** All options of all commands. A name means the same in each of them. */
export const OPTIONS = {
  device: { type: 'boolean', description: 'log in with a code that you enter on any device' },
  force: { type: 'boolean', description: 'replace an existing login without asking' },
  'no-browser': { type: 'boolean', description: 'print the login address, open no browser' },
  port: {
    type: 'string',
    value: 'PORT',
    description: 'port that the login page redirects to; default: 1455',
  },
  issuer: { type: 'string', value: 'URL', description: 'login server; default: env CODEX_ISSUER' },
  plan: { type: 'boolean', description: 'use "Sign in with ChatGPT", the login of createChatGPT' },
  'app-name': { type: 'string', value: 'NAME', description: 'with --plan: true name of your app' },
  consent: { type: 'boolean', description: 'with --plan: ask again to allow the use of your plan' },
  'switch-account': {
    type: 'boolean',
    description: 'with --plan: replace this login by that of another account',
  },
  model: {
    type: 'string',
    short: 'm',
    value: 'ID',
    description: `default: ${DEFAULT_MODEL}; of image: gpt-image`,
  },
  effort: {
    type: 'string',
    short: 'e',
    value: 'LEVEL',
    description: "low, medium, high …; default: the model's own",
  },
  system: { type: 'string', short: 's', value: 'TEXT', description: 'system prompt' },
  output: { type: 'string', short: 'o', value: 'FILE', description: 'file to save the image in' },
  size: { type: 'string', value: 'SIZE', description: 'size such as 1536x1024; default: auto' },
  quality: { type: 'string', value: 'LEVEL', description: 'low, medium, high or auto; default: auto' },
  count: { type: 'string', short: 'n', value: 'COUNT', description: 'number of images; default: 1' },
  overwrite: { type: 'boolean', description: 'replace files that are already there' },
  reasoning: { type: 'boolean', description: 'show the reasoning summary on stderr' },
  stream: { type: 'boolean', description: 'print the answer as it arrives; default on a terminal' },
  'no-stream': { type: 'boolean', description: 'print the answer when it is complete; default elsewhere' },
  json: { type: 'boolean', description: 'print JSON, errors too' },
  'auth-file': {
    type: 'string',
    value: 'PATH',
    description: 'login file; default: ~/.codex/auth.json',
  },
  help: { type: 'boolean', short: 'h', description: 'print this help' },
  version: { type: 'boolean', short: 'v', description: 'print the version of this package' },
} as const satisfies Record<string, Option>

export type OptionName = keyof typeof OPTIONS

/** Options that were given. */
export type OptionValues = {
  [Name in OptionName]?: (typeof OPTIONS)[Name]['type'] extends 'string' ? string : boolean
}

/** Parsed command line. */
export interface Arguments {
  /** First argument that is not an option. */
  command: string | undefined
  /** Arguments after it that are not options. */
  args: string[]
  values: OptionValues
}

/**
 * Parses a command line. Options may stand anywhere before `--`.
 *
 * @throws UsageError for an unknown option, a missing value, or a value that the option doesn't take.
 */
export function readArguments(argv: readonly string[]): Arguments {
  const { tokens } = parseArgs({
    args: [...argv],
    options: OPTIONS,
    allowPositionals: true,
    // Checked below, for clearer error messages.
    strict: false,
    tokens: true,
  })
  const positionals: string[] = []
  const values: Record<string, string | boolean> = {}
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind === 'option') values[token.name] = readOption(token)
  }
  const [command, ...rest] = positionals
  return { command, args: rest, values: values as OptionValues }
}

/** True when the command line has the flag, even when other options are wrong. */
export const hasFlag = (argv: readonly string[], name: OptionName): boolean =>
  (argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv).includes(`--${name}`)

/** Finds the command, even when the options are wrong. */
export function findCommandName(argv: readonly string[]): string | undefined {
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
    const hint = meant ? `Did you mean --${meant}?` : 'Put text that starts with - after --.'
    throw new UsageError(`Unknown option ${rawName}. ${hint}`)
  }
  const option: Option = OPTIONS[name as OptionName]
  if (option.type === 'boolean') {
    if (value !== undefined) throw new UsageError(`${rawName} does not take a value.`)
    return true
  }
  const isOption = !token.inlineValue && value !== undefined && value.length > 1 && value.startsWith('-')
  if (value === undefined || value === '' || isOption) {
    throw new UsageError(`${rawName} requires a value: ${rawName} ${option.value}.`)
  }
  return value
}

import { OPTIONS, type OptionName } from './args.ts'
import type { Command } from './command.ts'

/** How the command line is called, in every help and hint. */
export const PROGRAM = 'ai-sdk-provider-codex'

const EVERYWHERE: readonly OptionName[] = ['auth-file', 'help']

/** The help of all. */
export function helpOfAll(commands: Readonly<Record<string, Command>>): string {
  const rows = Object.entries(commands).map(([name, { about, words }]) => [
    [name, words].filter(Boolean).join(' '),
    about,
  ])
  return [
    `Usage: ${PROGRAM} <command> [options]`,
    '',
    'Your ChatGPT plan on the command line: the login, and what it may use.',
    '',
    'Commands:',
    ...columns(rows),
    '',
    'Options:',
    ...optionRows([...EVERYWHERE, 'version']),
    '',
    `Help for one command: ${PROGRAM} <command> --help`,
    '',
    'Environment:',
    ...columns([
      ['NO_COLOR', 'no colours'],
      ['CODEX_HOME', 'folder of auth.json, the login file; default: ~/.codex'],
      ['CODEX_AUTH_FILE', 'the login file itself'],
      ['CODEX_ACCESS_TOKEN', 'a login without a file, with CODEX_ACCOUNT_ID'],
      ['CODEX_BASE_URL', 'another backend'],
      ['CODEX_DEBUG', '1 for more about requests and errors'],
    ]),
    '',
    ...EXIT_CODES,
  ].join('\n')
}

/** The help of one command. */
export function helpOf(name: string, { about, words, details, options }: Command): string {
  return [
    `Usage: ${[PROGRAM, name, words].filter(Boolean).join(' ')} [options]`,
    '',
    `${about[0]?.toUpperCase()}${about.slice(1)}.`,
    ...(details ? ['', details] : []),
    '',
    'Options:',
    ...optionRows([...options, ...EVERYWHERE]),
    '',
    ...EXIT_CODES,
  ].join('\n')
}

const EXIT_CODES = [
  'Exit codes:',
  ...columns([
    ['0', 'done'],
    ['1', 'failed, or not logged in'],
    ['2', 'wrong use'],
    ['130', 'stopped by Ctrl-C; 143: by SIGTERM'],
  ]),
]

function optionRows(names: readonly OptionName[]): string[] {
  return columns(
    names.map((name) => {
      const option: { short?: string; value?: string; about: string } = OPTIONS[name]
      const short = option.short ? `-${option.short}, ` : ''
      return [`${short}--${[name, option.value].filter(Boolean).join(' ')}`, option.about]
    }),
  )
}

function columns(rows: ReadonlyArray<readonly string[]>): string[] {
  const width = Math.max(...rows.map(([left = '']) => left.length))
  return rows.map(([left = '', right = '']) => `  ${left.padEnd(width)}  ${right}`)
}

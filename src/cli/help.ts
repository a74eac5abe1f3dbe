import { OPTIONS, type OptionName } from './args.ts'
import type { Command } from './command.ts'
import { maxOf } from './format.ts'

/** Name of the command line, in the help and in hints. */
export const PROGRAM = 'ai-sdk-provider-codex'

const COMMON_OPTIONS: readonly OptionName[] = ['auth-file', 'help']

/** Formats the help of the whole command line. */
export function formatHelp(commands: Readonly<Record<string, Command>>): string {
  const rows = Object.entries(commands).map(([name, { summary, argument }]) => [
    [name, argument].filter(Boolean).join(' '),
    summary,
  ])
  return [
    `Usage: ${PROGRAM} <command> [options]`,
    '',
    'Log in with your ChatGPT plan, see what it includes, and try it out.',
    '',
    'Commands:',
    ...columns(rows),
    '',
    'Options:',
    ...optionRows([...COMMON_OPTIONS, 'version']),
    '',
    `Help for one command: ${PROGRAM} <command> --help`,
    '',
    'Environment:',
    ...columns([
      ['NO_COLOR', 'disables colors'],
      ['CODEX_HOME', 'folder of the login file auth.json; default: ~/.codex'],
      ['CODEX_AUTH_FILE', 'path of the login file'],
      ['CHATGPT_AUTH_FILE', 'path of the login file of --plan'],
      ['CODEX_ACCESS_TOKEN', 'access token, used instead of the login file'],
      ['CODEX_ACCOUNT_ID', 'account of CODEX_ACCESS_TOKEN'],
      ['CODEX_BASE_URL', 'address of the backend'],
      ['CODEX_DEBUG', '1 prints requests and details of errors'],
    ]),
    '',
    ...EXIT_CODES,
  ].join('\n')
}

/** Formats the help of one command. */
export function formatCommandHelp(name: string, { summary, argument, details, options }: Command): string {
  return [
    `Usage: ${[PROGRAM, name, argument].filter(Boolean).join(' ')} [options]`,
    '',
    `${summary[0]?.toUpperCase()}${summary.slice(1)}.`,
    '',
    details,
    '',
    'Options:',
    ...optionRows([...options, ...COMMON_OPTIONS]),
    '',
    ...EXIT_CODES,
  ].join('\n')
}

const EXIT_CODES = [
  'Exit codes:',
  ...columns([
    ['0', 'success'],
    ['1', 'failure, or not logged in'],
    ['2', 'wrong usage'],
    ['130', 'stopped by Ctrl-C (129, 131, 143: by another signal)'],
  ]),
]

function optionRows(names: readonly OptionName[]): string[] {
  return columns(
    names.map((name) => {
      const option: { short?: string; value?: string; description: string } = OPTIONS[name]
      const short = option.short ? `-${option.short}, ` : ''
      return [`${short}--${[name, option.value].filter(Boolean).join(' ')}`, option.description]
    }),
  )
}

function columns(rows: ReadonlyArray<readonly string[]>): string[] {
  const width = maxOf(rows, ([left = '']) => left.length)
  return rows.map(([left = '', right = '']) => `  ${left.padEnd(width)}  ${right}`)
}

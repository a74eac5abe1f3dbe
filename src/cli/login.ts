import { envTokens } from '../auth/env-tokens.ts'
import { resolveAuthFilePath } from '../auth/file/path.ts'
import { loginWithBrowser } from '../auth/login/browser.ts'
import { loginWithDeviceCode } from '../auth/login/device.ts'
import type { LoginOptions, LoginResult } from '../auth/login/options.ts'
import { type ExistingLogin, existingLogin } from '../auth/login/save.ts'
import { UsageError } from './args.ts'
import { type Command, CommandError, FAILURE, SUCCESS } from './command.ts'
import { formatRelative } from './format.ts'
import { type CliIO, oneLine, print, readLine, write } from './io.ts'
import { printUrl, readPastedUrl, readPort } from './login-io.ts'
import { loginToPlan } from './plan-login.ts'

const PLAN_OPTIONS = ['app-name', 'consent', 'switch-account'] as const

export const login: Command = {
  summary: 'log in with your ChatGPT account',
  details:
    'Opens the login page in your browser. With --device, shows a code to enter in\n' +
    'the browser of any device. The login is saved in the file that the Codex CLI\n' +
    'uses too. An existing login is replaced only if you confirm or add --force; a\n' +
    'backup of it is kept beside the file.\n' +
    'With --plan, signs an app in with "Sign in with ChatGPT" instead, for\n' +
    'createChatGPT: with its true name, into a file of its own.',
  options: [
    'device',
    'force',
    'no-browser',
    'port',
    'issuer',
    'plan',
    'app-name',
    'consent',
    'switch-account',
  ],
  async run(call, io) {
    const { values } = call
    if (values.plan) return loginToPlan(call, io)
    const planOption = PLAN_OPTIONS.find((name) => values[name] !== undefined)
    if (planOption) throw new UsageError(`--${planOption} requires --plan.`)
    const port = readPort(values)
    const authFile = await resolveAuthFilePath({ authFile: values['auth-file'] })
    if (!values.force && !(await confirmReplace(authFile, io))) {
      await print(io.stderr, 'The existing login was not changed.')
      return FAILURE
    }
    const options: LoginOptions = { authFile, force: true, issuer: values.issuer, signal: io.signal }
    const result = values.device
      ? await loginByDevice(options, io)
      : await loginByBrowser(options, { port, isHeadless: values['no-browser'] === true }, io)
    await printResult(result, io)
    return SUCCESS
  },
}

/** Asks before an existing file is replaced; without a terminal to ask on, that is an error. */
async function confirmReplace(authFile: string, io: CliIO): Promise<boolean> {
  const existing = await existingLogin(authFile)
  if (existing === undefined) return true
  const state = `The login file ${existing.file} already exists and contains ${describeExisting(existing)}.`
  if (!io.stdin.isTTY) throw new CommandError(`${state} Add --force to replace it; a backup is kept.`)
  await print(io.stderr, state)
  await print(
    io.stderr,
    'A backup is kept beside it. If the Codex CLI uses this file, it gets the new login too.',
  )
  await write(io.stderr, 'Replace it? [y/N] ')
  const answer = await readLine(io, io.signal)
  return /^y(es)?$/i.test(answer?.trim() ?? '')
}

const describeExisting = (existing: ExistingLogin): string =>
  ({
    chatgpt: `the login${describeAccount(existing, ' of ')}`,
    'api-key': 'an API key',
    unknown: 'no known login',
  })[existing.kind]

function loginByBrowser(
  options: LoginOptions,
  { port, isHeadless }: { port: number | undefined; isHeadless: boolean },
  io: CliIO,
): Promise<LoginResult> {
  const openBrowser = isHeadless ? async () => {} : io.openBrowser
  return loginWithBrowser({
    ...options,
    ...(port === undefined ? {} : { port }),
    ...(openBrowser ? { openBrowser } : {}),
    onUrl: (url) => printUrl(url, isHeadless, io),
    ...(io.stdin.isTTY ? { readPastedUrl: (signal) => readPastedUrl(signal, io) } : {}),
  })
}

function loginByDevice(options: LoginOptions, io: CliIO): Promise<LoginResult> {
  return loginWithDeviceCode({
    ...options,
    onCode({ userCode, verificationUrl, expiresAt }) {
      const lines = [
        `1. Open ${verificationUrl} in a browser, on any device.`,
        `2. Enter this code: ${oneLine(userCode)}`,
        '',
        `The code expires ${formatRelative(expiresAt, io.now())}. Enter it only if you started this login yourself.`,
      ]
      write(io.stderr, `${lines.join('\n')}\n`).catch(() => {})
    },
  })
}

async function printResult({ account, file, backup }: LoginResult, io: CliIO): Promise<void> {
  await print(io.stdout, `Logged in${describeAccount(account, ' as ')}.`)
  if (file) await print(io.stdout, `Login file: ${file}`)
  if (backup) await print(io.stdout, `Backup of the old login: ${backup}`)
  if (envTokens()) {
    await print(
      io.stderr,
      'Warning: CODEX_ACCESS_TOKEN is set and takes precedence over the login file. Unset it to use this login.',
    )
  }
}

/** Names the account as far as it is known: ` as user@example.com (plus)`. */
function describeAccount(
  account: { email?: string | undefined; accountId?: string | undefined; planType?: string | undefined },
  preposition: string,
): string {
  const { email, accountId, planType } = account
  const user = email ?? (accountId === undefined ? undefined : `account ${accountId}`)
  if (user === undefined) return ''
  return `${preposition}${oneLine(`${user}${planType === undefined ? '' : ` (${planType})`}`)}`
}

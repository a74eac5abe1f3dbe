import { envTokens } from '../auth/env-tokens.ts'
import { resolveAuthFilePath } from '../auth/file/path.ts'
import { loginWithBrowser } from '../auth/login/browser.ts'
import { loginWithDeviceCode } from '../auth/login/device.ts'
import type { LoginOptions, LoginResult } from '../auth/login/options.ts'
import { type ExistingLogin, existingLogin } from '../auth/login/save.ts'
import { UsageError } from './args.ts'
import { type Command, type CommandCall, CommandError, DONE, FAILED } from './command.ts'
import { formatRelative } from './format.ts'
import { type CliIO, print, readLine, withoutControls, write } from './io.ts'

export const login: Command = {
  about: 'log in with your ChatGPT account',
  details:
    'Opens the login page in your browser, or with --device shows a code to type\n' +
    'into the browser of another device. The login is kept in the file that the\n' +
    'Codex CLI uses too. One that is there is replaced only after a question, or\n' +
    'with --force; a backup of it stays beside the file.',
  options: ['device', 'force', 'no-browser', 'port', 'issuer'],
  async run({ values }, io) {
    const port = readPort(values)
    const authFile = await resolveAuthFilePath({ authFile: values['auth-file'] })
    if (!values.force && !(await mayReplace(authFile, io))) {
      await print(io.stderr, 'The login stays as it is.')
      return FAILED
    }
    const options: LoginOptions = { authFile, force: true, issuer: values.issuer, signal: io.signal }
    const result = values.device
      ? await loginByDevice(options, io)
      : await loginByBrowser(options, { port, isHeadless: values['no-browser'] === true }, io)
    await tellResult(result, io)
    return DONE
  },
}

function readPort({ port, device, 'no-browser': noBrowser }: CommandCall['values']): number | undefined {
  if (device && (port !== undefined || noBrowser)) {
    throw new UsageError(`--device needs no ${noBrowser ? '--no-browser' : '--port'}: it opens no browser.`)
  }
  if (port === undefined) return undefined
  if (/^\d{1,5}$/.test(port) && Number(port) < 65_536) return Number(port)
  throw new UsageError(`--port must be a number from 0 to 65535, not ${port}.`)
}

/** Asks before a file that is there is replaced; where nobody can be asked, that is an error. */
async function mayReplace(authFile: string, io: CliIO): Promise<boolean> {
  const existing = await existingLogin(authFile)
  if (existing === undefined) return true
  const found = `The login file ${existing.file} is there already: it holds ${describeExisting(existing)}.`
  if (!io.stdin.isTTY) throw new CommandError(`${found} Add --force to replace it; a backup stays.`)
  await print(io.stderr, found)
  await print(
    io.stderr,
    'A backup stays beside it. If the Codex CLI uses this file, it gets the new login too.',
  )
  await write(io.stderr, 'Replace it? [y/N] ')
  const answer = await readLine(io, io.signal)
  return /^\s*y(es)?\s*$/i.test(answer ?? '')
}

const describeExisting = (existing: ExistingLogin): string =>
  ({
    chatgpt: `the login${describeAccount(existing, ' of ')}`,
    'api-key': 'an API key',
    unknown: 'no login that is known here',
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
    onUrl: (url) => tellUrl(url, isHeadless, io),
    ...(io.stdin.isTTY ? { readPastedUrl: (signal) => readPastedUrl(signal, io) } : {}),
  })
}

function tellUrl(url: string, isHeadless: boolean, io: CliIO): void {
  const lead = isHeadless ? 'Log in at:' : 'Your browser opens for the login. If it does not, go to:'
  const paste = io.stdin.isTTY
    ? "\nIf the browser can't come back here, paste the address that it ends at and press Enter.\n"
    : ''
  write(io.stderr, `${lead}\n\n  ${url}\n${paste}\n`).catch(() => {})
}

async function readPastedUrl(signal: AbortSignal, io: CliIO): Promise<string> {
  const line = await readLine(io, signal, (text) => text.trim() !== '')
  // A stdin that has ended says nothing more; the browser may still come back.
  return line ?? new Promise(() => {})
}

function loginByDevice(options: LoginOptions, io: CliIO): Promise<LoginResult> {
  return loginWithDeviceCode({
    ...options,
    onCode({ userCode, verificationUrl, expiresAt }) {
      const end = formatRelative(new Date(expiresAt).getTime(), io.now())
      const lines = [
        `1. Open ${verificationUrl} in a browser, on any device.`,
        `2. Type this code: ${withoutControls(userCode)}`,
        '',
        `The code ends ${end}. Only type it in if you started this login yourself.`,
      ]
      write(io.stderr, `${lines.join('\n')}\n`).catch(() => {})
    },
  })
}

async function tellResult({ account, file, backup }: LoginResult, io: CliIO): Promise<void> {
  await print(io.stdout, `Logged in${describeAccount(account, ' as ')}.`)
  if (file) await print(io.stdout, `Login file: ${file}`)
  if (backup) await print(io.stdout, `Backup of the old one: ${backup}`)
  if (envTokens()) {
    await print(
      io.stderr,
      'Warning: CODEX_ACCESS_TOKEN is set, and goes on to be used before the login file. Unset it to use this login.',
    )
  }
}

/** Who it is, as far as is known: ` as user@example.com (plus)`. */
function describeAccount(
  account: { email?: string | undefined; accountId?: string | undefined; planType?: string | undefined },
  lead: string,
): string {
  const { email, accountId, planType } = account
  const who = email ?? (accountId === undefined ? undefined : `account ${accountId}`)
  if (who === undefined) return ''
  return withoutControls(`${lead}${who}${planType === undefined ? '' : ` (${planType})`}`)
}

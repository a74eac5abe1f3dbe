import { readClients } from '../auth/chatgpt/document.ts'
import { type ChatGPTLoginResult, loginWithChatGPT } from '../auth/chatgpt/login.ts'
import { resolveChatGPTFilePath } from '../auth/chatgpt/path.ts'
import { readDocument } from '../auth/chatgpt/store.ts'
import { CHATGPT_PLAN_TEXTS } from '../auth/chatgpt/words.ts'
import { isObject, textOf } from '../lib/json.ts'
import { UsageError } from './args.ts'
import { type CommandCall, CommandError, FAILURE, SUCCESS } from './command.ts'
import { type CliIO, oneLine, print, readLine, write } from './io.ts'
import { printUrl, readPastedUrl, readPort } from './login-io.ts'

/** Signs an app in with ChatGPT, for the use of the plan by `createChatGPT`. */
export async function loginToPlan({ values }: CommandCall, io: CliIO): Promise<number> {
  if (values.device) throw new UsageError("--plan can't be combined with --device.")
  const port = readPort(values)
  const file = await resolveChatGPTFilePath(values['auth-file'])
  const document = await readDocument(file)
  const appName = values['app-name'] ?? readClients(document).at(-1)?.appName
  if (appName === undefined) {
    throw new UsageError('--plan requires the true name of your app, which you will see: --app-name NAME.')
  }
  const isReplacing = values.force || values.consent || values['switch-account']
  if (isObject(document.login) && !isReplacing && !(await confirmReplace(file, document.login, io))) {
    await print(io.stderr, 'The existing login was not changed.')
    return FAILURE
  }
  const isHeadless = values['no-browser'] === true
  const openBrowser = isHeadless ? async () => {} : io.openBrowser
  const result = await loginWithChatGPT({
    appName,
    authFile: file,
    force: true,
    consent: values.consent,
    switchAccount: values['switch-account'],
    issuer: values.issuer,
    signal: io.signal,
    ...(port === undefined ? {} : { port }),
    ...(openBrowser ? { openBrowser } : {}),
    onUrl: (url) => printUrl(url, isHeadless, io),
    ...(io.stdin.isTTY ? { readPastedUrl: (signal) => readPastedUrl(signal, io) } : {}),
  })
  await printResult(result, io)
  return SUCCESS
}

async function confirmReplace(file: string, login: Record<string, unknown>, io: CliIO): Promise<boolean> {
  const email = textOf(login.email)
  const state = `The login file ${file} already holds a login${email ? ` of ${oneLine(email)}` : ''}.`
  if (!io.stdin.isTTY) throw new CommandError(`${state} Add --force to replace it.`)
  await print(io.stderr, state)
  await write(io.stderr, 'Replace it? [y/N] ')
  const answer = await readLine(io, io.signal)
  return /^y(es)?$/i.test(answer?.trim() ?? '')
}

async function printResult(
  { account, planUsage, isFirst, file }: ChatGPTLoginResult,
  { stdout, stderr }: CliIO,
): Promise<void> {
  const { welcome, manageUsage, manageUsageUrl } = CHATGPT_PLAN_TEXTS
  await print(stdout, `Signed in with ChatGPT as ${oneLine(account.email ?? account.subject)}.`)
  await print(stdout, `Login file: ${file}`)
  if (!planUsage) {
    await print(
      stderr,
      'Warning: This login does not allow the app to use your plan. To allow it, run login --plan --consent.',
    )
  }
  if (isFirst) {
    await print(stdout, `\n${welcome.title}\n${welcome.text}\n${manageUsage}: ${manageUsageUrl}`)
  }
}

import { allowsPlanUsage } from '../auth/chatgpt/manager.ts'
import { resolveChatGPTFilePath } from '../auth/chatgpt/path.ts'
import { chatGPTTokenStore } from '../auth/chatgpt/store.ts'
import { CHATGPT_PLAN_TEXTS, CHATGPT_WORDS } from '../auth/chatgpt/words.ts'
import { expiryOf, readClaims } from '../auth/claims.ts'
import type { CodexTokens } from '../auth/tokens.ts'
import { CodexAuthError } from '../errors.ts'
import { type CommandCall, FAILURE, SUCCESS } from './command.ts'
import { formatRelative, formatTable, formatTime } from './format.ts'
import { fileProblems, type LoginProblem } from './inspect-login.ts'
import { type CliIO, oneLine, paint, print, printJson } from './io.ts'

/** State of a login of "Sign in with ChatGPT". Holds nothing secret. */
interface PlanState {
  isUsable: boolean
  authFile: string
  appName?: string | undefined
  email?: string | undefined
  expiresAt?: number | undefined
  lastRefresh?: number | undefined
  problems: LoginProblem[]
}

/** Shows who is signed in with ChatGPT, without contacting a server. */
export async function showPlanStatus({ values }: CommandCall, io: CliIO): Promise<number> {
  const state = await inspectPlanLogin(values['auth-file'], io.now())
  if (values.json) await printJson(io.stdout, toJson(state))
  else await print(io.stdout, formatState(state, io))
  return state.isUsable ? SUCCESS : FAILURE
}

async function inspectPlanLogin(given: string | undefined, now: number): Promise<PlanState> {
  const authFile = await resolveChatGPTFilePath(given)
  const store = chatGPTTokenStore({ file: authFile })
  let tokens: CodexTokens | undefined
  try {
    tokens = await store.read()
  } catch (error) {
    if (!CodexAuthError.isInstance(error)) throw error
    return { isUsable: false, authFile, problems: [{ code: error.code, message: error.message }] }
  }
  if (tokens === undefined) return { isUsable: false, authFile, problems: [] }
  const { clientId } = tokens
  const client = (await store.clients()).findLast((each) => each.clientId === clientId)
  const expiresAt = expiryOf(tokens)
  const fatal: LoginProblem[] = []
  if (!allowsPlanUsage(tokens)) fatal.push(NO_PLAN_USAGE)
  const canRefresh = tokens.refreshToken !== undefined && clientId !== undefined
  if (!canRefresh && expiresAt !== undefined && expiresAt <= now) fatal.push(EXPIRED)
  return {
    isUsable: fatal.length === 0,
    authFile,
    appName: client?.appName,
    email: readClaims(tokens.idToken).email,
    expiresAt,
    lastRefresh: tokens.lastRefresh,
    problems: [...fatal, ...(await fileProblems(store))],
  }
}

const NO_PLAN_USAGE: LoginProblem = {
  code: 'NO_PLAN_USAGE',
  message: 'The login does not allow the app to use your plan. To allow it, run login --plan --consent.',
}

const EXPIRED: LoginProblem = {
  code: 'EXPIRED',
  message: `The access token has expired and can't be renewed. ${CHATGPT_WORDS.logInAgain}`,
}

function formatState(state: PlanState, io: CliIO): string {
  const { isUsable, appName, email, expiresAt, lastRefresh, authFile, problems } = state
  const { usingPlan, manageUsage, manageUsageUrl } = CHATGPT_PLAN_TEXTS
  const title = isUsable ? `${usingPlan}${email === undefined ? '' : ` of ${email}`}` : 'Not signed in'
  const time = (ms: number | undefined) =>
    ms === undefined ? undefined : `${formatRelative(ms, io.now())} (${formatTime(ms)})`
  const rows = [
    ['App', appName],
    ['Expires', time(expiresAt)],
    ['Renewed', time(lastRefresh)],
    ['Login', authFile],
    [manageUsage, isUsable ? manageUsageUrl : undefined],
  ].flatMap(([name, value]) => (name && value ? [[name, oneLine(value)]] : []))
  return [
    paint(io.stdout, isUsable ? 'green' : 'red', oneLine(title)),
    formatTable(rows),
    ...problems.map(({ message }) => `${paint(io.stdout, 'yellow', 'Problem:')} ${oneLine(message)}`),
  ].join('\n')
}

/** Returns the state with all keys, null for what is unknown. */
function toJson({ isUsable, authFile, appName, email, expiresAt, lastRefresh, problems }: PlanState) {
  const time = (ms: number | undefined) => (ms === undefined ? null : formatTime(ms))
  return {
    loggedIn: isUsable,
    authFile,
    appName: appName ?? null,
    email: email ?? null,
    expiresAt: time(expiresAt),
    lastRefresh: time(lastRefresh),
    manageUsageUrl: CHATGPT_PLAN_TEXTS.manageUsageUrl,
    problems,
  }
}

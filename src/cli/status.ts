import { type Command, FAILURE, SUCCESS } from './command.ts'
import { formatRelative, formatTable, formatTime } from './format.ts'
import { inspectLogin, type LoginProblem, type LoginState } from './inspect-login.ts'
import { type CliIO, oneLine, paint, print, printJson } from './io.ts'
import { showPlanStatus } from './plan-status.ts'

export const status: Command = {
  summary: 'show who is logged in and any problems with the login',
  details:
    'Reads the login without contacting a server or refreshing tokens. The exit\ncode is 1 if there is no usable login.',
  options: ['json', 'plan'],
  async run(call, io) {
    if (call.values.plan) return showPlanStatus(call, io)
    const { values } = call
    const state = await inspectLogin({ authFile: values['auth-file'], now: io.now() })
    if (values.json) await printJson(io.stdout, toJson(state))
    else await print(io.stdout, formatState(state, io))
    return state.isUsable ? SUCCESS : FAILURE
  },
}

function formatState(state: LoginState, io: CliIO): string {
  const { isUsable, email, planType, accountId, expiresAt, lastRefresh, problems } = state
  const title = isUsable ? `Logged in ${describeUser(state)}` : 'Not logged in'
  const rows = [
    ['User', isUsable ? undefined : email],
    ['Plan', planType],
    ['Account', accountId],
    ['Expires', expiresAt === undefined ? undefined : describeTime(expiresAt, io.now())],
    ['Renewed', lastRefresh === undefined ? undefined : describeTime(lastRefresh, io.now())],
    ['Login', state.source === 'env' ? 'CODEX_ACCESS_TOKEN (environment)' : state.authFile],
  ].flatMap(([name, value]) => (name && value ? [[name, oneLine(value)]] : []))
  const lines = [paint(io.stdout, isUsable ? 'green' : 'red', oneLine(title))]
  if (rows.length > 0) lines.push(formatTable(rows))
  if (isUsable && accountId === undefined) lines.push('Its account is looked up with the first call.')
  if (needsRefresh(state, io.now())) lines.push('The access token has expired; the next call renews it.')
  for (const problem of problems) lines.push(formatProblem(problem, io))
  return lines.join('\n')
}

function describeUser({ email, accountId, isPersonalToken }: LoginState): string {
  if (email !== undefined) return `as ${email}`
  if (accountId !== undefined) return `as account ${accountId}`
  return isPersonalToken ? 'with a personal access token' : ''
}

const needsRefresh = ({ isUsable, expiresAt }: LoginState, now: number): boolean =>
  isUsable && expiresAt !== undefined && expiresAt <= now

const describeTime = (time: number, now: number): string =>
  `${formatRelative(time, now)} (${formatTime(time)})`

const formatProblem = ({ message }: LoginProblem, io: CliIO): string =>
  `${paint(io.stdout, 'yellow', 'Problem:')} ${oneLine(message)}`

/** Returns the state with all keys, null for what is unknown. */
function toJson(state: LoginState) {
  const time = (ms: number | undefined) => (ms === undefined ? null : formatTime(ms))
  return {
    loggedIn: state.isUsable,
    source: state.source,
    authFile: state.authFile ?? null,
    email: state.email ?? null,
    planType: state.planType ?? null,
    accountId: state.accountId ?? null,
    expiresAt: time(state.expiresAt),
    lastRefresh: time(state.lastRefresh),
    canRefresh: state.canRefresh,
    problems: state.problems,
  }
}

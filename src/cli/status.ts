import { type Command, DONE, FAILED } from './command.ts'
import { formatRelative, formatTable, formatTime } from './format.ts'
import { type CliIO, paint, print, withoutControls } from './io.ts'
import type { LoginProblem, LoginState } from './login-state.ts'
import { readLogin } from './login-state.ts'

export const status: Command = {
  about: 'show who is logged in, and what is wrong with the login',
  details:
    'Only looks: asks no server, and renews nothing. The exit code is 1 where there\nis no usable login.',
  options: ['json'],
  async run({ values }, io) {
    const state = await readLogin({ authFile: values['auth-file'], now: io.now() })
    await print(io.stdout, values.json ? toJson(state) : draw(state, io))
    return state.isUsable ? DONE : FAILED
  },
}

function draw(state: LoginState, io: CliIO): string {
  const { isUsable, email, planType, accountId, expiresAt, lastRefresh, problems } = state
  const who = email ?? (accountId === undefined ? 'an unnamed account' : `account ${accountId}`)
  const title = isUsable ? `Logged in as ${who}` : 'Not logged in'
  const rows = [
    ['Plan', planType],
    ['Account', accountId],
    ['Expires', expiresAt === undefined ? undefined : describeTime(expiresAt, io.now())],
    ['Renewed', lastRefresh === undefined ? undefined : describeTime(lastRefresh, io.now())],
    ['Login', state.source === 'env' ? 'CODEX_ACCESS_TOKEN (environment)' : state.authFile],
  ].flatMap(([name, value]) => (name && value ? [[name, value]] : []))
  const lines = [paint(io.stdout, isUsable ? 'green' : 'red', withoutControls(title))]
  if (rows.length > 0) lines.push(withoutControls(formatTable(rows)))
  if (canBeRenewed(state, io.now())) lines.push('The access token has expired; the next call renews it.')
  for (const problem of problems) lines.push(drawProblem(problem, io))
  return lines.join('\n')
}

const canBeRenewed = ({ isUsable, expiresAt }: LoginState, now: number): boolean =>
  isUsable && expiresAt !== undefined && expiresAt <= now

const describeTime = (time: number, now: number): string =>
  `${formatRelative(time, now)} (${formatTime(time)})`

const drawProblem = ({ message }: LoginProblem, io: CliIO): string =>
  `${paint(io.stdout, 'yellow', 'Problem:')} ${withoutControls(message)}`

/** The same names always, null for what is not known; no token in it. */
function toJson(state: LoginState): string {
  const time = (ms: number | undefined) => (ms === undefined ? null : formatTime(ms))
  const json = {
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
  return JSON.stringify(json, null, 2)
}

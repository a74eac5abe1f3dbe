import { createServer as createHttpServer, type IncomingMessage, type RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { DEFAULT_CATALOGUE } from './catalogue.ts'
import { type Exchange, playHttp, readExchange, send } from './exchange.ts'
import { createLogins, toAuthJson } from './logins.ts'
import { checkAccounts } from './routes/accounts.ts'
import { listModels, listResetCredits, showUsage } from './routes/backend.ts'
import { listPlanModels, respondOnPlan } from './routes/chatgpt-backend.ts'
import {
  authorizeApp,
  describeIssuer,
  issuePlanTokens,
  listKeys,
  planAccount,
  revokePlanToken,
} from './routes/chatgpt-oauth.ts'
import { pollDevice, startDevice } from './routes/device.ts'
import { editImages, generateImages } from './routes/images.ts'
import { authorize, issueTokens, revokeToken } from './routes/oauth.ts'
import { respond } from './routes/responses.ts'
import { refuseWebSocket, upgrade } from './routes/web-socket.ts'
import { whoami } from './routes/whoami.ts'
import type { ServerState } from './state.ts'
import { accountOf } from './tokens.ts'
import type { CodexServer, CodexServerOptions, HttpAnswer, RecordedRequest } from './types.ts'

const CODEX_PATH = '/backend-api/codex'
const CHATGPT_PATH = '/v1'

type Route = (state: ServerState, exchange: Exchange, issuer: string) => void | Promise<void>

type Routes = Readonly<Record<string, Readonly<Record<string, Route>>>>

const CODEX_ROUTES: Routes = {
  [`${CODEX_PATH}/responses`]: { GET: refuseWebSocket, POST: respond },
  [`${CODEX_PATH}/models`]: { GET: listModels },
  [`${CODEX_PATH}/images/generations`]: { POST: generateImages },
  [`${CODEX_PATH}/images/edits`]: { POST: editImages },
  '/backend-api/wham/accounts/check': { GET: checkAccounts },
  '/backend-api/wham/usage': { GET: showUsage },
  '/backend-api/wham/rate-limit-reset-credits': { GET: listResetCredits },
  '/oauth/token': { POST: issueTokens },
  '/oauth/authorize': { GET: authorize },
  '/oauth/revoke': { POST: revokeToken },
  '/api/accounts/v1/user-auth-credential/whoami': { GET: whoami },
  '/api/accounts/deviceauth/usercode': { POST: startDevice },
  '/api/accounts/deviceauth/token': { POST: pollDevice },
}

const CHATGPT_ROUTES: Routes = {
  [`${CHATGPT_PATH}/responses`]: { POST: respondOnPlan },
  [`${CHATGPT_PATH}/models`]: { GET: listPlanModels },
  '/api/accounts/authorize': { GET: authorizeApp },
  '/api/accounts/oauth/token': { POST: issuePlanTokens },
  '/api/accounts/oauth/revoke': { POST: revokePlanToken },
  '/.well-known/openid-configuration': { GET: describeIssuer },
  '/.well-known/jwks.json': { GET: listKeys },
}

/** What each route serves, and where its models are. */
const SERVED = {
  codex: { routes: CODEX_ROUTES, path: CODEX_PATH },
  chatgpt: { routes: CHATGPT_ROUTES, path: CHATGPT_PATH },
} as const

const pathname = (record: RecordedRequest): string => record.path.split('?')[0] ?? ''

function createState(options: CodexServerOptions): ServerState {
  const now = options.now ?? Date.now
  return {
    now,
    route: options.route ?? 'codex',
    models: options.models ?? DEFAULT_CATALOGUE,
    modelIds: options.modelIds ?? [],
    contextWindow: options.contextWindow,
    speaksWebSocket: options.webSocket ?? true,
    logins: createLogins(now),
    deviceInterval: options.deviceInterval ?? 1,
    requests: [],
    answers: [],
    tokenAnswers: [],
    pathAnswers: new Map(),
    upgradeAnswers: [],
    sockets: [],
    openSockets: new Set(),
    issuedContents: new Set(),
    codes: new Map(),
    authorizeAnswers: [],
    planCodes: new Map(),
    planClients: new Map(),
    devices: new Map(),
    turns: 0,
  }
}

function clearState(state: ServerState): void {
  state.requests = []
  state.answers = []
  state.tokenAnswers = []
  state.pathAnswers.clear()
  state.upgradeAnswers = []
  state.sockets = []
  for (const close of state.openSockets) close(1001)
  state.issuedContents.clear()
  state.codes.clear()
  state.authorizeAnswers = []
  state.planCodes.clear()
  state.planClients.clear()
  state.devices.clear()
  state.logins.clear()
}

function takePathAnswer(state: ServerState, path: string): HttpAnswer | undefined {
  const [, line] =
    [...state.pathAnswers].find(([end, answers]) => path.endsWith(end) && answers.length > 0) ?? []
  return line?.shift()
}

async function route(state: ServerState, exchange: Exchange, issuer: string): Promise<void> {
  const scripted = takePathAnswer(state, exchange.url.pathname)
  if (scripted) return playHttp(exchange, scripted)
  const methods = SERVED[state.route].routes[exchange.url.pathname]
  const run = methods?.[exchange.record.method]
  if (run) await run(state, exchange, issuer)
  else if (methods) send(exchange, 405, { detail: 'Method Not Allowed' })
  else send(exchange, 404, { detail: 'Not Found' })
}

interface Listening {
  url: string
  close(): Promise<void>
}

type UpgradeListener = (request: IncomingMessage, stream: Duplex, head: Buffer) => void

async function listen(
  listener: RequestListener,
  onUpgrade: UpgradeListener,
  tls: CodexServerOptions['tls'],
): Promise<Listening> {
  const server = tls ? createHttpsServer(tls, listener) : createHttpServer(listener)
  // `closeAllConnections` leaves those that were upgraded.
  const upgraded = new Set<Duplex>()
  server.on('upgrade', (request, stream, head) => {
    upgraded.add(stream)
    stream.once('close', () => upgraded.delete(stream))
    onUpgrade(request, stream, head)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
        for (const stream of upgraded) stream.destroy()
      }),
  }
}

/**
 * Starts a local stand-in of the Codex backend and its login server, on a free port of 127.0.0.1.
 *
 * It refuses every request that the real backend is known to refuse, issues and rotates tokens, plays the answers that
 * are put in line, and else answers like a small model: it calls the tools that a prompt names, fills schemas, and
 * repeats the prompt. It never reaches the network.
 *
 * @throws where the port can't be opened or the TLS key and certificate don't fit.
 * @example
 * const server = await startCodexServer()
 * const { tokens } = server.login()
 */
export async function startCodexServer(options: CodexServerOptions = {}): Promise<CodexServer> {
  const state = createState(options)
  let waiting: Array<{ pathEnd: string; settle: (record: RecordedRequest) => void }> = []

  const take = (record: RecordedRequest) => {
    state.requests.push(record)
    const due = waiting.filter(({ pathEnd }) => pathname(record).endsWith(pathEnd))
    waiting = waiting.filter((waiter) => !due.includes(waiter))
    for (const { settle } of due) settle(record)
  }
  const listener: RequestListener = async (request, response) => {
    try {
      const exchange = await readExchange(request, response)
      take(exchange.record)
      await route(state, exchange, listening.url)
    } catch {
      // The client is gone, or an answer in line can't be sent: either way the connection is of no more use.
      response.destroy()
    }
  }
  const onUpgrade: UpgradeListener = (request, stream, head) => {
    const isResponses = request.url?.split('?')[0] === `${CODEX_PATH}/responses`
    if (!isResponses || state.route !== 'codex')
      return void stream.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n')
    upgrade(state, request, stream, head, take).catch(() => stream.destroy())
  }
  const listening = await listen(listener, onUpgrade, options.tls)
  const { url } = listening

  return {
    url,
    baseURL: `${url}${SERVED[state.route].path}`,
    issuer: url,
    get requests() {
      return state.requests
    },
    get responseRequests() {
      return state.requests.filter((record) => pathname(record).endsWith('/responses'))
    },
    get tokenRequests() {
      return state.requests.filter((record) => pathname(record).endsWith('/oauth/token'))
    },
    nextRequest: (pathEnd) => new Promise((settle) => waiting.push({ pathEnd, settle })),
    answer: (...answers) => void state.answers.push(...answers),
    answerToken: (...answers) => void state.tokenAnswers.push(...answers),
    answerPath(pathEnd, ...answers) {
      state.pathAnswers.set(pathEnd, [...(state.pathAnswers.get(pathEnd) ?? []), ...answers])
    },
    answerAuthorize: (...answers) => void state.authorizeAnswers.push(...answers),
    get sockets() {
      return state.sockets
    },
    answerUpgrade: (...answers) => void state.upgradeAnswers.push(...answers),
    closeSockets(code = 1001) {
      for (const close of state.openSockets) close(code)
    },
    login(login = {}) {
      const account = state.route === 'chatgpt' ? planAccount(state, login, url) : accountOf(login)
      return toAuthJson(state.logins.issue(account), account, state.now())
    },
    personalAccessToken: (login = {}) => state.logins.issuePersonal(accountOf(login)),
    revokeAccessToken: (accessToken) => state.logins.revokeAccess(accessToken),
    approveDevice(userCode, login = {}) {
      const device = state.devices.get(userCode)
      if (!device) throw new Error(`No device login waits for the user code ${userCode}`)
      device.approved = login
    },
    reset: () => clearState(state),
    close: listening.close,
  }
}

import type { Logins } from './logins.ts'
import type { PlanGrant } from './plan-tokens.ts'
import type { Account } from './tokens.ts'
import type {
  Answer,
  AuthorizeAnswer,
  CatalogueModel,
  HttpAnswer,
  LoginOptions,
  RecordedRequest,
  RecordedSocket,
  TokenAnswer,
  UpgradeAnswer,
} from './types.ts'

/** An authorization code that waits to be turned into tokens. */
interface PendingCode {
  challenge: string
  redirectUri: string
  login: LoginOptions
}

/** An authorization code of the ChatGPT route. */
interface PendingPlanCode {
  challenge: string
  redirectUri: string
  account: Account & { plan: PlanGrant }
}

/** An app that was registered by a first sign-in. */
interface PlanClient {
  /** Scheme, host and path of its redirect address: they stay the same. */
  redirect: string | undefined
}

/** A device login, by its user code. */
interface PendingDevice {
  deviceAuthId: string
  /** Milliseconds since 1970. */
  expiresAt: number
  /** Set once the user has said yes. */
  approved?: LoginOptions
}

/** What a server remembers between requests. */
export interface ServerState {
  readonly now: () => number
  readonly route: 'codex' | 'chatgpt'
  readonly models: readonly CatalogueModel[]
  /** Further ids to accept. */
  readonly modelIds: readonly string[]
  /** In tokens. */
  readonly contextWindow: number | undefined
  readonly speaksWebSocket: boolean
  readonly logins: Logins
  /** Seconds between two polls of a device login. */
  readonly deviceInterval: number
  requests: RecordedRequest[]
  answers: Answer[]
  tokenAnswers: TokenAnswer[]
  /** Answers in line for other paths, by the end of the path. */
  pathAnswers: Map<string, HttpAnswer[]>
  upgradeAnswers: UpgradeAnswer[]
  sockets: RecordedSocket[]
  /** Closes each open WebSocket. */
  openSockets: Set<(code: number) => void>
  issuedContents: Set<string>
  codes: Map<string, PendingCode>
  authorizeAnswers: AuthorizeAnswer[]
  planCodes: Map<string, PendingPlanCode>
  /** By their ids. */
  planClients: Map<string, PlanClient>
  devices: Map<string, PendingDevice>
  /** Counts the answered turns, so that no two of them share their ids. */
  turns: number
}

import type { AccountFacts } from '../auth/claims.ts'
import type { TokenManagerSettings } from '../auth/create-token-manager.ts'
import type { TokenManager } from '../auth/token-manager.ts'
import type { CodexAuth, CodexTokens } from '../auth/tokens.ts'
import type { ModelFacts, RequestShape } from '../models/table.ts'
import type { ClientIdentity, HeaderFacts, LoginHeaders } from '../request/headers.ts'
import type { HostedToolType } from '../request/hosted-tools.ts'
import type { FailureRow } from '../transport/failures/table.ts'
import type { ProviderKeys } from './keys.ts'

/** A plan's way to the models, and its login: everything in which one way differs from another. */
export interface Route {
  /** The service, as errors name it. */
  readonly api: 'Codex' | 'ChatGPT'
  /** The function that makes its providers. */
  readonly factory: 'createCodex' | 'createChatGPT'
  readonly providerKeys: ProviderKeys
  /** The names of the settings that it has; others are ignored with a warning. */
  readonly settings: readonly string[]
  readonly baseURL: RouteAddress
  readonly urls: RouteURLs
  readonly issuer: RouteAddress
  readonly login: RouteLogin
  /** The client that requests name, where the settings name none. */
  readonly client: { readonly originator: string; readonly version: string }
  readonly headers: RouteHeaders
  readonly body: RouteBody
  /** The hosted tools that the backend takes; others are left out with a warning. */
  readonly hostedTools: readonly HostedToolType[]
  /** The failures that the backend reports: the first row that fits decides. */
  readonly failures: readonly FailureRow[]
  readonly advice: RouteAdvice
}

/** The address of a server. */
export interface RouteAddress {
  /** The environment variable that names another one. */
  readonly env: string
  /** The address without a slash at its end. */
  readonly default: string
  /** Completes an address that the caller gave. */
  readonly complete?: (address: string) => string
}

/** The addresses of a backend, by its base URL. */
export interface RouteURLs {
  responses(baseURL: string): string
  models(baseURL: string, clientVersion: string): string
  /** Absent where the backend does not report usage. */
  readonly usage?: (baseURL: string) => string
  /** Absent where there are no reset credits. */
  readonly resetCredits?: (baseURL: string) => string
}

/** The settings that name a login. */
export interface LoginSettings {
  readonly auth?: CodexAuth | undefined
  readonly authFile?: string | undefined
}

/** The login of a route. */
export interface RouteLogin {
  /** Finds the login that the settings or the environment name, and a key that is the same for the same login. */
  source(settings: LoginSettings): Promise<{ key: CodexAuth | string; auth: CodexAuth }>
  /** Makes the manager that reads and renews it. */
  createManager(settings: TokenManagerSettings): TokenManager
  /** Reads the account that requests are sent for. */
  account(tokens: CodexTokens): AccountFacts
}

/** The headers that go out, but for the caller's own. */
export interface RouteHeaders {
  /** Headers of requests to the login server. */
  login(identity: ClientIdentity): Record<string, string>
  /** Headers of every request. */
  base(login: LoginHeaders, identity: ClientIdentity): Record<string, string>
  /** Headers of a request for an answer. */
  responses(
    shape: RequestShape,
    sessionId: string,
    login: LoginHeaders,
    identity: ClientIdentity,
    body: HeaderFacts,
  ): Record<string, string>
  /** The header by which the backend recognizes the requests of one turn. Absent where it has none. */
  readonly turnState?: string
}

/** Rules for bodies. */
export interface RouteBody {
  /** The layout of requests to a model. */
  shapeOf(facts: ModelFacts): RequestShape
  /** False where there are neither base instructions nor a tool bridge, whatever the settings say. */
  readonly hasCodexMode: boolean
  /** True where the backend at the default address takes bodies compressed with zstd. @default false */
  readonly takesZstd?: boolean
  /** False where fields that nobody asks for stay away, and the model's own defaults hold. */
  readonly hasClientDefaults: boolean
  /** True where the backend takes the items that change the effort inside a conversation or ask for its compaction. */
  readonly takesControlItems: boolean
  /** Where the hosted tools of a lite request stand: beside its functions, or in `tools`. */
  readonly hostedToolsIn: 'input' | 'tools'
}

/** Advice at the end of errors, besides that of the failures. */
export interface RouteAdvice {
  /** After a 401, where the login can't be renewed. */
  readonly refusedLogin: string
  /** In place of a compaction, where the backend has none. */
  readonly compaction?: string
  /** In place of usage, where the backend does not report it. */
  readonly usage?: string
}

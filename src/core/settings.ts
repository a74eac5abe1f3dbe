import type { CodexAuth } from '../auth/tokens.ts'
import type { CodexLogger } from '../lib/log.ts'
import type { WebSocketConstructor } from '../transport/websocket/socket.ts'

/** Settings of `createCodex()`, all optional. Environment variables are read when a call needs them. */
export interface CodexProviderSettings {
  /**
   * The backend. Requests go to `${baseURL}/responses`. Plain http is allowed to this machine only, see
   * `allowInsecure`.
   *
   * @default env `CODEX_BASE_URL`, else `https://chatgpt.com/backend-api/codex`
   */
  baseURL?: string | undefined
  /**
   * The login file.
   *
   * @default env `CODEX_AUTH_FILE`, else `$CODEX_HOME/auth.json`, else `~/.codex/auth.json`
   */
  authFile?: string | undefined
  /**
   * The login itself, in place of the file: tokens, a function that returns them, or a store.
   *
   * @default env `CODEX_ACCESS_TOKEN`, else the file
   */
  auth?: CodexAuth | undefined
  /**
   * The login server.
   *
   * @default env `CODEX_ISSUER`, else `https://auth.openai.com`
   */
  issuer?: string | undefined
  /**
   * The workspace to bill.
   *
   * @default the one that the login names
   */
  accountId?: string | undefined
  /**
   * Headers to add to each request to the backend. A `user-agent` is appended to ours; `authorization`,
   * `content-type`, `content-length` and `host` can't be changed.
   */
  headers?: Record<string, string | undefined> | undefined
  /**
   * The client name that requests carry.
   *
   * @default `ai_sdk_provider_codex`
   */
  originator?: string | undefined
  /**
   * The version of the Codex client whose protocol is spoken. The backend offers newer models to newer clients only.
   *
   * @default `0.171.0`
   */
  clientVersion?: string | undefined
  /**
   * The function that sends all requests, those of the login too.
   *
   * @default `globalThis.fetch`
   */
  fetch?: typeof globalThis.fetch | undefined
  /**
   * Whether to send the model's base instructions and, with tools, the tool bridge.
   *
   * @default env `CODEX_MODE`, else true
   */
  codexMode?: boolean | undefined
  /**
   * How requests go out. `websocket` keeps one socket a conversation and sends only what is new; it is an error where
   * no socket can be opened. `auto` uses a socket where it is safe and HTTP elsewhere: serverless and edge runtimes, a
   * custom `fetch` without `webSocket`, requests over 16 MiB.
   *
   * @default 'http'
   */
  transport?: 'http' | 'websocket' | 'auto' | undefined
  /**
   * The WebSocket constructor, called with the address and `{ headers }`.
   *
   * @default that of the package `ws` where it is installed, else `globalThis.WebSocket`
   */
  webSocket?: WebSocketConstructor | undefined
  /**
   * Base instructions of your own: a string, or a function of the model id.
   *
   * @default those of the model
   */
  instructions?: string | ((modelId: string) => string | Promise<string>) | undefined
  /**
   * The folder for fetched instructions and the model catalogue.
   *
   * @default env `CODEX_CACHE_DIR`, else the platform's cache folder
   */
  cacheDir?: string | undefined
  /** Model names of your own: `{ alias: modelId }`. */
  modelAliases?: Record<string, string> | undefined
  /**
   * Whether to retry once without the rejected reasoning or parameter, where a request fails before any output. A
   * warning says what was left out.
   *
   * @default true
   */
  recover?: boolean | undefined
  /**
   * Whether to compress request bodies over 4 kB with zstd, where the runtime has it (Node 22.15, Bun, Deno). A server that
   * refuses them gets plain ones. Not used on a WebSocket.
   *
   * @default true for the default `baseURL` without a custom `fetch`, else false
   */
  compress?: boolean | undefined
  /**
   * Whether to allow a plain-http `baseURL` or `issuer` beyond this machine.
   *
   * @default false
   */
  allowInsecure?: boolean | undefined
  /**
   * Limits in milliseconds; 0 sets none.
   *
   * @default `{ response: 60_000, idle: 300_000, refresh: 20_000 }`
   */
  timeouts?: CodexTimeouts | undefined
  /**
   * Whether to print one line for each request and event to stderr, without secrets.
   *
   * @default env `CODEX_DEBUG`, else false
   */
  debug?: boolean | undefined
  /**
   * Told of each request, event, renewal and end of a call, without secrets. Whatever it throws is ignored.
   *
   * @default none
   * @see docs/logging.md
   */
  logger?: CodexLogger | undefined
}

/**
 * Settings of `createChatGPT()`, all optional but `appName`. Environment variables are read when a call needs them.
 */
export interface ChatGPTProviderSettings {
  /**
   * The true name of your app. Users see it when they allow the app to use their plan, and requests carry it in their
   * `user-agent`.
   */
  appName: string
  /**
   * The login file. The file of the Codex CLI is never read.
   *
   * @default env `CHATGPT_AUTH_FILE`, else `ai-sdk-provider-codex/chatgpt.json` in `$XDG_CONFIG_HOME` or `~/.config`
   */
  authFile?: string | undefined
  /**
   * The login itself, in place of the file: tokens, a function that returns them, or a store. One user's plan is for
   * that user alone: OpenAI's terms do not allow it to be shared or several to be used in turn.
   *
   * @default the file
   */
  auth?: CodexAuth | undefined
  /**
   * The API. Requests go to `${baseURL}/responses`. Plain http is allowed to this machine only, see `allowInsecure`.
   *
   * @default env `CHATGPT_BASE_URL`, else `https://api.openai.com/v1`
   */
  baseURL?: string | undefined
  /**
   * The login server.
   *
   * @default env `CHATGPT_ISSUER`, else `https://auth.openai.com`
   */
  issuer?: string | undefined
  /**
   * Headers to add to each request to the API. A `user-agent` is appended to ours; `authorization`, `content-type`,
   * `content-length` and `host` can't be changed.
   */
  headers?: Record<string, string | undefined> | undefined
  /**
   * The function that sends all requests, those of the login too.
   *
   * @default `globalThis.fetch`
   */
  fetch?: typeof globalThis.fetch | undefined
  /** Instructions that go before system messages: a string, or a function of the model id. */
  instructions?: string | ((modelId: string) => string | Promise<string>) | undefined
  /**
   * The folder for the model catalogue.
   *
   * @default env `CODEX_CACHE_DIR`, else the platform's cache folder
   */
  cacheDir?: string | undefined
  /** Model names of your own: `{ alias: modelId }`. */
  modelAliases?: Record<string, string> | undefined
  /**
   * Whether to retry once without the rejected reasoning or parameter, where a request fails before any output. A
   * warning says what was left out.
   *
   * @default true
   */
  recover?: boolean | undefined
  /**
   * Whether to allow a plain-http `baseURL` or `issuer` beyond this machine.
   *
   * @default false
   */
  allowInsecure?: boolean | undefined
  /**
   * Limits in milliseconds; 0 sets none.
   *
   * @default `{ response: 60_000, idle: 300_000, refresh: 20_000 }`
   */
  timeouts?: CodexTimeouts | undefined
  /**
   * Whether to print one line for each request and event to stderr, without secrets.
   *
   * @default env `CODEX_DEBUG`, else false
   */
  debug?: boolean | undefined
  /**
   * Told of each request, event, renewal and end of a call, without secrets. Whatever it throws is ignored.
   *
   * @default none
   * @see docs/logging.md
   */
  logger?: CodexLogger | undefined
}

/** The settings of any route. */
export type ProviderSettings = CodexProviderSettings & Partial<Pick<ChatGPTProviderSettings, 'appName'>>

/** Limits in milliseconds; 0 sets none. */
export interface CodexTimeouts {
  /**
   * Until the headers of a response.
   *
   * @default 60_000
   */
  response?: number | undefined
  /**
   * Between two events of a stream; comments don't count. For an image, until it is done: nothing comes before.
   *
   * @default 300_000
   */
  idle?: number | undefined
  /**
   * For the whole request to the token endpoint.
   *
   * @default 20_000
   */
  refresh?: number | undefined
}

import { InvalidArgumentError } from '@ai-sdk/provider'
import type { CodexAuth } from '../auth/tokens.ts'
import { readEnv } from '../lib/runtime.ts'
import { toBaseAddress } from '../lib/secure-url.ts'
import { assertSettingKinds } from './setting-kinds.ts'

/** Settings of `createCodex()`. All optional; environment variables are read when a call needs them. */
export interface CodexProviderSettings {
  /** Requests go to `${baseURL}/responses`. Default: env `CODEX_BASE_URL`, else `https://chatgpt.com/backend-api/codex`. */
  baseURL?: string | undefined
  /** The login file. Default: env `CODEX_AUTH_FILE`, else `$CODEX_HOME/auth.json`, else `~/.codex/auth.json`. */
  authFile?: string | undefined
  /** The login itself, in place of the file: tokens, a function that gives them, or a store. */
  auth?: CodexAuth | undefined
  /** The login server. Default: env `CODEX_ISSUER`, else `https://auth.openai.com`. */
  issuer?: string | undefined
  /** The workspace to bill; wins over what the login says. */
  accountId?: string | undefined
  /**
   * Added to each request to the backend; a `user-agent` is appended to ours. `authorization`, `content-type`,
   * `content-length` and `host` stay ours.
   */
  headers?: Record<string, string | undefined> | undefined
  /** Who we say we are. Default: `ai_sdk_provider_codex`. */
  originator?: string | undefined
  /** The Codex client version whose protocol we speak; newer models are gated on it. Default: `0.169.0`. */
  clientVersion?: string | undefined
  /** For all requests, those of the login too. Default: `globalThis.fetch`. */
  fetch?: typeof globalThis.fetch | undefined
  /** Base instructions and tool bridge on or off. Default: env `CODEX_MODE`, else true. */
  codexMode?: boolean | undefined
  /** Stands for the base instructions: a text, or a function of the model id. */
  instructions?: string | ((modelId: string) => string | Promise<string>) | undefined
  /** Where fetched instructions and the catalogue are kept. Default: env `CODEX_CACHE_DIR`, else the platform's cache folder. */
  cacheDir?: string | undefined
  /** Names of your own for models: `{ alias: modelId }`. */
  modelAliases?: Record<string, string> | undefined
  /**
   * May a request that failed before any output be mended and sent once more: without reasoning that the backend can't
   * verify, without a parameter that it refuses? A warning says so. Default: true.
   */
  recover?: boolean | undefined
  /** Allow a plain-http `baseURL` or `issuer` beyond loopback. Default: false. */
  allowInsecure?: boolean | undefined
  /** In milliseconds, 0 for never. Default: `{ response: 60_000, idle: 300_000, refresh: 20_000 }`. */
  timeouts?: CodexTimeouts | undefined
  /** One line for each request and event on stderr, without secrets. Default: env `CODEX_DEBUG`, else false. */
  debug?: boolean | undefined
}

/** How long to wait, in milliseconds; 0 waits for ever. */
export interface CodexTimeouts {
  /** Until the response's headers. Default 60 000. */
  response?: number | undefined
  /** Silence inside a stream; an event counts as life, a comment does not. Default 300 000. */
  idle?: number | undefined
  /** The whole call of the token endpoint. Default 20 000. */
  refresh?: number | undefined
}

/** What a call needs to know, with environment and defaults applied. */
export interface ResolvedSettings {
  /** Without a slash at its end. */
  baseURL: string
  originator: string
  clientVersion: string
  /** Undefined for the platform's cache folder. */
  cacheDir: string | undefined
  codexMode: boolean
  recover: boolean
  debug: boolean
  timeouts: { response: number; idle: number; refresh: number }
}

/** The Codex client version whose protocol the package speaks (codex-wire.md). */
export const CLIENT_VERSION = '0.169.0'

const DEFAULT_BASE_URL = 'https://chatgpt.com/backend-api/codex'
const DEFAULT_TIMEOUTS = { response: 60_000, idle: 300_000, refresh: 20_000 }

const OFF = ['0', 'false', 'off', 'no']
const ON = ['1', 'true', 'yes', 'on', 'debug']

/**
 * Applies environment and defaults.
 *
 * @throws InvalidArgumentError that names the setting.
 */
export function resolveSettings(settings: CodexProviderSettings): ResolvedSettings {
  assertSettingKinds(settings)
  const timeouts = { ...DEFAULT_TIMEOUTS }
  for (const key of ['response', 'idle', 'refresh'] as const) {
    const value = settings.timeouts?.[key]
    if (value !== undefined) timeouts[key] = assertTimeout(value, `timeouts.${key}`)
  }
  return {
    baseURL: resolveBaseURL(settings),
    originator: settings.originator || 'ai_sdk_provider_codex',
    clientVersion: settings.clientVersion || CLIENT_VERSION,
    cacheDir: settings.cacheDir || readEnv('CODEX_CACHE_DIR'),
    codexMode: settings.codexMode ?? !OFF.includes(readEnv('CODEX_MODE')?.toLowerCase() ?? ''),
    recover: settings.recover ?? true,
    debug: settings.debug ?? ON.includes(readEnv('CODEX_DEBUG')?.toLowerCase() ?? ''),
    timeouts,
  }
}

function resolveBaseURL({ baseURL, allowInsecure = false }: CodexProviderSettings): string {
  const given = baseURL || readEnv('CODEX_BASE_URL')
  if (given === undefined) return DEFAULT_BASE_URL
  const address = toBaseAddress(given, baseURL ? 'baseURL' : 'CODEX_BASE_URL', allowInsecure)
  const path = address.replace(/\/responses$/, '').replace(/(?<!\/)\/+$/, '')
  return new URL(address).hostname === 'chatgpt.com' && !path.endsWith('/codex') ? `${path}/codex` : path
}

function assertTimeout(value: number, argument: string): number {
  // Beyond that a timer of any runtime would run out at once.
  if (Number.isFinite(value) && value >= 0) return Math.min(value, 2 ** 31 - 1)
  throw new InvalidArgumentError({
    argument,
    message: `${argument} must be a number of milliseconds, 0 for never; it is ${String(value)}.`,
  })
}

import { InvalidArgumentError } from '@ai-sdk/provider'
import { LONGEST_TIMER_MS } from '../lib/abort.ts'
import { readEnv } from '../lib/runtime.ts'
import { toBaseAddress } from '../lib/secure-url.ts'
import type { Route } from '../routes/route.ts'
import { assertSettingKinds } from './check-settings.ts'
import type { ProviderSettings } from './settings.ts'

/** The settings of a call, with environment and defaults applied. */
export interface ResolvedSettings {
  /** Without a slash at its end. */
  baseURL: string
  originator: string
  clientVersion: string
  /** Undefined for the platform's cache folder. */
  cacheDir: string | undefined
  codexMode: boolean
  transport: 'http' | 'websocket' | 'auto'
  recover: boolean
  compress: boolean
  debug: boolean
  timeouts: { response: number; idle: number; refresh: number }
}

const DEFAULT_TIMEOUTS = { response: 60_000, idle: 300_000, refresh: 20_000 }

const OFF = ['0', 'false', 'off', 'no']
const ON = ['1', 'true', 'yes', 'on', 'debug']

/**
 * Applies environment and defaults.
 *
 * @throws InvalidArgumentError that names the setting.
 */
export function resolveSettings(settings: ProviderSettings, route: Route): ResolvedSettings {
  assertSettingKinds(settings)
  const timeouts = { ...DEFAULT_TIMEOUTS }
  for (const key of ['response', 'idle', 'refresh'] as const) {
    const value = settings.timeouts?.[key]
    if (value !== undefined) timeouts[key] = assertTimeout(value, `timeouts.${key}`)
  }
  const baseURL = resolveBaseURL(settings, route)
  return {
    baseURL,
    originator: settings.originator || route.client.originator,
    clientVersion: settings.clientVersion || route.client.version,
    cacheDir: settings.cacheDir || readEnv('CODEX_CACHE_DIR'),
    codexMode: route.body.hasCodexMode && (settings.codexMode ?? isCodexModeOn()),
    transport: settings.transport ?? 'http',
    recover: settings.recover ?? true,
    compress: settings.compress ?? isCompressed(baseURL, settings, route),
    debug: settings.debug ?? isDebugOn(),
    timeouts,
  }
}

/** The environment variables that stand for settings, by value. */
export const environmentOf = (route: Route): unknown[] =>
  [route.baseURL.env, 'CODEX_CACHE_DIR', 'CODEX_MODE', 'CODEX_DEBUG'].map(readEnv)

const isCodexModeOn = (): boolean => !OFF.includes(readEnv('CODEX_MODE')?.toLowerCase() ?? '')

/** True where the environment switches debug lines on. */
export const isDebugOn = (): boolean => ON.includes(readEnv('CODEX_DEBUG')?.toLowerCase() ?? '')

function resolveBaseURL(settings: ProviderSettings, { baseURL: route }: Route): string {
  const { baseURL, allowInsecure = false } = settings
  const given = baseURL || readEnv(route.env)
  if (given === undefined) return route.default
  const address = toBaseAddress(given, baseURL ? 'baseURL' : route.env, allowInsecure)
  return route.complete?.(address) ?? address
}

/** Only the backend itself is known to take zstd, and a `fetch` of the caller's own may want to read what it sends. */
const isCompressed = (baseURL: string, { fetch }: ProviderSettings, route: Route): boolean =>
  route.body.takesZstd === true && fetch === undefined && baseURL === route.baseURL.default

function assertTimeout(value: number, argument: string): number {
  if (Number.isFinite(value) && value >= 0) return Math.min(value, LONGEST_TIMER_MS)
  throw new InvalidArgumentError({
    argument,
    message: `${argument} must be a number of milliseconds, or 0 for no limit; it is ${String(value)}.`,
  })
}

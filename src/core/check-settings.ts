import { InvalidArgumentError } from '@ai-sdk/provider'
import { didYouMean } from '../lib/did-you-mean.ts'
import { isObject } from '../lib/json.ts'
import type { WarningCollector } from '../request/warnings.ts'
import type { Route } from '../routes/route.ts'
import type { CodexTimeouts, ProviderSettings } from './settings.ts'

type Name = keyof ProviderSettings

/** A kind of value: its description, and its test. */
interface Kind {
  readonly allowed: string
  readonly fits: (value: unknown) => boolean
}

const isString = (value: unknown): boolean => typeof value === 'string'
const isFunction = (value: unknown): boolean => typeof value === 'function'

/** Excludes arrays, `Headers` and `Map`, which have no fields of their own. */
const hasFields = (value: unknown): value is Record<string, unknown> =>
  isObject(value) && !(Symbol.iterator in value)

const STRING: Kind = { allowed: 'a string', fits: isString }
const BOOLEAN: Kind = { allowed: 'true or false', fits: (value) => typeof value === 'boolean' }
// Sent in headers; empty counts as unset.
const HEADER: Kind = {
  allowed: 'a string of printable ASCII',
  fits: (value) =>
    value === '' || (typeof value === 'string' && /^[\x20-\x7e]+$/.test(value) && value.trim() !== ''),
}

const APP_NAME: Kind = {
  allowed: 'the name of your app, a non-empty string without control characters',
  fits: (value) => typeof value === 'string' && value.trim() !== '' && !/\p{Cc}/u.test(value),
}

/** The kind of each setting; undefined where another place checks it. */
const KINDS: Readonly<Record<Name, Kind | undefined>> = {
  appName: APP_NAME,
  baseURL: STRING,
  authFile: STRING,
  auth: undefined,
  issuer: STRING,
  accountId: HEADER,
  headers: {
    allowed: 'an object of strings',
    fits: (value) =>
      hasFields(value) && Object.values(value).every((one) => one === undefined || isString(one)),
  },
  originator: HEADER,
  clientVersion: HEADER,
  fetch: { allowed: 'a function', fits: isFunction },
  codexMode: BOOLEAN,
  transport: {
    allowed: "'http', 'websocket' or 'auto'",
    fits: (value) => ['http', 'websocket', 'auto'].includes(String(value)),
  },
  webSocket: { allowed: 'a WebSocket constructor', fits: isFunction },
  instructions: {
    allowed: 'a string, or a function that returns one',
    fits: (value) => isString(value) || isFunction(value),
  },
  cacheDir: STRING,
  modelAliases: undefined,
  recover: BOOLEAN,
  compress: BOOLEAN,
  allowInsecure: BOOLEAN,
  timeouts: { allowed: 'an object of numbers: milliseconds, 0 for no limit', fits: hasFields },
  debug: BOOLEAN,
  logger: { allowed: 'a function', fits: isFunction },
}

const ALIASES: Kind = {
  allowed: 'an object whose values are model ids',
  fits: (value) =>
    hasFields(value) && Object.values(value).every((one) => typeof one === 'string' && one.trim() !== ''),
}

const TIMEOUTS: Readonly<Record<keyof CodexTimeouts, true>> = { response: true, idle: true, refresh: true }

/**
 * Checks the kinds of settings, which callers without types may get wrong.
 *
 * @throws InvalidArgumentError that names the setting.
 */
export function assertSettingKinds(settings: ProviderSettings): void {
  for (const [name, kind] of Object.entries(KINDS)) if (kind) assertKind(settings, name as Name, kind)
}

/**
 * Checks the settings that are needed when a model is made.
 *
 * @throws InvalidArgumentError that names the setting.
 */
export const assertModelAliases = (settings: ProviderSettings): void =>
  assertKind(settings, 'modelAliases', ALIASES)

/**
 * Checks the name of the app, which `createChatGPT()` can't do without.
 *
 * @throws InvalidArgumentError that names the setting.
 */
export function assertAppName({ appName }: Pick<ProviderSettings, 'appName'>): void {
  if (APP_NAME.fits(appName)) return
  throw new InvalidArgumentError({
    argument: 'appName',
    message: `The setting appName must be ${APP_NAME.allowed}. Users see it when they allow the app to use their plan.`,
  })
}

function assertKind(settings: ProviderSettings, name: Name, { allowed, fits }: Kind): void {
  const value: unknown = settings[name]
  if (value === undefined || fits(value)) return
  throw new InvalidArgumentError({ argument: name, message: `The setting ${name} must be ${allowed}.` })
}

/** Warns of misspelled settings and those of another route, which would be ignored in silence. */
export function warnOfSettings(
  settings: ProviderSettings,
  { settings: known, factory }: Pick<Route, 'settings' | 'factory'>,
  warnings: WarningCollector,
): void {
  warnOfUnknown(settings, { known, prefix: '', factory }, warnings)
  const timeouts = { known: Object.keys(TIMEOUTS), prefix: 'timeouts.', factory }
  warnOfUnknown(settings.timeouts ?? {}, timeouts, warnings)
}

function warnOfUnknown(
  given: object,
  { known, prefix, factory }: { known: readonly string[]; prefix: string; factory: string },
  warnings: WarningCollector,
): void {
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || known.includes(name)) continue
    const hint = didYouMean(name, known, prefix)
    const message = `${prefix}${name} is not a setting of ${factory}() and is ignored.${hint}`
    warnings.add({ type: 'other', message })
  }
}

import { InvalidArgumentError } from '@ai-sdk/provider'
import { didYouMean } from '../lib/did-you-mean.ts'
import { isObject } from '../lib/json.ts'
import type { WarningCollector } from '../request/warnings.ts'
import type { CodexProviderSettings, CodexTimeouts } from './settings.ts'

type Name = keyof CodexProviderSettings

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

/** The kind of each setting; undefined where another place checks it. */
const KINDS: Readonly<Record<Name, Kind | undefined>> = {
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
export function assertSettingKinds(settings: CodexProviderSettings): void {
  for (const [name, kind] of Object.entries(KINDS)) if (kind) assertKind(settings, name as Name, kind)
}

/**
 * Checks the settings that are needed when a model is made.
 *
 * @throws InvalidArgumentError that names the setting.
 */
export const assertModelAliases = (settings: CodexProviderSettings): void =>
  assertKind(settings, 'modelAliases', ALIASES)

function assertKind(settings: CodexProviderSettings, name: Name, { allowed, fits }: Kind): void {
  const value: unknown = settings[name]
  if (value === undefined || fits(value)) return
  throw new InvalidArgumentError({ argument: name, message: `The setting ${name} must be ${allowed}.` })
}

/** Warns of misspelled settings, which would be ignored in silence. */
export function warnOfSettings(settings: CodexProviderSettings, warnings: WarningCollector): void {
  warnOfUnknown(settings, KINDS, '', warnings)
  warnOfUnknown(settings.timeouts ?? {}, TIMEOUTS, 'timeouts.', warnings)
}

function warnOfUnknown(given: object, known: object, prefix: string, warnings: WarningCollector): void {
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || Object.hasOwn(known, name)) continue
    const hint = didYouMean(name, Object.keys(known), prefix)
    const message = `${prefix}${name} is not a setting of createCodex() and is ignored.${hint}`
    warnings.add({ type: 'other', message })
  }
}

import { InvalidArgumentError } from '@ai-sdk/provider'
import { isObject } from '../lib/json.ts'
import type { CodexProviderSettings } from './settings.ts'

type Name = keyof CodexProviderSettings

const isText = (value: unknown): boolean => typeof value === 'string'
const isBoolean = (value: unknown): boolean => typeof value === 'boolean'
const isFunction = (value: unknown): boolean => typeof value === 'function'

/** An object of fields; a list, `Headers` or a `Map` has none of its own. */
const isFields = (value: unknown): value is Record<string, unknown> =>
  isObject(value) && !(Symbol.iterator in value)

const isTexts = (value: unknown): boolean =>
  isFields(value) && Object.values(value).every((one) => one === undefined || isText(one))

// They stand in headers; empty counts as unset.
const isHeaderText = (value: unknown): boolean =>
  value === '' || (typeof value === 'string' && /^ *[\x21-\x7e][\x20-\x7e]*$/.test(value))

const areAliases = (value: unknown): boolean =>
  isFields(value) && Object.values(value).every((one) => typeof one === 'string' && one.trim() !== '')

const KINDS: ReadonlyArray<
  readonly [names: readonly Name[], allowed: string, fits: (value: unknown) => boolean]
> = [
  [['baseURL', 'authFile', 'issuer', 'cacheDir'], 'a text', isText],
  [['originator', 'clientVersion', 'accountId'], 'a text of printable ASCII', isHeaderText],
  [['codexMode', 'recover', 'debug', 'allowInsecure'], 'true or false', isBoolean],
  [['headers'], 'an object of texts', isTexts],
  [['fetch'], 'a function', isFunction],
  [['instructions'], 'a text, or a function that gives one', (value) => isText(value) || isFunction(value)],
  [['timeouts'], 'an object of numbers: milliseconds, 0 for never', isFields],
]

/**
 * Settings come from callers without types too: what has the wrong kind is named, and not half understood.
 *
 * @throws InvalidArgumentError
 */
export function assertSettingKinds(settings: CodexProviderSettings): void {
  for (const [names, allowed, fits] of KINDS)
    for (const name of names) assertKind(settings, name, allowed, fits)
}

/**
 * Checks what is needed when a model is made.
 *
 * @throws InvalidArgumentError
 */
export const assertModelAliases = (settings: CodexProviderSettings): void =>
  assertKind(settings, 'modelAliases', 'an object whose values are model ids', areAliases)

function assertKind(
  settings: CodexProviderSettings,
  name: Name,
  allowed: string,
  fits: (value: unknown) => boolean,
): void {
  const value: unknown = settings[name]
  if (value === undefined || fits(value)) return
  throw new InvalidArgumentError({ argument: name, message: `The setting ${name} must be ${allowed}.` })
}

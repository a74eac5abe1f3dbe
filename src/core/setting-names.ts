import { didYouMean } from '../lib/did-you-mean.ts'
import type { CodexWarning } from '../request/call.ts'
import type { CodexProviderSettings, CodexTimeouts } from './settings.ts'

const SETTINGS: Readonly<Record<keyof CodexProviderSettings, true>> = {
  baseURL: true,
  authFile: true,
  auth: true,
  issuer: true,
  accountId: true,
  headers: true,
  originator: true,
  clientVersion: true,
  fetch: true,
  codexMode: true,
  instructions: true,
  cacheDir: true,
  modelAliases: true,
  recover: true,
  allowInsecure: true,
  timeouts: true,
  debug: true,
}

const TIMEOUTS: Readonly<Record<keyof CodexTimeouts, true>> = { response: true, idle: true, refresh: true }

/** Settings of callers without types: a misspelled one would be ignored in silence. */
export const settingWarnings = (settings: CodexProviderSettings): CodexWarning[] => [
  ...unknownNames(settings, SETTINGS, ''),
  ...unknownNames(settings.timeouts ?? {}, TIMEOUTS, 'timeouts.'),
]

function unknownNames(given: object, known: Readonly<Record<string, true>>, prefix: string): CodexWarning[] {
  return Object.entries(given)
    .filter(([name, value]) => value !== undefined && !Object.hasOwn(known, name))
    .map(([name]) => {
      const hint = didYouMean(name, Object.keys(known), prefix)
      return {
        type: 'other',
        message: `${prefix}${name} is not a setting of createCodex() and is ignored.${hint}`,
      }
    })
}

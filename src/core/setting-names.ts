import { didYouMean } from '../lib/did-you-mean.ts'
import type { WarningCollector } from '../request/warnings.ts'
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
export function warnOfSettings(settings: CodexProviderSettings, warnings: WarningCollector): void {
  warnOfUnknown(settings, SETTINGS, '', warnings)
  warnOfUnknown(settings.timeouts ?? {}, TIMEOUTS, 'timeouts.', warnings)
}

function warnOfUnknown(
  given: object,
  known: Readonly<Record<string, true>>,
  prefix: string,
  warnings: WarningCollector,
): void {
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || Object.hasOwn(known, name)) continue
    const hint = didYouMean(name, Object.keys(known), prefix)
    const message = `${prefix}${name} is not a setting of createCodex() and is ignored.${hint}`
    warnings.add({ type: 'other', message })
  }
}

import { InvalidArgumentError } from '@ai-sdk/provider'
import type { CodexProviderOptions } from '../request/options.ts'
import type { ProviderSettings } from './settings.ts'

/** A model as plain data, from which it is made again elsewhere. It holds no token. */
export interface StoredModel {
  /** First key of the `providerOptions` of its provider. */
  readonly provider: string
  /** As given to the provider. */
  readonly modelId: string
  readonly defaults: CodexProviderOptions
  readonly settings: Readonly<Record<string, unknown>>
}

/** Settings that can't be stored, and why. */
const NOT_STORED = {
  auth: 'it may hold tokens',
  headers: 'they may hold secrets',
  fetch: 'it is a function',
  webSocket: 'it is a function',
} as const

/** Only watches the calls, which go on without it. */
const LEFT_OUT = 'logger'

/**
 * Returns the settings that are plain data.
 *
 * @throws InvalidArgumentError for a setting that can't be stored, since the model would be another one without it.
 */
export function storedSettings(settings: ProviderSettings): Record<string, unknown> {
  const stored: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(settings)) {
    if (value === undefined || name === LEFT_OUT) continue
    if (name in NOT_STORED) throw notStored(name, NOT_STORED[name as keyof typeof NOT_STORED])
    if (typeof value === 'function') throw notStored(name, 'it is a function')
    stored[name] = value
  }
  return stored
}

const notStored = (argument: string, why: string): InvalidArgumentError =>
  new InvalidArgumentError({
    argument,
    message: `A model of a provider with \`${argument}\` can't be stored in a workflow: ${why}. Create the model inside the step that uses it.`,
  })

import { didYouMean, nearestName } from '../lib/did-you-mean.ts'
import { asObject, textOf } from '../lib/json.ts'
import { UNNAMED_EFFORT } from '../request/effort-updates.ts'
import type { WarningCollector } from '../request/warnings.ts'

type Options = Readonly<Record<string, unknown>> | undefined

/** Our keys. Those of all routes are read, since a history may move from one to the other. */
const OWN_KEYS = ['chatgpt', 'codex'] as const

/** An option of a prompt part: ours first, then the one of `@ai-sdk/openai`, since an app may come from there. */
export const partOption = (options: Options, ours: string, theirs = ours): string | undefined =>
  textOf(ownOption(options, ours)) ?? textOf(asObject(options?.openai)[theirs])

/** An option of ours, or metadata that came back, unchecked. */
export function ownOption(options: Options, name: string): unknown {
  const key = OWN_KEYS.find((one) => asObject(options?.[one])[name] != null)
  return key && asObject(options?.[key])[name]
}

/** True for a part that one of our providers made or that has an option of ours. */
export const hasOwnMetadata = (options: Options): boolean =>
  OWN_KEYS.some((key) => options?.[key] !== undefined)

/** The effort of the answer that the parts belong to, for the core: a level, or that ours names none. */
export function effortOption(parts: ReadonlyArray<Options>): string | undefined {
  let isOurs = false
  for (const options of parts) {
    const effort = textOf(ownOption(options, 'effort'))
    if (effort !== undefined) return effort
    isOurs ||= hasOwnMetadata(options)
  }
  return isOurs ? UNNAMED_EFFORT : undefined
}

/** The phase of an assistant's text: `commentary` or `final_answer`. */
export const phaseOption = (options: Options): string | undefined => partOption(options, 'phase')

/** The `imageDetail` of an image. Returned unchecked: the core warns about unknown values. */
export const detailOption = (options: Options): unknown =>
  ownOption(options, 'imageDetail') ?? asObject(options?.openai).imageDetail ?? undefined

/** Options of messages and parts that are read, by their names here and in `@ai-sdk/openai`. */
const OWN_OPTIONS = ['imageDetail', 'phase', 'namespace', 'encryptedContent']
const OPENAI_OPTIONS = ['imageDetail', 'phase', 'namespace', 'reasoningEncryptedContent']

/** Metadata of answers, which comes back in the messages of the next call. */
const METADATA = new Set([
  ...['itemId', 'annotations', 'responseId', 'sessionId', 'model', 'serviceTier', 'planType', 'rateLimits'],
  ...[
    'cachedInputTokens',
    'reasoningTokens',
    'endTurn',
    'logprobs',
    'effort',
    'compHash',
    'compaction',
    'contextTokens',
    'item',
    'fileId',
    'startIndex',
    'endIndex',
  ],
  ...['revisedPrompt', 'size', 'quality', 'background', 'outputFormat'],
])

/** Warns of options of messages and parts that are not read; those of `openai` only where they look misspelt. */
export function warnOfUnknownOptions(prompt: readonly object[], warnings: WarningCollector): void {
  const check = (holder: unknown): void => {
    const { providerOptions, providerMetadata = providerOptions } = asObject(holder)
    const given = asObject(providerMetadata)
    for (const key of OWN_KEYS) {
      for (const name of Object.keys(asObject(given[key]))) {
        if (OWN_OPTIONS.includes(name) || METADATA.has(name)) continue
        warnings.add({
          type: 'other',
          message: `The option ${key}.${name} of the prompt is left out: messages and parts have no such option.${didYouMean(name, OWN_OPTIONS)}`,
        })
      }
    }
    for (const name of Object.keys(asObject(given.openai))) {
      if (OPENAI_OPTIONS.includes(name) || METADATA.has(name)) continue
      const nearest = nearestName(name, OPENAI_OPTIONS)
      if (nearest === undefined) continue
      warnings.add({
        type: 'other',
        message: `The option openai.${name} of the prompt is left out. Did you mean ${nearest}?`,
      })
    }
  }
  for (const message of prompt) {
    check(message)
    for (const part of membersOf(asObject(message).content)) {
      check(part)
      const { output } = asObject(part)
      check(output)
      for (const item of membersOf(asObject(output).value)) check(item)
    }
  }
}

const membersOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

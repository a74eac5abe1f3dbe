import { InvalidArgumentError } from '@ai-sdk/provider'
import { untilAborted } from '../lib/abort.ts'
import { getModelFamily } from '../models/ids.ts'
import type { WarningCollector } from '../request/warnings.ts'
import type { PromptFiles } from './prompt-files.ts'

/** The base instructions where no other source has any. */
export const DEFAULT_INSTRUCTIONS =
  'You are a coding agent. You help the user with software: reading, writing and explaining code. ' +
  'Be exact and brief, say what you did, and say so when you do not know.'

/** Where base instructions may come from. Blank texts count as none. */
export interface InstructionsSources {
  /** The `instructions` option of the call or the model. */
  option: string | undefined
  /** The provider's `instructions` setting. */
  setting: string | ((modelId: string) => string | Promise<string>) | undefined
  /** What the catalogue has for a model of today; undefined where it can't be had now. */
  catalogue(modelId: string, signal: AbortSignal | undefined): Promise<string | undefined>
  /** What the public repository has for the original ids. */
  promptFiles: PromptFiles
}

/**
 * The base instructions of a model: the caller's own, else those of the model (the catalogue's for today's models, the
 * prompt file of the family for the original ids), else a short default of ours with a warning.
 *
 * @param modelId The normalized id.
 * @throws the reason of the caller's abort, what the `instructions` setting throws, and InvalidArgumentError where it
 * gives no text.
 */
export async function baseInstructions(
  modelId: string,
  { option, setting, catalogue, promptFiles }: InstructionsSources,
  warnings: WarningCollector,
  signal?: AbortSignal,
): Promise<string> {
  const family = getModelFamily(modelId)
  const sources: Array<() => string | undefined | Promise<string | undefined>> = [
    () => option,
    () => (typeof setting === 'function' ? untilAborted(givenText(setting, modelId), signal) : setting),
    () => (family === 'other' ? catalogue(modelId, signal) : promptFiles.read(family, signal)),
  ]
  for (const source of sources) {
    const text = await source()
    if (text !== undefined && text.trim() !== '') return text
  }
  warnings.add({ type: 'other', message: missing(modelId) })
  return DEFAULT_INSTRUCTIONS
}

async function givenText(
  setting: (modelId: string) => string | Promise<string>,
  modelId: string,
): Promise<string> {
  const text: unknown = await setting(modelId)
  if (typeof text === 'string') return text
  throw new InvalidArgumentError({
    argument: 'instructions',
    message: `The instructions setting must give a text; for ${modelId} it gave ${text === null ? 'null' : typeof text}.`,
  })
}

const missing = (modelId: string): string =>
  `The base instructions of ${modelId} could not be had, and a short default stands in for them. ` +
  'Give your own with the instructions setting, or send none with codexMode: false.'

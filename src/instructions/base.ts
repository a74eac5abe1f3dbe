import { InvalidArgumentError } from '@ai-sdk/provider'
import { untilAborted } from '../lib/abort.ts'
import { getModelFamily } from '../models/ids.ts'
import type { WarningCollector } from '../request/warnings.ts'
import type { PromptFiles } from './prompt-files.ts'

/** Base instructions used when no source provides any. */
export const DEFAULT_INSTRUCTIONS =
  'You are a coding agent. You help the user with software: reading, writing and explaining code. ' +
  'Be exact and brief, say what you did, and say so when you do not know.'

/** Instructions of the caller. Blank ones count as none. */
export interface OwnInstructions {
  /** The `instructions` option of the call or the model. */
  option: string | undefined
  /** The provider's `instructions` setting. */
  setting: string | ((modelId: string) => string | Promise<string>) | undefined
}

/** Sources of base instructions. */
export interface InstructionsSources extends OwnInstructions {
  /** Reads those of a model from the catalogue; undefined where they are not available now. */
  catalogue(modelId: string, signal: AbortSignal | undefined): Promise<string | undefined>
  /** The public files for the original ids. */
  promptFiles: PromptFiles
}

/**
 * Finds the base instructions of a model: the caller's own, else those of the model (from the catalogue for today's
 * models, the prompt file of the family for the original ids), else a short default of ours with a warning.
 *
 * @param modelId The normalized id.
 * @throws as {@link ownInstructions}.
 */
export async function baseInstructions(
  modelId: string,
  { catalogue, promptFiles, ...own }: InstructionsSources,
  warnings: WarningCollector,
  signal?: AbortSignal,
): Promise<string> {
  const given = await ownInstructions(modelId, own, signal)
  if (given !== undefined) return given
  const family = getModelFamily(modelId)
  const text = family === 'other' ? await catalogue(modelId, signal) : await promptFiles.read(family, signal)
  if (isText(text)) return text
  warnings.add({
    type: 'other',
    message:
      `Could not load the base instructions of ${modelId}; using a short built-in default. ` +
      'To replace it, set the instructions setting; to send none, set codexMode: false.',
  })
  return DEFAULT_INSTRUCTIONS
}

/**
 * Finds the caller's own instructions: the option's, else the setting's; undefined where both are blank.
 *
 * @param modelId The normalized id.
 * @throws the reason of the caller's abort, what the `instructions` setting throws, and InvalidArgumentError where it
 * does not return a string.
 */
export async function ownInstructions(
  modelId: string,
  { option, setting }: OwnInstructions,
  signal?: AbortSignal,
): Promise<string | undefined> {
  if (isText(option)) return option
  const text =
    typeof setting === 'function' ? await untilAborted(callSetting(setting, modelId), signal) : setting
  return isText(text) ? text : undefined
}

const isText = (text: string | undefined): text is string => text !== undefined && text.trim() !== ''

async function callSetting(
  setting: (modelId: string) => string | Promise<string>,
  modelId: string,
): Promise<string> {
  const text: unknown = await setting(modelId)
  if (typeof text === 'string') return text
  const kind = text === null ? 'null' : typeof text
  throw new InvalidArgumentError({
    argument: 'instructions',
    message: `The instructions setting must return a string; for ${modelId} it returned ${kind}.`,
  })
}

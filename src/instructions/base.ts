import { DEFAULT_INSTRUCTIONS } from './codex-mode.ts'

/** A place where base instructions may come from; undefined where it has none for the model. */
export type InstructionsSource = (modelId: string) => string | undefined | Promise<string | undefined>

/** The base instructions of a model: those of the first source that has some, else a short default of our own. */
export async function baseInstructions(
  modelId: string,
  sources: readonly InstructionsSource[],
): Promise<string> {
  for (const source of sources) {
    const text = await source(modelId)
    if (text !== undefined && text.trim() !== '') return text
  }
  return DEFAULT_INSTRUCTIONS
}

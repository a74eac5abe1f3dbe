import { stripProviderPrefix } from '../models/ids.ts'

/** Known ids of image models; any other string is passed to the backend as it is. `gpt-image` is the newest known. */
export type CodexImageModelId = 'gpt-image' | 'gpt-image-2' | (string & {})

const NEWEST = 'gpt-image-2'

/**
 * The id that goes to the backend: a prefix such as `codex/` removed, `modelAliases` applied, and then the alias
 * `gpt-image`. Any other id is returned unchanged.
 */
export function normalizeImageModel(modelId: string, aliases: Readonly<Record<string, string>> = {}): string {
  const given = modelId.trim()
  const bare = stripProviderPrefix(given)
  const alias = [given, bare].find((name) => Object.hasOwn(aliases, name))
  const id = alias === undefined ? bare : stripProviderPrefix(aliases[alias] ?? bare)
  return id.toLowerCase() === 'gpt-image' ? NEWEST : id
}

/** True for a model that takes any size of the rules in docs/wire.md, Images, and not only three of them. */
export const takesAnySize = (modelId: string): boolean => /^gpt-image-(?:[2-9]|\d{2})/i.test(modelId)

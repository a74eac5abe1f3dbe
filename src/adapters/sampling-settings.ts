/** Settings that the Codex backend does not accept, by their names in all versions of the AI SDK. */
const SETTINGS = [
  'maxTokens',
  'maxOutputTokens',
  'temperature',
  'topP',
  'topK',
  'presencePenalty',
  'frequencyPenalty',
  'seed',
  'stopSequences',
] as const

type Setting = (typeof SETTINGS)[number]

/** The names of the unsupported settings that the caller set. */
export const samplingSettings = (options: Readonly<Partial<Record<Setting, unknown>>>): Setting[] =>
  SETTINGS.filter((name) => isSet(options[name]))

/** False for null, undefined and an empty list, none of which asks for anything. */
export const isSet = (value: unknown): boolean =>
  value != null && !(Array.isArray(value) && value.length === 0)

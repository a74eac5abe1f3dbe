/** Settings of the AI SDK that the Codex backend does not take, in the words of all its versions. */
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

/** The names of those that the caller gave. */
export const samplingSettings = (options: Readonly<Partial<Record<Setting, unknown>>>): Setting[] =>
  SETTINGS.filter((name) => isSet(options[name]))

/** No value, and no list of any, asks for nothing. */
export const isSet = (value: unknown): boolean =>
  value != null && !(Array.isArray(value) && value.length === 0)

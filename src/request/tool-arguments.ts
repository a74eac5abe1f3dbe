import { asObject, isObject, parseObject } from '../lib/json.ts'
import { toJsonText, wellFormed } from '../lib/json-text.ts'
import type { ShellAction } from './items.ts'

/** The input is known to the backend as `{"value": …}`. */
export interface Wrapper {
  /** May the value be a text? */
  takesText: boolean
}

/**
 * The `arguments` of a function call: always the text of a JSON object. Text that is one goes as it is; nothing at all
 * becomes `{}`; whatever else the history holds (broken JSON, a list, a number) is kept as `{"input": …}`.
 *
 * @param wrapper how the backend knows the tool's input, where not as it is
 */
export function toArguments(input: unknown, wrapper: Wrapper | undefined): string {
  if (wrapper) return toJsonText({ value: unwrapped(input, wrapper) })
  if (input == null) return '{}'
  if (typeof input === 'string') {
    if (input.trim() === '') return '{}'
    return parseObject(input) ? wellFormed(input) : toJsonText({ input })
  }
  const text = toJsonText(input)
  return text.startsWith('{') ? text : `{"input":${text}}`
}

/** A text that is allowed means itself; any other may be the JSON that `ai` could not read. */
const unwrapped = (input: unknown, { takesText }: Wrapper): unknown =>
  (typeof input === 'string' && !takesText && parsed(input)) || (input ?? null)

/** The object or list that a text is the JSON of. */
function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

/** The `input` of a custom tool's call, which is free text; a value that is none goes as its JSON. */
export const toCustomInput = (input: unknown): string =>
  typeof input === 'string' ? wellFormed(input) : input === undefined ? '' : toJsonText(input)

/**
 * The action of a local shell call, from the tool's input in either spelling and with or without an `action` around it;
 * undefined where the input has no command.
 */
export function toShellAction(input: unknown): ShellAction | undefined {
  const given = asObject(typeof input === 'string' ? parseObject(input) : input)
  const action = isObject(given.action) ? given.action : given
  const command = typeof action.command === 'string' ? [action.command] : action.command
  if (!isTextList(command) || command.length === 0) return undefined
  const timeout = action.timeout_ms ?? action.timeoutMs
  const folder = action.working_directory ?? action.workingDirectory
  return {
    type: 'exec',
    command,
    ...(typeof timeout === 'number' ? { timeout_ms: timeout } : {}),
    ...(typeof action.user === 'string' ? { user: action.user } : {}),
    ...(typeof folder === 'string' ? { working_directory: folder } : {}),
    env: Object.fromEntries(
      Object.entries(asObject(action.env)).flatMap(([name, value]) =>
        typeof value === 'string' ? [[name, value]] : [],
      ),
    ),
  }
}

const isTextList = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((member) => typeof member === 'string')

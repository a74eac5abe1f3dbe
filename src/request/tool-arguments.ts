import { asObject, isObject, parseObject } from '../lib/json.ts'
import { replaceLoneSurrogates, toJsonText } from '../lib/json-text.ts'
import type { ShellAction } from './items.ts'

/** A tool whose input the backend knows as `{"value": …}`. */
export interface Wrapper {
  /** True where the value may be a string. */
  allowsString: boolean
}

/**
 * Writes the `arguments` of a function call, always as a JSON object. A string that holds one goes as it is, and no input
 * becomes `{}`; anything else in the history (invalid JSON, a list, a number) is kept as `{"input": …}`.
 *
 * @param wrapper set where the backend knows the tool's input wrapped
 * @param toText writes a value as JSON
 */
export function toArguments(
  input: unknown,
  wrapper: Wrapper | undefined,
  toText: (value: unknown) => string = toJsonText,
): string {
  if (wrapper) return toText({ value: unwrapped(input, wrapper) })
  if (input == null) return '{}'
  if (typeof input === 'string') {
    if (input.trim() === '') return '{}'
    return parseObject(input) ? replaceLoneSurrogates(input) : toText({ input })
  }
  const text = toText(input)
  return text.startsWith('{') ? text : `{"input":${text}}`
}

/** Keeps a string that the tool allows; any other may be the JSON of an input that `ai` could not parse. */
const unwrapped = (input: unknown, { allowsString }: Wrapper): unknown =>
  (typeof input === 'string' && !allowsString && parsed(input)) || (input ?? null)

/** Parses JSON of an object or list; undefined for anything else. */
function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

/** Writes the `input` of a custom tool's call: a string as it is, anything else as JSON. */
export const toCustomInput = (input: unknown, toText: (value: unknown) => string = toJsonText): string =>
  typeof input === 'string' ? input : input === undefined ? '' : toText(input)

/**
 * Reads the action of a local shell call from the tool's input, in camelCase or snake_case, with or without an `action` around
 * it; undefined where the input has no command.
 */
export function toShellAction(input: unknown): ShellAction | undefined {
  const given = asObject(typeof input === 'string' ? parseObject(input) : input)
  const action = isObject(given.action) ? given.action : given
  const command = typeof action.command === 'string' ? [action.command] : action.command
  if (!isStringList(command) || command.length === 0) return undefined
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

const isStringList = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((member) => typeof member === 'string')

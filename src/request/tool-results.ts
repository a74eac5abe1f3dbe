import { InvalidPromptError, UnsupportedFunctionalityError } from '@ai-sdk/provider'
import { toJson } from '../lib/json-text.ts'
import type { RequestShape } from '../models/table.ts'
import type { CodexFilePart, CodexToolResultPart, CodexUserPart } from './call.ts'
import { isBytes, remoteAddress, toInputFile } from './files.ts'
import type { InputPart, InputText } from './items.ts'
import type { WarningCollector } from './warnings.ts'

type Output = string | InputPart[]

/** Needed to convert the result of a tool. */
export interface ResultContext {
  shape: RequestShape
  warnings: WarningCollector
}

/**
 * The output of a tool as the backend takes it. Content parts stay parts: images and files, never base64 within a string.
 * Any other value is its JSON. A file that can't be sent leaves a note in its place, so that a tool loop goes on.
 */
export function toOutput({ callId, output, isError }: CodexToolResultPart, context: ResultContext): Output {
  const sent =
    output.type === 'parts'
      ? partsOutput(output.parts, callId, context)
      : valueOutput(output.value, callId, context)
  return isError ? markError(sent) : sent
}

function partsOutput(parts: readonly CodexUserPart[], callId: string, context: ResultContext): Output {
  const sent = parts.flatMap((part, index): InputPart[] => {
    if (part.type !== 'text') return [fileOrNote(part, callId, index, context)]
    return part.text === '' ? [] : [{ type: 'input_text', text: part.text }]
  })
  return sent.length === 0 ? '' : sent
}

const IMAGE_URL = /^data:image\/[^,]{1,100};base64,/i

/** `undefined` (a tool that returns nothing) has no JSON form of its own, an `Error` an empty one. */
function valueOutput(value: unknown, callId: string, context: ResultContext): Output {
  if (typeof value === 'string') {
    // The base64 of an image would be thousands of tokens that say nothing.
    return IMAGE_URL.test(value) ? partsOutput([{ type: 'image', data: value }], callId, context) : value
  }
  if (value instanceof Error) return `${value.name}: ${value.message}`
  if (isBytes(value)) return partsOutput([{ type: 'file', data: value }], callId, context)
  const { text, isWhole } = toJson(value)
  if (!isWhole) {
    context.warnings.addOccurrence(
      'Tool results with circular references or other values that JSON cannot express are sent with a note in their place',
      callId,
    )
  }
  return text
}

/** Stands where something can't be sent: the model should know that there was something. */
export const leftOut = (what: string): InputText => ({
  type: 'input_text',
  text: `[left out: ${what} that can't be shown]`,
})

function fileOrNote(
  part: CodexFilePart,
  callId: string,
  index: number,
  { shape, warnings }: ResultContext,
): InputPart {
  const address = shape === 'lite' ? remoteAddress(part) : undefined
  if (address !== undefined) {
    warnings.addOccurrence(
      'Remote files in tool results are sent as their address: lite models take files as data only',
      callId,
    )
    return { type: 'input_text', text: `[left out: ${part.mediaType ?? part.type} at ${address}]` }
  }
  try {
    return toInputFile(part, `the result of ${callId}, part ${index + 1}`, warnings)
  } catch (error) {
    if (!isRefusal(error)) throw error
    warnings.addOccurrence(
      'Images and files in tool results that the backend would refuse are sent as a note',
      error.message.replace(/\.$/, ''),
    )
    return leftOut(part.mediaType ?? part.type)
  }
}

/** True for the errors of `toInputFile`. */
export const isRefusal = (error: unknown): error is InvalidPromptError | UnsupportedFunctionalityError =>
  InvalidPromptError.isInstance(error) || UnsupportedFunctionalityError.isInstance(error)

const NAMES_ERROR = /^\W*\w*error\b/i

/** The backend has no flag for a result that is an error: its text begins with the word, or gets it. */
function markError(output: Output): Output {
  if (typeof output === 'string') return NAMES_ERROR.test(output) ? output : `Error: ${output}`
  const [first] = output
  const namesError = first?.type === 'input_text' && NAMES_ERROR.test(first.text)
  return namesError ? output : [{ type: 'input_text', text: 'Error:' }, ...output]
}

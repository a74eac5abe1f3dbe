import { InvalidPromptError } from '@ai-sdk/provider'
import { asObject } from '../lib/json.ts'
import { toJsonText } from '../lib/json-text.ts'

export const invalidPrompt = (message: string): InvalidPromptError =>
  new InvalidPromptError({ prompt: undefined, message })

/** Returns the error for a part of an unknown type, possible only without types or with a newer SDK. */
export const unknownPart = (part: unknown, place: string): InvalidPromptError =>
  invalidPrompt(
    `The prompt has a part of the unknown type ${toJsonText(asObject(part).type)} (${place}). Remove it, or use a newer version of this package.`,
  )

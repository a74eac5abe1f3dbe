import { InvalidPromptError } from '@ai-sdk/provider'
import { asObject } from '../lib/json.ts'
import { toJsonText } from '../lib/json-text.ts'

export const invalidPrompt = (message: string): InvalidPromptError =>
  new InvalidPromptError({ prompt: undefined, message })

/** The error of a part that only a caller without types, or a newer SDK, can give. */
export const unknownPart = (part: unknown, place: string): InvalidPromptError =>
  invalidPrompt(`The prompt has a part of the unknown type ${toJsonText(asObject(part).type)} (${place}).`)

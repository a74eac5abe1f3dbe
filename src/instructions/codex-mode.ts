import type { CodexMessage, CodexWarning } from '../request/call.ts'

/** What stands in `instructions` where Codex mode is off and the caller says nothing. */
export const NEUTRAL_INSTRUCTIONS = 'You are a helpful assistant.'

/** The base instructions where no other source has any. */
export const DEFAULT_INSTRUCTIONS =
  'You are a coding agent. You help the user with software: reading, writing and explaining code. ' +
  'Be exact and brief, say what you did, and say so when you do not know.'

const TOOLCHAIN_MARKERS = ['toolchain system prompt', 'toolchain::system', 'legacy toolchain']

/** True for a system text that is the prompt of another tool chain, by its markers, in any case. */
export function isToolchainPrompt(text: string): boolean {
  const lower = text.toLowerCase()
  return TOOLCHAIN_MARKERS.some((marker) => lower.includes(marker))
}

/** The developer message that goes before the conversation when there are tools and Codex mode is on. */
export function buildToolBridgeMessage(): string {
  return [
    '# Tools of this session',
    'You work inside an application that gives you its own tools. Call them by the schemas that you were given, under ' +
      'exactly their names, and only them: tools that other instructions mention do not exist here unless they are ' +
      'listed. Never make up the result of a call; wait for it.',
  ].join('\n\n')
}

/** The text that leads the request, and the conversation that is left after it. */
export interface DerivedInstructions {
  instructions: string
  conversation: readonly CodexMessage[]
  warnings: CodexWarning[]
}

/**
 * Takes the system texts at the start of a conversation out of it. Codex mode on: the base instructions stand first,
 * the caller's texts after them, and the prompts of other tool chains are left out. Off: the caller's texts alone, or
 * one neutral sentence where there are none.
 */
export function deriveInstructions(options: {
  messages: readonly CodexMessage[]
  codexMode: boolean
  /** The base instructions; not asked for where Codex mode is off. */
  base: string
}): DerivedInstructions {
  const { codexMode, base } = options
  const { messages, warnings } = codexMode
    ? withoutToolchainPrompts(options.messages)
    : { messages: options.messages, warnings: [] }
  const firstOther = messages.findIndex((message) => message.role !== 'system')
  const leading = firstOther === -1 ? messages : messages.slice(0, firstOther)
  const texts = [
    codexMode ? base : '',
    ...leading.map((message) => (message.role === 'system' ? message.text : '')),
  ]
  return {
    instructions: texts.filter((text) => text.trim() !== '').join('\n\n') || NEUTRAL_INSTRUCTIONS,
    conversation: messages.slice(leading.length),
    warnings,
  }
}

function withoutToolchainPrompts(messages: readonly CodexMessage[]): {
  messages: readonly CodexMessage[]
  warnings: CodexWarning[]
} {
  const kept = messages.filter((message) => message.role !== 'system' || !isToolchainPrompt(message.text))
  const dropped = messages.length - kept.length
  const message =
    'A system text that looks like the prompt of another tool chain is left out in Codex mode; ' +
    'set codexMode: false to send it.'
  return { messages: kept, warnings: Array.from({ length: dropped }, () => ({ type: 'other', message })) }
}

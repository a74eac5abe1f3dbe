import type { CodexMessage, CodexWarning } from './call.ts'
import type { WarningCollector } from './warnings.ts'

/** Instructions where Codex mode is off and the caller gives none. */
export const NEUTRAL_INSTRUCTIONS = 'You are a helpful assistant.'

const TOOLCHAIN_MARKERS = ['toolchain system prompt', 'toolchain::system', 'legacy toolchain']

/** True for a system message that is the prompt of another tool chain, by its markers, in any case. */
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

/** A prompt, taken apart. */
export interface DerivedInstructions {
  /** The text that leads the request. */
  instructions: string
  /** The caller's system messages at the start of the prompt. */
  system: readonly string[]
  /** The messages after them. */
  conversation: readonly CodexMessage[]
}

/**
 * Splits a prompt into instructions and conversation. In Codex mode the base instructions come first, then the system
 * messages at the start of the prompt, without the prompts of other tool chains. With it off, the system messages stand
 * alone; without any, the caller's own instructions, else one neutral sentence. Where there is no such mode at all, the
 * caller's instructions come first, and nothing stands in for them. System messages that nothing follows are the
 * conversation.
 */
export function deriveInstructions(
  {
    messages,
    codexMode,
    hasCodexMode = true,
    base,
  }: {
    messages: readonly CodexMessage[]
    codexMode: boolean
    /** False on a route without the mode. @default true */
    hasCodexMode?: boolean
    /** The base instructions: in Codex mode the model's or the caller's, else the caller's. Empty where there are none. */
    base: string
  },
  warnings: WarningCollector,
): DerivedInstructions {
  const kept = codexMode ? messages.filter((message) => !isDropped(message, warnings)) : messages
  const firstOther = kept.findIndex(({ role }) => role !== 'system')
  // System messages alone are the conversation: there is nothing else to answer.
  const leading = firstOther === -1 ? [] : kept.slice(0, firstOther)
  const system = leading.map(systemText)
  const given = system.filter((text) => !isBlank(text))
  const isReplaced = hasCodexMode && !codexMode && given.length > 0
  if (isReplaced && !isBlank(base)) warnings.add(INSTRUCTIONS_UNUSED)
  const texts = isBlank(base) || isReplaced ? given : [base, ...given]
  return {
    instructions: texts.join('\n\n') || (hasCodexMode ? NEUTRAL_INSTRUCTIONS : ''),
    system,
    conversation:
      firstOther === -1 ? kept.filter((message) => !isBlank(systemText(message))) : kept.slice(firstOther),
  }
}

const systemText = (message: CodexMessage): string => (message.role === 'system' ? message.text : '')

const isBlank = (text: string): boolean => text.trim() === ''

const INSTRUCTIONS_UNUSED: CodexWarning = {
  type: 'setting',
  setting: 'instructions',
  details: 'instructions is left out: Codex mode is off, and the prompt has a system message.',
}

function isDropped(message: CodexMessage, warnings: WarningCollector): boolean {
  if (message.role !== 'system' || !isToolchainPrompt(message.text)) return false
  warnings.add({
    type: 'other',
    message:
      'A system message that looks like the prompt of another tool chain is left out in Codex mode. ' +
      'To send it, set codexMode: false.',
  })
  return true
}

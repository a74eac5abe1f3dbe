import type { CodexAssistantPart, CodexMessage, CodexOpaquePart, CodexUserPart } from './call.ts'
import type { WarningCollector } from './warnings.ts'

/** User messages that a compacted history keeps, in tokens: about as many as the Codex client. */
const MAX_USER_TOKENS = 64_000

/** A rough count: nobody knows the backend's own before it has answered. */
const CHARACTERS_PER_TOKEN = 4
const TOKENS_PER_IMAGE = 1_500

/** Asks the backend for a compaction: the last item of the input. */
export interface CompactionTrigger {
  type: 'compaction_trigger'
}

/** True for an item that stands for all that was said before it. */
const isCompaction = (part: CodexAssistantPart): part is CodexOpaquePart =>
  part.type === 'opaque' && part.item.type === 'compaction'

/** Leaves out compactions that the model can't read, with a warning. What their history still holds stays. */
export function withoutUnreadable(
  messages: readonly CodexMessage[],
  { modelId, compHash }: { modelId: string; compHash: string | undefined },
  warnings: WarningCollector,
): readonly CodexMessage[] {
  const isUnreadable = (part: CodexAssistantPart): boolean =>
    isCompaction(part) && compHash !== undefined && part.compHash !== undefined && part.compHash !== compHash
  return messages.map((message) => {
    if (message.role !== 'assistant' || !message.content.some(isUnreadable)) return message
    warnings.add({
      type: 'other',
      message:
        `A compaction is left out of the history: ${modelId} can't read what another kind of model made. ` +
        'What only the compaction held is missing; go on with its own model, or compact the whole history with this one.',
    })
    return { ...message, content: message.content.filter((part) => !isUnreadable(part)) }
  })
}

/**
 * Cuts a history at its last compaction: what the model said and did before it is gone, system and user messages stay as
 * far as a compaction keeps them.
 *
 * @see docs/wire.md, Compaction
 */
export function afterCompaction(messages: readonly CodexMessage[]): readonly CodexMessage[] {
  const at = messages.findLastIndex((one) => one.role === 'assistant' && one.content.some(isCompaction))
  const holder = messages[at]
  if (holder?.role !== 'assistant') return messages
  const content = holder.content.slice(holder.content.findLastIndex(isCompaction))
  const before = messages.slice(0, at)
  const skipped = before.filter(({ role }) => role === 'user').length - countKeptUsers(before)
  let users = 0
  const kept = before.filter(({ role }) => role === 'system' || (role === 'user' && ++users > skipped))
  return kept.concat({ ...holder, content }, withoutOrphans(messages.slice(at + 1), content))
}

/** Leaves out the results of calls that the compaction stands for. */
function withoutOrphans(
  messages: readonly CodexMessage[],
  content: readonly CodexAssistantPart[],
): CodexMessage[] {
  const called = new Set<string>()
  const note = (parts: readonly CodexAssistantPart[]) => {
    for (const part of parts) if (part.type === 'tool-call') called.add(part.callId)
  }
  note(content)
  return messages.map((message) => {
    if (message.role === 'assistant') note(message.content)
    if (message.role !== 'tool') return message
    return { ...message, content: message.content.filter(({ callId }) => called.has(callId)) }
  })
}

/** How many of the user messages a compacted history keeps: the newest, and always the last. */
export function countKeptUsers(messages: readonly CodexMessage[]): number {
  let tokens = 0
  let count = 0
  for (const message of messages.toReversed()) {
    if (message.role !== 'user') continue
    tokens += tokensOf(message.content)
    if (count > 0 && tokens > MAX_USER_TOKENS) break
    count += 1
  }
  return count
}

const tokensOf = (content: readonly CodexUserPart[]): number =>
  content.reduce((sum, part) => {
    if (part.type === 'text') return sum + part.text.length / CHARACTERS_PER_TOKEN
    if (part.type === 'image') return sum + TOKENS_PER_IMAGE
    return sum + sizeOf(part.data) / CHARACTERS_PER_TOKEN
  }, 0)

const sizeOf = (data: unknown): number => {
  if (typeof data === 'string') return data.length
  return data instanceof ArrayBuffer || ArrayBuffer.isView(data) ? data.byteLength : 0
}

/** Tokens of the last response after the last compaction, where it has told them. */
export function toldTokens(messages: readonly CodexMessage[]): number | undefined {
  for (const message of messages.toReversed()) {
    if (message.role !== 'assistant') continue
    const found = message.content.findLast((part) => part.type === 'context-usage' || isCompaction(part))
    if (found) return found.type === 'context-usage' ? found.totalTokens : undefined
  }
  return undefined
}

import { sha256 } from '../lib/runtime.ts'
import { getModelFamily } from '../models/ids.ts'
import type { InputItem } from './prompt.ts'
import type { WireTool } from './tools.ts'

/**
 * Returns a stable, UUID-shaped key of a conversation: a digest of what stays the same in it, so that the backend's
 * prompt cache is hit again after a restart or on another machine. It reveals no text.
 */
export async function conversationKey(conversation: {
  /** The normalized id: no alias, no effort suffix. */
  modelId: string
  /** The result of {@link callerInstructions}. */
  instructions: string
  tools: readonly WireTool[]
  items: readonly InputItem[]
}): Promise<string> {
  const { modelId, instructions, tools, items } = conversation
  const family = getModelFamily(modelId)
  const firstMessage = items.find((item) => item.type === 'message' && item.role === 'user') ?? items[0]
  // Models without a family share no prompt cache.
  const text = JSON.stringify([family === 'other' ? modelId : family, instructions, tools, firstMessage])
  return uuidOf(await sha256(text))
}

/**
 * Joins what the caller gives before the conversation: base instructions of their own, and the system messages at the
 * start. Fetched base instructions don't count: they may be renewed in mid-conversation, which would change the key.
 */
export const callerInstructions = (system: readonly string[], base = ''): string =>
  JSON.stringify([base, ...system])

/** The first 16 bytes as a UUID of version 8 (RFC 9562, section 5.8). */
function uuidOf(bytes: Uint8Array): string {
  let uuid = ''
  for (let index = 0; index < 16; index++) {
    const byte = bytes[index] ?? 0
    const value = index === 6 ? (byte & 0x0f) | 0x80 : index === 8 ? (byte & 0x3f) | 0x80 : byte
    const dash = index === 4 || index === 6 || index === 8 || index === 10 ? '-' : ''
    uuid += dash + value.toString(16).padStart(2, '0')
  }
  return uuid
}

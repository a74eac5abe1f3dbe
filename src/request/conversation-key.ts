import { sha256 } from '../lib/runtime.ts'
import { getModelFamily } from '../models/ids.ts'
import type { InputItem } from './prompt.ts'
import type { WireTool } from './wire-tools.ts'

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
  const hex = Array.from(bytes.subarray(0, 16), (byte) => HEX[byte]).join('')
  const variant = HEX[((bytes[8] ?? 0) & 0x3f) | 0x80]
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(18, 20)}-${hex.slice(20)}`
}

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

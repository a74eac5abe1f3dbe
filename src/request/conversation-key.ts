import { sha256 } from '../platform.ts'
import type { InputItem } from './prompt.ts'
import type { FunctionTool } from './tools.ts'

/**
 * A stable, UUID-shaped name for a conversation: a digest of what stays the same through it, so that the backend's
 * prompt cache is hit again after a restart, and on another machine. No text can be read out of it.
 */
export async function conversationKey(conversation: {
  modelId: string
  instructions: string
  tools: readonly FunctionTool[]
  items: readonly InputItem[]
}): Promise<string> {
  const firstUserMessage = conversation.items.find((item) => item.type === 'message' && item.role === 'user')
  const { modelId, instructions, tools } = conversation
  const text = JSON.stringify([modelId, instructions, tools, firstUserMessage])
  return uuidOf(await sha256(text))
}

/** The first 16 bytes as a UUID of version 8 (RFC 9562, section 5.8). */
function uuidOf(bytes: Uint8Array): string {
  const hex = Array.from(bytes.subarray(0, 16), (byte, index) => {
    const value = index === 6 ? (byte & 0x0f) | 0x80 : index === 8 ? (byte & 0x3f) | 0x80 : byte
    return value.toString(16).padStart(2, '0')
  }).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

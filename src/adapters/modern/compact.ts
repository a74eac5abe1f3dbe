import { asObject, isObject } from '../../lib/json.ts'
import { loadProviderUtils } from '../../lib/provider-utils.ts'
import type { CompactCallOptions, CompactForm } from '../compact.ts'
import { toCall } from './call.ts'
import { opaqueForm } from './parts.ts'
import type { ModernMessage, ModernTool } from './types.ts'

/**
 * The form of messages of `ai` 5 and later.
 *
 * @param hasCustomParts False where an item is kept as reasoning without text.
 */
export const modernForm = (hasCustomParts: boolean): CompactForm => ({
  async toCall(messages, options, keys) {
    const { system, instructions = system, providerOptions, headers, abortSignal } = options
    const prompt = messages.map(toPromptMessage)
    if (instructions !== undefined) prompt.unshift({ role: 'system', content: instructions })
    return toCall(
      { prompt, tools: await toTools(options.tools), providerOptions, headers, abortSignal },
      keys,
    )
  },
  toPart(item, key, compHash) {
    const { kind, providerMetadata } = opaqueForm(item, key, compHash)
    return hasCustomParts
      ? { type: 'custom', kind, providerOptions: providerMetadata }
      : { type: 'reasoning', text: '', providerOptions: providerMetadata }
  },
})

/** A message as `ai` hands it to a model: its content is a list, and images are files. */
function toPromptMessage(message: object): ModernMessage {
  const { role, content } = asObject(message)
  if (role === 'system') return message as ModernMessage
  const parts = typeof content === 'string' ? [{ type: 'text', text: content }] : content
  const given = Array.isArray(parts) ? parts.filter(isObject) : []
  const known = given.filter(({ type }) => type !== 'tool-approval-request').map(toPromptPart)
  // The core rejects what is no message, by its place.
  return { ...message, content: known } as unknown as ModernMessage
}

function toPromptPart(part: Record<string, unknown>): Record<string, unknown> {
  if (part.type !== 'image') return part
  const { image: data, mediaType = 'image/*', ...rest } = part
  return { ...rest, type: 'file', data, mediaType }
}

/** Tools as `ai` hands them to a model. */
async function toTools(tools: CompactCallOptions['tools']): Promise<ModernTool[]> {
  const entries = Object.entries(tools ?? {})
  if (entries.length === 0) return []
  const { asSchema } = await loadProviderUtils()
  return Promise.all(
    entries.map(async ([name, given]) => {
      const tool = asObject(given)
      if (tool.type === 'provider' || tool.type === 'provider-defined')
        return { type: tool.type, id: String(tool.id), name, args: asObject(tool.args) }
      const { description, strict, inputExamples, providerOptions } = tool
      return {
        type: 'function',
        name,
        description,
        inputSchema: await asSchema(tool.inputSchema as Parameters<typeof asSchema>[0]).jsonSchema,
        strict,
        inputExamples,
        providerOptions,
      } as ModernTool
    }),
  )
}

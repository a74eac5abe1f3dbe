import type { LanguageModelV1CallOptions } from 'spec-v1'
import { asObject, isObject } from '../../lib/json.ts'
import { loadProviderUtils } from '../../lib/provider-utils.ts'
import type { CompactCallOptions, CompactForm } from '../compact.ts'
import { toCall } from './call.ts'
import { opaqueSignature } from './parts.ts'

type Prompt = LanguageModelV1CallOptions['prompt']
type Tools = Extract<LanguageModelV1CallOptions['mode'], { type: 'regular' }>['tools']

/** The form of messages of `ai` 4. */
export const v1Form: CompactForm = {
  async toCall(messages, options) {
    const { system, instructions = system, providerOptions, headers, abortSignal } = options
    const prompt = messages.map(toPromptMessage)
    if (instructions !== undefined) prompt.unshift({ role: 'system', content: instructions })
    const tools = await toTools(options.tools)
    return toCall({
      inputFormat: 'messages',
      mode: { type: 'regular', ...(tools === undefined ? {} : { tools }) },
      prompt,
      ...(providerOptions === undefined
        ? {}
        : { providerMetadata: providerOptions as LanguageModelV1CallOptions['providerMetadata'] & object }),
      ...(headers === undefined ? {} : { headers: { ...headers } }),
      ...(abortSignal === undefined ? {} : { abortSignal }),
    })
  },
  toPart: (item, _key, compHash) => ({ type: 'redacted-reasoning', data: opaqueSignature(item, compHash) }),
}

/** A message as `ai` hands it to a model: its content is a list, and options have their other name. */
function toPromptMessage(message: object): Prompt[number] {
  const given = withMetadata(message)
  if (given.role === 'system') return given as Prompt[number]
  const parts = typeof given.content === 'string' ? [{ type: 'text', text: given.content }] : given.content
  const content = Array.isArray(parts) ? parts.filter(isObject).map(toPromptPart) : []
  // The core rejects what is no message, by its place.
  return { ...given, content } as unknown as Prompt[number]
}

function toPromptPart(part: Record<string, unknown>): Record<string, unknown> {
  const given = withMetadata(part)
  if (part.type !== 'tool-result') return given
  const { experimental_content: content, ...rest } = given
  return content === undefined ? rest : { ...rest, content }
}

function withMetadata(holder: object): Record<string, unknown> {
  const { experimental_providerMetadata: older, providerOptions = older, ...rest } = asObject(holder)
  return providerOptions === undefined ? rest : { ...rest, providerMetadata: providerOptions }
}

/** Tools as `ai` hands them to a model. */
async function toTools(tools: CompactCallOptions['tools']): Promise<Tools> {
  const entries = Object.entries(tools ?? {})
  if (entries.length === 0) return undefined
  const { asSchema } = await loadProviderUtils()
  return Promise.all(
    entries.map(async ([name, given]) => {
      const tool = asObject(given)
      if (tool.type === 'provider-defined')
        return {
          type: 'provider-defined',
          id: String(tool.id) as `${string}.${string}`,
          name,
          args: asObject(tool.args),
        }
      const { description } = tool
      return {
        type: 'function',
        name,
        ...(typeof description === 'string' ? { description } : {}),
        parameters: (await asSchema(tool.parameters as Parameters<typeof asSchema>[0]).jsonSchema) as object,
      }
    }),
  )
}

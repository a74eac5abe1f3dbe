import { UnsupportedFunctionalityError } from '@ai-sdk/provider'
import { asObject, isObject, textOf } from '../../lib/json.ts'
import type {
  CodexAssistantPart,
  CodexFilePart,
  CodexMessage,
  CodexToolResultPart,
  CodexUserPart,
} from '../../request/call.ts'
import type { WarningCollector } from '../../request/warnings.ts'
import {
  detailOption,
  effortOption,
  hasOwnMetadata,
  ownOption,
  partOption,
  phaseOption,
} from '../part-options.ts'
import { toFile, toToolResult } from './files.ts'
import type {
  AssistantPart,
  FilePart,
  ModernMessage,
  ProviderOptions,
  ReasoningPart,
  ToolCallPart,
} from './types.ts'

type MessageOf<Role extends ModernMessage['role']> = Extract<ModernMessage, { role: Role }>

/** Translates the prompt of LanguageModelV2 and later. */
export function toMessages(
  prompt: readonly ModernMessage[],
  warnings: WarningCollector,
  searchName?: string,
): CodexMessage[] {
  const hosted: HostedCalls = {
    ids: new Set<string>(),
    searchName,
    found: searchName === undefined ? new Map() : foundTools(prompt, searchName),
  }
  return prompt.flatMap((message): CodexMessage[] => {
    switch (message.role) {
      case 'system':
        return [{ role: 'system', text: message.content }]
      case 'user':
        return [
          { role: 'user', content: message.content.flatMap((part) => toUserPart(part, message, warnings)) },
        ]
      case 'assistant':
        return fromAssistant(message, hosted, warnings)
      case 'tool':
        return [{ role: 'tool', content: toResults(message, hosted, warnings) }]
      default:
        // The core rejects it by name.
        return [message satisfies never]
    }
  })
}

interface HostedCalls {
  /** Calls that a provider ran. The backend stores none, and does not accept them as input, but for tool searches. */
  readonly ids: Set<string>
  readonly searchName: string | undefined
  /** The names of the tools that each search found. */
  readonly found: ReadonlyMap<string, readonly string[]>
}

/** The results of the searches, by the ids of their calls. */
function foundTools(prompt: readonly ModernMessage[], searchName: string): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>()
  for (const { role, content } of prompt) {
    if (role !== 'assistant' && role !== 'tool') continue
    for (const part of content) {
      if (part.type !== 'tool-result' || part.toolName !== searchName || part.output.type !== 'json') continue
      const { tools } = asObject(part.output.value)
      found.set(
        part.toolCallId,
        Array.isArray(tools) ? tools.flatMap((tool) => textOf(asObject(tool).name) ?? []) : [],
      )
    }
  }
  return found
}

function toUserPart(
  part: MessageOf<'user'>['content'][number],
  message: MessageOf<'user'>,
  warnings: WarningCollector,
): CodexUserPart[] {
  switch (part.type) {
    case 'text':
      return [{ type: 'text', text: part.text }]
    case 'file':
      return [toUserFile(part, message)]
    default:
      return leaveOut(part satisfies never, warnings)
  }
}

function toUserFile(part: FilePart, message: MessageOf<'user'>): CodexFilePart {
  const detail = detailOption(part.providerOptions) ?? detailOption(message.providerOptions)
  const file = toFile(part, detail)
  if (file) return file
  throw new UnsupportedFunctionalityError({
    functionality: 'file references',
    message: `The prompt contains a reference to a file${part.filename ? ` "${part.filename}"` : ''} stored with a provider, which the backend can't read. Pass the file's data instead.`,
  })
}

function fromAssistant(
  message: MessageOf<'assistant'>,
  hosted: HostedCalls,
  warnings: WarningCollector,
): CodexMessage[] {
  const results: CodexToolResultPart[] = []
  const content = message.content.flatMap((part): CodexAssistantPart[] => {
    switch (part.type) {
      case 'text': {
        const phase = phaseOption(part.providerOptions) ?? phaseOption(message.providerOptions)
        return [{ type: 'text', text: part.text, phase }]
      }
      case 'reasoning':
        return [toOpaque(part.providerOptions) ?? toReasoning(part)]
      case 'file':
        return [toFile(part) ?? { type: 'file', data: '', mediaType: part.mediaType }]
      case 'tool-call':
        return toToolCall(part, hosted, warnings)
      case 'tool-result':
        if (!hosted.ids.has(part.toolCallId)) results.push(toToolResult(part, warnings))
        return []
      case 'custom': {
        const item = toOpaque(part.providerOptions)
        return item ? [item] : leaveOut(part, warnings)
      }
      case 'reasoning-file':
        return leaveOut(part, warnings)
      default:
        return leaveOut(part satisfies never, warnings)
    }
  })
  const effort = effortOption(message.content.map((part) => part.providerOptions))
  const answer: CodexMessage = { role: 'assistant', content, ...(effort === undefined ? {} : { effort }) }
  return results.length === 0 ? [answer] : [answer, { role: 'tool', content: results }]
}

/** An item that goes back as it came: one of ours, or the compaction of `@ai-sdk/openai`. */
function toOpaque(options: ProviderOptions | undefined): CodexAssistantPart | undefined {
  const item = ownOption(options, 'item')
  if (isObject(item)) return { type: 'opaque', item, ...compHashOf(options) }
  const tokens = ownOption(options, 'contextTokens')
  if (typeof tokens === 'number') return { type: 'context-usage', totalTokens: tokens }
  const { type, itemId: id, encryptedContent } = asObject(options?.openai)
  if (type !== 'compaction') return undefined
  return { type: 'opaque', item: { type, id, encrypted_content: encryptedContent } }
}

function compHashOf(options: ProviderOptions | undefined): { compHash?: string } {
  const compHash = partOption(options, 'compHash')
  return compHash === undefined ? {} : { compHash }
}

/** One part of a summary. The core joins the parts of an item by their encrypted content. */
const toReasoning = ({ text, providerOptions }: ReasoningPart): CodexAssistantPart => ({
  type: 'reasoning',
  summary: text === '' ? [] : [text],
  encryptedContent: partOption(providerOptions, 'encryptedContent', 'reasoningEncryptedContent'),
})

function toToolCall(
  part: ToolCallPart,
  hosted: HostedCalls,
  warnings: WarningCollector,
): CodexAssistantPart[] {
  const { toolCallId: callId, toolName: name, input, providerOptions } = part
  if (part.providerExecuted) {
    hosted.ids.add(callId)
    if (name === hosted.searchName) {
      const found = hosted.found.get(callId) ?? []
      return [{ type: 'tool-search', callId, arguments: asObject(input).arguments, found }]
    }
    warnings.addOccurrence(
      hasOwnMetadata(providerOptions)
        ? 'Calls of hosted tools are left out of the history with their results, but for the images that they made'
        : 'Calls of tools that another provider ran are left out of the history with their results',
      name,
    )
    return []
  }
  return [{ type: 'tool-call', callId, name, input, namespace: partOption(providerOptions, 'namespace') }]
}

/** Approvals are handled by `ai`, which runs an approved tool and writes the result of a denied one. */
const toResults = (
  { content }: MessageOf<'tool'>,
  hosted: HostedCalls,
  warnings: WarningCollector,
): CodexToolResultPart[] =>
  content.flatMap((part) =>
    part.type === 'tool-result' && !hosted.ids.has(part.toolCallId) ? [toToolResult(part, warnings)] : [],
  )

function leaveOut(part: Pick<AssistantPart, 'type'>, warnings: WarningCollector): [] {
  warnings.addOccurrence('Parts of the prompt that the backend has no form for are left out', part.type)
  return []
}

import { UnsupportedFunctionalityError } from '@ai-sdk/provider'
import type {
  CodexAssistantPart,
  CodexFilePart,
  CodexMessage,
  CodexToolResultPart,
  CodexUserPart,
} from '../../request/call.ts'
import type { WarningCollector } from '../../request/warnings.ts'
import { detailOption, partOption, phaseOption } from '../part-options.ts'
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

/** The prompt of LanguageModelV2 and later, in the core's words. */
export function toMessages(prompt: readonly ModernMessage[], warnings: WarningCollector): CodexMessage[] {
  /** Calls that a provider ran: the backend keeps none of them, and takes none back. */
  const hosted = new Set<string>()
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
        // The core refuses it by name.
        return [message satisfies never]
    }
  })
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
    message: `The prompt has a file${part.filename ? ` "${part.filename}"` : ''} that lies with a provider (a reference); the Codex backend keeps no files: give its data.`,
  })
}

function fromAssistant(
  message: MessageOf<'assistant'>,
  hosted: Set<string>,
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
        return [toReasoning(part)]
      case 'file':
        return [toFile(part) ?? { type: 'file', data: '', mediaType: part.mediaType }]
      case 'tool-call':
        return toToolCall(part, hosted, warnings)
      case 'tool-result':
        if (!hosted.has(part.toolCallId)) results.push(toToolResult(part, warnings))
        return []
      case 'reasoning-file':
      case 'custom':
        return leaveOut(part, warnings)
      default:
        return leaveOut(part satisfies never, warnings)
    }
  })
  const answer: CodexMessage = { role: 'assistant', content }
  return results.length === 0 ? [answer] : [answer, { role: 'tool', content: results }]
}

/** One part of a summary; the core joins those of one item by their encrypted content. */
const toReasoning = ({ text, providerOptions }: ReasoningPart): CodexAssistantPart => ({
  type: 'reasoning',
  summary: text === '' ? [] : [text],
  encryptedContent: partOption(providerOptions, 'encryptedContent', 'reasoningEncryptedContent'),
})

function toToolCall(
  part: ToolCallPart,
  hosted: Set<string>,
  warnings: WarningCollector,
): CodexAssistantPart[] {
  const { toolCallId: callId, toolName: name, input, providerOptions } = part
  if (part.providerExecuted) {
    hosted.add(callId)
    if (!isOurs(providerOptions)) {
      warnings.addOccurrence(
        'Calls of tools that another provider ran are left out, and so are their results',
        name,
      )
    }
    return []
  }
  return [{ type: 'tool-call', callId, name, input, namespace: partOption(providerOptions, 'namespace') }]
}

const isOurs = (options: ProviderOptions | undefined): boolean => options?.codex !== undefined

/** Approvals are `ai`'s own business: it runs an approved tool, and gives a denied one its result. */
const toResults = (
  { content }: MessageOf<'tool'>,
  hosted: ReadonlySet<string>,
  warnings: WarningCollector,
): CodexToolResultPart[] =>
  content.flatMap((part) =>
    part.type === 'tool-result' && !hosted.has(part.toolCallId) ? [toToolResult(part, warnings)] : [],
  )

function leaveOut(part: Pick<AssistantPart, 'type'>, warnings: WarningCollector): [] {
  warnings.addOccurrence('Parts of the prompt that the Codex backend has no form for are left out', part.type)
  return []
}

import { asObject } from '../lib/json.ts'
import { toJsonText } from '../lib/json-text.ts'
import type {
  CodexAssistantPart,
  CodexMessage,
  CodexReasoningPart,
  CodexToolCallPart,
  CodexToolResultPart,
  CodexUserPart,
} from './call.ts'
import { toInputFile } from './files.ts'
import { invalidPrompt, unknownPart } from './invalid-prompt.ts'
import type { CallItem, InputItem, InputPart, OutputItem } from './items.ts'
import { toArguments, toCustomInput, toShellAction, type Wrapper } from './tool-arguments.ts'
import { toOutput } from './tool-results.ts'
import type { WarningCollector } from './warnings.ts'

export type { InputItem } from './items.ts'

/** What the history must know of the call's tools, by the names that the caller gave them. */
export interface HistoryTools {
  /** Undefined for a tool that the call does not have; its calls are sent as those of a function. */
  kindOf(name: string): 'function' | 'custom' | 'local-shell' | undefined
  /** How the backend knows the tool's input, where not as it is. */
  wrapperOf(name: string): Wrapper | undefined
  /** The name under which the backend knows the tool. */
  toWire(name: string): string
}

const NO_TOOLS: HistoryTools = { kindOf: () => undefined, wrapperOf: () => undefined, toWire: (name) => name }

/** A developer message with this text. */
export function developerMessage(text: string): InputItem {
  return { type: 'message', role: 'developer', content: [{ type: 'input_text', text: text }] }
}

/**
 * Turns a conversation (without the system messages at its start) into input items. A system message further on
 * becomes a developer message in place, since the backend refuses the system role. The items still need
 * `repairHistory`, which pairs calls and outputs.
 *
 * @throws InvalidPromptError, UnsupportedFunctionalityError for a user's image or file that the backend would refuse
 * @throws InvalidPromptError for a role or a part that is unknown, and for a call or a result without its id
 */
export function toInputItems(
  messages: readonly CodexMessage[],
  warnings: WarningCollector,
  tools: HistoryTools = NO_TOOLS,
): InputItem[] {
  const count = { user: 0, assistant: 0, tool: 0 }
  return messages.flatMap((message, index): InputItem[] => {
    switch (message.role) {
      case 'system':
        return message.text === '' ? [] : [developerMessage(message.text)]
      case 'user':
        count.user++
        return fromUser(message.content, `user message ${count.user}`, warnings)
      case 'assistant': {
        count.assistant++
        const place = `assistant message ${count.assistant}`
        return mergeReasoning(message.content).flatMap((part) =>
          fromAssistant(part, { place, tools, warnings }),
        )
      }
      case 'tool': {
        count.tool++
        const place = `tool message ${count.tool}`
        return message.content.map((part, at) => toolOutput(part, `${place}, part ${at + 1}`, warnings))
      }
      default:
        throw unknownRole(message satisfies never, index)
    }
  })
}

function unknownRole(message: unknown, index: number) {
  const { role } = asObject(message)
  return invalidPrompt(
    `Message ${index + 1} after the system text has the unknown role ${toJsonText(role)}; known are system, user, assistant and tool.`,
  )
}

function fromUser(
  content: readonly CodexUserPart[],
  messagePlace: string,
  warnings: WarningCollector,
): InputItem[] {
  const parts = content.flatMap((part, index): InputPart[] => {
    const place = `${messagePlace}, part ${index + 1}`
    switch (part.type) {
      case 'text':
        return part.text === '' ? [] : [{ type: 'input_text', text: part.text }]
      case 'image':
      case 'file':
        return [toInputFile(part, place, warnings)]
      default:
        throw unknownPart(part satisfies never, place)
    }
  })
  return parts.length === 0 ? [] : [{ type: 'message', role: 'user', content: parts }]
}

/** Several parts with the same encrypted content are one item: each was a part of its summary. */
function mergeReasoning(content: readonly CodexAssistantPart[]): CodexAssistantPart[] {
  const merged: CodexAssistantPart[] = []
  const places = new Map<string, number>()
  for (const part of content) {
    const key = part.type === 'reasoning' ? part.encryptedContent : undefined
    const place = key === undefined ? undefined : places.get(key)
    const first = place === undefined ? undefined : merged[place]
    if (part.type === 'reasoning' && place !== undefined && first?.type === 'reasoning') {
      const more = part.summary.filter((text) => !first.summary.includes(text))
      merged[place] = { ...first, summary: [...first.summary, ...more] }
      continue
    }
    if (key !== undefined) places.set(key, merged.length)
    merged.push(part)
  }
  return merged
}

interface AssistantContext {
  place: string
  tools: HistoryTools
  warnings: WarningCollector
}

function fromAssistant(part: CodexAssistantPart, { place, tools, warnings }: AssistantContext): InputItem[] {
  switch (part.type) {
    case 'text':
      return part.text === '' ? [] : [assistantMessage(part.text, part.phase)]
    case 'reasoning':
      return fromReasoning(part, warnings)
    case 'tool-call':
      assertCallId(part, `call of "${part.name}" (${place})`)
      return [toolCall(part, tools)]
    case 'image':
    case 'file':
      warnings.addOccurrence(
        'Files in assistant messages are left out: the Codex backend takes them from users and tools only',
      )
      return []
    default:
      throw unknownPart(part satisfies never, place)
  }
}

function assertCallId({ callId }: { callId: unknown }, what: string): void {
  if (typeof callId !== 'string') throw invalidPrompt(`The prompt has a ${what} without a toolCallId.`)
}

function toolOutput(part: CodexToolResultPart, place: string, warnings: WarningCollector): OutputItem {
  assertCallId(part, `tool result (${place})`)
  return { type: 'function_call_output', call_id: part.callId, output: toOutput(part, warnings) }
}

function fromReasoning(part: CodexReasoningPart, warnings: WarningCollector): InputItem[] {
  if (!part.encryptedContent) {
    warnings.addOccurrence(
      'Parts of reasoning without encrypted content of this provider are left out: the Codex backend keeps none of its own',
    )
    return []
  }
  return [
    {
      type: 'reasoning',
      summary: part.summary
        .filter((text) => text !== '')
        .map((text) => ({ type: 'summary_text', text: text })),
      content: null,
      encrypted_content: part.encryptedContent,
    },
  ]
}

function assistantMessage(text: string, phase: string | undefined): InputItem {
  return {
    type: 'message',
    status: 'completed',
    role: 'assistant',
    content: [{ type: 'output_text', text: text, annotations: [], logprobs: [] }],
    ...(phase === undefined ? {} : { phase }),
  }
}

function toolCall({ callId, name, input, namespace }: CodexToolCallPart, tools: HistoryTools): CallItem {
  const kind = tools.kindOf(name)
  const spaced = namespace === undefined ? {} : { namespace }
  if (kind === 'custom') {
    return {
      type: 'custom_tool_call',
      status: 'completed',
      call_id: callId,
      name: tools.toWire(name),
      ...spaced,
      input: toCustomInput(input),
    }
  }
  const action = kind === 'local-shell' ? toShellAction(input) : undefined
  if (action) return { type: 'local_shell_call', status: 'completed', call_id: callId, action }
  return {
    type: 'function_call',
    status: 'completed',
    name: tools.toWire(name),
    arguments: toArguments(input, tools.wrapperOf(name)),
    call_id: callId,
    ...spaced,
  }
}

import { asObject } from '../lib/json.ts'
import { toJson, toJsonText } from '../lib/json-text.ts'
import type { RequestShape } from '../models/table.ts'
import type {
  CodexAssistantPart,
  CodexFilePart,
  CodexMessage,
  CodexOpaquePart,
  CodexReasoningPart,
  CodexToolCallPart,
  CodexToolResultPart,
  CodexToolSearchPart,
  CodexUserPart,
} from './call.ts'
import { type InputImage, toInputFile } from './files.ts'
import { invalidPrompt, unknownPart } from './invalid-prompt.ts'
import { type CallItem, type InputItem, type InputPart, isOpaque, type OutputItem } from './items.ts'
import { toArguments, toCustomInput, toShellAction, type Wrapper } from './tool-arguments.ts'
import { isRefusal, toOutput } from './tool-results.ts'
import type { WarningCollector } from './warnings.ts'
import type { FunctionTool, NamespaceTool } from './wire-tools.ts'

export type { InputItem } from './items.ts'

/** The tools of the call, as far as the calls of its history depend on them; by the caller's names. */
export interface HistoryTools {
  /** Undefined for a tool that the call does not have; its calls are sent as those of a function. */
  kindOf(name: string): 'function' | 'custom' | 'local-shell' | undefined
  /** How the tool's input is wrapped for the backend; undefined where it isn't. */
  wrapperOf(name: string): Wrapper | undefined
  /** The tool's name in the request. */
  toWire(name: string): string
  /** The tools that a search found, in the request's form. Absent in a request without a search. */
  foundTools?: ((names: readonly string[]) => Array<FunctionTool | NamespaceTool>) | undefined
}

const NO_TOOLS: HistoryTools = { kindOf: () => undefined, wrapperOf: () => undefined, toWire: (name) => name }

/** A developer message. */
export function developerMessage(text: string): InputItem {
  return { type: 'message', role: 'developer', content: [{ type: 'input_text', text }] }
}

/**
 * Turns a conversation into input items. A system message becomes a developer message in its place, since the backend
 * refuses the system role. An image that the model made becomes one of the user's, after the message that made it. The
 * items still need `repairHistory`, which pairs calls and outputs.
 *
 * @throws InvalidPromptError, UnsupportedFunctionalityError for a user's image or file that the backend would refuse
 * @throws InvalidPromptError for an unknown role or part, and for a call or a result without its id
 */
export function toInputItems(
  messages: readonly CodexMessage[],
  warnings: WarningCollector,
  tools: HistoryTools = NO_TOOLS,
  shape: RequestShape = 'classic',
): InputItem[] {
  const count = { user: 0, assistant: 0, tool: 0 }
  return messages.flatMap((message, index): InputItem[] => {
    switch (message.role) {
      case 'system':
        return message.text === '' ? [] : [developerMessage(message.text)]
      case 'user':
        count.user++
        return fromUser(message.content, `user message ${count.user}`, warnings)
      case 'assistant':
        count.assistant++
        return fromAssistant(message.content, {
          place: `assistant message ${count.assistant}`,
          tools,
          warnings,
        })
      case 'tool': {
        count.tool++
        const place = `tool message ${count.tool}`
        return message.content.map((part, at) => {
          assertCallId(part, `tool result (${place}, part ${at + 1})`)
          return toolOutput(part, { shape, warnings })
        })
      }
      case 'configuration':
        return [{ type: 'configuration_update', reasoning: { effort: message.effort } }]
      default:
        throw unknownRole(message satisfies never, index)
    }
  })
}

function unknownRole(message: unknown, index: number) {
  const { role } = asObject(message)
  return invalidPrompt(
    `Message ${index + 1} after the system messages has the unknown role ${toJsonText(role)}. Use system, user, assistant or tool.`,
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

/** Joins reasoning parts with the same encrypted content: each is a part of the summary of one item. */
function mergeReasoning(content: readonly CodexAssistantPart[]): CodexAssistantPart[] {
  const summaries = new Map<string, Set<string>>()
  const merged = content.filter((part) => {
    if (part.type !== 'reasoning' || part.encryptedContent === undefined) return true
    const known = summaries.get(part.encryptedContent)
    const summary = known ?? new Set()
    for (const text of part.summary) summary.add(text)
    summaries.set(part.encryptedContent, summary)
    return known === undefined
  })
  return merged.map((part) => {
    if (part.type !== 'reasoning' || part.encryptedContent === undefined) return part
    return { ...part, summary: [...(summaries.get(part.encryptedContent) ?? [])] }
  })
}

interface AssistantContext {
  place: string
  tools: HistoryTools
  warnings: WarningCollector
}

function fromAssistant(content: readonly CodexAssistantPart[], context: AssistantContext): InputItem[] {
  const images: InputImage[] = []
  const items = mergeReasoning(content).flatMap((part): InputItem[] => {
    switch (part.type) {
      case 'text':
        return part.text === '' ? [] : [assistantMessage(part.text, part.phase)]
      case 'reasoning':
        return reasoningItem(part, context.warnings)
      case 'tool-call':
        assertCallId(part, `call of "${part.name}" (${context.place})`)
        return [toolCall(part, context)]
      case 'image':
      case 'file':
        images.push(...madeImage(part, context))
        return []
      case 'tool-search':
        return toolSearch(part, context)
      case 'opaque':
        return opaqueItem(part, context)
      case 'context-usage':
        return []
      default:
        throw unknownPart(part satisfies never, context.place)
    }
  })
  return images.length === 0 ? items : [...items, { type: 'message', role: 'user', content: images }]
}

/** The definitions are those of this call's tools, so that they need not be stored, and no stored one is trusted. */
function toolSearch(part: CodexToolSearchPart, { tools, warnings }: AssistantContext): InputItem[] {
  if (!tools.foundTools) {
    warnings.addOccurrence(
      'Tool searches are left out of the history of a call without a tool search',
      part.callId,
    )
    return []
  }
  const shared = { status: 'completed', call_id: part.callId, execution: 'client' } as const
  const given: unknown = JSON.parse(toJsonText(part.arguments ?? {}))
  return [
    { type: 'tool_search_call', ...shared, arguments: given },
    { type: 'tool_search_output', ...shared, tools: tools.foundTools(part.found) },
  ]
}

/** A history may have been edited: an item of another type is not sent. */
function opaqueItem({ item }: CodexOpaquePart, { warnings }: AssistantContext): InputItem[] {
  if (isOpaque(item)) return [item]
  warnings.addOccurrence('Items of unknown types are left out of the history', toJsonText(item.type))
  return []
}

/** Returns an image of the model in the form of a user's. A file that the backend would refuse must not end the conversation. */
function madeImage(part: CodexFilePart, { place, warnings }: AssistantContext): InputImage[] {
  try {
    const made = toInputFile(part, place, warnings)
    if (made.type === 'input_image') return [made]
  } catch (error) {
    if (!isRefusal(error)) throw error
  }
  warnings.addOccurrence(
    'Files in assistant messages are left out, unless they are images: the backend takes them from users and tools only',
  )
  return []
}

function assertCallId({ callId }: { callId: unknown }, what: string): void {
  if (typeof callId !== 'string') throw invalidPrompt(`The prompt has a ${what} without a toolCallId.`)
}

const toolOutput = (part: CodexToolResultPart, context: Parameters<typeof toOutput>[1]): OutputItem => ({
  type: 'function_call_output',
  call_id: part.callId,
  output: toOutput(part, context),
})

function reasoningItem(part: CodexReasoningPart, warnings: WarningCollector): InputItem[] {
  if (!part.encryptedContent) {
    warnings.addOccurrence(
      'Parts of reasoning without encrypted content of this provider are left out: the backend stores none',
    )
    return []
  }
  return [
    {
      type: 'reasoning',
      summary: part.summary.filter((text) => text !== '').map((text) => ({ type: 'summary_text', text })),
      content: null,
      encrypted_content: part.encryptedContent,
    },
  ]
}

const assistantMessage = (text: string, phase: string | undefined): InputItem => ({
  type: 'message',
  status: 'completed',
  role: 'assistant',
  content: [{ type: 'output_text', text, annotations: [], logprobs: [] }],
  ...(phase === undefined ? {} : { phase }),
})

function toolCall(part: CodexToolCallPart, { tools, warnings }: AssistantContext): CallItem {
  const { callId: call_id, name, input, namespace } = part
  const kind = tools.kindOf(name)
  const inNamespace = namespace === undefined ? {} : { namespace }
  const toText = (value: unknown): string => {
    const { text, isWhole } = toJson(value)
    if (!isWhole) {
      warnings.addOccurrence(
        'Inputs of tool calls with circular references or other values that JSON cannot express are sent with a note in their place',
        call_id,
      )
    }
    return text
  }
  if (kind === 'custom') {
    return {
      type: 'custom_tool_call',
      status: 'completed',
      call_id,
      name: tools.toWire(name),
      ...inNamespace,
      input: toCustomInput(input, toText),
    }
  }
  const action = kind === 'local-shell' ? toShellAction(input) : undefined
  if (action) return { type: 'local_shell_call', status: 'completed', call_id, action }
  return {
    type: 'function_call',
    status: 'completed',
    name: tools.toWire(name),
    arguments: toArguments(input, tools.wrapperOf(name), toText),
    call_id,
    ...inNamespace,
  }
}

import type {
  CodexAssistantPart,
  CodexMessage,
  CodexToolCallPart,
  CodexToolResultPart,
  CodexUserPart,
  CodexWarning,
} from './call.ts'
import { type InputFile, type InputImage, toInputFile } from './files.ts'

export interface InputText {
  type: 'input_text'
  text: string
}

export interface OutputText {
  type: 'output_text'
  text: string
  annotations: []
  logprobs: []
}

export type InputPart = InputText | InputImage | InputFile

/** One item of the request's `input` (codex-wire.md 3.4). Item ids are never sent: with `store: false` none is known. */
export type InputItem =
  | { type: 'message'; role: 'user' | 'developer'; content: InputPart[] }
  | { type: 'message'; status: 'completed'; role: 'assistant'; content: OutputText[]; phase?: string }
  | {
      type: 'reasoning'
      summary: Array<{ type: 'summary_text'; text: string }>
      content: null
      encrypted_content: string
    }
  | {
      type: 'function_call'
      status: 'completed'
      name: string
      arguments: string
      call_id: string
      namespace?: string
    }
  | { type: 'function_call_output'; call_id: string; output: string | InputPart[] }

/** A developer message with this text. */
export function developerMessage(text: string): InputItem {
  return { type: 'message', role: 'developer', content: [{ type: 'input_text', text }] }
}

/**
 * Turns a conversation (without the system messages at its start) into input items. A system message further on
 * becomes a developer message in place, since the backend refuses the system role.
 */
export function toInputItems(messages: readonly CodexMessage[]): {
  items: InputItem[]
  warnings: CodexWarning[]
} {
  const warnings: CodexWarning[] = []
  const items = messages.flatMap((message): InputItem[] => {
    switch (message.role) {
      case 'system':
        return message.text === '' ? [] : [developerMessage(message.text)]
      case 'user':
        return fromUser(message.content)
      case 'assistant':
        return message.content.flatMap((part) => fromAssistant(part, warnings))
      case 'tool':
        return message.content.map(fromToolResult)
      default:
        return message satisfies never
    }
  })
  return { items, warnings }
}

function fromUser(content: readonly CodexUserPart[]): InputItem[] {
  const parts = toInputParts(content)
  return parts.length === 0 ? [] : [{ type: 'message', role: 'user', content: parts }]
}

function toInputParts(content: readonly CodexUserPart[]): InputPart[] {
  return content.flatMap((part): InputPart[] => {
    if (part.type !== 'text') return [toInputFile(part)]
    return part.text === '' ? [] : [{ type: 'input_text', text: part.text }]
  })
}

function fromAssistant(part: CodexAssistantPart, warnings: CodexWarning[]): InputItem[] {
  switch (part.type) {
    case 'text':
      return part.text === '' ? [] : [assistantMessage(part.text, part.phase)]
    case 'reasoning':
      if (part.encryptedContent === undefined) {
        warnings.push({
          type: 'other',
          message:
            'A reasoning part without encrypted content of this provider is left out: the backend keeps none.',
        })
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
    case 'tool-call':
      return [functionCall(part)]
    case 'image':
    case 'file':
      warnings.push({
        type: 'other',
        message: 'A file in an assistant message is left out: the backend takes files from the user only.',
      })
      return []
    default:
      return part satisfies never
  }
}

function assistantMessage(text: string, phase: string | undefined): InputItem {
  return {
    type: 'message',
    status: 'completed',
    role: 'assistant',
    content: [{ type: 'output_text', text, annotations: [], logprobs: [] }],
    ...(phase === undefined ? {} : { phase }),
  }
}

function functionCall(part: CodexToolCallPart): InputItem {
  return {
    type: 'function_call',
    status: 'completed',
    name: part.name,
    arguments: typeof part.input === 'string' ? part.input : JSON.stringify(part.input ?? {}),
    call_id: part.callId,
    ...(part.namespace === undefined ? {} : { namespace: part.namespace }),
  }
}

function fromToolResult(part: CodexToolResultPart): InputItem {
  return { type: 'function_call_output', call_id: part.callId, output: toOutput(part.output) }
}

function toOutput(output: CodexToolResultPart['output']): string | InputPart[] {
  if (output.type === 'parts') return toInputParts(output.parts)
  // `undefined` (a tool that returns nothing) has no JSON form of its own.
  return typeof output.value === 'string' ? output.value : (JSON.stringify(output.value) ?? 'null')
}

import type { JsonObject } from '../lib/json.ts'
import type { ReasoningEffort } from '../models/efforts.ts'
import type { InputFile, InputImage } from './files.ts'
import type { FunctionTool, NamespaceTool } from './wire-tools.ts'

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

/** An item that only the backend reads; it goes back as it came. */
export interface OpaqueItem {
  type: (typeof OPAQUE_TYPES)[number]
  id?: unknown
}

const OPAQUE_TYPES = ['compaction', 'mcp_approval_request'] as const

/** True for an item that may go back as it came. */
export const isOpaque = (item: JsonObject): item is JsonObject & OpaqueItem =>
  OPAQUE_TYPES.some((type) => type === item.type)

/** A command for the local shell. */
export interface ShellAction {
  type: 'exec'
  command: string[]
  timeout_ms?: number
  user?: string
  working_directory?: string
  env: Record<string, string>
}

/** A change of the effort from here on. */
export interface ConfigurationUpdate {
  type: 'configuration_update'
  reasoning: { effort: ReasoningEffort }
}

export type CallItem =
  | {
      type: 'function_call'
      status: 'completed'
      name: string
      arguments: string
      call_id: string
      namespace?: string
    }
  | {
      type: 'custom_tool_call'
      status: 'completed'
      call_id: string
      name: string
      namespace?: string
      input: string
    }
  | { type: 'local_shell_call'; status: 'completed'; call_id: string; action: ShellAction }

export type OutputItem =
  | {
      type: 'function_call_output' | 'custom_tool_call_output'
      call_id: string
      output: string | InputPart[]
    }
  | { type: 'local_shell_call_output'; call_id: string; output: string }

/** A search for tools that we ran. */
export interface ToolSearchCall {
  type: 'tool_search_call'
  status: 'completed'
  call_id: string
  execution: 'client'
  arguments: unknown
}

/** What it found: from here on, the model may call these tools. */
export interface ToolSearchOutput {
  type: 'tool_search_output'
  status: 'completed'
  call_id: string
  execution: 'client'
  tools: Array<FunctionTool | NamespaceTool>
}

/**
 * One item of the request's `input` (docs/wire.md, Input items). Ids of items are never sent: with `store: false` the
 * backend knows none.
 */
export type InputItem =
  | { type: 'message'; role: 'user' | 'developer'; content: InputPart[] }
  | { type: 'message'; status: 'completed'; role: 'assistant'; content: OutputText[]; phase?: string }
  | {
      type: 'reasoning'
      summary: Array<{ type: 'summary_text'; text: string }>
      content: null
      encrypted_content: string
    }
  | CallItem
  | OutputItem
  | ToolSearchCall
  | ToolSearchOutput
  | OpaqueItem
  | ConfigurationUpdate

export function isCall(item: InputItem): item is CallItem {
  return item.type === 'function_call' || item.type === 'custom_tool_call' || item.type === 'local_shell_call'
}

export function isOutput(item: InputItem): item is OutputItem {
  return (
    item.type === 'function_call_output' ||
    item.type === 'custom_tool_call_output' ||
    item.type === 'local_shell_call_output'
  )
}

import type { CustomTool, HostedTool } from './hosted-tools.ts'

/** A function in the form of the backend. */
export interface FunctionTool {
  type: 'function'
  name: string
  description?: string
  strict: boolean
  /** Only on a function that a search found. */
  defer_loading?: true
  parameters: Record<string, unknown>
}

/** Functions that belong together, such as those of one MCP server. */
export interface NamespaceTool {
  type: 'namespace'
  name: string
  description: string
  tools: FunctionTool[]
}

/** The search for functions that the request leaves out; it runs on our side. */
export interface ToolSearchTool {
  type: 'tool_search'
  execution: 'client'
  description: string
  parameters: Record<string, unknown>
}

/** A tool in the form of the backend. */
export type WireTool = FunctionTool | CustomTool | HostedTool | NamespaceTool | ToolSearchTool

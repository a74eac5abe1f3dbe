import { InvalidArgumentError } from '@ai-sdk/provider'
import type { CodexOutput, CodexTool, CodexToolChoice, CodexWarning } from './call.ts'
import { closeObjects, strictObstacle, tidySchema, topObstacle } from './schema.ts'

/** A tool as the backend takes it. */
export interface FunctionTool {
  type: 'function'
  name: string
  description?: string
  strict: boolean
  parameters: Record<string, unknown>
}

export type ToolChoice = 'auto' | 'none' | 'required' | { type: 'function'; name: string }

/** The `text.format` of structured output. */
export interface JsonSchemaFormat {
  type: 'json_schema'
  name: string
  description?: string
  strict: boolean
  schema: Record<string, unknown>
}

/** What the backend takes for the name of a tool or a schema. */
const NAME = /^[A-Za-z0-9_-]{1,64}$/

const OBJECT = 'the object to generate'

/** Turns the caller's tools into the backend's; those of other providers are left out with a warning. */
export function toTools(
  tools: readonly CodexTool[],
  strictJsonSchema: boolean | undefined,
): { tools: FunctionTool[]; warnings: CodexWarning[] } {
  const warnings: CodexWarning[] = []
  const converted: FunctionTool[] = []
  for (const tool of tools) {
    if (tool.type === 'function') {
      converted.push(toFunctionTool(tool, tool.strict ?? strictJsonSchema))
    } else {
      const details = `The Codex backend does not take the tool ${tool.id}; it is left out.`
      warnings.push({ type: 'tool', toolName: tool.name, details })
    }
  }
  return { tools: converted, warnings }
}

function toFunctionTool(
  tool: CodexTool & { type: 'function' },
  strictWanted: boolean | undefined,
): FunctionTool {
  if (!NAME.test(tool.name)) {
    throw new InvalidArgumentError({
      argument: 'tools',
      message: `The tool name "${tool.name}" is not one that the backend takes: letters, digits, _ and -, 64 at most.`,
    })
  }
  const parameters = tidySchema(tool.schema)
  assertTop(parameters, 'tools', `the tool "${tool.name}"`)
  return {
    type: 'function',
    name: tool.name,
    ...(tool.description === undefined ? {} : { description: tool.description }),
    ...strictly(parameters, strictWanted, `the tool "${tool.name}"`, 'parameters'),
  }
}

function assertTop(schema: Record<string, unknown>, argument: string, owner: string): void {
  const obstacle = topObstacle(schema)
  if (obstacle === undefined) return
  throw new InvalidArgumentError({
    argument,
    message: `The Codex backend does not take the schema of ${owner}: ${obstacle}. Make it an object, with the rest as a property of it.`,
  })
}

/**
 * The schema with its `strict` flag under the given key. Strict when wanted, or when nobody said no and the schema
 * meets the strict rules; an optional property never becomes required by it.
 */
function strictly<Key extends 'parameters' | 'schema'>(
  schema: Record<string, unknown>,
  wanted: boolean | undefined,
  owner: string,
  key: Key,
): { strict: boolean } & Record<Key, Record<string, unknown>> {
  const result = (strict: boolean, value: Record<string, unknown>) =>
    ({ strict, [key]: value }) as { strict: boolean } & Record<Key, Record<string, unknown>>
  if (wanted === false) return result(false, schema)
  const candidate = wanted === true || key === 'schema' ? closeObjects(schema) : schema
  const obstacle = strictObstacle(candidate)
  if (wanted === true && obstacle) {
    throw new InvalidArgumentError({
      argument: key === 'schema' ? 'schema' : 'tools',
      message: `Strict mode was asked for, but the schema of ${owner} can't be strict because of ${obstacle}.`,
    })
  }
  return result(obstacle === undefined, candidate)
}

/** `tool_choice` as the caller asked; `auto`, with a warning, where the tool that it wants is not sent. */
export function toToolChoice(
  choice: CodexToolChoice,
  tools: readonly FunctionTool[],
): { value: ToolChoice; warnings: CodexWarning[] } {
  if (choice.type === 'auto' || choice.type === 'none') return { value: choice.type, warnings: [] }
  const name = choice.type === 'tool' ? choice.name : undefined
  if (tools.some((tool) => name === undefined || tool.name === name)) {
    return { value: name === undefined ? 'required' : { type: 'function', name }, warnings: [] }
  }
  const reason = name === undefined ? 'there is no tool to call' : `the tool "${name}" is not sent`
  const details = `toolChoice is left out: ${reason}.`
  return { value: 'auto', warnings: [{ type: 'setting', setting: 'toolChoice', details }] }
}

/** Structured output as the backend takes it; undefined for text, and for JSON without a schema. */
export function toOutputFormat(
  output: CodexOutput,
  strictJsonSchema: boolean | undefined,
): JsonSchemaFormat | undefined {
  if (output.type === 'text' || output.schema === undefined) return undefined
  const schema = tidySchema(output.schema)
  assertTop(schema, 'schema', OBJECT)
  const name = (output.name ?? '').replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 64) || 'response'
  return {
    type: 'json_schema',
    name,
    ...(output.description === undefined ? {} : { description: output.description }),
    ...strictly(schema, strictJsonSchema, OBJECT, 'schema'),
  }
}

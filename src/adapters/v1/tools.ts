import type { z } from 'zod/v3'
import { makeTool, type ToolName } from '../make-tool.ts'
import type {
  CodexToolExecution,
  CustomToolOptions,
  ImageGenerationOptions,
  LocalShellInput,
  ToolSearchInput,
  ToolSearchOptions,
  WebSearchOptions,
} from '../tool-options.ts'

/** A tool of the Codex backend, for the `tools` of `ai` 4. */
export interface CodexTool<ID extends `codex.${string}`, INPUT> {
  /** Marks a provider's tool for `ai` 4. */
  type: 'provider-defined'
  /** Identifies the tool, such as `codex.web_search`. */
  id: ID
  /** Arguments for the backend. */
  args: Record<string, unknown>
  /** Schema of the input of a call. */
  parameters: z.ZodType<INPUT>
}

/** A tool that runs in your process, with the function that runs it. */
export interface ExecutableCodexTool<ID extends `codex.${string}`, INPUT, RESULT>
  extends CodexTool<ID, INPUT> {
  /** Called by `ai` for each call of the tool. The result is sent to the model. */
  execute: (input: INPUT, options: CodexToolExecution) => PromiseLike<RESULT>
}

type Execute<INPUT, RESULT> = ExecutableCodexTool<`codex.${string}`, INPUT, RESULT>['execute']

/**
 * Tools that are built into the Codex backend. A call with invalid arguments rejects with an `InvalidArgumentError` that
 * names the tool and the argument.
 */
export interface CodexTools {
  /**
   * Lets the model search the web. Runs in the backend: there is no tool call to answer, and the answer has `sources`.
   *
   * @example
   * const { text, sources } = await generateText({ model, prompt, tools: { search: codex.tools.webSearch() } })
   */
  webSearch(options?: WebSearchOptions): CodexTool<'codex.web_search', Record<string, never>>
  /** Lets the model generate images. Runs in the backend; the answer has `files`. */
  imageGeneration(
    options?: ImageGenerationOptions,
  ): CodexTool<'codex.image_generation', Record<string, never>>
  /**
   * Lets the model search for tools that the request leaves out: those of `defer`. The search runs in your process, within
   * the answer; found tools are called under their own names.
   *
   * @see docs/many-tools.md
   *
   * @example
   * const tools = { ...(await mcp.tools()), search: codex.tools.toolSearch({ defer: true }) }
   */
  toolSearch(options?: ToolSearchOptions): CodexTool<'codex.tool_search', ToolSearchInput>
  /**
   * Lets the model run commands on your machine. `execute` runs one and returns its output; decide there what to allow.
   *
   * @example
   * codex.tools.localShell({ execute: async ({ action }) => runSandboxed(action.command) })
   */
  localShell<RESULT>(options: {
    execute: Execute<LocalShellInput, RESULT>
  }): ExecutableCodexTool<'codex.local_shell', LocalShellInput, RESULT>
  /** Without `execute`, the calls are returned in `toolCalls` for you to run. */
  localShell(options?: { execute?: undefined }): CodexTool<'codex.local_shell', LocalShellInput>
  /**
   * Defines a tool whose input is a string, free or matching a grammar, instead of JSON.
   *
   * @example
   * const format = { type: 'grammar', syntax: 'regex', definition: '[0-9]+' } as const
   * codex.tools.custom({ description: 'Dials a number.', format, execute: async (digits) => dial(digits) })
   */
  custom<RESULT>(
    options: CustomToolOptions & { execute: Execute<string, RESULT> },
  ): ExecutableCodexTool<'codex.custom', string, RESULT>
  /** Without `execute`, the calls are returned in `toolCalls` for you to run. */
  custom(options?: CustomToolOptions & { execute?: undefined }): CodexTool<'codex.custom', string>
}

const create = (name: ToolName) => (options?: object) =>
  makeTool(name, 'parameters', { type: 'provider-defined' }, options)

/** The tools of every provider for `ai` 4. */
export const codexTools = {
  webSearch: create('web_search'),
  imageGeneration: create('image_generation'),
  toolSearch: create('tool_search'),
  localShell: create('local_shell'),
  custom: create('custom'),
} as unknown as CodexTools

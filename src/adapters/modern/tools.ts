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

/** A tool of the Codex backend, without the fields that differ between versions. */
export interface BackendTool<ID extends `codex.${string}`, INPUT> {
  /** Identifies the tool, such as `codex.web_search`. */
  id: ID
  /** Arguments for the backend. */
  args: Record<string, unknown>
  /** Schema of the input of a call. */
  inputSchema: z.ZodType<INPUT>
}

/** A tool that runs in your process. */
export interface Executable<INPUT, RESULT> {
  /** Called by `ai` for each call of the tool. The result is sent to the model. */
  execute: (input: INPUT, options: CodexToolExecution) => PromiseLike<RESULT>
}

/**
 * Tools that are built into the Codex backend. A call with invalid arguments rejects with an `InvalidArgumentError` that
 * names the tool and the argument. `Hosted` marks tools that the backend runs, `Own` those that run in your process.
 */
export interface BackendTools<Hosted, Own> {
  /**
   * Lets the model search the web. Runs in the backend; the answer has `sources`.
   *
   * @example
   * const { text, sources } = await generateText({ model, prompt, tools: { search: codex.tools.webSearch() } })
   */
  webSearch(options?: WebSearchOptions): BackendTool<'codex.web_search', Record<string, never>> & Hosted
  /** Lets the model generate images. Runs in the backend; the answer has `files`. */
  imageGeneration(
    options?: ImageGenerationOptions,
  ): BackendTool<'codex.image_generation', Record<string, never>> & Hosted
  /**
   * Lets the model search for tools that the request leaves out: those with `providerOptions.codex.deferLoading`, or those of
   * `defer`. The search runs in your process, within the answer; found tools are called under their own names.
   *
   * @see docs/many-tools.md
   *
   * @example
   * const tools = { ...(await mcp.tools()), search: codex.tools.toolSearch({ defer: true }) }
   */
  toolSearch(options?: ToolSearchOptions): BackendTool<'codex.tool_search', ToolSearchInput> & Hosted
  /**
   * Lets the model run commands on your machine. `execute` runs one and returns its output; decide there what to allow.
   *
   * @example
   * codex.tools.localShell({ execute: async ({ action }) => runSandboxed(action.command) })
   */
  localShell<RESULT>(
    options: Executable<LocalShellInput, RESULT>,
  ): BackendTool<'codex.local_shell', LocalShellInput> & Own & Executable<LocalShellInput, RESULT>
  /** Without `execute`, the calls are returned in `toolCalls` for you to run. */
  localShell(options?: { execute?: undefined }): BackendTool<'codex.local_shell', LocalShellInput> & Own
  /**
   * Defines a tool whose input is a string, free or matching a grammar, instead of JSON.
   *
   * @example
   * const format = { type: 'grammar', syntax: 'regex', definition: '[0-9]+' } as const
   * codex.tools.custom({ description: 'Dials a number.', format, execute: async (digits) => dial(digits) })
   */
  custom<RESULT>(
    options: CustomToolOptions & Executable<string, RESULT>,
  ): BackendTool<'codex.custom', string> & Own & Executable<string, RESULT>
  /** Without `execute`, the calls are returned in `toolCalls` for you to run. */
  custom(options?: CustomToolOptions & { execute?: undefined }): BackendTool<'codex.custom', string> & Own
}

/** Creates the tools of a version; `fields` returns what the version expects of a tool of that name. */
export function createTools<Hosted extends object, Own extends object>(fields: {
  hosted(name: string): Hosted
  own(name: string): Own
}): BackendTools<Hosted, Own> {
  const hosted = (name: ToolName) => (options?: object) =>
    makeTool(name, 'inputSchema', fields.hosted(name), options)
  const own = (name: ToolName) => (options?: object) =>
    makeTool(name, 'inputSchema', fields.own(name), options)
  return {
    webSearch: hosted('web_search'),
    imageGeneration: hosted('image_generation'),
    toolSearch: hosted('tool_search'),
    localShell: own('local_shell'),
    custom: own('custom'),
  } as unknown as BackendTools<Hosted, Own>
}

import type { z } from 'zod/v3'
import {
  type CodexToolExecution,
  type CustomToolOptions,
  FORMS,
  type ImageGenerationOptions,
  type LocalShellInput,
  type WebSearchOptions,
} from '../tool-options.ts'

/** A tool of the Codex backend, for the `tools` of `ai` 4. */
export interface CodexTool<ID extends `codex.${string}`, INPUT> {
  /** How `ai` 4 knows a tool of a provider. */
  type: 'provider-defined'
  /** Which tool it is, such as `codex.web_search`. */
  id: ID
  /** What the backend is told. */
  args: Record<string, unknown>
  /** The form of the input of a call. */
  parameters: z.ZodType<INPUT>
}

/** A tool that runs in your process, and what runs it. */
export interface ExecutableCodexTool<ID extends `codex.${string}`, INPUT, RESULT>
  extends CodexTool<ID, INPUT> {
  /** Called by `ai` for each call of the tool; the result goes back to the model. */
  execute: (input: INPUT, options: CodexToolExecution) => PromiseLike<RESULT>
}

type Execute<INPUT, RESULT> = ExecutableCodexTool<`codex.${string}`, INPUT, RESULT>['execute']

/**
 * The tools that the Codex backend knows by itself. Wrong arguments are an `InvalidArgumentError` of the call that uses the
 * tool, which names tool and argument.
 */
export interface CodexTools {
  /**
   * Lets the model search the web. The backend runs it: no tool call reaches you, the answer has `sources`.
   *
   * @example
   * const { text, sources } = await generateText({ model, prompt, tools: { search: codex.tools.webSearch() } })
   */
  webSearch(options?: WebSearchOptions): CodexTool<'codex.web_search', Record<string, never>>
  /** Lets the model make images. The backend runs it: the answer has `files`. */
  imageGeneration(
    options?: ImageGenerationOptions,
  ): CodexTool<'codex.image_generation', Record<string, never>>
  /**
   * Lets the model run commands on your machine: `execute` runs one and gives what it said. Mind what you allow.
   *
   * @example
   * codex.tools.localShell({ execute: async ({ action }) => runSandboxed(action.command) })
   */
  localShell<RESULT>(options: {
    execute: Execute<LocalShellInput, RESULT>
  }): ExecutableCodexTool<'codex.local_shell', LocalShellInput, RESULT>
  /** Without `execute` the calls reach you in `toolCalls`, for you to run. */
  localShell(options?: { execute?: undefined }): CodexTool<'codex.local_shell', LocalShellInput>
  /**
   * A tool whose input is a text, free or bound by a grammar, and no JSON.
   *
   * @example
   * const format = { type: 'grammar', syntax: 'regex', definition: '[0-9]+' } as const
   * codex.tools.custom({ description: 'Dials a number.', format, execute: async (digits) => dial(digits) })
   */
  custom<RESULT>(
    options: CustomToolOptions & { execute: Execute<string, RESULT> },
  ): ExecutableCodexTool<'codex.custom', string, RESULT>
  /** Without `execute` the calls reach you in `toolCalls`, for you to answer. */
  custom(options?: CustomToolOptions & { execute?: undefined }): CodexTool<'codex.custom', string>
}

function makeTool(
  name: string,
  form: () => z.ZodTypeAny,
  options: Readonly<Record<string, unknown>> = {},
): unknown {
  const { execute, ...args } = options
  let parameters: z.ZodTypeAny | undefined
  return {
    type: 'provider-defined',
    id: `codex.${name}`,
    args,
    get parameters() {
      parameters ??= form()
      return parameters
    },
    ...(execute === undefined ? {} : { execute }),
  }
}

/** The hosted tools, the same for every provider. */
export const codexTools: CodexTools = {
  webSearch: (options?: WebSearchOptions) =>
    makeTool('web_search', FORMS.none, { ...options }) as CodexTool<
      'codex.web_search',
      Record<string, never>
    >,
  imageGeneration: (options?: ImageGenerationOptions) =>
    makeTool('image_generation', FORMS.none, { ...options }) as CodexTool<
      'codex.image_generation',
      Record<string, never>
    >,
  localShell: ((options?: object) =>
    makeTool('local_shell', FORMS.shell, { ...options })) as CodexTools['localShell'],
  custom: ((options?: object) => makeTool('custom', FORMS.text, { ...options })) as CodexTools['custom'],
}

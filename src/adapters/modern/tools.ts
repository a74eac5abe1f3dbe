import type { z } from 'zod/v3'
import {
  type CodexToolExecution,
  type CustomToolOptions,
  FORMS,
  type ImageGenerationOptions,
  type LocalShellInput,
  type WebSearchOptions,
} from '../tool-options.ts'

/** A tool of the Codex backend, but for what a version calls it. */
export interface BlockTool<ID extends `codex.${string}`, INPUT> {
  /** Which tool it is, such as `codex.web_search`. */
  id: ID
  /** What the backend is told. */
  args: Record<string, unknown>
  /** The form of the input of a call. */
  inputSchema: z.ZodType<INPUT>
}

/** What runs a tool in your process. */
export interface Executable<INPUT, RESULT> {
  /** Called by `ai` for each call of the tool; the result goes back to the model. */
  execute: (input: INPUT, options: CodexToolExecution) => PromiseLike<RESULT>
}

/**
 * The tools that the Codex backend knows by itself. Wrong arguments are an `InvalidArgumentError` of the call that uses the
 * tool, which names tool and argument. `Hosted` marks those that the backend runs, `Own` those that you run.
 */
export interface BlockTools<Hosted, Own> {
  /**
   * Lets the model search the web. The backend runs it: the answer has `sources`.
   *
   * @example
   * const { text, sources } = await generateText({ model, prompt, tools: { search: codex.tools.webSearch() } })
   */
  webSearch(options?: WebSearchOptions): BlockTool<'codex.web_search', Record<string, never>> & Hosted
  /** Lets the model make images. The backend runs it: the answer has `files`. */
  imageGeneration(
    options?: ImageGenerationOptions,
  ): BlockTool<'codex.image_generation', Record<string, never>> & Hosted
  /**
   * Lets the model run commands on your machine: `execute` runs one and gives what it said. Mind what you allow.
   *
   * @example
   * codex.tools.localShell({ execute: async ({ action }) => runSandboxed(action.command) })
   */
  localShell<RESULT>(
    options: Executable<LocalShellInput, RESULT>,
  ): BlockTool<'codex.local_shell', LocalShellInput> & Own & Executable<LocalShellInput, RESULT>
  /** Without `execute` the calls reach you in `toolCalls`, for you to run. */
  localShell(options?: { execute?: undefined }): BlockTool<'codex.local_shell', LocalShellInput> & Own
  /**
   * A tool whose input is a text, free or bound by a grammar, and no JSON.
   *
   * @example
   * const format = { type: 'grammar', syntax: 'regex', definition: '[0-9]+' } as const
   * codex.tools.custom({ description: 'Dials a number.', format, execute: async (digits) => dial(digits) })
   */
  custom<RESULT>(
    options: CustomToolOptions & Executable<string, RESULT>,
  ): BlockTool<'codex.custom', string> & Own & Executable<string, RESULT>
  /** Without `execute` the calls reach you in `toolCalls`, for you to answer. */
  custom(options?: CustomToolOptions & { execute?: undefined }): BlockTool<'codex.custom', string> & Own
}

type Options = Readonly<Record<string, unknown>>

/** Makes the tools of a version; `mark` gives what it calls the tool of that name. */
export function createTools<Hosted, Own>(mark: {
  hosted(name: string): Hosted
  own(name: string): Own
}): BlockTools<Hosted, Own> {
  const hosted = (name: string) => (options?: Options) =>
    makeTool(name, FORMS.none, mark.hosted(name), options)
  const own = (name: string, form: () => z.ZodTypeAny) => (options?: Options) =>
    makeTool(name, form, mark.own(name), options)
  return {
    webSearch: hosted('web_search'),
    imageGeneration: hosted('image_generation'),
    localShell: own('local_shell', FORMS.shell),
    custom: own('custom', FORMS.text),
  } as unknown as BlockTools<Hosted, Own>
}

function makeTool(name: string, form: () => z.ZodTypeAny, mark: unknown, options: Options = {}) {
  const { execute, ...args } = options
  let inputSchema: z.ZodTypeAny | undefined
  return {
    ...(mark as object),
    id: `codex.${name}`,
    args,
    get inputSchema() {
      inputSchema ??= form()
      return inputSchema
    },
    ...(execute === undefined ? {} : { execute }),
  }
}

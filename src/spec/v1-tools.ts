import { z } from 'zod/v3'

/** What `ai` tells a tool's `execute` besides the input. */
export interface CodexToolExecution {
  toolCallId: string
  messages: unknown[]
  abortSignal?: AbortSignal
}

/** A tool of the Codex backend, for the `tools` of `ai` 4. */
export interface CodexTool<ID extends `codex.${string}`, INPUT> {
  type: 'provider-defined'
  id: ID
  /** What the backend is told. */
  args: Record<string, unknown>
  /** The form of the input of a call. */
  parameters: z.ZodType<INPUT>
}

/** A tool that runs in your process, and what runs it. */
export interface ExecutableCodexTool<ID extends `codex.${string}`, INPUT, RESULT>
  extends CodexTool<ID, INPUT> {
  execute: (input: INPUT, options: CodexToolExecution) => PromiseLike<RESULT>
}

/** Where the user of a web search is, roughly. */
export interface WebSearchLocation {
  /** Default: `approximate`, the only kind. */
  type?: 'approximate'
  /** Two letters, such as `NO`. */
  country?: string
  region?: string
  city?: string
  /** Such as `Europe/Oslo`. */
  timezone?: string
}

/** Options of `tools.webSearch`; what is not given is the backend's to choose. */
export interface WebSearchOptions {
  /** May it read the live web? False: an index that was made before. */
  externalWebAccess?: boolean
  /** What it may bring to the model. */
  searchContentTypes?: Array<'text' | 'image'>
  /** How much of what it finds the model reads. */
  searchContextSize?: 'low' | 'medium' | 'high'
  userLocation?: WebSearchLocation
  /** Only these domains and what lies under them, such as `example.com`. */
  filters?: { allowedDomains?: string[] }
}

/** Options of `tools.imageGeneration`; what is not given is the backend's to choose. */
export interface ImageGenerationOptions {
  background?: 'auto' | 'opaque' | 'transparent'
  /** How closely it keeps to the images of the prompt. */
  inputFidelity?: 'low' | 'high'
  /** The part of the image to change. `imageUrl` may be a data URL. */
  inputImageMask?: { fileId?: string; imageUrl?: string }
  /** The image model. */
  model?: string
  moderation?: 'auto' | 'low'
  /** Percent, 0 to 100. */
  outputCompression?: number
  outputFormat?: 'png' | 'jpeg' | 'webp'
  /** How many unfinished images come before the finished one, 0 to 3; they are not told. */
  partialImages?: number
  quality?: 'auto' | 'low' | 'medium' | 'high'
  /** `auto`, or pixels such as `1024x1536`. */
  size?: 'auto' | '1024x1024' | '1024x1536' | '1536x1024' | (string & {})
}

/** A command that the model wants to run. */
export interface LocalShellInput {
  action: {
    type: 'exec'
    /** The program and its arguments. */
    command: string[]
    /** Milliseconds. */
    timeoutMs?: number | null
    user?: string | null
    workingDirectory?: string | null
    env?: Record<string, string> | null
  }
}

/** Options of `tools.custom`. */
export interface CustomToolOptions {
  /** The name that the model sees. Default: the tool's name among the call's `tools`. */
  name?: string
  description?: string
  /** What the input may be. Default: any text. */
  format?: { type: 'text' } | { type: 'grammar'; syntax: 'lark' | 'regex'; definition: string }
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
  custom(options?: CustomToolOptions & { execute?: undefined }): CodexTool<'codex.custom', string>
}

// Built at first use, so that importing the entry does no work.
const FORMS = {
  none: () => z.object({}),
  text: () => z.string(),
  shell: () =>
    z.object({
      action: z.object({
        type: z.literal('exec'),
        command: z.array(z.string()),
        timeoutMs: z.number().nullish(),
        user: z.string().nullish(),
        workingDirectory: z.string().nullish(),
        env: z.record(z.string()).nullish(),
      }),
    }),
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

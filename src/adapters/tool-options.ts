/** Second argument that `ai` passes to a tool's `execute`. */
export interface CodexToolExecution {
  /** The id of the call that the result answers. */
  toolCallId: string
  /** The messages that the model answered with the call. */
  messages: unknown[]
  /** Aborted when the call of `ai` that waits for the result is aborted. */
  abortSignal?: AbortSignal
}

/** Approximate location of the user of a web search. */
export interface WebSearchLocation {
  /** @default 'approximate' (the only kind) */
  type?: 'approximate'
  /** ISO 3166-1 code of two letters, such as `NO`. */
  country?: string
  /** Free text, such as `Vestland`. */
  region?: string
  /** Free text, such as `Bergen`. */
  city?: string
  /** IANA time zone, such as `Europe/Oslo`. */
  timezone?: string
}

/** Options of `tools.webSearch`. The backend chooses whatever is not set. */
export interface WebSearchOptions {
  /** True to read the live web, false to search a prebuilt index only. */
  externalWebAccess?: boolean
  /** Kinds of results to return to the model. */
  searchContentTypes?: Array<'text' | 'image'>
  /** How much of each result the model reads. */
  searchContextSize?: 'low' | 'medium' | 'high'
  /** Prefers results that are near this location, or meant for it. */
  userLocation?: WebSearchLocation
  /** Restricts the search to these domains, or keeps it from them; subdomains are included, as in `example.com`. */
  filters?: { allowedDomains?: string[]; blockedDomains?: string[] }
}

/** Options of `tools.imageGeneration`. The backend chooses whatever is not set. */
export interface ImageGenerationOptions {
  /** The background; `transparent` needs an `outputFormat` that supports it. */
  background?: 'auto' | 'opaque' | 'transparent'
  /** How closely to follow the images of the prompt. */
  inputFidelity?: 'low' | 'high'
  /** Mask of the area to change. `imageUrl` may be a data URL. */
  inputImageMask?: { fileId?: string; imageUrl?: string }
  /** The image model. */
  model?: string
  /** How strictly images are moderated; `low` refuses fewer. */
  moderation?: 'auto' | 'low'
  /** Compression level of `jpeg` and `webp`, in percent (0 to 100). */
  outputCompression?: number
  /** File format of the images. */
  outputFormat?: 'png' | 'jpeg' | 'webp'
  /** Number of previews before the finished image, 0 to 3. */
  partialImages?: number
  /** Rendering quality; higher takes longer. */
  quality?: 'auto' | 'low' | 'medium' | 'high'
  /** `auto`, or width x height in pixels, such as `1024x1536`. */
  size?: 'auto' | '1024x1024' | '1024x1536' | '1536x1024' | (string & {})
}

/** A deferred tool, as a search of yours sees it. */
export interface DeferredTool {
  /** The tool's key in the `tools` of the call. */
  name: string
  /** Absent where the tool has none. */
  description?: string | undefined
  /** Absent where the tool is in none. */
  namespace?: string | undefined
  /** The names of its arguments. */
  parameters: readonly string[]
}

/** Options of `tools.toolSearch`. */
export interface ToolSearchOptions {
  /**
   * Tools to defer: all functions, those of these names, or those for whose name the function returns true. `deferLoading` of
   * a tool takes precedence.
   *
   * @default false: those with `deferLoading`
   */
  defer?: boolean | readonly string[] | ((name: string) => boolean)
  /**
   * Finds tools, best first, and returns their names. Unknown names are ignored. If it throws, rejects or takes longer than
   * `timeouts.idle`, the model finds nothing, and the result of the call says why.
   *
   * @default a ranking by the words of names, namespaces, arguments and descriptions
   */
  search?: (request: {
    /** What the model looks for. */
    query: string
    /** The arguments of the call, as the model wrote them. */
    arguments: unknown
    /** All tools that can be found. */
    tools: readonly DeferredTool[]
    maxResults: number
    /** Aborted with the call. */
    abortSignal: AbortSignal
  }) => readonly string[] | PromiseLike<readonly string[]>
  /**
   * Tools that one search loads at most, 1 to 100.
   *
   * @default 8
   */
  maxResults?: number
  /**
   * Tells the model what the search is for. The namespaces, and the names of other tools, are added to it.
   *
   * @default a short text of the provider
   */
  description?: string
  /**
   * Describes namespaces to the model, by their names.
   *
   * @default the description in the tool's own `namespace` option, else a short text with the name
   */
  namespaces?: Readonly<Record<string, string>>
}

/** Input of a tool search. */
export interface ToolSearchInput {
  /** As the model wrote them: an object with a `query`. */
  arguments?: unknown
  call_id?: string | null | undefined
}

/** A command that the model wants to run. */
export interface LocalShellInput {
  /** What to run. Fields that are null or absent are up to you. */
  action: {
    type: 'exec'
    /** The program and its arguments. */
    command: string[]
    /** Time limit in milliseconds. */
    timeoutMs?: number | null
    /** System user to run it as. */
    user?: string | null
    /** Directory to run it in. */
    workingDirectory?: string | null
    /** Environment variables to set. */
    env?: Record<string, string> | null
  }
}

/** Options of `tools.custom`. */
export interface CustomToolOptions {
  /**
   * Name that the model sees.
   *
   * @default the tool's key in the `tools` of the call
   */
  name?: string
  /**
   * Describes the tool to the model.
   *
   * @default none
   */
  description?: string
  /**
   * Format of the input: free text, or text that matches a grammar.
   *
   * @default { type: 'text' }
   */
  format?: { type: 'text' } | { type: 'grammar'; syntax: 'lark' | 'regex'; definition: string }
}

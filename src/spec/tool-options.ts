import { z } from 'zod/v3'

/** What `ai` tells a tool's `execute` besides the input. */
export interface CodexToolExecution {
  toolCallId: string
  messages: unknown[]
  abortSignal?: AbortSignal
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

// Built at first use, so that importing an entry does no work.
export const FORMS = {
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

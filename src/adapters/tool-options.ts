import { z } from 'zod/v3'

/** What `ai` tells a tool's `execute` besides the input. */
export interface CodexToolExecution {
  /** The id of the call that the result will answer. */
  toolCallId: string
  /** The messages that the model answered with the call. */
  messages: unknown[]
  /** Aborts with the call of `ai` that waits for the result. */
  abortSignal?: AbortSignal
}

/** Where the user of a web search is, roughly. */
export interface WebSearchLocation {
  /** Default: `approximate`, the only kind. */
  type?: 'approximate'
  /** Two letters, such as `NO`. */
  country?: string
  /** Such as `Vestland`. */
  region?: string
  /** Such as `Bergen`. */
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
  /** Brings what is near, or meant for there. */
  userLocation?: WebSearchLocation
  /** Only these domains and what lies under them, such as `example.com`. */
  filters?: { allowedDomains?: string[] }
}

/** Options of `tools.imageGeneration`; what is not given is the backend's to choose. */
export interface ImageGenerationOptions {
  /** What is behind the motif; `transparent` needs an `outputFormat` that can be. */
  background?: 'auto' | 'opaque' | 'transparent'
  /** How closely it keeps to the images of the prompt. */
  inputFidelity?: 'low' | 'high'
  /** The part of the image to change. `imageUrl` may be a data URL. */
  inputImageMask?: { fileId?: string; imageUrl?: string }
  /** The image model. */
  model?: string
  /** How strictly images are screened; `low` refuses less. */
  moderation?: 'auto' | 'low'
  /** Of `jpeg` and `webp`: percent, 0 to 100. */
  outputCompression?: number
  /** The file format of the images. */
  outputFormat?: 'png' | 'jpeg' | 'webp'
  /** How many unfinished images come before the finished one, 0 to 3; they are not told. */
  partialImages?: number
  /** How finely an image is worked out: more takes longer. */
  quality?: 'auto' | 'low' | 'medium' | 'high'
  /** `auto`, or pixels such as `1024x1536`. */
  size?: 'auto' | '1024x1024' | '1024x1536' | '1536x1024' | (string & {})
}

/** A command that the model wants to run. */
export interface LocalShellInput {
  /** What to run, and how; what is null or absent is yours to choose. */
  action: {
    type: 'exec'
    /** The program and its arguments. */
    command: string[]
    /** Milliseconds. */
    timeoutMs?: number | null
    /** The user of the system to run it as. */
    user?: string | null
    /** The folder to run it in. */
    workingDirectory?: string | null
    /** Environment variables to set for it. */
    env?: Record<string, string> | null
  }
}

/** Options of `tools.custom`. */
export interface CustomToolOptions {
  /** The name that the model sees. Default: the tool's name among the call's `tools`. */
  name?: string
  /** Tells the model what the tool is for. Default: nothing. */
  description?: string
  /** What the input may be. Default: any text. */
  format?: { type: 'text' } | { type: 'grammar'; syntax: 'lark' | 'regex'; definition: string }
}

// Built at first use: most apps ask for none of them.
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

import type { CodexFilePart } from '../request/call.ts'
import type { WarningCollector } from '../request/warnings.ts'

/** A call for images in a form of its own, the same for all versions of the AI SDK. */
export interface CodexImageCall {
  /** Collects what is left out or changed on the way to the backend. */
  readonly warnings: WarningCollector
  readonly prompt: string | undefined
  /** How many images are wanted. */
  readonly n: number
  /** `<width>x<height>` */
  readonly size: string | undefined
  /** `<width>:<height>` */
  readonly aspectRatio: string | undefined
  readonly seed: number | undefined
  /** Images to edit, or to draw from. */
  readonly files: readonly CodexImageFile[]
  /** Its transparent pixels are the ones to draw. */
  readonly mask: CodexImageFile | undefined
  /** `providerOptions`, by provider. */
  readonly providerOptions: Readonly<Record<string, unknown>> | undefined
  readonly headers: Readonly<Record<string, string | undefined>> | undefined
  readonly signal: AbortSignal | undefined
}

/** Data or address of an image. */
export type CodexImageFile = Pick<CodexFilePart, 'data' | 'mediaType'>

/** Images that a call gave. */
export interface CodexImages {
  readonly images: readonly CodexImage[]
  /** Tokens of all its requests; undefined where the backend does not report them. */
  readonly usage: CodexImageUsage
  /** Model that answered, as the backend names it. */
  readonly model: string | undefined
  /** When the first request was sent. */
  readonly sentAt: Date
  /** Headers of the last response. */
  readonly responseHeaders: Record<string, string>
}

/** Counts of tokens; undefined where the backend does not report them. */
export interface CodexImageUsage {
  readonly inputTokens: number | undefined
  readonly outputTokens: number | undefined
  readonly totalTokens: number | undefined
}

/** One image, with what the backend says of it. */
export interface CodexImage {
  readonly base64: string
  readonly revisedPrompt: string | undefined
  readonly size: string | undefined
  readonly quality: string | undefined
  readonly background: string | undefined
  readonly outputFormat: string | undefined
}

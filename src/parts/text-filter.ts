/** Rewrites text that comes in pieces, wherever it is cut. */
export interface TextFilter {
  /** Returns what can be emitted so far. */
  push(text: string): string
  /** Returns what was held back until the end; empty when called again. */
  end(): string
}

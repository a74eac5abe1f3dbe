/** Rewrites a text that comes in pieces; where the pieces are cut makes no difference. */
export interface TextFilter {
  /** What can be said by now. */
  push(text: string): string
  /** What was held back until the end was known; nothing when asked again. */
  end(): string
}

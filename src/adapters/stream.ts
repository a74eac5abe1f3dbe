import type { CodexAnswer } from '../core/provider.ts'
import type { CodexPart } from '../parts/part.ts'

/** Translates one part of an answer into a version's stream parts: none, one, or several. */
export type Translate<Part> = (part: CodexPart, emit: (part: Part) => void) => void

/** The parts of an answer as a stream that reads only on demand. */
export function toStream<Part>(
  answer: Pick<CodexAnswer, 'next' | 'cancel'>,
  translate: Translate<Part>,
  first: readonly Part[] = [],
): ReadableStream<Part> {
  return new ReadableStream<Part>(
    {
      start(controller) {
        for (const part of first) controller.enqueue(part)
      },
      async pull(controller) {
        let isSatisfied = false
        const emit = (part: Part) => {
          controller.enqueue(part)
          isSatisfied = true
        }
        // A version may have no form for any part of a batch, but a pull must enqueue something or close.
        while (!isSatisfied) {
          const parts = await answer.next()
          if (parts === undefined) return controller.close()
          for (const part of parts) translate(part, emit)
          if (isLast(parts.at(-1))) return controller.close()
        }
      },
      cancel: (reason) => answer.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}

/** True for the part that ends every answer. */
const isLast = (part: CodexPart | undefined): boolean => part?.type === 'finish' || part?.type === 'failure'

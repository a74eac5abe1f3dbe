import type { CodexAnswer } from '../core/provider.ts'
import type { CodexPart } from '../parts/part.ts'

/** Says what one part of an answer is in a version's words: nothing, one part, or several. */
export type Translate<Part> = (part: CodexPart, emit: (part: Part) => void) => void

/** The parts of an answer as a stream that reads on only as its consumer asks. */
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
        // A batch may hold only parts that a version has no word for; a pull must give something or end.
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

/** Nothing follows it. */
const isLast = (part: CodexPart | undefined): boolean => part?.type === 'finish' || part?.type === 'failure'

import type { CodexAnswer } from '../core/provider.ts'
import { applyCorrections } from '../parts/corrections.ts'
import type { CodexPart } from '../parts/part.ts'

/** Reads an answer to its end: all of its parts, with each text as the backend last stated it. */
export async function readWhole(answer: Pick<CodexAnswer, 'next'>): Promise<readonly CodexPart[]> {
  const all: CodexPart[] = []
  // A batch has no upper limit, and a spread of it would be one argument for each part.
  for (let parts = await answer.next(); parts !== undefined; parts = await answer.next())
    for (const part of parts) all.push(part)
  return applyCorrections(all)
}

import type { CodexAnswer } from '../core/provider.ts'
import { applyCorrections } from '../parts/corrections.ts'
import type { CodexPart } from '../parts/part.ts'

/** All parts of an answer, with its texts as the backend told them last: `doGenerate` is `doStream` collected, but for that. */
export async function readWhole(answer: Pick<CodexAnswer, 'next'>): Promise<readonly CodexPart[]> {
  const all: CodexPart[] = []
  for (let parts = await answer.next(); parts !== undefined; parts = await answer.next()) all.push(...parts)
  return applyCorrections(all)
}

import type { CodexPart } from '../parts/part.ts'

/** What the end of an answer tells besides what the answer said itself. */
export interface FinishContext {
  modelId: string
  sessionId: string
  responseHeaders: Readonly<Record<string, string>>
}

type Value = string | number | boolean

/** Only what is known. */
export const known = (values: Readonly<Record<string, Value | undefined>>): Record<string, Value> =>
  Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, Value] => entry[1] !== undefined),
  )

/** `providerMetadata.codex` of the whole answer, but for what a version's usage tells. */
export function finishMetadata(
  { info, rateLimits, endTurn }: Extract<CodexPart, { type: 'finish' }>,
  { modelId, sessionId, responseHeaders }: FinishContext,
): Record<string, Value> {
  const plan = rateLimits?.plan_type
  return known({
    responseId: info.id,
    sessionId,
    model: info.model ?? modelId,
    serviceTier: info.serviceTier,
    planType: responseHeaders['x-codex-plan-type'] ?? (typeof plan === 'string' ? plan : undefined),
    endTurn,
  })
}

import { headerLimits, mergeLimits } from '../events/rate-limits.ts'
import type { JsonValue } from '../lib/json.ts'
import type { CodexPart } from '../parts/part.ts'

/** What the end of an answer tells besides what the answer said itself. */
export interface FinishContext {
  modelId: string
  sessionId: string
  responseHeaders: Readonly<Record<string, string>>
  /** When they came, in milliseconds since 1970. */
  receivedAt: number
}

/** Only what is known. */
export const known = <Value extends JsonValue>(
  values: Readonly<Record<string, Value | undefined>>,
): Record<string, Value> =>
  Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, Value] => entry[1] !== undefined),
  )

/** `providerMetadata.codex` of the whole answer, but for what a version's usage tells. */
export function finishMetadata(
  { info, rateLimits, endTurn }: Extract<CodexPart, { type: 'finish' }>,
  { modelId, sessionId, responseHeaders, receivedAt }: FinishContext,
): Record<string, JsonValue> {
  const limits = mergeLimits(headerLimits(responseHeaders, receivedAt), rateLimits)
  return known<JsonValue>({
    responseId: info.id,
    sessionId,
    model: info.model ?? modelId,
    serviceTier: info.serviceTier,
    planType: limits?.planType,
    // A `Date` becomes its ISO text.
    rateLimits: limits && (JSON.parse(JSON.stringify(limits)) as JsonValue),
    endTurn,
  })
}

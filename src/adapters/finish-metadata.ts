import type { CodexAnswer, CompactionInfo } from '../core/send-call.ts'
import { headerLimits, mergeLimits } from '../events/rate-limits.ts'
import { type JsonValue, omitUndefined } from '../lib/json.ts'
import type { CodexPart } from '../parts/part.ts'

/** Facts about a call that its answer does not contain. */
export interface FinishContext {
  /** Key of our provider metadata. */
  key: string
  modelId: string
  sessionId: string
  responseHeaders: Readonly<Record<string, string>>
  sent?: CodexAnswer['sent']
  compaction?: CodexAnswer['compaction']
  /** Arrival of the response headers, in milliseconds since 1970. */
  receivedAt: number
}

/** The fields that have a value. */
export const definedFields = <Value extends JsonValue>(
  values: Readonly<Record<string, Value | undefined>>,
): Record<string, Value> => omitUndefined(values) as Record<string, Value>

/** What is told of a compaction. */
export const compactionMetadata = ({
  model,
  responseId,
  usage,
}: CompactionInfo): { [key: string]: JsonValue } =>
  definedFields<JsonValue>({
    model,
    responseId,
    inputTokens: usage.inputTokens,
    cachedInputTokens: usage.cachedInputTokens,
    outputTokens: usage.outputTokens,
    totalTokens: usage.totalTokens,
  })

/** `providerMetadata.codex` of the whole answer, without the token counts that a version's usage already holds. */
export function finishMetadata(
  { info, rateLimits, endTurn }: Extract<CodexPart, { type: 'finish' }>,
  { modelId, sessionId, responseHeaders, sent, compaction, receivedAt }: FinishContext,
): Record<string, JsonValue> {
  const limits = mergeLimits(headerLimits(responseHeaders, receivedAt), rateLimits)
  return definedFields<JsonValue>({
    responseId: info.id,
    sessionId,
    model: info.model ?? modelId,
    serviceTier: info.serviceTier,
    planType: limits?.planType,
    // Metadata is JSON: a `Date` becomes its ISO string.
    rateLimits: limits && (JSON.parse(JSON.stringify(limits)) as JsonValue),
    endTurn,
    compaction: compaction && compactionMetadata(compaction),
    transport: sent?.transport,
    sentBytes: sent?.bytes,
  })
}

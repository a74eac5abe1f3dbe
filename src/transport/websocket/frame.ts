import type { CodexRequestBody } from '../../request/body.ts'
import { COMPACTION_FEATURE } from '../../request/headers.ts'
import type { Continuation } from './continuation.ts'

/** Names of the protocol that differ from HTTP. */
const BETA = 'responses_websockets=2026-02-06'
const LITE_HEADER = 'x-openai-internal-codex-responses-lite'
const LITE_METADATA = 'ws_request_header_x_openai_internal_codex_responses_lite'
export const TURN_STATE = 'x-codex-turn-state'

/** Headers of a request over HTTP that are not part of an opening. */
const REQUEST_HEADERS = new Set([
  'accept',
  'accept-encoding',
  'content-type',
  'content-encoding',
  'openai-beta',
  LITE_HEADER,
  TURN_STATE,
])

/**
 * Returns the headers that open a socket for a request, with lower-case names. They hold for all its requests, so a
 * compaction that may come is announced with them.
 */
export function openingHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const own = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => !REQUEST_HEADERS.has(name))
  return { ...COMPACTION_FEATURE, ...Object.fromEntries(own), 'openai-beta': BETA }
}

/**
 * Returns the message that asks for a response: the body, with the headers of the single request as metadata.
 *
 * @param continuation what to send in place of the whole input
 * @see docs/wire.md, WebSocket
 */
export function toFrame(
  { model, stream, input, ...rest }: CodexRequestBody,
  headers: Readonly<Record<string, string>>,
  continuation: Continuation | undefined,
): string {
  const metadata: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (name.toLowerCase() === LITE_HEADER) metadata[LITE_METADATA] = value
    if (name.toLowerCase() === TURN_STATE) metadata[TURN_STATE] = value
  }
  return JSON.stringify({
    type: 'response.create',
    model,
    stream,
    ...(continuation && { previous_response_id: continuation.previousResponseId }),
    input: continuation?.input ?? input,
    ...rest,
    ...(Object.keys(metadata).length > 0 && { client_metadata: metadata }),
  })
}

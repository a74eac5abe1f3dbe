import type { APICallError } from '@ai-sdk/provider'
import type { CodexTokens } from '../auth/tokens.ts'
import { mergeHeaders } from '../request/headers.ts'
import { responseError } from '../transport/failures/errors.ts'
import { getJson, type JsonAnswer } from '../transport/http/get-json.ts'
import { type Client, loginHeaders, secretsOf } from './client.ts'

/**
 * Sends one `GET` with these tokens.
 *
 * @returns its answer, whatever its status.
 * @throws APICallError where none came; the signal's reason.
 */
export function getFromBackend(
  client: Client,
  tokens: CodexTokens,
  request: {
    url: string
    headers?: Record<string, string>
    signal: AbortSignal | undefined
    /** @default `timeouts.response` */
    responseTimeoutMs?: number
  },
): Promise<JsonAnswer> {
  const { route, settings, resolved, identity, fetch } = client
  const { url, signal, responseTimeoutMs = resolved.timeouts.response } = request
  const ours = { ...route.headers.base(loginHeaders(client, tokens), identity), ...request.headers }
  const headers = mergeHeaders(ours, settings.headers)
  const secrets = secretsOf(tokens)
  return getJson({ url, headers, secrets, api: route.api, signal, responseTimeoutMs }, fetch)
}

/** The error of an answer that is not the wanted one. */
export const answerError = (
  { route }: Client,
  { status, headers, text }: JsonAnswer,
  url: string,
  tokens: CodexTokens,
): APICallError =>
  responseError(status, text, {
    url,
    requestBodyValues: {},
    responseHeaders: headers,
    secrets: secretsOf(tokens),
    failures: route.failures,
    api: route.api,
  })

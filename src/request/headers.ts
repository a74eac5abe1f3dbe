import { InvalidArgumentError } from '@ai-sdk/provider'
import type { RequestShape } from '../models/table.ts'
import type { CodexRequestBody } from './body.ts'
import type { WarningCollector } from './warnings.ts'

/** The login, as far as the headers name it. */
export interface LoginHeaders {
  accessToken: string
  accountId?: string | undefined
  isFedramp?: boolean | undefined
  /** Two letters. */
  residency?: string | undefined
}

/** How this client introduces itself. */
export interface ClientIdentity {
  originator: string
  clientVersion: string
  /** `<os>; <arch>` */
  platform: string
  packageVersion: string
  /** The name of the app, on the ChatGPT route. */
  appName?: string | undefined
}

type CallerHeaders = Readonly<Record<string, string | undefined>> | undefined

/** Returns the `user-agent`: `<originator>/<clientVersion> (<os>; <arch>) ai-sdk-provider-codex/<our version>`. */
export function userAgent({ originator, clientVersion, platform, packageVersion }: ClientIdentity): string {
  return `${originator}/${clientVersion} (${platform}) ai-sdk-provider-codex/${packageVersion}`
}

/** Headers of every request to the backend. */
export function baseHeaders(login: LoginHeaders, identity: ClientIdentity): Record<string, string> {
  return {
    version: identity.clientVersion,
    authorization: `Bearer ${login.accessToken}`,
    ...(login.accountId ? { 'chatgpt-account-id': login.accountId } : {}),
    ...(login.isFedramp ? { 'x-openai-fedramp': 'true' } : {}),
    ...(login.residency ? { 'x-openai-internal-codex-residency': login.residency } : {}),
    originator: identity.originator,
    'user-agent': userAgent(identity),
  }
}

/** What the headers of a request say of its body. */
export type HeaderFacts = Pick<CodexRequestBody, 'model' | 'service_tier' | 'input'>

/** Names the feature of the client by which the backend takes and gives compactions. */
export const COMPACTION_FEATURE = { 'x-codex-beta-features': 'remote_compaction_v2' } as const

const isAboutCompaction = (item: CodexRequestBody['input'][number]): boolean =>
  item.type === 'compaction_trigger' || item.type === 'compaction'

/** Headers of `POST …/responses` (docs/wire.md, Requests over HTTP), without the window ids and telemetry of the Codex CLI. */
export function responsesHeaders(
  shape: RequestShape,
  sessionId: string,
  login: LoginHeaders,
  identity: ClientIdentity,
  { model, service_tier, input }: HeaderFacts,
): Record<string, string> {
  const hint = service_tier === undefined ? `model=${model}` : `model=${model};tier=${service_tier}`
  return {
    ...baseHeaders(login, identity),
    // An id of the caller's own may not fit into a header.
    ...(/^[\w.:/=;-]+$/.test(hint) ? { 'x-codex-routing-hint': hint } : {}),
    ...(shape === 'lite'
      ? { 'x-openai-internal-codex-responses-lite': 'true' }
      : { 'openai-beta': 'responses=experimental' }),
    ...(input.some(isAboutCompaction) ? COMPACTION_FEATURE : {}),
    'x-client-request-id': sessionId,
    'session-id': sessionId,
    'thread-id': sessionId,
    accept: 'text/event-stream',
    'content-type': 'application/json',
  }
}

const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/** Never taken from the caller: they depend on the login and on how the body is sent. */
const RESERVED = new Set(['authorization', 'content-type', 'content-length', 'host'])

/**
 * Merges our headers with those of the provider and the call; later ones win. Names become lower case, and a
 * `user-agent` of the caller is appended to ours.
 *
 * @throws InvalidArgumentError for a name or a value that HTTP does not allow (a line break, a character beyond Latin-1).
 */
export function mergeHeaders(
  ours: Readonly<Record<string, string>>,
  ...callers: CallerHeaders[]
): Record<string, string> {
  const merged: Record<string, string> = { ...ours }
  for (const headers of callers) {
    for (const [name, value] of Object.entries(headers ?? {})) {
      const key = name.toLowerCase()
      if (value === undefined || RESERVED.has(key)) continue
      if (!NAME.test(key)) throw invalidHeader(key)
      merged[key] = key === 'user-agent' ? `${merged[key]} ${value}` : value
    }
  }
  // Our own names are good, and one look at all values does where all of them are.
  if (VALUE.test(Object.values(merged).join(''))) return merged
  for (const [name, value] of Object.entries(merged)) if (!VALUE.test(value)) throw invalidHeader(name)
  return merged
}

/** Warns of headers of the caller that are left out, where they may have been meant. */
export function warnOfHeaders(warnings: WarningCollector, ...callers: CallerHeaders[]): void {
  const given = callers.flatMap((headers) => Object.entries(headers ?? {}))
  for (const name of ['authorization', 'host']) {
    if (given.some(([key, value]) => value !== undefined && key.toLowerCase() === name)) {
      warnings.add({ type: 'other', message: `The header ${name} is left out: it belongs to the login.` })
    }
  }
}

// The message does not repeat the value: it may be a token.
const invalidHeader = (name: string): InvalidArgumentError =>
  new InvalidArgumentError({
    argument: name,
    message: `The header ${JSON.stringify(name)} has a line break or another character that HTTP headers can't have. Remove it, or encode the value.`,
  })

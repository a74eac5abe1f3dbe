import * as bodies from './body-rules.ts'
import { isOlder, minimalVersion } from './catalogue.ts'
import * as contents from './content-rules.ts'
import { LITE_HEADER, type RequestFacts } from './facts.ts'
import type { Finding } from './finding.ts'
import * as items from './item-rules.ts'
import { asObject, asText } from './json.ts'
import * as tools from './tool-rules.ts'
import type { JsonObject } from './types.ts'
import { ENCODINGS } from './zstd.ts'

/** One reason for which the backend refuses a request. */
export interface Refusal {
  readonly id: string
  /** The source of the rule: a section of docs/wire.md, a report of docs/reports.md, or the public Platform API. */
  readonly source: string
  /** What is wrong, or undefined where nothing is; text stands for a finding with that message. */
  readonly when: (facts: RequestFacts) => Finding | string | undefined
  readonly status: number
  readonly body: (finding: Finding) => JsonObject
}

/** The backend's own shape. */
export const detail = ({ message }: Finding): JsonObject => ({ detail: message })

/** The shape of the public Platform API. */
export const platform = ({ message, code, param }: Finding): JsonObject => ({
  error: { message, type: 'invalid_request_error', param: param ?? null, code: code ?? null },
})

/** The shape of a 401, as captured. */
const login = ({ message, code }: Finding): JsonObject => ({
  error: { message, type: null, code: code ?? null, param: null },
  status: 401,
})

/** The shape of a 403 for a workspace. */
const workspace = ({ code }: Finding): JsonObject => ({ detail: { code } })

const when = (wrong: boolean, message: string): string | undefined => (wrong ? message : undefined)
const prefixed = (prefix: string, value: string | undefined): string | undefined =>
  value === undefined ? undefined : `${prefix}${value}`

const tooOld = ({ body }: RequestFacts) =>
  `The '${asText(body.model)}' model requires a newer version of Codex. Please upgrade to the latest app or CLI and try again.`
const isLite = ({ model, lite }: RequestFacts) => model?.use_responses_lite ?? lite
const addedTools = ({ items }: RequestFacts) =>
  items.flatMap(({ item }, n) => (item.type === 'additional_tools' ? [{ item, n }] : []))
const residency = ({ access }: RequestFacts) => {
  const region = asText(access.account?.authClaims.chatgpt_compute_residency)
  return /^[a-z]{2}$/.test(region) ? region : undefined
}

/** What stands against an access token, on every path of the backend. */
// biome-ignore format: a table reads best with one row a line
export const ACCESS_REFUSALS: readonly Refusal[] = [
  { id: 'access-missing', source: 'wire, Requests over HTTP', status: 401, body: login,
    when: ({ access }) => access.state === 'missing' ? { message: 'Missing bearer authentication in header', code: 'missing_bearer' } : undefined },
  { id: 'access-unknown', source: 'wire, Login and tokens', status: 401, body: login,
    when: ({ access }) => access.state === 'unknown' ? { message: 'Could not parse your authentication token. Please try signing in again.', code: 'token_invalid' } : undefined },
  { id: 'access-revoked', source: 'wire, Login and tokens', status: 401, body: login,
    when: ({ access }) => access.state === 'revoked' ? { message: 'Your authentication token has been invalidated. Please try signing in again.', code: 'token_invalidated' } : undefined },
  { id: 'access-expired', source: 'wire, Login and tokens', status: 401, body: login,
    when: ({ access }) => access.state === 'expired' ? { message: 'Provided authentication token is expired. Please try signing in again.', code: 'token_expired' } : undefined },
  { id: 'account', source: 'BR-63', status: 403, body: workspace,
    when: ({ headers, access }) => [undefined, access.account?.accountId].includes(headers['chatgpt-account-id']) ? undefined : { message: '', code: 'invalid_workspace_selected' } },
  { id: 'residency', source: 'BR-65', status: 401, body: login,
    when: (facts) => [undefined, facts.headers['x-openai-internal-codex-residency']].includes(residency(facts)) ? undefined : { message: 'Workspace is not authorized in this region.', code: 'workspace_not_authorized_in_region' } },
]

/** Everything for which `POST …/responses` refuses a request, in the order in which it is looked at. */
// biome-ignore format: a table reads best with one row a line
export const REFUSALS: readonly Refusal[] = [
  ...ACCESS_REFUSALS,

  { id: 'content-encoding', source: 'wire, Requests over HTTP', status: 400, body: detail,
    when: ({ headers }) => when(!ENCODINGS.includes(headers['content-encoding'] ?? ''), `Unsupported content encoding: ${headers['content-encoding']}`) },
  { id: 'content-type', source: 'wire, Requests over HTTP', status: 400, body: detail,
    when: ({ headers }) => when(!/^application\/json\b/i.test(headers['content-type'] ?? ''), 'Expected a body of type application/json') },
  { id: 'json', source: 'wire, Requests over HTTP', status: 400, body: detail,
    when: ({ json }) => when(json === undefined, 'The body is no JSON object') },
  { id: 'model', source: 'wire, Request body', status: 400, body: detail,
    when: ({ body }) => when(asText(body.model) === '', 'Missing required parameter: model') },
  { id: 'model-misspelled', source: 'wire, Models and catalogue', status: 400, body: detail,
    when: ({ body, misspelled }) => when(misspelled !== undefined, `The '${asText(body.model)}' model is not supported when using Codex with a ChatGPT account.`) },

  { id: 'originator', source: 'wire, Models and catalogue', status: 400, body: detail,
    when: (facts) => when(!facts.headers.originator, tooOld(facts)) },
  { id: 'user-agent', source: 'wire, Models and catalogue', status: 400, body: detail,
    when: (facts) => when(!facts.headers['user-agent'], tooOld(facts)) },
  { id: 'version', source: 'wire, Models and catalogue', status: 400, body: detail,
    when: (facts) => when(!/^\d+\.\d+\.\d+/.test(facts.headers.version ?? ''), tooOld(facts)) },
  { id: 'version-too-old', source: 'wire, Models and catalogue', status: 400, body: detail,
    when: (facts) => when(isOlder(facts.headers.version ?? '', minimalVersion(facts.model) ?? '0.0.0'), tooOld(facts)) },

  { id: 'store', source: 'wire, Request body, BR-06', status: 400, body: detail,
    when: ({ body }) => when(body.store !== false, 'Store must be set to false') },
  { id: 'stream', source: 'wire, Request body, BR-10', status: 400, body: detail,
    when: ({ body }) => when(body.stream !== true, 'Stream must be set to true') },
  { id: 'parameter', source: 'wire, Request body, BR-01, BR-02, BR-04', status: 400, body: detail,
    when: ({ body }) => prefixed('Unsupported parameter: ', bodies.unknownField(body)) },
  { id: 'parameter-type', source: 'wire, Request body', status: 400, body: detail,
    when: ({ body }) => prefixed('Invalid type for parameter: ', bodies.wrongType(body)) },
  { id: 'service-tier', source: 'wire, Request body', status: 400, body: detail,
    when: ({ body }) => when(body.service_tier !== undefined && body.service_tier !== 'priority', `Unsupported service_tier: ${String(body.service_tier)}`) },
  { id: 'input', source: 'wire, Request body', status: 400, body: detail,
    when: ({ body }) => when(!Array.isArray(body.input) || body.input.length === 0, 'Input must be a list with at least one item') },
  { id: 'system', source: 'wire, Request body, BR-09', status: 400, body: detail,
    when: (facts) => when(facts.items.some(({ item }) => item.role === 'system'), 'System messages are not allowed') },
  { id: 'cache-key-length', source: 'Platform API', status: 400, body: platform,
    when: ({ body }) => asText(body.prompt_cache_key).length > 64 ? { message: `Invalid 'prompt_cache_key': string too long. Expected a string with maximum length 64, but got a string with length ${asText(body.prompt_cache_key).length} instead.`, param: 'prompt_cache_key', code: 'string_above_max_length' } : undefined },

  { id: 'lite-header-missing', source: 'wire, Classic and lite', status: 400, body: detail,
    when: ({ body, model, headers }) => when(model?.use_responses_lite === true && headers[LITE_HEADER] !== 'true', `The '${asText(body.model)}' model needs the responses-lite request form`) },
  { id: 'lite-header-classic', source: 'wire, Classic and lite', status: 400, body: detail,
    when: ({ body, model, headers }) => when(model?.use_responses_lite === false && headers[LITE_HEADER] !== undefined, `The '${asText(body.model)}' model does not take the responses-lite request form`) },
  { id: 'lite-tools', source: 'wire, Classic and lite', status: 400, body: detail,
    when: (facts) => when(isLite(facts) && facts.body.tools !== undefined, 'Unsupported parameter: tools') },
  { id: 'lite-instructions', source: 'wire, Classic and lite', status: 400, body: detail,
    when: (facts) => when(isLite(facts) && facts.body.instructions !== undefined, 'Unsupported parameter: instructions') },
  { id: 'lite-parallel', source: 'wire, Classic and lite', status: 400, body: detail,
    when: (facts) => when(isLite(facts) && facts.body.parallel_tool_calls !== false, 'parallel_tool_calls must be set to false') },
  { id: 'lite-context', source: 'wire, Classic and lite', status: 400, body: detail,
    when: (facts) => when(isLite(facts) && asObject(facts.body.reasoning).context !== 'all_turns', 'reasoning.context must be set to all_turns') },
  { id: 'additional-tools-classic', source: 'wire, Classic and lite', status: 400, body: detail,
    when: (facts) => when(!isLite(facts) && addedTools(facts).length > 0, 'additional_tools are not allowed') },
  { id: 'additional-tools-place', source: 'wire, Classic and lite', status: 400, body: detail,
    when: (facts) => when(addedTools(facts).some(({ item, n }) => n !== 0 || item.role !== 'developer' || !Array.isArray(item.tools)), 'additional_tools must be the first item, of role developer') },
  { id: 'instructions', source: 'wire, Classic and lite, BR-07', status: 400, body: detail,
    when: (facts) => when(!isLite(facts) && !bodies.hasInstructions(facts), 'Instructions are required') },

  { id: 'effort', source: 'BR-27', status: 400, body: platform, when: bodies.effortFault },
  { id: 'compaction-trigger', source: 'wire, Compaction', status: 400, body: platform, when: items.triggerPlace },
  { id: 'compaction-feature', source: 'wire, Compaction', status: 400, body: platform, when: items.compactionFeature },
  { id: 'compaction', source: 'wire, Compaction', status: 400, body: platform, when: items.unreadableCompaction },
  { id: 'effort-update', source: 'wire, Input items', status: 400, body: platform, when: bodies.effortUpdateFault },
  { id: 'enum', source: 'wire, Request body', status: 400, body: platform, when: bodies.enumFault },

  { id: 'tool-type', source: 'wire, Classic and lite', status: 400, body: detail, when: ({ body }) => tools.toolType(body) },
  { id: 'tool-name', source: 'BR-23', status: 400, body: platform, when: ({ body }) => tools.toolName(body) },
  { id: 'tool-keys', source: 'wire, Classic and lite', status: 400, body: platform, when: ({ body }) => tools.toolKeys(body) },
  { id: 'tool-contents', source: 'wire, Classic and lite', status: 400, body: platform, when: ({ body }) => tools.toolContents(body) },
  { id: 'tool-top-level', source: 'BR-20, BR-23', status: 400, body: platform, when: ({ body }) => tools.toolTopLevel(body) },
  { id: 'tool-keyword', source: 'BR-21', status: 400, body: platform, when: ({ body }) => tools.toolKeyword(body) },
  { id: 'tool-strict', source: 'BR-21', status: 400, body: platform, when: ({ body }) => tools.toolStrict(body) },
  { id: 'tool-choice', source: 'Platform API', status: 400, body: platform, when: ({ body }) => tools.toolChoice(body) },
  { id: 'format-type', source: 'BR-26', status: 400, body: platform, when: ({ body }) => tools.formatType(body) },
  { id: 'format-schema', source: 'BR-25', status: 400, body: platform, when: ({ body }) => tools.formatSchema(body) },

  { id: 'item-reference', source: 'wire, Input items', status: 404, body: platform, when: items.itemReference },
  { id: 'item-type', source: 'wire, Input items', status: 400, body: platform, when: items.itemType },
  { id: 'item-keys', source: 'wire, Input items', status: 400, body: platform, when: items.itemKeys },
  { id: 'message-role', source: 'wire, Input items', status: 400, body: platform, when: items.messageRole },
  { id: 'id-length', source: 'BR-17', status: 400, body: platform, when: items.longId },
  { id: 'id-type', source: 'wire, Input items', status: 400, body: platform, when: items.badId },
  { id: 'id-duplicate', source: 'BR-18', status: 400, body: platform, when: items.duplicateId },
  { id: 'content-shape', source: 'wire, Input items', status: 400, body: platform, when: contents.contentShape },
  { id: 'part-type', source: 'wire, Input items', status: 400, body: platform, when: contents.partType },
  { id: 'part-keys', source: 'wire, Input items', status: 400, body: platform, when: contents.partKeys },
  { id: 'image', source: 'BR-29', status: 400, body: platform, when: contents.imageData },
  { id: 'file', source: 'BR-29', status: 400, body: platform, when: contents.fileData },
  { id: 'call-name', source: 'BR-23', status: 400, body: platform, when: items.callName },
  { id: 'call-arguments', source: 'wire, Input items', status: 400, body: platform, when: items.callArguments },
  { id: 'search-item', source: 'wire, Input items', status: 400, body: platform, when: items.searchItem },
  { id: 'reasoning-by-id', source: 'BR-11', status: 404, body: platform, when: items.reasoningById },
  { id: 'reasoning-unverified', source: 'wire, Input items', status: 400, body: platform, when: items.unverifiedReasoning },
  { id: 'reasoning-alone', source: 'BR-15', status: 400, body: platform, when: items.reasoningAlone },
  { id: 'output-without-call', source: 'BR-18', status: 400, body: platform, when: items.outputWithoutCall },
  { id: 'call-without-output', source: 'BR-18', status: 400, body: platform, when: items.callWithoutOutput },
]

/** A refusal that fits a request, and the body to answer. */
export interface FoundRefusal {
  id: string
  status: number
  body: JsonObject
}

/** The first rule that refuses the request. */
export function findRefusal(
  facts: RequestFacts,
  rules: readonly Refusal[] = REFUSALS,
): FoundRefusal | undefined {
  for (const { id, status, when, body } of rules) {
    const found = when(facts)
    if (found !== undefined) {
      return { id, status, body: body(typeof found === 'string' ? { message: found } : found) }
    }
  }
  return undefined
}

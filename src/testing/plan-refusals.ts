import { asObject, asText, isObject } from './json.ts'
import { REFUSALS, type Refusal } from './refusals.ts'
import { topTools } from './tools.ts'
import type { JsonObject } from './types.ts'

const detail = ({ message }: { message: string }): JsonObject => ({ detail: message })

/** The shape of what a plan does not cover. */
const capability = ({ message, param }: { message: string; param?: string }): JsonObject => ({
  error: {
    message,
    type: 'invalid_request_error',
    param: param ?? null,
    code: 'subscription_sharing_unsupported_capability',
  },
})

const invalidToken = (): JsonObject => ({ detail: { error_code: 'invalid_token' } })

const notAList = (): JsonObject => ({
  detail: [{ loc: ['body', 'input'], msg: 'Input should be a valid list', type: 'list_type' }],
})

const modelNotFound = ({ message }: { message: string }): JsonObject => ({
  error: { message, type: 'invalid_request_error', param: null, code: 'model_not_found' },
})

/** Headers that name Codex, or an organization of the API. */
const REFUSED_HEADERS =
  /^(?:x-codex-.*|x-openai-.*|chatgpt-account-id|originator|version|openai-(?:beta|organization|project)|session-id|session_id|thread-id|x-client-request-id)$/

const refusedHeader = (headers: Record<string, string>): string | undefined =>
  Object.keys(headers).find((name) => REFUSED_HEADERS.test(name))

const REFUSED_FIELDS = [
  'background',
  'conversation',
  'max_output_tokens',
  'max_tool_calls',
  'metadata',
  'moderation',
  'multi_agent',
  'prompt',
  'prompt_cache_retention',
  'safety_identifier',
  'temperature',
  'top_logprobs',
  'top_p',
  'truncation',
  'user',
  'prompt_cache_options',
  'prompt_cache_breakpoint',
  'previous_response_id',
  'client_metadata',
]

function refusedField(body: JsonObject): string | undefined {
  const field = REFUSED_FIELDS.find((name) => Object.hasOwn(body, name))
  return field ?? (Object.hasOwn(asObject(body.reasoning), 'context') ? 'reasoning.context' : undefined)
}

/** Items that other routes take. */
const REFUSED_ITEMS = [
  'configuration_update',
  'compaction_trigger',
  'agent_message',
  'local_shell_call',
  'local_shell_call_output',
  'image_generation_call',
  'tool_search_call',
  'tool_search_output',
]

const isFunction = ({ type }: JsonObject): boolean => type === 'function' || type === 'custom'

/** A tool that a plan does not cover, or one outside of the places that are documented for it. */
function refusedTool(body: JsonObject): { message: string; param: string } | undefined {
  const found = topTools(body).find(({ tool, path }) => {
    const isOnTop = path.startsWith('tools')
    return isOnTop ? tool.type !== 'web_search' && tool.type !== 'namespace' : !isFunction(tool)
  })
  return found && { message: `Unsupported tool: ${asText(found.tool.type)}`, param: found.path }
}

/** What stands against a request to any path. */
// biome-ignore format: a table reads best with one row a line
export const PLAN_ACCESS_REFUSALS: readonly Refusal[] = [
  { id: 'access', source: 'wire, Sign in with ChatGPT', status: 401, body: invalidToken,
    when: ({ access }) => access.state === 'valid' ? undefined : access.state },
  { id: 'scope', source: 'wire, Sign in with ChatGPT', status: 403, body: ({ message }) => ({ error: { message, type: 'invalid_request_error', param: null, code: 'chatpass_v2_scope_not_authorized' } }),
    when: ({ access }) => access.account?.plan?.scope.split(' ').includes('chatgpt.tokens.use.direct') === false ? 'The scope chatgpt.tokens.use.direct is missing.' : undefined },
  { id: 'codex-header', source: 'wire, Sign in with ChatGPT', status: 400, body: detail,
    when: ({ headers }) => { const name = refusedHeader(headers); return name && `Unexpected header: ${name}` } },
  { id: 'codex-user-agent', source: 'wire, Sign in with ChatGPT', status: 400, body: detail,
    when: ({ headers }) => /codex/i.test(headers['user-agent'] ?? '') || !headers['user-agent'] ? 'Unexpected user-agent' : undefined },
]

/** Rules that hold here as they do on the Codex route. */
const SHARED = [
  ...[
    'parameter',
    'parameter-type',
    'cache-key-length',
    'effort',
    'enum',
    'tool-name',
    'tool-keys',
    'tool-contents',
  ],
  ...['tool-top-level', 'tool-keyword', 'tool-strict', 'tool-choice', 'format-type', 'format-schema'],
  ...['item-reference', 'item-type', 'item-keys', 'message-role', 'id-length', 'id-type', 'id-duplicate'],
  ...['content-shape', 'part-type', 'part-keys', 'image', 'file', 'call-name', 'call-arguments'],
  ...['reasoning-by-id', 'reasoning-unverified', 'reasoning-alone', 'output-without-call'],
  'call-without-output',
]

/** Everything for which `POST /v1/responses` refuses a request, in the order in which it is looked at. */
// biome-ignore format: a table reads best with one row a line
export const PLAN_REFUSALS: readonly Refusal[] = [
  ...PLAN_ACCESS_REFUSALS,
  ...REFUSALS.filter(({ id }) => ['content-encoding', 'content-type', 'json', 'model'].includes(id)),
  { id: 'input-list', source: 'wire, Sign in with ChatGPT', status: 422, body: notAList,
    when: ({ body }) => Array.isArray(body.input) ? undefined : 'Input should be a valid list' },
  { id: 'model-misspelled', source: 'wire, Sign in with ChatGPT', status: 404, body: modelNotFound,
    when: ({ body, misspelled }) => misspelled === undefined ? undefined : `The model \`${asText(body.model)}\` does not exist or you do not have access to it.` },
  ...REFUSALS.filter(({ id }) => ['store', 'stream'].includes(id)),
  { id: 'field', source: 'wire, Sign in with ChatGPT', status: 400, body: detail,
    when: ({ body }) => { const field = refusedField(body); return field && `Unsupported parameter: ${field}` } },
  { id: 'system', source: 'wire, Sign in with ChatGPT', status: 400, body: capability,
    when: ({ items }) => items.some(({ item }) => item.role === 'system') ? { message: 'Unsupported input items.', param: 'input' } : undefined },
  { id: 'item', source: 'wire, Sign in with ChatGPT', status: 400, body: capability,
    when: ({ items }) => items.some(({ item }) => REFUSED_ITEMS.includes(asText(item.type))) ? { message: 'Unsupported input items.', param: 'input' } : undefined },
  { id: 'tool', source: 'wire, Sign in with ChatGPT', status: 400, body: capability,
    when: ({ body }) => refusedTool(body) },
  { id: 'additional-tools', source: 'wire, Sign in with ChatGPT', status: 400, body: detail,
    when: ({ items }) => items.some(({ item }) => item.type === 'additional_tools' && (item.role !== 'developer' || !Array.isArray(item.tools) || !item.tools.every(isObject))) ? 'additional_tools must be of role developer, with a list of tools' : undefined },
  ...REFUSALS.filter(({ id }) => SHARED.includes(id)),
]

/** Kind of failure, and the error that a caller gets for it. */
export interface FailureRow {
  /** Name in `docs/errors.md`. */
  readonly name: string
  /** The row fits where the `code` or `type` is one of these, … */
  readonly codes?: readonly string[]
  /** … or the message or the code matches, … */
  readonly words?: RegExp
  /** … or the HTTP status is in this range. */
  readonly statuses?: readonly [first: number, last: number]
  /** Status of the error where neither HTTP nor an event gives one; undefined where nothing was answered. */
  readonly status: number | undefined
  /** True where the same request may succeed when it is sent again. */
  readonly isRetryable: boolean
  /** The error is a `CodexUsageLimitError`. */
  readonly isUsageLimit?: true
  /** What of the request is refused: the request may succeed without it, or with another model. */
  readonly refuses?: 'model' | 'reasoning' | 'field'
  /** True for a 401 that is not about the token: the login is not renewed. */
  readonly keepsLogin?: true
  /** What to do: the end of the error's message. */
  readonly advice: string
}

/** Codes of failures that no backend reports. */
export type LocalFailureCode =
  | 'no_connection'
  | 'no_response'
  | 'cloudflare_block'
  | 'stream_cut'
  | 'stream_idle'
  | 'no_event_stream'
  | 'other_api'
  | 'event_too_large'
  | 'no_output'
  | 'no_compaction'

/** Advice after a 401 where the login can't be renewed. */
export const REFUSED_LOGIN_ADVICE =
  'The login was refused; log in again with `npx ai-sdk-provider-codex login` or `npx @openai/codex login`.'

/** Refusal of the model. The error also lists the models of this login, where the catalogue is at hand. */
const MODEL_REFUSED: FailureRow = {
  name: 'the model is unknown, or not for this plan or client',
  words:
    /not supported when using Codex|requires a newer version of Codex|model[ _]not[ _]found|\bmodel\b.{1,100}\bdoes not exist\b/i,
  status: 400,
  isRetryable: false,
  refuses: 'model',
  advice:
    'Check the spelling of the model id, whether your plan includes the model, and whether it is retired. Models also ' +
    'depend on the `clientVersion` and `originator` settings.',
}

/** Refusal of reasoning: the request may be sent again without it. */
const REASONING_REFUSED: FailureRow = {
  name: '`invalid_encrypted_content`',
  codes: ['invalid_encrypted_content'],
  words: /encrypted content.{1,500}could not be (?:verified|decrypted|parsed)/is,
  status: 400,
  isRetryable: false,
  refuses: 'reasoning',
  advice:
    'The history holds reasoning of another account or model: send it without its reasoning parts, or leave the ' +
    '`recover` setting on.',
}

/** Refusal of a field: the request may be sent again without it. */
const FIELD_REFUSED: FailureRow = {
  name: 'a parameter that is not supported',
  codes: ['unsupported_parameter', 'unknown_parameter'],
  words: /\b(?:unsupported|unknown) parameter\b/i,
  status: 400,
  isRetryable: false,
  refuses: 'field',
  advice: "Leave it out of the call and of the model's defaults.",
}

const IMAGE_CODES = [
  'invalid_image',
  'invalid_image_format',
  'invalid_image_mode',
  'invalid_image_url',
  'invalid_base64_image',
  'image_too_large',
  'image_too_small',
  'image_file_too_large',
  'image_parse_error',
  'image_content_policy_violation',
  'image_file_not_found',
  'empty_image_file',
  'unsupported_image_media_type',
  'failed_to_download_image',
]

const AT_CAPACITY = 'Wait a moment, or use another model.'

/**
 * The error of each failure of a request: the first row that fits decides. Failures that the Codex CLI retries by itself
 * are left to the AI SDK's retry. See "Failures" in docs/wire.md.
 */
export const FAILURES: readonly FailureRow[] = [
  {
    name: '`usage_limit_reached`',
    codes: ['usage_limit_reached'],
    status: 429,
    isRetryable: false,
    isUsageLimit: true,
    advice: 'Wait for the reset; `npx ai-sdk-provider-codex usage` shows what is left.',
  },
  {
    name: '`usage_not_included`',
    codes: ['usage_not_included'],
    status: 429,
    isRetryable: false,
    isUsageLimit: true,
    advice: 'This plan does not include Codex: upgrade it, or use another login.',
  },
  {
    name: '`insufficient_quota`',
    codes: ['insufficient_quota'],
    status: 429,
    isRetryable: false,
    advice: 'Add credits, or use another login.',
  },
  MODEL_REFUSED,
  {
    name: '`rate_limit_exceeded`',
    codes: ['rate_limit_exceeded'],
    status: 429,
    isRetryable: true,
    advice: 'Wait a moment, or make fewer calls at once.',
  },
  {
    name: '`server_is_overloaded`, `overloaded_error`',
    codes: ['server_is_overloaded', 'overloaded_error'],
    status: 503,
    isRetryable: true,
    advice: AT_CAPACITY,
  },
  { name: '`slow_down`', codes: ['slow_down'], status: 503, isRetryable: true, advice: AT_CAPACITY },
  {
    name: '`context_length_exceeded`',
    codes: ['context_length_exceeded'],
    words: /exceeds the context window|maximum context length/i,
    status: 400,
    isRetryable: false,
    advice:
      'Shorten the history with `compact()`, set `autoCompact`, or use a model with a larger context window.',
  },
  {
    name: '`previous_response_not_found`, `websocket_connection_limit_reached`',
    codes: ['previous_response_not_found', 'websocket_connection_limit_reached'],
    status: 400,
    isRetryable: true,
    advice: 'Try again: the whole history goes out on a new connection.',
  },
  REASONING_REFUSED,
  FIELD_REFUSED,
  {
    name: 'instructions that are not valid',
    words: /\binstructions are not valid\b/i,
    status: 400,
    isRetryable: false,
    advice:
      'This model accepts only its own base instructions: leave `codexMode` on, and move the text of `instructions` ' +
      'to a system message.',
  },
  {
    name: '`invalid_prompt`',
    codes: ['invalid_prompt'],
    status: 400,
    isRetryable: false,
    advice: 'Change the prompt; the same one is refused again.',
  },
  {
    name: '`cyber_policy`',
    codes: ['cyber_policy'],
    status: 400,
    isRetryable: false,
    advice: 'The prompt was flagged as a cyberattack: say what it is for, or use another model.',
  },
  {
    name: 'an image that is not valid',
    codes: IMAGE_CODES,
    words: /does not represent a valid image/i,
    status: 400,
    isRetryable: false,
    advice: 'Send the image as complete PNG, JPEG, WebP or GIF data, or make it smaller.',
  },
  {
    name: '`invalid_workspace_selected`',
    codes: ['invalid_workspace_selected'],
    status: 403,
    isRetryable: false,
    advice:
      'The login does not belong to that workspace: check the `accountId` setting, or log in to the workspace.',
  },
  {
    name: 'no connection',
    codes: ['no_connection'],
    status: undefined,
    isRetryable: true,
    advice: 'Check the network, the proxy and the `baseURL` setting.',
  },
  {
    name: 'no response headers in time',
    codes: ['no_response'],
    status: undefined,
    isRetryable: true,
    advice: 'Try again, or raise the limit.',
  },
  {
    name: 'a redirect',
    statuses: [300, 399],
    status: 302,
    isRetryable: false,
    advice: 'Set `baseURL` to the final address.',
  },
  {
    name: 'HTTP 403 with a page of Cloudflare',
    codes: ['cloudflare_block'],
    status: 403,
    isRetryable: false,
    advice: 'Try from another network, without a VPN or proxy; support asks for the ray id.',
  },
  {
    name: 'an answer that ends or breaks too early',
    codes: ['stream_cut'],
    status: 200,
    isRetryable: true,
    advice: 'Try again.',
  },
  {
    name: 'a stream that falls silent',
    codes: ['stream_idle'],
    status: 200,
    isRetryable: true,
    advice: 'Try again, or raise the limit.',
  },
  {
    name: 'text in place of a stream',
    codes: ['no_event_stream'],
    status: 200,
    isRetryable: true,
    advice: 'Try again, or check the `baseURL` setting and any proxy in between.',
  },
  {
    name: 'an answer of another API',
    codes: ['other_api'],
    status: 200,
    isRetryable: false,
    advice: 'Set `baseURL` to a server that speaks the Responses API.',
  },
  {
    name: 'a compaction without its one item',
    codes: ['no_compaction'],
    status: 200,
    isRetryable: true,
    advice: 'Try again: the messages are as they were. Else shorten the history yourself.',
  },
  {
    name: 'an answer that never gets to its output',
    codes: ['no_output'],
    status: 200,
    isRetryable: false,
    advice: 'Check the `baseURL` setting and any proxy in between.',
  },
  {
    name: 'an event that is too large, or an answer without end',
    codes: ['event_too_large'],
    status: 200,
    isRetryable: false,
    advice: 'Check the `baseURL` setting and any proxy in between.',
  },
  {
    name: 'HTTP 200 with JSON or a page',
    statuses: [200, 299],
    status: 200,
    isRetryable: false,
    advice: 'Check the `baseURL` setting and any proxy in between.',
  },
  {
    name: 'HTTP 401, `token_expired`, `authentication_error`',
    codes: ['token_expired', 'authentication_error'],
    statuses: [401, 401],
    status: 401,
    isRetryable: false,
    advice: REFUSED_LOGIN_ADVICE,
  },
  {
    name: 'HTTP 403, `permission_error`',
    codes: ['permission_error'],
    statuses: [403, 403],
    status: 403,
    isRetryable: false,
    advice:
      "This account may not do that: check the `accountId` setting, the plan, and the workspace's rules.",
  },
  {
    name: 'HTTP 404, `not_found_error`',
    codes: ['not_found_error'],
    statuses: [404, 404],
    status: 404,
    isRetryable: false,
    advice: 'Check the `baseURL` setting and the model id.',
  },
  { name: 'HTTP 408', statuses: [408, 408], status: 408, isRetryable: true, advice: 'Try again.' },
  { name: 'HTTP 409', statuses: [409, 409], status: 409, isRetryable: true, advice: 'Try again.' },
  {
    name: 'HTTP 413',
    statuses: [413, 413],
    status: 413,
    isRetryable: false,
    advice: 'Send less: a shorter history, or smaller images and files.',
  },
  {
    name: 'HTTP 429, `rate_limit_error`',
    codes: ['rate_limit_error'],
    statuses: [429, 429],
    status: 429,
    isRetryable: true,
    advice: 'Wait a moment, or make fewer calls at once.',
  },
  {
    name: 'HTTP 5xx',
    statuses: [500, 599],
    status: 500,
    isRetryable: true,
    advice: 'Try again later; the backend is at fault.',
  },
  {
    name: 'any other HTTP 4xx, `invalid_request_error`',
    codes: ['invalid_request_error'],
    statuses: [400, 499],
    status: 400,
    isRetryable: false,
    advice: 'The same request is refused again: change what the message is about.',
  },
]

/** Row of any other failure: in a stream, with an unknown code or without one. */
export const OTHER_FAILURE: FailureRow = {
  name: 'any other failure in a stream, such as `server_error`',
  status: 500,
  isRetryable: true,
  advice: 'Try again later; the backend is at fault.',
}

/** Returns the row of a failure. The status is that of HTTP, or one that an event carries. */
export function failureRow(
  failure: {
    codes: ReadonlyArray<string | undefined>
    words: string
    status: number | undefined
  },
  rows: readonly FailureRow[] = FAILURES,
): FailureRow {
  const { codes, words, status = 0 } = failure
  const isLike = (pattern: RegExp) =>
    [words, ...codes].some((text) => text !== undefined && pattern.test(text))
  const fits = (row: FailureRow) =>
    row.codes?.some((code) => codes.includes(code)) ||
    (row.words !== undefined && isLike(row.words)) ||
    (row.statuses !== undefined && row.statuses[0] <= status && status <= row.statuses[1])
  return rows.find(fits) ?? OTHER_FAILURE
}

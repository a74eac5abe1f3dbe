import { CHATGPT_PLAN_TEXTS, CHATGPT_WORDS } from '../auth/chatgpt/words.ts'
import { FAILURES, type FailureRow } from '../transport/failures/table.ts'

const { manageUsageUrl: MANAGE_USAGE_URL } = CHATGPT_PLAN_TEXTS
const SIGN_IN_AGAIN = CHATGPT_WORDS.logInAgain

/** Failures that only this route has. A code may have an older name. */
const OWN: readonly FailureRow[] = [
  {
    name: '`subscription_sharing_usage_limit_exceeded`',
    codes: ['subscription_sharing_usage_limit_exceeded', 'subscription_sharing_v2_usage_limit_exceeded'],
    status: 429,
    isRetryable: false,
    isUsageLimit: true,
    advice: `The limit of your ChatGPT plan, or the one that you set for this app, is reached. Manage usage: ${MANAGE_USAGE_URL}`,
  },
  {
    name: '`subscription_sharing_workplace_individual_usage_limit_exceeded`',
    codes: ['subscription_sharing_workplace_individual_usage_limit_exceeded'],
    status: 429,
    isRetryable: false,
    isUsageLimit: true,
    advice:
      'The limit of your ChatGPT workspace is reached. Ask its admin to raise it at admin.openai.com, under ' +
      'Workspace, Usage limits.',
  },
  {
    name: '`subscription_sharing_usage_unavailable`, `subscription_sharing_user_unavailable`',
    codes: [
      'subscription_sharing_usage_unavailable',
      'subscription_sharing_user_unavailable',
      'subscription_sharing_v2_usage_unavailable',
      'subscription_sharing_v2_user_unavailable',
    ],
    status: 503,
    isRetryable: true,
    advice: 'OpenAI can not check the plan right now: try again later.',
  },
  {
    name: '`subscription_sharing_unsupported_capability`',
    codes: ['subscription_sharing_unsupported_capability'],
    status: 400,
    isRetryable: false,
    refuses: 'field',
    advice: 'A ChatGPT plan does not cover that part of the request: leave it out.',
  },
  {
    name: '`subscription_sharing_invalid_user`',
    codes: ['subscription_sharing_invalid_user', 'subscription_sharing_v2_invalid_user'],
    status: 401,
    isRetryable: false,
    keepsLogin: true,
    advice:
      'OpenAI does not accept the identity of this sign-in; a new sign-in helps only if this one was revoked. ' +
      'Support asks for the `x-request-id` header.',
  },
  {
    name: '`subscription_sharing_user_not_eligible`',
    codes: ['subscription_sharing_user_not_eligible', 'subscription_sharing_v2_user_not_eligible'],
    status: 403,
    isRetryable: false,
    advice:
      'This ChatGPT account or plan can not be used by apps, and a new sign-in does not change that: offer another ' +
      'way to pay.',
  },
  {
    name: '`subscription_sharing_route_not_supported`',
    codes: ['subscription_sharing_route_not_supported', 'subscription_sharing_v2_route_not_supported'],
    status: 403,
    isRetryable: false,
    advice:
      'A ChatGPT plan does not cover this endpoint: check the `baseURL` setting, and report it as a bug.',
  },
  {
    name: '`subscription_sharing_v2_client_not_enabled`',
    codes: ['subscription_sharing_client_not_enabled', 'subscription_sharing_v2_client_not_enabled'],
    status: 403,
    isRetryable: false,
    advice: 'This app is not enabled for plan usage: check its connection in the settings of ChatGPT.',
  },
  {
    name: '`chatpass_v2_scope_not_authorized`, `chatpass_v2_invalid_authorization_context`',
    codes: ['chatpass_v2_scope_not_authorized', 'chatpass_v2_invalid_authorization_context'],
    status: 403,
    isRetryable: false,
    advice: `The sign-in does not include plan usage, or it was withdrawn. ${SIGN_IN_AGAIN} Allow the app to use the plan.`,
  },
  {
    name: 'HTTP 401 with `invalid_token`, `invalid_api_key`, `token_expired`',
    codes: ['invalid_token', 'invalid_api_key', 'token_expired', 'token_invalid', 'token_invalidated'],
    status: 401,
    isRetryable: false,
    advice: `The access token is not accepted. ${SIGN_IN_AGAIN}`,
  },
]

/** In place of usage. */
export const USAGE_ADVICE = `OpenAI does not report the usage of a ChatGPT plan to apps. Users see and manage it at ${MANAGE_USAGE_URL}`

/** In place of a compaction. */
export const COMPACTION_ADVICE =
  'OpenAI documents no compaction for the plan of a user who signed in to an app: shorten the messages yourself.'

/** Advice after a 401, where the login can't be renewed. */
export const REFUSED_PLAN_LOGIN_ADVICE = `The access token is not accepted. ${SIGN_IN_AGAIN}`

/** Changes to the rows of the Codex route, by their names; null for a row that this route does not have. */
const CHANGES: Readonly<Record<string, Partial<FailureRow> | null>> = {
  '`usage_limit_reached`': { advice: `Manage usage: ${MANAGE_USAGE_URL}` },
  '`usage_not_included`': null,
  '`insufficient_quota`': { advice: `Manage usage: ${MANAGE_USAGE_URL}` },
  'the model is unknown, or not for this plan or client': {
    advice:
      'Check the spelling of the model id, whether your plan includes the model, and whether it is retired.',
  },
  '`context_length_exceeded`': {
    advice: 'Shorten the prompt or its history, or use a model with a larger context window.',
  },
  'instructions that are not valid': null,
  '`invalid_workspace_selected`': null,
  'HTTP 401, `token_expired`, `authentication_error`': {
    name: 'any other HTTP 401',
    codes: ['authentication_error'],
    keepsLogin: true,
    advice: `OpenAI does not accept this identity or its permission. If you revoked the app: ${SIGN_IN_AGAIN}`,
  },
  'HTTP 403, `permission_error`': {
    name: 'any other HTTP 403, `permission_error`',
    advice: 'A policy or the region does not allow it; a new sign-in does not change that.',
  },
}

/** The error of each failure of a request: the first row that fits decides. */
export const CHATGPT_FAILURES: readonly FailureRow[] = [
  ...OWN,
  ...FAILURES.flatMap((row): FailureRow[] => {
    const change = CHANGES[row.name]
    return change === null ? [] : [{ ...row, ...change }]
  }),
]

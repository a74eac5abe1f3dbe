import { APICallError } from '@ai-sdk/provider'
import { CodexAuthTokenError, CodexAuthTokenExpiredError } from '../errors.ts'
import { untilAborted, withDeadline } from '../lib/abort.ts'
import { sendHttp } from '../lib/http.ts'
import { parseObject, textOf } from '../lib/json.ts'
import { keepRecent } from '../lib/lru.ts'
import { readText } from '../lib/read-body.ts'
import { readEnv } from '../lib/runtime.ts'
import { toBaseAddress } from '../lib/secure-url.ts'
import { type IssuerSettings, resolveIssuer } from './issuer.ts'
import { NEW_PERSONAL_TOKEN } from './login-advice.ts'
import { withServerMessage } from './oauth-error.ts'
import { isPersonalToken, type PersonalAccount, withPersonalAccount } from './personal-account.ts'
import { summarize, type TokenManager } from './token-manager.ts'
import type { CodexTokens } from './tokens.ts'

/** Settings of a look-up. */
interface WhoamiSettings extends IssuerSettings {
  fetch: typeof globalThis.fetch
  headers: Readonly<Record<string, string>>
  /** For the whole answer, in milliseconds; 0 for no limit. */
  timeoutMs: number
}

/** In characters; the answer has six short fields. */
const MAX_ANSWER = 100_000
/** Tokens whose account is remembered; those used last stay. */
const MAX_ACCOUNTS = 1000
const BASE_URL_ENV = 'CODEX_AUTHAPI_BASE_URL'

/** Accounts by the server that was asked and the token. One that could not be looked up is asked for again. */
const accounts = new Map<string, Promise<PersonalAccount>>()

/** Creates a manager that looks up the account of personal access tokens, once per token, and passes on all others. */
export function withAccountLookup(manager: TokenManager, settings: WhoamiSettings): TokenManager {
  let latest: CodexTokens | undefined

  /** Returns the same object for the same tokens, since facts are remembered by it. */
  async function complete(tokens: CodexTokens, signal: AbortSignal | undefined): Promise<CodexTokens> {
    const account = await untilAborted(accountOf(tokens.accessToken, settings), signal)
    if (latest?.accessToken !== tokens.accessToken) latest = withPersonalAccount(tokens, account)
    return latest
  }

  return {
    getTokens: (signal) =>
      manager
        .getTokens(signal)
        .then((tokens) =>
          isPersonalToken(tokens.accessToken) && !tokens.accountId ? complete(tokens, signal) : tokens,
        ),
    peek: () => {
      const summary = manager.peek()
      return summary && latest && summary.accountId === undefined ? summarize(latest) : summary
    },
    invalidate: (rejectedAccessToken) => manager.invalidate(rejectedAccessToken),
  }
}

/** Looks an account up. All who wait for the same token share one request, which the abort of one does not end. */
async function accountOf(token: string, settings: WhoamiSettings): Promise<PersonalAccount> {
  const url = `${resolveBaseURL(settings)}/v1/user-auth-credential/whoami`
  const key = `${url}\n${token}`
  const account = accounts.get(key) ?? askAccount(url, token, settings)
  keepRecent(accounts, key, account, MAX_ACCOUNTS)
  account.catch(() => {
    if (accounts.get(key) === account) accounts.delete(key)
  })
  return account
}

function resolveBaseURL(settings: WhoamiSettings): string {
  const given = readEnv(BASE_URL_ENV)
  return given === undefined
    ? `${resolveIssuer(settings)}/api/accounts`
    : toBaseAddress(given, BASE_URL_ENV, settings.allowInsecure)
}

/**
 * @throws CodexAuthTokenExpiredError if the server refuses the token.
 * @throws CodexAuthTokenError if it names no account.
 * @throws APICallError if no answer came, retryable unless the server refuses such requests.
 * @see docs/wire.md, "Login and tokens"
 */
async function askAccount(
  url: string,
  token: string,
  { fetch, headers, timeoutMs }: WhoamiSettings,
): Promise<PersonalAccount> {
  const { host } = new URL(url)
  const lateReason = () =>
    new DOMException(`no answer within ${timeoutMs} ms, see timeouts.refresh`, 'TimeoutError')
  const answer = await withDeadline(undefined, timeoutMs, lateReason, async (signal) => {
    try {
      const request = { ...headers, authorization: `Bearer ${token}`, accept: 'application/json' }
      const response = await sendHttp({ url, headers: request, signal }, fetch)
      const { text, isWhole, cause } = await readText(response, { maxCharacters: MAX_ANSWER, signal })
      if (!isWhole) throw cause
      const { 'set-cookie': _, ...responseHeaders } = Object.fromEntries(response.headers)
      return { status: response.status, text, responseHeaders }
    } catch (error) {
      const cause = signal.aborted ? signal.reason : error
      const fault = signal.aborted ? `${host}: ${signal.reason.message}` : `${host} can't be reached`
      throw unavailable(url, fault, { cause, isRetryable: true })
    }
  })
  const { status, text, responseHeaders } = answer
  const json = parseObject(text)
  if (status === 200) return toAccount(json)
  const details = withServerMessage(`HTTP ${status}`, json, [token])
  // A web page with 403 is a firewall's, not the login server's.
  if (status === 401 || (status === 403 && json)) {
    throw new CodexAuthTokenExpiredError({
      message: `The personal access token was refused. ${NEW_PERSONAL_TOKEN} (${details})`,
    })
  }
  const isRetryable = status === 429 || status >= 500
  throw unavailable(url, details, { statusCode: status, responseHeaders, isRetryable })
}

function toAccount(json: ReturnType<typeof parseObject>): PersonalAccount {
  const accountId = textOf(json?.chatgpt_account_id)
  if (!json || accountId === undefined) {
    throw new CodexAuthTokenError({
      message:
        'The login server names no account for the personal access token. Set CODEX_ACCOUNT_ID, or `accountId` beside ' +
        'the token.',
    })
  }
  return {
    accountId,
    userId: textOf(json.chatgpt_user_id) ?? textOf(json.user_id),
    email: textOf(json.email),
    planType: textOf(json.chatgpt_plan_type),
    isFedramp: json.chatgpt_account_is_fedramp === true,
  }
}

function unavailable(
  url: string,
  fault: string,
  options: {
    statusCode?: number
    responseHeaders?: Record<string, string>
    cause?: unknown
    isRetryable: boolean
  },
): APICallError {
  const advice = options.isRetryable
    ? 'Try again.'
    : `Check the network, the \`issuer\` setting and ${BASE_URL_ENV}.`
  return new APICallError({
    message: `Could not look up the account of the personal access token (${fault}). ${advice}`,
    url,
    requestBodyValues: {},
    ...options,
  })
}

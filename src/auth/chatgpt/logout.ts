import { CodexAuthError } from '../../errors.ts'
import { sleep, untilAborted } from '../../lib/abort.ts'
import { isObject, type JsonObject, textOf } from '../../lib/json.ts'
import { removeAllCopies } from '../file/cleanup.ts'
import { followLinks } from '../file/path.ts'
import { type IssuerSettings, resolveIssuer } from '../issuer.ts'
import { getLogin, type LoginRequestSettings, postLogin } from '../login/authorization-request.ts'
import { withServerMessage } from '../oauth-error.ts'
import { withoutTokens } from './document.ts'
import { resolveChatGPTFilePath } from './path.ts'
import { changeDocument, readDocument } from './store.ts'
import { CHATGPT_ISSUER } from './words.ts'

/** A revocation that could not be confirmed is tried again this often, this far apart. */
const RETRIES = 2
const RETRY_AFTER_MS = 300

/** Settings of {@link logoutChatGPT}. All optional. */
export interface ChatGPTLogoutOptions extends IssuerSettings {
  /**
   * Login file.
   *
   * @default env `CHATGPT_AUTH_FILE`, else `ai-sdk-provider-codex/chatgpt.json` in `$XDG_CONFIG_HOME` or `~/.config`
   */
  authFile?: string | undefined
  /**
   * Login server.
   *
   * @default env `CHATGPT_ISSUER`, else `https://auth.openai.com`
   */
  issuer?: string | undefined
  /** @default globalThis.fetch */
  fetch?: typeof globalThis.fetch | undefined
  /** Cancels the logout; tokens that are not removed yet stay. */
  signal?: AbortSignal | undefined
  /**
   * Time limit of each request to the login server, in milliseconds; 0 for none.
   *
   * @default 20_000
   */
  timeoutMs?: number | undefined
}

/** Result of {@link logoutChatGPT}. */
export interface ChatGPTLogoutResult {
  /** Path of the login file. It keeps the registration of the app and the host id for the next login. */
  file: string
  /** False when nobody was signed in. */
  removed: boolean
  /** True when the login server revoked the refresh token. */
  revoked: boolean
  /** Reason why it is not known whether the refresh token was revoked. */
  problem?: string
}

/**
 * Signs out of ChatGPT: revokes the refresh token, then removes the tokens from the file, even when the revocation could
 * not be confirmed. The app's registration and the host id stay, so that the next login finds the same limit.
 *
 * @throws CodexAuthError when the file holds something else, or can't be written; the signal's reason when it aborts.
 * @throws InvalidArgumentError when `issuer` is not a secure address.
 * @see RFC 7009; docs/wire.md, "Sign in with ChatGPT"
 */
export async function logoutChatGPT(options: ChatGPTLogoutOptions = {}): Promise<ChatGPTLogoutResult> {
  const { signal } = options
  const issuer = resolveIssuer(options, CHATGPT_ISSUER)
  signal?.throwIfAborted()
  const file = await resolveChatGPTFilePath(options.authFile)
  if (!isObject((await readDocument(file)).login)) return { file, removed: false, revoked: false }
  let problem: string | undefined
  const target = await followLinks(file)
  // Under the lock, so that no other process refreshes a token that is being revoked.
  const loggingOut = changeDocument(file, async (document) => {
    signal?.throwIfAborted()
    if (isObject(document.login)) problem = await revoke(document.login, issuer, options)
    await removeAllCopies(file, target)
    return withoutTokens(document)
  })
  await (signal ? untilAborted(loggingOut, signal) : loggingOut)
  return {
    file,
    removed: true,
    revoked: problem === undefined,
    ...(problem === undefined ? {} : { problem }),
  }
}

/** Revokes the refresh token; returns what went wrong. */
async function revoke(
  login: JsonObject,
  issuer: string,
  { fetch, signal, timeoutMs }: ChatGPTLogoutOptions,
): Promise<string | undefined> {
  const [token, clientId] = [textOf(login.refresh_token), textOf(login.client_id)]
  if (token === undefined || clientId === undefined) return 'The login has no refresh token to revoke.'
  const settings: LoginRequestSettings = { fetch, signal, timeoutMs }
  const form = new URLSearchParams({ token, token_type_hint: 'refresh_token', client_id: clientId })
  const unconfirmed = (why: string) =>
    `It is not confirmed that the login server revoked the login (${why}). You can end it in ChatGPT: Settings, ` +
    'Security and login, Login connections.'
  const url = await revocationUrl(issuer, settings)
  for (let retries = 0; ; retries++) {
    let why: string
    try {
      const { status, json } = await postLogin(url, form, settings)
      if (status === 200) return undefined
      why = withServerMessage(`HTTP ${status}`, json, [token])
      if (status < 500) return unconfirmed(why)
    } catch (error) {
      if (!CodexAuthError.isInstance(error) || signal?.aborted) throw error
      why = error.message
    }
    if (retries === RETRIES) return unconfirmed(why)
    await sleep(RETRY_AFTER_MS)
  }
}

/** Finds the revocation endpoint in the server's own description, if that names one on the same origin. */
async function revocationUrl(issuer: string, settings: LoginRequestSettings): Promise<string> {
  const standard = `${issuer}/api/accounts/oauth/revoke`
  const answer = await getLogin(`${issuer}/.well-known/openid-configuration`, settings).catch((error) => {
    if (!CodexAuthError.isInstance(error) || settings.signal?.aborted) throw error
    return undefined
  })
  const named = answer?.status === 200 ? textOf(answer.json?.revocation_endpoint) : undefined
  if (named === undefined || !URL.canParse(named)) return standard
  return new URL(named).origin === new URL(issuer).origin ? named : standard
}

import { InvalidArgumentError } from '@ai-sdk/provider'
import { CodexAuthError } from '../../errors.ts'
import { withDeadline } from '../../lib/abort.ts'
import { isObject, type JsonObject, textOf } from '../../lib/json.ts'
import { PLAN_USAGE_SCOPE } from '../claims.ts'
import { type IssuerSettings, resolveIssuer } from '../issuer.ts'
import { type LoginRequestSettings, postLogin } from '../login/authorization-request.ts'
import { failed, type LoginCallback, readCallback } from '../login/callback.ts'
import { type CodeGrant, readTokens } from '../login/code-exchange.ts'
import { LOGIN_TIMEOUT_MS, loginTimeoutError } from '../login/options.ts'
import { createPkce, createState } from '../login/pkce.ts'
import { assertPort, type RedirectOptions, runRedirectFlow } from '../login/redirect-flow.ts'
import { withServerMessage } from '../oauth-error.ts'
import type { CodexTokens } from '../tokens.ts'
import { verifyIdToken } from './claims.ts'
import { type ChatGPTClient, isClientId, readClients, withClient, withTokens } from './document.ts'
import { earliestRefreshIn, scopesIn } from './grant.ts'
import { allowsPlanUsage } from './manager.ts'
import { resolveChatGPTFilePath } from './path.ts'
import { changeDocument, ensureHostId, hostIdIn } from './store.ts'
import { CHATGPT_ISSUER, RESOURCE } from './words.ts'

/** Client id of a first login: the login server registers the app and answers with its own id. */
const NEW_CLIENT = 'dynamic_agent_client'

const SCOPE = `openid profile email offline_access resource.invoke ${PLAN_USAGE_SCOPE}`

/** More than a name has, and little enough for an address. */
const MAX_APP_NAME = 200

/** Settings of {@link loginWithChatGPT}. */
export interface ChatGPTLoginOptions extends IssuerSettings, RedirectOptions {
  /**
   * True name of your app. The user sees it when they allow the app to use their plan, and in their ChatGPT settings; the
   * terms forbid the name of another app or project.
   */
  appName: string
  /**
   * File to save the login in. It belongs to one app: give each of yours a file of its own.
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
  /**
   * Port of 127.0.0.1 that the browser is redirected to; 0 for any free port.
   *
   * @default 0
   */
  port?: number | undefined
  /**
   * Replaces a login that is in the file.
   *
   * @default false
   */
  force?: boolean | undefined
  /**
   * Asks the user again to allow the app to use the plan. Set it only if the user wants that, such as after a login
   * without it (`planUsage: false`). Replaces the login in the file.
   *
   * @default false
   */
  consent?: boolean | undefined
  /**
   * Registers the app anew, for a user who changes to another ChatGPT account or workspace, and replaces the login in the
   * file: one account is in use at a time.
   *
   * @default false
   */
  switchAccount?: boolean | undefined
  /** @default globalThis.fetch */
  fetch?: typeof globalThis.fetch | undefined
  /** Cancels the login, which then rejects with the signal's reason. */
  signal?: AbortSignal | undefined
  /**
   * Time limit of the whole login, in milliseconds; 0 for none.
   *
   * @default 900_000 (15 minutes)
   */
  timeoutMs?: number | undefined
  /**
   * Returns the current time in milliseconds since 1970.
   *
   * @default Date.now
   */
  now?: (() => number) | undefined
}

/** Result of {@link loginWithChatGPT}. */
export interface ChatGPTLoginResult {
  /** Account that signed in, by its verified ID token. */
  account: { subject: string; email?: string }
  /** False when the user did not allow the app to use the plan: requests then fail until they do (see `consent`). */
  planUsage: boolean
  /** True after the first login with plan usage: show the welcome of `CHATGPT_PLAN_TEXTS` now, and never again. */
  isFirst: boolean
  /** Issued client id of the app. */
  clientId: string
  /** Path of the login file. */
  file: string
}

/**
 * Signs in with ChatGPT in the user's browser, so that a local or open-source app can use the user's own plan by
 * `createChatGPT`, and saves the login in a file on this machine.
 *
 * The first login registers the app under `appName`; later ones use the same registration, also after a logout. OpenAI's
 * terms for Sign in with ChatGPT hold: the app's own true name, requests for the signed-in user alone, one account at a
 * time, tokens stored locally under the user's control.
 *
 * @throws CodexAuthError when the file holds a login (see `force`), the port is in use and there is no `readPastedUrl`,
 *   the user or the server refuses, the ID token is not valid, the time is up, or the login can't be saved; the signal's
 *   reason when it aborts.
 * @throws InvalidArgumentError when `appName` is empty, `issuer` is not a secure address or `port` is not a port number.
 * @see RFC 6749, section 4.1; RFC 7636 (PKCE); RFC 8252 (native apps); docs/wire.md, "Sign in with ChatGPT"
 * @example
 * const { account } = await loginWithChatGPT({ appName: 'My app', onUrl: (url) => console.log(`Open ${url}`) })
 */
export async function loginWithChatGPT(options: ChatGPTLoginOptions): Promise<ChatGPTLoginResult> {
  const { port = 0, timeoutMs = LOGIN_TIMEOUT_MS, now = Date.now, fetch, consent, switchAccount } = options
  const appName = checkAppName(options.appName)
  assertPort(port)
  const issuer = resolveIssuer(options, CHATGPT_ISSUER)
  options.signal?.throwIfAborted()
  const file = await resolveChatGPTFilePath(options.authFile)
  const document = await ensureHostId(file)
  if (!options.force && !consent && !switchAccount) assertNoLogin(document, file)
  const known = switchAccount ? undefined : lastClient(document, appName, issuer)

  return withDeadline(options.signal, timeoutMs, loginTimeoutError(timeoutMs), async (signal) => {
    const { verifier, challenge } = await createPkce()
    const [state, nonce] = [createState(), createState()]
    const request: LoginRequestSettings = { fetch, signal }
    return runRedirectFlow({
      port,
      otherWay: 'paste the address that the browser ends up at (`readPastedUrl`)',
      options,
      signal,
      authorizeUrl: (redirectUri) =>
        authorizeUrl(issuer, {
          client_id: known?.clientId ?? NEW_CLIENT,
          agent_name_hint: known ? undefined : appName,
          ext_agent_host_id: hostIdIn(document),
          response_type: 'code',
          redirect_uri: redirectUri,
          resource: RESOURCE,
          scope: SCOPE,
          state,
          nonce,
          code_challenge: challenge,
          code_challenge_method: 'S256',
          prompt: consent ? 'consent' : undefined,
        }),
      read: (query) => readChatGPTCallback(query, state, known),
      async complete({ code, clientId = known?.clientId ?? '' }, redirectUri) {
        const client = known ?? { appName, issuer, clientId }
        // Before the code is exchanged, so that the next login finds the registration even if this one fails.
        await changeDocument(file, (latest) => withClient(latest, { ...lastIn(latest, client), ...client }))
        const grant = { code, verifier, redirectUri }
        const tokens = await exchangeCode(grant, { issuer, clientId, now, request })
        const checks = { issuer, clientId, nonce, subject: known?.subject, now: now() }
        const account = await verifyIdToken(tokens.idToken ?? '', checks, request)
        signal.throwIfAborted()
        const planUsage = allowsPlanUsage(tokens)
        let isFirst = false
        await changeDocument(file, (latest) => {
          const { isWelcomed = false } = lastIn(latest, client)
          isFirst = planUsage && !isWelcomed
          const used = { ...client, subject: account.subject, isWelcomed: isWelcomed || planUsage }
          return withTokens(withClient(latest, used), tokens, issuer)
        })
        return { account, planUsage, isFirst, clientId, file }
      },
    })
  })
}

function checkAppName(appName: unknown): string {
  const name = typeof appName === 'string' ? appName.trim() : ''
  if (name !== '' && name.length <= MAX_APP_NAME && !/\p{Cc}/u.test(name)) return name
  throw new InvalidArgumentError({
    argument: 'appName',
    message: `appName must be the name of your app: a non-empty string of at most ${MAX_APP_NAME} characters.`,
  })
}

function assertNoLogin({ login }: JsonObject, file: string): void {
  if (!isObject(login)) return
  const who = textOf(login.email)
  throw new CodexAuthError({
    message:
      `The login file ${file} already holds a login${who ? ` (${who})` : ''}. Log out first, or pass \`force: true\` ` +
      '(`login --plan --force`) to replace it.',
  })
}

/** Finds the registration of an app that was used last. */
const lastClient = (document: JsonObject, appName: string, issuer: string): ChatGPTClient | undefined =>
  readClients(document).findLast((client) => client.appName === appName && client.issuer === issuer)

/** Finds a registration as the file has it now. */
const lastIn = (document: JsonObject, { clientId, issuer }: ChatGPTClient): Partial<ChatGPTClient> =>
  readClients(document).find((client) => client.clientId === clientId && client.issuer === issuer) ?? {}

/** Builds the authorization request (RFC 6749, section 4.1.1). */
function authorizeUrl(issuer: string, fields: Record<string, string | undefined>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) query.set(name, value)
  return `${issuer}/api/accounts/authorize?${query}`
}

/** Reads the query of the redirect address: it must name the client that the code is for. */
function readChatGPTCallback(
  query: URLSearchParams,
  state: string,
  known: ChatGPTClient | undefined,
): LoginCallback {
  if (query.getAll('state').length > 1) return { type: 'mismatch' }
  const callback = readCallback(query, state)
  if (callback.type === 'failed' && query.get('error') === 'access_denied') {
    return failed('You declined the login in the browser, so nothing was changed.')
  }
  if (callback.type !== 'code') return callback
  const clientId = query.get('client_id') ?? known?.clientId
  if (!isClientId(clientId)) return failed('The login server issued no client id for the app.')
  if (known && clientId !== known.clientId) {
    return failed('The login server answered for another client id than the one of the app.')
  }
  return { ...callback, clientId }
}

/** Exchanges the authorization code for tokens at `${issuer}/api/accounts/oauth/token`. */
async function exchangeCode(
  { code, verifier, redirectUri }: CodeGrant,
  settings: { issuer: string; clientId: string; now: () => number; request: LoginRequestSettings },
): Promise<CodexTokens> {
  const { issuer, clientId, now, request } = settings
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: clientId,
    code,
    code_verifier: verifier,
    redirect_uri: redirectUri,
    resource: RESOURCE,
  })
  const { status, json = {} } = await postLogin(`${issuer}/api/accounts/oauth/token`, form, request)
  if (status !== 200) {
    const details = withServerMessage(`HTTP ${status}`, json, [code, verifier])
    throw new CodexAuthError({ message: `The login server issued no tokens (${details}). Sign in again.` })
  }
  const at = now()
  const tokens = readTokens(json, at)
  const earliest = earliestRefreshIn(json, tokens.accessToken, at)
  return {
    ...tokens,
    clientId,
    scopes: scopesIn(json) ?? [],
    ...(earliest === undefined ? {} : { earliestRefreshAt: earliest }),
  }
}

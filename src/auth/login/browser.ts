import { readCallback } from './callback.ts'
import { runLogin } from './flow.ts'
import type { LoginOptions, LoginResult } from './options.ts'
import { createPkce, createState } from './pkce.ts'
import { assertPort, DEFAULT_PORT, type RedirectOptions, runRedirectFlow } from './redirect-flow.ts'

const DEFAULT_ORIGINATOR = 'ai_sdk_provider_codex'
const SCOPE = 'openid profile email offline_access api.connectors.read api.connectors.invoke'

/** Settings of {@link loginWithBrowser}. All optional. */
export interface BrowserLoginOptions extends LoginOptions, RedirectOptions {
  /**
   * Port of 127.0.0.1 that the browser is redirected to; 0 for any free port. OpenAI accepts the default only.
   *
   * @default 1455
   */
  port?: number | undefined
}

/**
 * Logs in with ChatGPT in the user's browser and saves the login in the Codex CLI's format. Uses the OAuth authorization
 * code grant with PKCE and a redirect to loopback.
 *
 * @throws CodexAuthError when the login file exists (see `force`), the port is in use and there is no `readPastedUrl`,
 *   the user or the server refuses, the time is up, or the login can't be saved; the signal's reason when it aborts.
 * @throws InvalidArgumentError when `issuer` is not a secure address or `port` is not a port number.
 * @see RFC 6749, section 4.1; RFC 7636 (PKCE); RFC 8252 (native apps); docs/wire.md, "Login and tokens"
 * @example
 * const { account, file } = await loginWithBrowser({ onUrl: (url) => console.log(`Open ${url}`) })
 */
export async function loginWithBrowser(options: BrowserLoginOptions = {}): Promise<LoginResult> {
  const { port = DEFAULT_PORT, originator = DEFAULT_ORIGINATOR } = options
  assertPort(port)
  return runLogin(options, async ({ issuer, clientId, signal, complete }) => {
    const { verifier, challenge } = await createPkce()
    const state = createState()
    return runRedirectFlow({
      port,
      otherWay: 'log in with a device code (`loginWithDeviceCode`, `login --device`)',
      options,
      signal,
      authorizeUrl: (redirectUri) =>
        authorizeUrl(issuer, { clientId, redirectUri, challenge, state, originator }),
      read: (query) => readCallback(query, state),
      complete: ({ code }, redirectUri) => complete({ code, verifier, redirectUri }),
    })
  })
}

/** Builds the authorization request (RFC 6749, section 4.1.1) with the Codex CLI's parameters, in its order. */
function authorizeUrl(
  issuer: string,
  fields: { clientId: string; redirectUri: string; challenge: string; state: string; originator: string },
): string {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: fields.clientId,
    redirect_uri: fields.redirectUri,
    code_challenge: fields.challenge,
    code_challenge_method: 'S256',
    state: fields.state,
    scope: SCOPE,
    id_token_add_organizations: 'true',
    codex_cli_simplified_flow: 'true',
    originator: fields.originator,
  })
  return `${issuer}/oauth/authorize?${query}`
}

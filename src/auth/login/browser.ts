import { InvalidArgumentError } from '@ai-sdk/provider'
import { CodexAuthError } from '../../errors.ts'
import { onAbort, untilAborted } from '../../lib/abort.ts'
import { loadNodeModule } from '../../lib/runtime.ts'
import { errorCode } from '../file/fs-errors.ts'
import { readPastedCode } from './callback.ts'
import { CALLBACK_PATH, type CallbackServer, startCallbackServer } from './callback-server.ts'
import { runLogin } from './flow.ts'
import { openInBrowser } from './open-browser.ts'
import type { LoginOptions, LoginResult } from './options.ts'
import { failurePage, SUCCESS_PAGE } from './pages.ts'
import { createPkce, createState } from './pkce.ts'

/** Port of the redirect address that is registered for the Codex CLI's client id. */
const DEFAULT_PORT = 1455

const DEFAULT_ORIGINATOR = 'ai_sdk_provider_codex'
const SCOPE = 'openid profile email offline_access api.connectors.read api.connectors.invoke'

/** Settings of {@link loginWithBrowser}. All optional. */
export interface BrowserLoginOptions extends LoginOptions {
  /**
   * Port of 127.0.0.1 that the browser is redirected to; 0 for any free port. OpenAI accepts the default only.
   *
   * @default 1455
   */
  port?: number | undefined
  /**
   * Opens the login address in a browser. Its errors are ignored: the user can still open the address from `onUrl`.
   * Other users of the machine must not see the address, so don't pass it to a process as an argument.
   *
   * @default opens the default browser of the operating system, by a one-time address on loopback
   */
  openBrowser?: ((url: string) => void | Promise<void>) | undefined
  /** Receives the login address before it is opened. */
  onUrl?: ((url: string) => void) | undefined
  /**
   * Returns the redirect address that the user pasted, for when the port is in use or the browser is on another machine.
   * It races the callback, and its signal aborts when it is no longer needed. Its errors end the login.
   */
  readPastedUrl?: ((signal: AbortSignal) => Promise<string>) | undefined
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
  const { port = DEFAULT_PORT, originator = DEFAULT_ORIGINATOR, readPastedUrl } = options
  assertPort(port)
  return runLogin(options, async ({ issuer, clientId, signal, complete }) => {
    const { verifier, challenge } = await createPkce()
    const state = createState()
    const server = await openCallback(port, state, readPastedUrl !== undefined)
    const ended = new AbortController()
    let page = failurePage('The login was not completed.')
    try {
      signal.throwIfAborted()
      const redirectUri = `http://127.0.0.1:${server?.port ?? (port || DEFAULT_PORT)}${CALLBACK_PATH}`
      const url = authorizeUrl(issuer, { clientId, redirectUri, challenge, state, originator })
      options.onUrl?.(url)
      void openQuietly(options.openBrowser ?? ((address) => openInBrowser(address, ended.signal)), url)
      const code = await waitForCode({ server, readPastedUrl, state, signal })
      const result = await complete({ code, verifier, redirectUri })
      page = SUCCESS_PAGE
      return result
    } catch (error) {
      if (CodexAuthError.isInstance(error)) page = failurePage(error.message)
      throw error
    } finally {
      ended.abort()
      await server?.close(page)
    }
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

/** Opens the port; undefined when that fails and the user can paste the redirect address instead. */
async function openCallback(
  port: number,
  state: string,
  canPaste: boolean,
): Promise<CallbackServer | undefined> {
  const http = await loadNodeModule('node:http')
  if (!http) {
    if (canPaste) return undefined
    throw new CodexAuthError({
      message:
        'This runtime cannot open a port for the redirect of the browser. Log in with a device code ' +
        '(`loginWithDeviceCode`, `login --device`), or pass `readPastedUrl`.',
    })
  }
  try {
    return await startCallbackServer(http, port, state)
  } catch (cause) {
    if (canPaste) return undefined
    throw portError(port, cause)
  }
}

function portError(port: number, cause: unknown): CodexAuthError {
  const code = errorCode(cause) ?? 'unknown error'
  const fault =
    code === 'EADDRINUSE'
      ? `is in use (${code}), perhaps by another login of the Codex CLI, an editor or this package. Close that login ` +
        'and try again'
      : `could not be opened (${code}). Choose another one with \`port\` (\`--port\`)`
  return new CodexAuthError({
    message:
      `Port ${port}, which the login page redirects to, ${fault}, or log in with a device code ` +
      '(`loginWithDeviceCode`, `login --device`).',
    cause,
  })
}

interface CodeSources {
  server: CallbackServer | undefined
  readPastedUrl: BrowserLoginOptions['readPastedUrl']
  state: string
  signal: AbortSignal
}

/** Waits for the authorization code from the callback or from a pasted address, whichever comes first. */
async function waitForCode({ server, readPastedUrl, state, signal }: CodeSources): Promise<string> {
  const pasting = new AbortController()
  const stopListening = onAbort(signal, () => pasting.abort(signal.reason))
  const sources: Promise<string>[] = []
  if (server) sources.push(callbackCode(server))
  if (readPastedUrl) sources.push(pastedCode(readPastedUrl, state, pasting.signal))
  try {
    return await untilAborted(Promise.race(sources), signal)
  } finally {
    stopListening()
    pasting.abort(new DOMException('The pasted address is no longer needed', 'AbortError'))
  }
}

async function callbackCode(server: CallbackServer): Promise<string> {
  const callback = await server.callback
  if (callback.type === 'failed') throw callback.error
  return callback.code
}

async function pastedCode(
  readPastedUrl: (signal: AbortSignal) => Promise<string>,
  state: string,
  signal: AbortSignal,
): Promise<string> {
  return readPastedCode(await readPastedUrl(signal), state)
}

async function openQuietly(open: (url: string) => void | Promise<void>, url: string): Promise<void> {
  try {
    await open(url)
  } catch {
    // The user can still open the address from `onUrl`.
  }
}

function assertPort(port: number): void {
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return
  throw new InvalidArgumentError({
    argument: 'port',
    message: 'port must be a whole number from 0 to 65535.',
  })
}

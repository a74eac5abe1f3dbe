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

/** The only port that the login server is known to send the browser to. */
const DEFAULT_PORT = 1455

const DEFAULT_ORIGINATOR = 'ai_sdk_provider_codex'
const SCOPE = 'openid profile email offline_access api.connectors.read api.connectors.invoke'

/** Settings of {@link loginWithBrowser}. All optional. */
export interface BrowserLoginOptions extends LoginOptions {
  /** The port of 127.0.0.1 that the browser comes back to; 0 takes a free one. Default 1455, which OpenAI expects. */
  port?: number | undefined
  /** Opens the address in a browser; what it throws is ignored. Default: as the platform does it. */
  openBrowser?: ((url: string) => void | Promise<void>) | undefined
  /** Told the address that is to be opened. */
  onUrl?: ((url: string) => void) | undefined
  /**
   * Gives the address that the browser ended at, as the user pasted it: where the port is taken, or the browser is on
   * another machine. It runs beside the callback; whichever is first wins, and the signal aborts when it has lost.
   * What it throws ends the login.
   */
  readPastedUrl?: ((signal: AbortSignal) => Promise<string>) | undefined
}

/**
 * Logs in with ChatGPT in the user's browser, by an OAuth code with PKCE (RFC 6749, RFC 7636), and saves the login as the
 * Codex CLI does (codex-wire.md 5.3).
 *
 * @throws CodexAuthError where a login is there already (see `force`), the port is taken and there is no
 *   `readPastedUrl`, the user or the server refuses, the time is up, or the login can't be saved; the signal's reason.
 * @throws InvalidArgumentError where `issuer` is no secure address, or `port` is no port.
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
    let page = failurePage('The login was not finished.')
    try {
      signal.throwIfAborted()
      const redirectUri = `http://127.0.0.1:${server?.port ?? (port || DEFAULT_PORT)}${CALLBACK_PATH}`
      const url = authorizeUrl(issuer, { clientId, redirectUri, challenge, state, originator })
      options.onUrl?.(url)
      void openQuietly(options.openBrowser ?? openInBrowser, url)
      const code = await waitForCode({ server, readPastedUrl, state, signal })
      const result = await complete({ code, verifier, redirectUri })
      page = SUCCESS_PAGE
      return result
    } catch (error) {
      if (CodexAuthError.isInstance(error)) page = failurePage(error.message)
      throw error
    } finally {
      await server?.close(page)
    }
  })
}

/** The address of the login (codex-wire.md 5.3), in the order in which the Codex CLI has it. */
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

/** Opens the port; undefined where that can't be, and the user can paste the address instead. */
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
        'This runtime can open no port for the browser to come back to. Log in with a device code ' +
        '(`loginWithDeviceCode`, or `login --device`), or give `readPastedUrl`.',
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
  const why =
    code === 'EADDRINUSE'
      ? `is in use (${code}). Another login may be waiting there: of the Codex CLI, an editor, or this package. End it and log in again`
      : `can't be opened (${code})`
  return new CodexAuthError({
    message:
      `Port ${port} of 127.0.0.1, to which the browser has to come back, ${why}; or log in with a device code ` +
      '(`loginWithDeviceCode`, or `login --device`).',
    cause,
  })
}

interface Waiting {
  server: CallbackServer | undefined
  readPastedUrl: BrowserLoginOptions['readPastedUrl']
  state: string
  signal: AbortSignal
}

/** The code, by whichever way comes first. */
async function waitForCode({ server, readPastedUrl, state, signal }: Waiting): Promise<string> {
  const pasting = new AbortController()
  const stopListening = onAbort(signal, () => pasting.abort(signal.reason))
  const ways: Promise<string>[] = []
  if (server) ways.push(codeOf(server))
  if (readPastedUrl) ways.push(pastedCode(readPastedUrl, state, pasting.signal))
  try {
    return await untilAborted(Promise.race(ways), signal)
  } finally {
    stopListening()
    pasting.abort(new DOMException('The login is over, or came by another way', 'AbortError'))
  }
}

async function codeOf(server: CallbackServer): Promise<string> {
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
    // The user can still open the address that `onUrl` was told.
  }
}

function assertPort(port: number): void {
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return
  throw new InvalidArgumentError({
    argument: 'port',
    message: 'port must be a whole number from 0 to 65535.',
  })
}

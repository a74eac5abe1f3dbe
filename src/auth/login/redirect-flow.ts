import { InvalidArgumentError } from '@ai-sdk/provider'
import { CodexAuthError } from '../../errors.ts'
import { onAbort, untilAborted } from '../../lib/abort.ts'
import { loadNodeModule } from '../../lib/runtime.ts'
import { errorCode } from '../file/fs-errors.ts'
import { type CodeCallback, type LoginCallback, readPastedCallback } from './callback.ts'
import { CALLBACK_PATH, type CallbackServer, startCallbackServer } from './callback-server.ts'
import { openInBrowser } from './open-browser.ts'
import { failurePage, SUCCESS_PAGE } from './pages.ts'

/** Port of the redirect address where no port is opened. */
export const DEFAULT_PORT = 1455

/** Settings of a login by a redirect of the browser. */
export interface RedirectOptions {
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

/** One login by a redirect of the browser. */
interface RedirectFlow<Result> {
  /** Port of 127.0.0.1; 0 for any free port. */
  port: number
  /** Other ways to log in, for the error when no port can be opened: `log in with …`. */
  otherWay: string
  options: RedirectOptions
  signal: AbortSignal
  authorizeUrl(redirectUri: string): string
  /** Reads the query of the redirect address. */
  read(query: URLSearchParams): LoginCallback
  /** Turns the callback into the result of the login. */
  complete(callback: CodeCallback, redirectUri: string): Promise<Result>
}

/**
 * Runs a login by a redirect of the browser to loopback, and shows its outcome in the browser.
 *
 * @throws CodexAuthError when no port can be opened, or the login fails; the signal's reason when it aborts.
 * @see RFC 8252, section 7.3
 */
export async function runRedirectFlow<Result>(flow: RedirectFlow<Result>): Promise<Result> {
  const { port, options, signal } = flow
  const server = await openCallback(flow)
  const ended = new AbortController()
  let page = failurePage('The login was not completed.')
  try {
    signal.throwIfAborted()
    const redirectUri = `http://127.0.0.1:${server?.port ?? (port || DEFAULT_PORT)}${CALLBACK_PATH}`
    const url = flow.authorizeUrl(redirectUri)
    options.onUrl?.(url)
    void openQuietly(options.openBrowser ?? ((address) => openInBrowser(address, ended.signal)), url)
    const result = await flow.complete(await waitForCallback(flow, server), redirectUri)
    page = SUCCESS_PAGE
    return result
  } catch (error) {
    if (CodexAuthError.isInstance(error)) page = failurePage(error.message)
    throw error
  } finally {
    ended.abort()
    await server?.close(page)
  }
}

/** Opens the port; undefined when that fails and the user can paste the redirect address instead. */
async function openCallback({
  port,
  read,
  otherWay,
  options,
}: Pick<RedirectFlow<unknown>, 'port' | 'read' | 'otherWay' | 'options'>): Promise<
  CallbackServer | undefined
> {
  const canPaste = options.readPastedUrl !== undefined
  const http = await loadNodeModule('node:http')
  if (!http) {
    if (canPaste) return undefined
    throw new CodexAuthError({
      message: `This runtime cannot open a port for the redirect of the browser. ${capitalize(otherWay)}, or pass \`readPastedUrl\`.`,
    })
  }
  try {
    return await startCallbackServer(http, port, read)
  } catch (cause) {
    if (canPaste) return undefined
    throw portError(port, otherWay, cause)
  }
}

const capitalize = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)

function portError(port: number, otherWay: string, cause: unknown): CodexAuthError {
  const code = errorCode(cause) ?? 'unknown error'
  const fault =
    code === 'EADDRINUSE'
      ? `is in use (${code}), perhaps by another login of the Codex CLI, an editor or this package. Close that login ` +
        'and try again'
      : `could not be opened (${code}). Choose another one with \`port\` (\`--port\`)`
  return new CodexAuthError({
    message: `Port ${port}, which the login page redirects to, ${fault}, or ${otherWay}.`,
    cause,
  })
}

/** Waits for the callback or a pasted address, whichever comes first. */
async function waitForCallback(
  { options: { readPastedUrl }, read, signal }: Pick<RedirectFlow<unknown>, 'options' | 'read' | 'signal'>,
  server: CallbackServer | undefined,
): Promise<CodeCallback> {
  const pasting = new AbortController()
  const stopListening = onAbort(signal, () => pasting.abort(signal.reason))
  const paste = async (readUrl: (signal: AbortSignal) => Promise<string>) =>
    readPastedCallback(await readUrl(pasting.signal), read)
  const sources: Promise<CodeCallback>[] = []
  if (server) sources.push(codeFrom(server))
  if (readPastedUrl) sources.push(paste(readPastedUrl))
  try {
    return await untilAborted(Promise.race(sources), signal)
  } finally {
    stopListening()
    pasting.abort(new DOMException('The pasted address is no longer needed', 'AbortError'))
  }
}

async function codeFrom(server: CallbackServer): Promise<CodeCallback> {
  const callback = await server.callback
  if (callback.type === 'failed') throw callback.error
  return callback
}

async function openQuietly(open: (url: string) => void | Promise<void>, url: string): Promise<void> {
  try {
    await open(url)
  } catch {
    // The user can still open the address from `onUrl`.
  }
}

/** @throws InvalidArgumentError when it is not a port number. */
export function assertPort(port: number): void {
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return
  throw new InvalidArgumentError({
    argument: 'port',
    message: 'port must be a whole number from 0 to 65535.',
  })
}

import { onAbort } from '../../lib/abort.ts'
import { loadNodeModule } from '../../lib/runtime.ts'
import { startLaunchServer } from './launch-server.ts'

/**
 * Opens the login address in the default browser. The browser gets a one-time address on loopback that redirects to it.
 * Whether a browser opens is unknown.
 *
 * @param until Aborts at the end of the login: from then on the one-time address is gone.
 */
export async function openInBrowser(loginUrl: string, until: AbortSignal): Promise<void> {
  const [childProcess, http] = await Promise.all([
    loadNodeModule('node:child_process'),
    loadNodeModule('node:http'),
  ])
  if (!childProcess || !http) return
  const { url, close } = await startLaunchServer(http, loginUrl)
  onAbort(until, () => void close())
  if (until.aborted) return
  const { spawn } = childProcess
  const { platform } = process
  const options = { stdio: 'ignore', detached: true, env: withoutToken(process.env) } as const
  const child =
    platform === 'win32'
      ? // `start` is built into the shell.
        spawn('cmd.exe', ['/d', '/s', '/c', `"start "" "${url}""`], {
          ...options,
          windowsVerbatimArguments: true,
        })
      : spawn(platform === 'darwin' ? 'open' : 'xdg-open', [url], options)
  child.on('error', () => {})
  child.unref()
}

/** A browser outlives the login, and has no use for the access token. */
const withoutToken = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  // Names are case-insensitive on Windows.
  Object.fromEntries(Object.entries(env).filter(([name]) => name.toUpperCase() !== 'CODEX_ACCESS_TOKEN'))

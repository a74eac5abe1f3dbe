import { loadNodeModule } from '../../lib/runtime.ts'

/** Opens an address in the user's browser, as the platform does it; whether that worked is not known. */
export async function openInBrowser(address: string): Promise<void> {
  // Without a quote or a line break, whatever the issuer's address holds.
  const url = new URL(address).href
  const { spawn } = (await loadNodeModule('node:child_process')) ?? {}
  if (!spawn) return
  const options = { stdio: 'ignore', detached: true } as const
  const { platform } = process
  const child =
    platform === 'win32'
      ? // `start` belongs to the shell, for which the `&` of an address must stand in quotes.
        spawn('cmd.exe', ['/d', '/s', '/c', `"start "" "${url}""`], {
          ...options,
          windowsVerbatimArguments: true,
        })
      : spawn(platform === 'darwin' ? 'open' : 'xdg-open', [url], options)
  child.on('error', () => {})
  child.unref()
}

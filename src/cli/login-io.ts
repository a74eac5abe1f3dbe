import { UsageError } from './args.ts'
import type { CommandCall } from './command.ts'
import { type CliIO, readLine, write } from './io.ts'

/** Reads the options of a login in the browser. */
export function readPort({
  port,
  device,
  'no-browser': noBrowser,
}: CommandCall['values']): number | undefined {
  if (device && (port !== undefined || noBrowser)) {
    throw new UsageError(`--device can't be combined with ${noBrowser ? '--no-browser' : '--port'}.`)
  }
  if (port === undefined) return undefined
  if (/^\d{1,5}$/.test(port) && Number(port) < 65_536) return Number(port)
  throw new UsageError(`--port must be a number from 0 to 65535, not ${port}.`)
}

/** Prints the login address, and what to do with it. */
export function printUrl(url: string, isHeadless: boolean, io: CliIO): void {
  const instruction = isHeadless
    ? 'Log in at:'
    : 'Opening the login page in your browser. If nothing opens, go to:'
  const paste = io.stdin.isTTY
    ? "\nIf the browser can't return to this program, paste the address it ends up at and press Enter.\n"
    : ''
  write(io.stderr, `${instruction}\n\n  ${url}\n${paste}\n`).catch(() => {})
}

/** Reads a redirect address that the user pastes. */
export async function readPastedUrl(signal: AbortSignal, io: CliIO): Promise<string> {
  const line = await readLine(io, signal, (text) => text.trim() !== '')
  // Nothing more will be pasted once stdin has ended, but the browser may still return.
  return line ?? new Promise(() => {})
}

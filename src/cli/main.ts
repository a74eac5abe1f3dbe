#!/usr/bin/env node
import { isRefreshing, pendingRenewals, saveUnsavedTokens } from '../auth/shared-login.ts'
import { HUNG_UP, INTERRUPTED, QUIT, TERMINATED } from './command.ts'
import { print } from './io.ts'
import { run } from './run.ts'

const interrupt = new AbortController()
/** Signals that stop a command, with their exit codes. */
const SIGNALS = [
  ['SIGINT', INTERRUPTED],
  ['SIGTERM', TERMINATED],
  // Closing the terminal, or Ctrl-\, must not lose a login either.
  ['SIGHUP', HUNG_UP],
  ['SIGQUIT', QUIT],
] as const
/** npx repeats the Ctrl-C that the terminal sends to both processes: within this many milliseconds, two count as one. */
const SAME_SIGNAL_MS = 150
let stopped: { exitCode: number; at: number } | undefined
for (const [signal, exitCode] of SIGNALS) {
  process.on(signal, () => {
    const at = performance.now()
    // A second signal exits at once.
    if (stopped && at - stopped.at > SAME_SIGNAL_MS) process.exit(exitCode)
    stopped ??= { exitCode, at }
    interrupt.abort()
  })
}

// The callback of each write handles its error; without a listener it would crash the process as well.
process.stdout.on('error', () => {})
process.stderr.on('error', () => {})

const { stdin, stdout, stderr } = process
const exitCode = await run(process.argv.slice(2), {
  stdin,
  stdout,
  stderr,
  now: Date.now,
  signal: interrupt.signal,
})
// Exiting before refreshed tokens are saved would lose the login.
if (isRefreshing()) {
  await print(stderr, 'The login is being renewed; exiting when it is saved.').catch(() => {})
  await pendingRenewals()
}
// The last chance to save tokens that could not be saved when they came.
await saveUnsavedTokens()
// All output is flushed; don't wait for an open stdin or a kept-alive connection.
process.exit(exitCode === INTERRUPTED ? (stopped?.exitCode ?? INTERRUPTED) : exitCode)

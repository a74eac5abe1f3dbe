#!/usr/bin/env node
import { isRefreshing, pendingRenewals } from '../auth/shared-login.ts'
import { INTERRUPTED, TERMINATED } from './command.ts'
import { print } from './io.ts'
import { run } from './run.ts'

const interrupt = new AbortController()
/** Exit codes of the signals that end a command. */
const SIGNALS = [
  ['SIGINT', INTERRUPTED],
  ['SIGTERM', TERMINATED],
] as const
/** npx passes on a Ctrl-C that the terminal sends to both: within this time, in milliseconds, two are one. */
const SAME_SIGNAL_MS = 150
let stopped: { exitCode: number; at: number } | undefined
for (const [signal, exitCode] of SIGNALS) {
  process.on(signal, () => {
    const at = performance.now()
    // A second one ends the process, whatever it is doing.
    if (stopped && at - stopped.at > SAME_SIGNAL_MS) process.exit(exitCode)
    stopped ??= { exitCode, at }
    interrupt.abort()
  })
}

// A write tells its own fault; without a listener the same fault would end the process.
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
// Tokens that were rotated and not saved are a login that is lost.
if (isRefreshing()) {
  await print(stderr, 'The login is being renewed: ends when that is saved.').catch(() => {})
  await pendingRenewals()
}
// Whatever still waits (a read of stdin, a kept connection) holds nobody back; all output is out by now.
process.exit(exitCode === INTERRUPTED ? (stopped?.exitCode ?? INTERRUPTED) : exitCode)

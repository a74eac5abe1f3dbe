#!/usr/bin/env node
import { run } from './run.ts'

const interrupt = new AbortController()
// Once: a second Ctrl-C ends the process, whatever it is doing.
process.once('SIGINT', () => interrupt.abort())

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
// Whatever still waits (a read of stdin, a kept connection) holds nobody back; all output is out by now.
process.exit(exitCode)

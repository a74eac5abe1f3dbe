import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'

/** A process that runs a task of `file-worker.ts`; killed after the test at the latest. */
export function startWorker(worker: string, task: 'hold' | 'count' | 'write', file: string) {
  const child: ChildProcess = spawn(process.execPath, [worker, task, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  onTestFinished(() => void child.kill('SIGKILL'))
  return {
    ended,
    pid: child.pid,
    /** Settles at the `count`th line of what it says. */
    async said(count = 1) {
      let lines = 0
      for await (const chunk of child.stdout ?? []) {
        lines += String(chunk).split('\n').length - 1
        if (lines >= count) return
      }
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

import type { ChildProcess } from 'node:child_process'

/** What a program printed, and how it ended. */
export interface Finished {
  exitCode: number | null
  stdout: string
  stderr: string
}

/** Waits for the end of a program. */
export async function finished(child: ChildProcess): Promise<Finished> {
  const seen: Finished = { exitCode: null, stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    seen.stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    seen.stderr += text
  })
  seen.exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  return seen
}

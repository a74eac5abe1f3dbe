import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import type { Report, ReportOf, WorkerSettings } from './reports.ts'

/** The reports of one kind. */
export const all = <Type extends Report['type']>(reports: readonly Report[], type: Type): ReportOf<Type>[] =>
  reports.filter((report): report is ReportOf<Type> => report.type === type)

/** A process that works when it is told. */
export interface WorkerProcess {
  readonly name: string
  readonly pid: number
  /** All that it has told so far. */
  readonly reports: readonly Report[]
  readonly stderr: string
  /** The first report of this kind that fits, as soon as it is there; rejects where the process ends without one. */
  heard<Type extends Report['type']>(
    type: Type,
    fits?: (report: ReportOf<Type>) => boolean,
  ): Promise<ReportOf<Type>>
  /** Lets it begin; a watcher ends at the next. */
  go(): void
  /** Sends a signal to this process. */
  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void
  /** How it ended. */
  readonly ended: Promise<{ exitCode: number | null; signal: string | null }>
}

/** Starts a worker; it is dead after the test. Settles when it is ready. */
export async function startWorker(file: string, settings: WorkerSettings): Promise<WorkerProcess> {
  const child = spawn(process.execPath, [file], {
    env: { PATH: process.env.PATH, WORKER: JSON.stringify(settings) },
    stdio: 'pipe',
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const reports: Report[] = []
  const listeners = new Set<() => void>()
  let stderr = ''
  let isOver = false
  const tellAll = () => {
    for (const listener of listeners) listener()
  }
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  // A process that was killed no longer reads.
  child.stdin.on('error', () => {})
  createInterface({ input: child.stdout }).on('line', (line) => {
    reports.push(JSON.parse(line) as Report)
    tellAll()
  })
  const ended = new Promise<{ exitCode: number | null; signal: string | null }>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (exitCode, signal) => {
      isOver = true
      tellAll()
      resolve({ exitCode, signal })
    })
  })

  const worker: WorkerProcess = {
    name: settings.name,
    pid: child.pid ?? 0,
    reports,
    get stderr() {
      return stderr
    },
    ended,
    heard<Type extends Report['type']>(type: Type, fits: (report: ReportOf<Type>) => boolean = () => true) {
      return new Promise<ReportOf<Type>>((resolve, reject) => {
        const look = () => {
          const found = all(reports, type).find(fits)
          if (found) resolve(found)
          else if (isOver) reject(new Error(`${settings.name} ended without "${type}": ${stderr}`))
          else return
          listeners.delete(look)
        }
        listeners.add(look)
        look()
      })
    },
    go: () => void child.stdin.write('\n'),
    signal: (signal) => void child.kill(signal),
  }
  await worker.heard('ready')
  return worker
}

import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type App, installApps } from './apps.ts'
import { CHECKS, type ReadyCheck, readyCheck } from './checks.ts'
import { installRuntimes, versionOf } from './installed.ts'
import { type Job, RUNTIMES, type Runtime } from './runtimes.ts'

/** How one runtime did with one major of `ai`. */
export interface Row {
  readonly runtime: string
  readonly ai: string
  /** What went wrong, by the name of the check. */
  readonly faults: Readonly<Record<string, string>>
}

/** Installs what is missing, packs the package and runs every check on every runtime. */
export async function runMatrix(): Promise<Row[]> {
  await installRuntimes()
  const { home, apps } = await installApps()
  try {
    const rows: Row[] = []
    for (const runtime of RUNTIMES) {
      const name = `${runtime.name} (${await versionOf(runtime.package)})`
      for (const app of apps) rows.push({ runtime: name, ai: app.ai, faults: await runRow(runtime, app) })
    }
    return rows
  } finally {
    await rm(home, { recursive: true, force: true, maxRetries: 10 })
  }
}

async function runRow(runtime: Runtime, { folder }: App): Promise<Row['faults']> {
  const fileOf = (name: string) => (runtime.login === 'file' ? join(folder, `${name}.json`) : undefined)
  const checks = await Promise.all(CHECKS.map((check) => readyCheck(check, fileOf(check.name))))
  try {
    const seen = await runtime.run(folder, toJob(checks))
    const faults: Record<string, string> = {}
    for (const { name, judge } of checks) {
      const fault = await judge(seen[name])
      if (fault !== undefined) faults[name] = `${name}: ${fault}`
    }
    return faults
  } catch (error) {
    // Not installed, not started or died: no check has passed.
    return Object.fromEntries(CHECKS.map(({ name }) => [name, String(error)]))
  } finally {
    await Promise.all(checks.map(({ close }) => close()))
  }
}

const toJob = (checks: readonly ReadyCheck[]): Job =>
  Object.fromEntries(checks.map(({ name, settings }) => [name, settings]))

/** The rows as a table in Markdown, and below it each fault. */
export function toTable(rows: readonly Row[]): string {
  const names = CHECKS.map(({ name }) => name)
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const lines = rows.map(({ runtime, ai, faults }) =>
    line([runtime, ai, ...names.map((name) => (faults[name] === undefined ? '✓' : '✗ FAILED'))]),
  )
  return [
    line(['runtime', 'with', ...names]),
    line(Array(names.length + 2).fill('---')),
    ...lines,
    ...faultsOf(rows),
  ].join('\n')
}

/** Each fault of the rows, as a line. */
export const faultsOf = (rows: readonly Row[]): string[] =>
  rows.flatMap(({ runtime, ai, faults }) =>
    // What ended a whole run is said once.
    [...new Set(Object.values(faults))].map((fault) => `${runtime} with ${ai}: ${fault}`),
  )

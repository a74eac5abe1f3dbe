import { readFile } from 'node:fs/promises'
import type { AuthJson } from 'ai-sdk-provider-codex/testing'
import { makeAuthFile, startServer } from '../auth/helpers.ts'
import { startGate } from './gate.ts'
import { all, startWorker, type WorkerProcess } from './processes.ts'
import type { WorkerSettings } from './reports.ts'

export const CALLS = 20
const NAMES = Array.from({ length: 8 }, (_, n) => `worker-${n + 1}`)
/** The file is read so often before the tokens change, and as often after. */
const READS = 1000

/** Eight processes that are ready to make their calls on one expired login, and one that watches its file. */
export async function setUp(file: string) {
  const server = await startServer()
  const login = server.login({ expiresInSeconds: -60 })
  const authFile = await makeAuthFile(login)
  const gate = await startGate(server.issuer)
  const { baseURL } = server
  const start = (name: string, work: WorkerSettings['work']) =>
    startWorker(file, { name, work, baseURL, issuer: gate.issuer, authFile, calls: CALLS })
  const [watcher, ...workers] = await Promise.all([
    start('watcher', 'watch'),
    ...NAMES.map((name) => start(name, 'call')),
  ])
  return {
    server,
    gate,
    login,
    authFile,
    workers,
    start,
    watcher: watch(watcher),
    text: () => readFile(authFile, 'utf8'),
    tokens: async () => (JSON.parse(await readFile(authFile, 'utf8')) as AuthJson).tokens,
  }
}

/** Lets a watcher work. */
function watch(watcher: WorkerProcess) {
  watcher.go()
  return {
    /** Settles when it has read the file a good many times more. */
    async hasSeenEnough() {
      const before = all(watcher.reports, 'reads').at(-1)?.reads ?? 0
      await watcher.heard('reads', ({ reads }) => reads >= before + READS)
    },
    /** Ends it and gives what it saw. */
    async stop() {
      watcher.go()
      return watcher.heard('watched')
    },
  }
}

/** How the calls of these processes ended, once all have; none may have to be killed or say anything on stderr. */
export async function outcomes(workers: readonly WorkerProcess[]) {
  const ends = await Promise.all(workers.map(({ ended }) => ended))
  const reports = workers.flatMap((worker) => worker.reports)
  return {
    ends: [...new Set(ends.map(({ exitCode, signal }) => signal ?? exitCode))],
    stderr: workers.map(({ stderr }) => stderr).join(''),
    answers: all(reports, 'answer'),
    errors: all(reports, 'error'),
  }
}

import { createCore } from '../core/provider.ts'
import { DEFAULT_MODEL } from './args.ts'
import { type Command, FAILURE, SUCCESS } from './command.ts'
import { answer, cache, image, models, object, toolLoop } from './doctor/backend.ts'
import type { Check, DoctorContext, Outcome } from './doctor/check.ts'
import { explain } from './doctor/explain.ts'
import { clock, expiry, loginFile, loginServer, probeLoginServer } from './doctor/login.ts'
import { aiVersion, proxy, runtime } from './doctor/machine.ts'
import { inspectLogin } from './inspect-login.ts'
import { type CliIO, paint, print, printJson } from './io.ts'

const CHECKS: readonly Check[] = [
  runtime,
  aiVersion,
  loginFile,
  expiry,
  clock,
  proxy,
  loginServer,
  models,
  answer,
  toolLoop,
  object,
  image,
  cache,
]

/** Checks that send the login to the backend. */
const NEED_LOGIN: readonly Check[] = [expiry, models, answer, toolLoop, object, image, cache]

export const doctor: Command = {
  summary: 'check that everything works, and what to do if not',
  details:
    'Checks this machine, the login and the backend, with six short requests on your\n' +
    'plan. The output has no tokens, paths or account data: paste it into a bug\n' +
    'report. The exit code is 1 if a check failed.',
  options: ['model', 'json'],
  async run({ values }, io) {
    const context = createContext(values['auth-file'], values.model ?? DEFAULT_MODEL, io)
    const results = await withoutProcessWarnings(async () => {
      const found: Array<{ check: Check; outcome: Outcome }> = []
      for (const check of CHECKS) {
        const outcome = await runCheck(check, context)
        found.push({ check, outcome })
        if (!values.json) await print(io.stdout, formatLine(check, outcome, io))
      }
      return found
    })
    const isFine = results.every(({ outcome }) => outcome.status !== 'failed')
    if (values.json) {
      const checks = results.map(({ check: { id }, outcome: { status, message, advice } }) => ({
        id,
        status,
        message,
        advice: advice ?? null,
      }))
      await printJson(io.stdout, { ok: isFine, checks })
    }
    return isFine ? SUCCESS : FAILURE
  },
}

function createContext(authFile: string | undefined, modelId: string, io: CliIO): DoctorContext {
  const { signal, now } = io
  const probe = once(() => probeLoginServer({ signal, now }))
  const login = once(() => inspectLogin({ authFile, now: now() }))
  const core = createCore({ authFile, timeouts: { response: 60_000, idle: 60_000 } })
  return { core, cwd: io.cwd ?? process.cwd(), authFile, modelId, signal, now, probe, login }
}

async function runCheck(check: Check, context: DoctorContext): Promise<Outcome> {
  try {
    if (NEED_LOGIN.includes(check) && !(await context.login()).isUsable) {
      return { status: 'skipped', message: 'no usable login' }
    }
    return await check.run(context)
  } catch (error) {
    context.signal.throwIfAborted()
    const login = await context.login().catch(() => undefined)
    return explain(error, context.now(), login?.isPersonalToken)
  }
}

/** Warnings of the library name files of the user; the checks report the same problems without them. */
async function withoutProcessWarnings<T>(run: () => Promise<T>): Promise<T> {
  const listeners = process.listeners('warning')
  process.removeAllListeners('warning')
  try {
    return await run()
  } finally {
    for (const listener of listeners) process.on('warning', listener)
  }
}

function once<T>(run: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined
  return () => {
    result ??= run()
    return result
  }
}

const COLORS = { ok: 'green', warning: 'yellow', failed: 'red', skipped: 'dim' } as const
const TITLE_WIDTH = Math.max(...CHECKS.map(({ title }) => title.length))

function formatLine({ title }: Check, { status, message, advice }: Outcome, { stdout }: CliIO): string {
  const label = paint(stdout, COLORS[status], status.padEnd('warning'.length))
  return `${label}  ${title.padEnd(TITLE_WIDTH)}  ${message}${advice ? `. ${advice}` : ''}`
}

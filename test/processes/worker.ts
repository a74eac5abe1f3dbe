/**
 * One process of several on one login: waits for a line on stdin, works, and tells of it in lines of JSON on stdout.
 * Its settings come as JSON in the environment variable `WORKER`.
 */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { generateText } from 'ai'
import { CodexAuthError, CodexAuthRefreshError, createCodex } from 'ai-sdk-provider-codex'
import { fileTokenStore } from 'ai-sdk-provider-codex/auth'
import { withFileLock } from '../../src/auth/file/lock.ts'
import type { Report, WorkerSettings } from './reports.ts'

const settings = JSON.parse(process.env.WORKER ?? '') as WorkerSettings

const tell = (report: Report) => process.stdout.write(`${JSON.stringify(report)}\n`)

function makeCalls(): Promise<unknown> {
  const { baseURL, issuer, authFile, name, calls } = settings
  // The login server tells the workers apart by this header.
  const codex = createCodex({ baseURL, issuer, authFile, originator: name, codexMode: false })
  const ask = async (n: number) => {
    const prompt = `${name} ${n}`
    try {
      const { text } = await generateText({ model: codex('gpt-5.5'), prompt, maxRetries: 0 })
      tell({ type: 'answer', prompt, text })
    } catch (error) {
      tell({ type: 'error', ...describe(error) })
    }
  }
  return Promise.all(Array.from({ length: calls }, (_, n) => ask(n)))
}

function describe(error: unknown) {
  return {
    name: error instanceof Error ? error.name : typeof error,
    code: CodexAuthError.isInstance(error) ? error.code : undefined,
    reason: CodexAuthRefreshError.isInstance(error) ? error.reason : undefined,
    message: String(error),
  }
}

/** Takes the lock of the login and keeps it until the process ends. */
async function holdLock(): Promise<void> {
  await withFileLock(settings.authFile, () => {
    tell({ type: 'locked' })
    return new Promise(() => {})
  })
}

/** Reads and parses the login file all the time until the next line comes. */
async function watch(): Promise<void> {
  let isOver = false
  once(lines, 'line').then(() => {
    isOver = true
  })
  const seen = new Set<string>()
  const faults = new Set<string>()
  let reads = 0
  while (!isOver) {
    for (let n = 0; n < READS_A_ROUND; n++) look(seen, faults)
    reads += READS_A_ROUND
    tell({ type: 'reads', reads })
    // Leaves the others some of the processor.
    await setTimeout(1)
  }
  tell({ type: 'watched', reads, faults: [...faults], refreshTokens: [...seen] })
}

const READS_A_ROUND = 20

function look(seen: Set<string>, faults: Set<string>): void {
  let text: string | undefined
  try {
    text = readFileSync(settings.authFile, 'utf8')
    const { tokens } = JSON.parse(text) as { tokens: { access_token: unknown; refresh_token: unknown } }
    if (typeof tokens.access_token !== 'string') faults.add('no access token')
    seen.add(String(tokens.refresh_token))
  } catch (error) {
    faults.add(`${error instanceof Error ? error.name : error} after ${text?.length} characters`)
  }
}

/** Puts new tokens into the file all the time, as after a refresh. */
async function write(): Promise<void> {
  const store = fileTokenStore(settings.authFile)
  for (;;) {
    await store.lock(async () => {
      const previous = await store.read()
      if (!previous) throw new Error('No login')
      const refreshToken = `rt_${crypto.randomUUID()}`
      tell({ type: 'wrote', refreshToken: previous.refreshToken ?? '' })
      await store.write({ ...previous, refreshToken, lastRefresh: Date.now() }, previous)
    })
  }
}

const WORK = { call: makeCalls, lock: holdLock, watch, write }

const lines = createInterface({ input: process.stdin })
tell({ type: 'ready' })
await once(lines, 'line')
await WORK[settings.work]()
tell({ type: 'done' })
// From here on nothing may keep the process alive.
lines.close()
process.stdin.destroy()

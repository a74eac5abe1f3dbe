import { readdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bundle } from './bundle.ts'
import { CALLS, outcomes, setUp } from './support.ts'

const WORKER = await bundle(new URL('./worker.ts', import.meta.url))
const SLOW = { timeout: 120_000 }

type Shared = Awaited<ReturnType<typeof setUp>>

const goAll = ({ workers }: Shared) => {
  for (const worker of workers) worker.go()
}

/** Kills the process of this name; gives the others. */
async function kill({ workers }: Shared, name: string) {
  const victim = workers.find((worker) => worker.name === name)
  victim?.signal('SIGKILL')
  expect(await victim?.ended).toEqual({ exitCode: null, signal: 'SIGKILL' })
  return workers.filter((worker) => worker !== victim)
}

/** All calls of these processes were answered, each with the answer to its own prompt, by good tokens only. */
async function expectAnswers({ server }: Shared, workers: Shared['workers']) {
  const { ends, stderr, answers, errors } = await outcomes(workers)
  expect(errors).toEqual([])
  expect(answers).toHaveLength(workers.length * CALLS)
  expect(answers.filter(({ prompt, text }) => !text.includes(prompt))).toEqual([])
  expect(new Set(answers.map(({ prompt }) => prompt)).size).toBe(answers.length)
  expect({ ends, stderr }).toEqual({ ends: [0], stderr: '' })
  expect(server.responseRequests.filter(({ status }) => status !== 200)).toEqual([])
}

/** The watcher saw whole files only, and these refresh tokens in them; nothing else is left in the folder. */
async function expectWhole({ watcher, authFile }: Shared, refreshTokens: string[]) {
  await watcher.hasSeenEnough()
  const seen = await watcher.stop()
  expect(seen.faults).toEqual([])
  expect(seen.refreshTokens).toEqual(refreshTokens)
  expect(seen.reads).toBeGreaterThanOrEqual(2000)
  expect(await readdir(dirname(authFile))).toEqual(['auth.json'])
}

describe('eight processes of twenty calls on one expired login', () => {
  it('refresh once, and all calls are answered', SLOW, async () => {
    const shared = await setUp(WORKER)
    const { gate, server, login, workers, watcher } = shared
    const holding = gate.hold('before')
    goAll(shared)
    const held = await holding
    await watcher.hasSeenEnough()
    held.release()

    await expectAnswers(shared, workers)
    expect(gate.asked).toEqual([held.from])
    expect(server.tokenRequests.map(({ status }) => status)).toEqual([200])
    const renewed = await shared.tokens()
    expect(renewed.refresh_token).not.toBe(login.tokens.refresh_token)
    await expectWhole(shared, [login.tokens.refresh_token, renewed.refresh_token])
  })

  it('refresh once more where one is killed before the tokens are rotated', SLOW, async () => {
    const shared = await setUp(WORKER)
    const { gate, server, login, watcher } = shared
    const holding = gate.hold('before')
    goAll(shared)
    const held = await holding
    await watcher.hasSeenEnough()
    const others = await kill(shared, held.from)
    await held.dropped

    await expectAnswers(shared, others)
    // The request of the dead one never reached the login server.
    expect(gate.asked).toEqual([held.from, expect.any(String)])
    expect(gate.asked[1]).not.toBe(held.from)
    expect(server.tokenRequests.map(({ status }) => status)).toEqual([200])
    const renewed = await shared.tokens()
    await expectWhole(shared, [login.tokens.refresh_token, renewed.refresh_token])
  })

  it('say that the login is used up where one is killed between rotation and write', SLOW, async () => {
    const shared = await setUp(WORKER)
    const { gate, server, login, watcher } = shared
    const before = await shared.text()
    const holding = gate.hold('after')
    goAll(shared)
    const held = await holding
    expect(server.tokenRequests.map(({ status }) => status)).toEqual([200])
    await watcher.hasSeenEnough()
    const others = await kill(shared, held.from)

    const { ends, stderr, answers, errors } = await outcomes(others)
    expect(answers).toEqual([])
    expect(errors).toHaveLength(others.length * CALLS)
    for (const error of errors) {
      expect(error).toMatchObject({
        name: 'CodexAuthRefreshError',
        code: 'CODEX_AUTH_REFRESH',
        reason: 'reused',
        message: expect.stringMatching(/another client has used this login/),
      })
    }
    expect({ ends, stderr }).toEqual({ ends: [0], stderr: '' })
    // One request each, since a process keeps in mind which refresh token is spent, and has no way to tell the others.
    expect(gate.asked).toHaveLength(1 + others.length)
    expect(new Set(gate.asked).size).toBe(gate.asked.length)
    expect(server.responseRequests).toEqual([])
    expect(await shared.text()).toBe(before)
    await expectWhole(shared, [login.tokens.refresh_token])
  })

  it('go on where the holder of the lock has died', SLOW, async () => {
    const shared = await setUp(WORKER)
    const { gate, login, workers, start } = shared
    const holder = await start('holder', 'lock')
    holder.go()
    await holder.heard('locked')
    expect(await readdir(dirname(shared.authFile))).toContain('auth.json.refresh-lock')
    holder.signal('SIGKILL')
    await holder.ended
    goAll(shared)

    await expectAnswers(shared, workers)
    expect(gate.asked).toHaveLength(1)
    const renewed = await shared.tokens()
    await expectWhole(shared, [login.tokens.refresh_token, renewed.refresh_token])
  })

  it('go on where the holder of the lock was stopped, and it too when it may go on', SLOW, async () => {
    const shared = await setUp(WORKER)
    const { gate, server, login, workers } = shared
    const holding = gate.hold('before')
    goAll(shared)
    const held = await holding
    const stopped = workers.find(({ name }) => name === held.from)
    if (!stopped) throw new Error(`No worker ${held.from}`)
    stopped.signal('SIGSTOP')
    const others = workers.filter((worker) => worker !== stopped)
    await Promise.all(others.map(({ ended }) => ended))
    expect(gate.asked).toHaveLength(2)

    // Awake again, it spends a token that is spent, and takes what the file holds by now.
    held.release()
    stopped.signal('SIGCONT')
    await expectAnswers(shared, workers)
    expect(gate.asked).toHaveLength(2)
    expect(server.tokenRequests.map(({ status }) => status)).toEqual([200, 401])
    const renewed = await shared.tokens()
    await expectWhole(shared, [login.tokens.refresh_token, renewed.refresh_token])
  })
})

import fs, { mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import os from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  type FileLockOptions,
  LOCK_WAIT_MS,
  STALE_AFTER_MS,
  withFileLock,
} from '../../../src/auth/file/lock.ts'
import { bundle } from '../../processes/bundle.ts'
import { makeAuthFile, makeFolder, rejection, withoutRights } from '../helpers.ts'
import { startWorker } from '../worker.ts'

let worker: string
beforeAll(async () => {
  worker = await bundle(new URL('./worker.ts', import.meta.url))
}, 60_000)

const TOKEN = '00000000-0000-4000-8000-000000000000'
/** The lock of a process on a machine of which nothing is known here. */
const FOREIGN = JSON.stringify({ token: TOKEN, pid: 1, host: 'elsewhere', system: 'another' })
const entries = async (file: string) => (await readdir(dirname(file))).sort()

/** A clock that goes on by a step at each look, and what happens then. */
function steps(ms: number, onStep: (time: number) => unknown = () => {}) {
  const clock = { time: 0 }
  const options: FileLockOptions = {
    now: () => clock.time,
    sleep: async () => {
      clock.time += ms
      await onStep(clock.time)
    },
  }
  return { clock, options }
}

/** Only what is known of a dead process can help here: no time goes by. */
const timeless: FileLockOptions = { now: () => 0 }

describe('withFileLock', () => {
  it('keeps a file beside the real file while it runs, which says who holds it', async () => {
    const target = await makeAuthFile('{}')
    const link = join(await makeFolder(), 'auth.json')
    await symlink(target, link)
    const answer = await withFileLock(link, async () => {
      expect(JSON.parse(await readFile(`${target}.refresh-lock`, 'utf8'))).toMatchObject({
        token: expect.stringMatching(/^[\da-f-]{36}$/),
        pid: process.pid,
        host: os.hostname(),
      })
      return 7
    })
    expect(answer).toBe(7)
    expect(await entries(target)).toEqual(['auth.json'])
    expect(await entries(link)).toEqual(['auth.json'])
  })

  it('takes a file that is still to be made', async () => {
    const file = join(await makeFolder(), 'auth.json')
    await withFileLock(file, async () => expect(await entries(file)).toEqual(['auth.json.refresh-lock']))
    expect(await entries(file)).toEqual([])
  })

  it('is at no time without its holder, and leaves nothing else', async () => {
    const file = await makeAuthFile('{}')
    const link = vi.spyOn(fs, 'link')
    const open = vi.spyOn(fs, 'open')
    await withFileLock(file, async () => {
      expect(await entries(file)).toEqual(['auth.json', 'auth.json.refresh-lock'])
    })
    const made = open.mock.calls.filter(([, flags]) => flags === 'wx').map(([path]) => String(path))
    const linked = link.mock.calls.map(([from, to]) => [String(from), String(to)])
    vi.restoreAllMocks()
    expect(linked[0]).toEqual([made[0], `${file}.refresh-lock`])
    expect(made).not.toContain(`${file}.refresh-lock`)
    expect(await entries(file)).toEqual(['auth.json'])
  })

  it.each(['EPERM', 'ENOSYS', 'ENOTSUP'])('is made in place where there are no links: %s', async (code) => {
    const file = await makeAuthFile('{}')
    vi.spyOn(fs, 'link').mockImplementation(() =>
      Promise.reject(Object.assign(new Error(code), { code, syscall: 'link' })),
    )
    const text = await withFileLock(file, () => readFile(`${file}.refresh-lock`, 'utf8'), timeless)
    vi.restoreAllMocks()
    expect(JSON.parse(text)).toMatchObject({ pid: process.pid })
    expect(await entries(file)).toEqual(['auth.json'])
  })

  it('knows a link whose answer got lost', async () => {
    const file = await makeAuthFile('{}')
    const link = fs.link
    vi.spyOn(fs, 'link').mockImplementation(async (from, to) => {
      await link(from, to)
      throw Object.assign(new Error('EEXIST'), { code: 'EEXIST', syscall: 'link' })
    })
    expect(await withFileLock(file, async () => 'run', timeless)).toBe('run')
    vi.restoreAllMocks()
    expect(await entries(file)).toEqual(['auth.json'])
  })

  it('lets one run at a time', async () => {
    const file = await makeAuthFile('{}')
    let [running, most, runs] = [0, 0, 0]
    const run = async () => {
      most = Math.max(most, ++running)
      await new Promise(setImmediate)
      running--
      runs++
    }
    await Promise.all(Array.from({ length: 8 }, () => withFileLock(file, run, timeless)))
    expect([most, runs]).toEqual([1, 8])
    expect(await entries(file)).toEqual(['auth.json'])
  })

  it('is free again after an error, which is passed on', async () => {
    const file = await makeAuthFile('{}')
    const failure = new Error('oops')
    expect(await rejection(withFileLock(file, () => Promise.reject(failure)))).toBe(failure)
    expect(await entries(file)).toEqual(['auth.json'])
  })

  it('leaves the lock of another who took it over', async () => {
    const file = await makeAuthFile('{}')
    await withFileLock(file, () => writeFile(`${file}.refresh-lock`, FOREIGN))
    expect(await readFile(`${file}.refresh-lock`, 'utf8')).toBe(FOREIGN)
  })

  it('gives signs of life', async () => {
    const file = await makeAuthFile('{}')
    const run = async () => {
      await utimes(`${file}.refresh-lock`, 1, 1)
      while ((await stat(`${file}.refresh-lock`)).mtimeMs === 1000) await new Promise(setImmediate)
    }
    await withFileLock(file, run, { heartbeatMs: 1 })
    expect(await entries(file)).toEqual(['auth.json'])
  })
})

describe('the heartbeat', () => {
  afterEach(() => void vi.useRealTimers())

  it('beats several times before a lock counts as abandoned', async () => {
    const file = await makeAuthFile('{}')
    const lock = `${file}.refresh-lock`
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    await withFileLock(file, async () => {
      for (let beat = 0; beat < 3; beat++) {
        await utimes(lock, 1, 1)
        vi.advanceTimersByTime(STALE_AFTER_MS / 4)
        while ((await stat(lock)).mtimeMs === 1000) await new Promise(setImmediate)
      }
    })
  })

  it.each([
    ['a result', async () => {}],
    ['an error', () => Promise.reject(new Error('oops'))],
  ])('ends with %s: no timer is left', async (_, run) => {
    const file = await makeAuthFile('{}')
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    let during = 0
    await withFileLock(file, async () => {
      during = vi.getTimerCount()
      await run()
    }).catch(() => {})
    expect([during, vi.getTimerCount()]).toEqual([1, 0])
  })
})

describe('a lock whose holder is gone', () => {
  it('is taken over at once where the process was killed', async () => {
    const file = await makeAuthFile('{}')
    const holder = startWorker(worker, 'hold', file)
    await holder.said()
    expect(JSON.parse(await readFile(`${file}.refresh-lock`, 'utf8')).pid).toBe(holder.pid)
    await holder.kill()
    expect(await withFileLock(file, async () => 'ours', timeless)).toBe('ours')
    expect(await entries(file)).toEqual(['auth.json'])
  })

  it('is waited for where the process lives', async () => {
    const file = await makeAuthFile('{}')
    const holder = startWorker(worker, 'hold', file)
    await holder.said()
    let looks = 0
    const sleep = async () => {
      // It is the same process all the time, until it is killed.
      if (++looks === 20) await holder.kill()
    }
    await withFileLock(file, async () => {}, { ...timeless, sleep })
    expect(looks).toBeGreaterThanOrEqual(20)
  })

  it('is taken over by one of many who wait in many processes', async () => {
    const file = await makeAuthFile('0')
    const holder = startWorker(worker, 'hold', file)
    await holder.said()
    const counters = Array.from({ length: 6 }, () => startWorker(worker, 'count', file))
    await holder.kill()
    expect(await Promise.all(counters.map(({ ended }) => ended))).toEqual(counters.map(() => [0, null]))
    expect(await readFile(file, 'utf8')).toBe('60')
    expect(await entries(file)).toEqual(['auth.json'])
  })

  it('is taken over by one of many who have seen the same silence', async () => {
    const file = await makeAuthFile('{}')
    await writeFile(`${file}.refresh-lock`, FOREIGN)
    let [running, most, runs] = [0, 0, 0]
    const run = async () => {
      most = Math.max(most, ++running)
      for (let n = 0; n < 5; n++) await new Promise(setImmediate)
      running--
      runs++
    }
    await Promise.all(Array.from({ length: 10 }, () => withFileLock(file, run, steps(100).options)))
    expect([most, runs]).toEqual([1, 10])
    expect(await entries(file)).toEqual(['auth.json'])
  })

  it.each([
    ['another machine', FOREIGN],
    ['nothing', ''],
    ['half of a lock', FOREIGN.slice(0, 30)],
    ['something else', '{"token":"../../x","pid":1}'],
    ['the same process', JSON.stringify({ token: TOKEN, pid: process.pid })],
  ])('is taken over after 15 s of silence: %s', async (_, content) => {
    const file = await makeAuthFile('{}')
    await writeFile(`${file}.refresh-lock`, content)
    const { clock, options } = steps(500)
    await withFileLock(file, async () => {}, options)
    expect(clock.time).toBeGreaterThanOrEqual(STALE_AFTER_MS)
    expect(clock.time).toBeLessThanOrEqual(STALE_AFTER_MS + 1000)
    expect(await entries(file)).toEqual(['auth.json'])
  })

  it('is not taken for silent by a machine that slept', async () => {
    const file = await makeAuthFile('{}')
    await writeFile(`${file}.refresh-lock`, FOREIGN)
    let looks = 0
    const { options } = steps(3_600_000, () => {
      looks++
    })
    await withFileLock(file, async () => {}, options)
    expect(looks).toBeGreaterThanOrEqual(15)
  })

  it.each([
    ['dead', true],
    ['of another machine', false],
  ])('is taken over though the one who began to died: %s', async (_, isKnown) => {
    const file = await makeAuthFile('{}')
    const holder = startWorker(worker, 'hold', file)
    await holder.said()
    await holder.kill()
    const { token } = JSON.parse(await readFile(`${file}.refresh-lock`, 'utf8'))
    await writeFile(
      `${file}.refresh-lock.${token}`,
      isKnown ? await readFile(`${file}.refresh-lock`) : FOREIGN,
    )
    await withFileLock(file, async () => {}, isKnown ? timeless : steps(500).options)
    expect(await entries(file)).toEqual(['auth.json'])
  })
})

describe('a lock that can not be had', () => {
  it('is waited for 60 s at most, where its holder lives', async () => {
    const file = await makeAuthFile('{}')
    await writeFile(`${file}.refresh-lock`, FOREIGN)
    const { clock, options } = steps(500, (time) => utimes(`${file}.refresh-lock`, time, time))
    let hasRun = false
    const failure = await rejection(
      withFileLock(
        file,
        async () => {
          hasRun = true
        },
        options,
      ),
    )
    expect(failure).toMatchObject({
      code: 'CODEX_AUTH_REFRESH',
      reason: 'network',
      message:
        'The login could not be renewed just now: process 1 on elsewhere has held its lock for 60 s. ' +
        `Try again; if no such process is there, delete ${file}.refresh-lock.`,
    })
    expect(clock.time).toBe(LOCK_WAIT_MS)
    expect(hasRun).toBe(false)
    expect(await readFile(`${file}.refresh-lock`, 'utf8')).toBe(FOREIGN)
  })

  it('is done without in a folder that can not be written', async () => {
    const file = await makeAuthFile('{}')
    const run = async () => entries(file)
    expect(await withoutRights(file, 0o444, () => withFileLock(file, run, timeless))).toEqual(['auth.json'])
  })

  it('is done without where there is no folder', async () => {
    const file = join(await makeFolder(), 'none', 'auth.json')
    expect(await withFileLock(file, async () => 'run', timeless)).toBe('run')
  })

  it('is done without where the lock of another tool, a folder, is left', async () => {
    const file = await makeAuthFile('{}')
    await mkdir(`${file}.refresh-lock`)
    const { clock, options } = steps(500)
    expect(await withFileLock(file, async () => 'run', options)).toBe('run')
    expect(clock.time).toBeGreaterThanOrEqual(STALE_AFTER_MS)
    await rm(`${file}.refresh-lock`, { recursive: true })
    expect(await entries(file)).toEqual(['auth.json'])
  })

  it('is asked for again on Windows, where a file that is being deleted refuses', async () => {
    const file = await makeAuthFile('{}')
    vi.stubGlobal('process', Object.create(process, { platform: { value: 'win32' } }))
    const open = vi.spyOn(fs, 'open')
    for (const code of ['EPERM', 'EBUSY', 'EACCES']) {
      open.mockRejectedValueOnce(Object.assign(new Error(code), { code }))
    }
    const seen = await withFileLock(file, () => entries(file), timeless)
    vi.unstubAllGlobals()
    vi.restoreAllMocks()
    expect(seen).toEqual(['auth.json', 'auth.json.refresh-lock'])
  })
})

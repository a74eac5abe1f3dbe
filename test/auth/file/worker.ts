import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { withFileLock } from '../../../src/auth/file/lock.ts'
import { fileTokenStore } from '../../../src/auth/file/store.ts'

// A process of its own for tests: node worker.mjs <task> <file>. It says on stdout how far it has come.

const [, , task = '', file = ''] = process.argv
const say = (text: string) => process.stdout.write(`${text}\n`)

/** Holds the lock of the file until it is killed. */
const hold = () =>
  withFileLock(file, async () => {
    say('held')
    await new Promise(() => setInterval(() => {}, 1000))
  })

/** Adds one to a number in the file, ten times, each under the lock: none gets lost if they come one by one. */
async function count() {
  for (let n = 0; n < 10; n++) {
    await withFileLock(file, async () => {
      const before = Number(await readFile(file, 'utf8'))
      await new Promise(setImmediate)
      await writeFile(file, String(before + 1))
    })
  }
}

/** Renews the tokens in the file until it is killed. */
async function write() {
  const names = (n: number) => ({ accessToken: `access-${n}`, refreshToken: `rt_${n}` })
  const { read, write } = fileTokenStore(file)
  for (let n = Number((await read())?.refreshToken?.slice(3)); ; n++) {
    say(String(n))
    await write(names(n + 1), names(n))
  }
}

const tasks: Record<string, () => Promise<unknown>> = { hold, count, write }
await tasks[task]?.().catch((error: unknown) => appendFile(`${file}.errors`, String(error)))

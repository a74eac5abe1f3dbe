import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createDiskCache } from '../../src/lib/disk-cache.ts'

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'codex-cache-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }))
  return folder
}

test('keeps values in files of the folder, which is made for them, and leaves nothing else', async () => {
  const folder = join(await makeFolder(), 'a', 'b')
  const cache = createDiskCache(folder)
  expect(await cache.read('x.json')).toBeUndefined()
  await cache.write('x.json', { a: [1] })
  await cache.write('y.json', 'text')
  await cache.write('x.json', { a: [2] })
  expect(await cache.read('x.json')).toEqual({ a: [2] })
  expect(await createDiskCache(folder).read('y.json')).toBe('text')
  expect((await readdir(folder)).sort()).toEqual(['x.json', 'y.json'])
})

test.skipIf(process.platform === 'win32')('is for its owner only', async () => {
  const folder = join(await makeFolder(), 'a')
  await createDiskCache(folder).write('x.json', 1)
  expect((await stat(join(folder, 'x.json'))).mode & 0o777).toBe(0o600)
  expect((await stat(folder)).mode & 0o777).toBe(0o700)
})

test.each(['', '{"a":', 'no JSON', '\u0000'])('a file that holds %j is none', async (content) => {
  const folder = await makeFolder()
  await writeFile(join(folder, 'x.json'), content)
  const cache = createDiskCache(folder)
  expect(await cache.read('x.json')).toBeUndefined()
  await cache.write('x.json', 1)
  expect(await cache.read('x.json')).toBe(1)
})

test('readers of a value that is written again and again see whole ones', async () => {
  const folder = await makeFolder()
  const cache = createDiskCache(folder)
  const value = (n: number) => ({ n, text: 'x'.repeat(100_000) })
  await cache.write('x.json', value(0))
  const writes = Array.from({ length: 20 }, (_, n) => cache.write('x.json', value(n)))
  const reads = await Promise.all(Array.from({ length: 50 }, () => cache.read('x.json')))
  await Promise.all(writes)
  for (const read of reads) expect(read).toMatchObject({ text: 'x'.repeat(100_000) })
  expect(await readdir(folder)).toEqual(['x.json'])
})

test('a folder that cannot be written to or read is an empty cache', async () => {
  const file = join(await makeFolder(), 'file')
  await writeFile(file, 'untouched')
  for (const folder of [file, join(file, 'below')]) {
    const cache = createDiskCache(folder)
    await cache.write('x.json', 1)
    expect(await cache.read('x.json')).toBeUndefined()
  }
  expect(await readFile(file, 'utf8')).toBe('untouched')
})

test('what is no file under the name stays, and is no value', async () => {
  const folder = await makeFolder()
  await mkdir(join(folder, 'x.json'))
  const cache = createDiskCache(folder)
  await cache.write('x.json', 1)
  expect(await cache.read('x.json')).toBeUndefined()
  expect(await readdir(folder)).toEqual(['x.json'])
})

test('a value that JSON cannot say is not kept', async () => {
  const folder = await makeFolder()
  const cache = createDiskCache(folder)
  const circle: { self?: unknown } = {}
  circle.self = circle
  for (const value of [undefined, circle, 1n]) await cache.write('x.json', value)
  expect(await readdir(folder)).toEqual([])
})

test('the folder: the setting, else CODEX_CACHE_DIR, else that of the platform; read at each use', async () => {
  const [given, named, platform] = await Promise.all([makeFolder(), makeFolder(), makeFolder()])
  const cache = createDiskCache()
  vi.stubEnv('CODEX_CACHE_DIR', named)
  await cache.write('named.json', 1)
  await createDiskCache(given).write('given.json', 1)
  vi.stubEnv('CODEX_CACHE_DIR', '')
  for (const name of ['XDG_CACHE_HOME', 'LOCALAPPDATA', 'HOME']) vi.stubEnv(name, platform)
  await cache.write('platform.json', 1)
  expect(await readdir(named)).toEqual(['named.json'])
  expect(await readdir(given)).toEqual(['given.json'])
  expect((await readdir(platform, { recursive: true })).join()).toContain('ai-sdk-provider-codex')
})

test.skipIf(process.platform === 'win32').each([
  ['win32', { LOCALAPPDATA: 'local' }, 'local'],
  ['win32', {}, 'home/AppData/Local'],
  ['darwin', { XDG_CACHE_HOME: 'xdg', LOCALAPPDATA: 'local' }, 'home/Library/Caches'],
  ['linux', { XDG_CACHE_HOME: 'xdg', LOCALAPPDATA: 'local' }, 'xdg'],
  ['linux', {}, 'home/.cache'],
])('on %s with %j, it is %s', async (platform, env, expected) => {
  const root = await makeFolder()
  for (const name of ['CODEX_CACHE_DIR', 'XDG_CACHE_HOME', 'LOCALAPPDATA']) vi.stubEnv(name, undefined)
  for (const [name, folder] of Object.entries(env)) vi.stubEnv(name, join(root, folder))
  vi.stubEnv('HOME', join(root, 'home'))
  const own = Object.getOwnPropertyDescriptor(process, 'platform')
  Object.defineProperty(process, 'platform', { ...own, value: platform })
  onTestFinished(() => void Object.defineProperty(process, 'platform', own ?? {}))
  await createDiskCache().write('a.json', 1)
  expect(await readdir(join(root, expected, 'ai-sdk-provider-codex'))).toEqual(['a.json'])
})

test.skipIf(process.platform === 'win32')('~ is the home folder', async () => {
  const home = await makeFolder()
  vi.stubEnv('HOME', home)
  expect(homedir()).toBe(home)
  await createDiskCache('~/cache').write('x.json', 1)
  expect(await readdir(join(home, 'cache'))).toEqual(['x.json'])
})

test('without a file system nothing is kept, and nothing fails', async () => {
  const folder = await makeFolder()
  const modules = vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined as never)
  onTestFinished(() => modules.mockRestore())
  const cache = createDiskCache(folder)
  await cache.write('x.json', 1)
  const read = await cache.read('x.json')
  modules.mockRestore()
  expect(read).toBeUndefined()
  expect(await readdir(folder)).toEqual([])
})

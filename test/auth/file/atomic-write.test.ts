import fs, { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { canReplace, replaceFile } from '../../../src/auth/file/atomic-write.ts'
import { makeAuthFile, rejection } from '../helpers.ts'

afterEach(() => vi.restoreAllMocks())

const entries = async (file: string) => (await readdir(dirname(file))).sort()
const fault = (code: string) => Object.assign(new Error(code), { code })

/** Lets the handles of files that are opened with these flags do something else. */
function changeHandles(flags: string, method: 'writeFile' | 'write', run: (...args: unknown[]) => unknown) {
  const { open } = fs
  vi.spyOn(fs, 'open').mockImplementation(async (...args: Parameters<typeof open>) => {
    const handle = await open(...args)
    if (args[1] === flags) Object.defineProperty(handle, method, { value: run })
    return handle
  })
}

describe('replaceFile', () => {
  it('starts again from a text that was changed before the rename', async () => {
    const file = await makeAuthFile('one')
    const seen: string[] = []
    await replaceFile(file, (text) => {
      seen.push(text)
      return `${text}, ours`
    })
    expect(seen).toEqual(['one'])
    const { stat: realStat } = fs
    // Another client writes between our reading and our rename: at the second look.
    let looks = 0
    vi.spyOn(fs, 'stat').mockImplementation((async (...args: Parameters<typeof realStat>) => {
      if (++looks === 2) await writeFile(file, 'two')
      return realStat(...args)
    }) as typeof realStat)
    await replaceFile(file, (text) => {
      seen.push(text)
      return `${text}, ours`
    })
    expect(seen).toEqual(['one', 'one, ours', 'two'])
    expect(await readFile(file, 'utf8')).toBe('two, ours')
    expect(await entries(file)).toEqual(['auth.json'])
  })

  it('gives up on a file that keeps changing', async () => {
    const file = await makeAuthFile('0')
    let changes = 0
    const { rename } = fs
    vi.spyOn(fs, 'rename').mockImplementation(rename)
    const { stat: realStat } = fs
    vi.spyOn(fs, 'stat').mockImplementation((async (...args: Parameters<typeof realStat>) => {
      await writeFile(file, String(++changes))
      return realStat(...args)
    }) as typeof realStat)
    expect(await rejection(replaceFile(file, (text) => `${text}, ours`))).toMatchObject({ code: 'EAGAIN' })
    expect(fs.rename).not.toHaveBeenCalled()
    expect(await readFile(file, 'utf8')).not.toContain('ours')
    expect(await entries(file)).toEqual(['auth.json'])
  })

  it.each(['EACCES', 'EIO', 'EMFILE'])('takes %s for an error, and not for a deleted file', async (code) => {
    const file = await makeAuthFile('old')
    const { open } = fs
    vi.spyOn(fs, 'open').mockImplementation((...args: Parameters<typeof open>) =>
      args[0] === file ? Promise.reject(fault(code)) : open(...args),
    )
    const change = vi.fn(() => 'new')
    expect(await rejection(replaceFile(file, change))).toMatchObject({ code })
    expect(change).not.toHaveBeenCalled()
  })

  it('leaves the old file and no other where the write fails', async () => {
    const file = await makeAuthFile('old')
    changeHandles('wx', 'writeFile', () => Promise.reject(fault('ENOSPC')))
    expect(await rejection(replaceFile(file, () => 'new'))).toMatchObject({ code: 'ENOSPC' })
    expect(await readFile(file, 'utf8')).toBe('old')
    expect(await entries(file)).toEqual(['auth.json'])
  })

  it('reports a file that can neither be replaced nor written over completely', async () => {
    const file = await makeAuthFile('old')
    vi.spyOn(fs, 'rename').mockImplementation(() => Promise.reject(fault('EXDEV')))
    changeHandles('r+', 'write', async () => ({ bytesWritten: 1, buffer: new Uint8Array() }))
    expect(await rejection(replaceFile(file, () => 'new'))).toMatchObject({ code: 'EXDEV' })
    expect(await readFile(file, 'utf8')).toBe('old')
    expect(await entries(file)).toEqual(['auth.json'])
  })
})

describe('canReplace', () => {
  it('leaves no file, also where one can not be removed at once', async () => {
    const file = await makeAuthFile('{}')
    const { rm } = fs
    let refusals = 2
    vi.spyOn(fs, 'rm').mockImplementation((...args: Parameters<typeof rm>) =>
      refusals-- > 0 ? Promise.reject(fault('EBUSY')) : rm(...args),
    )
    const { mtimeMs } = await stat(file)
    expect(await canReplace(file)).toBe(true)
    expect(refusals).toBeLessThan(0)
    expect(await entries(file)).toEqual(['auth.json'])
    expect((await stat(file)).mtimeMs).toBe(mtimeMs)
  })

  it.each([
    ['the file', 'r+'],
    ['its folder', 'wx'],
  ])('is false where %s can not be written', async (_, flags) => {
    const file = await makeAuthFile('{}')
    const { open } = fs
    vi.spyOn(fs, 'open').mockImplementation((...args: Parameters<typeof open>) =>
      args[1] === flags ? Promise.reject(fault('EROFS')) : open(...args),
    )
    expect(await canReplace(file)).toBe(false)
    expect(await entries(file)).toEqual(['auth.json'])
  })
})

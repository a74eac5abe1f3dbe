import { afterEach, expect, test, vi } from 'vitest'
import { describePlatform, loadNodeModule, readEnv, sha256, warnUser } from '../src/platform.ts'

afterEach(() => vi.unstubAllGlobals())

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const SHA256_OF_ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'

test('an environment variable that is empty counts as unset', () => {
  vi.stubEnv('CODEX_TEST_VALUE', '')
  expect(readEnv('CODEX_TEST_VALUE')).toBeUndefined()
  vi.stubEnv('CODEX_TEST_VALUE', 'x')
  expect(readEnv('CODEX_TEST_VALUE')).toBe('x')
})

test('in Node', async () => {
  expect(describePlatform()).toBe(`${process.platform}; ${process.arch}`)
  expect(await loadNodeModule('node:path')).toHaveProperty('join')
  expect(hex(await sha256('abc'))).toBe(SHA256_OF_ABC)
})

test('in an older Node, without getBuiltinModule', async () => {
  vi.stubGlobal('process', { ...process, getBuiltinModule: undefined })
  expect(await loadNodeModule('node:path')).toHaveProperty('join')
  expect(hex(await sha256('abc'))).toBe(SHA256_OF_ABC)
})

test('where there is no process', async () => {
  vi.stubGlobal('process', undefined)
  const seen = [
    readEnv('HOME'),
    await loadNodeModule('node:path'),
    describePlatform(),
    hex(await sha256('abc')),
  ]
  vi.unstubAllGlobals()
  expect(seen).toEqual([undefined, undefined, 'unknown; unknown', SHA256_OF_ABC])
})

test('where the functions of process throw, as in the edge sandbox of Next.js', async () => {
  const refuse = () => {
    throw new Error('A Node.js API is used, which is not supported in the Edge Runtime.')
  }
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  vi.stubGlobal('process', { env: { HOME: '/home/ada' }, getBuiltinModule: refuse, emitWarning: refuse })
  warnUser('Mind the gap.')
  const seen = [readEnv('HOME'), describePlatform(), hex(await sha256('abc'))]
  vi.unstubAllGlobals()
  expect(seen).toEqual(['/home/ada', 'unknown; unknown', SHA256_OF_ABC])
  expect(warn.mock.calls).toEqual([['ai-sdk-provider-codex: Mind the gap.']])
  warn.mockRestore()
})

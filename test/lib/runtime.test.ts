import { expect, test, vi } from 'vitest'
import { describePlatform, loadNodeModule, readEnv, sha256, warnUser } from '../../src/lib/runtime.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const SHA256_OF_ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'

/** Runs something while another `process` stands there, and no longer: the test runner needs the real one. */
function withProcess<T>(stub: unknown, run: () => T): T {
  vi.stubGlobal('process', stub)
  try {
    return run()
  } finally {
    vi.unstubAllGlobals()
  }
}

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
  const { path, digest } = withProcess({ ...process, getBuiltinModule: undefined }, () => ({
    path: loadNodeModule('node:path'),
    digest: sha256('abc'),
  }))
  expect(await path).toHaveProperty('join')
  expect(hex(await digest)).toBe(SHA256_OF_ABC)
})

test('where there is no process', async () => {
  const { env, path, platform, digest } = withProcess(undefined, () => ({
    env: readEnv('HOME'),
    path: loadNodeModule('node:path'),
    platform: describePlatform(),
    digest: sha256('abc'),
  }))
  expect([env, await path, platform]).toEqual([undefined, undefined, 'unknown; unknown'])
  expect(hex(await digest)).toBe(SHA256_OF_ABC)
})

test('where the functions of process throw, as in the edge sandbox of Next.js', async () => {
  const refuse = () => {
    throw new Error('A Node.js API is used, which is not supported in the Edge Runtime.')
  }
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const sandbox = { env: { HOME: '/home/ada' }, getBuiltinModule: refuse, emitWarning: refuse }
  const { env, platform, path, digest } = withProcess(sandbox, () => {
    warnUser('Mind the gap.')
    return {
      env: readEnv('HOME'),
      platform: describePlatform(),
      path: loadNodeModule('node:path'),
      digest: sha256('abc'),
    }
  })
  expect([env, platform, await path]).toEqual(['/home/ada', 'unknown; unknown', undefined])
  expect(hex(await digest)).toBe(SHA256_OF_ABC)
  expect(warn.mock.calls).toEqual([['ai-sdk-provider-codex: Mind the gap.']])
  warn.mockRestore()
})

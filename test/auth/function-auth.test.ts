import { generateText } from 'ai'
import { createCodex } from 'ai-sdk-provider-codex'
import { type AuthRequest, type CodexTokens, createTokenManager } from 'ai-sdk-provider-codex/auth'
import { describe, expect, it } from 'vitest'
import type { CodexAuth } from '../../src/auth/tokens.ts'
import { encodeJwt, rejection, secretsIn, startServer, tokensOf } from './helpers.ts'

const MINUTE = 60_000

/** A function that gives tokens of one hour, and what it was asked. */
function setUp(make?: (n: number) => CodexTokens | Promise<CodexTokens>) {
  const clock = { now: 1_800_000_000_000 }
  const asked: AuthRequest[] = []
  const fresh = () => ({ accessToken: encodeJwt({ exp: clock.now / 1000 + 3600 }) })
  const auth = (why: AuthRequest) => {
    asked.push(why)
    return make ? make(asked.length) : fresh()
  }
  const manager = createTokenManager({ auth, now: () => clock.now })
  return { clock, asked, manager, reasons: () => asked.map(({ reason }) => reason) }
}

describe('an auth function', () => {
  it('is asked once, until 5 minutes before the end', async () => {
    const { clock, manager, reasons } = setUp()
    const first = await manager.getTokens()
    clock.now += 55 * MINUTE - 1
    expect(await manager.getTokens()).toBe(first)
    clock.now += 1
    expect(await manager.getTokens()).not.toBe(first)
    expect(reasons()).toEqual(['initial', 'expired'])
  })

  it('is not asked again where no end is known, until a 401', async () => {
    const { clock, manager, reasons } = setUp((n) => ({ accessToken: `opaque-${n}` }))
    await manager.getTokens()
    clock.now += 365 * 24 * 60 * MINUTE
    expect(await manager.getTokens()).toEqual({ accessToken: 'opaque-1' })
    manager.invalidate('another')
    expect(await manager.getTokens()).toEqual({ accessToken: 'opaque-1' })
    manager.invalidate('opaque-1')
    manager.invalidate('opaque-1')
    expect(await manager.getTokens()).toEqual({ accessToken: 'opaque-2' })
    expect(reasons()).toEqual(['initial', 'unauthorized'])
  })

  it('is not asked again within a minute for tokens that it has just renewed, however often they are refused', async () => {
    const { clock, manager, reasons } = setUp((n) => ({ accessToken: `opaque-${n}` }))
    await manager.getTokens()
    for (let refused = 0; refused < 20; refused++) {
      manager.invalidate()
      expect((await manager.getTokens()).accessToken).toBe('opaque-2')
    }
    clock.now += MINUTE - 1
    expect((await manager.getTokens()).accessToken).toBe('opaque-2')
    clock.now += 1
    expect((await manager.getTokens()).accessToken).toBe('opaque-3')
    expect(reasons()).toEqual(['initial', 'unauthorized', 'unauthorized'])
  })

  it('is asked again for a clock that was set back', async () => {
    const { clock, manager, reasons } = setUp((n) => ({ accessToken: `opaque-${n}` }))
    await manager.getTokens()
    manager.invalidate()
    await manager.getTokens()
    manager.invalidate()
    clock.now -= 1
    await manager.getTokens()
    expect(reasons()).toEqual(['initial', 'unauthorized', 'unauthorized'])
  })

  it('goes by expiresAt where the token does not say its end', async () => {
    const { clock, manager, reasons } = setUp(() => ({
      accessToken: 'opaque',
      expiresAt: clock.now + 10 * MINUTE,
    }))
    await manager.getTokens()
    clock.now += 4 * MINUTE
    await manager.getTokens()
    clock.now += MINUTE
    await manager.getTokens()
    expect(reasons()).toEqual(['initial', 'expired'])
  })

  it('is asked again after half their time where tokens live less than 10 minutes', async () => {
    const { clock, manager, reasons } = setUp(() => ({
      accessToken: 'opaque',
      expiresAt: clock.now + 4 * MINUTE,
    }))
    await manager.getTokens()
    clock.now += 2 * MINUTE - 1
    await manager.getTokens()
    expect(reasons()).toEqual(['initial'])
    clock.now += 1
    await manager.getTokens()
    expect(reasons()).toEqual(['initial', 'expired'])
  })

  it('is asked once by a call, however short its tokens live', async () => {
    const server = await startServer()
    let asked = 0
    const auth = () => {
      asked++
      return tokensOf(server.login({ expiresInSeconds: 60 }))
    }
    const codex = createCodex({ baseURL: server.baseURL, auth, codexMode: false })
    await generateText({ model: codex('gpt-6.1-sol'), prompt: 'hi', maxRetries: 0 })
    expect(asked).toBe(1)
  })

  it('is asked once for many callers', async () => {
    const { manager, asked } = setUp()
    const all = await Promise.all([manager.getTokens(), manager.getTokens(), manager.getTokens()])
    expect(asked).toHaveLength(1)
    expect(new Set(all).size).toBe(1)
  })

  it('passes its own errors on, and is asked again', async () => {
    const fault = new Error('vault is sealed')
    const { manager, reasons } = setUp((n) => {
      if (n === 1) throw fault
      return { accessToken: 'a' }
    })
    expect(await rejection(manager.getTokens())).toBe(fault)
    expect(await manager.getTokens()).toEqual({ accessToken: 'a' })
    expect(reasons()).toEqual(['initial', 'initial'])
  })

  it('goes on while one caller still waits', async () => {
    const { manager, asked, release } = setUpHeld()
    const controller = new AbortController()
    const [one, two] = [rejection(manager.getTokens(controller.signal)), manager.getTokens()]
    controller.abort(new Error('enough'))
    expect(await one).toMatchObject({ message: 'enough' })
    release()
    expect(await two).toEqual({ accessToken: 'a' })
    expect(asked).toHaveLength(1)
    expect(asked[0]?.signal?.aborted).toBe(false)
  })

  /** A function whose first call was left by its caller, and answers on `release`; the others answer at once. */
  async function setUpLeft() {
    let release = (_tokens: CodexTokens) => {}
    const late = new Promise<CodexTokens>((resolve) => {
      release = resolve
    })
    const parts = setUp((n) => (n === 1 ? late : { accessToken: `opaque-${n}` }))
    const controller = new AbortController()
    const left = rejection(parts.manager.getTokens(controller.signal))
    controller.abort(new Error('enough'))
    expect(await left).toMatchObject({ message: 'enough' })
    const answerLate = async () => {
      release({ accessToken: 'late' })
      await new Promise(setImmediate)
    }
    return { ...parts, answerLate }
  }

  it('is told when nobody waits any more, and asked anew, also where it never ends', async () => {
    const { manager, asked } = await setUpLeft()
    expect(asked[0]?.signal).toMatchObject({ aborted: true, reason: { message: 'enough' } })
    expect(await manager.getTokens()).toEqual({ accessToken: 'opaque-2' })
    expect(asked[1]?.signal?.aborted).toBe(false)
  })

  it('does not replace newer tokens by a late answer', async () => {
    const { manager, asked, answerLate } = await setUpLeft()
    await manager.getTokens()
    await answerLate()
    expect(await manager.getTokens()).toEqual({ accessToken: 'opaque-2' })
    manager.invalidate()
    expect(await manager.getTokens()).toEqual({ accessToken: 'opaque-3' })
    expect(asked).toHaveLength(3)
  })

  it('has its late answer used where there is none newer', async () => {
    const { manager, asked, answerLate } = await setUpLeft()
    await answerLate()
    expect(await manager.getTokens()).toEqual({ accessToken: 'late' })
    expect(asked).toHaveLength(1)
  })

  it('tells of the login by peek', async () => {
    const { manager } = setUp(() => ({ accessToken: 'a', accountId: 'acc_1', expiresAt: 5 }))
    expect(manager.peek()).toBeUndefined()
    await manager.getTokens()
    expect(manager.peek()).toEqual({ accountId: 'acc_1', expiresAt: 5 })
  })
})

/** A function that answers only when it is released. */
function setUpHeld() {
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const parts = setUp(async () => {
    await held
    return { accessToken: 'a' }
  })
  return { ...parts, release }
}

describe('an API key in the place of an access token', () => {
  const tokens: CodexTokens = { accessToken: 'sk-proj-1' }
  it.each<[string, CodexAuth]>([
    ['The auth setting', tokens],
    ['The auth function', () => tokens],
    ['The token store', { read: async () => tokens, write: async () => {} }],
  ])('%s', async (source, auth) => {
    const failure = await rejection(createTokenManager({ auth }).getTokens())
    expect(failure).toMatchObject({
      code: 'CODEX_AUTH_TOKEN',
      message: expect.stringContaining(`${source} provided an API key, not a ChatGPT login.`),
    })
    expect(String(failure)).not.toContain('sk-')
  })
})

it.each([undefined, null, 'eyJ.a.b', []])('a function that returns %j provided no tokens', async (value) => {
  const auth = (() => value) as unknown as CodexAuth
  expect(await rejection(createTokenManager({ auth }).getTokens())).toMatchObject({
    code: 'CODEX_AUTH_TOKEN',
    message: expect.stringMatching(/^The auth function provided no tokens\./),
  })
})

it.each(['', 7, null, {}])('a store whose key is %j is refused', async (key) => {
  const auth = {
    read: async () => ({ accessToken: 'a' }),
    write: async () => {},
    key,
  } as unknown as CodexAuth
  const make = async () => createTokenManager({ auth }).getTokens()
  expect(await rejection(make())).toMatchObject({
    name: 'AI_InvalidArgumentError',
    argument: 'auth.key',
    message: 'The `key` of a token store must be a non-empty string, such as the id of the user.',
  })
})

describe('an auth setting that is no login', () => {
  it.each(['eyJ.my-secret.x', 7, true, null, [], {}])('%j', async (auth) => {
    const codex = createCodex({ auth: auth as unknown as CodexAuth, baseURL: 'http://127.0.0.1:9' })
    const failure = await rejection(codex.usage())
    expect(failure).toMatchObject({
      name: 'AI_InvalidArgumentError',
      message: expect.stringMatching(/^auth must be tokens /),
    })
    expect(secretsIn(failure, ['my-secret'])).toEqual([])
  })
})

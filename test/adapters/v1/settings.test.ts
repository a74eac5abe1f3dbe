import { dirname } from 'node:path'
import { InvalidArgumentError } from '@ai-sdk/provider'
import { generateText } from 'ai'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { resolveSettings as resolve } from '../../../src/core/resolve-settings.ts'
import type { CodexProviderSettings } from '../../../src/core/settings.ts'
import { createCodex, codex as defaultCodex } from '../../../src/index.ts'
import { DEFAULT_INSTRUCTIONS } from '../../../src/instructions/base.ts'
import { NEUTRAL_INSTRUCTIONS } from '../../../src/request/codex-mode.ts'
import { codexRoute } from '../../../src/routes/codex.ts'
import { startProvider } from '../../support/provider.ts'
import { bodyOf, completed, delta, ev, rejection } from './support.ts'

const resolveSettings = (settings: CodexProviderSettings) => resolve(settings, codexRoute)

const NOWHERE = '/nowhere/at/all'

beforeEach(() => {
  for (const name of ['BASE_URL', 'AUTH_FILE', 'HOME', 'ISSUER', 'MODE', 'DEBUG'])
    vi.stubEnv(`CODEX_${name}`, '')
})

const ask = (provider: typeof defaultCodex) =>
  generateText({ model: provider('gpt-5.5'), prompt: 'hi', maxRetries: 0 })

describe('environment', () => {
  it('is not read at creation, but at each call', async () => {
    const { server, authFile } = await startProvider()
    vi.stubEnv('CODEX_BASE_URL', 'not a url')
    vi.stubEnv('CODEX_AUTH_FILE', NOWHERE)
    vi.stubEnv('CODEX_HOME', NOWHERE)
    const provider = createCodex()
    const model = provider('gpt-5.5')
    expect(InvalidArgumentError.isInstance(await rejection(generateText({ model, prompt: 'hi' })))).toBe(true)

    vi.stubEnv('CODEX_BASE_URL', server.baseURL)
    const failure = await rejection(generateText({ model, prompt: 'hi' }))
    expect(failure).toMatchObject({ name: 'CodexAuthFileNotFoundError' })
    expect(String(failure)).toContain(NOWHERE)

    vi.stubEnv('CODEX_AUTH_FILE', authFile)
    expect((await generateText({ model, prompt: 'hi' })).text).toContain('hi')
  })

  it('the default provider runs on it', async () => {
    const { server, authFile } = await startProvider()
    vi.stubEnv('CODEX_BASE_URL', `${server.baseURL}/responses/`)
    vi.stubEnv('CODEX_HOME', dirname(authFile))
    expect((await ask(defaultCodex)).text).toContain('hi')
  })

  it('CODEX_AUTH_FILE goes before CODEX_HOME, the setting before both, and empty is unset', async () => {
    const { server, authFile } = await startProvider()
    vi.stubEnv('CODEX_HOME', NOWHERE)
    vi.stubEnv('CODEX_AUTH_FILE', authFile)
    expect((await ask(createCodex({ baseURL: server.baseURL }))).text).toContain('hi')
    vi.stubEnv('CODEX_AUTH_FILE', NOWHERE)
    expect((await ask(createCodex({ baseURL: server.baseURL, authFile }))).text).toContain('hi')
    vi.stubEnv('CODEX_AUTH_FILE', '')
    vi.stubEnv('CODEX_HOME', dirname(authFile))
    expect((await ask(createCodex({ baseURL: server.baseURL }))).text).toContain('hi')
  })

  it('CODEX_ISSUER is where the login is renewed', async () => {
    const { server, authFile } = await startProvider({}, { login: { expiresInSeconds: -60 } })
    vi.stubEnv('CODEX_ISSUER', server.issuer)
    await ask(createCodex({ baseURL: server.baseURL, authFile }))
    expect(server.tokenRequests).toHaveLength(1)
  })

  it('OPENAI_API_KEY and OPENAI_BASE_URL mean nothing', () => {
    vi.stubEnv('OPENAI_BASE_URL', 'http://127.0.0.1:9/v1')
    vi.stubEnv('OPENAI_API_KEY', 'sk-x')
    const resolved = resolveSettings({})
    expect(resolved.baseURL).toBe('https://chatgpt.com/backend-api/codex')
    expect(JSON.stringify(resolved)).not.toContain('sk-x')
  })

  it.each([
    ['0', false],
    ['false', false],
    ['off', false],
    ['no', false],
    ['OFF', false],
    ['False', false],
    ['', true],
    ['1', true],
    ['true', true],
    ['yes', true],
    ['on', true],
  ])('CODEX_MODE=%j: %s', async (value, isOn) => {
    vi.stubEnv('CODEX_MODE', value)
    const { codex, server } = await startProvider()
    await ask(codex)
    expect(bodyOf(server).instructions).toBe(isOn ? DEFAULT_INSTRUCTIONS : NEUTRAL_INSTRUCTIONS)
  })

  it.each([
    ['1', true],
    ['true', true],
    ['YES', true],
    ['on', true],
    ['debug', true],
    ['', false],
    ['0', false],
    ['off', false],
    ['2', false],
  ])('CODEX_DEBUG=%j: %s', (value, isOn) => {
    vi.stubEnv('CODEX_DEBUG', value)
    expect(resolveSettings({}).debug).toBe(isOn)
    expect(resolveSettings({ debug: !isOn }).debug).toBe(!isOn)
  })

  it('the codexMode setting wins over it, the option over both', async () => {
    vi.stubEnv('CODEX_MODE', 'off')
    const { codex, server } = await startProvider({ codexMode: true })
    await ask(codex)
    await generateText({
      model: codex('gpt-5.5'),
      prompt: 'hi',
      providerOptions: { codex: { codexMode: false } },
    })
    expect(bodyOf(server, 0).instructions).toBe(DEFAULT_INSTRUCTIONS)
    expect(bodyOf(server, 1).instructions).toBe(NEUTRAL_INSTRUCTIONS)
  })
})

describe('baseURL', () => {
  it.each([
    ['http://127.0.0.1:1/x', 'http://127.0.0.1:1/x'],
    ['http://127.0.0.1:1/x/', 'http://127.0.0.1:1/x'],
    ['http://127.0.0.1:1/x//', 'http://127.0.0.1:1/x'],
    ['http://127.0.0.1:1/x/responses', 'http://127.0.0.1:1/x'],
    ['http://127.0.0.1:1/x/responses/', 'http://127.0.0.1:1/x'],
    ['http://localhost:1', 'http://localhost:1'],
    ['http://[::1]:1/x', 'http://[::1]:1/x'],
    ['https://proxy.example.com/v1', 'https://proxy.example.com/v1'],
    ['https://chatgpt.com/backend-api', 'https://chatgpt.com/backend-api/codex'],
    ['https://chatgpt.com/backend-api/', 'https://chatgpt.com/backend-api/codex'],
    ['https://chatgpt.com/backend-api/codex', 'https://chatgpt.com/backend-api/codex'],
    ['https://chatgpt.com/backend-api/codex/responses', 'https://chatgpt.com/backend-api/codex'],
    ['https://chatgpt.com/backend-api/responses', 'https://chatgpt.com/backend-api/codex'],
    ['https://chatgpt.com/backend-api/codex\n', 'https://chatgpt.com/backend-api/codex'],
    [' https://proxy.example.com/v1/ ', 'https://proxy.example.com/v1'],
  ])('%s → %s', (given, baseURL) => {
    expect(resolveSettings({ baseURL: given }).baseURL).toBe(baseURL)
    vi.stubEnv('CODEX_BASE_URL', given)
    expect(resolveSettings({}).baseURL).toBe(baseURL)
  })

  it.each([
    'http://example.com/x',
    'http://127.0.0.1.example.com/x',
    'http://localhost.example.com',
    'http://10.0.0.1/x',
    'ftp://127.0.0.1/x',
    'file:///etc/passwd',
    'not a url',
    '/relative',
    'https://example.com/v1?',
    'https://example.com/v1?key=1',
    'https://example.com/v1#',
  ])('%s is refused by the name of what gave it', async (baseURL) => {
    const { codex } = await startProvider({ baseURL })
    const failure = await rejection(ask(codex))
    expect(InvalidArgumentError.isInstance(failure)).toBe(true)
    expect(failure).toMatchObject({ argument: 'baseURL' })
    vi.stubEnv('CODEX_BASE_URL', baseURL)
    expect(() => resolveSettings({})).toThrow(/CODEX_BASE_URL/)
  })

  it('allowInsecure allows plain http', () => {
    const settings = { baseURL: 'http://example.com/x', allowInsecure: true }
    expect(resolveSettings(settings).baseURL).toBe('http://example.com/x')
  })
})

describe('instructions and aliases', () => {
  it.each([
    { instructions: 'Base.', sent: 'Base.\n\nMine.' },
    { instructions: (modelId: string) => `Base of ${modelId}.`, sent: 'Base of gpt-5.5.\n\nMine.' },
    { instructions: async () => 'Later.', sent: 'Later.\n\nMine.' },
  ])('$instructions', async ({ instructions, sent }) => {
    const { codex, server } = await startProvider({ instructions })
    await generateText({ model: codex('gpt-5.5'), system: 'Mine.', prompt: 'hi' })
    expect(bodyOf(server).instructions).toBe(sent)
  })

  it('modelAliases', async () => {
    const { codex, server } = await startProvider({
      modelAliases: { smart: 'gpt-6.1-sol', quick: 'gpt-5.5-low' },
    })
    for (const id of ['smart', 'quick', 'smart-high', 'gpt-5-codex', 'codex/gpt-5.5']) {
      await generateText({ model: codex(id), prompt: 'hi' })
    }
    const sent = server.responseRequests.map(({ json }) => [
      json?.model,
      (json?.reasoning as { effort: string } | undefined)?.effort,
    ])
    expect(sent).toEqual([
      ['gpt-6.1-sol', 'low'],
      ['gpt-5.5', 'low'],
      ['gpt-6.1-sol', 'high'],
      ['gpt-5.1-codex', 'medium'],
      ['gpt-5.5', 'medium'],
    ])
  })

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('a timeout of %d is refused', async (response) => {
    const { codex } = await startProvider({ timeouts: { response } })
    expect(await rejection(ask(codex))).toMatchObject({ argument: 'timeouts.response' })
  })

  // `setTimeout` takes what is longer than that for 1 ms.
  it('a timeout of more than 2^31 ms is long, not short', async () => {
    const { codex, server } = await startProvider({ timeouts: { response: 2 ** 32, idle: 2 ** 32 } })
    server.answer({
      type: 'raw',
      chunks: (async function* () {
        yield ev(delta('H'))
        await new Promise((resolve) => setTimeout(resolve, 50))
        yield ev(delta('i')) + ev(completed())
      })(),
    })
    expect((await ask(codex)).text).toBe('Hi')
  })
})

describe('settings of a wrong kind', () => {
  const NO_TEXT = [7, null, {}, []]
  const WRONG: Record<string, { values: unknown[]; allowed: string }> = {
    baseURL: { values: NO_TEXT, allowed: 'a string' },
    authFile: { values: NO_TEXT, allowed: 'a string' },
    cacheDir: { values: NO_TEXT, allowed: 'a string' },
    accountId: { values: [...NO_TEXT, ' ', 'a\r\nb: c', '\u4f60\u597d'], allowed: 'printable ASCII' },
    issuer: { values: NO_TEXT, allowed: 'a string' },
    originator: { values: [7, null, ' ', 'caf\u00e9', 'a\r\nb: c'], allowed: 'printable ASCII' },
    clientVersion: { values: [0.169, ' ', '\u0661.0'], allowed: 'printable ASCII' },
    codexMode: { values: ['false', 0, null], allowed: 'true or false' },
    recover: { values: ['no', 0, null], allowed: 'true or false' },
    debug: { values: ['off', 1], allowed: 'true or false' },
    logger: { values: [console, 'log', null], allowed: 'a function' },
    allowInsecure: { values: ['no'], allowed: 'true or false' },
    headers: {
      values: ['a', { a: 1 }, { a: null }, new Headers({ a: 'b' }), [['a', 'b']], new Map()],
      allowed: 'an object of strings',
    },
    timeouts: { values: [5, 'x', null, []], allowed: 'an object of numbers' },
    fetch: { values: ['fetch', {}, null], allowed: 'a function' },
    instructions: { values: [7, {}, null, ['a']], allowed: 'a string, or a function' },
  }

  it.each(
    Object.entries(WRONG).flatMap(([name, { values, allowed }]) =>
      values.map((value) => ({ name, value, allowed })),
    ),
  )('$name: $value', async ({ name, value, allowed }) => {
    const provider = createCodex({ [name]: value })
    const model = provider('gpt-5.5')
    const failure = await rejection(generateText({ model, prompt: 'hi', maxRetries: 0 }))
    expect(InvalidArgumentError.isInstance(failure)).toBe(true)
    expect(failure).toMatchObject({ argument: name, message: expect.stringContaining(`${name} must be`) })
    expect(failure).toMatchObject({ message: expect.stringContaining(allowed) })
    expect(await rejection(provider.models())).toMatchObject({ argument: name })
  })

  it.each([['1000'], [null], [{}]])('a timeout of %j', async (idle) => {
    const { codex } = await startProvider({ timeouts: { idle } as never })
    expect(await rejection(ask(codex))).toMatchObject({ argument: 'timeouts.idle' })
  })

  it.each([[{ a: 7 }], [{ a: '' }], [{ a: ' ' }], ['a'], [['a']], [null]])(
    'modelAliases: %j',
    (modelAliases) => {
      const provider = createCodex({ modelAliases } as never)
      expect(() => provider('gpt-5.5')).toThrow(expect.objectContaining({ argument: 'modelAliases' }))
    },
  )

  it('undefined is unset, and so are empty names', () => {
    const names = [...Object.keys(WRONG), 'modelAliases']
    const unset = Object.fromEntries(names.map((name) => [name, undefined]))
    const { originator, clientVersion } = resolveSettings({ ...unset, originator: '', clientVersion: '' })
    expect([originator, clientVersion]).toEqual(['ai_sdk_provider_codex', '0.171.0'])
  })

  it('what the instructions function gives', async () => {
    const { codex } = await startProvider({ instructions: (() => undefined) as never })
    expect(await rejection(ask(codex))).toMatchObject({ argument: 'instructions' })
  })
})

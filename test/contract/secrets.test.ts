import { InvalidArgumentError } from '@ai-sdk/provider'
import { describe, expect, vi } from 'vitest'
import type { CodexAuth } from '../../src/auth/tokens.ts'
import { memoryTokenStore } from '../../src/auth.ts'
import type { Answer } from '../../src/testing/types.ts'
import { failed } from '../adapters/v1/support.ts'
import { secretsOf, shown } from '../support/shown.ts'
import { eachAI, eachRequest, eachWay, OVER_HTTP } from './support/contract.ts'
import { ON } from './support/route.ts'

const TOKENS = { accessToken: 'at_marked_1', refreshToken: 'rt_marked_2', idToken: 'it_marked_3' }

describe('no token shows in a provider and its models, before a call and after it', () => {
  const auths: Record<string, () => CodexAuth | undefined> = {
    'the login file': () => undefined,
    'a tokens object': () => TOKENS,
    'a store': () => memoryTokenStore(TOKENS),
    'a function': () => () => TOKENS,
  }
  for (const [name, makeAuth] of Object.entries(auths)) {
    eachRequest(`of ${name}`, async ({ ask, start }) => {
      const auth = makeAuth()
      const { codex, server, login } = await start({ ...(auth ? { auth } : {}), ...OVER_HTTP })
      const model = codex('gpt-5.5')
      const look = (...seen: unknown[]) => {
        const text = [codex, model, codex.tools, ...seen].map(shown).join('\n')
        expect([...Object.values(TOKENS), ...secretsOf(login)].filter((one) => text.includes(one))).toEqual(
          [],
        )
      }
      look()
      const seen = await ask({ model, prompt: 'hi' })
      look(seen)
      // The stand-in knows the file's tokens only.
      expect(seen.errors).toHaveLength(auth ? 1 : 0)
      const [used] = server.responseRequests
      const sent = auth ? TOKENS.accessToken : login.tokens.access_token
      expect(used?.headers.authorization).toBe(`Bearer ${sent}`)
    })
  }
})

describe('no token shows in errors', () => {
  const answers: Record<string, Answer> = {
    'a 400': { type: 'error', status: 400, body: { detail: 'no' } },
    'a usage limit': { type: 'error', status: 429, body: { error: { type: 'usage_limit_reached' } } },
    'a 500': { type: 'error', status: 500, body: 'oops' },
    'a failed response': { type: 'events', events: [failed('server_error', 'boom')] },
    'a cut stream': { type: 'events', events: [], end: 'reset' },
  }
  for (const [name, answer] of Object.entries(answers)) {
    eachWay(name, async ({ ask, start }) => {
      const { codex, server, login } = await start(OVER_HTTP)
      server.answer(answer)
      const { errors } = await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
      expect(errors).toHaveLength(1)
      const text = shown(errors[0])
      expect(secretsOf(login).filter((secret) => text.includes(secret))).toEqual([])
      expect(text).not.toMatch(/bearer/i)
    })
  }
})

eachWay('debug lines tell of a call, and no secret', async ({ ask, start }) => {
  const lines: string[] = []
  const write = vi.spyOn(console, 'error').mockImplementation((line) => void lines.push(String(line)))
  const headers = { 'x-key': 'key_marked_4' }
  const { codex, login } = await start({ debug: true, headers })
  await ask({ model: codex('gpt-5.5'), prompt: 'hi', headers: { 'x-other': 'key_marked_5' } })
  write.mockRestore()
  const text = lines.join('\n')
  expect(text).toContain('call model=gpt-5.5')
  expect(text).not.toMatch(/marked|bearer/i)
  expect(secretsOf(login).filter((secret) => text.includes(secret))).toEqual([])
})

describe('what no header may hold is refused by name, before any request', () => {
  const BAD = {
    'a line break': 'a\r\nx-b: c',
    'a line feed': 'a\nb',
    'a NUL': 'a\0b',
    'beyond Latin-1': '你好',
  }
  for (const [name, bad] of Object.entries(BAD)) {
    eachRequest(name, async ({ ai, ask, start }) => {
      const refused = async (argument: string, ...[settings, options, headers]: (object | undefined)[]) => {
        const { codex, server } = await start({ ...settings })
        const { errors } = await ask({
          model: codex('gpt-5.5'),
          prompt: 'hi',
          providerOptions: { codex: { ...options } },
          headers: { ...headers },
        })
        expect(errors).toEqual([expect.objectContaining({ argument })])
        expect(InvalidArgumentError.isInstance(errors[0])).toBe(true)
        expect(server.requests).toEqual([])
      }
      for (const setting of ON.headerSettings) await refused(setting, { [setting]: bad })
      await refused('x-a', { headers: { 'x-a': bad } })
      // From 5 on `ai` itself refuses the headers of a call.
      if (ai.major === 4) await refused('x-a', {}, {}, { 'x-a': bad })
      if (!ON.hasSessionHeaders) return
      await refused('providerOptions.codex.sessionId', {}, { sessionId: bad })
      await refused('chatgpt-account-id', { auth: { accessToken: 'at_1', accountId: bad } })
    })
  }
})

eachAI('a model id with a control character is refused', async ({ start }) => {
  const { codex, server } = await start({ modelAliases: { mine: 'gpt-5.5\r\nx' } })
  for (const id of ['gpt-5.5\r\nx: y', 'gpt\0', 'gpt\u001b[31m', 'mine']) {
    expect(() => codex(id)).toThrow(expect.objectContaining({ argument: 'modelId' }))
  }
  expect(server.requests).toEqual([])
})

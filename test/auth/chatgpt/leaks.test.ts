import { readFile } from 'node:fs/promises'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { logoutChatGPT } from '../../../src/auth/chatgpt/logout.ts'
import { createChatGPTTokenManager } from '../../../src/auth/chatgpt/manager.ts'
import { chatGPTTokenStore } from '../../../src/auth/chatgpt/store.ts'
import { rejection, secretsIn } from '../helpers.ts'
import { openPage, setUp, writeLogin } from './support.ts'

/** A `fetch` that fails with the whole request in its error. */
const chatty: typeof fetch = async (input, init) => {
  throw Object.assign(new Error(`failed: ${init?.body}`), { input, init })
}

const quoting = (secrets: readonly string[]) =>
  ({
    type: 'error',
    status: 400,
    body: {
      error: { code: 'invalid_grant', message: secrets.join(' ') },
      error_description: secrets.join(' '),
    },
  }) as const

test.each(['a server that quotes them', 'a fetch that quotes them'])(
  'a renewal by %s shows no tokens',
  async (by) => {
    const { server, now } = await setUp()
    const { file, login } = await writeLogin(server, { expiresInSeconds: -60 })
    const secrets = Object.values(login.tokens)
    server.answerToken(quoting(secrets))
    const manager = createChatGPTTokenManager({
      auth: chatGPTTokenStore({ file }),
      issuer: server.issuer,
      now,
      ...(by.startsWith('a fetch') && { fetch: chatty }),
    })
    const error = await rejection(manager.getTokens())
    expect(error).toHaveProperty('code', 'CODEX_AUTH_REFRESH')
    expect(secretsIn(error, secrets.slice(0, 3))).toEqual([])
    expect(secretsIn(manager, secrets.slice(0, 3))).toEqual([])
  },
)

test.each(['a server that quotes them', 'a fetch that quotes them'])(
  'an exchange by %s shows no secrets',
  async (by) => {
    const { login, server } = await setUp()
    const seen: string[] = []
    const spying: typeof fetch = async (input, init) => {
      const body = new URLSearchParams(String(init?.body))
      seen.push(body.get('code') ?? '', body.get('code_verifier') ?? '')
      if (by.startsWith('a fetch')) return chatty(input, init)
      server.answerToken(quoting(seen))
      return fetch(input, init)
    }
    const error = await rejection(login({ fetch: spying, openBrowser: openPage }))
    expect(error).toHaveProperty('code', 'CODEX_AUTH')
    expect(seen.every((secret) => secret.length >= 40)).toBe(true)
    expect(secretsIn(error, seen)).toEqual([])
  },
)

test('a result of a login and of a logout shows no tokens', async () => {
  const { login, server, file, saved } = await setUp()
  const result = await login()
  const { access_token: access, refresh_token: refresh, id_token: id } = (await saved()).login ?? {}
  const secrets = [access, refresh, id].map(String)
  server.answerPath('/revoke', quoting(secrets))
  const logout = await logoutChatGPT({ authFile: file, issuer: server.issuer })
  expect(secretsIn([result, logout, chatGPTTokenStore({ file })], secrets)).toEqual([])
  expect(inspect(logout)).toContain('not confirmed')
  expect(secretsIn(await readFile(file, 'utf8'), secrets)).toEqual([])
})

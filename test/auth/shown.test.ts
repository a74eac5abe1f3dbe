import { createTokenManager, fileTokenStore, memoryTokenStore } from 'ai-sdk-provider-codex/auth'
import { startCodexServer } from 'ai-sdk-provider-codex/testing'
import { expect, onTestFinished, test } from 'vitest'
import type { CodexAuth, CodexTokens } from '../../src/auth/tokens.ts'
import { secretsOf, shown } from '../support/shown.ts'
import { makeAuthFile } from './helpers.ts'

test.each<[string, (tokens: CodexTokens, file: string) => CodexAuth]>([
  ['the login file', (_, file) => fileTokenStore(file)],
  ['a store in memory', (tokens) => memoryTokenStore(tokens)],
  ['a function', (tokens) => () => tokens],
])('no token shows in a token manager and what it is on: %s', async (_, makeAuth) => {
  const server = await startCodexServer()
  onTestFinished(() => server.close())
  const login = server.login()
  const { access_token, refresh_token, id_token } = login.tokens
  const tokens = { accessToken: access_token, refreshToken: refresh_token, idToken: id_token }
  const auth = makeAuth(tokens, await makeAuthFile(login))
  const manager = createTokenManager({ auth, issuer: server.issuer })
  const look = () => {
    const text = [manager, manager.peek(), auth].map(shown).join('\n')
    expect(secretsOf(login).filter((secret) => text.includes(secret))).toEqual([])
  }
  look()
  expect((await manager.getTokens()).accessToken).toBe(access_token)
  look()
})

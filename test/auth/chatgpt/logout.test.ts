import { writeFile } from 'node:fs/promises'
import os from 'node:os'
import { join } from 'node:path'
import { expect, it, test, vi } from 'vitest'
import { logoutChatGPT } from '../../../src/auth/chatgpt/logout.ts'
import { resolveChatGPTFilePath } from '../../../src/auth/chatgpt/path.ts'
import { chatGPTTokenStore } from '../../../src/auth/chatgpt/store.ts'
import { makeFolder, rejection } from '../helpers.ts'
import { authError, paths } from '../login/support.ts'
import { formOf, setUp } from './support.ts'

async function setUpLogin() {
  const world = await setUp()
  const { clientId } = await world.login()
  const before = await world.saved()
  const logout = () => logoutChatGPT({ authFile: world.file, issuer: world.server.issuer })
  return { ...world, clientId, before, logout }
}

test('a logout revokes the login, and keeps the registration and the host id', async () => {
  const { logout, saved, before, clientId, server, file, login, mode } = await setUpLogin()
  expect(await logout()).toEqual({ file, removed: true, revoked: true })
  const revocation = server.requests.at(-1)
  expect(revocation?.path).toBe('/api/accounts/oauth/revoke')
  expect(formOf(revocation ?? { text: '' })).toEqual({
    token: before.login?.refresh_token,
    token_type_hint: 'refresh_token',
    client_id: clientId,
  })
  const { login: _, ...rest } = before
  expect(await saved()).toEqual(rest)
  expect(await mode()).toBe(0o600)
  expect(await login()).toMatchObject({ clientId, isFirst: false })
  expect((await saved()).ext_agent_host_id).toBe(before.ext_agent_host_id)
})

test('a logout where nobody is signed in asks nobody', async () => {
  const { server, file } = await setUp()
  expect(await logoutChatGPT({ authFile: file, issuer: server.issuer })).toEqual({
    file,
    removed: false,
    revoked: false,
  })
  expect(server.requests).toEqual([])
})

test.each<[string, Parameters<Awaited<ReturnType<typeof setUp>>['server']['answerPath']>[1], number]>([
  ['a server that fails', { type: 'error', status: 503, body: 'no' }, 3],
  ['a connection that breaks', { type: 'reset' }, 3],
  ['a refusal', { type: 'error', status: 400, body: { error: 'invalid_request' } }, 1],
])('after %s the tokens are gone, and the revocation is called unconfirmed', async (_, answer, tries) => {
  const { logout, saved, server, before } = await setUpLogin()
  server.answerPath('/oauth/revoke', answer, answer, answer)
  const result = await logout()
  expect(result).toMatchObject({ removed: true, revoked: false })
  expect(result.problem).toContain('not confirmed')
  expect(result.problem).not.toContain(before.login?.refresh_token)
  expect((await saved()).login).toBeUndefined()
  expect(paths(server).filter((path) => path.endsWith('/revoke'))).toHaveLength(tries)
})

test('a revocation that works at the second try is confirmed', async () => {
  const { logout, server } = await setUpLogin()
  server.answerPath('/oauth/revoke', { type: 'error', status: 502, body: 'no' })
  expect(await logout()).toMatchObject({ revoked: true })
})

test.each([
  ['names another host', { revocation_endpoint: 'https://example.com/revoke' }],
  ['names nothing', {}],
  ['names no address', { revocation_endpoint: 'revoke' }],
])('a description of the server that %s is not followed', async (_, body) => {
  const { logout, server } = await setUpLogin()
  server.answerPath('/openid-configuration', { type: 'error', status: 200, body })
  expect(await logout()).toMatchObject({ revoked: true })
  expect(paths(server).at(-1)).toBe('/api/accounts/oauth/revoke')
})

test('a file of something else stays as it is', async () => {
  const { server } = await setUp()
  const file = join(await makeFolder(), 'auth.json')
  await writeFile(file, '{"tokens":{"access_token":"x"}}')
  expect((await authError(logoutChatGPT({ authFile: file, issuer: server.issuer }))).message).toContain(file)
  expect(server.requests).toEqual([])
})

test('a logout ends with the reason of its signal, and the tokens stay', async () => {
  const { file, server, saved, before } = await setUpLogin()
  const reason = new Error('enough')
  const signal = AbortSignal.abort(reason)
  expect(await rejection(logoutChatGPT({ authFile: file, issuer: server.issuer, signal }))).toBe(reason)
  expect(await saved()).toEqual(before)
})

test('the store creates the host id once, and lists the registrations', async () => {
  const file = join(await makeFolder(), 'deep', 'chatgpt.json')
  const store = chatGPTTokenStore({ file })
  const [one, other] = await Promise.all([store.hostId(), chatGPTTokenStore({ file }).hostId()])
  expect(one).toMatch(/^urn:uuid:/)
  expect(other).toBe(one)
  expect(await store.clients()).toEqual([])
  expect(await rejection(store.read())).toHaveProperty('code', 'CODEX_AUTH_FILE_NOT_FOUND')
})

it.each([
  ['not JSON', '{'],
  ['a list', '[]'],
  ['the login of the Codex CLI', '{"auth_mode":"chatgpt","tokens":{}}'],
  ['an access token that is none', '{"ext_agent_host_id":"urn:uuid:x","login":{"access_token":"a b"}}'],
  ['an API key', '{"ext_agent_host_id":"urn:uuid:x","login":{"access_token":"sk-x"}}'],
])('a file with %s is an error that names it', async (_, text) => {
  const file = join(await makeFolder(), 'chatgpt.json')
  await writeFile(file, text)
  const error = await authError(chatGPTTokenStore({ file }).read())
  expect(error.message).toContain(file)
  expect(error.code).toBe('CODEX_AUTH_TOKEN')
})

it.each<[Record<string, string>, string | undefined, string]>([
  [{ XDG_CONFIG_HOME: '/xdg' }, undefined, '/xdg/ai-sdk-provider-codex/chatgpt.json'],
  [
    { XDG_CONFIG_HOME: 'relative', HOME: '/home/u' },
    undefined,
    '/home/u/.config/ai-sdk-provider-codex/chatgpt.json',
  ],
  [{ HOME: '/home/u' }, undefined, '/home/u/.config/ai-sdk-provider-codex/chatgpt.json'],
  [{ CHATGPT_AUTH_FILE: '~/x.json', HOME: '/home/u' }, undefined, '/home/u/x.json'],
  [{ CHATGPT_AUTH_FILE: '/env.json' }, '/set.json', '/set.json'],
])('the file is found with %j and %s', async (env, authFile, expected) => {
  for (const name of ['XDG_CONFIG_HOME', 'CHATGPT_AUTH_FILE']) vi.stubEnv(name, '')
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  expect(await resolveChatGPTFilePath(authFile)).toBe(expected)
  vi.unstubAllEnvs()
})

test.each([undefined, '~/chatgpt.json'])(
  'without a home folder the error names the variables of this login: %s',
  async (file) => {
    vi.stubEnv('XDG_CONFIG_HOME', '')
    vi.stubEnv('CHATGPT_AUTH_FILE', '')
    const unknown = () => {
      throw new Error('no such user')
    }
    vi.spyOn(os, 'homedir').mockImplementation(unknown)
    vi.spyOn(os, 'userInfo').mockImplementation(unknown)
    const error = await authError(resolveChatGPTFilePath(file))
    vi.restoreAllMocks()
    expect(error.message).toContain(
      'Set HOME, XDG_CONFIG_HOME or CHATGPT_AUTH_FILE, or the `authFile` setting.',
    )
  },
)

test('after a logout in the same process no token is given out, and after a login the new ones', async () => {
  const { logout, login, manager, saved, before, server } = await setUpLogin()
  const tokens = manager()
  expect((await tokens.getTokens()).accessToken).toBe(before.login?.access_token)
  await logout()
  const asked = server.requests.length
  expect(tokens.peek()).toBeUndefined()
  expect(await rejection(tokens.getTokens())).toHaveProperty('code', 'CODEX_AUTH_FILE_NOT_FOUND')
  expect(server.requests).toHaveLength(asked)
  await login()
  const after = (await saved()).login?.access_token
  expect(after).not.toBe(before.login?.access_token)
  expect((await tokens.getTokens()).accessToken).toBe(after)
})

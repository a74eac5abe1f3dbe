import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { dirname, join } from 'node:path'
import * as auth from 'ai-sdk-provider-codex/auth'
import { createTokenManager, fileTokenStore, type TokenStore } from 'ai-sdk-provider-codex/auth'
import type { CodexServer } from 'ai-sdk-provider-codex/testing'
import { afterEach, expect, test, vi } from 'vitest'
import { startServer, withoutRights } from '../auth/helpers.ts'
import { readTable } from './readme-blocks.ts'
import { emptyFolder, ROOT } from './support.ts'

const PAGE = readFileSync(join(ROOT, 'docs/login-problems.md'), 'utf8')

interface Place {
  file: string
  server: CodexServer
}

/** Makes the state, and gives the store to read it by, if that is not the file. */
type Make = (place: Place) => TokenStore | undefined | Promise<void> | void

const holding =
  (text: string): Make =>
  ({ file }) =>
    writeFileSync(file, text, { mode: 0o600 })

/** A login that has ended, and what the login server says to its refresh token. */
const refusedWith =
  (code: string): Make =>
  ({ file, server }) => {
    writeFileSync(file, JSON.stringify(server.login({ expiresInSeconds: -60 })), { mode: 0o600 })
    server.answerToken({ type: 'error', status: 401, body: { error: { code } } })
  }

const STATES: Record<string, Make> = {
  'no file': () => {},
  "the login is in the system's keyring": ({ file }) =>
    writeFileSync(join(dirname(file), 'config.toml'), 'cli_auth_credentials_store = "keyring"\n'),
  'no home folder': () => {
    for (const name of ['HOME', 'USERPROFILE', 'CODEX_HOME', 'CODEX_AUTH_FILE']) vi.stubEnv(name, undefined)
    vi.spyOn(os, 'homedir').mockImplementation(() => {
      throw new Error('no such user')
    })
    return fileTokenStore()
  },
  'the file is a folder': ({ file }) => mkdirSync(file),
  'a named pipe, a socket or a device': ({ file }) => void execFileSync('mkfifo', [file]),
  'the file may not be read': holding('{}'),
  'an empty file': holding(''),
  'a file that is cut, or no JSON': holding('{"tokens":{"access_to'),
  'an API key': holding('{"auth_mode":"apikey","OPENAI_API_KEY":"sk-x"}'),
  '`tokens: null`': holding('{"auth_mode":"chatgpt","tokens":null}'),
  'an API key as the access token': holding('{"tokens":{"access_token":"sk-x","refresh_token":"x"}}'),
  'no access token in it': holding('{"tokens":{"refresh_token":"x"}}'),
  'another kind of login': holding('{"auth_mode":"agentIdentity","agent_identity":{}}'),
  'ended, and no refresh token': holding('{"tokens":{"access_token":"x","expires_at":1}}'),
  'the refresh token has expired': refusedWith('refresh_token_expired'),
  'another client was first': refusedWith('refresh_token_reused'),
  'the login was revoked': refusedWith('refresh_token_invalidated'),
  "the login server can't be reached": ({ file, server }) => {
    writeFileSync(file, JSON.stringify(server.login({ expiresInSeconds: -60 })), { mode: 0o600 })
    server.answerToken({ type: 'reset' }, { type: 'reset' })
  },
  'the login server refuses to answer': ({ file, server }) => {
    writeFileSync(file, JSON.stringify(server.login({ expiresInSeconds: -60 })), { mode: 0o600 })
    const error = { code: 'unsupported_country_region_territory' }
    server.answerToken({ type: 'error', status: 403, body: { error } })
  },
  'a refresh changes the account': ({ file, server }) => {
    const { tokens } = server.login({ expiresInSeconds: -60 })
    const other = server.login({ accountId: 'another' }).tokens
    writeFileSync(file, JSON.stringify({ tokens }), { mode: 0o600 })
    server.answerToken({ type: 'error', status: 200, body: { ...other } })
  },
  'a personal access token is refused': () => storeOf('at-unknown'),
  "its account can't be looked up": ({ server }) => {
    server.answerPath('/whoami', { type: 'error', status: 503, body: 'busy' })
    return storeOf(server.personalAccessToken())
  },
  "the login's store hangs": () => ({ read: () => new Promise(() => {}), write: async () => {} }),
  'the file is open to other users': ({ file, server }) => {
    writeFileSync(file, JSON.stringify(server.login()))
    chmodSync(file, 0o644)
  },
  "renewed tokens can't be saved": ({ server }) => {
    const { access_token: accessToken, refresh_token: refreshToken } = server.login({
      expiresInSeconds: -60,
    }).tokens
    return {
      read: async () => ({ accessToken, refreshToken }),
      write: async () => {
        throw new Error('read-only')
      },
    }
  },
}

const storeOf = (accessToken: string) => ({ read: async () => ({ accessToken }), write: async () => {} })

const rows = readTable(PAGE, 'odd states').map(([state = '', message = '']) => ({
  state,
  message: message.replace(/^`|`$/g, ''),
}))

afterEach(() => void vi.restoreAllMocks())

test('the table has each state once', () => {
  expect(rows.map(({ state }) => state)).toEqual(Object.keys(STATES))
})

test.each(rows)('$state: $message', async ({ state, message }) => {
  const server = await startServer()
  const file = join(await emptyFolder(), 'auth.json')
  const store = (await STATES[state]?.({ file, server })) || fileTokenStore(file)
  const said: string[] = []
  const manager = createTokenManager({
    auth: store,
    issuer: server.issuer,
    onWarning: (warning) => said.push(warning),
    sleep: async () => {},
    refreshTimeoutMs: state === "the login's store hangs" ? 50 : undefined,
  })
  const read = () => manager.getTokens().catch((error: unknown) => said.push(String(error)))
  await (state === 'the file may not be read' ? withoutRights(file, 0, read) : read())
  expect(said.join('\n')).toContain(message.replaceAll('<file>', file))
})

test('signing-in.md has each function of the login once', () => {
  const page = readFileSync(join(ROOT, 'docs/signing-in.md'), 'utf8')
  const named = readTable(page, 'auth functions').flatMap(([names = '']) =>
    names.replaceAll('`', '').split(', '),
  )
  const functions = Object.keys(auth).filter((name) => /^[a-z]/.test(name))
  expect(functions.length).toBeGreaterThan(5)
  expect(named.sort()).toEqual(functions.sort())
})

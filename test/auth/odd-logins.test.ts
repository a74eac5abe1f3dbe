import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises'
import os from 'node:os'
import { dirname, join } from 'node:path'
import { createTokenManager, fileTokenStore } from 'ai-sdk-provider-codex/auth'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { makeAuthFile, makeFolder, rejection, startServer, withoutRights } from './helpers.ts'
import { save, setUp } from './login.ts'

const OURS = 'npx ai-sdk-provider-codex login'
const LOG_IN = 'Log in with `npx ai-sdk-provider-codex login` or `npx @openai/codex login`.'
const OTHER_FILE = 'point `authFile` or CODEX_AUTH_FILE to another file'

beforeEach(() => {
  vi.stubEnv('OPENAI_API_KEY', 'sk-from-the-environment')
  for (const name of ['CODEX_AUTH_FILE', 'CODEX_HOME', 'CODEX_ACCESS_TOKEN']) vi.stubEnv(name, undefined)
})

/** What a manager says of a file, with FILE in the place of its path; and that nothing was sent. */
async function whatIsSaid(file: string): Promise<string> {
  const server = await startServer()
  const auth = fileTokenStore(file)
  const failure = await rejection(createTokenManager({ auth, issuer: server.issuer }).getTokens())
  expect(failure).toMatchObject({ code: expect.stringMatching(/^CODEX_AUTH_/) })
  expect(server.requests).toEqual([])
  const { message } = failure as Error
  expect(message).not.toContain('OPENAI_API_KEY')
  expect(message).not.toContain('sk-')
  return message.replaceAll(file, 'FILE').replaceAll(dirname(file), 'FOLDER')
}

const API_KEY =
  'The login file FILE holds an API key, not a ChatGPT login. This package runs on a ChatGPT plan and does not accept API ' +
  `keys. ${LOG_IN}`
const managed = (what: string) =>
  `The login file FILE ${what}, which keeps no tokens of a ChatGPT login in the file. ${LOG_IN} ` +
  'Pass tokens that another program manages as the `auth` setting.'
const PERSONAL =
  'The login file FILE holds a personal access token in place of a ChatGPT login. Set CODEX_ACCESS_TOKEN to that token, ' +
  `or pass it as \`auth: { accessToken }\`. ${LOG_IN}`
const UNKNOWN =
  'The login file FILE holds no login in a known form. Accepted is an access_token under "tokens" (as the Codex CLI ' +
  `writes it), "chatgpt" or "auth", or at the top level. ${LOG_IN}`
const BROKEN = `The login file FILE is not valid JSON. Fix it, or delete it. ${LOG_IN}`

describe('an auth.json that is no login', () => {
  it.each([
    ['empty', '', `The login file FILE is empty. ${LOG_IN}`],
    ['blank', '\r\n', `The login file FILE is empty. ${LOG_IN}`],
    ['a byte order mark alone', '\uFEFF', `The login file FILE is empty. ${LOG_IN}`],
    ['cut in half', '{"tokens": {"access_token": "ab', BROKEN],
    ['a byte order mark, cut in half', '\uFEFF{"tokens": {', BROKEN],
    [
      'UTF-16',
      '{\0"\0t\0',
      `The login file FILE is not valid JSON (it looks like UTF-16: save it as UTF-8). Fix it, or delete it. ${LOG_IN}`,
    ],
    ['a list', '[]', `The login file FILE is JSON, but not an object. ${LOG_IN}`],
    ['null', 'null', `The login file FILE is JSON, but not an object. ${LOG_IN}`],
    ['an API key', { auth_mode: 'apikey', OPENAI_API_KEY: 'sk-1' }, API_KEY],
    ['an API key, tokens null', { OPENAI_API_KEY: 'sk-1', tokens: null }, API_KEY],
    [
      'an API key as the access token',
      { tokens: { access_token: 'sk-proj-1', refresh_token: 'r' } },
      API_KEY,
    ],
    ['API-key mode with tokens', { auth_mode: 'ApiKey', tokens: { access_token: 'a' } }, API_KEY],
    [
      'tokens null',
      { auth_mode: 'chatgpt', OPENAI_API_KEY: null, tokens: null },
      `The login file FILE holds no login: its "tokens" is null. ${LOG_IN}`,
    ],
    [
      'tokens a text',
      { tokens: 'abc' },
      `The login file FILE holds no login: its "tokens" is not an object. ${LOG_IN}`,
    ],
    [
      'tokens a list',
      { tokens: [] },
      `The login file FILE holds no login: its "tokens" is not an object. ${LOG_IN}`,
    ],
    [
      'tokens empty',
      { tokens: {} },
      `The login file FILE can't be used: tokens.access_token is missing. ${LOG_IN}`,
    ],
    [
      'a token that is a number',
      { tokens: { access_token: 7 } },
      `The login file FILE can't be used: tokens.access_token is not a string. ${LOG_IN}`,
    ],
    [
      'a token that is empty',
      { tokens: { access_token: '' } },
      `The login file FILE can't be used: tokens.access_token is empty. ${LOG_IN}`,
    ],
    [
      'external tokens',
      { auth_mode: 'chatgptAuthTokens', tokens: null },
      managed('has the mode "chatgptAuthTokens"'),
    ],
    [
      'agent mode',
      { auth_mode: 'agentIdentity', agent_identity: {} },
      managed('has the mode "agentIdentity"'),
    ],
    ['an agent', { agent_identity: { agent_runtime_id: 'x' } }, managed('holds an agent identity')],
    ['a personal token', { personal_access_token: 'at-1' }, PERSONAL],
    [
      'a personal token, with its mode',
      { auth_mode: 'personalAccessToken', personal_access_token: 'at-1' },
      PERSONAL,
    ],
    ['an empty object', {}, UNKNOWN],
    ['something else', { token: 'abc' }, UNKNOWN],
  ])('%s', async (_, content, message) => {
    expect(await whatIsSaid(await makeAuthFile(content))).toBe(message)
  })

  it('is a folder', async () => {
    const folder = join(await makeFolder(), 'auth.json')
    await mkdir(folder)
    expect(await whatIsSaid(folder)).toBe(
      `The login file FILE is a folder, not a file. Remove it, or ${OTHER_FILE}. ${LOG_IN}`,
    )
  })

  it('may not be read', async () => {
    const file = await makeAuthFile({ access_token: 'a' })
    const message = await withoutRights(file, 0, () => whatIsSaid(file))
    expect(message).toBe(
      `The login file FILE can't be read: permission denied (EACCES). Let this user read it, or ${OTHER_FILE}.`,
    )
  })

  it('is in a folder that may not be entered', async () => {
    const file = await makeAuthFile({ access_token: 'a' })
    const message = await withoutRights(file, 0o600, async () => {
      if (process.getuid?.() === 0) process.seteuid?.(0)
      await chmod(dirname(file), 0)
      if (process.getuid?.() === 0) process.seteuid?.(65_534)
      return whatIsSaid(file)
    })
    expect(message).toContain("FILE can't be read: permission denied (EACCES)")
  })
})

describe('no auth.json (BR-66)', () => {
  const inKeyring = (store: string, place: string) =>
    `There is no Codex login at FILE: with \`cli_auth_credentials_store = "${store}"\` in FOLDER/config.toml the Codex ` +
    `CLI keeps it ${place}, where it can't be read. Log in with \`${OURS}\`, which creates the file; or set ` +
    '`cli_auth_credentials_store = "file"` in config.toml, and log in again with `npx @openai/codex login`.'
  const nowhere =
    `There is no Codex login at FILE. ${LOG_IN} Or ${OTHER_FILE}. If you have logged in already, the login may be in ` +
    'the keyring of your system: set `cli_auth_credentials_store = "file"` in config.toml in the Codex folder, and ' +
    'log in again.'

  it.each([
    [
      'keyring',
      'model = "x"\ncli_auth_credentials_store = "keyring"\n',
      inKeyring('keyring', 'in the keyring of your system'),
    ],
    ['auto', "cli_auth_credentials_store='auto'", inKeyring('auto', 'in the keyring of your system')],
    ['ephemeral', '\r\n  cli_auth_credentials_store = "ephemeral"', inKeyring('ephemeral', 'in memory only')],
    ['file', 'cli_auth_credentials_store = "file"\n', nowhere],
    ['a comment', '# cli_auth_credentials_store = "keyring"\n', nowhere],
    ['no config.toml', undefined, nowhere],
  ])('%s', async (_, config, message) => {
    const file = join(await makeFolder(), 'auth.json')
    if (config !== undefined) await writeFile(join(dirname(file), 'config.toml'), config)
    expect(await whatIsSaid(file)).toBe(message)
  })

  it('says so without a home folder', async () => {
    const unknown = () => {
      throw new Error('no such user')
    }
    vi.spyOn(os, 'homedir').mockImplementation(unknown)
    vi.spyOn(os, 'userInfo').mockImplementation(unknown)
    const failure = await rejection(fileTokenStore().read())
    vi.restoreAllMocks()
    expect(failure).toMatchObject({
      code: 'CODEX_AUTH',
      message:
        "The home folder of this user is unknown, so the login file in it can't be found. " +
        'Set HOME, CODEX_HOME or CODEX_AUTH_FILE, or the `authFile` setting.',
    })
  })

  it('does not take the current folder for the home where HOME is empty', async () => {
    vi.stubEnv('HOME', '')
    expect(await fileTokenStore().realPath()).toBe(join(os.userInfo().homedir, '.codex', 'auth.json'))
  })
})

describe('a login that can be used all the same', () => {
  it.each([
    ['a byte order mark', '\uFEFF{"tokens":{"access_token":"a"}}'],
    ['external tokens in the file', '{"auth_mode":"chatgptAuthTokens","tokens":{"access_token":"a"}}'],
    ['a key beside the tokens', '{"OPENAI_API_KEY":"sk-1","tokens":{"access_token":"a"}}'],
    ['other fields of a wrong type', '{"tokens":{"access_token":"a","refresh_token":7,"account_id":[]}}'],
  ])('%s', async (_, content) => {
    const auth = fileTokenStore(await makeAuthFile(content))
    expect(await createTokenManager({ auth }).getTokens()).toEqual({ accessToken: 'a' })
  })
})

describe('a login file that is open to others', () => {
  it.each([
    [0o600, false],
    [0o400, false],
    [0o700, false],
    [0o640, true],
    [0o604, true],
    [0o602, true],
    [0o644, true],
  ])('mode %o', async (mode, isTold) => {
    const { file, manage } = await setUp()
    await chmod(file, mode)
    const warnings: string[] = []
    const onWarning = (warning: string) => warnings.push(warning)
    const managers = [manage({ onWarning }), manage({ onWarning })]
    for (const manager of managers) {
      const { accessToken } = await manager.getTokens()
      manager.invalidate(accessToken)
      await manager.getTokens()
    }
    const warning =
      `The login file ${file} is open to other users of this system (mode ${mode.toString(8)}). ` +
      `Close it with \`chmod 600 ${file}\`.`
    expect(warnings).toEqual(isTold ? [warning] : [])
    await save(file, {})
    expect(await readdir(dirname(file))).toEqual(['auth.json'])
  })
})

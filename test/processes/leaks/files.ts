import { chmod, mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileTokenStore } from 'ai-sdk-provider-codex/auth'
import type { AuthJson } from 'ai-sdk-provider-codex/testing'
import { type FileLockOptions, withFileLock } from '../../../src/auth/file/lock.ts'
import { EXPIRED, MARK, outcomeOf, type Scenario, TOKEN_ERROR } from './stage.ts'

/** What may stand in an auth.json that can't be used, tokens and all. */
const BROKEN: Record<string, (login: AuthJson, text: string) => string> = {
  'cut in half': (_, text) => text.slice(0, text.length / 2),
  'cut in a token': (_, text) => text.slice(0, text.indexOf('access_token') + 60),
  'cut before its end': (_, text) => text.slice(0, -1),
  'a comma too many, beside a token': (_, text) =>
    text.replace('",\n    "refresh_token"', '",,"refresh_token"'),
  'quotes left out around a token': ({ tokens }, text) =>
    text.replace(`"${tokens.access_token}"`, tokens.access_token),
  'a token with a line break': (_, text) => text.replace('"access_token": "', '"access_token": "x\\n'),
  'a token with spaces': (_, text) => text.replace('"access_token": "', '"access_token": "Bearer '),
  'a token in a list': ({ tokens }) => JSON.stringify({ tokens: { access_token: [tokens.access_token] } }),
  'a token as the file': ({ tokens }) => JSON.stringify(tokens.access_token),
  'a token without JSON': ({ tokens }) => tokens.access_token,
  'a list of logins': (login) => JSON.stringify([login]),
  'tokens as text': (login) => JSON.stringify({ tokens: JSON.stringify(login.tokens) }),
  'no access token beside the others': ({ tokens }) =>
    JSON.stringify({ tokens: { refresh_token: tokens.refresh_token, id_token: tokens.id_token } }),
  'names that are not known': ({ tokens }) => JSON.stringify({ secret: tokens.access_token }),
  'an API key': () => JSON.stringify({ auth_mode: 'apikey', OPENAI_API_KEY: `sk-${MARK}` }),
  'an API key beside tokens: null': () => JSON.stringify({ OPENAI_API_KEY: `sk-${MARK}`, tokens: null }),
  'an agent identity': () => JSON.stringify({ auth_mode: 'agentIdentity', agent_identity: { key: MARK } }),
  'a personal access token': () => JSON.stringify({ personal_access_token: `at-${MARK}` }),
  'a comment before it': (_, text) => `// mine\n${text}`,
}

const broken: Scenario[] = Object.entries(BROKEN).map(([name, change]) => ({
  name: `an auth.json with ${name}`,
  expected: TOKEN_ERROR,
  async run({ authFile, login, ask, show }) {
    await writeFile(authFile, change(login, JSON.stringify(login, null, 2)))
    show(await outcomeOf(fileTokenStore(authFile).read()))
    return ask()
  },
}))

/** Runs without the right to write to the folder, as another user where we are root. */
async function withoutRights<T>(
  folder: string,
  authFile: string,
  mode: number,
  run: () => Promise<T>,
): Promise<T> {
  await chmod(authFile, mode)
  await chmod(folder, 0o555)
  const isRoot = process.getuid?.() === 0
  if (isRoot) process.seteuid?.(65_534)
  try {
    return await run()
  } finally {
    if (isRoot) process.seteuid?.(0)
    await chmod(folder, 0o700)
    await chmod(authFile, 0o600)
  }
}

/** A clock that goes on by a second at each look, so that no one really waits for a lock. */
function fastClock(beat: () => Promise<void>): FileLockOptions {
  let now = 0
  return {
    now: () => {
      now += 1000
      return now
    },
    sleep: beat,
  }
}

const places: Scenario[] = [
  {
    name: 'no auth.json',
    expected: /^CodexAuthFileNotFoundError/,
    async run({ authFile, ask }) {
      await rm(authFile)
      return ask()
    },
  },
  {
    name: 'an auth.json that is a folder',
    expected: TOKEN_ERROR,
    run: ({ folder, ask, provider }) => ask(provider({ authFile: folder })),
  },
  {
    name: 'an auth.json that may not be read',
    expected: TOKEN_ERROR,
    run: ({ folder, authFile, ask }) => withoutRights(folder, authFile, 0, () => ask()),
  },
  {
    name: 'an auth.json that may not be written',
    expected: /^fine$/,
    login: EXPIRED,
    run: ({ folder, authFile, ask }) => withoutRights(folder, authFile, 0o444, () => ask()),
  },
  {
    name: 'an auth.json that is deleted during the refresh',
    expected: /^fine$/,
    login: EXPIRED,
    async run({ server, authFile, ask }) {
      const asked = server.nextRequest('/oauth/token')
      const answered = ask()
      await asked
      await rm(authFile)
      return answered
    },
  },
  {
    name: 'a lock that is a folder, and stays',
    expected: /^fine$/,
    async run({ authFile }) {
      await mkdir(`${authFile}.refresh-lock`)
      return outcomeOf(
        withFileLock(
          authFile,
          async () => 'without',
          fastClock(async () => {}),
        ),
      )
    },
  },
  {
    name: 'a lock that is not let go',
    expected: /^CodexAuthRefreshError .* network$/,
    async run({ authFile }) {
      const alive = () => utimes(`${authFile}.refresh-lock`, new Date(), new Date(Math.random() * 1e12))
      const waitForIt = () => withFileLock(authFile, async () => 'got it', fastClock(alive))
      return outcomeOf(withFileLock(authFile, waitForIt))
    },
  },
  {
    name: 'a lock whose text is no JSON',
    expected: /^fine$/,
    async run({ authFile, login }) {
      await writeFile(`${authFile}.refresh-lock`, `{"token":"${login.tokens.refresh_token}`)
      return outcomeOf(
        withFileLock(
          authFile,
          async () => 'got it',
          fastClock(async () => {}),
        ),
      )
    },
  },
  {
    name: 'the folder of the login while a refresh is under way',
    expected: /^CodexAuthRefreshError .* network$/,
    login: EXPIRED,
    async run({ server, folder, ask, provider, show }) {
      server.answerToken({ type: 'hang' })
      const asked = server.nextRequest('/oauth/token')
      const answered = ask(provider({ timeouts: { refresh: 200 } }))
      await asked
      const others = (await readdir(folder)).filter((name) => name !== 'auth.json')
      show(await Promise.all(others.map(async (name) => [name, await readFile(join(folder, name), 'utf8')])))
      return answered
    },
  },
]

export const FILES: readonly Scenario[] = [...broken, ...places]

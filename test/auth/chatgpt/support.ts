import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AuthJson, CodexServer, CodexServerOptions, LoginOptions } from 'ai-sdk-provider-codex/testing'
import { loginWithChatGPT } from '../../../src/auth/chatgpt/login.ts'
import { createChatGPTTokenManager } from '../../../src/auth/chatgpt/manager.ts'
import { chatGPTTokenStore } from '../../../src/auth/chatgpt/store.ts'
import { APP, planDocument } from '../../support/plan-login.ts'
import { makeFolder, startServer } from '../helpers.ts'
import { visit } from '../login/support.ts'

export const NOW = Date.parse('2026-11-25T00:00:00Z')
export const SCOPES = 'openid profile email offline_access resource.invoke chatgpt.tokens.use.direct'

/** A login file, as the tests look at it. */
interface Saved {
  ext_agent_host_id: string
  clients?: Array<{ client_id: string; subject?: string; app_name: string }>
  login?: Record<string, unknown> & { access_token: string; refresh_token: string; id_token: string }
}

/** A stand-in of the ChatGPT route, and the settings of a login on it, into a file that is not there yet. */
export async function setUp(options: CodexServerOptions = {}) {
  let time = NOW
  const now = () => time
  const server = await startServer({ route: 'chatgpt', now, ...options })
  const folder = await makeFolder()
  const file = join(folder, 'config', 'chatgpt.json')
  const settings = { appName: APP, issuer: server.issuer, authFile: file, now }
  return {
    server,
    folder,
    file,
    settings,
    now,
    setTime: (ms: number) => {
      time = ms
    },
    login: (more: Partial<Parameters<typeof loginWithChatGPT>[0]> = {}) =>
      loginWithChatGPT({ ...settings, openBrowser: openPage, ...more }),
    manager: (more: Parameters<typeof createChatGPTTokenManager>[0] = {}) =>
      createChatGPTTokenManager({
        auth: chatGPTTokenStore({ file }),
        issuer: server.issuer,
        now,
        sleep: async () => {},
        ...more,
      }),
    saved: async (): Promise<Saved> => JSON.parse(await readFile(file, 'utf8')),
    mode: async () => (await stat(file)).mode & 0o777,
  }
}

/** Opens the login address as a browser does. */
export const openPage = async (url: string): Promise<void> => {
  await visit(url)
}

/** Writes a login that the stand-in issued into a file, and gives its path. */
export async function writeLogin(
  server: CodexServer,
  options: LoginOptions = {},
  changes: Record<string, unknown> = {},
): Promise<{ file: string; login: AuthJson }> {
  const login = server.login(options)
  const file = join(await makeFolder(), 'chatgpt.json')
  const content = JSON.stringify(planDocument(login, server.issuer, changes))
  await writeFile(file, content, { mode: 0o600 })
  return { file, login }
}

/** The fields of a form that was posted. */
export const formOf = ({ text }: { text: string }): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(text))

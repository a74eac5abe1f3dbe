import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { generateText } from 'ai'
import {
  CodexAuthError,
  CodexAuthRefreshError,
  type CodexProvider,
  createChatGPT,
  createCodex,
} from 'ai-sdk-provider-codex'
import { type AuthJson, type CodexServer, startCodexServer } from 'ai-sdk-provider-codex/testing'
import { planDocument } from '../../support/plan-login.ts'

/** Stands in all that is marked and no token by its look. */
export const MARK = 'LEAK7f3a'

export type Settings = NonNullable<Parameters<typeof createCodex>[0]>

/** What a scenario has to work with: a server, a marked login in a file, providers on both. */
export interface Stage {
  readonly server: CodexServer
  readonly login: AuthJson
  readonly folder: string
  readonly authFile: string
  /** All three tokens in one text, as an answer might quote them. */
  readonly quote: string
  provider(settings?: Settings): CodexProvider
  /** One call; gives the result, or what was thrown. */
  ask(codex?: CodexProvider): Promise<unknown>
  /** A value that is to be shown besides the outcome. */
  show(value: unknown): void
}

/** One way that something goes wrong. */
export interface Scenario {
  name: string
  /** What the outcome has to be, as {@link summarize} has it: proof that the path was gone. */
  expected: RegExp
  login?: { expiresInSeconds?: number; scope?: string }
  /** Default `codex`. */
  route?: 'codex' | 'chatgpt'
  /** Gives the outcome. */
  run(stage: Stage): Promise<unknown>
}

export const EXPIRED = { expiresInSeconds: -60 }

/** A login or a token that can't be used. */
export const TOKEN_ERROR = /^CodexAuthTokenError CODEX_AUTH_TOKEN$/

/** The outcome as one line. */
export function summarize(value: unknown): string {
  if (!(value instanceof Error)) return 'fine'
  const code = CodexAuthError.isInstance(value) ? value.code : ''
  const reason = CodexAuthRefreshError.isInstance(value) ? value.reason : ''
  const status = 'statusCode' in value ? String(value.statusCode) : ''
  return [value.name, code, reason, status].filter((word) => word !== '').join(' ')
}

/** All that anybody could print of a value: hidden fields, getters, causes, JSON. */
export function dump(value: unknown): string {
  const options = { depth: Number.POSITIVE_INFINITY, showHidden: true, maxStringLength: null, getters: true }
  const causes: unknown[] = []
  for (let cause: unknown = value; cause instanceof Error && !causes.includes(cause); cause = cause.cause) {
    causes.push(cause)
  }
  return [
    inspect(value, { ...options, maxArrayLength: null }),
    String(value),
    JSON.stringify(value),
    ...causes.map(
      (cause) => `${(cause as Error).stack} ${JSON.stringify(cause, Object.getOwnPropertyNames(cause))}`,
    ),
  ].join('\n')
}

/** What a promise comes to, good or bad. */
export const outcomeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.catch((error: unknown) => error)

/** Runs a scenario; gives its outcome and all that is to be shown of it. */
export async function play({
  login: options,
  route = 'codex',
  run,
}: Scenario): Promise<{ outcome: unknown; shown: unknown[] }> {
  const server = await startCodexServer({ route })
  const login = server.login({
    accountId: `acct-${MARK}`,
    email: `${MARK}@example.com`,
    authClaims: { chatgpt_user_id: `user-${MARK}` },
    ...options,
  })
  const folder = await mkdtemp(join(tmpdir(), 'login-'))
  const { baseURL, issuer } = server
  const isPlan = route === 'chatgpt'
  const authFile = join(folder, isPlan ? 'chatgpt.json' : 'auth.json')
  const document = isPlan ? planDocument(login, issuer) : login
  await writeFile(authFile, JSON.stringify(document, null, 2), { mode: 0o600 })
  const shown: unknown[] = []
  const provider = (settings: Settings = {}) =>
    isPlan
      ? createChatGPT({ appName: 'App', baseURL, issuer, authFile, ...settings })
      : createCodex({ baseURL, issuer, authFile, codexMode: false, ...settings })
  const ask = async (codex = provider()) => {
    const model = codex('gpt-5.5')
    shown.push(codex, model)
    return outcomeOf(generateText({ model, prompt: 'hi', maxRetries: 0 }))
  }
  const { access_token, refresh_token, id_token } = login.tokens
  const quote = `Bearer ${access_token} and ${refresh_token} (${id_token})`
  const show = (value: unknown) => void shown.push(value)
  try {
    const outcome = await run({ server, login, folder, authFile, quote, provider, ask, show })
    return { outcome, shown }
  } finally {
    await server.close()
  }
}

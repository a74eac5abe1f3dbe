import packageJson from '../../../package.json' with { type: 'json' }
import type { Answer, AuthJson, JsonObject } from '../../../src/testing/types.ts'
import { planDocument } from '../../support/plan-login.ts'

/** What the contract expects of one route, where the two differ. */
interface RouteFacts {
  /** The service, as errors name it. */
  readonly api: string
  /** The function that makes its providers. */
  readonly factory: string
  /** The start of `user-agent`, as a pattern. */
  readonly userAgent: string
  /** True where a system text has base instructions before it, and tools a bridge. */
  readonly hasCodexMode: boolean
  /** True where answers tell the plan and its limits. */
  readonly tellsPlan: boolean
  /** True where the requests of one turn, and those of one conversation, are known by headers. */
  readonly hasSessionHeaders: boolean
  /** True where image generation and the local shell pass. */
  readonly hasAllHostedTools: boolean
  /** Settings whose values go into headers. */
  readonly headerSettings: readonly string[]
  /** The layout of requests to `gpt-5.5`. */
  readonly olderShape: 'classic' | 'lite'
  /** A 401 after which the login is renewed. */
  readonly unauthorized: Answer
  /** The words of how to log in again, as a pattern. */
  readonly logInAgain: string
  /** The text of a login file. */
  loginFile(login: AuthJson, issuer: string): string
}

const unauthorized = (body: JsonObject): Answer => ({ type: 'error', status: 401, body })

const FACTS: Readonly<Record<'codex' | 'chatgpt', RouteFacts>> = {
  codex: {
    api: 'Codex',
    factory: 'createCodex',
    userAgent: `ai_sdk_provider_codex/[\\d.]+ \\(.+\\) ${packageJson.name}/${packageJson.version}`,
    hasCodexMode: true,
    tellsPlan: true,
    hasSessionHeaders: true,
    hasAllHostedTools: true,
    headerSettings: ['accountId', 'originator', 'clientVersion'],
    olderShape: 'classic',
    unauthorized: unauthorized({ detail: 'no' }),
    logInAgain: 'login`',
    loginFile: (login) => JSON.stringify(login),
  },
  chatgpt: {
    api: 'ChatGPT',
    factory: 'createChatGPT',
    userAgent: 'Contract \\([^)]+\\)',
    hasCodexMode: false,
    tellsPlan: false,
    hasSessionHeaders: false,
    hasAllHostedTools: false,
    headerSettings: [],
    olderShape: 'lite',
    unauthorized: unauthorized({ detail: { error_code: 'invalid_token' } }),
    logInAgain: 'login --plan',
    loginFile: (login, issuer) => JSON.stringify(planDocument(login, issuer)),
  },
}

/** The route that the contract runs on: `--mode chatgpt` is the second one. */
export const ROUTE = process.env.TEST_TIER === 'chatgpt' ? 'chatgpt' : 'codex'

/** What to expect of it. */
export const ON = FACTS[ROUTE]

/** Start of the messages of errors. */
export const API_ERROR = `${ON.api} API error`

import { describe, expect, onTestFinished } from 'vitest'
import { startCodexServer } from '../../src/testing/server.ts'
import type { Answer, CodexServer, JsonObject } from '../../src/testing/types.ts'
import { CREATED, events, failed } from '../adapters/v1/support.ts'
import { closedOrigin } from '../support/closed-port.ts'
import { writeAuthFile } from '../support/provider.ts'
import type { Ask, Codex, Driver } from './support/ask.ts'
import { eachAI, OVER_HTTP } from './support/contract.ts'

/** A word that this route has no use for; names of classes and of the package have it within a longer word. */
const NAMES_CODEX = /\bCodex\b/

const MODEL = 'gpt-6.1-sol'
const http = (status: number, body: JsonObject): Answer => ({ type: 'error', status, body })
const user = (text: string) => ({ role: 'user', content: [{ type: 'text', text }] }) as const

interface OddCall {
  readonly title: string
  /** Besides the model. */
  readonly ask: Partial<Ask> | ((chatgpt: Codex) => Partial<Ask>)
  readonly settings?: (server: CodexServer) => JsonObject | Promise<JsonObject>
  readonly answers?: readonly Answer[]
  /** Part of the warning or error that comes of it. */
  readonly says: RegExp
}

const FUNCTION = { schema: { type: 'object', properties: {} } }

const ODD_CALLS: readonly OddCall[] = [
  {
    title: 'settings and options that are not taken',
    ask: {
      settings: { temperature: 0.5, topP: 0.5, seed: 1, stopSequences: ['x'] },
      maxOutputTokens: 10,
      providerOptions: {
        chatgpt: { store: true, service_tier: 'flex', metadata: { a: 'b' }, reasoningEfort: 'low' },
      },
    },
    says: /store is left out: the backend stores nothing/,
  },
  {
    title: 'settings of the other route',
    settings: () => ({
      codexMode: true,
      originator: 'x',
      clientVersion: '1.0.0',
      accountId: 'a',
      transport: 'auto',
    }),
    ask: {},
    says: /originator is not a setting of createChatGPT\(\)/,
  },
  {
    title: 'hosted tools that a plan does not cover',
    ask: (chatgpt) => ({
      tools: {
        image_generation: { hosted: chatgpt.tools.imageGeneration() },
        local_shell: { hosted: chatgpt.tools.localShell() },
      },
    }),
    says: /The tool codex\.image_generation is left out: the backend does not support it/,
  },
  {
    title: 'a file that is not taken',
    ask: {
      messages: [
        {
          role: 'user',
          content: [{ type: 'file', data: 'AAAA', mediaType: 'audio/wav', filename: 'a.wav' }],
        },
      ],
    },
    says: /file of type audio\/wav/,
  },
  {
    title: 'a history of another provider',
    ask: {
      messages: [
        user('hi'),
        {
          role: 'assistant',
          content: [
            { type: 'reasoning', text: 'Hm.' },
            { type: 'file', data: 'AAAA', mediaType: 'audio/wav' },
            { type: 'text', text: 'So.' },
          ],
        },
        user('more'),
      ],
    },
    says: /reasoning without encrypted content/,
  },
  {
    title: 'a field that is refused',
    ask: { providerOptions: { chatgpt: { textVerbosity: 'low' } } },
    answers: [http(400, { detail: 'Unsupported parameter: text.verbosity' })],
    says: /text\.verbosity is left out/,
  },
  {
    title: 'includes that are refused',
    ask: { providerOptions: { chatgpt: { include: ['x.y'] } } },
    answers: [
      http(400, { error: { message: 'Bad include.', param: 'include', type: 'invalid_request_error' } }),
    ],
    says: /include is left out/,
  },
  {
    title: 'reasoning that can not be verified',
    ask: {
      messages: [
        user('hi'),
        {
          role: 'assistant',
          content: [
            { type: 'reasoning', text: 'Hm.', providerOptions: { chatgpt: { encryptedContent: 'ENC' } } },
            { type: 'text', text: 'So.' },
          ],
        },
        user('more'),
      ],
    },
    answers: [http(400, { error: { code: 'invalid_encrypted_content', message: 'Not verified.' } })],
    says: /reasoning of earlier turns is left out/,
  },
  ...[400, 401, 402, 403, 404, 408, 413, 422, 429, 500, 503].map(
    (status): OddCall => ({
      title: `HTTP ${status} without a code`,
      ask: {},
      answers: [http(status, { detail: 'The words.' })],
      says: new RegExp(`ChatGPT API error ${status}: The words`),
    }),
  ),
  ...[
    'usage_limit_reached',
    'insufficient_quota',
    'context_length_exceeded',
    'model_not_found',
    'server_is_overloaded',
  ].map(
    (code): OddCall => ({
      title: `${code} inside the stream`,
      ask: {},
      answers: [events(CREATED, failed(code, 'The words.'))],
      says: /ChatGPT API error(?: \d+)?: The words/,
    }),
  ),
  {
    title: 'an answer that breaks off',
    settings: () => OVER_HTTP,
    ask: {},
    answers: [{ type: 'raw', chunks: ['data: {"type":"response.created"}\n\n'] }],
    says: /ChatGPT API error 200: The stream was cut/,
  },
  {
    title: 'no answer in time',
    settings: () => ({ ...OVER_HTTP, timeouts: { response: 50 } }),
    ask: {},
    answers: [{ type: 'hang' }],
    says: /timeouts\.response/,
  },
  {
    title: 'nobody at the address',
    settings: async () => ({ baseURL: `${await closedOrigin()}/v1` }),
    ask: {},
    says: /ChatGPT API error: cannot connect/,
  },
  {
    title: 'no login',
    settings: async () => ({ auth: undefined, authFile: '/nowhere/chatgpt.json' }),
    ask: {},
    says: /There is no login of "Sign in with ChatGPT"/,
  },
  {
    title: 'a file that holds something else',
    settings: async (server) => ({ auth: undefined, authFile: await writeAuthFile(server.login()) }),
    ask: {},
    says: /something else than a login of "Sign in with ChatGPT"/,
  },
  {
    title: 'an expired login that can not be renewed',
    settings: (server) => ({
      auth: { accessToken: server.login({ expiresInSeconds: -10 }).tokens.access_token },
    }),
    ask: {},
    says: /Sign in again with ChatGPT/,
  },
  {
    title: 'a sign-in without the plan',
    settings: (server) => ({
      auth: { accessToken: server.login().tokens.access_token, scopes: ['openid'] },
    }),
    ask: {},
    says: /does not allow the app to use the plan/,
  },
]

async function outcomeOf(ai: Driver, { ask, settings, answers = [] }: OddCall): Promise<string[]> {
  const server = await startCodexServer({ route: 'chatgpt' })
  onTestFinished(() => server.close())
  const { access_token: accessToken, id_token: idToken } = server.login().tokens
  const chatgpt = ai.createChatGPT({
    appName: 'App',
    baseURL: server.baseURL,
    issuer: server.issuer,
    auth: { accessToken, idToken },
    ...(await settings?.(server)),
  })
  server.answer(...answers)
  const [way] = ai.ways
  const call = typeof ask === 'function' ? ask(chatgpt) : ask
  const seen = await way?.run({
    model: chatgpt(MODEL),
    ...(call.messages === undefined ? { prompt: 'hi' } : {}),
    ...call,
    tools: call.tools ?? { add: FUNCTION },
  })
  return [...(seen?.warnings ?? []), ...(seen?.errors ?? []).map((error) => String(error))]
}

describe.each(ODD_CALLS)('createChatGPT: $title', (call) => {
  eachAI('no word names Codex', async ({ ai }) => {
    const words = await outcomeOf(ai, call)
    expect(words.join('\n')).toMatch(call.says)
    expect(words.filter((text) => NAMES_CODEX.test(text))).toEqual([])
  })
})

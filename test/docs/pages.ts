import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { loginWithChatGPT } from '../../src/auth/chatgpt/login.ts'
import { startCodexServer } from '../../src/testing/server.ts'
import type { Answer, CodexServer } from '../../src/testing/types.ts'
import { emptyFolder } from './support.ts'

/** The names under which the versions of `ai` are installed here. */
export type Ai = 'ai' | 'ai5' | 'ai6' | 'ai7'

/** What a program prints; `prepare` plays what is outside of it. */
export interface Run {
  block: string
  /** The `ai` that the program is for. Default `ai`, which is version 4. */
  ai?: Ai
  /** Is it a file of tests for vitest? */
  isVitest?: true
  /** Does it answer requests? It is asked one. */
  isRoute?: true
  expected: RegExp
  /** May give more variables of the environment. */
  prepare?: (server: CodexServer) => undefined | Promise<Record<string, string>> | Record<string, string>
}

/** Types the code of a device login as soon as it is asked for. */
async function typeCode(server: CodexServer): Promise<void> {
  const { json } = await server.nextRequest('/deviceauth/token')
  server.approveDevice(String(json?.user_code))
}

/** The stand-in of the ChatGPT route, and a browser whose user agrees to all. */
async function withChatGPT(): Promise<Record<string, string>> {
  const server = await startCodexServer({ route: 'chatgpt' })
  onTestFinished(() => server.close())
  const folder = await emptyFolder()
  await writeFile(join(folder, 'xdg-open'), '#!/usr/bin/env node\nfetch(process.argv[2])\n', { mode: 0o755 })
  return {
    CHATGPT_BASE_URL: server.baseURL,
    CHATGPT_ISSUER: server.issuer,
    CHATGPT_AUTH_FILE: join(folder, 'chatgpt.json'),
    PATH: `${folder}:${process.env.PATH}`,
  }
}

async function signedInWithChatGPT(): Promise<Record<string, string>> {
  const env = await withChatGPT()
  await loginWithChatGPT({
    appName: 'My app',
    issuer: env.CHATGPT_ISSUER,
    authFile: env.CHATGPT_AUTH_FILE,
    openBrowser: async (url) => void (await fetch(url)),
  })
  return env
}

/** The access token in the environment, and no login file. */
const withoutFile = (server: CodexServer) => ({
  CODEX_AUTH_FILE: '',
  CODEX_ACCESS_TOKEN: server.login().tokens.access_token,
})

/** A proxy that tunnels, as those of companies do, and a backend that is reached by no other way. */
export async function startProxy({ baseURL }: CodexServer): Promise<Record<string, string>> {
  const backend = new URL(baseURL)
  const proxy = createServer().on('connect', (_, client) => {
    const target = connect(Number(backend.port), backend.hostname, () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n')
      target.pipe(client).pipe(target)
    })
    target.on('error', () => client.destroy())
    client.on('error', () => target.destroy())
  })
  proxy.listen(0, '127.0.0.1')
  onTestFinished(() => void proxy.close())
  await once(proxy, 'listening')
  return {
    HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    CODEX_BASE_URL: baseURL.replace(backend.hostname, '127.0.0.2'),
  }
}

const NO_LOGIN = /^Authentication failed - check Codex login\n$/

const SAY_HI = /^You said: Say hi\n$/

const MASKED = /^\d+ % of the plan's window is used\nYou said: Call ####\nYou said: Call ####$/

const USED_UP: Answer = {
  type: 'error',
  status: 429,
  body: { error: { type: 'usage_limit_reached', message: 'Used up', plan_type: 'plus', resets_at: 4e9 } },
  headers: { 'x-codex-primary-used-percent': '100' },
}

/** The programs of each page that has some, in their order. */
export const PAGES: Record<string, readonly Run[]> = {
  'content.md': [
    {
      block: 'What is left of the plan 1',
      expected: /^88 % of 300 minutes left, until \S+Z\n66 % of 10080 minutes left, until \S+Z\n$/,
    },
  ],
  'chatgpt-plan.md': [
    {
      block: 'Use 1',
      ai: 'ai7',
      prepare: signedInWithChatGPT,
      expected: /^You said: Say hi gpt-6\.2-sol\n$/,
    },
    {
      block: 'Sign in 1',
      prepare: withChatGPT,
      expected:
        /^If no browser opens, go to http:\/\/127\.0\.0\.1:\d+\/\S+\nYou're using your ChatGPT plan https:\S+\n$/,
    },
  ],
  'edge.md': [
    {
      block: 'A Worker 1',
      isRoute: true,
      prepare: withoutFile,
      expected: /^200 text\/plain.*\nYou said: Say hi$/,
    },
    {
      block: 'A Next.js route on the edge 1',
      isRoute: true,
      prepare: withoutFile,
      expected: /^200 text\/plain.*\n.*0:"You"\n.*d:\{"finishReason":"stop"/s,
    },
  ],
  'errors.md': [
    {
      block: 'Errors 1',
      expected: /^The primary window of plus opens at 2096-10-02T07:06:40\.000Z\n$/,
      prepare: (server) => void server.answer(USED_UP),
    },
  ],
  'getting-started.md': [
    { block: 'Getting started 1', ai: 'ai7', expected: SAY_HI },
    { block: 'Another version of `ai` 1', expected: SAY_HI },
    { block: 'A chat, not a coding agent 1', ai: 'ai7', expected: /^You said: What should I read next\?$/ },
  ],
  'migrating.md': [
    {
      block: 'From `@ai-sdk/openai` 1',
      expected: /^You said: Why is the sky blue\?\nstore\ntemperature\n$/,
    },
  ],
  'migrating-from-litellm.md': [
    { block: 'A completion 1', expected: /^You said: Write a Python function.*\n$/ },
    { block: 'A completion 2', expected: /^You said: Hello\nYou said: Explain machine learning\n$/ },
    {
      block: 'With tools 1',
      prepare: (server) => {
        const arguments_ = { location: 'Tokyo' }
        server.answer({ type: 'tool-calls', calls: [{ name: 'get_weather', arguments: arguments_ }] })
      },
      expected: /^get_weather \{ location: 'Tokyo' \}\n$/,
    },
    { block: 'A stream 1', expected: /^You said: Count to 10$/ },
    { block: 'A stream 2', expected: /^You said: Tell me a story about a robot$/ },
    { block: 'Options 1', expected: /^You said: Explain quantum computing\n$/ },
    {
      block: 'Options 2',
      expected: /^You said: Analyze this data\nmetadata is left out: .*\nuser is left out: .*\n$/,
    },
    { block: 'Errors 1', expected: /^You said: Hello\n$/ },
    { block: 'Errors 1', prepare: answerStatus(401, 401), expected: NO_LOGIN },
    { block: 'Errors 1', prepare: revoked, expected: NO_LOGIN },
    { block: 'Errors 1', prepare: refusedRefresh, expected: NO_LOGIN },
    { block: 'Errors 1', prepare: answerStatus(429, 429, 429), expected: /^Rate limited - retry later\n$/ },
    {
      block: 'Errors 1',
      prepare: answerStatus(500, 500, 500),
      expected: /^Server error - try again later\n$/,
    },
    { block: 'Errors 1', prepare: answerStatus(400), expected: /^API error: Codex API error 400: No/ },
    { block: 'Errors 2', expected: /^true\n$/ },
    {
      block: 'Errors 2',
      prepare: () => ({ CODEX_AUTH_FILE: '/nowhere/auth.json' }),
      expected: /^Run 'codex login' first\n$/,
    },
    {
      block: 'Errors 2',
      prepare: (server) => ({ CODEX_ACCESS_TOKEN: expiredToken(server) }),
      expected: /^Token expired - run 'codex login' to refresh\n$/,
    },
    {
      block: 'Errors 2',
      prepare: (server) => expiredLogin(server, 'http://127.0.0.1:1'),
      expected: /^Token refresh failed - check network connection\n$/,
    },
    {
      block: 'Errors 2',
      prepare(server) {
        refuseRefresh(server)
        return expiredLogin(server, server.issuer)
      },
      expected: /^Token refresh failed - revoked\n$/,
    },
    { block: 'A client of your own 1', expected: /^string\n$/ },
    { block: 'Changing what comes back 1', expected: /^YOU SAID: HELLO\n$/ },
    {
      block: 'Model names 1',
      expected: /^gpt-5\.1-codex\ngpt-5\.1-codex\ngpt-5\.1-codex-mini\ngpt-5\.1-codex-max\nlow\n$/,
    },
  ],
  'models.md': [
    { block: 'Which are mine? 1', expected: /^(?:gpt-\S+ \d+ low\/.* (?:low|medium)\n)+$/ },
    {
      block: 'How hard it thinks 1',
      expected:
        /^gpt-6\.1-sol gpt-6\.1-sol gpt-5\.5\nYou said: Why is the sky blue\? \[.*no effort "minimal"; "low" is sent/s,
    },
  ],
  'logging.md': [
    {
      block: 'A logger 1',
      expected: /^info call\.finish \{"model":"gpt-6\.1-sol","finishReason":"stop".*\}\n$/,
    },
  ],
  'nextjs.md': [
    {
      block: 'The route 1',
      isRoute: true,
      expected: /^200 text\/plain.*\n.*0:"You"\n.*d:\{"finishReason":"stop"/s,
    },
    {
      block: 'The route 1',
      isRoute: true,
      prepare: (server) => void server.answer(USED_UP),
      expected: /3:"The plan is used up until 2096-10-02T07:06:40\.000Z\."/,
    },
    {
      block: 'The route 2',
      isRoute: true,
      ai: 'ai7',
      expected: /^200 text\/event-stream.*\n.*"type":"text-delta".*"delta":"You"/s,
    },
  ],
  'privacy.md': [
    {
      block: 'See for yourself 1',
      expected: /^GET \/\S*\/models\nPOST \/\S*\/responses\nYou said: Say hi\n$/,
    },
  ],
  'proxies.md': [{ block: "A company's proxy 1", prepare: startProxy, expected: SAY_HI }],
  'reasoning.md': [
    {
      block: 'Showing it 1',
      prepare: (server) =>
        void server.answer({ type: 'text', text: 'Yes.', reasoning: 'No divisor up to 45.' }),
      expected: /^(?:\(.*?\) )+Yes\.$/,
    },
    { block: 'Keeping it from turn to turn 1', prepare: answerWithReasoning, expected: /^7\n14\n$/ },
    {
      block: 'Keeping it from turn to turn 2',
      ai: 'ai7',
      prepare: answerWithReasoning,
      expected: /^7\n14\n$/,
    },
  ],
  'signing-in.md': [
    {
      block: "A login of your app's own 1",
      expected: /^Open http:\/\/127\.0\.0\.1:\d+\/codex\/device and enter \S+\nYou said: Say hi\n$/,
      prepare: (server) => void typeCode(server),
    },
    { block: 'CI and serverless 1', expected: /^ey[\w-]+\.[\w-]+\.[\w-]*$/ },
    { block: 'Tokens, or a function 1', expected: /^You said: Say hi\nasked: initial\nYou said: Say hi\n$/ },
    {
      block: 'Many users 1',
      isRoute: true,
      expected: /^200 text\/plain.*\n.*0:"You"\n.*d:\{"finishReason":"stop"/s,
    },
  ],
  'string-ids.md': [
    { block: 'String ids 1', ai: 'ai7', expected: SAY_HI },
    { block: 'Several providers 1', expected: SAY_HI },
    { block: 'Your own names 1', expected: SAY_HI },
  ],
  'many-tools.md': [
    {
      block: 'Defer them all 1',
      ai: 'ai7',
      expected: /^2 steps: service_17_status returned: service_17 is up in Oslo\n$/,
    },
    {
      block: 'Per tool, and in namespaces 1',
      ai: 'ai7',
      expected: /^create_issue returned: opened "Snow"\n$/,
    },
    { block: 'Your own search 1', ai: 'ai7', expected: /^look_up returned: order 17 is on its way\n$/ },
  ],
  'structured-output.md': [
    { block: 'Structured output 1', expected: /^\[ \{ city: .*\} \]\n$/ },
    { block: 'As it grows 1', expected: /^(?:.+ \d\n)+\{ name: .*\}\n$/s },
    { block: 'Together with tools 1', ai: 'ai7', expected: /^\{ city: .*, celsius: -?\d+ \}\n$/ },
  ],
  'testing.md': [
    { block: 'Start 1', isVitest: true, expected: /✓ .*\n.*1 passed/s },
    { block: 'A Next.js route 1', expected: /pass 2\n.*fail 0\n/s },
    { block: 'Answers 1', expected: /^Take a coat\. Oslo: snow\ntrue\n$/ },
    { block: 'Requests 1', expected: /^A\nai_sdk_provider_codex aborted\n$/ },
  ],
  'images.md': [{ block: 'Images 1', ai: 'ai7', expected: /^image\/png 70\n$/ }],
  'tools.md': [
    {
      block: 'Functions 1',
      expected:
        /^weather\(\{"city":"Oslo"\}\)\n→ Snow in Oslo, -3 °C\nweather returned: Snow in Oslo, -3 °C$/,
    },
    {
      block: 'Functions 2',
      ai: 'ai7',
      expected: /^2 steps: weather returned: Snow in Oslo, -3 °C\n$/,
    },
    { block: 'A tool that fails 1', expected: /^look_up returned: Error: the database does not answer for / },
    { block: 'Pictures as results 1', expected: /image/ },
    {
      block: 'Tools of the backend 1',
      expected: /^note returned: kept: Use local_shell .*\nlocal_shell returned: Use local_shell /s,
    },
  ],
  'web-search.md': [
    {
      block: 'As it happens 1',
      ai: 'ai7',
      prepare: answerWithSearch,
      expected:
        /^Searching the web…\nSearched: \{"action":\{"type":"search","query":"snow"\},"sources":\[.*\]\}\nIt snows \(.*\)\.\n\[Snow\] https:\/\/example\.com\/snow\n/,
    },
    {
      block: 'Sources in the text 1',
      ai: 'ai7',
      prepare: answerWithSearch,
      expected: /^It snows → example\.com\.$/,
    },
    {
      block: 'In a route 1',
      ai: 'ai7',
      isRoute: true,
      prepare: answerWithSearch,
      expected: /^200 text\/event-stream.*"toolName":"web_search".*"type":"source-url"/s,
    },
  ],
  'compaction.md': [
    { block: '`compact()` 1', ai: 'ai7', expected: /^You said: What did you find first\?\n$/ },
    { block: '`autoCompact` 1', ai: 'ai7', expected: /^You said: Fix all lint errors\. \[\]\n$/ },
  ],
  'websocket.md': [{ block: 'WebSocket 1', expected: /^You said: Say hi$/ }],
  'versions.md': [
    { block: 'Changing what comes back 1', expected: MASKED },
    { block: 'Changing what comes back 2', ai: 'ai6', expected: MASKED },
  ],
}

/** Answers the next calls with these statuses. */
function answerStatus(...statuses: number[]) {
  return (server: CodexServer): undefined => {
    server.answer(...statuses.map((status) => ({ type: 'error', status, body: { detail: 'No' } }) as const))
  }
}

function answerWithReasoning(server: CodexServer): undefined {
  server.answer(
    { type: 'text', text: '7', reasoning: 'Seven will do.' },
    { type: 'text', text: '14', reasoning: 'Twice seven.' },
  )
}

/** A search, and a text that cites what it found. */
function answerWithSearch(server: CodexServer): undefined {
  const text = 'It snows ([example.com](https://example.com/snow)).'
  const [start_index, end_index] = [text.indexOf('('), text.length - 1]
  const found = { type: 'url', url: 'https://example.com/snow' }
  const cited = { ...found, type: 'url_citation', title: 'Snow', start_index, end_index }
  const search = { id: 'ws_1', type: 'web_search_call' }
  const content = [{ type: 'output_text', text, annotations: [cited] }]
  const items = [
    { ...search, status: 'completed', action: { type: 'search', query: 'snow', sources: [found] } },
    { id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content },
  ]
  server.answer({
    type: 'events',
    events: [
      { type: 'response.created', response: { id: 'resp_1' } },
      { type: 'response.output_item.added', output_index: 0, item: { ...search, status: 'in_progress' } },
      ...items.map((item, output_index) => ({ type: 'response.output_item.done', output_index, item })),
      { type: 'response.completed', response: { id: 'resp_1', status: 'completed', output: [] } },
    ],
  })
}

/** A token that the backend has revoked, and nothing to renew it with. */
function revoked(server: CodexServer): Record<string, string> {
  server.answer({ type: 'error', status: 401, body: { detail: 'No' } })
  return { CODEX_ACCESS_TOKEN: server.login().tokens.access_token }
}

function refuseRefresh(server: CodexServer): void {
  const body = { error: { code: 'refresh_token_invalidated', message: 'revoked' } }
  server.answerToken({ type: 'error', status: 401, body })
}

/** The backend refuses the token, and the login server to renew it. */
function refusedRefresh(server: CodexServer): undefined {
  server.answer({ type: 'error', status: 401, body: { detail: 'No' } })
  refuseRefresh(server)
}

const expiredToken = (server: CodexServer): string =>
  server.login({ expiresInSeconds: -60 }).tokens.access_token

/** A login that has ended, to be renewed by this login server. */
async function expiredLogin(server: CodexServer, issuer: string): Promise<Record<string, string>> {
  const file = join(await emptyFolder(), 'auth.json')
  await writeFile(file, JSON.stringify(server.login({ expiresInSeconds: -60 })), { mode: 0o600 })
  return { CODEX_AUTH_FILE: file, CODEX_ISSUER: issuer }
}

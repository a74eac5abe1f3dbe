import { afterAll, afterEach, beforeAll } from 'vitest'
import { startCodexServer } from '../../src/testing/server.ts'
import type { AuthJson, CodexServer, CodexServerOptions, JsonObject } from '../../src/testing/types.ts'

/** A server for a whole test file, emptied after each test. */
export function useServer(options: CodexServerOptions = {}): () => CodexServer {
  let server: CodexServer | undefined
  beforeAll(async () => {
    server = await startCodexServer(options)
  })
  afterEach(() => server?.reset())
  afterAll(() => server?.close())
  return () => {
    if (!server) throw new Error('The server has not started')
    return server
  }
}

export const LITE = { 'x-openai-internal-codex-responses-lite': 'true' }

export const user = (text: string): JsonObject => ({
  type: 'message',
  role: 'user',
  content: [{ type: 'input_text', text }],
})

export const developer = (text: string): JsonObject => ({ ...user(text), role: 'developer' })

export const output = (callId: string, value: unknown): JsonObject => ({
  type: 'function_call_output',
  call_id: callId,
  output: value,
})

export const call = (callId: string, name = 'get_weather'): JsonObject => ({
  type: 'function_call',
  call_id: callId,
  name,
  arguments: '{}',
})

export const weather: JsonObject = {
  type: 'function',
  name: 'get_weather',
  description: 'The weather',
  strict: false,
  parameters: { type: 'object', properties: { city: { type: 'string' }, days: { type: 'integer' } } },
}

/** A request of the classic shape that the server takes. */
export const classic = (fields: JsonObject = {}): JsonObject => ({
  model: 'gpt-5.5',
  instructions: 'Be brief.',
  stream: true,
  input: [user('hello there')],
  tool_choice: 'auto',
  parallel_tool_calls: true,
  reasoning: { effort: 'low', summary: 'auto' },
  store: false,
  include: ['reasoning.encrypted_content'],
  prompt_cache_key: 'key',
  text: { verbosity: 'low' },
  ...fields,
})

/** A request of the lite shape that the server takes. */
export const lite = (fields: JsonObject = {}): JsonObject => ({
  model: 'gpt-6.1-sol',
  stream: true,
  input: [
    { type: 'additional_tools', role: 'developer', tools: [weather] },
    developer('Be brief.'),
    user('hello there'),
  ],
  tool_choice: 'auto',
  parallel_tool_calls: false,
  reasoning: { effort: 'low', summary: 'auto', context: 'all_turns' },
  store: false,
  include: ['reasoning.encrypted_content'],
  text: { verbosity: 'low' },
  ...fields,
})

export const identity = (login: AuthJson): Record<string, string> => ({
  authorization: `Bearer ${login.tokens.access_token}`,
  'chatgpt-account-id': login.tokens.account_id,
  'content-type': 'application/json',
  originator: 'test',
  'user-agent': 'test/0.169.0',
  version: '0.169.0',
})

/** Sends a body to `…/responses`; a header that is undefined is left out. */
export function post(
  server: CodexServer,
  body: unknown,
  headers: Record<string, string | undefined> = {},
  init: RequestInit = {},
): Promise<Response> {
  const all = { ...identity(server.login()), ...headers }
  const sent = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return fetch(`${server.baseURL}/responses`, {
    method: 'POST',
    headers: sent,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...init,
  })
}

/** The events of a stream whose line ends are `\n`. */
export function eventsIn(text: string): JsonObject[] {
  return text
    .split('\n\n')
    .filter(Boolean)
    .map((message) => JSON.parse(/^data: (.*)$/m.exec(message)?.[1] ?? '') as JsonObject)
}

/** Sends a body and reads the events of the answer. */
export async function ask(
  server: CodexServer,
  body: unknown,
  headers: Record<string, string | undefined> = {},
): Promise<JsonObject[]> {
  const response = await post(server, body, headers)
  const text = await response.text()
  if (response.status !== 200) throw new Error(`${response.status} ${text}`)
  return eventsIn(text)
}

/** The finished items of an answer. */
export const itemsOf = (events: readonly JsonObject[]): JsonObject[] =>
  events.filter(({ type }) => type === 'response.output_item.done').map(({ item }) => item as JsonObject)

/** The text that an answer streamed. */
export const textOf = (events: readonly JsonObject[]): string =>
  events
    .filter(({ type }) => type === 'response.output_text.delta')
    .map(({ delta }) => String(delta))
    .join('')

import { type CoreMessage, generateText, tool } from 'ai'
import { createCodex } from 'ai-sdk-provider-codex'
import { startCodexServer } from 'ai-sdk-provider-codex/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import classicCapture from '../fixtures/captures/http-classic-tool-resume.json' with { type: 'json' }
import liteCapture from '../fixtures/captures/http-lite-tool-resume.json' with { type: 'json' }

type JsonObject = Record<string, unknown>

/** The only reasons for which our body may differ from the Codex CLI's. */
type Reason = 'window and turn metadata' | 'client ids' | 'prompt text' | 'tool contents' | 'stated deviation'

/** Each field that differs, by its path; `input[type:role]` stands for all items of that kind. */
const SHARED: Record<string, Reason> = {
  client_metadata: 'window and turn metadata',
  'input[message:developer].id': 'client ids',
  'input[message:user].id': 'client ids',
  // Item ids are not sent back: the backend keeps nothing that they could name.
  'input[message:assistant].id': 'stated deviation',
  'input[reasoning].id': 'stated deviation',
  // The summary is asked for by default.
  'reasoning.summary': 'stated deviation',
}

const CLASSIC: Record<string, Reason> = {
  ...SHARED,
  // The base instructions stand there, and not in a developer message.
  instructions: 'stated deviation',
  'input[function_call].id': 'stated deviation',
  'input[function_call_output].id': 'client ids',
  'tools[custom]': 'tool contents',
  'tools[namespace]': 'tool contents',
  'tools[tool_search]': 'tool contents',
  'tools[web_search]': 'tool contents',
}

const LITE: Record<string, Reason> = {
  ...SHARED,
  'input[additional_tools:developer].id': 'client ids',
  // Flat function tools, and not namespaces of custom ones; so the calls are function calls.
  'input[additional_tools:developer].tools[namespace]': 'tool contents',
  'input[additional_tools:developer].tools[function]': 'stated deviation',
  'input[custom_tool_call]': 'tool contents',
  'input[custom_tool_call_output]': 'tool contents',
  'input[function_call]': 'tool contents',
  'input[function_call_output]': 'tool contents',
}

/** Values that depend on the conversation, and not on how a client speaks. */
const FREE_VALUES =
  /prompt_cache_key$|\.(text|call_id|arguments|output|name|description|encrypted_content)$|parameters/

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** All fields of a body by path, with their values (or kinds, where the value is the conversation's). */
function fieldsOf(
  value: unknown,
  path = '',
  fields = new Map<string, Set<string>>(),
): Map<string, Set<string>> {
  if (path.endsWith('.parameters')) return add(fields, path, 'schema')
  if (Array.isArray(value)) {
    add(fields, path, value.length === 0 ? '[]' : 'list')
    for (const item of value) {
      const name = isObject(item) ? [item.type, item.role].filter(Boolean).join(':') : JSON.stringify(item)
      fieldsOf(item, `${path}[${name}]`, fields)
    }
    return fields
  }
  if (!isObject(value))
    return add(fields, path, FREE_VALUES.test(path) ? typeof value : JSON.stringify(value))
  if (path !== '') add(fields, path, 'object')
  for (const [key, sub] of Object.entries(value)) fieldsOf(sub, path === '' ? key : `${path}.${key}`, fields)
  return fields
}

function add(fields: Map<string, Set<string>>, path: string, value: string): Map<string, Set<string>> {
  fields.set(path, (fields.get(path) ?? new Set()).add(value))
  return fields
}

/** The paths at which two bodies differ; what lies below a path that only one of them has is not told again. */
function differences(ours: JsonObject, captured: JsonObject): string[] {
  const [left, right] = [fieldsOf(ours), fieldsOf(captured)]
  const paths = [...new Set([...left.keys(), ...right.keys()])].sort()
  const differing = paths.filter(
    (path) =>
      JSON.stringify([...(left.get(path) ?? [])].sort()) !==
      JSON.stringify([...(right.get(path) ?? [])].sort()),
  )
  return differing.filter((path) => !differing.some((other) => other !== path && isBelow(path, other)))
}

const isBelow = (path: string, other: string): boolean =>
  path.startsWith(`${other}.`) || path.startsWith(`${other}[`)

let server: Awaited<ReturnType<typeof startCodexServer>>

beforeAll(async () => {
  server = await startCodexServer()
})
afterAll(() => server.close())

/** The conversation of the captures: a reasoned tool call, its result, an answer, and one more question. */
async function playToolLoop(modelId: string): Promise<JsonObject[]> {
  server.reset()
  const { tokens } = server.login()
  const codex = createCodex({
    baseURL: server.baseURL,
    issuer: server.issuer,
    auth: { accessToken: tokens.access_token, accountId: tokens.account_id },
    instructions: 'BASE',
  })
  const events = classicCapture.requests.flatMap(({ answer }) => (answer?.sse ? [answer.sse] : []))
  for (const sse of events) server.answer({ type: 'events', events: sse as JsonObject[] })
  const tools = {
    exec_command: tool({
      description: 'Runs a command.',
      parameters: z.object({ cmd: z.string(), workdir: z.string().optional() }),
      execute: async () => 'hello\n',
    }),
  }
  const messages: CoreMessage[] = [{ role: 'user', content: 'run echo' }]
  const common = { model: codex(modelId), tools, maxSteps: 2 }
  const first = await generateText({ ...common, messages })
  await generateText({
    ...common,
    messages: [...messages, ...first.response.messages, { role: 'user', content: 'and again' }],
  })
  return server.responseRequests.map(({ json }) => json ?? {})
}

describe.each([
  ['classic', 'gpt-5.5', classicCapture, CLASSIC],
  ['lite', 'gpt-6.1-sol', liteCapture, LITE],
] as const)('%s', (shape, modelId, capture, expected) => {
  test('the bodies of a tool loop', async () => {
    const bodies = await playToolLoop(modelId)
    expect(bodies).toHaveLength(3)
    await expect(JSON.stringify(bodies, null, 2)).toMatchFileSnapshot(
      `./__snapshots__/${shape}-tool-loop.json`,
    )
  })

  test('the last body differs from what the Codex CLI sends in the listed fields, and in no other', async () => {
    const ours = (await playToolLoop(modelId)).at(-1)
    const captured = capture.requests.at(-1)?.body
    expect(differences(ours ?? {}, (captured ?? {}) as JsonObject)).toEqual(Object.keys(expected).sort())
  })

  test('what was sent once is sent again, unchanged, in front of what is new', async () => {
    const inputs = (await playToolLoop(modelId)).map((body) => body.input as unknown[])
    for (const [index, input] of inputs.slice(1).entries()) {
      expect(input.slice(0, inputs[index]?.length)).toEqual(inputs[index])
    }
  })
})

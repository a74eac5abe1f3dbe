import { describe, expect } from 'vitest'
import type { CodexServer, JsonObject, ToolCallAnswer } from '../../src/testing/types.ts'
import { bodyOf } from '../adapters/v1/support.ts'
import type { AskTool, Codex, Driver } from './support/ask.ts'
import { eachWay, OVER_HTTP, outlineOf, refusals, SHAPES, turnOf } from './support/contract.ts'

const tool = (description: string, ...parameters: string[]): AskTool => ({
  description,
  schema: {
    type: 'object',
    properties: Object.fromEntries(parameters.map((name) => [name, { type: 'string' }])),
    required: parameters,
    additionalProperties: false,
  },
  execute: (input) => ({ did: description, input }),
})

const TOOLS: Readonly<Record<string, AskTool>> = {
  create_issue: tool('Opens an issue in a repository.', 'title', 'repository'),
  list_issues: tool('Lists the issues of a repository.', 'repository'),
  send_mail: tool('Sends a mail.', 'to', 'subject'),
  read_clock: tool('Tells the time.'),
}

const withSearch = (codex: Codex, options: object = { defer: true }): Record<string, AskTool> => ({
  ...TOOLS,
  find: { hosted: codex.tools.toolSearch(options) },
})

const searchFor = (query: unknown, callId = 'call_s1'): ToolCallAnswer => ({
  name: 'tool_search',
  toolSearch: true,
  callId,
  arguments: { query } as JsonObject,
})

const toolsOf = (body: JsonObject & { input: JsonObject[] }): JsonObject[] =>
  (body.tools ?? body.input.find(({ type }) => type === 'additional_tools')?.tools ?? []) as JsonObject[]

/** The names of the tools that each search of a request's history loaded. */
const loadedIn = (server: CodexServer, index: number): unknown[] =>
  bodyOf(server, index)
    .input.filter(({ type }) => type === 'tool_search_output')
    .map(({ tools }) => (tools as JsonObject[]).map(({ name }) => name))

const showsHosted = (ai: Driver) => ai.specification !== 'v1'

describe.each(SHAPES)('tool search, $model ($shape)', ({ model }) => {
  eachWay('a tool is searched for, found and called, in one call of ai', async ({ ai, ask, start }) => {
    const { codex, server } = await start()
    server.answer(
      { type: 'tool-calls', calls: [searchFor('open an issue')], reasoning: 'I look.' },
      {
        type: 'tool-calls',
        calls: [{ name: 'create_issue', callId: 'call_1', arguments: { title: 'Hi', repository: 'a/b' } }],
        reasoning: 'Found.',
      },
      { type: 'text', text: 'Done.' },
    )
    const seen = await ask({
      model: codex(model),
      prompt: 'Report it',
      tools: withSearch(codex),
      maxSteps: 4,
    })
    expect(seen).toMatchObject({ text: 'Done.', finishReason: 'stop', errors: [], warnings: [] })
    expect(refusals(server)).toEqual([])
    expect(seen.steps).toHaveLength(2)
    expect(toolsOf(bodyOf(server)).map(({ type }) => type)).toEqual(['tool_search'])

    const [first] = seen.steps
    const search = { id: 'call_s1', name: 'find', isHosted: true }
    const call = {
      id: 'call_1',
      name: 'create_issue',
      isHosted: false,
      input: { title: 'Hi', repository: 'a/b' },
    }
    expect(first?.calls).toMatchObject(showsHosted(ai) ? [search, call] : [call])
    if (showsHosted(ai)) {
      expect(first?.calls[0]?.input).toEqual({ arguments: { query: 'open an issue' }, call_id: 'call_s1' })
      expect(first?.results[0]).toMatchObject({
        name: 'find',
        output: {
          tools: [
            { type: 'function', name: 'create_issue', description: 'Opens an issue in a repository.' },
            { name: 'list_issues' },
          ],
        },
      })
    }
    // The usage is that of both answers, which `ai` does not know apart.
    const [one, two] = server.responseRequests
    const tokens = (text = '') => Math.ceil(text.length / 4)
    expect(first?.usage.input).toBeGreaterThan(tokens(one?.text) / 2 + tokens(two?.text) / 2)

    expect(outlineOf(turnOf(bodyOf(server, 2))).filter((what) => !String(what).startsWith('gAAAA'))).toEqual([
      'user',
      'tool_search_call',
      'tool_search_output',
      'function_call',
      'function_call_output',
    ])
    expect(loadedIn(server, 2)).toEqual([['create_issue', 'list_issues']])
  })

  eachWay('each request begins with all of the one before', async ({ ask, start }) => {
    const { codex, server } = await start(OVER_HTTP)
    server.answer(
      { type: 'tool-calls', calls: [searchFor('issues')], reasoning: 'I look.', text: 'Looking …' },
      { type: 'tool-calls', calls: [searchFor('clock time', 'call_s2')], reasoning: 'More.' },
      {
        type: 'tool-calls',
        calls: [{ name: 'read_clock', arguments: {} }],
        text: 'Now.',
        reasoning: 'Found.',
      },
      { type: 'text', text: 'It is late.' },
    )
    const tools = withSearch(codex)
    const seen = await ask({ model: codex(model), prompt: 'When?', tools, maxSteps: 3 })
    expect(seen).toMatchObject({ text: 'It is late.', errors: [] })
    // Through JSON, as a store has it.
    const messages = JSON.parse(JSON.stringify(seen.messages)) as unknown[]
    server.answer({ type: 'text', text: 'Bye.' })
    const after = await ask({
      model: codex(model),
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'When?' }] },
        { role: 'given', messages },
        { role: 'user', content: [{ type: 'text', text: 'Thanks' }] },
      ],
      tools,
    })
    expect(after).toMatchObject({ text: 'Bye.', errors: [], warnings: [] })
    expect(refusals(server)).toEqual([])
    const bodies = server.responseRequests.map(({ json }) =>
      JSON.stringify((json as JsonObject).input).slice(0, -1),
    )
    expect(bodies).toHaveLength(5)
    for (const [index, body] of bodies.entries()) {
      const before = bodies[index - 1] ?? ''
      expect(body.slice(0, before.length)).toBe(before)
    }
    const rest = server.responseRequests.map(({ json }) => ({ ...(json as JsonObject), input: [] }))
    expect(new Set(rest.map((body) => JSON.stringify(body))).size).toBe(1)
  })
})

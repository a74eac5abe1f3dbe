import * as ai5 from 'ai5'
import * as ai6 from 'ai6'
import * as ai7 from 'ai7'
import { describe, expect, test } from 'vitest'
import type { CodexServer, JsonObject, ToolCallAnswer } from '../../src/testing/types.ts'
import { bodyOf } from '../adapters/v1/support.ts'
import type { AskTool, Codex, Driver } from './support/ask.ts'
import {
  allWays,
  type Contract,
  eachRequest,
  eachWay,
  OVER_HTTP,
  outlineOf,
  refusals,
  SHAPES,
  startWith,
  turnOf,
} from './support/contract.ts'
import { DRIVERS } from './support/drivers.ts'
import { ON } from './support/route.ts'

type FunctionTool = Exclude<AskTool, { hosted: unknown }>

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

const done = { type: 'text', text: 'Done.' } as const
const model = 'gpt-5.5'

/** An answer that calls tools, with an id of its own. */
const calls = (...all: ToolCallAnswer[]) => ({ type: 'tool-calls' as const, calls: all })

const callOf = (name: string, callId = 'call_1', more: Partial<ToolCallAnswer> = {}): ToolCallAnswer => ({
  name,
  callId,
  arguments: {},
  ...more,
})

function withSearches(): void {
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

      expect(
        outlineOf(turnOf(bodyOf(server, 2))).filter((what) => !String(what).startsWith('gAAAA')),
      ).toEqual(['user', 'tool_search_call', 'tool_search_output', 'function_call', 'function_call_output'])
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

  eachWay(
    'a search beside a call of a tool: the tool runs, and the next step has both',
    async ({ ask, start }) => {
      const { codex, server } = await start()
      server.answer(
        calls(searchFor('mail'), callOf('read_clock')),
        calls(callOf('send_mail', 'call_2')),
        done,
      )
      const tools = withSearch(codex, { defer: ['send_mail'] })
      const seen = await ask({ model: codex(model), prompt: 'hi', tools, maxSteps: 4 })
      expect(seen).toMatchObject({ text: 'Done.', errors: [], warnings: [] })
      expect(seen.steps).toHaveLength(3)
      expect(server.responseRequests).toHaveLength(3)
      expect(outlineOf(turnOf(bodyOf(server, 2)))).toEqual([
        ...['user', 'tool_search_call', 'tool_search_output', 'function_call', 'function_call_output'],
        ...['function_call', 'function_call_output'],
      ])
      expect(loadedIn(server, 1)).toEqual([['send_mail']])
      expect(refusals(server)).toEqual([])
    },
  )

  eachWay(
    'namespaces: in the request, in what is found, and back with the calls',
    async ({ ai, ask, start }) => {
      // `ai` 4 gives a model no options of a tool.
      if (ai.major === 4) return
      const { codex, server } = await start()
      const options = (name: string, more: JsonObject = {}) => ({
        ...(TOOLS[name] as FunctionTool),
        providerOptions: { codex: { namespace: 'github', deferLoading: true, ...more } },
      })
      server.answer(
        calls(searchFor('issue')),
        calls(callOf('create_issue', 'call_1', { namespace: 'github' })),
        calls(callOf('read_clock', 'call_2', { namespace: 'home' })),
        done,
      )
      const tools = {
        create_issue: options('create_issue'),
        list_issues: options('list_issues'),
        read_clock: options('read_clock', {
          namespace: { name: 'home', description: 'At home.' },
          deferLoading: false,
        }),
        find: { hosted: codex.tools.toolSearch({ namespaces: { github: 'All about code.' } }) },
      } as Record<string, AskTool>
      const seen = await ask({ model: codex(model), prompt: 'hi', tools, maxSteps: 4 })
      expect(seen).toMatchObject({ text: 'Done.', errors: [], warnings: [] })
      expect(refusals(server)).toEqual([])
      expect(toolsOf(bodyOf(server))).toMatchObject([
        { type: 'namespace', name: 'home', description: 'At home.', tools: [{ name: 'read_clock' }] },
        {
          type: 'tool_search',
          execution: 'client',
          description: expect.stringContaining('- github: All about code.'),
        },
      ])
      const last = bodyOf(server, 3).input
      expect(last.find(({ type }) => type === 'tool_search_output')).toMatchObject({
        tools: [
          {
            type: 'namespace',
            name: 'github',
            description: 'All about code.',
            tools: [
              { name: 'create_issue', defer_loading: true },
              { name: 'list_issues', defer_loading: true },
            ],
          },
        ],
      })
      expect(last.filter(({ type }) => type === 'function_call')).toMatchObject([
        { name: 'create_issue', namespace: 'github' },
        { name: 'read_clock', namespace: 'home' },
      ])
    },
  )

  eachWay('a search of the caller gets what there is to know', async ({ ask, start }) => {
    const { codex, server } = await start()
    const requests: JsonObject[] = []
    const search = async (request: JsonObject) => {
      requests.push(request)
      return ['send_mail', 'no_such_tool', 'send_mail', 'read_clock', 'list_issues']
    }
    server.answer(calls(searchFor('anything')), done)
    const tools = withSearch(codex, {
      defer: (name: string) => name !== 'list_issues',
      search,
      maxResults: 2,
    })
    const seen = await ask({ model: codex(model), prompt: 'hi', tools })
    expect(seen).toMatchObject({ text: 'Done.', errors: [], warnings: [] })
    expect(requests).toEqual([
      {
        query: 'anything',
        arguments: { query: 'anything' },
        maxResults: 2,
        abortSignal: expect.any(AbortSignal),
        tools: [
          {
            name: 'create_issue',
            description: 'Opens an issue in a repository.',
            namespace: undefined,
            parameters: ['title', 'repository'],
          },
          expect.objectContaining({ name: 'send_mail' }),
          expect.objectContaining({ name: 'read_clock', parameters: [] }),
        ],
      },
    ])
    expect(loadedIn(server, 1)).toEqual([['send_mail', 'read_clock']])
    expect(toolsOf(bodyOf(server)).map(({ name }) => name)).toEqual(['list_issues', undefined])
  })

  async function findsNothing(
    { ai, ask, start }: Contract,
    search: () => unknown,
    message: RegExp,
    settings: { timeouts?: { idle: number } } = {},
  ): Promise<void> {
    const { codex, server } = await start(settings)
    server.answer(calls(searchFor('mail')), done)
    const tools = withSearch(codex, { defer: true, search })
    const seen = await ask({ model: codex(model), prompt: 'hi', tools })
    expect(seen).toMatchObject({ text: 'Done.', finishReason: 'stop' })
    expect(loadedIn(server, 1)).toEqual([[]])
    expect(refusals(server)).toEqual([])
    if (showsHosted(ai)) expect(JSON.stringify(seen.results)).toMatch(message)
  }

  describe.each<[string, () => unknown, RegExp]>([
    [
      'throws',
      () => {
        throw new Error('No index.')
      },
      /No index/,
    ],
    ['rejects', () => Promise.reject(new Error('No index.')), /No index/],
    ['returns no list', () => ({ names: [] }), /must return a list of tool names/],
    ['returns other than names', () => [1], /must return a list of tool names/],
  ])('a search of the caller that %s', (_, search, message) => {
    eachWay('finds nothing, and the result says why', (contract) => findsNothing(contract, search, message))
  })

  allWays('a search of the caller that never settles finds nothing, and the result says why', (contract) =>
    findsNothing(contract, () => new Promise(() => {}), /took too long/, { timeouts: { idle: 2_000 } }),
  )

  eachWay('an abort in a search ends the call', async ({ ask, start }) => {
    const { codex, server } = await start()
    const controller = new AbortController()
    const reason = new DOMException('enough', 'AbortError')
    const aborted: unknown[] = []
    const search = ({ abortSignal }: { abortSignal: AbortSignal }) => {
      abortSignal.addEventListener('abort', () => aborted.push(abortSignal.reason))
      controller.abort(reason)
      return new Promise(() => {})
    }
    server.answer(calls(searchFor('mail')))
    const tools = withSearch(codex, { defer: true, search })
    const seen = await ask({ model: codex(model), prompt: 'hi', tools, abortSignal: controller.signal })
    expect(seen.isAborted).toBe(true)
    expect(aborted).toEqual([reason])
    expect(server.responseRequests).toHaveLength(1)
  })

  eachWay(
    'a request after a search that fails is an error, and nothing is sent again',
    async ({ ai, ask, start }) => {
      const { codex, server } = await start()
      server.answer(calls(searchFor('mail')), { type: 'error', status: 400, body: { detail: 'Too odd.' } })
      const seen = await ask({ model: codex(model), prompt: 'hi', tools: withSearch(codex), maxRetries: 2 })
      expect(seen.errors).toHaveLength(1)
      expect(ai.isAPICallError(seen.errors[0])).toBe(true)
      expect(seen.errors[0]).toMatchObject({ statusCode: 400, message: expect.stringContaining('Too odd.') })
      expect(server.responseRequests).toHaveLength(2)
    },
  )

  eachWay('an answer after a search that breaks off is an error', async ({ ai, ask, start }) => {
    const { codex, server } = await start(OVER_HTTP)
    server.answer(calls(searchFor('mail')), {
      type: 'text',
      text: 'One two three',
      stopAfter: 6,
      end: 'reset',
    })
    const seen = await ask({ model: codex(model), prompt: 'hi', tools: withSearch(codex) })
    expect(seen.errors).toHaveLength(1)
    expect(ai.isAPICallError(seen.errors[0])).toBe(true)
  })

  eachWay('after a search the login is renewed as ever', async ({ ask, start }) => {
    const { codex, server } = await start()
    const expired = { error: { message: 'expired', code: 'token_expired' } }
    server.answer(calls(searchFor('mail')), { type: 'error', status: 401, body: expired }, done)
    const seen = await ask({ model: codex(model), prompt: 'hi', tools: withSearch(codex) })
    expect(seen).toMatchObject({ text: 'Done.', errors: [] })
  })

  eachWay('a model that only searches is stopped', async ({ ai, ask, start }) => {
    const { codex, server } = await start()
    const searches = Array.from({ length: 9 }, (_, index) => calls(searchFor('mail', `call_${index}`)))
    server.answer(...searches)
    const seen = await ask({ model: codex(model), prompt: 'hi', tools: withSearch(codex), maxSteps: 3 })
    expect(seen.errors).toEqual([])
    expect(seen.finishReason).toBe('other')
    if (ai.specification === 'v3' || ai.specification === 'v4') {
      expect(seen.rawFinishReason).toBe(ai.major < 6 ? undefined : 'tool_search_limit')
    }
    expect(server.responseRequests).toHaveLength(8)
    expect(seen.calls).toHaveLength(showsHosted(ai) ? 8 : 0)
    // Each search that was begun has its result, the last one as well.
    expect(seen.results).toHaveLength(showsHosted(ai) ? 8 : 0)
  })

  eachWay('ids of calls that a backend uses again are told apart', async ({ ai, ask, start }) => {
    const { codex, server } = await start()
    server.answer(
      calls(searchFor('mail', 'call_0')),
      calls(searchFor('issue', 'call_0')),
      calls(callOf('send_mail', 'call_0')),
      done,
    )
    const seen = await ask({ model: codex(model), prompt: 'hi', tools: withSearch(codex), maxSteps: 3 })
    expect(seen).toMatchObject({ text: 'Done.', errors: [] })
    const ids = seen.steps[0]?.calls.map(({ id }) => id) ?? []
    expect(ids).toHaveLength(showsHosted(ai) ? 3 : 1)
    expect(new Set(ids).size).toBe(ids.length)
    expect(loadedIn(server, 3)).toEqual([['send_mail'], ['create_issue', 'list_issues']])
    expect(refusals(server)).toEqual([])
  })

  eachRequest('what can not be as it was asked for is warned of', async ({ ai, ask, start }) => {
    const { codex, server } = await start()
    const warningsOf = async (tools: Record<string, AskTool>) => {
      server.answer(done)
      const seen = await ask({ model: codex(model), prompt: 'hi', tools })
      expect(seen.errors).toEqual([])
      return seen.warnings
    }
    const deferred = {
      clock: {
        ...(TOOLS.read_clock as FunctionTool),
        providerOptions: { codex: { deferLoading: true } },
      } as AskTool,
    }
    expect(await warningsOf(deferred)).toEqual(
      ai.major === 4 ? [] : [expect.stringMatching(/sent at once, since there is no tool search: clock/)],
    )
    expect(await warningsOf(withSearch(codex, {}))).toEqual([
      expect.stringMatching(/The tool search "find" is left out: no tool is deferred/),
    ])
    expect(await warningsOf(withSearch(codex, { defer: ['read_clok', 'send_mail'] }))).toEqual([
      expect.stringMatching(/lists names that no function tool has: read_clok/),
    ])
    expect(await warningsOf(withSearch(codex, { defer: true, namespaces: { x: 'X.' } }))).toEqual([
      expect.stringMatching(/describes namespaces that no tool is in: x/),
    ])
    expect(refusals(server)).toEqual([])
  })

  eachRequest('wrong options name the tool', async ({ ai, ask, start }) => {
    const { codex, server } = await start()
    const messageOf = async (tools: Record<string, AskTool>) => {
      const { errors } = await ask({ model: codex(model), prompt: 'hi', tools })
      return String((errors[0] as Error | undefined)?.message)
    }
    expect(await messageOf(withSearch(codex, { maxResults: 0 }))).toMatch(/maxResults of the tool "find"/)
    expect(await messageOf(withSearch(codex, { search: 'x' }))).toMatch(
      /search of the tool "find".*a function/,
    )
    expect(await messageOf(withSearch(codex, { defer: 1 }))).toMatch(
      /defer of the tool "find".*a list of names/,
    )
    expect(await messageOf(withSearch(codex, { depth: 1 }))).toMatch(
      /depth of the tool "find".*no such argument/,
    )
    if (ai.major > 4) {
      const named = (namespace: unknown) =>
        ({
          a: { ...(TOOLS.send_mail as FunctionTool), providerOptions: { codex: { namespace } } },
        }) as Record<string, AskTool>
      expect(await messageOf(named('a b'))).toMatch(/codex\.namespace of the tool "a": it must be a name/)
      expect(await messageOf(named({ name: 'a', description: 1 }))).toMatch(
        /namespace\.description of the tool "a"/,
      )
    }
    expect(server.responseRequests).toEqual([])
  })

  eachWay('odd searches of the model find what they say', async ({ ask, start }) => {
    const { codex, server } = await start()
    const odd = (given: unknown, callId: string): ToolCallAnswer => ({
      ...searchFor('', callId),
      arguments: given as JsonObject,
    })
    server.answer(
      calls(odd({ goal: 'tell the time' }, 'call_1'), odd({}, 'call_2'), odd({ query: 7 }, 'call_3')),
      calls(callOf('list_issues')),
      done,
    )
    const seen = await ask({ model: codex(model), prompt: 'hi', tools: withSearch(codex), maxSteps: 3 })
    expect(seen).toMatchObject({ text: 'Done.', errors: [] })
    expect(loadedIn(server, 1)).toEqual([['read_clock'], [], []])
    // A tool that was not loaded is called all the same.
    expect(seen.steps[0]?.results.at(-1)).toMatchObject({
      name: 'list_issues',
      output: { did: expect.any(String) },
    })
    expect(refusals(server)).toEqual([])
  })

  eachRequest('five hundred tools cost a tenth', async ({ ask, start }) => {
    const { codex, server } = await start(OVER_HTTP)
    const many = Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [
        `service_${index}_update_record`,
        tool(
          `Updates a record of service ${index}, by its id, with the fields that are given.`,
          'id',
          'fields',
          'reason',
        ),
      ]),
    )
    server.answer(done, calls(searchFor('service 321')), done)
    await ask({ model: codex(model), prompt: 'hi', tools: many })
    const find = { hosted: codex.tools.toolSearch({ defer: true }) }
    await ask({ model: codex(model), prompt: 'hi', tools: { ...many, find } })
    const [plain = 0, first = 0, second = 0] = server.responseRequests.map(({ text }) => text.length)
    expect(first).toBeLessThan(plain / 10)
    expect(second).toBeLessThan(plain / 10)
    expect((loadedIn(server, 2)[0] as string[])[0]).toBe('service_321_update_record')
  })
}

interface PageAI {
  jsonSchema(schema: object): unknown
  streamText(options: object): {
    readonly warnings: PromiseLike<unknown>
    toUIMessageStream(): ReadableStream<unknown>
  }
  readUIMessageStream(options: object): AsyncIterable<{ parts: unknown[] }>
  convertToModelMessages(messages: unknown[], options?: object): unknown
}

/** A page of `useChat` sends back what it has shown. */
function onPages(): void {
  describe.each(SHAPES)('a page keeps a tool search, $model', ({ model }) => {
    test.each([
      ['ai 5', ai5],
      ['ai 6', ai6],
      ['ai 7', ai7],
    ] as const)('%s: convertToModelMessages', async (name, module) => {
      const ai = module as unknown as PageAI
      const driver = DRIVERS.find((one) => one.name === name)
      if (!driver) throw new Error('No driver')
      const { codex, server } = await startWith(driver, OVER_HTTP)
      const functions = Object.entries(TOOLS).map(([tool, given]) => {
        const { description, schema, execute } = given as FunctionTool
        return [tool, { description, inputSchema: ai.jsonSchema(schema), execute }] as const
      })
      const tools = { ...Object.fromEntries(functions), find: codex.tools.toolSearch({ defer: true }) }
      let page: object[] = []
      const turn = async (text: string, steps: number): Promise<void> => {
        page = page.concat({ id: text, role: 'user', parts: [{ type: 'text', text }] })
        for (let step = 0; step < steps; step++) {
          const messages = await ai.convertToModelMessages(page, { tools })
          const result = ai.streamText({ model: codex(model), messages, tools, maxRetries: 0 })
          const last = page.at(-1) as { role?: string }
          const message = last.role === 'assistant' ? structuredClone(last) : undefined
          const stream = result.toUIMessageStream()
          let shown: object | undefined
          for await (const state of ai.readUIMessageStream({ stream, message })) shown = state
          expect(await result.warnings).toEqual([])
          // As a store has it.
          const kept = JSON.parse(JSON.stringify(shown)) as object
          page = (message ? page.slice(0, -1) : page).concat(kept)
        }
      }
      server.answer(
        { ...calls(searchFor('open an issue')), reasoning: 'I look.' },
        { ...calls(callOf('create_issue')), reasoning: 'Found.' },
        done,
        calls(searchFor('mail', 'call_s2')),
        { type: 'text', text: 'Bye.' },
      )
      // The first step with its search, and one after its tool has run.
      await turn('Report it.', 2)
      await turn('Thanks.', 1)
      expect(refusals(server)).toEqual([])
      const isShown = (what: unknown) => !String(what).startsWith('gAAAA')
      expect(outlineOf(turnOf(bodyOf(server, 4))).filter(isShown)).toEqual([
        ...['user', 'tool_search_call', 'tool_search_output', 'function_call', 'function_call_output'],
        ...['assistant', 'user', 'tool_search_call', 'tool_search_output'],
      ])
      expect(loadedIn(server, 4)).toEqual([['create_issue', 'list_issues'], ['send_mail']])
      const [before, after] = [bodyOf(server, 2).input, bodyOf(server, 4).input]
      expect(after.slice(0, before.length)).toEqual(before)
    })
  })
}

/** A plan covers no tool search. */
function withoutSearch(): void {
  eachRequest('all tools are sent, with a warning', async ({ ai, ask, start }) => {
    const { codex, server } = await start()
    const github = {
      ...(TOOLS.list_issues as FunctionTool),
      providerOptions: { codex: { namespace: 'github' } },
    } as AskTool
    server.answer(done)
    const tools = { ...withSearch(codex), list_issues: github }
    const seen = await ask({ model: codex(model), prompt: 'hi', tools })
    expect(seen.warnings).toEqual([expect.stringMatching(/codex\.tool_search is left out/)])
    expect(refusals(server)).toEqual([])
    const { tools: onTop, input } = bodyOf(server)
    const inInput = input.flatMap((item) => (item.type === 'additional_tools' ? item.tools : []))
    // `ai` 4 gives a model no options of a tool, so no namespace.
    const all = ai.major === 4 ? Object.keys(TOOLS) : ['create_issue', 'send_mail', 'read_clock']
    expect(inInput).toMatchObject(all.map((name) => ({ type: 'function', name })))
    expect(onTop).toEqual(
      ai.major === 4
        ? undefined
        : [
            expect.objectContaining({
              type: 'namespace',
              name: 'github',
              tools: [expect.objectContaining({ name: 'list_issues' })],
            }),
          ],
    )
  })
}

if (ON.hasAllHostedTools) {
  withSearches()
  onPages()
} else withoutSearch()

import { describe, expect } from 'vitest'
import type { JsonObject } from '../../src/testing/types.ts'
import { bodyOf, CREATED, completed, events, message } from '../adapters/v1/support.ts'
import type { AskTool, Codex, Driver } from './support/ask.ts'
import { eachWay, onCodexOnly, outlineOf, refusals, SHAPES, toolsOf, turnOf } from './support/contract.ts'
import { PNG, PNG_URL } from './support/png.ts'
import { ON } from './support/route.ts'

const SEARCH: JsonObject = {
  type: 'response.output_item.done',
  output_index: 0,
  item: {
    type: 'web_search_call',
    id: 'ws_1',
    status: 'completed',
    action: { type: 'search', query: 'snow in Oslo' },
  },
}

const CITED: JsonObject = {
  type: 'response.output_item.done',
  output_index: 1,
  item: {
    id: 'msg_2',
    type: 'message',
    role: 'assistant',
    content: [
      {
        type: 'output_text',
        text: 'It snows.',
        annotations: [
          {
            type: 'url_citation',
            url: 'https://example.com/snow',
            title: 'Snow',
            start_index: 0,
            end_index: 9,
          },
          { type: 'file_citation', file_id: 'file_1', filename: 'snow.pdf', index: 0 },
        ],
      },
    ],
  },
}

const searched = () => events(CREATED, SEARCH, CITED, completed())

const image = (index: number): JsonObject => ({
  type: 'response.output_item.done',
  output_index: index,
  item: { type: 'image_generation_call', id: 'ig_1', status: 'completed', output_format: 'png', result: PNG },
})

/** What `ai` shows of a call that the backend ran: V1 has no word for it, V2 only for a declared tool. */
const showsHosted = (ai: Driver, isDeclared: boolean) =>
  ai.specification === 'v3' || ai.specification === 'v4' || (ai.specification === 'v2' && isDeclared)

const search = (codex: Codex): Record<string, AskTool> => ({
  search: { hosted: codex.tools.webSearch({ searchContextSize: 'low' }) },
})

describe.each(SHAPES)('hosted tools, $model ($shape)', ({ model }) => {
  eachWay('web search: text, sources, the call where it can be told', async ({ ai, ask, start }) => {
    const { codex, server } = await start()
    server.answer(searched())
    const seen = await ask({ model: codex(model), prompt: 'hi', tools: search(codex), maxSteps: 3 })
    expect(seen).toMatchObject({ text: 'It snows.', finishReason: 'stop', errors: [], warnings: [] })
    expect(seen.steps).toHaveLength(1)
    const url = { type: 'url', url: 'https://example.com/snow', title: 'Snow' }
    const document = { type: 'document', filename: 'snow.pdf' }
    expect(seen.sources).toEqual(ai.specification === 'v1' ? [url] : [url, expect.objectContaining(document)])
    const shown = showsHosted(ai, true)
    expect(seen.calls).toMatchObject(shown ? [{ name: 'search', isHosted: true }] : [])
    expect(seen.results).toMatchObject(
      shown
        ? [
            {
              name: 'search',
              isHosted: true,
              output: { action: { type: 'search', query: 'snow in Oslo' } },
            },
          ]
        : [],
    )
    expect(toolsOf(bodyOf(server))).toEqual([
      expect.objectContaining({ type: 'web_search', search_context_size: 'low' }),
    ])
    expect(refusals(server)).toEqual([])
  })

  eachWay(
    'the turn after a web search: the call is not sent back, and a warning says so',
    async ({ ai, ask, start }) => {
      const { codex, server } = await start()
      server.answer(searched())
      const tools = search(codex)
      const seen = await ask({ model: codex(model), prompt: 'hi', tools })
      const after = await ask({
        model: codex(model),
        messages: [
          { role: 'user', content: [{ type: 'text', text: 'hi' }] },
          { role: 'given', messages: seen.messages },
          { role: 'user', content: [{ type: 'text', text: 'more' }] },
        ],
        tools,
      })
      expect(after.errors).toEqual([])
      expect(after.warnings).toEqual(
        showsHosted(ai, true) ? [expect.stringMatching(/left out.*: search/)] : [],
      )
      expect(outlineOf(turnOf(bodyOf(server, 1)))).toEqual(['user', 'assistant', 'user'])
      expect(refusals(server)).toEqual([])
    },
  )
})

eachWay('a hosted call that nobody declared spoils nothing', async ({ ai, ask, start }) => {
  const { codex, server } = await start()
  server.answer(searched())
  const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi', maxSteps: 3 })
  expect(seen).toMatchObject({ text: 'It snows.', finishReason: 'stop', errors: [] })
  expect(seen.steps).toHaveLength(1)
  expect(seen.calls).toMatchObject(showsHosted(ai, false) ? [{ name: 'web_search', isHosted: true }] : [])
})

/** Where a plan does not cover the tool, an image that comes all the same is shown. */
const DRAW_LEFT_OUT = ON.hasAllHostedTools
  ? []
  : [expect.stringContaining('The tool codex.image_generation is left out')]

/** A tool that is not sent has no name of the caller's. */
const CALLS_LEFT_OUT = ON.hasAllHostedTools ? /left out.*: draw/ : /left out.*: image_generation/

eachWay('a generated image is a file', async ({ ask, start }) => {
  const { codex, server } = await start()
  server.answer(events(CREATED, image(0), message('Here.', 1), completed()))
  const tools = { draw: { hosted: codex.tools.imageGeneration({ outputFormat: 'png' }) } }
  const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi', tools })
  expect(seen).toMatchObject({ text: 'Here.', errors: [], warnings: DRAW_LEFT_OUT })
  expect(seen.files).toEqual([{ mediaType: 'image/png', base64: PNG }])
  const sent = expect.objectContaining({ type: 'image_generation', output_format: 'png' })
  expect(toolsOf(bodyOf(server))).toEqual(ON.hasAllHostedTools ? [sent] : undefined)
  expect(refusals(server)).toEqual([])
})

describe.each(SHAPES)('a picture of the model, $model ($shape)', ({ model }) => {
  eachWay(`goes on in the next turn as an image of the user, ${model}`, async ({ ai, ask, start }) => {
    const { codex, server } = await start()
    const reasoning: JsonObject = {
      type: 'response.output_item.done',
      output_index: 0,
      item: { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'E1' },
    }
    server.answer(events(CREATED, reasoning, image(1), message('Here.', 2), completed()))
    const tools = { draw: { hosted: codex.tools.imageGeneration({ outputFormat: 'png' }) } }
    const seen = await ask({ model: codex(model), prompt: 'Draw a fox', tools })
    const after = await ask({
      model: codex(model),
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'Draw a fox' }] },
        { role: 'given', messages: seen.messages },
        { role: 'user', content: [{ type: 'text', text: 'Now make it red' }] },
      ],
      tools,
    })
    expect(after.errors).toEqual([])
    const turn = turnOf(bodyOf(server, 1))
    expect(outlineOf(turn)).toEqual(['user', 'E1', 'assistant', 'user', 'user'])
    expect(turn[3]?.content).toEqual([{ type: 'input_image', image_url: PNG_URL }])
    const callsLeftOut = showsHosted(ai, ON.hasAllHostedTools) ? [expect.stringMatching(CALLS_LEFT_OUT)] : []
    expect(after.warnings).toEqual([...callsLeftOut, ...DRAW_LEFT_OUT])
    expect(refusals(server)).toEqual([])
  })
})

eachWay('a custom tool gets text and gives text', async ({ ask, start }) => {
  const { codex, server } = await start()
  const dialled: unknown[] = []
  const dial = {
    hosted: codex.tools.custom({
      description: 'Dials a number.',
      format: { type: 'grammar', syntax: 'regex', definition: '[0-9]+' },
      execute: async (digits: unknown) => {
        dialled.push(digits)
        return 'connected'
      },
    }),
  }
  server.answer({ type: 'tool-calls', calls: [{ name: 'dial', arguments: '4711', custom: true }] })
  const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi', tools: { dial }, maxSteps: 2 })
  expect(seen).toMatchObject({ errors: [], warnings: [] })
  expect(dialled).toEqual(['4711'])
  expect(turnOf(bodyOf(server, 1)).slice(-2)).toMatchObject([
    { type: 'custom_tool_call', name: 'dial', input: '4711' },
    { type: 'custom_tool_call_output', output: 'connected' },
  ])
  expect(refusals(server)).toEqual([])
})

onCodexOnly('a plan does not cover the local shell: plan.test.ts has the warning', () => {
  eachWay('a local shell runs where the app is', async ({ ask, start }) => {
    const { codex, server } = await start()
    const ran: unknown[] = []
    const shell = {
      hosted: codex.tools.localShell({
        execute: async (input: unknown) => {
          ran.push(input)
          return 'README.md'
        },
      }),
    }
    const item = {
      type: 'local_shell_call',
      id: 'lsh_1',
      call_id: 'call_1',
      status: 'completed',
      action: { type: 'exec', command: ['ls'], timeout_ms: 1000 },
    }
    server.answer(
      events(CREATED, { type: 'response.output_item.done', output_index: 0, item }, completed()),
      events(CREATED, message('One file.'), completed()),
    )
    const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi', tools: { shell }, maxSteps: 2 })
    expect(seen).toMatchObject({ text: 'One file.', errors: [], warnings: [] })
    expect(ran).toMatchObject([{ action: { type: 'exec', command: ['ls'], timeoutMs: 1000 } }])
    expect(turnOf(bodyOf(server, 1)).slice(-2)).toMatchObject([
      { type: 'local_shell_call', call_id: 'call_1' },
      { type: 'local_shell_call_output', call_id: 'call_1', output: 'README.md' },
    ])
    expect(refusals(server)).toEqual([])
  })
})

eachWay('a wrong argument of a hosted tool is an error that names it', async ({ ask, start }) => {
  const { codex, server } = await start()
  const tools = { draw: { hosted: codex.tools.imageGeneration({ quality: 'best' }) } }
  const { errors } = await ask({ model: codex('gpt-5.5'), prompt: 'hi', tools })
  expect(errors).toEqual([
    expect.objectContaining({
      name: 'AI_InvalidArgumentError',
      message: expect.stringMatching(/draw.*quality|quality.*draw/),
    }),
  ])
  expect(server.responseRequests).toEqual([])
})

eachWay('an address that is cited twice and found by two searches is one source', async ({ ask, start }) => {
  const { codex, server } = await start()
  const found = (index: number): JsonObject => ({
    type: 'response.output_item.done',
    output_index: index,
    item: {
      type: 'web_search_call',
      id: `ws_${index}`,
      status: 'completed',
      action: {
        type: 'search',
        query: 'snow',
        sources: ['snow', 'ice'].map((name) => ({ type: 'url', url: `https://example.com/${name}` })),
      },
    },
  })
  const cite = (start: number): JsonObject => ({
    type: 'url_citation',
    url: 'https://example.com/snow?utm_source=openai',
    title: 'Snow',
    start_index: start,
    end_index: start + 2,
  })
  const cited: JsonObject = {
    type: 'response.output_item.done',
    output_index: 2,
    item: {
      id: 'msg_3',
      type: 'message',
      role: 'assistant',
      content: [{ type: 'output_text', text: 'It snows.', annotations: [cite(0), cite(3)] }],
    },
  }
  server.answer(events(CREATED, found(0), found(1), cited, completed()))
  const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi', tools: search(codex) })
  expect(seen).toMatchObject({ text: 'It snows.', errors: [], warnings: [] })
  expect(seen.sources).toEqual([
    { type: 'url', url: 'https://example.com/snow?utm_source=openai', title: 'Snow' },
    { type: 'url', url: 'https://example.com/ice', title: undefined },
  ])
})

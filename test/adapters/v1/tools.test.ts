import { generateText, streamText, tool } from 'ai'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { startProvider } from '../../support/provider.ts'
import {
  bodyOf,
  CREATED,
  callDone,
  completed,
  events,
  partsOf,
  rejection,
  SHAPES,
  type TextOptions,
} from './support.ts'

const makeTools = () => {
  const ran: unknown[] = []
  const numbers = z.object({ a: z.number(), b: z.number() })
  const place = z.object({ city: z.string() })
  const execute =
    <Input, Result>(name: string, run: (input: Input) => Result) =>
    async (input: Input) => {
      ran.push([name, input])
      return run(input)
    }
  return {
    ran,
    tools: {
      add: tool({ description: 'Adds', parameters: numbers, execute: execute('add', ({ a, b }) => a + b) }),
      weather: tool({ parameters: place, execute: execute('weather', () => ({ sky: 'blue' })) }),
    },
  }
}

/** Runs the loop in either way and gives the last text and the number of steps. */
const LOOPS = [
  {
    way: 'generateText',
    loop: async (options: TextOptions) => {
      const { text, steps } = await generateText(options)
      return { text, steps: steps.length }
    },
  },
  {
    way: 'streamText',
    loop: async (options: TextOptions) => {
      const result = streamText(options)
      await result.consumeStream()
      const steps = await result.steps
      return { text: steps.at(-1)?.text, steps: steps.length }
    },
  },
]

describe.each(SHAPES.flatMap((shape) => LOOPS.map((loop) => ({ ...shape, ...loop }))))(
  '$model ($shape), $way',
  ({ model, shape, loop }) => {
    it('two steps', async () => {
      const { codex, server } = await startProvider()
      const { tools, ran } = makeTools()
      const result = await loop({ model: codex(model), tools, maxSteps: 5, prompt: 'Use add for 2 and 3' })
      expect(result).toEqual({ text: 'add returned: 5', steps: 2 })
      expect(ran).toEqual([['add', { a: 2, b: 3 }]])
      expect(server.responseRequests.map(({ status }) => status)).toEqual([200, 200])
      const [first, second] = [bodyOf(server, 0), bodyOf(server, 1)]
      expect(second.prompt_cache_key).toBe(first.prompt_cache_key)
      expect(second.input.slice(0, first.input.length)).toEqual(first.input)
    })

    it('three steps', async () => {
      const { codex, server } = await startProvider()
      const { tools, ran } = makeTools()
      server.answer(
        { type: 'tool-calls', reasoning: 'Hm.', calls: [{ name: 'add', arguments: { a: 1, b: 1 } }] },
        {
          type: 'tool-calls',
          text: 'Now the weather.',
          calls: [{ name: 'weather', arguments: { city: 'Oslo' } }],
        },
        { type: 'text', text: 'Done.' },
      )
      const result = await loop({ model: codex(model), tools, maxSteps: 5, prompt: 'go' })
      expect(result).toEqual({ text: 'Done.', steps: 3 })
      expect(ran.map((run) => (run as unknown[])[0])).toEqual(['add', 'weather'])
      const kinds = bodyOf(server, 2).input.map((item) => (item.role as string) ?? item.type)
      const start = kinds.indexOf('user')
      expect(kinds.slice(start)).toEqual([
        'user',
        'reasoning',
        'function_call',
        'function_call_output',
        'assistant',
        'function_call',
        'function_call_output',
      ])
    })

    it('parallel calls', async () => {
      const { codex, server } = await startProvider()
      const { tools, ran } = makeTools()
      server.answer(
        {
          type: 'tool-calls',
          calls: [
            { name: 'add', arguments: { a: 1, b: 2 }, callId: 'call_a' },
            { name: 'weather', arguments: { city: 'Rome' }, callId: 'call_b' },
          ],
        },
        { type: 'text', text: 'Both.' },
      )
      const result = await loop({ model: codex(model), tools, maxSteps: 2, prompt: 'go' })
      expect(result).toEqual({ text: 'Both.', steps: 2 })
      expect(ran).toHaveLength(2)
      expect(bodyOf(server).parallel_tool_calls).toBe(shape === 'classic')
      const outputs = bodyOf(server, 1).input.filter((item) => item.type === 'function_call_output')
      expect(outputs).toEqual([
        { type: 'function_call_output', call_id: 'call_a', output: '3' },
        { type: 'function_call_output', call_id: 'call_b', output: '{"sky":"blue"}' },
      ])
    })

    it.each([
      { choice: 'auto' as const, sent: 'auto' },
      { choice: 'none' as const, sent: 'none' },
      { choice: 'required' as const, sent: 'required' },
      { choice: { type: 'tool' as const, toolName: 'add' }, sent: { type: 'function', name: 'add' } },
    ])('tool choice $choice', async ({ choice, sent }) => {
      const { codex, server } = await startProvider()
      const { tools, ran } = makeTools()
      await loop({ model: codex(model), tools, toolChoice: choice, prompt: 'weather, if you may' })
      expect(bodyOf(server).tool_choice).toEqual(sent)
      const name = choice === 'none' ? [] : [choice === 'auto' || choice === 'required' ? 'weather' : 'add']
      expect(ran.map((run) => (run as unknown[])[0])).toEqual(name)
    })
  },
)

describe('tools', () => {
  const streamed = events(
    CREATED,
    {
      type: 'response.output_item.added',
      output_index: 0,
      item: { id: 'fc_1', type: 'function_call', call_id: 'call_1', name: 'add', arguments: '' },
    },
    ...['{"a":1,', '"b":2}'].map((delta) => ({
      type: 'response.function_call_arguments.delta',
      item_id: 'fc_1',
      output_index: 0,
      delta,
    })),
    callDone(0, { callId: 'call_1', name: 'add', arguments: '{"a":1,"b":2}' }),
    completed(),
  )

  it('toolCallStreaming tells the arguments as they come', async () => {
    const { codex, server } = await startProvider()
    server.answer(streamed)
    const { tools } = makeTools()
    const parts = await partsOf({ model: codex('gpt-5.5'), prompt: 'go', tools, toolCallStreaming: true })
    const told = parts.filter((part) => part.type.startsWith('tool-'))
    expect(told).toEqual([
      { type: 'tool-call-streaming-start', toolCallId: 'call_1', toolName: 'add' },
      { type: 'tool-call-delta', toolCallId: 'call_1', toolName: 'add', argsTextDelta: '{"a":1,' },
      { type: 'tool-call-delta', toolCallId: 'call_1', toolName: 'add', argsTextDelta: '"b":2}' },
      { type: 'tool-call', toolCallId: 'call_1', toolName: 'add', args: { a: 1, b: 2 } },
      expect.objectContaining({ type: 'tool-result', result: 3 }),
    ])
  })

  it('without it the call comes whole', async () => {
    const { codex, server } = await startProvider()
    server.answer(streamed)
    const { tools } = makeTools()
    const parts = await partsOf({ model: codex('gpt-5.5'), prompt: 'go', tools })
    expect(parts.filter((part) => part.type.startsWith('tool-')).map((part) => part.type)).toEqual([
      'tool-call',
      'tool-result',
    ])
  })

  it('a tool without arguments, and one that returns nothing', async () => {
    const { codex, server } = await startProvider()
    const ping = tool({ parameters: z.object({}), execute: async () => undefined })
    server.answer(
      { type: 'tool-calls', calls: [{ name: 'ping', arguments: '' }] },
      { type: 'text', text: 'ok' },
    )
    const result = await generateText({ model: codex('gpt-5.5'), prompt: 'go', tools: { ping }, maxSteps: 2 })
    expect(result.text).toBe('ok')
    expect(bodyOf(server, 1).input.at(-1)).toMatchObject({ type: 'function_call_output', output: 'null' })
  })

  it.each(LOOPS)('names that the backend does not take: $way', async ({ loop }) => {
    const { codex, server } = await startProvider()
    const ran: string[] = []
    const named = (name: string) =>
      tool({ parameters: z.object({ city: z.string() }), execute: async () => ran.push(name) })
    const given = ['files.read', 'files read', `${'x'.repeat(70)}1`, `${'x'.repeat(70)}2`]
    const tools = Object.fromEntries(given.map((name) => [name, named(name)]))
    const toolChoice = { type: 'tool', toolName: 'files read' } as const
    await loop({ model: codex('gpt-5.5'), prompt: 'city: Oslo', tools, toolChoice, maxSteps: 2 })
    const wires = (bodyOf(server).tools as Array<{ name: string }>).map(({ name }) => name)
    expect(new Set(wires).size).toBe(4)
    expect(bodyOf(server).tool_choice).toEqual({ type: 'function', name: wires[1] })
    expect(ran).toEqual(['files read'])
    expect(bodyOf(server, 1).input.find((item) => item.type === 'function_call')?.name).toBe(wires[1])
    expect(server.responseRequests.map(({ status }) => status)).toEqual([200, 200])
  })
})

describe.each(SHAPES)('hosted tools, $model ($shape)', ({ model }) => {
  /** The tools as they were sent. */
  const sentBy = (server: Parameters<typeof bodyOf>[0], index = 0) => {
    const body = bodyOf(server, index)
    return body.tools ?? body.input.find((item) => item.type === 'additional_tools')?.tools
  }

  it('web search: sources, and no call for the caller', async () => {
    const { codex, server } = await startProvider()
    const tools = { search: codex.tools.webSearch({ externalWebAccess: true, searchContentTypes: ['text'] }) }
    const asked = { model: codex(model), prompt: 'Use web_search', tools, maxSteps: 3 }
    const { text, sources, toolCalls } = await generateText(asked)
    expect(text).toBe('You said: Use web_search')
    expect(sources).toMatchObject([{ sourceType: 'url', url: 'https://example.com/' }])
    expect(toolCalls).toEqual([])
    expect(sentBy(server)).toEqual([
      { type: 'web_search', external_web_access: true, search_content_types: ['text'] },
    ])
    expect(bodyOf(server).include).toEqual(['reasoning.encrypted_content', 'web_search_call.action.sources'])
    const streamed = streamText(asked)
    await streamed.consumeStream()
    expect((await streamed.sources).map(({ url }) => url)).toEqual(['https://example.com/'])
  })

  it('image generation: a file', async () => {
    const { codex, server } = await startProvider()
    const tools = { draw: codex.tools.imageGeneration({ outputFormat: 'png' }) }
    const choice = { type: 'tool', toolName: 'draw' } as const
    const asked = { model: codex(model), prompt: 'a cat', tools, toolChoice: choice }
    const { files } = await generateText(asked)
    expect(files).toMatchObject([{ mimeType: 'image/png' }])
    expect(sentBy(server)).toEqual([{ type: 'image_generation', output_format: 'png' }])
    expect(bodyOf(server).tool_choice).toEqual({ type: 'image_generation' })
  })

  it.each(LOOPS)('local shell: $way runs the command and tells the result', async ({ loop }) => {
    const { codex, server } = await startProvider()
    const ran: unknown[] = []
    const shell = codex.tools.localShell({
      execute: async ({ action }) => {
        ran.push(action.command)
        return `${action.command.join(' ')}!`
      },
    })
    const result = await loop({
      model: codex(model),
      prompt: 'Use local_shell',
      tools: { shell },
      maxSteps: 3,
    })
    expect(ran).toEqual([['echo', 'Use local_shell']])
    expect(result).toEqual({ text: 'local_shell returned: echo Use local_shell!', steps: 2 })
    const items = bodyOf(server, 1).input.filter((item) => String(item.type).startsWith('local_shell'))
    expect(items).toMatchObject([
      { type: 'local_shell_call', action: { type: 'exec', command: ['echo', 'Use local_shell'] } },
      { type: 'local_shell_call_output', output: 'echo Use local_shell!' },
    ])
  })

  it.each(LOOPS)('a custom tool: $way hands over the text', async ({ loop }) => {
    const { codex, server } = await startProvider()
    const ran: string[] = []
    const format = { type: 'grammar', syntax: 'regex', definition: '.+' } as const
    const dial = codex.tools.custom({
      description: 'Dials.',
      format,
      execute: async (input) => {
        ran.push(input)
        return 'rings'
      },
    })
    const prompt = 'Use dial now'
    const result = await loop({ model: codex(model), prompt, tools: { 'dial.it': dial, dial }, maxSteps: 3 })
    expect(ran).toEqual([prompt])
    expect(result).toEqual({ text: 'dial returned: rings', steps: 2 })
    expect(sentBy(server)).toMatchObject([
      { type: 'custom', description: 'Dials.', format },
      { type: 'custom', name: 'dial' },
    ])
    expect(bodyOf(server, 1).input.slice(-2)).toMatchObject([
      { type: 'custom_tool_call', name: 'dial', input: prompt },
      { type: 'custom_tool_call_output', output: 'rings' },
    ])
  })

  it('all of them beside a function', async () => {
    const { codex, server } = await startProvider()
    const { webSearch, imageGeneration, localShell, custom } = codex.tools
    const tools = { ...makeTools().tools, a: webSearch(), b: imageGeneration(), c: localShell(), d: custom() }
    await generateText({ model: codex(model), prompt: 'hi', tools })
    expect((sentBy(server) as Array<{ type: string }>).map(({ type }) => type)).toEqual([
      'function',
      'function',
      'web_search',
      'image_generation',
      'local_shell',
      'custom',
    ])
    expect(server.responseRequests[0]?.status).toBe(200)
  })

  it('a wrong argument is an error before anything is sent', async () => {
    const { codex, server } = await startProvider()
    const search = codex.tools.webSearch({ searchContextSize: 'huge' as 'high' })
    const failure = await rejection(generateText({ model: codex(model), prompt: 'hi', tools: { search } }))
    expect(String(failure)).toContain('Invalid argument searchContextSize of the tool "search"')
    expect(server.requests).toEqual([])
  })

  it('a tool that the backend does not take is a warning', async () => {
    const { codex, server } = await startProvider()
    const files = {
      type: 'provider-defined',
      id: 'openai.file_search',
      args: {},
      parameters: z.object({}),
    } as const
    const { warnings } = await generateText({ model: codex(model), prompt: 'hi', tools: { files } })
    expect(warnings).toMatchObject([
      {
        type: 'unsupported-tool',
        tool: { type: 'provider-defined', id: 'openai.file_search', name: 'files' },
        details: expect.stringContaining('openai.file_search'),
      },
    ])
    expect(sentBy(server)).toBeUndefined()
  })
})

import { generateText, streamText, tool } from 'ai'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { startProvider } from '../support/provider.ts'
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

  it('a tool name that the backend refuses is an error before anything is sent', async () => {
    const { codex, server } = await startProvider()
    const tools = { 'my tool': tool({ parameters: z.object({}) }) }
    const failure = await rejection(generateText({ model: codex('gpt-5.5'), prompt: 'go', tools }))
    expect(String(failure)).toContain('"my tool"')
    expect(server.requests).toEqual([])
  })
})

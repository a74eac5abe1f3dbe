import { generateObject, generateText, streamObject, streamText, tool } from 'ai'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  bodyOf,
  CREATED,
  callDone,
  completed,
  events,
  message,
  reasoningDone,
  SHAPES,
} from '../adapters/v1/support.ts'
import { startProvider } from '../support/provider.ts'

type Model = Parameters<typeof generateText>[0]['model']

const schema = z.object({ city: z.string() })

/** The four ways in, each with a user message and the given system text. */
const PATHS = [
  {
    path: 'generateText',
    run: (model: Model, system?: { system: string }) => generateText({ model, prompt: 'hi', ...system }),
  },
  {
    path: 'streamText',
    run: async (model: Model, system?: { system: string }) =>
      streamText({ model, prompt: 'hi', ...system }).consumeStream(),
  },
  {
    path: 'generateObject',
    run: (model: Model, system?: { system: string }) =>
      generateObject({ model, prompt: 'hi', schema, ...system }),
  },
  {
    path: 'streamObject',
    run: async (model: Model, system?: { system: string }) => {
      const { partialObjectStream, object } = streamObject({ model, prompt: 'hi', schema, ...system })
      for await (const _ of partialObjectStream);
      return object
    },
  },
]

const CASES = PATHS.flatMap(({ path, run }) =>
  SHAPES.flatMap(({ model, shape }) =>
    [undefined, { system: '' }].flatMap((system) =>
      [true, false].map((codexMode) => ({ path, run, model, shape, system, codexMode })),
    ),
  ),
)

describe('BR-07 no system prompt gives 400', () => {
  it.each(CASES)('$path, $model, system $system, codexMode $codexMode', async (given) => {
    const { codex, server } = await startProvider({ codexMode: given.codexMode })
    await given.run(codex(given.model), given.system)
    const body = bodyOf(server)
    if (given.shape === 'classic') {
      expect(body.instructions).toEqual(expect.stringMatching(/\S/))
      expect(body.input.map((item) => item.role)).toEqual(['user'])
    } else {
      expect(body).not.toHaveProperty('instructions')
      expect(body.input.map((item) => item.role)).toEqual(['developer', 'user'])
      expect(body.input[0]?.content).toEqual([{ type: 'input_text', text: expect.stringMatching(/\S/) }])
    }
    expect(server.responseRequests.map((request) => request.status)).toEqual([200])
  })
})

describe('BR-09 system messages in input refused', () => {
  it.each(SHAPES)('$model: A leads, B stays in place as developer', async ({ model, shape }) => {
    const { codex, server } = await startProvider({ codexMode: false })
    await generateText({
      model: codex(model),
      messages: [
        { role: 'system', content: 'A' },
        { role: 'user', content: 'hi' },
        { role: 'assistant', content: 'yo' },
        { role: 'system', content: 'B' },
        { role: 'user', content: 'go' },
      ],
    })
    const { instructions, input } = bodyOf(server)
    const said = input.map((item) => {
      const [part] = item.content as Array<{ text: string }>
      return `${item.role}: ${part?.text}`
    })
    const chat = ['user: hi', 'assistant: yo', 'developer: B', 'user: go']
    expect(said).toEqual(shape === 'classic' ? chat : ['developer: A', ...chat])
    expect(instructions).toBe(shape === 'classic' ? 'A' : undefined)
  })
})

describe('BR-10 generateText needs a stream', () => {
  it('stream: true is sent', async () => {
    const { codex, server } = await startProvider()
    await generateText({ model: codex('gpt-5.5'), prompt: 'hi' })
    expect(bodyOf(server).stream).toBe(true)
    expect(server.responseRequests[0]?.headers.accept).toBe('text/event-stream')
  })

  it('the stream is gathered into one result', async () => {
    const { codex, server } = await startProvider()
    server.answer(
      events(
        CREATED,
        reasoningDone(0, 'ENC1', ['Thinking.']),
        message('Let me add.', 1),
        callDone(2, { callId: 'call_1', name: 'add', arguments: '{"a":1,"b":2}' }),
        completed(),
      ),
    )
    const result = await generateText({
      model: codex('gpt-5.5'),
      prompt: 'hi',
      tools: { add: tool({ parameters: z.object({ a: z.number(), b: z.number() }) }) },
    })
    expect(result.text).toBe('Let me add.')
    expect(result.reasoning).toBe('Thinking.')
    expect(result.toolCalls).toEqual([
      { type: 'tool-call', toolCallId: 'call_1', toolName: 'add', args: { a: 1, b: 2 } },
    ])
    expect(result.finishReason).toBe('tool-calls')
    expect(result.usage).toEqual({ promptTokens: 10, completionTokens: 6, totalTokens: 16 })
    expect(result.response.id).toBe('resp_1')
  })
})

import { type CoreMessage, generateText, streamText, tool } from 'ai'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { JsonObject } from '../../../src/testing/types.ts'
import { startProvider } from '../../support/provider.ts'
import {
  bodyOf,
  CREATED,
  callDone,
  completed,
  events,
  message,
  reasoningDone,
  SHAPES,
  type TextOptions,
} from './support.ts'

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** Runs to the end; gives the messages that the SDK made of it and all warnings. */
const WAYS = [
  {
    way: 'generateText',
    run: async (options: TextOptions) => {
      const { response, steps, text } = await generateText(options)
      return { text, messages: response.messages, warnings: steps.flatMap((step) => step.warnings ?? []) }
    },
  },
  {
    way: 'streamText',
    run: async (options: TextOptions) => {
      const result = streamText(options)
      await result.consumeStream()
      const { messages } = await result.response
      const steps = await result.steps
      return { text: await result.text, messages, warnings: steps.flatMap((step) => step.warnings ?? []) }
    },
  },
]

const tools = {
  shot: tool({
    parameters: z.object({}),
    execute: async () => PNG,
    experimental_toToolResultContent: (data) => [
      { type: 'text', text: 'shot' },
      { type: 'image', data, mimeType: 'image/png' },
    ],
  }),
  remote: tool({
    parameters: z.object({ page: z.number() }),
    execute: async ({ page }) => ({
      content: [
        { type: 'text', text: `page ${page}` },
        { type: 'image', data: PNG, mimeType: 'image/png' },
      ],
    }),
  }),
  save: tool({ parameters: z.object({}), execute: async () => new Error('the disk is full') }),
  close: tool({ parameters: z.object({}), execute: async () => undefined }),
}

const call = (index: number, callId: string, name: string, args = '{}') =>
  callDone(index, { callId, name, arguments: args })

const IMAGE = { type: 'input_image', image_url: `data:image/png;base64,${PNG}` }

/** The steps of the model: reasoning, text and calls mixed, with odd ids among them. */
const LOOP: JsonObject[][] = [
  [reasoningDone(0, 'ENC1', ['Look.', 'Then read.']), message('Looking.', 1), call(2, 'call_1', 'shot')],
  [
    reasoningDone(0, 'ENC2'),
    call(1, 'call_2', 'remote', '{"page":1}'),
    reasoningDone(2, 'ENC3', ['More.']),
    call(3, `call_${'3'.repeat(80)}`, 'remote', '{ "page": 2 }'),
  ],
  [call(0, 'call:4', 'save'), call(1, 'call_5', 'close')],
  [reasoningDone(0, 'ENC4'), message('Done.', 1)],
]

describe.each(SHAPES.flatMap((shape) => WAYS.map((way) => ({ ...shape, ...way }))))(
  '$model ($shape), $way',
  ({ model, run }) => {
    it('a loop with reasoning, images and errors: each request goes on where the last one ended', async () => {
      const { codex, server } = await startProvider()
      server.answer(...LOOP.map((list) => events(CREATED, ...list, completed())))
      const start: CoreMessage[] = [{ role: 'user', content: 'go' }]
      const { text, messages, warnings } = await run({
        model: codex(model),
        messages: start,
        tools,
        maxSteps: LOOP.length,
      })
      await run({
        model: codex(model),
        messages: [...start, ...messages, { role: 'user', content: 'again' }],
        tools,
      })
      expect(text).toContain('Done.')
      expect(warnings).toEqual([])
      expect(server.responseRequests.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])

      const inputs = server.responseRequests.map((_, index) =>
        bodyOf(server, index).input.map((item) => JSON.stringify(item)),
      )
      for (const [index, input] of inputs.entries()) {
        const before = inputs[index - 1] ?? []
        expect(input.slice(0, before.length)).toEqual(before)
      }

      const { input } = bodyOf(server, LOOP.length)
      const last = input.slice(input.findIndex((item) => item.role === 'user'))
      expect(last.map((item) => item.encrypted_content ?? item.role ?? item.type)).toEqual([
        'user',
        ...['ENC1', 'assistant', 'function_call', 'function_call_output'],
        ...['ENC2', 'function_call', 'ENC3', 'function_call', 'function_call_output', 'function_call_output'],
        ...['function_call', 'function_call', 'function_call_output', 'function_call_output'],
        ...['ENC4', 'assistant'],
        'user',
      ])
      expect(last.flatMap((item) => (item.type === 'function_call_output' ? [item.output] : []))).toEqual([
        [{ type: 'input_text', text: 'shot' }, IMAGE],
        [{ type: 'input_text', text: 'page 1' }, IMAGE],
        [{ type: 'input_text', text: 'page 2' }, IMAGE],
        'Error: the disk is full',
        'null',
      ])
      const ids = (type: string) => last.flatMap((item) => (item.type === type ? [item.call_id] : []))
      expect(ids('function_call_output')).toEqual(ids('function_call'))
      expect(ids('function_call').filter((id) => /^call_[125]$/.test(String(id)))).toHaveLength(3)
    })

    it('a turn that broke off within a tool is taken up again', async () => {
      const { codex, server } = await startProvider()
      server.answer(events(CREATED, reasoningDone(0, 'ENC1'), call(1, 'call_1', 'shot'), completed()))
      const user: CoreMessage = { role: 'user', content: 'go' }
      // A tool without `execute`: the app runs it, and here it never came to that.
      const { shot } = tools
      const open = { shot: tool({ parameters: shot.parameters }) }
      const { messages } = await run({ model: codex(model), messages: [user], tools: open })
      const { warnings } = await run({
        model: codex(model),
        messages: [user, ...messages, { role: 'user', content: 'well?' }],
        tools: open,
      })
      const { input } = bodyOf(server, 1)
      const said = input.slice(input.findIndex((item) => item.role === 'user'))
      expect(said.map((item) => item.encrypted_content ?? item.role ?? item.output ?? item.type)).toEqual([
        'user',
        'ENC1',
        'function_call',
        'aborted',
        'user',
      ])
      expect(warnings).toEqual([{ type: 'other', message: expect.stringContaining('call_1 (shot)') }])
    })
  },
)

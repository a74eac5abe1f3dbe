import { convertToCoreMessages, generateText, type Message, streamText, tool } from 'ai'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { JsonObject } from '../../../src/testing/types.ts'
import { startProvider } from '../../support/provider.ts'
import {
  bodyOf,
  callDone,
  completed,
  delta,
  events,
  message,
  messageAdded,
  reasoningDone,
  SHAPES,
} from './support.ts'

const add = tool({ parameters: z.object({ a: z.number() }), execute: async ({ a }) => a + 1 })

/** The lines of a data stream, by their type. */
async function linesOf(response: Response): Promise<Array<{ kind: string; value: unknown }>> {
  const lines = (await response.text()).split('\n').filter(Boolean)
  return lines.map((line) => ({ kind: line.slice(0, 1), value: JSON.parse(line.slice(2)) }))
}

describe.each(SHAPES)('a chat route ($model)', ({ model }) => {
  const turn = events(
    reasoningDone(0, 'ENC1', ['Hm.']),
    messageAdded(1),
    delta('Adding.', 1),
    message('Adding.', 1),
    reasoningDone(2, 'ENC2'),
    callDone(3, { callId: 'call_1', name: 'add', arguments: '{"a":1}' }),
    completed(),
  )

  it('streams text, reasoning, signatures and calls', async () => {
    const { codex, server } = await startProvider()
    server.answer(turn, { type: 'text', text: 'It is 2.' })
    const result = streamText({ model: codex(model), prompt: 'go', tools: { add }, maxSteps: 2 })
    const lines = await linesOf(result.toDataStreamResponse({ sendReasoning: true }))
    const text = lines.flatMap(({ kind, value }) => (kind === '0' ? [value] : [])).join('')
    expect(text).toBe('Adding.It is 2.')
    expect(lines.filter(({ kind }) => kind === 'j')).toHaveLength(2)
    expect(lines.filter(({ kind }) => kind === '9')).toHaveLength(1)
    expect(lines.filter(({ kind }) => kind === '3')).toEqual([])
  })

  it('what the client sends back is put into the order of the model', async () => {
    const { codex, server } = await startProvider()
    server.answer(turn)
    const first = await generateText({ model: codex(model), prompt: 'go', tools: { add } })
    const messages: Message[] = [
      { id: '1', role: 'user', content: 'go', parts: [{ type: 'text', text: 'go' }] },
      {
        id: '2',
        role: 'assistant',
        content: 'Adding.',
        parts: [
          { type: 'step-start' },
          {
            type: 'reasoning',
            reasoning: first.reasoning ?? '',
            details: first.reasoningDetails.map((part) =>
              part.type === 'text'
                ? { type: 'text', text: part.text, ...(part.signature ? { signature: part.signature } : {}) }
                : part,
            ),
          },
          { type: 'text', text: 'Adding.' },
          {
            type: 'tool-invocation',
            toolInvocation: {
              state: 'result',
              step: 0,
              toolCallId: 'call_1',
              toolName: 'add',
              args: { a: 1 },
              result: 2,
            },
          },
        ],
      },
      { id: '3', role: 'user', content: 'and?', parts: [{ type: 'text', text: 'and?' }] },
    ]
    // As a client would: over JSON.
    const received = JSON.parse(JSON.stringify(messages)) as Message[]
    await generateText({
      model: codex(model),
      messages: convertToCoreMessages(received, { tools: { add } }),
      tools: { add },
    })
    const { input } = bodyOf(server, 1)
    const brief = (item: JsonObject) => String(item.encrypted_content ?? item.role ?? item.type)
    expect(input.slice(input.findIndex((item) => item.role === 'user')).map(brief)).toEqual([
      'user',
      'ENC1',
      'assistant',
      'ENC2',
      'function_call',
      'function_call_output',
      'user',
    ])
  })
})

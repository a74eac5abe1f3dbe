import { createRequire } from 'node:module'
import {
  appendResponseMessages,
  convertToCoreMessages,
  generateText,
  type Message,
  streamText,
  tool,
  type UIMessage,
} from 'ai'
import * as ai5 from 'ai5'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Answer, JsonObject } from '../../../src/testing/types.ts'
import { createCodex as createV2 } from '../../../src/v2.ts'
import { startProvider } from '../../support/provider.ts'
import { bodyOf, callDone, completed, events, message, reasoningDone, SHAPES } from './support.ts'

/** The client of `useChat`, which `ai` uses itself. */
const { callChatApi } = createRequire(createRequire(import.meta.url).resolve('ai'))('@ai-sdk/ui-utils') as {
  callChatApi(options: {
    api: string
    body: object
    streamProtocol: 'data'
    fetch: () => Promise<Response>
    onUpdate: (state: object) => void
    onFinish: (message: UIMessage) => void
    onToolCall: undefined
    generateId: () => string
    lastMessage: UIMessage | undefined
  }): Promise<void>
}

const add = tool({ parameters: z.object({ a: z.number() }), execute: async ({ a }) => a + 1 })
const tools = { add }

const call = (index: number, callId: string) => callDone(index, { callId, name: 'add', arguments: '{"a":1}' })

const said = (index: number, text: string, phase?: string): JsonObject => {
  const event = message(text, index)
  return phase === undefined ? event : { ...event, item: { ...(event.item as JsonObject), phase } }
}

const answer = (...items: JsonObject[]): Answer => events(...items, completed())

/** Turns of three steps and their last answer. */
const TURNS: ReadonlyArray<[name: string, answers: Answer[]]> = [
  [
    'reasoning and a call in each step',
    [
      answer(reasoningDone(0, 'ENC1', ['One.']), call(1, 'call_1')),
      answer(reasoningDone(0, 'ENC2', ['Two.']), call(1, 'call_2')),
      answer(reasoningDone(0, 'ENC3', ['Three.']), said(1, 'It is 3.', 'final_answer')),
    ],
  ],
  [
    'reasoning without a summary',
    [
      answer(reasoningDone(0, 'ENC1'), call(1, 'call_1')),
      answer(reasoningDone(0, 'ENC2'), call(1, 'call_2')),
      answer(reasoningDone(0, 'ENC3'), said(1, 'It is 3.')),
    ],
  ],
  [
    'commentary and two calls at once',
    [
      answer(
        reasoningDone(0, 'ENC1', ['One.']),
        said(1, 'Adding.', 'commentary'),
        call(2, 'call_1'),
        call(3, 'call_2'),
      ),
      answer(reasoningDone(0, 'ENC2', ['Two.']), said(1, 'Again.', 'commentary'), call(2, 'call_3')),
      answer(reasoningDone(0, 'ENC3', ['Three.']), said(1, 'It is 3.', 'final_answer')),
    ],
  ],
  [
    'no reasoning',
    [
      answer(said(0, 'Adding.', 'commentary'), call(1, 'call_1')),
      answer(said(0, 'Again.', 'commentary'), call(1, 'call_2')),
      answer(said(0, 'It is 3.', 'final_answer')),
    ],
  ],
  [
    'no reasoning in the second step',
    [
      answer(reasoningDone(0, 'ENC1', ['One.']), call(1, 'call_1')),
      answer(call(0, 'call_2')),
      answer(reasoningDone(0, 'ENC3', ['Three.']), said(1, 'It is 3.')),
    ],
  ],
  [
    'text before reasoning',
    [
      answer(said(0, 'First.', 'commentary'), reasoningDone(1, 'ENC1', ['One.']), call(2, 'call_1')),
      answer(said(0, 'Then.', 'commentary'), reasoningDone(1, 'ENC2', ['Two.']), call(2, 'call_2')),
      answer(
        said(0, 'At last.', 'commentary'),
        reasoningDone(1, 'ENC3', ['Three.']),
        said(2, 'It is 3.', 'final_answer'),
      ),
    ],
  ],
  [
    'text after a call',
    [
      answer(reasoningDone(0, 'ENC1', ['One.']), call(1, 'call_1'), said(2, 'Called.', 'commentary')),
      answer(reasoningDone(0, 'ENC2', ['Two.']), call(1, 'call_2'), said(2, 'Again.', 'commentary')),
      answer(reasoningDone(0, 'ENC3', ['Three.']), said(1, 'It is 3.', 'final_answer')),
    ],
  ],
  [
    'two reasoning items in a step',
    [
      answer(
        reasoningDone(0, 'ENC1', ['One.']),
        said(1, 'Adding.', 'commentary'),
        reasoningDone(2, 'ENC2', ['Two.']),
        call(3, 'call_1'),
      ),
      answer(reasoningDone(0, 'ENC3', ['Three.']), reasoningDone(1, 'ENC4', ['Four.']), call(2, 'call_2')),
      answer(reasoningDone(0, 'ENC5'), reasoningDone(1, 'ENC6', ['Six.']), said(2, 'It is 3.')),
    ],
  ],
]

const QUESTION = 'And one more?'
const START: Message[] = [{ id: '1', role: 'user', content: 'go', parts: [{ type: 'text', text: 'go' }] }]

/** The ways in which a page gets the turn, to send it back with a new question. */
const PAGES = [
  {
    page: 'generateText and appendResponseMessages',
    async messages(model: Parameters<typeof generateText>[0]['model']): Promise<Message[]> {
      const { response } = await generateText({ model, prompt: 'go', tools, maxSteps: 5 })
      return appendResponseMessages({ messages: START, responseMessages: response.messages })
    },
  },
  {
    page: 'streamText and appendResponseMessages',
    async messages(model: Parameters<typeof generateText>[0]['model']): Promise<Message[]> {
      const result = streamText({ model, prompt: 'go', tools, maxSteps: 5 })
      await result.consumeStream()
      const { messages: responseMessages } = await result.response
      return appendResponseMessages({ messages: START, responseMessages })
    },
  },
  {
    page: 'the data stream',
    async messages(model: Parameters<typeof generateText>[0]['model']): Promise<Message[]> {
      const result = streamText({ model, prompt: 'go', tools, maxSteps: 5 })
      const received: UIMessage[] = []
      await callChatApi({
        api: '/api/chat',
        body: {},
        streamProtocol: 'data',
        fetch: async () => result.toDataStreamResponse({ sendReasoning: true }),
        onUpdate: () => {},
        onFinish: (finished) => received.push(finished),
        onToolCall: undefined,
        generateId: () => '2',
        lastMessage: undefined,
      })
      return [...START, ...received]
    },
  },
]

/** What goes back of the turn: the items between the first question and the new one. */
function turnOf(input: readonly JsonObject[]): JsonObject[] {
  const isUser = (item: JsonObject) => item.role === 'user'
  return input.slice(input.findIndex(isUser) + 1, input.findLastIndex(isUser))
}

/** The same turn as `ai` 5 sends it. */
async function sentByV2(model: string, answers: readonly Answer[]): Promise<JsonObject[]> {
  const { server, authFile } = await startProvider()
  server.answer(...answers, { type: 'text', text: 'Done.' })
  const codex = createV2({ baseURL: server.baseURL, issuer: server.issuer, authFile, instructions: 'Hi.' })
  const options = {
    model: codex(model),
    tools: {
      add: ai5.tool({ inputSchema: z.object({ a: z.number() }), execute: async ({ a }) => a + 1 }),
    },
    stopWhen: ai5.stepCountIs(5),
  }
  const { response } = await ai5.generateText({ ...options, prompt: 'go' })
  await ai5.generateText({
    ...options,
    messages: [{ role: 'user', content: 'go' }, ...response.messages, { role: 'user', content: QUESTION }],
  })
  return turnOf(bodyOf(server, answers.length).input)
}

describe.each(SHAPES)('a chat page over several steps ($model)', ({ model }) => {
  describe.each(PAGES)('$page', ({ messages }) => {
    it.each(TURNS)('%s: the turn goes back as the model made it', async (_, answers) => {
      const { server, codex } = await startProvider()
      server.answer(...answers, { type: 'text', text: 'Done.' })
      // As a page would: over JSON.
      const history = JSON.parse(JSON.stringify(await messages(codex(model)))) as Message[]
      const question: Message = { id: '3', role: 'user', content: QUESTION }
      const { warnings } = await generateText({
        model: codex(model),
        messages: convertToCoreMessages([...history, question], { tools }),
        tools,
      })
      const sent = turnOf(bodyOf(server, answers.length).input)
      expect(sent).toEqual(await sentByV2(model, answers))
      expect(warnings).toEqual([])
    })
  })
})

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

/** The messages that a page gets of a stream. */
async function receive(
  result: { toDataStreamResponse(options: { sendReasoning: boolean }): Response },
  id: string,
): Promise<UIMessage[]> {
  const received: UIMessage[] = []
  await callChatApi({
    api: '/api/chat',
    body: {},
    streamProtocol: 'data',
    fetch: async () => result.toDataStreamResponse({ sendReasoning: true }),
    onUpdate: () => {},
    onFinish: (finished) => received.push(finished),
    onToolCall: undefined,
    generateId: () => id,
    lastMessage: undefined,
  })
  return received
}

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
      const received = await receive(result, '2')
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

type Model = Parameters<typeof generateText>[0]['model']
type Tools = NonNullable<Parameters<typeof generateText>[0]['tools']>

/** A page that asks one question after the other, and keeps its messages as a store does. */
async function chat(model: Model, questions: readonly string[], tools: Tools = {}): Promise<unknown[]> {
  let page: Message[] = []
  const warned: unknown[] = []
  for (const content of questions) {
    page = page.concat({ id: content, role: 'user', content, parts: [{ type: 'text', text: content }] })
    const messages = convertToCoreMessages(page, { tools })
    const result = streamText({ model, messages, tools, maxSteps: 5 })
    const received = await receive(result, `answer to ${content}`)
    for (const { warnings } of await result.steps) warned.push(...(warnings ?? []))
    page = page.concat(JSON.parse(JSON.stringify(received)) as Message[])
  }
  return warned
}

const typesOf = (items: readonly JsonObject[]) => items.map(({ role, type }) => role ?? type)
const isRefused = ({ refusedBy }: { refusedBy: string | undefined }) => refusedBy !== undefined

describe.each(SHAPES)('a chat page over several turns ($model)', ({ model }) => {
  it('keeps a compaction: the next turn goes on from it', async () => {
    const { server, codex } = await startProvider()
    const asked = ['one', 'two', 'three']
    const warned = await chat(codex(model, { autoCompact: { atTokens: 1 } }), asked)
    expect(warned).toEqual([
      { type: 'other', message: expect.stringContaining('The history was compacted') },
      { type: 'other', message: expect.stringContaining('The history was compacted') },
    ])
    // One; compaction, two; compaction, three.
    expect(server.responseRequests).toHaveLength(5)
    expect(server.responseRequests.filter(isRefused)).toEqual([])
    const { input } = bodyOf(server, 4)
    const last = input.slice(input.findIndex(({ role }) => role === 'user'))
    expect(typesOf(last)).toEqual(['user', 'user', 'user', 'compaction'])
    // The second compaction was made of the first.
    expect(typesOf(bodyOf(server, 3).input)).toContain('compaction')
  })

  it('keeps a tool search: what it found stays loaded', async () => {
    const { server, codex } = await startProvider()
    const search = { name: 'tool_search', toolSearch: true, callId: 'call_s1', arguments: { query: 'add' } }
    server.answer(
      { type: 'tool-calls', calls: [search], reasoning: 'I look.' },
      { type: 'tool-calls', calls: [{ name: 'add', callId: 'call_1', arguments: { a: 1 } }] },
      { type: 'text', text: 'It is 2.' },
      { type: 'text', text: 'Bye.' },
    )
    const found = { add, find: codex.tools.toolSearch({ defer: true }) }
    expect(await chat(codex(model), ['Add one.', 'Thanks.'], found)).toEqual([])
    expect(server.responseRequests.filter(isRefused)).toEqual([])
    const [before, after] = [bodyOf(server, 2).input, bodyOf(server, 3).input]
    expect(after.slice(0, before.length)).toEqual(before)
    expect(typesOf(after.slice(after.findIndex(({ role }) => role === 'user')))).toEqual([
      ...['user', 'reasoning', 'tool_search_call', 'tool_search_output'],
      ...['function_call', 'function_call_output', 'assistant', 'user'],
    ])
    const output = after.find(({ type }) => type === 'tool_search_output')
    expect(output?.tools).toMatchObject([{ name: 'add' }])
  })
})

import * as ai5 from 'ai5'
import * as ai6 from 'ai6'
import * as ai7 from 'ai7'
import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { CodexLogEntry } from '../../src/lib/log.ts'
import type { CodexServer, JsonObject } from '../../src/testing/types.ts'
import { bodyOf, CREATED, completed, events, message } from '../adapters/v1/support.ts'
import type { AskMessage, AskTool, Driver } from './support/ask.ts'
import {
  eachAI,
  eachRequest,
  eachWay,
  OVER_HTTP,
  outlineOf,
  refusals,
  SHAPES,
  startWith,
  turnOf,
  wayOf,
} from './support/contract.ts'
import { DRIVERS } from './support/drivers.ts'
import { PNG, PNG_URL } from './support/png.ts'

const user = (content: string) => ({ role: 'user', content })
const given = (messages: readonly unknown[]): AskMessage => ({ role: 'given', messages })
const stored = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

const look = {
  description: 'Looks at a file.',
  schema: {
    type: 'object',
    properties: { path: { type: 'string' } },
    required: ['path'],
    additionalProperties: false,
  },
  execute: () => 'It is empty.',
} satisfies AskTool

const CMP = { id: 'cmp_1', type: 'compaction', encrypted_content: 'gAAA_cmp' }
const item = (index: number, fields: JsonObject): JsonObject => ({
  type: 'response.output_item.done',
  output_index: index,
  item: fields,
})
const compaction = (...items: JsonObject[]) =>
  events(CREATED, ...items.map((one, index) => item(index, one)), completed())

/** The content of the compaction that the stand-in gave, wherever it stands in the last request. */
const contentIn = (server: CodexServer): unknown =>
  bodyOf(server, server.responseRequests.length - 1).input.find(({ type }) => type === 'compaction')
    ?.encrypted_content

const metadataOf = (made: unknown): JsonObject =>
  (made as { providerOptions: { codex: { compaction: JsonObject } } }).providerOptions.codex.compaction

describe.each(SHAPES)('compact(), $model ($shape)', ({ model: id }) => {
  eachRequest('a shorter history goes on, also from a store', async ({ ask, start }) => {
    const { codex, server } = await start(OVER_HTTP)
    const model = codex(id)
    const tools = { look }
    const one = await ask({ model, messages: [given([user('look at path: a')])], tools, maxSteps: 3 })
    const history = [user('look at path: a'), ...one.messages, user('And now?')]
    const before = structuredClone(history)
    const short = stored(await codex.compact(history, { model: id }))
    expect(history).toEqual(before)
    expect(short).toEqual([
      history[0],
      history.at(-1),
      expect.objectContaining({ role: 'assistant', content: [expect.anything()] }),
    ])
    expect(metadataOf(short[2])).toMatchObject({ model: id, inputTokens: expect.any(Number) })
    expect(metadataOf(short[2])).not.toHaveProperty('warnings')
    const asked = bodyOf(server, 2)
    expect(asked.input.at(-1)).toEqual({ type: 'compaction_trigger' })

    const next = await ask({ model, messages: [given([...short, user('Go on.')])], tools })
    expect(next).toMatchObject({ errors: [], warnings: [], text: 'You said: Go on.' })
    const body = bodyOf(server, 3)
    const content = contentIn(server)
    expect(content).toMatch(/^gAAAA_standin_cmp_/)
    expect(outlineOf(turnOf(body))).toEqual(['user', 'user', content, 'user'])
    expect(turnOf(body)[2]).toEqual({
      type: 'compaction',
      id: expect.any(String),
      encrypted_content: content,
    })
    // The feature is named with what needs it.
    const features = server.responseRequests.map(({ headers }) => headers['x-codex-beta-features'])
    expect(features).toEqual([undefined, undefined, 'remote_compaction_v2', 'remote_compaction_v2'])
    expect(refusals(server)).toEqual([])

    // Once more: the item is part of what is compacted, and the new one takes its place.
    const shorter = await codex.compact([...short, user('Go on.'), ...next.messages], { model })
    expect(shorter).toHaveLength(4)
    expect(outlineOf(turnOf(bodyOf(server, 4)))).toEqual([
      ...['user', 'user', content, 'user'],
      ...[expect.anything(), 'assistant', 'compaction_trigger'],
    ])
  })

  eachRequest('it is the request that the next call would be', async ({ ai, ask, start }) => {
    const { codex, server } = await start(OVER_HTTP)
    const history = [user('one'), { role: 'assistant', content: 'One.' }, user('two')]
    const settings = { system: 'Be brief.', providerOptions: { codex: { textVerbosity: 'high' } } }
    const { tools, native } = toolsOf(ai)
    await codex.compact(history, { model: id, tools: native, ...settings })
    await ask({ model: codex(id), messages: [given(history)], tools, ...settings })
    const [compacting, next] = [bodyOf(server, 0), bodyOf(server, 1)]
    expect(compacting).toEqual({ ...next, input: [...next.input, { type: 'compaction_trigger' }] })
  })

  eachAI('a logger hears of it as of a call', async ({ start }) => {
    const entries: CodexLogEntry[] = []
    const logger = (entry: CodexLogEntry) => void entries.push(entry)
    const { codex, server } = await start({ ...OVER_HTTP, logger })
    const told = () => entries.splice(0).filter(({ event }) => event.startsWith('call.'))
    const short = await codex.compact([user('one')], { model: id })
    const { responseId } = metadataOf(short[1])
    expect(told()).toMatchObject([
      { event: 'call.request', fields: { model: id } },
      {
        event: 'call.finish',
        fields: {
          model: id,
          finishReason: 'stop',
          responseId,
          inputTokens: expect.any(Number),
          transport: 'http',
          durationMs: expect.any(Number),
        },
      },
    ])
    server.answer({ type: 'error', status: 400, body: { detail: 'No.' } })
    await codex.compact([user('one')], { model: id }).catch(() => {})
    expect(told()).toMatchObject([
      { event: 'call.request' },
      { level: 'error', event: 'call.error', fields: { model: id, statusCode: 400, isRetryable: false } },
    ])
    server.answer({ type: 'hang' })
    const abort = new AbortController()
    const waiting = codex.compact([user('one')], { model: id, abortSignal: abort.signal })
    await Promise.all([waiting.catch(() => {}), server.nextRequest('/responses').then(() => abort.abort())])
    expect(told().at(-1)).toMatchObject({ level: 'info', event: 'call.abort', fields: { model: id } })
  })

  eachAI('images and files of a message go out as in a call', async ({ start }) => {
    const { codex, server } = await start(OVER_HTTP)
    const bytes = Uint8Array.from(Buffer.from(PNG, 'base64'))
    const type = { mediaType: 'image/png', mimeType: 'image/png' }
    const content = [
      ...[bytes, bytes.buffer, PNG, new URL(PNG_URL)].map((image) => ({ type: 'image', image })),
      { type: 'image', image: bytes, ...type },
      ...[bytes, bytes.buffer, PNG].map((data) => ({ type: 'file', data, ...type })),
    ]
    await codex.compact([{ role: 'user', content }], { model: id })
    const [message] = turnOf(bodyOf(server))
    expect(message?.content).toEqual(content.map(() => ({ type: 'input_image', image_url: PNG_URL })))
  })

  eachAI('an answer that is not one compaction is an error, after two more attempts', async ({ start }) => {
    const { codex, server } = await start(OVER_HTTP)
    const faults = [
      [compaction(), 'no compaction item'],
      [compaction(CMP, { ...CMP, id: 'cmp_2' }), '2 compaction items'],
      [events(CREATED, item(0, CMP), message('Hi.', 1), completed()), 'more than its item'],
      [compaction({ ...CMP, encrypted_content: '' }), 'without content'],
    ] as const
    for (const [answer, words] of faults) {
      const sent = server.responseRequests.length
      server.answer(answer, answer, answer)
      const error = await codex.compact([user('one')], { model: id }).catch((reason: unknown) => reason)
      expect(error).toMatchObject({
        name: 'AI_APICallError',
        isRetryable: true,
        message: expect.stringContaining(words),
      })
      expect(server.responseRequests.length - sent).toBe(3)
    }
    server.answer(compaction(), compaction(CMP))
    expect(await codex.compact([user('one')], { model: id })).toHaveLength(2)
  })
})

/** One tool in the words of the test, and as `ai` takes it. */
function toolsOf({ major }: Driver) {
  const schema = {
    jsonSchema: look.schema,
    validate: undefined,
    _type: undefined,
    [Symbol.for('vercel.ai.schema')]: true,
  }
  const description = 'Looks at a file.'
  const name = major === 4 ? 'parameters' : 'inputSchema'
  return { tools: { look }, native: { look: { description, [name]: schema } } }
}

describe('compactions in a history', () => {
  eachRequest(
    'a model that can not read it gets the history without it, and a warning',
    async ({ ask, start }) => {
      const { codex, server } = await start()
      const short = await codex.compact([user('one'), { role: 'assistant', content: 'One.' }], {
        model: 'gpt-5.5',
      })
      const messages = [given([...stored(short), user('two')])]
      const other = await ask({ model: codex('gpt-6.2-sol'), messages })
      expect(other.errors).toEqual([])
      expect(other.warnings).toEqual([expect.stringContaining("gpt-6.2-sol can't read")])
      expect(outlineOf(turnOf(bodyOf(server, 1)))).toEqual(['user', 'user'])
      const same = await ask({ model: codex('gpt-5.5'), messages })
      expect(same).toMatchObject({ errors: [], warnings: [] })
      expect(refusals(server)).toEqual([])
    },
  )

  eachRequest('user messages stay, the newest up to the limit', async ({ start }) => {
    const { codex } = await start()
    const long = 'a'.repeat(100_000)
    const history = [
      { role: 'system', content: 'Rule.' },
      ...['1', '2', '3', '4'].flatMap((mark) => [user(mark + long), { role: 'assistant', content: 'Yes.' }]),
    ]
    const short = (await codex.compact(history, { model: 'gpt-6.1-sol' })) as typeof history
    expect(short.map(({ role, content }) => `${role} ${String(content).slice(0, 1)}`)).toEqual([
      'system R',
      'user 3',
      'user 4',
      'assistant [',
    ])
  })

  eachAI('odd input is a typed error', async ({ start }) => {
    const { codex, server } = await start()
    for (const [messages, model] of [
      ['hi', 'gpt-6.1-sol'],
      [[{ content: 'hi' }], 'gpt-6.1-sol'],
      [[user('hi')], {}],
      [[user('hi')], undefined],
    ] as const) {
      const failed = codex.compact(messages as never, { model })
      await expect(failed).rejects.toMatchObject({ name: 'AI_InvalidArgumentError' })
    }
    await expect(codex.compact([], { model: 'gpt-6.1-sol' })).rejects.toMatchObject({
      name: 'AI_InvalidPromptError',
    })
    await expect(
      codex.compact([user('hi')], { model: 'gpt-6.1-sol', abortSignal: AbortSignal.abort() }),
    ).rejects.toMatchObject({
      name: 'AbortError',
    })
    expect(server.responseRequests).toEqual([])
  })
})

const atTokens = (count: number) => ({ codex: { autoCompact: { atTokens: count } } })

describe('autoCompact', () => {
  eachWay('compacts between two steps, and tells it', async ({ ask, start }) => {
    const { codex, server } = await start(OVER_HTTP)
    const model = codex('gpt-6.1-sol', { autoCompact: { atTokens: 1 } })
    const seen = await ask({ model, prompt: 'look at path: a', tools: { look }, maxSteps: 3 })
    expect(seen.errors).toEqual([])
    expect(seen.steps.map(({ warnings }) => warnings)).toEqual([
      [],
      [expect.stringContaining('The history was compacted')],
    ])
    expect(seen.metadata.compaction).toMatchObject({ model: 'gpt-6.1-sol', totalTokens: expect.any(Number) })
    expect(server.responseRequests).toHaveLength(3)
    expect(bodyOf(server, 1).input.at(-1)).toEqual({ type: 'compaction_trigger' })
    const content = contentIn(server)
    expect(outlineOf(turnOf(bodyOf(server, 2)))).toEqual(['user', content])

    // The history holds the item, so the next call goes on from it, in any process.
    const next = await ask({
      model: codex('gpt-6.1-sol'),
      messages: [given([user('look at path: a'), ...stored(seen.messages), user('Thanks.')])],
      tools: { look },
    })
    expect(next).toMatchObject({ errors: [], warnings: [] })
    expect(outlineOf(turnOf(bodyOf(server, 3)))).toEqual([
      ...['user', content, expect.stringMatching(/^gAAAA_standin/), 'assistant'],
      'user',
    ])
    expect(bodyOf(server, 3).prompt_cache_key).toBe(bodyOf(server, 0).prompt_cache_key)
    expect(refusals(server)).toEqual([])
  })

  eachRequest('does nothing below its limit, or where it is off', async ({ ask, start }) => {
    const { codex, server } = await start()
    for (const providerOptions of [atTokens(1_000_000), undefined]) {
      const model = codex('gpt-6.1-sol')
      const seen = await ask({
        model,
        prompt: 'look at path: a',
        tools: { look },
        maxSteps: 3,
        ...(providerOptions && { providerOptions }),
      })
      expect(seen).toMatchObject({ errors: [], warnings: [] })
      expect(JSON.stringify(seen.messages)).not.toContain('contextTokens')
    }
    expect(server.responseRequests).toHaveLength(4)
  })

  eachRequest('one that fails is told, and the whole history goes out', async ({ ask, start }) => {
    const { codex, server } = await start(OVER_HTTP)
    const model = codex('gpt-6.1-sol')
    const one = await ask({ model, messages: [given([user('one')])], providerOptions: atTokens(1) })
    server.answer(compaction(), compaction(), compaction())
    const two = await ask({
      model,
      messages: [given([user('one'), ...one.messages, user('two')])],
      providerOptions: atTokens(1),
    })
    expect(two).toMatchObject({ errors: [], text: 'You said: two' })
    expect(two.warnings).toEqual([expect.stringContaining('autoCompact failed')])
    expect(outlineOf(turnOf(bodyOf(server, 4)))).toEqual(['user', expect.anything(), 'assistant', 'user'])
  })

  eachRequest(
    'a call that fails after it does not compact again when it is retried',
    async ({ ask, start }) => {
      const { codex, server } = await start(OVER_HTTP)
      const model = codex('gpt-6.1-sol')
      const providerOptions = atTokens(1)
      const one = await ask({ model, messages: [given([user('one')])], providerOptions })
      const messages = [given([user('one'), ...one.messages, user('two')])]
      const again = () => ask({ model, messages, providerOptions })
      const busy = { type: 'error', status: 503, body: { detail: 'Busy.' } } as const
      server.answer(compaction(CMP), busy, busy, { type: 'text', text: 'Here.' })
      for (let attempt = 0; attempt < 2; attempt++) {
        expect((await again()).errors).toMatchObject([{ statusCode: 503 }])
      }
      const seen = await again()
      expect(seen).toMatchObject({ errors: [], text: 'Here.' })
      expect(seen.warnings).toEqual([expect.stringContaining('The history was compacted')])
      expect(seen.metadata.compaction).toMatchObject({ totalTokens: expect.any(Number) })
      expect(server.responseRequests).toHaveLength(5)
      expect(outlineOf(turnOf(bodyOf(server, 4)))).toEqual(['user', 'user', 'gAAA_cmp'])

      // It is gone with the call that has used it, and is none for another history or after a final error.
      const refused = { type: 'error', status: 400, body: { detail: 'No.' } } as const
      server.answer(compaction(CMP), refused, compaction(CMP), busy)
      for (const statusCode of [400, 503]) expect((await again()).errors).toMatchObject([{ statusCode }])
      expect(server.responseRequests).toHaveLength(9)
      server.answer(compaction(CMP), { type: 'text', text: 'Other.' })
      const other = [given([user('one'), ...one.messages, user('three')])]
      expect(await ask({ model, messages: other, providerOptions })).toMatchObject({ text: 'Other.' })
      expect(server.responseRequests).toHaveLength(11)
    },
  )

  eachRequest('a bad limit is an error that names it', async ({ ask, start }) => {
    const { codex } = await start()
    for (const autoCompact of [{ atTokens: 0 }, { atTokens: '1' }, {}, { atTokens: 1, at: 2 }, true]) {
      const seen = await ask({
        model: codex('gpt-6.1-sol'),
        prompt: 'hi',
        providerOptions: { codex: { autoCompact } },
      })
      expect(String(seen.errors[0])).toMatch(/autoCompact/)
    }
  })

  eachAI('a compaction on a socket sends what is new, and the call after it all', async ({ ai, start }) => {
    const { ask } = wayOf(ai, 'stream')
    const { codex, server } = await start({ transport: 'websocket', webSocket: WebSocket })
    const model = codex('gpt-6.1-sol', { autoCompact: { atTokens: 1 } })
    await ask({ model, prompt: 'look at path: a', tools: { look }, maxSteps: 3 })
    expect(server.sockets).toHaveLength(1)
    // All requests of a socket have the headers of its opening.
    expect(server.sockets[0]?.headers['x-codex-beta-features']).toBe('remote_compaction_v2')
    const frames = server.sockets[0]?.messages ?? []
    expect(frames.map((frame) => frame?.previous_response_id !== undefined)).toEqual([false, true, false])
    expect(outlineOf(frames[1]?.input as JsonObject[])).toEqual([
      'function_call_output',
      'compaction_trigger',
    ])
    expect(refusals(server)).toEqual([])
  })

  eachRequest('a prompt that is too long names both', async ({ ask, start }) => {
    const { codex, server } = await start(OVER_HTTP)
    const error = { code: 'context_length_exceeded', message: 'Too long.' }
    server.answer(
      events(CREATED, { type: 'response.failed', response: { id: 'r', status: 'failed', error } }),
    )
    const seen = await ask({ model: codex('gpt-6.1-sol'), prompt: 'hi' })
    expect(String(seen.errors[0])).toMatch(/compact\(\).*autoCompact/)
  })
})

interface PageAI {
  streamText(options: object): { toUIMessageStream(): ReadableStream<unknown> }
  readUIMessageStream(options: object): AsyncIterable<{ parts: unknown[] }>
  convertToModelMessages(messages: unknown[]): unknown
}

describe('a page of useChat keeps a compaction', () => {
  test.each([
    ['ai 5', ai5],
    ['ai 6', ai6],
    ['ai 7', ai7],
  ] as const)('%s', async (name, module) => {
    const driver = DRIVERS.find((one) => one.name === name)
    const ai = module as unknown as PageAI
    if (!driver) throw new Error('No driver')
    const { codex, server } = await startWith(driver, OVER_HTTP)
    const model = codex('gpt-6.1-sol', { autoCompact: { atTokens: 1 } })
    let page: object[] = []
    for (const text of ['one', 'two', 'three']) {
      page = page.concat({ id: text, role: 'user', parts: [{ type: 'text', text }] })
      const messages = await ai.convertToModelMessages(page)
      let last: object | undefined
      const stream = ai.streamText({ model, messages, maxRetries: 0 }).toUIMessageStream()
      for await (const message of ai.readUIMessageStream({ stream })) last = message
      page = page.concat(stored(last ?? {}))
    }
    expect(refusals(server)).toEqual([])
    // One; compaction, two; compaction, three.
    expect(server.responseRequests).toHaveLength(5)
    const content = contentIn(server)
    expect(outlineOf(turnOf(bodyOf(server, 4)))).toEqual(['user', 'user', 'user', content])
  })
})

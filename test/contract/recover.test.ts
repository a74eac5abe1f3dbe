import { describe, expect } from 'vitest'
import type { Answer, CodexServer } from '../../src/testing/types.ts'
import {
  bodyOf,
  CREATED,
  callDone,
  completed,
  delta,
  events,
  failed,
  message,
  reasoningDone,
} from '../adapters/v1/support.ts'
import { closedOrigin } from '../support/closed-port.ts'
import type { AskMessage, AskTool } from './support/ask.ts'
import {
  eachAI,
  eachRequest,
  eachWay,
  OVER_HTTP,
  onCodexOnly,
  outlineOf,
  refusals,
  SHAPES,
  turnOf,
} from './support/contract.ts'
import { API_ERROR, ON } from './support/route.ts'

const http = (status: number, body: object): Answer => ({ type: 'error', status, body: { ...body } })
const HELLO: Answer = { type: 'text', text: 'Hello' }
const UNAUTHORIZED = ON.unauthorized
/** A fresh access token, whose refresh token may be spent on each route. */
const RENEWABLE = { expiresInSeconds: 340 }
const UNVERIFIED = 'The encrypted content gAAA... could not be verified.'
const NO_REASONING = http(400, { error: { code: 'invalid_encrypted_content', message: UNVERIFIED } })
const refusing = (field: string) => http(400, { detail: `Unsupported parameter: ${field}` })

const add: AskTool = { schema: { type: 'object', properties: {} }, execute: () => 3 }
/** A turn with reasoning before a call and before a text, and the next question. */
const HISTORY: AskMessage[] = [
  { role: 'user', content: [{ type: 'text', text: 'go' }] },
  {
    role: 'assistant',
    content: [
      { type: 'reasoning', text: 'Hm.', providerOptions: { codex: { encryptedContent: 'ENC1' } } },
      { type: 'tool-call', id: 'call_1', name: 'add', input: {} },
    ],
  },
  { role: 'tool', content: [{ type: 'tool-result', id: 'call_1', name: 'add', output: 3 }] },
  {
    role: 'assistant',
    content: [
      { type: 'reasoning', text: 'So.', providerOptions: { codex: { encryptedContent: 'ENC2' } } },
      { type: 'text', text: 'Three.' },
    ],
  },
  { role: 'user', content: [{ type: 'text', text: 'more' }] },
]

const bodies = ({ responseRequests }: CodexServer) => responseRequests.map(({ json }) => json)

describe.each(SHAPES)('reasoning that can not be verified, $model ($shape)', ({ model }) => {
  describe.each<{ told: string; refusal: Answer }>([
    { told: 'by HTTP', refusal: NO_REASONING },
    { told: 'in words alone', refusal: http(400, { detail: UNVERIFIED }) },
    { told: 'in the stream', refusal: events(CREATED, failed('invalid_encrypted_content', UNVERIFIED)) },
  ])('told $told', ({ refusal }) => {
    eachWay('is left out, once, with a warning', async ({ ask, start }) => {
      const { codex, server } = await start()
      server.answer(refusal, HELLO)
      const seen = await ask({ model: codex(model), messages: HISTORY, tools: { add } })
      expect(seen).toMatchObject({ text: 'Hello', finishReason: 'stop', errors: [] })
      expect(seen.warnings).toEqual([expect.stringMatching(/reasoning of earlier turns is left out/)])
      const [first, second] = bodies(server)
      const input = bodyOf(server, 0).input.filter(({ type }) => type !== 'reasoning')
      expect(second).toEqual({ ...first, input })
      expect(outlineOf(turnOf(bodyOf(server, 1)))).toEqual([
        'user',
        'function_call',
        'function_call_output',
        'assistant',
        'user',
      ])
      expect(seen.requestBody).toEqual(second)
      expect(server.responseRequests).toHaveLength(2)
      expect(refusals(server)).toEqual([])
    })
  })
})

describe('reasoning', () => {
  eachWay('is left out once only', async ({ ask, start }) => {
    const { codex, server } = await start()
    server.answer(NO_REASONING, NO_REASONING)
    const seen = await ask({ model: codex('gpt-5.5'), messages: HISTORY, tools: { add } })
    expect(seen.errors).toMatchObject([{ statusCode: 400, isRetryable: false }])
    expect(server.responseRequests).toHaveLength(2)
  })

  eachWay('without any in the history, the error is told as it is', async ({ ask, start }) => {
    const { codex, server } = await start()
    server.answer(NO_REASONING)
    const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
    expect(seen.errors).toMatchObject([{ statusCode: 400, message: expect.stringContaining(UNVERIFIED) }])
    expect(server.responseRequests).toHaveLength(1)
  })
})

describe('one item of reasoning that is refused', () => {
  const reasoning = (encryptedContent: string): AskMessage => ({
    role: 'assistant',
    content: [
      { type: 'reasoning', text: 'Hm.', providerOptions: { codex: { encryptedContent } } },
      { type: 'text', text: 'So.' },
    ],
  })
  const user = (text: string): AskMessage => ({ role: 'user', content: [{ type: 'text', text }] })
  const history = (...contents: string[]): AskMessage[] => [
    ...contents.flatMap((content) => [user('go'), reasoning(content)]),
    user('more'),
  ]
  const sent = (server: CodexServer) =>
    bodies(server).map((body) =>
      (Array.isArray(body?.input) ? body.input : []).flatMap(
        ({ encrypted_content }) => encrypted_content ?? [],
      ),
    )
  const refusal = (message: string, fields: object = {}): Answer =>
    http(400, { error: { code: 'invalid_encrypted_content', message, ...fields } })

  describe.each([
    { by: 'its start', refused: refusal('The encrypted content FOREIGN... could not be verified.') },
    { by: 'both ends', refused: refusal('The encrypted content FORE...-1= could not be verified.') },
    { by: 'the whole', refused: refusal('The encrypted content FOREIGN-1= could not be verified.') },
    {
      by: 'its place',
      refused: refusal('It could not be verified.', { param: 'input[1].encrypted_content' }),
    },
  ])('named by $by', ({ by, refused }) => {
    eachWay(`named by ${by}: it alone is left out, now and from the next call on`, async ({ ask, start }) => {
      const { codex, server } = await start()
      server.answer(refused, HELLO, HELLO, HELLO)
      const messages = history('FOREIGN-1=', 'GOOD-1=', 'GOOD-2=')
      const first = await ask({ model: codex('gpt-5.5'), messages })
      expect(first).toMatchObject({ text: 'Hello', errors: [] })
      expect(first.warnings).toEqual([expect.stringContaining('Some reasoning of earlier turns is left out')])
      const second = await ask({ model: codex('gpt-5.5'), messages })
      expect(second).toMatchObject({ text: 'Hello', errors: [], warnings: first.warnings })
      const good = ['GOOD-1=', 'GOOD-2=']
      expect(sent(server)).toEqual([['FOREIGN-1=', ...good], good, good])
      // Another model may take it.
      await ask({ model: codex('gpt-5.4'), messages })
      expect(sent(server)[3]).toEqual(['FOREIGN-1=', ...good])
    })
  })

  eachWay('a second one that is named: all that may be meant is left out', async ({ ask, start }) => {
    const { codex, server } = await start()
    const refused = (name: string) => refusal(`The encrypted content ${name}... could not be verified.`)
    server.answer(refused('FOREIGN-1'), refused('FOREIGN-2'), HELLO)
    const seen = await ask({ model: codex('gpt-5.5'), messages: history('FOREIGN-1=', 'FOREIGN-2=', 'NEW=') })
    expect(seen).toMatchObject({ text: 'Hello', errors: [] })
    expect(sent(server)).toEqual([['FOREIGN-1=', 'FOREIGN-2=', 'NEW='], ['FOREIGN-2=', 'NEW='], []])
  })

  eachWay('not named: what this login was given goes on', async ({ ask, start }) => {
    const { codex, server } = await start()
    server.answer(events(CREATED, reasoningDone(0, 'OWN=', ['Hm.']), message('Hello', 1), completed()))
    const first = await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
    expect(first).toMatchObject({ text: 'Hello', errors: [] })
    server.answer(NO_REASONING, HELLO, HELLO)
    const messages = history('FOREIGN=', 'OWN=')
    for (const _ of ['found', 'remembered'])
      expect(await ask({ model: codex('gpt-5.5'), messages })).toMatchObject({ text: 'Hello', errors: [] })
    expect(sent(server)).toEqual([[], ['FOREIGN=', 'OWN='], ['OWN='], ['OWN=']])
  })
})

eachWay('recover: false tells each error as it is', async ({ ask, start }) => {
  const { codex, server } = await start({ recover: false })
  server.answer(NO_REASONING)
  const unverified = await ask({ model: codex('gpt-5.5'), messages: HISTORY, tools: { add } })
  expect(unverified.errors).toMatchObject([{ message: expect.stringContaining(UNVERIFIED) }])
  server.answer(refusing('prompt_cache_key'))
  const refused = await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
  expect(refused.errors).toMatchObject([{ message: expect.stringContaining('Unsupported parameter') }])
  const next = await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
  expect(next).toMatchObject({ errors: [], warnings: [] })
  expect(bodies(server)).toMatchObject([{}, {}, { prompt_cache_key: expect.any(String) }])
  expect(server.responseRequests).toHaveLength(3)
})

describe('a parameter that is refused', () => {
  eachWay('is left out, and from the next call on from the start', async ({ ask, start }) => {
    const { codex, server } = await start()
    server.answer(refusing('prompt_cache_key'), HELLO, HELLO, HELLO)
    const first = await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
    expect(first).toMatchObject({ text: 'Hello', errors: [] })
    expect(first.warnings).toEqual([
      expect.stringMatching(/promptCacheKey: prompt_cache_key is left out: .* take it for gpt-5\.5/),
    ])
    const second = await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
    expect(second).toMatchObject({ text: 'Hello', errors: [], warnings: first.warnings })
    const [refused, mended, again] = bodies(server)
    const { prompt_cache_key: _, ...rest } = refused ?? {}
    expect(mended).toEqual(rest)
    expect(again).toEqual(rest)
    expect(second.requestBody).toEqual(rest)
    // Another model may take it.
    const other = await ask({ model: codex('gpt-5.4'), prompt: 'hi' })
    expect(other.warnings).toEqual([])
    expect(bodyOf(server, 3)).toHaveProperty('prompt_cache_key')
    expect(server.responseRequests).toHaveLength(4)
  })

  eachAI('is no matter of another provider', async ({ ai, start }) => {
    for (const { run } of ai.ways) {
      for (const refusal of [[refusing('include')], []]) {
        const { codex, server } = await start()
        server.answer(...refusal, HELLO)
        const seen = await run({ model: codex('gpt-5.5'), prompt: 'hi' })
        expect(seen.warnings).toHaveLength(refusal.length)
        expect(server.responseRequests).toHaveLength(1 + refusal.length)
      }
    }
  })

  eachRequest('is left out of its object, and named by the error in any form', async ({ ask, start }) => {
    const { codex, server } = await start()
    const error = { code: 'unsupported_parameter', message: 'Not with this model.', param: 'text.verbosity' }
    server.answer(
      http(400, { error }),
      HELLO,
      events(CREATED, { type: 'error', ...error, param: 'reasoning.summary' }),
    )
    const options = { codex: { textVerbosity: 'low', reasoningSummary: 'detailed' } }
    const first = await ask({ model: codex('gpt-5.5'), prompt: 'hi', providerOptions: options })
    expect(first.warnings).toEqual([expect.stringContaining('textVerbosity')])
    const second = await ask({ model: codex('gpt-5.5'), prompt: 'hi', providerOptions: options })
    expect(second.errors).toEqual([])
    expect(second.warnings).toEqual([
      expect.stringContaining('textVerbosity'),
      expect.stringContaining('reasoningSummary'),
    ])
    const told = bodies(server).map((body) => [body?.text, body?.reasoning])
    expect(told).toEqual([
      [{ verbosity: 'low' }, { effort: 'medium', summary: 'detailed' }],
      [undefined, { effort: 'medium', summary: 'detailed' }],
      [undefined, { effort: 'medium', summary: 'detailed' }],
      [undefined, { effort: 'medium' }],
    ])
  })

  onCodexOnly('no sources of searches are asked for on the other route', () => {
    eachRequest(
      'the sources of a search are asked for, and no more where the backend refuses that, without a word',
      async ({ ask, start }) => {
        const { codex, server } = await start()
        const error = { code: 'invalid_value', message: 'Invalid value.', param: 'include[1]' }
        server.answer(http(400, { error }), HELLO, HELLO, HELLO)
        const tools = { search: { hosted: codex.tools.webSearch() } }
        const seen = [
          await ask({ model: codex('gpt-5.5'), prompt: 'hi', tools }),
          await ask({ model: codex('gpt-5.5'), prompt: 'hi' }),
          await ask({ model: codex('gpt-5.5'), prompt: 'hi', tools }),
        ]
        for (const { text, warnings } of seen)
          expect({ text, warnings }).toEqual({ text: 'Hello', warnings: [] })
        const reasoning = ['reasoning.encrypted_content']
        expect(bodies(server).map((body) => body?.include)).toEqual([
          [...reasoning, 'web_search_call.action.sources'],
          reasoning,
          reasoning,
          reasoning,
        ])
      },
    )
  })

  eachRequest('values of include that the caller gave are named', async ({ ask, start }) => {
    const { codex, server } = await start()
    server.answer(refusing('include'), HELLO)
    const providerOptions = { codex: { include: ['file_search_call.results'] } }
    const { text, warnings } = await ask({ model: codex('gpt-5.5'), prompt: 'hi', providerOptions })
    expect(text).toBe('Hello')
    expect(warnings).toEqual([expect.stringContaining('file_search_call.results')])
    expect(bodyOf(server, 1).include).toEqual(['reasoning.encrypted_content'])
  })

  eachRequest('without recovery the sources of a search are not asked for', async ({ ask, start }) => {
    const { codex, server } = await start({ recover: false })
    const tools = { search: { hosted: codex.tools.webSearch() } }
    await ask({ model: codex('gpt-5.5'), prompt: 'hi', tools })
    expect(bodyOf(server).include).toEqual(['reasoning.encrypted_content'])
  })

  eachRequest('a second one is left to the next call', async ({ ask, start }) => {
    const { codex, server } = await start()
    server.answer(refusing('include'), refusing('prompt_cache_key'), HELLO)
    const first = await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
    expect(first.errors).toMatchObject([{ message: expect.stringContaining('prompt_cache_key') }])
    const second = await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
    expect(second.errors).toEqual([])
    expect(second.warnings).toHaveLength(2)
    expect(server.responseRequests).toHaveLength(3)
  })

  describe.each(SHAPES)('$model ($shape)', ({ model }) => {
    describe.each<{ name: string; refusal: Answer; field: 'tool_choice' | 'text'; warned: string }>([
      { name: 'a named field', refusal: refusing('tool_choice'), field: 'tool_choice', warned: 'toolChoice' },
      {
        name: 'words about the choice',
        refusal: http(400, { error: { message: "Tool choice 'function' not found in 'tools' parameter." } }),
        field: 'tool_choice',
        warned: 'toolChoice',
      },
      {
        name: 'the param of an error',
        refusal: http(400, { error: { code: 'unsupported_value', message: 'No.', param: 'tool_choice' } }),
        field: 'tool_choice',
        warned: 'toolChoice',
      },
      { name: 'text', refusal: refusing('text'), field: 'text', warned: 'textVerbosity' },
    ])('$name', ({ name, refusal, field, warned }) => {
      eachRequest(`${name}: ${field} is left out`, async ({ ask, start }) => {
        const { codex, server } = await start()
        server.answer(refusal, HELLO)
        const providerOptions = { codex: { textVerbosity: 'low' } }
        const seen = await ask({
          model: codex(model),
          prompt: 'hi',
          tools: { add },
          toolChoice: 'none',
          providerOptions,
        })
        expect(seen).toMatchObject({ text: 'Hello', errors: [] })
        expect(seen.warnings).toEqual([expect.stringContaining(warned)])
        expect(bodyOf(server, 0)).toHaveProperty(field)
        expect(bodyOf(server, 1)).not.toHaveProperty(field)
        const { tools, input, ...rest } = bodyOf(server, 0)
        // Without the choice, the model could call what the caller forbade.
        const forbidden = field === 'tool_choice' ? ['additional_tools'] : []
        expect(bodyOf(server, 1)).toEqual({
          ...rest,
          input: input.filter(({ type }) => !forbidden.includes(String(type))),
          tools: field === 'tool_choice' ? undefined : tools,
          [field]: undefined,
        })
      })
    })

    eachRequest('any field that is not needed, by its name', async ({ ask, start }) => {
      const { codex, server } = await start()
      server.answer(refusing('include'), HELLO)
      const seen = await ask({ model: codex(model), prompt: 'hi' })
      expect(seen).toMatchObject({ text: 'Hello', errors: [] })
      expect(seen.warnings).toEqual([expect.stringContaining('include is left out')])
    })
  })

  describe.each(['model', 'input', 'instructions', 'tools', 'stream', 'store', 'foo'])('%s', (field) => {
    eachRequest(`${field} is never left out`, async ({ ask, start }) => {
      const { codex, server } = await start()
      server.answer(refusing(field))
      const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi', tools: { add } })
      expect(seen.errors).toMatchObject([{ statusCode: 400, isRetryable: false }])
      expect(server.responseRequests).toHaveLength(1)
    })
  })
})

describe('a connection that is reset before headers', () => {
  describe.each([{ recover: true }, { recover: false }])('recover: $recover', (settings) => {
    eachWay('is no matter of the caller, the first time', async ({ ask, start }) => {
      const { codex, server } = await start({ ...settings, ...OVER_HTTP })
      server.answer(HELLO, { type: 'reset' }, HELLO)
      // The second call goes out on the connection of the first.
      await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
      const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
      expect(seen).toMatchObject({ text: 'Hello', errors: [], warnings: [] })
      const [, second, third] = server.responseRequests
      expect(third?.text).toBe(second?.text)
      expect(third?.headers).toEqual(second?.headers)
    })
  })

  eachWay('the second time it is a retryable error', async ({ ask, start }) => {
    const { codex, server } = await start(OVER_HTTP)
    server.answer({ type: 'reset' }, { type: 'reset' }, { type: 'reset' }, HELLO)
    const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
    expect(seen.errors).toMatchObject([{ isRetryable: true }])
    expect(server.responseRequests).toHaveLength(2)
    // The next call has repeats of its own.
    expect(await ask({ model: codex('gpt-5.5'), prompt: 'hi' })).toMatchObject({ text: 'Hello', errors: [] })
  })

  eachRequest('a connection that can not be made is not tried twice', async ({ ask, start }) => {
    let requests = 0
    const { codex } = await start({
      baseURL: await closedOrigin(),
      fetch: (input, init) => {
        requests++
        return fetch(input, init)
      },
    })
    const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
    expect(seen.errors).toMatchObject([{ isRetryable: true }])
    expect(requests).toBe(1)
  })
})

describe('three requests a call at most', () => {
  describe.each<{ name: string; answers: Answer[]; statusCode: number }>([
    {
      name: 'reset, 401, reasoning',
      answers: [{ type: 'reset' }, UNAUTHORIZED, NO_REASONING],
      statusCode: 400,
    },
    {
      name: 'reasoning, a parameter, 401',
      answers: [NO_REASONING, refusing('include'), UNAUTHORIZED],
      statusCode: 401,
    },
    {
      name: 'a parameter, reset, reasoning',
      answers: [refusing('include'), { type: 'reset' }, NO_REASONING],
      statusCode: 400,
    },
  ])('$name', ({ name, answers, statusCode }) => {
    eachWay(name, async ({ ask, start }) => {
      const { codex, server } = await start(OVER_HTTP, RENEWABLE)
      server.answer(...answers, HELLO)
      const seen = await ask({ model: codex('gpt-5.5'), messages: HISTORY, tools: { add } })
      expect(seen.errors).toMatchObject([{ statusCode }])
      expect(server.responseRequests).toHaveLength(3)
    })
  })

  eachWay('a repeat goes out with the tokens of its time', async ({ ask, start }) => {
    const { codex, server, login } = await start({}, RENEWABLE)
    server.answer(UNAUTHORIZED, NO_REASONING, HELLO)
    const seen = await ask({ model: codex('gpt-5.5'), messages: HISTORY, tools: { add } })
    expect(seen).toMatchObject({ text: 'Hello', errors: [] })
    const [first, second, third] = server.responseRequests.map(({ headers }) => headers.authorization)
    expect(first).toBe(`Bearer ${login.tokens.access_token}`)
    expect(second).not.toBe(first)
    expect(third).toBe(second)
    expect(server.tokenRequests).toHaveLength(1)
  })

  eachWay('a 401 counts once, whatever was mended between', async ({ ask, start }) => {
    const { codex, server } = await start({}, RENEWABLE)
    server.answer(UNAUTHORIZED, NO_REASONING, UNAUTHORIZED)
    const seen = await ask({ model: codex('gpt-5.5'), messages: HISTORY, tools: { add } })
    expect(seen.errors).toMatchObject([{ statusCode: 401 }])
    expect(server.responseRequests).toHaveLength(3)
  })
})

eachWay('a repeat carries the state of its turn', async ({ ask, start }) => {
  const { codex, server } = await start()
  server.answer(
    {
      type: 'events',
      events: [CREATED, callDone(0, { callId: 'call_1', name: 'add', arguments: '{}' }), completed()],
      headers: { 'x-codex-turn-state': 'S1' },
    },
    refusing('include'),
    { type: 'reset' },
    HELLO,
  )
  const seen = await ask({ model: codex('gpt-5.5'), prompt: 'go', tools: { add }, maxSteps: 2 })
  expect(seen).toMatchObject({ text: 'Hello', errors: [] })
  const states = server.responseRequests.map(({ headers }) => headers['x-codex-turn-state'])
  expect(states).toEqual(
    ON.hasSessionHeaders ? [undefined, 'S1', 'S1', 'S1'] : [undefined, undefined, undefined, undefined],
  )
})

describe('never after output', () => {
  const said = events(CREATED, delta('Hel'))
  describe.each<{ name: string; answer: Answer; statusCode: number }>([
    {
      name: 'reasoning',
      answer: events(CREATED, delta('Hel'), failed('invalid_encrypted_content', UNVERIFIED)),
      statusCode: 400,
    },
    {
      name: 'a parameter',
      answer: events(
        CREATED,
        delta('Hel'),
        failed('unsupported_parameter', 'Unsupported parameter: include'),
      ),
      statusCode: 400,
    },
    { name: 'a reset', answer: { ...said, end: 'reset' } as Answer, statusCode: 200 },
  ])('$name', ({ name, answer, statusCode }) => {
    eachWay(name, async ({ ask, start, way }) => {
      const { codex, server } = await start()
      server.answer(answer)
      const seen = await ask({ model: codex('gpt-5.5'), messages: HISTORY, tools: { add }, maxRetries: 0 })
      expect(seen.errors).toMatchObject([{ statusCode }])
      expect(seen.said).toBe(way === 'stream' ? 'Hel' : '')
      expect(server.responseRequests).toHaveLength(1)
    })
  })
})

describe.each<{ name: string; first: Answer }>([
  { name: 'without reasoning', first: NO_REASONING },
  { name: 'without a parameter', first: refusing('include') },
  { name: 'after a reset', first: { type: 'reset' } },
  { name: 'after a 401', first: UNAUTHORIZED },
])('abort of a repeat', ({ name, first }) => {
  eachWay(`${name} settles, and nothing more is sent`, async ({ ask, start }) => {
    const { codex, server } = await start()
    server.answer(first, { type: 'hang' })
    const controller = new AbortController()
    const arrived = server.nextRequest('/responses')
    const running = ask({
      model: codex('gpt-5.5'),
      messages: HISTORY,
      tools: { add },
      abortSignal: controller.signal,
      maxRetries: 2,
    })
    await arrived
    const repeat = await server.nextRequest('/responses')
    controller.abort(new DOMException('enough', 'AbortError'))
    expect((await running).isAborted).toBe(true)
    expect(await repeat.closed).toBe('aborted')
    expect(server.responseRequests).toHaveLength(2)
  })
})

const response = (fields: object) => ({
  id: 'resp_1',
  object: 'response',
  created_at: 1_700_000_000,
  status: 'completed',
  model: 'gpt-5.5',
  error: null,
  incomplete_details: null,
  output: [message('Hello').item],
  usage: { input_tokens: 10, output_tokens: 6, total_tokens: 16 },
  ...fields,
})

const json = (body: object | string, end?: 'reset'): Answer => ({
  type: 'raw',
  headers: { 'content-type': 'application/json; charset=utf-8' },
  // Pretty-printed: its line breaks must not end an event.
  chunks: [typeof body === 'string' ? body : JSON.stringify(body, null, 2)],
  ...(end === undefined ? {} : { end }),
})

describe('a whole Response object in place of a stream', () => {
  describe.each([{ type: '' }, { type: 'text/plain' }, { type: 'text/event-stream' }])(
    'sent as "$type"',
    ({ type }) => {
      const sent = (body: object): Answer => ({ ...json(body), headers: { 'content-type': type } }) as Answer

      eachWay('is read as an answer', async ({ ask, start }) => {
        const { codex, server } = await start(OVER_HTTP)
        server.answer(sent(response({})))
        const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
        expect(seen).toMatchObject({ text: 'Hello', finishReason: 'stop', errors: [] })
      })

      eachWay('and an error as one', async ({ ask, start }) => {
        const { codex, server } = await start(OVER_HTTP)
        server.answer(sent({ error: { code: 'invalid_prompt', message: 'No.' } }))
        const { errors } = await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
        expect(String(errors[0])).toContain(`${API_ERROR} 400: No.`)
      })
    },
  )

  eachWay('is read as an answer', async ({ ask, start }) => {
    const { codex, server } = await start(OVER_HTTP)
    server.answer(json(response({})))
    const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
    expect(seen).toMatchObject({
      text: 'Hello',
      finishReason: 'stop',
      usage: { input: 10, output: 6 },
      response: { id: 'resp_1', modelId: 'gpt-5.5' },
      metadata: { responseId: 'resp_1' },
      errors: [],
    })
    expect(server.responseRequests).toHaveLength(1)
  })

  eachWay('runs its tool calls', async ({ ask, start }) => {
    const { codex, server } = await start(OVER_HTTP)
    const call = callDone(0, { callId: 'call_1', name: 'add', arguments: '{}' }).item
    server.answer(json(response({ output: [call] })), HELLO)
    const seen = await ask({ model: codex('gpt-5.5'), prompt: 'go', tools: { add }, maxSteps: 2 })
    expect(seen).toMatchObject({ text: 'Hello', errors: [] })
    expect(seen.steps[0]?.calls).toMatchObject([{ id: 'call_1', name: 'add' }])
  })

  eachWay('that is incomplete has its finish reason', async ({ ask, start }) => {
    const { codex, server } = await start(OVER_HTTP)
    const incomplete_details = { reason: 'max_output_tokens' }
    server.answer(json(response({ status: 'incomplete', incomplete_details })))
    const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
    expect(seen).toMatchObject({ text: 'Hello', finishReason: 'length', errors: [] })
  })

  eachWay('that failed is an error', async ({ ask, start }) => {
    const { codex, server } = await start(OVER_HTTP)
    const error = { code: 'server_error', message: 'Boom.' }
    server.answer(json(response({ status: 'failed', error, output: [] })))
    const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
    expect(seen.errors).toMatchObject([
      { statusCode: 500, isRetryable: true, message: expect.stringContaining('Boom.') },
    ])
  })

  eachWay('that failed for its reasoning is asked for once more', async ({ ask, start }) => {
    const { codex, server } = await start(OVER_HTTP)
    const error = { code: 'invalid_encrypted_content', message: UNVERIFIED }
    server.answer(json(response({ status: 'failed', error, output: [] })), json(response({})))
    const seen = await ask({ model: codex('gpt-5.5'), messages: HISTORY, tools: { add } })
    expect(seen).toMatchObject({ text: 'Hello', errors: [] })
  })

  eachWay('that is cut is a retryable error', async ({ ask, start }) => {
    const { codex, server } = await start(OVER_HTTP)
    server.answer(json(JSON.stringify(response({})).slice(0, -30), 'reset'))
    const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
    expect(seen.errors).toMatchObject([{ statusCode: 200, isRetryable: true }])
  })
})

describe.each([
  ['another object', '{"object":"list","output":[]}'],
  ['no output', '{"object":"response"}'],
  ['a list', '[{"object":"response","output":[]}]'],
  ['half of one', '{"object":"response","output":['],
])('JSON that is no Response object: %s', (name, body) => {
  eachWay(`${name} stays an error`, async ({ ask, start }) => {
    const { codex, server } = await start(OVER_HTTP)
    server.answer(json(body))
    const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
    expect(seen.errors).toMatchObject([{ statusCode: 200, isRetryable: false }])
    expect(server.responseRequests).toHaveLength(1)
  })
})

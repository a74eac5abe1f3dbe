import { generateText, type ModelMessage } from 'ai7'
import { expect, test } from 'vitest'
import { DEFAULT_INSTRUCTIONS } from '../../src/instructions/base.ts'
import { startCodexServer } from '../../src/testing/server.ts'
import type { Answer, RecordedRequest } from '../../src/testing/types.ts'
import { createCodex } from '../../src/v4.ts'
import { createRandom } from '../fuzz/random.ts'
import { SEED } from '../support/seed.ts'

const CONVERSATIONS = 1_000
const TURNS = 4
const AT_ONCE = 20
const PROVIDERS = 10

const forgotten = (code: string): Answer => ({
  type: 'error',
  status: 400,
  body: { error: { code, message: 'Gone.' } },
})

/** Faults that a call survives, and those that it reports. */
const FAULTS: readonly Answer[] = [
  { type: 'reset' },
  { type: 'close', code: 1001 },
  { type: 'close', code: 1011 },
  forgotten('previous_response_not_found'),
  forgotten('websocket_connection_limit_reached'),
  { type: 'error', status: 500, body: { error: { message: 'Broken.' } } },
  { type: 'text', text: 'half of an answer', stopAfter: 6, end: 'reset' },
  { type: 'text', text: 'half of an answer', stopAfter: 6 },
]

const textsOf = ({ json }: RecordedRequest): string[] =>
  (Array.isArray(json?.input) ? json.input : []).flatMap(({ role, content }) =>
    role === 'user' || role === 'assistant'
      ? [content.map(({ text }: { text: string }) => text).join('')]
      : [],
  )

test(`1,000 conversations with faults: nothing lost, doubled or mixed (seed ${SEED})`, {
  timeout: 900_000,
}, async () => {
  const server = await startCodexServer()
  const random = createRandom(SEED)
  const { access_token: accessToken } = server.login().tokens
  const start = () =>
    createCodex({
      baseURL: server.baseURL,
      auth: { accessToken },
      instructions: DEFAULT_INSTRUCTIONS,
      transport: 'auto',
    })
  // Each goes over HTTP for a while after a fault; several keep most calls on sockets.
  const providers = Array.from({ length: PROVIDERS }, start)
  const counts = { errors: 0, websocket: 0, http: 0 }

  async function converse(n: number): Promise<void> {
    const codex = providers[n % PROVIDERS] ?? start()
    const messages: ModelMessage[] = []
    for (let turn = 0; turn < TURNS; turn++) {
      const content = `question ${turn} of conversation ${n}`
      messages.push({ role: 'user', content })
      if (random.below(10) === 0) server.answer(FAULTS[random.below(FAULTS.length)] ?? { type: 'reset' })
      if (random.below(200) === 0) server.closeSockets()
      for (let isAnswered = false; !isAnswered; ) {
        try {
          const { text, response } = await generateText({
            model: codex('gpt-6.1-sol', { promptCacheKey: `conversation-${n}` }),
            messages,
            maxRetries: 0,
          })
          expect(text).toBe(`You said: ${content}`)
          messages.push(...response.messages)
          isAnswered = true
        } catch (error) {
          if (!(error instanceof Error) || !error.name.includes('APICallError')) throw error
          counts.errors++
        }
      }
    }
  }

  const queue = Array.from({ length: CONVERSATIONS }, (_, n) => n)
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let n = queue.shift(); n !== undefined; n = queue.shift()) await converse(n)
    }),
  )

  for (const request of server.responseRequests) {
    const texts = textsOf(request)
    const [, n] = /conversation (\d+)$/.exec(texts[0] ?? '') ?? []
    const expected = texts.map((_, index) => {
      const question = `question ${index >> 1} of conversation ${n}`
      return index % 2 === 0 ? question : `You said: ${question}`
    })
    expect(texts).toEqual(expected)
    expect(request.refusedBy).toBeUndefined()
    counts[request.transport]++
  }
  process.stdout.write(`${JSON.stringify(counts)}\n`)
  expect(counts.errors).toBeGreaterThan(50)
  expect(counts.websocket).toBeGreaterThan(1_000)
  await server.close()
})

/**
 * The backend of the benchmark: `/<deltas>/responses` streams as many, and gives the loop a turn after each few events,
 * so that a network chunk holds a handful, as those of a busy model do; `/timed/responses` streams events one by one,
 * each with the time of its write; `/oauth/token` renews a login.
 */
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { setImmediate, setTimeout } from 'node:timers/promises'

const EVENTS_A_TURN = 5

const frame = (event: { type: string }) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`

const TIMED_EVENTS = 200
const REFRESH_MS = 200

const delta = (text: string, index: number): string =>
  frame({
    type: 'response.output_text.delta',
    sequence_number: index + 4,
    item_id: 'msg_bench',
    output_index: 0,
    content_index: 0,
    delta: text,
    logprobs: [],
    obfuscation: 'aBcDeFgHiJ',
  } as { type: string })

function stream(deltas: number): string[] {
  const response = {
    id: 'resp_bench',
    object: 'response',
    created_at: 1_790_000_000,
    model: 'gpt-5.5',
    output: [],
  }
  const item = { id: 'msg_bench', type: 'message', role: 'assistant' }
  const word = 'word '
  const lines = Array.from({ length: deltas }, (_, index) => delta(word, index))
  const done = {
    ...item,
    status: 'completed',
    content: [{ type: 'output_text', text: word.repeat(deltas), annotations: [], logprobs: [] }],
  }
  const usage = {
    input_tokens: 10,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: deltas,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: deltas + 10,
  }
  return [
    frame({ type: 'response.created', response: { ...response, status: 'in_progress' } } as { type: string }),
    frame({
      type: 'response.output_item.added',
      output_index: 0,
      item: { ...item, status: 'in_progress', content: [] },
    } as { type: string }),
    ...lines,
    frame({ type: 'response.output_item.done', output_index: 0, item: done } as { type: string }),
    frame({ type: 'response.completed', response: { ...response, status: 'completed', usage } } as {
      type: string
    }),
  ]
}

const streams = new Map<number, string[]>()

async function writeAll(response: ServerResponse, events: string[]): Promise<void> {
  for (const [index, event] of events.entries()) {
    if (!response.write(event)) await once(response, 'drain')
    if (index % EVENTS_A_TURN === 0) await setImmediate()
  }
  response.end()
}

/** One event at a time, with the time of its write as text; the rest is the stream of no deltas. */
async function writeTimed(response: ServerResponse): Promise<void> {
  const [created = '', added = '', , completed = ''] = stream(0)
  response.write(created + added)
  for (let index = 0; index < TIMED_EVENTS; index++) {
    await setTimeout(2)
    response.write(delta(`${performance.timeOrigin + performance.now()}`, index))
  }
  response.end(completed)
}

async function renew(response: ServerResponse): Promise<void> {
  await setTimeout(REFRESH_MS)
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ access_token: 'new', refresh_token: 'twice', expires_in: 3600 }))
}

const server = createServer((request, response) => {
  request.resume().on('end', () => {
    const [, kind = ''] = request.url?.split('/') ?? []
    if (kind === 'oauth') return void renew(response)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    if (kind === 'timed') return void writeTimed(response)
    const body = streams.get(Number(kind)) ?? stream(Number(kind))
    streams.set(Number(kind), body)
    void writeAll(response, body)
  })
})

server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object' && address) process.send?.(address.port)
})
process.on('disconnect', () => process.exit(0))

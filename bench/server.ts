/**
 * A server of its own process, so that its CPU time is not part of the figures: `/<deltas>/responses`. It gives
 * the loop a turn after each few events, so that a network chunk holds a handful, as those of a busy model do.
 */
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { setImmediate } from 'node:timers/promises'

const EVENTS_A_TURN = 5

const frame = (event: { type: string }) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`

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
  const lines = Array.from({ length: deltas }, (_, index) =>
    frame({
      type: 'response.output_text.delta',
      sequence_number: index + 4,
      item_id: item.id,
      output_index: 0,
      content_index: 0,
      delta: word,
      logprobs: [],
      obfuscation: 'aBcDeFgHiJ',
    } as { type: string }),
  )
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

const server = createServer((request, response) => {
  request.resume().on('end', () => {
    const deltas = Number(request.url?.split('/')[1])
    const body = streams.get(deltas) ?? stream(deltas)
    streams.set(deltas, body)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    void writeAll(response, body)
  })
})

server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object' && address) process.send?.(address.port)
})
process.on('disconnect', () => process.exit(0))

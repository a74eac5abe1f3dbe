import { describe, expect, it } from 'vitest'
import type { Answer } from '../../src/testing/types.ts'
import { ev, events, good, raw, WAYS } from '../adapters/v1/support.ts'
import { startProvider } from '../support/provider.ts'

async function listen(hear: (typeof WAYS)[number]['hear'], answer: Answer) {
  const { codex, server } = await startProvider()
  server.answer(answer)
  return hear({ model: codex('gpt-5.5'), prompt: 'hi' })
}

describe.each(WAYS)('$way', ({ hear }) => {
  describe('BR-37 keepalive and unknown events break the stream', () => {
    it('all are ignored', async () => {
      const [created, added, first, second, done, last] = good('Hello').map(ev)
      const heard = await listen(
        hear,
        raw(
          `${created}${added}${first}`,
          ev({ type: 'keepalive', sequence_number: 5 }),
          ': ping\n\n',
          'event: ping\ndata:\n\n',
          'event: ping\n\n',
          ev({ type: 'response.brand_new', x: null }),
          'data: not json\n\n',
          'data: 7\n\n',
          `${second}${done}${last}`,
          'data: [DONE]\n\n',
        ),
      )
      expect(heard).toMatchObject({ text: 'Hello', finishReason: 'stop', errors: [] })
    })
  })

  describe('BR-38 codex.rate_limits event taken as the end', () => {
    it('the answer that follows is heard', async () => {
      const limits = { limit_reached: true, primary: { used_percent: 100 } }
      const heard = await listen(
        hear,
        events({ type: 'codex.rate_limits', rate_limits: limits }, ...good('Hello')),
      )
      expect(heard).toMatchObject({ text: 'Hello', finishReason: 'stop', errors: [] })
    })
  })
})

/** Strings that were cut within a character hold half of it, which a strict JSON parser refuses. */
import { describe, expect } from 'vitest'
import { bodyOf } from '../adapters/v1/support.ts'
import { eachRequest, SHAPES } from './support/contract.ts'

const CUT = 'x\ud83d'

/** Every string in a value, the names of its fields included. */
function stringsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(stringsOf)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) => [name, ...stringsOf(member)])
}

describe.each(SHAPES)('a body, $model ($shape)', ({ model }) => {
  eachRequest(`no field holds half of a character, ${model}`, async ({ ask, start }) => {
    const { codex, server } = await start({ codexMode: true, instructions: `Be kind. ${CUT}` })
    const seen = await ask({
      model: codex(model),
      system: CUT,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: CUT },
            { type: 'file', data: Buffer.from('hi'), mediaType: 'text/plain', filename: `${CUT}.txt` },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'text', text: CUT, providerOptions: { codex: { phase: CUT } } },
            { type: 'tool-call', id: 'call_1', name: 'find', input: { query: CUT, [CUT]: 1 } },
          ],
        },
        {
          role: 'tool',
          content: [{ type: 'tool-result', id: 'call_1', name: 'find', output: { [CUT]: CUT } }],
        },
        { role: 'user', content: [{ type: 'text', text: 'go on' }] },
      ],
      tools: {
        find: {
          description: CUT,
          schema: {
            type: 'object',
            properties: { query: { type: 'string', description: CUT, enum: [CUT, 'y'] } },
            required: ['query'],
            additionalProperties: false,
          },
        },
      },
      providerOptions: { codex: { promptCacheKey: CUT, include: [CUT] } },
    })
    expect(seen.errors).toEqual([])
    const text = server.responseRequests[0]?.text ?? ''
    expect(text).not.toMatch(/(?<!\\)\\ud[89a-f]/i)
    expect(text).toContain('x\ufffd')
    const strings = stringsOf(bodyOf(server))
    expect(strings.filter((string) => /\p{Surrogate}/u.test(string))).toEqual([])
    const argumentsText = strings.find((string) => string.startsWith('{"query"')) ?? ''
    expect(JSON.parse(argumentsText)).toEqual({ query: 'x\ufffd', 'x\ufffd': 1 })
    expect(seen.requestBody).toEqual(bodyOf(server))
  })
})

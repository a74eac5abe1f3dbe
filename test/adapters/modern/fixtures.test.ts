import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCodexServer } from '../../../src/testing/server.ts'
import type { CodexServer, JsonObject } from '../../../src/testing/types.ts'
import { FIXTURES, readFixture, toStream } from '../../support/fixtures.ts'
import { collect } from '../v1/support.ts'
import { ENTRIES, expectBalanced } from './support.ts'

type Part = JsonObject & { type: string }

const CALL = { prompt: [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'hi' }] }] }

/** All that the oldest version of each major knows of what can come here. */
const KNOWN: ReadonlySet<string> = new Set([
  'stream-start',
  'response-metadata',
  'text-start',
  'text-delta',
  'text-end',
  'reasoning-start',
  'reasoning-delta',
  'reasoning-end',
  'tool-input-start',
  'tool-input-delta',
  'tool-input-end',
  'tool-call',
  'tool-result',
  'source',
  'file',
  'error',
  'finish',
])

// A call that fails at once has no stream.
const RESPONSES = FIXTURES.filter((name) => name !== 'openai-error.1').flatMap((name) =>
  readFixture(name).map((lines, index) => ({ name: `${name}-${index + 1}`, lines })),
)

/** Where upstream shortened the deltas, `doGenerate` gives the item's text. */
const CORRECTED: Record<string, RegExp> = {
  'openai-shell-container.1-1': /^The command ran successfully in the container\./,
}

let server: CodexServer
beforeAll(async () => {
  server = await startCodexServer()
})
afterAll(() => server.close())

const answerWith = (lines: readonly string[]) =>
  server.answer({
    type: 'raw',
    headers: { 'content-type': 'text/event-stream' },
    chunks: [toStream(lines)],
  })

const said = (parts: readonly Part[], type: string): string =>
  parts
    .filter((part) => part.type === type)
    .map(({ delta }) => delta)
    .join('')

const ofType = (parts: readonly Part[], type: string): Part[] => parts.filter((part) => part.type === type)

describe.each(ENTRIES)('$version', ({ version, createCodex }) => {
  const makeModel = () => {
    const { tokens } = server.login()
    const auth = { accessToken: tokens.access_token, accountId: tokens.account_id }
    return createCodex({ baseURL: server.baseURL, auth, codexMode: false })('gpt-5.5')
  }

  it.each(RESPONSES)(
    '$name: blocks balance, one end, and both functions say the same',
    async ({ name, lines }) => {
      const model = makeModel()
      answerWith(lines)
      const parts = (await collect<unknown>((await model.doStream(CALL)).stream)) as Part[]
      expectBalanced(parts)
      expect(
        parts.filter(({ type }) => !KNOWN.has(type) && !(version === 'v4' && type === 'custom')),
      ).toEqual([])
      expect(parts[0]?.type).toBe('stream-start')
      expect(parts.findIndex(({ type }) => type === 'finish')).toBe(parts.length - 1)

      if (ofType(parts, 'error').length > 0) return
      answerWith(lines)
      const { content, finishReason, usage } = await model.doGenerate(CALL)
      const generated = content as unknown as Part[]
      const textOf = (type: string) => ofType(generated, type).map(({ text }) => text)
      const text = said(parts, 'text-delta')
      expect(textOf('text').join('')).toEqual(CORRECTED[name] ? expect.stringMatching(CORRECTED[name]) : text)
      expect(textOf('reasoning').join('')).toBe(said(parts, 'reasoning-delta'))
      for (const type of ['tool-call', 'tool-result', 'source', 'file']) {
        expect(ofType(generated, type)).toEqual(ofType(parts, type).filter(({ preliminary }) => !preliminary))
      }
      expect(parts.at(-1)).toMatchObject({ finishReason, usage })
      const ends = parts.filter(({ type }) => type === 'text-end' || type === 'reasoning-end')
      const blocks = generated.filter(({ type }) => type === 'text' || type === 'reasoning')
      expect(blocks.map(({ providerMetadata }) => providerMetadata)).toEqual(
        expect.arrayContaining(ends.map(({ providerMetadata }) => providerMetadata)),
      )
    },
  )
})

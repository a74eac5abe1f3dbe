import { writeFile } from 'node:fs/promises'
import { generateText, streamText, tool } from 'ai'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Answer } from '../../../src/testing/types.ts'
import { startProvider } from '../../support/provider.ts'
import { SHAPES } from './support.ts'

const a = tool({ parameters: z.object({ x: z.number() }), execute: async () => 'ok' })
const calls = (count: number, state: string): Answer => ({
  type: 'tool-calls',
  calls: Array.from({ length: count }, () => ({ name: 'a', arguments: { x: 1 } })),
  headers: { 'x-codex-turn-state': state },
})
const text = (state: string): Answer => ({
  type: 'text',
  text: 'done',
  headers: { 'x-codex-turn-state': state },
})

describe.each(SHAPES)('x-codex-turn-state ($model)', ({ model }) => {
  it.each(['generateText', 'streamText'])('is sent back within a turn only (%s)', async (way) => {
    const { codex, server } = await startProvider()
    const ask = async () => {
      const options = { model: codex(model), prompt: 'hi', tools: { a }, maxSteps: 5 }
      if (way === 'generateText') await generateText(options)
      else await streamText(options).consumeStream()
    }
    // The second answer brings no state of its own: the turn's goes on.
    for (const answer of [calls(2, 'S1'), calls(1, ''), calls(1, 'S3'), text('S4')]) server.answer(answer)
    await ask()
    server.answer(text('S5'))
    await ask()
    const sent = server.responseRequests.map(({ headers }) => headers['x-codex-turn-state'])
    expect(sent).toEqual([undefined, 'S1', 'S1', 'S3', undefined])
    const keys = server.responseRequests.flatMap(({ headers, json }) => [
      headers['session-id'],
      headers['thread-id'],
      headers['x-client-request-id'],
      json?.prompt_cache_key,
    ])
    expect(new Set(keys).size).toBe(1)
  })
})

it('another login is not given the state of the first', async () => {
  const { codex, server, authFile } = await startProvider()
  const asked = { role: 'user' as const, content: 'hi' }
  server.answer(calls(1, 'S1'))
  const { response } = await generateText({ model: codex('gpt-5.5'), messages: [asked], tools: { a } })
  // A 401 makes the login be read again, and by then it is that of another account.
  await writeFile(authFile, JSON.stringify(server.login({ accountId: 'acct-other' })), { mode: 0o600 })
  server.answer({ type: 'error', status: 401, body: {} })
  await generateText({ model: codex('gpt-5.5'), messages: [asked, ...response.messages], tools: { a } })
  const [first, refused, last] = server.responseRequests.map(({ headers }) => ({
    account: headers['chatgpt-account-id'],
    state: headers['x-codex-turn-state'],
  }))
  expect(refused).toEqual({ account: first?.account, state: 'S1' })
  expect(last?.account).not.toBe(first?.account)
  expect(last?.state).toBeUndefined()
})

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { settledMB } from '../../bench/load.ts'
import { startServer } from '../../bench/server-process.ts'
import { DEFAULT_INSTRUCTIONS } from '../../src/instructions/base.ts'
import { startCodexServer } from '../../src/testing/server.ts'
import { type CodexProvider, createCodex } from '../../src/v4.ts'

const LONG = { timeout: 600_000 }
const USERS = 1_500

let bench: Awaited<ReturnType<typeof startServer>>
beforeAll(async () => {
  setFlagsFromString('--expose-gc')
  globalThis.gc = runInNewContext('gc')
  bench = await startServer()
})
afterAll(() => bench.stop())

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A login that names its user. */
const loginOf = (user: number) => ({
  accessToken: `${encode({ alg: 'RS256' })}.${encode({
    'https://api.openai.com/auth': { chatgpt_account_id: `a-${user}`, chatgpt_user_id: `u-${user}` },
  })}.${'s'.repeat(1_000)}`,
})

async function call(codex: CodexProvider): Promise<void> {
  const prompt = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'hi' }] }]
  const { content } = await codex('gpt-5.5').doGenerate({ prompt })
  expect(content.at(-1)).toMatchObject({ type: 'text' })
}

test(`${USERS} users with a provider for each request: nothing is left behind`, LONG, async () => {
  const codex = createCodex({ baseURL: `${bench.origin}/10`, codexMode: false })
  const live: number[] = []
  for (let round = 0; round < 4; round++) {
    for (let user = 0; user < USERS; user += 50) {
      const first = round * USERS + user
      await Promise.all(Array.from({ length: 50 }, (_, n) => call(codex.withAuth(loginOf(first + n)))))
    }
    live.push(await settledMB())
  }
  expect((live.at(-1) ?? Number.NaN) - (live[0] ?? Number.NaN)).toBeLessThan(5)
})

test('300 users over WebSocket: at most 100 sockets wait for a next call', LONG, async () => {
  const server = await startCodexServer()
  onTestFinished(() => server.close())
  const codex = createCodex({
    baseURL: server.baseURL,
    instructions: DEFAULT_INSTRUCTIONS,
    transport: 'websocket',
    webSocket: WebSocket,
  })
  let closed = 0
  for (let user = 0; user < 300; user++) {
    const { access_token: accessToken } = server.login({ accountId: `acct-${user}` }).tokens
    await call(codex.withAuth({ accessToken }))
    void server.sockets.at(-1)?.closed.then(() => {
      closed += 1
    })
  }
  expect(server.sockets).toHaveLength(300)
  await expect.poll(() => closed).toBe(200)
})

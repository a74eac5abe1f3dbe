import { expect } from 'vitest'
import { CodexAuthTokenExpiredError } from '../../src/index.ts'
import { eachAI, eachWay } from './support/contract.ts'

const SOON = { 'retry-after-ms': '1' }
const WHOAMI = '/api/accounts/v1/user-auth-credential/whoami'

/** Its account is known once the server has been asked, by whichever provider. */
const lookUps = ({ requests }: { requests: readonly { path: string }[] }) =>
  requests.filter(({ path }) => path === WHOAMI).length

eachWay('a personal access token is all the login there is', async ({ ai, ask, start }) => {
  const { server } = await start()
  const accessToken = server.personalAccessToken({ accountId: 'acct-ci' })
  const codex = ai.createCodex({
    baseURL: server.baseURL,
    issuer: server.issuer,
    auth: { accessToken },
    codexMode: false,
  })
  for (const prompt of ['one', 'two']) {
    expect(await ask({ model: codex('gpt-5.5'), prompt })).toMatchObject({
      text: `You said: ${prompt}`,
      errors: [],
    })
  }
  expect(server.responseRequests.map(({ headers }) => headers)).toMatchObject(
    Array(2).fill({ authorization: `Bearer ${accessToken}`, 'chatgpt-account-id': 'acct-ci' }),
  )
  expect(lookUps(server)).toBe(1)
})

eachWay('a refused one is an error of the login', async ({ ai, ask, start }) => {
  const { server } = await start()
  const accessToken = server.personalAccessToken()
  server.revokeAccessToken(accessToken)
  const codex = ai.createCodex({ baseURL: server.baseURL, issuer: server.issuer, auth: { accessToken } })
  const { errors } = await ask({ model: codex('gpt-5.5'), prompt: 'hi', maxRetries: 2 })
  expect(errors).toHaveLength(1)
  expect(CodexAuthTokenExpiredError.isInstance(errors[0])).toBe(true)
  expect(server.responseRequests).toEqual([])
  expect(lookUps(server)).toBe(1)
})

eachAI('a look-up that fails for now is tried again by ai', async ({ ai, start }) => {
  const tries = ai.ways.map(async ({ run }) => {
    const { server } = await start()
    const auth = { accessToken: server.personalAccessToken() }
    const codex = ai.createCodex({ baseURL: server.baseURL, issuer: server.issuer, auth, codexMode: false })
    server.answerPath('/whoami', { type: 'error', status: 503, body: 'busy', headers: SOON })
    const seen = await run({ model: codex('gpt-5.5'), prompt: 'hi', maxRetries: 1 })
    expect(seen).toMatchObject({ text: 'You said: hi', errors: [] })
    return lookUps(server)
  })
  expect(await Promise.all(tries)).toEqual([2, 2])
})

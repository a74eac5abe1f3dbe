import { generateText } from 'ai'
import { expect, it, vi } from 'vitest'
import { createCodex, type TokenStore } from '../../../src/index.ts'
import type { Answer } from '../../../src/testing/types.ts'
import { startProvider } from '../../support/provider.ts'

const HELLO: Answer = { type: 'text', text: 'Hello' }
const REFUSED: Answer = { type: 'error', status: 400, body: { detail: 'Unsupported parameter: include' } }
const UNAUTHORIZED: Answer = { type: 'error', status: 401, body: {} }

it('what was refused for one account is asked for another', async () => {
  const { server } = await startProvider()
  let login = server.login({ accountId: 'acct-a' })
  const auth: TokenStore = {
    read: async () => ({ accessToken: login.tokens.access_token, refreshToken: login.tokens.refresh_token }),
    write: async () => {},
  }
  const codex = createCodex({ baseURL: server.baseURL, issuer: server.issuer, auth, codexMode: false })
  const ask = () => generateText({ model: codex('gpt-5.5'), prompt: 'hi', maxRetries: 0 })
  server.answer(REFUSED, HELLO)
  await ask()
  // A 401 makes the login be read again, and by then it is that of another account.
  login = server.login({ accountId: 'acct-b' })
  server.answer(UNAUTHORIZED, HELLO)
  await ask()
  const { warnings } = await ask()
  expect(warnings).toEqual([])
  const sent = server.responseRequests.map(({ headers, json }) => [
    headers['chatgpt-account-id'],
    json?.include !== undefined,
  ])
  expect(sent).toEqual([
    ['acct-a', true],
    ['acct-a', false],
    ['acct-a', false],
    ['acct-b', false],
    ['acct-b', true],
  ])
})

it('debug lines say why a request is sent again', async () => {
  const lines: string[] = []
  const write = vi.spyOn(console, 'error').mockImplementation((line) => void lines.push(String(line)))
  const { codex, server } = await startProvider({ debug: true })
  server.answer({ type: 'reset' }, REFUSED, HELLO)
  await generateText({ model: codex('gpt-5.5'), prompt: 'hi', maxRetries: 0 })
  write.mockRestore()
  const again = lines.filter((line) => line.includes(' again: '))
  expect(again).toEqual([
    'ai-sdk-provider-codex again: the connection was reset',
    'ai-sdk-provider-codex again: without include',
  ])
})

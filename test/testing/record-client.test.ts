import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateText } from 'ai'
import { createCodex } from 'ai-sdk-provider-codex'
import { expect, test } from 'vitest'
import { startRecording, withoutTokens } from '../../scripts/record-client.ts'
import { makeFolder } from '../auth/helpers.ts'

test('each request is written to a file, without tokens', async () => {
  const folder = await makeFolder()
  const { server, instructions, stop } = await startRecording(folder)
  const authFile = join(folder, 'home', 'auth.json')
  const { tokens } = JSON.parse(await readFile(authFile, 'utf8'))
  server.revokeAccessToken(tokens.access_token)
  const { baseURL, issuer } = server
  const codex = createCodex({ baseURL, issuer, authFile, codexMode: false, transport: 'websocket' })
  await generateText({ model: codex('gpt-5.5'), prompt: `Say hi, ${tokens.refresh_token}` })
  await codex.usage()
  await stop()

  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'))
  expect(names).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^\d{3}-POST-oauth-token\.json$/),
      expect.stringMatching(/^\d{3}-POST-backend-api-codex-responses\.json$/),
      expect.stringMatching(/^\d{3}-GET-backend-api-wham-usage\.json$/),
      'sockets.json',
    ]),
  )
  expect(names).toHaveLength(server.requests.length + 1)
  const written = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
  for (const secret of Object.values(tokens).filter((value) => value !== tokens.account_id)) {
    expect(written.join('')).not.toContain(secret)
  }
  const usage = written[names.findIndex((name) => name.includes('wham-usage'))] ?? ''
  expect(JSON.parse(usage)).toMatchObject({
    transport: 'http',
    method: 'GET',
    path: '/backend-api/wham/usage',
    headers: { authorization: 'Bearer <token>', 'chatgpt-account-id': 'acct-0001' },
    body: null,
    answer: { status: 200, refusedBy: null },
  })
  expect(instructions.join('\n')).toContain(`export CODEX_HOME='${join(folder, 'home')}'`)
  expect(await readFile(join(folder, 'home', 'config.toml'), 'utf8')).toContain(
    `openai_base_url = "${baseURL}"`,
  )
})

test.each([
  ['Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln', 'Bearer <token>'],
  ['{"refresh_token":"rt_0123456789-a"}', '{"refresh_token":"<token>"}'],
  ['code=ac_0123456789&x=1', 'code=<token>&x=1'],
  ['Bearer at-0123456789abcdef', 'Bearer <token>'],
  ['look at-home, art_work', 'look at-home, art_work'],
])('%s is written as %s', (text, shown) => {
  expect(withoutTokens(text)).toBe(shown)
})

import { describe, expect, it } from 'vitest'
import { parseAuthFile } from '../../../src/auth/file/parse.ts'
import { updateAuthFile } from '../../../src/auth/file/update.ts'
import { encodeJwt, withSecretsIn } from '../helpers.ts'

const PATH = '/home/user/.codex/auth.json'
const ACCESS = encodeJwt({ exp: 1_795_000_000 })

const cli = {
  auth_mode: 'chatgpt',
  OPENAI_API_KEY: null,
  tokens: { id_token: 'id-1', access_token: ACCESS, refresh_token: 'rt_1', account_id: 'acct-1' },
  last_refresh: '2026-11-24T23:44:42.193559465Z',
}

const parse = (content: unknown) => parseAuthFile(JSON.stringify(content), PATH)

describe('parseAuthFile', () => {
  it("reads the Codex CLI's form", () => {
    expect(parse(cli)).toMatchObject({
      shape: 'tokens',
      tokens: {
        accessToken: ACCESS,
        refreshToken: 'rt_1',
        idToken: 'id-1',
        accountId: 'acct-1',
        lastRefresh: Date.parse('2026-11-24T23:44:42.193Z'),
      },
    })
  })

  it.each([
    ['chatgpt', { chatgpt: { access_token: 'a', refresh_token: 'r' } }],
    ['tokens', { tokens: { access_token: 'a', refresh_token: 'r' } }],
    ['flat', { access_token: 'a', refresh_token: 'r' }],
    ['auth', { auth: { access_token: 'a', refresh_token: 'r' } }],
  ])('reads the form %s', (shape, content) => {
    expect(parse(content)).toMatchObject({ shape, tokens: { accessToken: 'a', refreshToken: 'r' } })
  })

  it('has an order of forms: chatgpt, tokens, flat, auth', () => {
    const all = {
      auth: { access_token: '4' },
      access_token: '3',
      tokens: { access_token: '2' },
      chatgpt: { access_token: '1' },
    }
    const { chatgpt, ...three } = all
    const { tokens, ...two } = three
    const { access_token, ...one } = two
    expect([all, three, two, one].map((content) => parse(content).tokens.accessToken)).toEqual([
      chatgpt.access_token,
      tokens.access_token,
      access_token,
      '4',
    ])
  })

  it.each([
    ['a form that is null', { chatgpt: null, tokens: { access_token: 'a' } }],
    ['a form that is empty', { chatgpt: {}, tokens: { access_token: 'a' } }],
    ['a form whose token is empty', { chatgpt: { access_token: '' }, access_token: 'a' }],
    ['an API key beside the tokens', { OPENAI_API_KEY: 'sk-1', tokens: { access_token: 'a' } }],
    ['another mode', { auth_mode: 'chatgptAuthTokens', tokens: { access_token: 'a' } }],
  ])('uses the tokens in spite of %s', (_, content) => {
    expect(parse(content).tokens).toEqual({ accessToken: 'a' })
  })

  it.each([
    [1_795_000_000, 1_795_000_000_000],
    [1_795_000_000_123, 1_795_000_000_123],
    ['1795000000', 1_795_000_000_000],
    ['1795000000123', 1_795_000_000_123],
    [0, undefined],
    ['0', undefined],
    [null, undefined],
    ['', undefined],
    ['soon', undefined],
    [-5, undefined],
    ['2026-11-25T00:00:00Z', Date.parse('2026-11-25T00:00:00Z')],
    ['2026-11-25T01:00:00.5+01:00', Date.parse('2026-11-25T00:00:00.500Z')],
  ])('takes expires_at %s for %s ms', (expires_at, ms) => {
    expect(parse({ chatgpt: { access_token: 'opaque', expires_at } }).tokens.expiresAt).toBe(ms)
    expect(parse({ auth: { access_token: 'opaque', expiresAt: expires_at } }).tokens.expiresAt).toBe(ms)
  })

  it('drops fields that are no text', () => {
    const content = {
      tokens: { access_token: 'a', refresh_token: '', id_token: 7, account_id: null },
      last_refresh: 'x',
    }
    expect(parse(content).tokens).toEqual({ accessToken: 'a' })
  })

  it('takes a byte order mark', () => {
    expect(parseAuthFile(`\uFEFF${JSON.stringify(cli)}`, PATH).tokens.accessToken).toBe(ACCESS)
  })

  const secret = 'my-secret-token'
  it.each([
    ['empty', '', /is empty\. Log in with `npx ai-sdk-provider-codex login`/],
    ['blank', ' \n', /is empty/],
    ['no JSON', `{"tokens": {"access_token": "${secret}"`, /is not valid JSON.*npx @openai\/codex login/],
    ['no JSON at all', secret, /is not valid JSON/],
    ['a list', `["${secret}"]`, /not an object/],
    ['null', 'null', /not an object/],
    ['text', `"${secret}"`, /not an object/],
    [
      'API-key mode',
      `{"auth_mode":"apikey","OPENAI_API_KEY":"${secret}"}`,
      /holds an API key.*npx @openai\/codex login/,
    ],
    ['a key, tokens null', `{"OPENAI_API_KEY":"${secret}","tokens":null}`, /holds an API key/],
    ['a key alone', `{"OPENAI_API_KEY":"${secret}"}`, /holds an API key/],
    [
      'no known shape',
      `{"token":"${secret}"}`,
      /"tokens".*"chatgpt".*"auth".*at the top.*npx @openai\/codex login/,
    ],
    ['an empty object', '{}', /holds no login/],
    ['tokens is text', `{"tokens":"${secret}"}`, /holds no login/],
    ['token missing', `{"tokens":{"refresh_token":"${secret}"}}`, /tokens\.access_token is missing/],
    [
      'token empty',
      `{"chatgpt":{"access_token":"","refresh_token":"${secret}"}}`,
      /chatgpt\.access_token is empty/,
    ],
    ['token a number', `{"access_token":7,"refresh_token":"${secret}"}`, /: access_token is not a string/],
    ['token null', `{"auth":{"access_token":null}}`, /auth\.access_token is missing/],
    [
      'token with a line break',
      `{"tokens":{"access_token":"${secret}\\n"}}`,
      /tokens\.access_token contains spaces/,
    ],
  ])('says what is wrong: %s', (_, text, message) => {
    expect(() => parseAuthFile(text, PATH)).toThrow(
      expect.objectContaining({ code: 'CODEX_AUTH_TOKEN', message: expect.stringMatching(message) }),
    )
    expect(() => parseAuthFile(text, PATH)).toThrow(PATH)
    expect(() => parseAuthFile(text, PATH)).not.toThrow('OPENAI_API_KEY')
    expect(withSecretsIn(() => parseAuthFile(text, PATH), [secret])).toEqual([])
  })

  it('keeps the place of a JSON fault as cause', () => {
    const text = `{\n  "access_token": "${secret}",\n  oops\n}`
    expect(() => parseAuthFile(text, PATH)).toThrow(
      expect.objectContaining({ cause: expect.objectContaining({ name: 'SyntaxError' }) }),
    )
  })
})

describe('updateAuthFile', () => {
  const renewed = {
    accessToken: encodeJwt({ exp: 1_796_000_000 }),
    refreshToken: 'rt_2',
    idToken: 'id-2',
    accountId: 'acct-1',
    lastRefresh: Date.parse('2026-11-25T00:00:00.000Z'),
  }

  it("writes the Codex CLI's form, and keeps all the rest", () => {
    const before = {
      zeta: [1],
      ...cli,
      bedrock_api_key: null,
      tokens: { ...cli.tokens, extra: { deep: true } },
    }
    const text = `${JSON.stringify(before, null, 2)}\n`
    const after = updateAuthFile(text, renewed)
    const expected = {
      ...before,
      tokens: {
        ...before.tokens,
        id_token: 'id-2',
        access_token: renewed.accessToken,
        refresh_token: 'rt_2',
      },
      last_refresh: '2026-11-25T00:00:00.000Z',
    }
    expect(after).toBe(`${JSON.stringify(expected, null, 2)}\n`)
    expect(parseAuthFile(after, PATH).tokens).toEqual(renewed)
  })

  it('keeps the id token and refresh token where there are no new ones', () => {
    const { accessToken, lastRefresh } = renewed
    const after = JSON.parse(updateAuthFile(JSON.stringify(cli), { accessToken, lastRefresh }))
    expect(after.tokens).toEqual({ ...cli.tokens, access_token: accessToken })
  })

  it('adds last_refresh, which the Codex CLI needs', () => {
    const after = updateAuthFile('{"tokens":{"access_token":"a"}}', renewed)
    expect(JSON.parse(after).last_refresh).toBe('2026-11-25T00:00:00.000Z')
  })

  it('adds the account id only where the new tokens do not say it', () => {
    const text = '{"tokens":{"access_token":"a","account_id":null}}'
    expect(JSON.parse(updateAuthFile(text, renewed)).tokens.account_id).toBe('acct-1')
    const said = encodeJwt({ 'https://api.openai.com/auth': { chatgpt_account_id: 'acct-1' } })
    expect(JSON.parse(updateAuthFile(text, { ...renewed, idToken: said })).tokens.account_id).toBeNull()
  })

  it.each([
    ['seconds', 1_795_000_000, 1_796_000_000],
    ['milliseconds', 1_795_000_000_000, 1_796_000_000_000],
    ['text', '1795000000', '1796000000'],
    ['absent (0)', 0, 1_796_000_000],
    ['a date', '2026-11-18T00:00:00Z', new Date(1_796_000_000_000).toISOString()],
  ])('writes expires_at in the unit that it had: %s', (_, before, after) => {
    for (const shape of ['chatgpt', 'auth', 'tokens']) {
      const text = JSON.stringify({ [shape]: { access_token: 'a', expires_at: before } })
      expect(JSON.parse(updateAuthFile(text, renewed))[shape].expires_at).toBe(after)
    }
    const camel = JSON.stringify({ auth: { access_token: 'a', expiresAt: before } })
    expect(JSON.parse(updateAuthFile(camel, renewed)).auth).toMatchObject({ expiresAt: after })
    const flat = JSON.stringify({ access_token: 'a', expires_at: before, client_id: 'mine' })
    expect(JSON.parse(updateAuthFile(flat, renewed))).toMatchObject({ expires_at: after, client_id: 'mine' })
  })

  it('writes the end of a token that does not say it, and drops an end that is not known', () => {
    const opaque = { accessToken: 'opaque', expiresAt: 1_796_000_000_000 }
    expect(JSON.parse(updateAuthFile('{"access_token":"a"}', opaque)).expires_at).toBe(1_796_000_000)
    const unknown = updateAuthFile('{"access_token":"a","expires_at":5}', { accessToken: 'opaque' })
    expect(JSON.parse(unknown)).toEqual({ access_token: 'opaque' })
  })

  it.each([
    ['two spaces', '{\n  "access_token": "a"\n}'],
    ['four spaces', '{\n    "access_token": "a"\n}\n'],
    ['a tab', '{\n\t"access_token": "a"\n}\n'],
    ['CRLF', '{\r\n  "access_token": "a"\r\n}\r\n'],
    ['one line', '{"access_token":"a"}'],
    ['one airy line', '{ "access_token" : "a" }\n'],
    [
      'all sorts',
      '{ "list": [1,2 , {}],\n"access_token":"a","big":12345678901234567890,"1":1.0e2,\n"0":"\\u00e9"}',
    ],
  ])('keeps the layout: %s', (_, text) => {
    expect(updateAuthFile(text, { accessToken: 'b' })).toBe(text.replace('"a"', '"b"'))
  })

  it('drops a byte order mark, which the Codex CLI can not read', () => {
    expect(updateAuthFile('\uFEFF{"access_token":"a"}', { accessToken: 'b' })).toBe('{"access_token":"b"}')
  })
})

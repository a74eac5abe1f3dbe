import { decodeAccountId } from 'ai-sdk-provider-codex/auth'
import { describe, expect, it } from 'vitest'
import { accountFacts, expiryOf, planAccountFacts, readClaims } from '../../src/auth/claims.ts'
import { AUTH_CLAIM, encodeJwt, withSecretsIn } from './helpers.ts'

const jwt = (auth: Record<string, unknown>, rest: Record<string, unknown> = {}) =>
  encodeJwt({ [AUTH_CLAIM]: auth, ...rest })
const bare = encodeJwt({ sub: 'user-1' })
const withId = jwt({ chatgpt_account_id: 'acc_1' })

describe('planAccountFacts', () => {
  const access = encodeJwt({ sub: 'user-access', client_id: 'oaiapp_access' })
  const id = encodeJwt({ sub: 'user-id', aud: 'oaiapp_id' })

  it.each([
    [
      'the kept client id and the verified ID token',
      { clientId: 'oaiapp_kept', idToken: id },
      'oaiapp_kept user-id',
    ],
    ['the ID token', { idToken: id }, 'oaiapp_id user-id'],
    ['the access token, where there is nothing else', {}, 'oaiapp_access user-access'],
    ['an ID token that is not readable', { idToken: 'opaque' }, 'oaiapp_access user-access'],
  ])('is by %s', (_, more, accountId) => {
    expect(planAccountFacts({ accessToken: access, ...more }).accountId).toBe(accountId)
  })

  it('is nobody without any', () => {
    expect(planAccountFacts({ accessToken: 'opaque' })).toEqual({ isFedramp: false })
  })
})

describe('decodeAccountId', () => {
  it('gives the claim', () => expect(decodeAccountId(withId)).toBe('acc_1'))

  it.each([
    ['no dots', 'opaque-token'],
    ['two parts', 'aaa.bbb'],
    ['no base64url', 'aaa.%%%.ccc'],
    ['no JSON', `aaa.${Buffer.from('my-secret-claims').toString('base64url')}.ccc`],
    ['no object', `aaa.${Buffer.from('[1]').toString('base64url')}.ccc`],
    ['empty', ''],
  ])('says that a token is unreadable: %s', (_, token) => {
    expect(() => decodeAccountId(token)).toThrow(
      expect.objectContaining({
        code: 'CODEX_AUTH_TOKEN',
        message: expect.stringMatching(/^The access token is not a readable JWT/),
      }),
    )
    expect(withSecretsIn(() => decodeAccountId(token), [token, 'my-secret-claims'])).toEqual([])
  })

  it.each([
    ['no auth claim', bare],
    ['no id in it', jwt({ chatgpt_plan_type: 'plus' })],
    ['empty id', jwt({ chatgpt_account_id: '' })],
    ['auth claim is text', encodeJwt({ [AUTH_CLAIM]: 'acc_1' })],
  ])('says that the claim is missing: %s', (_, token) => {
    expect(() => decodeAccountId(token)).toThrow(/names no account.*chatgpt_account_id/)
    expect(withSecretsIn(() => decodeAccountId(token), [token])).toEqual([])
  })
})

describe('accountFacts: account id (BR-63)', () => {
  it.each([
    ['(a) tokens.account_id alone', { accessToken: bare, accountId: 'acc_1' }, 'acc_1'],
    ['(b) id token', { accessToken: bare, idToken: withId }, 'acc_1'],
    ['(c) access token', { accessToken: withId }, 'acc_1'],
    ['(d) nowhere, never sub', { accessToken: bare, idToken: bare }, undefined],
    ['(e) empty, never sub', { accessToken: bare, accountId: '' }, undefined],
    ['(f) id token is rubbish', { accessToken: bare, idToken: 'rubbish', accountId: 'acc_1' }, 'acc_1'],
    ['the login before the tokens', { accessToken: withId, idToken: withId, accountId: 'acc_2' }, 'acc_2'],
    [
      'the id token before the access token',
      { accessToken: jwt({ chatgpt_account_id: 'acc_2' }), idToken: withId },
      'acc_1',
    ],
    [
      'never an organization',
      { accessToken: jwt({ organizations: [{ id: 'org-1' }] }, { organizations: [{ id: 'org-2' }] }) },
      undefined,
    ],
    ['opaque access token', { accessToken: 'opaque' }, undefined],
  ])('%s', (_, tokens, accountId) => {
    expect(accountFacts(tokens).accountId).toBe(accountId)
  })
})

describe('accountFacts: region and FedRAMP (BR-65)', () => {
  const residency = (value: unknown) => jwt({ chatgpt_compute_residency: value })
  it.each([
    ['us', residency('us'), undefined, 'us'],
    ['lower-cased', residency('EU'), undefined, 'eu'],
    ['no constraint', residency('no_constraint'), undefined, undefined],
    ['no header injection', residency('us\r\nx: y'), undefined, undefined],
    ['no line break', residency('us\n'), undefined, undefined],
    ['three letters', residency('usa'), undefined, undefined],
    ['beyond ASCII', residency('üs'), undefined, undefined],
    ['no text', residency(['us']), undefined, undefined],
    ['id token', bare, residency('us'), 'us'],
    ['access token first', residency('no_constraint'), residency('us'), undefined],
  ])('%s', (_, accessToken, idToken, expected) => {
    expect(accountFacts({ accessToken, ...(idToken ? { idToken } : {}) }).residency).toBe(expected)
  })

  const fedramp = (value: unknown) => jwt({ chatgpt_account_is_fedramp: value })
  it.each([
    ['id token', bare, fedramp(true), true],
    ['access token', fedramp(true), bare, true],
    ['false', fedramp(false), fedramp(false), false],
    ['only true is true', fedramp('true'), fedramp(1), false],
    ['absent', bare, bare, false],
  ])('FedRAMP: %s', (_, accessToken, idToken, expected) => {
    expect(accountFacts({ accessToken, idToken }).isFedramp).toBe(expected)
  })

  it('reads the plan from the id token first', () => {
    const tokens = {
      accessToken: jwt({ chatgpt_plan_type: 'plus' }),
      idToken: jwt({ chatgpt_plan_type: 'pro' }),
    }
    expect(accountFacts(tokens).planType).toBe('pro')
    expect(accountFacts({ accessToken: tokens.accessToken }).planType).toBe('plus')
  })
})

describe('readClaims', () => {
  it('reads what is there', () => {
    const token = jwt(
      { chatgpt_account_id: 'acc_1', chatgpt_plan_type: 'plus', chatgpt_compute_residency: 'us' },
      { exp: 1_795_000_000, 'https://api.openai.com/profile': { email: 'user@example.com' } },
    )
    expect(readClaims(token)).toEqual({
      expiresAt: 1_795_000_000_000,
      accountId: 'acc_1',
      planType: 'plus',
      email: 'user@example.com',
      isFedramp: false,
      residency: 'us',
    })
  })

  it.each([undefined, '', 'opaque', 'a.b.c', encodeJwt({ [AUTH_CLAIM]: null, exp: 'soon', email: 7 })])(
    'never throws: %s',
    (token) => expect(readClaims(token)).toEqual({ isFedramp: false }),
  )
})

describe('expiryOf', () => {
  it.each([
    ['exp of the access token', { accessToken: encodeJwt({ exp: 100 }), expiresAt: 7 }, 100_000],
    ['hint without exp', { accessToken: bare, expiresAt: 7 }, 7],
    ['hint with an opaque token', { accessToken: 'opaque', expiresAt: 7 }, 7],
    ['hint that is text', { accessToken: 'opaque', expiresAt: '1970-01-01T00:00:01Z' as never }, 1000],
    ['hint that is digits', { accessToken: 'opaque', expiresAt: '1000' as never }, 1000],
    ['hint that is a date', { accessToken: 'opaque', expiresAt: new Date(1000) as never }, 1000],
    ['hint that is nothing', { accessToken: 'opaque', expiresAt: 'soon' as never }, undefined],
    ['unknown', { accessToken: 'opaque' }, undefined],
    ['never the id token', { accessToken: 'opaque', idToken: encodeJwt({ exp: 100 }) }, undefined],
  ])('%s', (_, tokens, expected) => expect(expiryOf(tokens)).toBe(expected))
})

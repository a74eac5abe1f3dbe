import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { expect, onTestFinished, test } from 'vitest'
import { verifyIdToken } from '../../../src/auth/chatgpt/claims.ts'

const NOW = Date.UTC(2026, 8, 1)

/** A login server that publishes one key, and what signs tokens with it or another one. */
async function startKeyServer() {
  const [own, other] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')])
  const keys = [{ ...(await exportJWK(own.publicKey)), kid: 'own', alg: 'RS256', use: 'sig' }]
  const server = createServer((_, response) => response.end(JSON.stringify({ keys })))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const claims = {
    iss: issuer,
    aud: 'client',
    sub: 'user',
    nonce: 'n',
    iat: NOW / 1000,
    exp: NOW / 1000 + 60,
  }
  const sign = (
    header: { alg: string; kid: string },
    key: Parameters<SignJWT['sign']>[0],
    more: object = {},
  ) => new SignJWT({ ...claims, ...more }).setProtectedHeader(header).sign(key)
  const verify = (idToken: string) =>
    verifyIdToken(idToken, { issuer, clientId: 'client', nonce: 'n', subject: undefined, now: NOW }, {})
  return { own, other, sign, verify }
}

test('an ID token that is signed with a published key is taken', async () => {
  const { own, sign, verify } = await startKeyServer()
  expect(await verify(await sign({ alg: 'RS256', kid: 'own' }, own.privateKey))).toEqual({ subject: 'user' })
})

test('each fault of an ID token is told', async () => {
  const { own, other, sign, verify } = await startKeyServer()
  const faults: Array<[token: string | Promise<string>, why: string]> = [
    [sign({ alg: 'RS256', kid: 'own' }, other.privateKey), 'its signature is wrong'],
    [
      sign({ alg: 'RS256', kid: 'other' }, other.privateKey),
      'it is signed with a key that the login server does not publish',
    ],
    [sign({ alg: 'HS256', kid: 'own' }, new Uint8Array(32)), 'it is not signed with RS256'],
    [sign({ alg: 'RS256', kid: 'own' }, own.privateKey, { aud: 'x' }), '"aud" is missing or wrong'],
    [
      sign({ alg: 'RS256', kid: 'own' }, own.privateKey, { exp: NOW / 1000 - 31 }),
      'it has expired; check the clock of this machine',
    ],
    ['a.b.c', 'it is not a readable JWT, or the published keys can not be used'],
  ]
  for (const [token, why] of faults) {
    await expect(verify(await token), why).rejects.toThrow(
      `The login server sent an ID token that is not valid: ${why}. The login was not saved. Sign in again.`,
    )
  }
})

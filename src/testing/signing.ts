import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import type { JsonObject } from './types.ts'

interface SigningKey {
  kid: string
  privateKey: KeyObject
  publicKey: KeyObject
}

// Made when they are needed, and once for all servers of the process: a key takes some time.
let serverKey: SigningKey | undefined
let strangerKey: SigningKey | undefined

const makeKey = (): SigningKey => ({
  kid: randomUUID(),
  ...generateKeyPairSync('rsa', { modulusLength: 2048 }),
})

function ownKey(): SigningKey {
  serverKey ??= makeKey()
  return serverKey
}

/** A key that no server publishes, under the id of the one that all publish. */
function otherKey(): SigningKey {
  strangerKey ??= { ...makeKey(), kid: ownKey().kid }
  return strangerKey
}

const encode = (value: JsonObject): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A JWT with these claims, signed with RS256. */
export function signJwt(claims: JsonObject, { isForged = false }: { isForged?: boolean } = {}): string {
  const { kid, privateKey } = isForged ? otherKey() : ownKey()
  const text = `${encode({ alg: 'RS256', typ: 'JWT', kid })}.${encode(claims)}`
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), privateKey).toString('base64url')}`
}

/** The published keys, as a JSON Web Key Set. */
export function publishedKeys(): JsonObject {
  const { kid, publicKey } = ownKey()
  return { keys: [{ ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' }] }
}

import type { JWK, JWTPayload } from 'jose'
import { CodexAuthError } from '../../errors.ts'
import { textOf } from '../../lib/json.ts'
import { getLogin, type LoginRequestSettings } from '../login/authorization-request.ts'

/** Difference between the clocks of this machine and the login server that is accepted, in seconds. */
const CLOCK_TOLERANCE_SECONDS = 30

/** Values that the ID token of a login must have. */
export interface IdTokenChecks {
  issuer: string
  clientId: string
  nonce: string
  /** Account of an earlier login with the same client id. */
  subject: string | undefined
  now: number
}

/** Claims of a verified ID token. */
export interface IdTokenClaims {
  subject: string
  email?: string
}

/**
 * Verifies the ID token of a login by the keys that the login server publishes.
 *
 * @throws CodexAuthError if it is not valid, or names another account; the signal's reason.
 * @see OpenID Connect Core 1.0, section 3.1.3.7
 */
export async function verifyIdToken(
  idToken: string,
  checks: IdTokenChecks,
  settings: LoginRequestSettings,
): Promise<IdTokenClaims> {
  const { issuer, clientId, nonce, subject, now } = checks
  const { status, json } = await getLogin(`${issuer}/.well-known/jwks.json`, settings)
  if (status !== 200 || !Array.isArray(json?.keys)) {
    throw new CodexAuthError({
      message: `The login server did not provide the keys to verify the login with (HTTP ${status}). Sign in again.`,
    })
  }
  const payload = await verify(idToken, json.keys, { issuer, audience: clientId, now }).catch(
    (error: unknown) => {
      throw invalid(reasonOf(error))
    },
  )
  if (payload.nonce !== nonce) throw invalid('it belongs to another login: "nonce" does not match')
  if (payload.azp !== undefined && payload.azp !== clientId) throw invalid('unexpected "azp" claim value')
  if (Array.isArray(payload.aud) && payload.aud.length > 1 && payload.azp === undefined) {
    throw invalid('it is for several clients')
  }
  const found = textOf(payload.sub)
  if (found === undefined) throw invalid('"sub" is empty')
  if (subject !== undefined && found !== subject) {
    throw new CodexAuthError({
      message:
        'You signed in with another ChatGPT account than before; the login was not changed. Sign in with the same ' +
        'account, or switch to this one with `switchAccount: true` (`login --plan --switch-account`).',
    })
  }
  const email = textOf(payload.email)
  return { subject: found, ...(email === undefined ? {} : { email }) }
}

async function verify(
  idToken: string,
  keys: JWK[],
  { issuer, audience, now }: { issuer: string; audience: string; now: number },
): Promise<JWTPayload> {
  // Loaded here, because only a login needs them.
  const [{ jwtVerify }, { createLocalJWKSet }] = await Promise.all([
    import('jose/jwt/verify'),
    import('jose/jwks/local'),
  ])
  const { payload } = await jwtVerify(idToken, createLocalJWKSet({ keys }), {
    algorithms: ['RS256'],
    issuer,
    audience,
    requiredClaims: ['sub', 'exp', 'iat'],
    currentDate: new Date(now),
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
  })
  return payload
}

const invalid = (why: string): CodexAuthError =>
  new CodexAuthError({
    message: `The login server sent an ID token that is not valid: ${why}. The login was not saved. Sign in again.`,
  })

// By the code: a message of the library may quote a part of the token.
function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const claim = error instanceof Error && 'claim' in error ? textOf(error.claim) : undefined
  switch (code) {
    case 'ERR_JWT_EXPIRED':
      return 'it has expired; check the clock of this machine'
    case 'ERR_JWT_CLAIM_VALIDATION_FAILED':
      return claim === undefined ? 'a claim is wrong' : `"${claim}" is missing or wrong`
    case 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED':
      return 'its signature is wrong'
    case 'ERR_JWKS_NO_MATCHING_KEY':
      return 'it is signed with a key that the login server does not publish'
    case 'ERR_JOSE_ALG_NOT_ALLOWED':
      return 'it is not signed with RS256'
    default:
      return 'it is not a readable JWT, or the published keys can not be used'
  }
}

import { readEnv } from '../lib/runtime.ts'
import { toBaseAddress } from '../lib/secure-url.ts'

/** The login server of ChatGPT, and the environment variable that names another one. */
export const CODEX_ISSUER = { env: 'CODEX_ISSUER', default: 'https://auth.openai.com' } as const

/** Settings of the login server. */
export interface IssuerSettings {
  /**
   * Login server.
   *
   * @default env `CODEX_ISSUER`, else `https://auth.openai.com`
   */
  issuer?: string | undefined
  /**
   * Allows plain http beyond loopback.
   *
   * @default false
   */
  allowInsecure?: boolean | undefined
}

/**
 * Returns the address of the login server, without a trailing slash. The environment is read at each call.
 *
 * @throws InvalidArgumentError if it is not a URL, has a query or a fragment, or is plain http beyond loopback.
 */
export function resolveIssuer({ issuer, allowInsecure }: IssuerSettings = {}): string {
  const address = issuer || readEnv(CODEX_ISSUER.env) || CODEX_ISSUER.default
  return toBaseAddress(address, issuer ? 'issuer' : CODEX_ISSUER.env, allowInsecure)
}

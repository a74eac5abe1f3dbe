import { readEnv } from '../lib/runtime.ts'
import { toBaseAddress } from '../lib/secure-url.ts'

/** Login server, and the environment variable that names another one. */
export interface IssuerAddress {
  readonly env: string
  readonly default: string
}

/** The login server of ChatGPT. */
export const CODEX_ISSUER: IssuerAddress = { env: 'CODEX_ISSUER', default: 'https://auth.openai.com' }

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
export function resolveIssuer(
  { issuer, allowInsecure }: IssuerSettings = {},
  { env, default: standard }: IssuerAddress = CODEX_ISSUER,
): string {
  const address = issuer || readEnv(env) || standard
  return toBaseAddress(address, issuer ? 'issuer' : env, allowInsecure)
}

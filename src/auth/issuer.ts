import { readEnv } from '../lib/runtime.ts'
import { toBaseAddress } from '../lib/secure-url.ts'

/** The login server of ChatGPT, and the environment variable that names another one. */
export const CODEX_ISSUER = { env: 'CODEX_ISSUER', default: 'https://auth.openai.com' } as const

/** Which login server, and how safe the way to it has to be. */
export interface IssuerSettings {
  /** The login server. Default: env `CODEX_ISSUER`, else `https://auth.openai.com`. */
  issuer?: string | undefined
  /** Allow plain http beyond loopback. Default false. */
  allowInsecure?: boolean | undefined
}

/**
 * The address of the login server, without a trailing slash; the environment is read at each call.
 *
 * @throws InvalidArgumentError where it is no URL, has a query or a fragment, or is plain http beyond loopback.
 */
export function resolveIssuer({ issuer, allowInsecure }: IssuerSettings = {}): string {
  const address = issuer || readEnv(CODEX_ISSUER.env) || CODEX_ISSUER.default
  return toBaseAddress(address, issuer ? 'issuer' : CODEX_ISSUER.env, allowInsecure)
}

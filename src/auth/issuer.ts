import { readEnv } from '../lib/runtime.ts'
import { toBaseAddress } from '../lib/secure-url.ts'

const DEFAULT_ISSUER = 'https://auth.openai.com'

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
  const address = issuer || readEnv('CODEX_ISSUER') || DEFAULT_ISSUER
  return toBaseAddress(address, issuer ? 'issuer' : 'CODEX_ISSUER', allowInsecure)
}

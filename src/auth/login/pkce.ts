/**
 * PKCE secret of one login and its S256 challenge.
 *
 * @see RFC 7636
 */
export interface Pkce {
  verifier: string
  challenge: string
}

/** Creates a verifier of 86 characters, as long as the Codex CLI's, and its challenge. */
export async function createPkce(): Promise<Pkce> {
  const verifier = randomText(64)
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
  return { verifier, challenge: base64url(new Uint8Array(hash)) }
}

/**
 * Creates the `state` of one login (256 random bits). A callback without it is refused, which prevents forged callbacks.
 *
 * @see RFC 6749, section 10.12
 */
export const createState = (): string => randomText(32)

const randomText = (bytes: number): string => base64url(crypto.getRandomValues(new Uint8Array(bytes)))

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

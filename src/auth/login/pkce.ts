/** A secret of one login and its S256 challenge (RFC 7636). */
export interface Pkce {
  verifier: string
  challenge: string
}

/** Makes a verifier of 86 characters, as the Codex CLI does, and its challenge. */
export async function createPkce(): Promise<Pkce> {
  const verifier = randomText(64)
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
  return { verifier, challenge: base64url(new Uint8Array(hash)) }
}

/** Makes the `state` of one login: what the callback has to repeat, so that no one else can send one. */
export const createState = (): string => randomText(32)

const randomText = (bytes: number): string => base64url(crypto.getRandomValues(new Uint8Array(bytes)))

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

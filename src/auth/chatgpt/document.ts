import { CodexAuthFileNotFoundError, CodexAuthTokenError } from '../../errors.ts'
import { isObject, type JsonObject, omitUndefined, textOf } from '../../lib/json.ts'
import { expiryOf, readClaims, subjectOf } from '../claims.ts'
import { parseDocument, readExpiry } from '../file/parse.ts'
import { isTokenText, makeTokens, tokenFault } from '../token-fields.ts'
import type { CodexTokens } from '../tokens.ts'
import { CHATGPT_WORDS } from './words.ts'

/** Registration of an app with the login server: it holds the app's limit, and stays after a logout. */
export interface ChatGPTClient {
  /** Name under which the app was registered. */
  appName: string
  /** Login server that issued the id. */
  issuer: string
  /** Issued client id. */
  clientId: string
  /** Account (`sub`) that it was issued for; undefined until the first login with it is complete. */
  subject?: string
  /** True once the user was told that the app uses the plan. */
  isWelcomed?: boolean
}

/**
 * Parses the text of a file of "Sign in with ChatGPT".
 *
 * @throws CodexAuthTokenError if it is something else, such as the login of the Codex CLI.
 */
export function parseChatGPTFile(text: string, file: string): JsonObject {
  const document = parseDocument(text, file, CHATGPT_WORDS.logIn)
  const isOurs = Object.keys(document).length === 0 || textOf(document.ext_agent_host_id) !== undefined
  if (isOurs) return document
  throw new CodexAuthTokenError({
    message:
      `The file ${file} holds something else than a login of "Sign in with ChatGPT", and was left as it is. ` +
      `Choose a file for this login alone: ${CHATGPT_WORDS.otherFile}.`,
  })
}

/**
 * Reads the tokens in a document.
 *
 * @throws CodexAuthFileNotFoundError if nobody is signed in, CodexAuthTokenError if the tokens can't be used.
 */
export function readTokens(document: JsonObject, file: string): CodexTokens {
  const { login } = document
  if (!isObject(login)) throw new CodexAuthFileNotFoundError({ message: notSignedIn(file) })
  const fault = tokenFault(login.access_token)
  if (fault || !isTokenText(login.access_token)) {
    throw new CodexAuthTokenError({
      message: `The login file ${file} can't be used: login.access_token ${fault}. ${CHATGPT_WORDS.logInAgain}`,
    })
  }
  return makeTokens({
    accessToken: login.access_token,
    refreshToken: textOf(login.refresh_token),
    idToken: textOf(login.id_token),
    expiresAt: readExpiry(login.expires_at)?.ms,
    lastRefresh: readExpiry(login.saved_at)?.ms,
    clientId: textOf(login.client_id),
    scopes: Array.isArray(login.scopes)
      ? login.scopes.filter((scope) => typeof scope === 'string')
      : undefined,
    earliestRefreshAt: readExpiry(login.earliest_refresh_at)?.ms,
  })
}

/** Message if nobody is signed in. */
export const notSignedIn = (file: string): string =>
  `There is no login of "Sign in with ChatGPT" at ${file}. ${CHATGPT_WORDS.logIn} Or ${CHATGPT_WORDS.otherFile}.`

/** Returns the document with these tokens. */
export function withTokens(document: JsonObject, tokens: CodexTokens, issuer?: string): JsonObject {
  const old = isObject(document.login) ? document.login : {}
  const login = omitUndefined({
    ...old,
    issuer: issuer ?? old.issuer,
    subject: subjectOf(tokens.idToken) ?? subjectOf(tokens.accessToken) ?? old.subject,
    email: readClaims(tokens.idToken).email ?? old.email,
    client_id: tokens.clientId ?? old.client_id,
    access_token: tokens.accessToken,
    refresh_token: tokens.refreshToken,
    id_token: tokens.idToken,
    token_type: 'Bearer',
    scopes: tokens.scopes,
    expires_at: isoTime(expiryOf(tokens)),
    earliest_refresh_at: isoTime(tokens.earliestRefreshAt),
    saved_at: isoTime(tokens.lastRefresh),
  })
  return { ...document, login }
}

/** Returns the document without tokens. The registrations and the host id stay for the next login. */
export function withoutTokens(document: JsonObject): JsonObject {
  const { login: _, ...rest } = document
  return rest
}

/** Reads the registrations in a document; the one that was used last comes last. */
export function readClients(document: JsonObject): ChatGPTClient[] {
  const clients: unknown[] = Array.isArray(document.clients) ? document.clients : []
  return clients.flatMap((client) => {
    if (!isObject(client)) return []
    const { app_name: appName, issuer, client_id: clientId, subject, welcomed } = client
    if (typeof appName !== 'string' || typeof issuer !== 'string' || !isClientId(clientId)) return []
    return [
      {
        appName,
        issuer,
        clientId,
        ...(typeof subject === 'string' ? { subject } : {}),
        ...(welcomed === true ? { isWelcomed: true } : {}),
      },
    ]
  })
}

/** Returns the document with a registration, as the one that was used last. */
export function withClient(document: JsonObject, client: ChatGPTClient): JsonObject {
  const others = readClients(document).filter(
    ({ clientId, issuer }) => clientId !== client.clientId || issuer !== client.issuer,
  )
  const clients = [...others, client].map(({ appName, issuer, clientId, subject, isWelcomed }) =>
    omitUndefined({ app_name: appName, issuer, client_id: clientId, subject, welcomed: isWelcomed }),
  )
  return { ...document, clients }
}

/** True for the form of an issued client id. */
export const isClientId = (value: unknown): value is string =>
  typeof value === 'string' && /^[\w-]{1,200}$/.test(value) && value !== 'dynamic_agent_client'

/** Formats a document for its file. */
export const formatDocument = (document: JsonObject): string => `${JSON.stringify(document, null, 2)}\n`

const isoTime = (ms: number | undefined): string | undefined => {
  const date = new Date(ms ?? Number.NaN)
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString()
}

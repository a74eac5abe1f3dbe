import { CodexAuthTokenError } from '../errors.ts'
import { isObject } from '../lib/json.ts'
import type { CodexTokens } from './tokens.ts'

/** True for text that may stand in an `authorization` header: visible ASCII only. */
export const isTokenText = (value: unknown): value is string =>
  typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)

/** Said of an API key, after who or what holds it. */
export const IS_API_KEY =
  'an API key, not a ChatGPT login. This package runs on a ChatGPT plan and takes no API keys.'

/** True for an API key of the OpenAI platform, which the ChatGPT backend must never see. */
export const isApiKey = (value: unknown): boolean => typeof value === 'string' && value.startsWith('sk-')

/** What is wrong with an access token, or undefined where it can be sent. Never holds the token. */
export function tokenFault(value: unknown): string | undefined {
  if (isApiKey(value)) return 'is an API key'
  if (isTokenText(value)) return undefined
  if (value === undefined || value === null) return 'is missing'
  if (value === '') return 'is empty'
  if (typeof value !== 'string') return 'is not a string'
  return 'has spaces, line breaks or other characters that no token has'
}

/**
 * Gives the tokens back if they can be used.
 *
 * @param source Who gave them, for the error: `The auth function`.
 * @throws CodexAuthTokenError
 */
export function assertTokens(tokens: unknown, source: string): CodexTokens {
  if (!isObject(tokens)) throw new CodexAuthTokenError({ message: `${source} gave no tokens.` })
  if (isApiKey(tokens.accessToken)) {
    throw new CodexAuthTokenError({ message: `${source} gave ${IS_API_KEY}` })
  }
  const fault = tokenFault(tokens.accessToken)
  if (fault) throw new CodexAuthTokenError({ message: `${source} gave tokens whose accessToken ${fault}.` })
  return tokens as unknown as CodexTokens
}

/** The tokens without the fields that are undefined or empty. */
export function makeTokens(
  fields: {
    [Name in keyof Required<CodexTokens>]: CodexTokens[Name] | undefined
  },
): CodexTokens {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined && value !== '')
  return Object.fromEntries(entries) as unknown as CodexTokens
}

/** True where both are the same access and refresh token. */
export const sameTokens = (one: CodexTokens, other: CodexTokens): boolean =>
  one.accessToken === other.accessToken && one.refreshToken === other.refreshToken

/** True where `current` still holds what was spent: the refresh token, or with none the access token. */
export const holdsSpent = (current: CodexTokens, spent: CodexTokens): boolean =>
  spent.refreshToken === undefined
    ? current.accessToken === spent.accessToken
    : current.refreshToken === spent.refreshToken

/** A time in milliseconds since 1970, also where it comes as a date or as text, as out of a database. */
export function timeOf(value: unknown): number | undefined {
  const time = typeof value === 'string' ? textTime(value) : value instanceof Date ? value.getTime() : value
  return typeof time === 'number' && Number.isFinite(time) ? time : undefined
}

const textTime = (text: string): number => (/^\s*\d+\s*$/.test(text) ? Number(text) : Date.parse(text))

import { CodexAuthTokenError } from '../errors.ts'
import { isObject } from '../lib/json.ts'
import type { CodexTokens } from './tokens.ts'

/** True for a string that an `authorization` header can hold: visible ASCII only. */
export const isTokenText = (value: unknown): value is string =>
  typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)

/** Description of an API key in an error, after what holds it. */
export const IS_API_KEY =
  'an API key, not a ChatGPT login. This package runs on a ChatGPT plan and does not accept API keys.'

/** True for an API key of the OpenAI platform, which the ChatGPT backend must never see. */
export const isApiKey = (value: unknown): boolean => typeof value === 'string' && value.startsWith('sk-')

/** Says what is wrong with an access token, without quoting it; undefined if it can be sent. */
export function tokenFault(value: unknown): string | undefined {
  if (isApiKey(value)) return 'is an API key'
  if (isTokenText(value)) return undefined
  if (value === undefined || value === null) return 'is missing'
  if (value === '') return 'is empty'
  if (typeof value !== 'string') return 'is not a string'
  return 'contains spaces, line breaks or other characters that a token never has'
}

/**
 * Returns the tokens if they can be used.
 *
 * @param source Source of the tokens, for the error: `The auth function`.
 * @throws CodexAuthTokenError if they can't.
 */
export function assertTokens(tokens: unknown, source: string): CodexTokens {
  if (!isObject(tokens)) throw new CodexAuthTokenError({ message: `${source} provided no tokens.` })
  if (isApiKey(tokens.accessToken)) {
    throw new CodexAuthTokenError({ message: `${source} provided ${IS_API_KEY}` })
  }
  const fault = tokenFault(tokens.accessToken)
  if (fault)
    throw new CodexAuthTokenError({ message: `${source} provided tokens whose accessToken ${fault}.` })
  return tokens as unknown as CodexTokens
}

/** Creates tokens without undefined and empty fields. */
export function makeTokens(
  fields: {
    [Name in keyof CodexTokens]: CodexTokens[Name] | undefined
  },
): CodexTokens {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined && value !== '')
  return Object.fromEntries(entries) as unknown as CodexTokens
}

/** True if both have the same access and refresh token. */
export const sameTokens = (one: CodexTokens, other: CodexTokens): boolean =>
  one.accessToken === other.accessToken && one.refreshToken === other.refreshToken

/** True if `current` still holds the spent tokens: the same refresh token, or without one the same access token. */
export const holdsSpent = (current: CodexTokens, spent: CodexTokens): boolean =>
  spent.refreshToken === undefined
    ? current.accessToken === spent.accessToken
    : current.refreshToken === spent.refreshToken

/** Returns a time in milliseconds since 1970, given as a number, a date or a string (databases return any of them). */
export function timeOf(value: unknown): number | undefined {
  const time = typeof value === 'string' ? parseTime(value) : value instanceof Date ? value.getTime() : value
  return typeof time === 'number' && Number.isFinite(time) ? time : undefined
}

const parseTime = (text: string): number => (/^\s*\d+\s*$/.test(text) ? Number(text) : Date.parse(text))

import { APICallError, RetryError } from 'ai'
import { CodexAuthError, CodexAuthRefreshError, CodexUsageLimitError } from 'ai-sdk-provider-codex'
import { CHATGPT_PLAN_TEXTS } from 'ai-sdk-provider-codex/auth'
import type { Fault } from './fault.ts'

/**
 * Returns what the page may know of an error of `ai` 4 or 7. The error itself goes to the server's log, because it may
 * name files, addresses and commands.
 */
export const describeError = (thrown: unknown): string => describe(thrown, CODEX)

/** The same for models that run on the plan of who signed in with ChatGPT. */
export const describePlanError = (thrown: unknown): string => describe(thrown, CHATGPT)

interface Words {
  toLimit(error: CodexUsageLimitError): Fault
  notLoggedIn: string
  forbidden: string
  tryLater: string
}

const OTHER = 'Something went wrong on the server.'

const CODEX: Words = {
  toLimit({ planType, resetsAt }) {
    const plan = planType ? `${planType} plan` : 'plan'
    return { message: `The limit of your ${plan} is reached.`, resetsAt: resetsAt?.toISOString() }
  },
  notLoggedIn: 'The server is not logged in, or its login has ended.',
  forbidden: OTHER,
  tryLater: 'Codex is not available right now: try again later.',
}

const { limitReached, manageUsage, manageUsageUrl } = CHATGPT_PLAN_TEXTS

const CHATGPT: Words = {
  // OpenAI does not say which limit it is, or when it ends.
  toLimit: () => ({
    message: `${limitReached}: that of your ChatGPT plan, or the one that you set for this app.`,
    link: { text: manageUsage, url: manageUsageUrl },
  }),
  notLoggedIn: 'You are not signed in with ChatGPT, or the sign-in has ended.',
  forbidden: 'ChatGPT does not let this app use your plan.',
  tryLater: 'ChatGPT is not available right now: try again later.',
}

function describe(thrown: unknown, words: Words): string {
  // After its last attempt, `ai` throws a RetryError that wraps the error of that attempt.
  const error = RetryError.isInstance(thrown) ? thrown.lastError : thrown
  console.error(error)
  const isLimit = CodexUsageLimitError.isInstance(error)
  return JSON.stringify(isLimit ? words.toLimit(error) : { message: toSentence(error, words) })
}

function toSentence(error: unknown, { notLoggedIn, forbidden, tryLater }: Words): string {
  const isOffline = CodexAuthRefreshError.isInstance(error) && error.reason === 'network'
  if (isOffline) return tryLater
  if (CodexAuthError.isInstance(error)) return notLoggedIn
  if (!APICallError.isInstance(error)) return OTHER
  if (error.statusCode === 401) return notLoggedIn
  if (error.statusCode === 403) return forbidden
  if (error.message.includes('spelling of the model id')) return 'The model is not available.'
  if (!error.isRetryable) return OTHER
  // The backend had begun to answer.
  return error.statusCode === 200 ? 'The answer was cut off.' : tryLater
}

import { APICallError, RetryError } from 'ai'
import { CodexAuthError, CodexAuthRefreshError, CodexUsageLimitError } from 'ai-sdk-provider-codex'
import type { Fault } from './fault.ts'

/**
 * Returns what the page may know of an error of `ai` 4 or 7. The error itself goes to the server's log, because it may
 * name files, addresses and commands.
 */
export function describeError(thrown: unknown): string {
  // After its last attempt, `ai` throws a RetryError that wraps the error of that attempt.
  const error = RetryError.isInstance(thrown) ? thrown.lastError : thrown
  console.error(error)
  return JSON.stringify(toFault(error))
}

function toFault(error: unknown): Fault {
  if (CodexUsageLimitError.isInstance(error)) {
    const plan = error.planType ? `${error.planType} plan` : 'plan'
    return { message: `The limit of your ${plan} is reached.`, resetsAt: error.resetsAt?.toISOString() }
  }
  return { message: toSentence(error) }
}

function toSentence(error: unknown): string {
  const isOffline = CodexAuthRefreshError.isInstance(error) && error.reason === 'network'
  if (isOffline) return TRY_LATER
  if (CodexAuthError.isInstance(error)) return NOT_LOGGED_IN
  if (!APICallError.isInstance(error)) return OTHER
  if (error.statusCode === 401) return NOT_LOGGED_IN
  if (error.message.includes('spelling of the model id')) return 'The model is not available.'
  if (!error.isRetryable) return OTHER
  // The backend had begun to answer.
  return error.statusCode === 200 ? 'The answer was cut off.' : TRY_LATER
}

const NOT_LOGGED_IN = 'The server is not logged in, or its login has ended.'
const TRY_LATER = 'Codex is not available right now: try again later.'
const OTHER = 'Something went wrong on the server.'

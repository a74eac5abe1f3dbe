import { APICallError, RetryError } from 'ai'
import { CodexAuthError, CodexUsageLimitError } from 'ai-sdk-provider-codex'
import type { Fault } from './fault.ts'

/** The text that the page gets for an error: `ai` itself would say no more than that there was one. */
export function describeError(thrown: unknown): string {
  // After its last try, `ai` throws a RetryError around the error of that try.
  return JSON.stringify(toFault(RetryError.isInstance(thrown) ? thrown.lastError : thrown))
}

function toFault(error: unknown): Fault {
  if (CodexUsageLimitError.isInstance(error) && error.resetsAt) {
    const plan = error.planType ? `${error.planType} plan` : 'plan'
    return { message: `The limit of your ${plan} is reached.`, resetsAt: error.resetsAt.toISOString() }
  }
  if (CodexAuthError.isInstance(error) || APICallError.isInstance(error)) return { message: error.message }
  console.error(error)
  return { message: 'Something went wrong on the server.' }
}

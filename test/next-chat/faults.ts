import type { Answer, JsonObject } from '../../src/testing/types.ts'

/** A plan that is used up, with more of what the backend may say of it. */
export const usageLimit = (more: JsonObject = {}): Answer => ({
  type: 'error',
  status: 429,
  body: { error: { type: 'usage_limit_reached', message: 'The usage limit has been reached', ...more } },
})

const failure = (status: number, detail: string): Answer => ({
  type: 'error',
  status,
  body: { detail },
  headers: { 'retry-after-ms': '1' },
})

interface Fault {
  name: string
  /** Of the backend. */
  answers: readonly Answer[]
  /** All that the page says. */
  says: string
  /** A part of what the log of the app says. */
  logs: string
}

export const FAULTS: readonly Fault[] = [
  {
    name: 'a usage limit without a reset',
    answers: [usageLimit()],
    says: 'The limit of your plan is reached.',
    logs: 'Codex API error 429: The usage limit has been reached.',
  },
  {
    name: 'a model that is not offered',
    answers: [
      failure(400, "The 'gpt-6.1-sol' model is not supported when using Codex with a ChatGPT account."),
    ],
    says: 'The model is not available.',
    logs: 'Models also depend on the `clientVersion` and `originator` settings.',
  },
  {
    name: 'an overload that all tries met',
    answers: Array.from({ length: 3 }, () => failure(503, 'Our servers are overloaded.')),
    says: 'Codex is not available right now: try again later.',
    logs: 'Codex API error 503: Our servers are overloaded.',
  },
  {
    name: 'any other failure',
    answers: [failure(400, 'No good.')],
    says: 'Something went wrong on the server.',
    logs: 'Codex API error 400: No good.',
  },
]

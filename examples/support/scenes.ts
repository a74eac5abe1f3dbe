import type { Answer } from 'ai-sdk-provider-codex/testing'

/** Needs of an example besides a small model that answers at once. */
export interface Scene {
  /** The stand-in's first answers. */
  answers?: readonly Answer[]
  /** Input that a person types. */
  input?: string
  /** A Node module that older versions lack. */
  module?: string
}

/** Scenes of the examples that need one. */
export const SCENES: Readonly<Record<string, Scene>> = {
  '07-own-token-store.ts': { module: 'node:sqlite' },
  '12-abort-and-timeout.ts': {
    // The first word is the fifth event.
    answers: [{ type: 'text', text: 'one two three', stopAfter: 5, end: 'hang' }, { type: 'hang' }],
  },
  '13-usage-limits.ts': {
    answers: [
      {
        type: 'error',
        status: 429,
        headers: { 'x-codex-primary-used-percent': '100' },
        body: {
          error: {
            type: 'usage_limit_reached',
            message: 'The usage limit has been reached',
            plan_type: 'plus',
            resets_at: 4_000_000_000,
          },
        },
      },
    ],
  },
  '15-terminal-agent.ts': { input: 'Use list_files, folder: examples/support\nHow many are they?\n' },
}

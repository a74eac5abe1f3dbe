import type { Answer } from 'ai-sdk-provider-codex/testing'

/** What an example needs beside a small model that answers at once. */
export interface Scene {
  /** What the stand-in answers first. */
  answers?: readonly Answer[]
  /** What a person types. */
  input?: string
  /** A module of Node that older ones do not have. */
  module?: string
}

/** How the examples of these names are played against the stand-in; the others need nothing. */
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

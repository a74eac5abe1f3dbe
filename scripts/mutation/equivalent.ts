/** A change that no test can notice, as what the package does stays the same. */
interface Equivalent {
  readonly file: string
  /** As `npm run test:mutation` prints it. */
  readonly change: string
  readonly reason: string
}

const inNoMessage = "The name of a store's step stands in an error that is caught at once."

export const EQUIVALENT: readonly Equivalent[] = [
  {
    file: 'src/errors.ts',
    change: 'true → false',
    reason: 'The marker of a class counts by being there, whatever its value.',
  },
  {
    file: 'src/core/read-answer.ts',
    change: 'batch.length <= MAX_BATCH → false',
    reason: 'A small batch is copied in place of handed on, with the same parts.',
  },
  {
    file: 'src/lib/json.ts',
    change: 'text.length <= 2 * MAX_DEPTH || !isTooDeep(json) → (!isTooDeep(json))',
    reason: 'A short text is never too deep, and only looked at in vain.',
  },
  { file: 'src/auth/limited-store.ts', change: "'canWrite' → ''", reason: inNoMessage },
  { file: 'src/auth/limited-store.ts', change: "'discard' → ''", reason: inNoMessage },
  { file: 'src/auth/limited-store.ts', change: "'exposure' → ''", reason: inNoMessage },
]

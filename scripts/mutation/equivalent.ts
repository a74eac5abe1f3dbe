/** A change that no test can notice, as what the package does stays the same. */
interface Equivalent {
  readonly file: string
  /** As `npm run test:mutation` prints it. */
  readonly change: string
  readonly reason: string
}

export const EQUIVALENT: readonly Equivalent[] = []

const FIXED = 1_455_000_127

/**
 * Seed of the random tests: fixed in `npm test`, a new one on each run of the heavy tier, and `TEST_SEED` to repeat a
 * failure. Titles show it.
 */
export const SEED = Number(
  process.env.TEST_SEED ?? (process.env.TEST_TIER === 'heavy' ? Date.now() % 2 ** 31 : FIXED),
)

import { CALLS } from './calls.ts'
import { FILES } from './files.ts'
import { LOGINS } from './logins.ts'
import { PLAN } from './plan.ts'
import { REFRESHES } from './refreshes.ts'
import type { Scenario } from './stage.ts'
import { STORES } from './stores.ts'

/** All ways to fail that are tried. */
export const SCENARIOS: readonly Scenario[] = [
  ...REFRESHES,
  ...CALLS,
  ...FILES,
  ...STORES,
  ...LOGINS,
  ...PLAN,
]

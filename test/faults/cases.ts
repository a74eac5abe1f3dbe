import { ADDRESS_CASES } from './address-cases.ts'
import { ANSWER_CASES } from './answer-cases.ts'
import type { FaultCase } from './scene.ts'
import { TOKEN_CASES } from './token-cases.ts'

/** The table of faults, in the order of a request's way. */
export const CASES: readonly FaultCase[] = [...ADDRESS_CASES, ...TOKEN_CASES, ...ANSWER_CASES]

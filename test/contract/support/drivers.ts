import * as ai5 from 'ai5'
import * as ai6 from 'ai6'
import * as ai7 from 'ai7'
import { createChatGPT as createPlanV2, createCodex as createV2 } from '../../../src/v2.ts'
import { createChatGPT as createPlanV3, createCodex as createV3 } from '../../../src/v3.ts'
import { createChatGPT as createPlanV4, createCodex as createV4 } from '../../../src/v4.ts'
import { AI4 } from './ai4.ts'
import type { Driver } from './ask.ts'
import { modernDriver } from './modern.ts'

const V2 = {
  specification: 'v2',
  createCodex: createV2,
  createChatGPT: createPlanV2,
  missingKinds: ['textEmbeddingModel', 'transcriptionModel'],
} as const
const V3 = {
  specification: 'v3',
  createCodex: createV3,
  createChatGPT: createPlanV3,
  missingKinds: ['embeddingModel', 'rerankingModel'],
} as const
const V4 = {
  specification: 'v4',
  createCodex: createV4,
  createChatGPT: createPlanV4,
  missingKinds: ['embeddingModel', 'rerankingModel'],
} as const

/** Each major of `ai` with the entry that goes with it. */
export const DRIVERS: readonly Driver[] = [
  AI4,
  modernDriver({ ai: ai5, major: 5, ...V2 }),
  modernDriver({ ai: ai6, major: 6, ...V3 }),
  modernDriver({ ai: ai7, major: 7, ...V4 }),
]

/** Newer majors with the models of older entries, which they take. */
export const OLDER: readonly Driver[] = [
  modernDriver({ ai: ai6, major: 6, ...V2 }),
  modernDriver({ ai: ai7, major: 7, ...V2 }),
  modernDriver({ ai: ai7, major: 7, ...V3 }),
]

import { APICallError } from '@ai-sdk/provider'
import { readAnswer } from '../../src/core/read-answer.ts'
import { createCodex as createV1 } from '../../src/index.ts'
import type { CodexPart } from '../../src/parts/part.ts'
import { createMessageReader } from '../../src/transport/http/sse.ts'
import { createCodex as createV2 } from '../../src/v2.ts'
import { createCodex as createV3 } from '../../src/v3.ts'
import { createCodex as createV4 } from '../../src/v4.ts'
import { SEED } from '../support/seed.ts'
import { assertCodexParts, assertStreamParts } from './invariants.ts'
import { cutAnywhere, mutateAnswer } from './mutate.ts'
import { createRandom, type Random } from './random.ts'

/** One in so many answers is read by the models too. */
const MODEL_SHARE = 50

const FORMS = [{}, {}, { jsonOutput: true }, { jsonOutput: true, unwrapOutput: true }]

/**
 * Reads mutated answers until so many of their events were mutated; throws at the first that breaks a rule. Each answer
 * has a seed of its own, the run's for the first one, so that a failure comes at once when its seed is given.
 */
export async function fuzz(events: number): Promise<{ answers: number; endings: Record<string, number> }> {
  const endings: Record<string, number> = {}
  let answers = 0
  for (let mutated = 0; mutated < events; answers++) {
    const seed = SEED + answers
    const random = createRandom(seed)
    const answer = mutateAnswer(random)
    mutated += answer.mutated
    try {
      const ending = await readParts(answer.bytes, random)
      endings[ending] = (endings[ending] ?? 0) + 1
      if (random.below(MODEL_SHARE) === 0) await readByModels(answer.bytes, seed)
    } catch (cause) {
      throw new Error(`TEST_SEED=${seed} shows it again: ${cause}`, { cause })
    }
  }
  if (Object.keys(Object.prototype).length > 0) throw new Error('Object.prototype was polluted')
  return { answers, endings }
}

/** Reads bytes as a call does and checks the parts; tells how the answer ended. */
async function readParts(bytes: Uint8Array, random: Random): Promise<string> {
  const reader = readAnswer({
    open: (onMessage) => createMessageReader(cutAnywhere(bytes, random), onMessage),
    context: { url: 'http://127.0.0.1/responses', requestBodyValues: {} },
    form: random.pick(FORMS),
    includeRaw: random.chance(0.1),
    signal: undefined,
    idleTimeoutMs: 0,
    log: undefined,
  })
  const parts: CodexPart[] = []
  for (let batch = await reader.next(); batch; batch = await reader.next()) parts.push(...batch)
  assertCodexParts(parts)
  const last = parts.at(-1)
  if (last?.type !== 'failure') return last?.type ?? ''
  const error = reader.errorOf(last.failure)
  assertTyped(error)
  return last.failure.code === 'stream_cut' ? 'cut' : 'failure'
}

/** A body that never breaks gives no error a cause: one would be a fault of ours that was caught. */
function assertTyped(error: unknown): void {
  if (!APICallError.isInstance(error) || !error.message.startsWith('Codex API error ')) throw error
  if (error.cause !== undefined) throw error.cause
}

const CREATE = { v1: createV1, v2: createV2, v3: createV3, v4: createV4 }
const PROMPT = [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }]
const V1_OPTIONS = { inputFormat: 'prompt', mode: { type: 'regular' }, prompt: PROMPT }

/** What the models of all versions have in common here. */
interface Model {
  doStream(options: unknown): PromiseLike<{ stream: ReadableStream<{ type: string }> }>
  doGenerate(options: unknown): PromiseLike<unknown>
}

/** The same bytes as the answer to calls of all four models. */
async function readByModels(bytes: Uint8Array, seed: number): Promise<void> {
  const random = createRandom(seed)
  const headers = { 'content-type': 'text/event-stream' }
  const fetch = async () => new Response(cutAnywhere(bytes, random), { headers })
  for (const [version, create] of Object.entries(CREATE)) {
    const settings = { fetch, baseURL: 'http://127.0.0.1:9', auth: { accessToken: 'x' }, codexMode: false }
    const model = create(settings)('gpt-5.5') as unknown as Model
    const options = version === 'v1' ? V1_OPTIONS : { prompt: PROMPT }
    await model.doGenerate(options).then(undefined, assertTyped)
    await model.doStream(options).then(async ({ stream }) => {
      const parts: { type: string }[] = []
      for await (const part of stream as unknown as AsyncIterable<{ type: string }>) parts.push(part)
      assertStreamParts(version, parts)
    }, assertTyped)
  }
}

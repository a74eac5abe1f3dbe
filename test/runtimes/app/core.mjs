/** What every runtime is asked to do, written once. Each check gives what it saw, as JSON. */
import * as ai from 'ai'
import { CodexUsageLimitError, createCodex } from './entry.mjs'

// What `ai` 7 would say of warnings on stderr; those of the first check are looked at.
globalThis.AI_SDK_LOG_WARNINGS = false

const once = (model, prompt = 'Say hi') => ({ model, prompt, maxRetries: 0 })

const answerOf = async (model) => ({ text: (await ai.generateText(once(model))).text })

async function errorOf(model) {
  try {
    return await answerOf(model)
  } catch (error) {
    return describeError(error)
  }
}

function describeError(error) {
  const { name, code, reason, statusCode, isRetryable, planType, resetsAt } = error
  const isUsageLimit = CodexUsageLimitError.isInstance(error)
  return { name, code, reason, statusCode, isRetryable, planType, resetsAt, isUsageLimit }
}

/** The pieces of text of a stream, and how it failed if it did. */
async function streamOf(model, onText = () => {}, abortSignal) {
  const pieces = []
  const { fullStream } = ai.streamText({ ...once(model), abortSignal, onError() {} })
  try {
    for await (const part of fullStream) {
      if (part.type === 'error') throw part.error
      if (part.type !== 'text-delta') continue
      // `textDelta` in ai 4, `text` from ai 5 on.
      pieces.push(part.textDelta ?? part.text)
      onText()
    }
  } catch (error) {
    return { pieces, error: describeError(error) }
  }
  return { pieces }
}

const CHECKS = {
  async generate(model) {
    const { text, warnings } = await ai.generateText(once(model))
    return { text, warnings }
  },
  stream: (model) => streamOf(model),
  // The second answer comes only when the connection of the first is closed.
  async stop(model) {
    const stopping = new AbortController()
    const { pieces } = await streamOf(model, () => stopping.abort(), stopping.signal)
    return { pieces, ...(await answerOf(model)) }
  },
  async tools(model) {
    const asked = []
    const schema = ai.jsonSchema({
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
      additionalProperties: false,
    })
    const weather = {
      description: 'The weather of a city',
      // Of these names `ai` 4 reads the first, later majors the second; so too below.
      parameters: schema,
      inputSchema: schema,
      execute: async ({ city }) => {
        asked.push(city)
        return `Rain in ${city}`
      },
    }
    const { text, steps } = await ai.generateText({
      ...once(model),
      tools: { weather },
      maxSteps: 3,
      stopWhen: ai.isStepCount?.(3),
    })
    return { text, asked, steps: steps.length }
  },
  // Over the runtime's own socket where it has one; on Node 20 over that of `ws`.
  async socket(model) {
    const schema = ai.jsonSchema({ type: 'object', properties: {}, additionalProperties: false })
    const tool = {
      description: 'The time',
      parameters: schema,
      inputSchema: schema,
      execute: async () => 'noon',
    }
    const { text, providerMetadata } = await ai.generateText({
      ...once(model),
      tools: { tool },
      maxSteps: 2,
      stopWhen: ai.isStepCount?.(2),
    })
    const expected = globalThis.process?.versions?.node === undefined ? 'http' : 'websocket'
    return { text, isExpected: providerMetadata.codex.transport === expected }
  },
  // Long enough to be compressed where the runtime has zstd.
  async zstd(model) {
    const { text } = await ai.generateText(once(model, `Say hi${' again'.repeat(1000)}`))
    return { isWhole: text.endsWith('again'), hasZstd: hasZstd() }
  },
  // Both at once: one refresh serves both.
  expired: (model) => Promise.all([answerOf(model), answerOf(model)]),
  revoked: answerOf,
  'no login': errorOf,
  'usage limit': errorOf,
  // The connection is cut when a second request shows that the text before the cut has arrived.
  async 'cut stream'(model) {
    let second
    const { pieces, error } = await streamOf(model, () => {
      second ??= answerOf(model)
    })
    return { pieces, error, ...(await second) }
  },
}

function hasZstd() {
  try {
    return typeof process.getBuiltinModule('node:zlib').zstdCompress === 'function'
  } catch {
    return false
  }
}

/** Runs the checks one after the other, each with the settings of a provider of its own. */
export async function runChecks(job) {
  const seen = {}
  for (const [name, settings] of Object.entries(job)) {
    try {
      const own =
        name === 'socket' && globalThis.process?.versions?.node ? { webSocket: globalThis.WebSocket } : {}
      seen[name] = await CHECKS[name](createCodex({ ...settings, ...own })('gpt-6.1-sol'))
    } catch (error) {
      seen[name] = { threw: String(error) }
    }
  }
  return seen
}

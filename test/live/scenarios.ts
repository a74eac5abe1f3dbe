import { generateObject, generateText, streamText, tool } from 'ai'
import type { CodexProvider, CodexProviderMetadata } from 'ai-sdk-provider-codex'
import { expect } from 'vitest'
import { z } from 'zod'

/** One way to use the package, on whichever backend the provider asks. */
export interface Scenario {
  readonly name: string
  run(codex: CodexProvider, modelId: string): Promise<void>
}

/** 16 × 16 red pixels. */
const RED_PNG =
  'iVBORw0KGgoAAAANSUhEUgAAABAAAAAQAQMAAAAlPW0iAAAAA1BMVEX/AAAZ4gk3AAAADElEQVR42mNgIA0AAAAwAAEodEl9AAAAAElFTkSuQmCC'

/** Long enough for the backend's prompt cache, which starts at 1,024 tokens. */
const LONG_SYSTEM = 'These lines are filler that a test of the prompt cache needs. Ignore them. '.repeat(100)

/** A prompt cache may miss now and then. */
const CACHE_TRIES = 3

const metadataOf = ({ providerMetadata }: { providerMetadata?: Record<string, unknown> | undefined }) =>
  (providerMetadata?.codex ?? {}) as CodexProviderMetadata

/** The checks that `doctor` makes of a backend, as an app makes them. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'the models list has the model',
    async run(codex, modelId) {
      expect((await codex.models()).map(({ id }) => id)).toContain(modelId)
    },
  },
  {
    name: 'usage() reports a window',
    async run(codex) {
      const { primary, secondary } = await codex.usage()
      expect((primary ?? secondary)?.usedPercent).toBeGreaterThanOrEqual(0)
    },
  },
  {
    name: 'an answer is streamed',
    async run(codex, modelId) {
      const { textStream, finishReason } = streamText({
        model: codex(modelId, { reasoningEffort: 'low' }),
        prompt: 'Reply with the word OK.',
      })
      let text = ''
      for await (const piece of textStream) text += piece
      expect(text).toContain('OK')
      expect(await finishReason).toBe('stop')
    },
  },
  {
    name: 'a tool is called and its result used',
    async run(codex, modelId) {
      const { text, steps } = await generateText({
        model: codex(modelId, { reasoningEffort: 'low' }),
        prompt: 'Call the tool get_code, then reply with the code that it returns.',
        tools: {
          get_code: tool({
            description: 'Returns a code.',
            parameters: z.object({}),
            execute: async () => 'K7Q2',
          }),
        },
        maxSteps: 4,
      })
      expect(text).toContain('K7Q2')
      expect(steps.length).toBeGreaterThan(1)
    },
  },
  {
    name: 'an object fits its schema',
    async run(codex, modelId) {
      const { object } = await generateObject({
        model: codex(modelId, { reasoningEffort: 'low' }),
        schema: z.object({ word: z.string() }),
        prompt: 'Return this word: apple',
      })
      expect(object.word).not.toBe('')
    },
  },
  {
    name: 'an image is taken',
    async run(codex, modelId) {
      const { text } = await generateText({
        model: codex(modelId, { reasoningEffort: 'low' }),
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'Which color is this image? Reply with one word.' },
              { type: 'image', image: RED_PNG, mimeType: 'image/png' },
            ],
          },
        ],
      })
      expect(text.trim()).not.toBe('')
    },
  },
  {
    name: 'a repeated request comes from the prompt cache',
    async run(codex, modelId) {
      const cached: number[] = []
      for (let tries = 0; tries <= CACHE_TRIES && !cached.some((tokens) => tokens > 0); tries++) {
        const result = await generateText({
          model: codex(modelId, { reasoningEffort: 'low' }),
          system: LONG_SYSTEM,
          prompt: 'Reply with the word OK.',
        })
        cached.push(metadataOf(result).cachedInputTokens ?? 0)
      }
      expect(cached.at(-1)).toBeGreaterThan(0)
    },
  },
]

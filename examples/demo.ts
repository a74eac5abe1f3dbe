/** Runs the main features: `npm run demo`, or `npm run demo -- --live` with your own login. */
import { generateObject, generateText, type LanguageModelV1, streamText, tool } from 'ai'
import type { CodexProviderMetadata } from 'ai-sdk-provider-codex'
import { z } from 'zod'
import { startStandIn, useBackend } from './support/target.ts'

const MODEL = process.env.CODEX_DEMO_MODEL || 'gpt-6.1-sol'

const heading = (title: string) => console.log(`\n== ${title}`)

async function showText(model: LanguageModelV1) {
  heading('Text')
  const { text } = await generateText({ model, prompt: 'Say hello in five words.' })
  console.log(text)
}

async function showStream(model: LanguageModelV1) {
  heading('Stream, as it comes')
  const { fullStream } = streamText({ model, prompt: 'Count from one to ten, in words.' })
  for await (const part of fullStream) {
    if (part.type === 'error') throw part.error
    if (part.type === 'text-delta') process.stdout.write(part.textDelta)
  }
  console.log()
}

async function showTools(model: LanguageModelV1) {
  heading('Tool loop')
  const { text, steps } = await generateText({
    model,
    prompt: 'Use the weather tool: what is the weather in Paris?',
    maxSteps: 2,
    tools: {
      weather: tool({
        description: 'The weather in a city, now',
        parameters: z.object({ city: z.string() }),
        execute: async ({ city }) => ({ city, celsius: 21, sky: 'clear' }),
      }),
    },
  })
  for (const [index, { toolCalls, toolResults }] of steps.entries()) {
    console.log(
      `step ${index + 1}: ${toolCalls.map(({ toolName }) => `calls ${toolName}`).join(', ') || 'answers'}`,
    )
    for (const { toolName, args, result } of toolResults) {
      console.log(`  ${toolName}(${JSON.stringify(args)}) → ${JSON.stringify(result)}`)
    }
  }
  if (steps.length !== 2) throw new Error(`The tool loop took ${steps.length} steps, not two.`)
  console.log(text)
}

async function showObject(model: LanguageModelV1) {
  heading('Object')
  const result = await generateObject({
    model,
    prompt: 'Describe the city: Lisbon, 545000 people.',
    schema: z.object({ city: z.string(), people: z.number(), hasTrams: z.boolean() }),
  })
  console.log(result.object)
  return result
}

function showUsage({ usage, providerMetadata }: Awaited<ReturnType<typeof showObject>>) {
  heading('Usage of the last call')
  const codex: CodexProviderMetadata = providerMetadata?.codex ?? {}
  console.log(`tokens: ${usage.promptTokens} in, ${usage.completionTokens} out`)
  console.log(`of these: ${codex.cachedInputTokens ?? 0} cached, ${codex.reasoningTokens ?? 0} for reasoning`)
  console.log(`plan: ${codex.planType ?? 'not told'}, model: ${codex.model ?? 'not told'}`)
}

async function main() {
  const target = await (process.argv.includes('--live') ? useBackend() : startStandIn())
  try {
    console.log(`Running against ${target.description}. Model: ${MODEL}. Codex mode: on.`)
    const model = target.codex(MODEL)
    await showText(model)
    await showStream(model)
    await showTools(model)
    showUsage(await showObject(model))
    console.log('\nDone.')
  } finally {
    await target.close()
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? `${error.name}: ${error.message}` : error)
  process.exitCode = 1
})

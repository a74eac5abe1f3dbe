import { generateText, type LanguageModelV1Middleware, streamText, wrapLanguageModel } from 'ai'
import { codex } from 'ai-sdk-provider-codex'

const mask = (text: string) => text.replace(/\d/g, '#')

const masked: LanguageModelV1Middleware = {
  async wrapGenerate({ doGenerate }) {
    const result = await doGenerate()
    const used = result.rawResponse?.headers?.['x-codex-primary-used-percent']
    console.log(`${used} % of the plan's window is used`)
    return { ...result, text: mask(result.text ?? '') }
  },
  async wrapStream({ doStream }) {
    const { stream, ...rest } = await doStream()
    const changed = stream.pipeThrough(
      new TransformStream({
        transform(part, controller) {
          controller.enqueue(part.type === 'text-delta' ? { ...part, textDelta: mask(part.textDelta) } : part)
        },
      }),
    )
    return { ...rest, stream: changed }
  },
}

const model = wrapLanguageModel({ model: codex('gpt-6.1-sol'), middleware: masked })
const { text } = await generateText({ model, prompt: 'Call 4711' })
console.log(text)
for await (const piece of streamText({ model, prompt: 'Call 4711' }).textStream) process.stdout.write(piece)

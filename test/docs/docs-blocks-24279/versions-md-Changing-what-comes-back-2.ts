import { generateText, type LanguageModelMiddleware, streamText, wrapLanguageModel } from 'ai6'
import { codex } from 'ai-sdk-provider-codex/v3'

const mask = (text: string) => text.replace(/\d/g, '#')

const masked: LanguageModelMiddleware = {
  specificationVersion: 'v3',
  async wrapGenerate({ doGenerate }) {
    const { content, ...result } = await doGenerate()
    const used = result.response?.headers?.['x-codex-primary-used-percent']
    console.log(`${used} % of the plan's window is used`)
    const changed = content.map((part) => (part.type === 'text' ? { ...part, text: mask(part.text) } : part))
    return { ...result, content: changed }
  },
  async wrapStream({ doStream }) {
    const { stream, ...rest } = await doStream()
    const changed = stream.pipeThrough(
      new TransformStream({
        transform(part, controller) {
          controller.enqueue(part.type === 'text-delta' ? { ...part, delta: mask(part.delta) } : part)
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

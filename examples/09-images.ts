// For `ai` 4. With `ai` 5, 6 or 7, import from 'ai-sdk-provider-codex/v2', '/v3' or '/v4': docs/versions.md.
import { generateText } from 'ai'
import { codex } from 'ai-sdk-provider-codex'

const model = codex('gpt-6.1-sol')

const { files } = await generateText({
  model,
  prompt: 'Use image_generation: a lighthouse at dusk, in watercolours.',
  tools: { image_generation: codex.tools.imageGeneration({ size: '1024x1024', outputFormat: 'png' }) },
})
const [made] = files
if (!made) throw new Error('No image was made')
console.log(`${made.mimeType}, ${made.uint8Array.length} bytes`)

const question = { type: 'text', text: 'What is in this picture?' } as const
const image = { type: 'image', image: made.uint8Array } as const
const { text } = await generateText({ model, messages: [{ role: 'user', content: [question, image] }] })
console.log(text)

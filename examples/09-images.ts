// For `ai` 4. For `ai` 5, 6 or 7, import from 'ai-sdk-provider-codex/v2', '/v3' or '/v4' (docs/versions.md).
import { readFile } from 'node:fs/promises'
import { generateText } from 'ai'
import { codex } from 'ai-sdk-provider-codex'

const model = codex('gpt-6.1-sol')

const question = { type: 'text', text: 'What is in this picture?' } as const
const image = await readFile(process.argv[2] ?? new URL('support/lighthouse.png', import.meta.url))
const { text } = await generateText({
  model,
  messages: [{ role: 'user', content: [question, { type: 'image', image }] }],
})
console.log(text)

const { files } = await generateText({
  model,
  prompt: 'Use image_generation: a lighthouse at dusk, in watercolours.',
  tools: { image_generation: codex.tools.imageGeneration({ size: '1024x1024', outputFormat: 'png' }) },
})
console.log(files.map(({ mimeType, uint8Array }) => `${mimeType}, ${uint8Array.length} bytes`).join('\n'))

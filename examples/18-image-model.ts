// For `ai` 7. For `ai` 6, import from 'ai-sdk-provider-codex/v3' (docs/versions.md).
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { codex } from 'ai-sdk-provider-codex/v4'
import { generateImage } from 'ai7'

const model = codex.imageModel('gpt-image-2')

const { image, usage } = await generateImage({
  model,
  prompt: 'A lighthouse at dusk, in watercolours',
  aspectRatio: '3:2',
  providerOptions: { codex: { quality: 'low' } },
})
console.log(`${image.mediaType}, ${image.uint8Array.length} bytes, ${usage.totalTokens} tokens`)

const { images } = await generateImage({
  model,
  prompt: { text: 'Let it snow', images: [image.uint8Array] },
  n: 2,
})
for (const [index, { uint8Array }] of images.entries()) {
  const file = join(tmpdir(), `lighthouse-${index + 1}.png`)
  await writeFile(file, uint8Array)
  console.log(file)
}

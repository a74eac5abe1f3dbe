// For `ai` 4. For `ai` 5, 6 or 7, import from 'ai-sdk-provider-codex/v2', '/v3' or '/v4' (docs/versions.md).
import { generateText } from 'ai'
import { codex } from 'ai-sdk-provider-codex'

const { text, sources } = await generateText({
  model: codex('gpt-6.1-sol'),
  prompt: 'Use web_search: which version of Node.js is the newest LTS?',
  tools: {
    web_search: codex.tools.webSearch({
      externalWebAccess: true,
      filters: { allowedDomains: ['nodejs.org'] },
    }),
  },
})

console.log(text)
for (const { title, url } of sources) console.log(`- ${title}: ${url}`)

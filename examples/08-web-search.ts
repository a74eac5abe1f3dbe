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

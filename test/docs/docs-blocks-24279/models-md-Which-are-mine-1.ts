import { codex } from 'ai-sdk-provider-codex'

for (const { id, contextWindow, efforts = [], defaultEffort, visibility } of await codex.models()) {
  if (visibility === 'hide') continue
  console.log(id, contextWindow, efforts.join('/'), defaultEffort)
}

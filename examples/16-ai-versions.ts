// All majors of `ai` in one app, each installed under its own name: `npm install ai5@npm:ai@5`.
import { generateText as generateText4 } from 'ai'
import { codex as codex1 } from 'ai-sdk-provider-codex'
import { codex as codex2 } from 'ai-sdk-provider-codex/v2'
import { codex as codex3 } from 'ai-sdk-provider-codex/v3'
import { codex as codex4 } from 'ai-sdk-provider-codex/v4'
import { generateText as generateText5 } from 'ai5'
import { generateText as generateText6 } from 'ai6'
import { generateText as generateText7 } from 'ai7'

const id = 'gpt-6.1-sol'
const prompt = 'Say hi.'

const answers = {
  'ai 4': await generateText4({ model: codex1(id), prompt }),
  'ai 5': await generateText5({ model: codex2(id), prompt }),
  'ai 6': await generateText6({ model: codex3(id), prompt }),
  'ai 7': await generateText7({ model: codex4(id), prompt }),
}

for (const [version, { text }] of Object.entries(answers)) console.log(`${version}: ${text}`)

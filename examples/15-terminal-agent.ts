// For `ai` 4. For `ai` 5, 6 or 7, import from 'ai-sdk-provider-codex/v2', '/v3' or '/v4' (docs/versions.md).
import { readdir } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { type CoreMessage, streamText, tool } from 'ai'
import { createCodex } from 'ai-sdk-provider-codex'
import { z } from 'zod'

// A socket where there can be one: each step sends only what is new.
const codex = createCodex({ transport: 'auto' })

const list_files = tool({
  description: 'The names of the files in a folder of this machine',
  parameters: z.object({ folder: z.string() }),
  // In `ai` 4 a tool that throws ends the call; this way the model sees the error.
  execute: ({ folder }) => readdir(folder).catch(String),
})

const messages: CoreMessage[] = []
const terminal = createInterface({ input: process.stdin, output: process.stderr, prompt: '> ' })
terminal.prompt()
// Until Ctrl-D, or the end of piped input.
for await (const content of terminal) {
  messages.push({ role: 'user', content })
  const answer = streamText({ model: codex('gpt-6.1-sol'), messages, maxSteps: 10, tools: { list_files } })
  for await (const part of answer.fullStream) {
    if (part.type === 'error') throw part.error
    if (part.type === 'tool-call') console.log(`[${part.toolName} ${JSON.stringify(part.args)}]`)
    if (part.type === 'text-delta') process.stdout.write(part.textDelta)
  }
  console.log()
  // With reasoning and calls, so that the model continues its thoughts.
  messages.push(...(await answer.response).messages)
  terminal.prompt()
}

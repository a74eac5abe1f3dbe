import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { generateText } from 'ai'
import { codex } from 'ai-sdk-provider-codex'

const run = promisify(execFile)

const { text } = await generateText({
  model: codex('gpt-6.1-sol'),
  prompt: 'Use local_shell to say hi, then note it.',
  maxSteps: 4,
  tools: {
    local_shell: codex.tools.localShell({
      // The model's own words: allow what you would let a stranger run.
      async execute({ action: { command } }) {
        const [program = '', ...args] = command
        if (program !== 'echo') return `${program} is not allowed here.`
        return (await run(program, args)).stdout
      },
    }),
    note: codex.tools.custom({
      description: 'Keeps a note: one line of text.',
      format: { type: 'grammar', syntax: 'regex', definition: '[^\\n]+' },
      execute: async (line) => `kept: ${line}`,
    }),
  },
})
console.log(text)

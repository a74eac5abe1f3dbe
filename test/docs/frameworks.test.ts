import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { readBlocks } from './readme-blocks.ts'
import { ROOT } from './support.ts'

const BLOCKS = readBlocks(readFileSync(join(ROOT, 'docs', 'frameworks.md'), 'utf8'))

test('there is a program for each framework that has no page of its own', () => {
  expect(BLOCKS.map(({ heading, language }) => `${heading} ${language}`)).toEqual([
    'Mastra js',
    'OpenAI Agents js',
    'VoltAgent js',
  ])
})

// The frameworks are not installed here: what can be checked is the syntax, and what is imported from this package.
test.each(BLOCKS)('the program for $heading parses and imports what there is', async ({ code }) => {
  const { diagnostics } = ts.transpileModule(code, { reportDiagnostics: true })
  expect(diagnostics).toEqual([])
  const [, name = '', entry = ''] = /import \{ (\w+) \} from 'ai-sdk-provider-codex\/(v\d)'/.exec(code) ?? []
  expect(await import(`../../src/${entry}.ts`)).toHaveProperty(name)
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readImageOptions } from '../../src/images/options.ts'
import { createWarningCollector } from '../../src/request/warnings.ts'
import { readTable } from '../docs/readme-blocks.ts'
import { ROOT } from '../docs/support.ts'

const read = (codex: Record<string, unknown>) => {
  const warnings = createWarningCollector()
  const options = readImageOptions({ codex }, warnings, ['codex', 'openai'])
  return options.then((found) => ({ found, warnings: warnings.list() }))
}

/** The options of docs/images.md, with their values. */
const ROWS = readTable(readFileSync(join(ROOT, 'docs/images.md'), 'utf8'), 'image options').map(
  ([option = '', values = '']) => ({
    option: option.replaceAll('`', ''),
    values: values.includes('`') ? values.split(' ').map((value) => value.replaceAll('`', '')) : [0, 100],
  }),
)

test('the page lists all options', () => {
  expect(ROWS.map(({ option }) => option)).toEqual([
    'quality',
    'background',
    'outputFormat',
    'outputCompression',
    'moderation',
    'inputFidelity',
  ])
})

test.each(ROWS)('$option takes the values of the page, and no other', async ({ option, values }) => {
  const snake = option.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  for (const value of values) {
    expect(await read({ [option]: value })).toEqual({ found: { [option]: value }, warnings: [] })
    expect(await read({ [snake]: value })).toEqual({ found: { [option]: value }, warnings: [] })
  }
  for (const value of ['other', 101, -1, 0.5, true, {}]) {
    await expect(read({ [option]: value })).rejects.toMatchObject({
      name: 'AI_InvalidArgumentError',
      argument: `providerOptions.codex.${option}`,
    })
  }
  expect(await read({ [option]: null })).toEqual({ found: {}, warnings: [] })
})

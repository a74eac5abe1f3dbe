import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT, runScript, startStandIn } from './support.ts'

const EXAMPLES: ReadonlyArray<{ file: string; expected: RegExp; lines?: number }> = [
  { file: '01-generate.ts', expected: /^You said: Say hi in three languages\.\n\d+ tokens in, \d+ out\n$/ },
  { file: '02-stream.ts', expected: /^You said: Explain backpressure in two sentences\.\n$/ },
  { file: '03-tools.ts', expected: /^2 steps: weather returned: Snow in Oslo, -3 °C\n$/ },
  { file: '04-object.ts', expected: /^sample name \[ \{ name: 'sample name', grams: 1 \} \]\n$/ },
  { file: '05-own-tokens.ts', expected: /^object: You said.*\nfunction: You said.*\nstore: You said.*\n$/ },
  { file: '06-testing.ts', expected: /pass 1\n.*fail 0\n/s },
  { file: '07-own-token-store.ts', expected: /^ada: You said.*\na late write changes 0 rows\n$/, lines: 60 },
  {
    file: '08-web-search.ts',
    expected: /^You said: Use web_search: .*\n- Example Domain: https:\/\/example\.com\/\n$/,
  },
  {
    file: '09-images.ts',
    expected: /^image\/png, 70 bytes\nYou said: What is in this picture\?\nI see 1 image \(image\/png\)\.\n$/,
  },
  { file: '10-test-a-route.ts', expected: /pass 3\n.*fail 0\n/s, lines: 60 },
]

test('each example is run, and short', () => {
  const files = readdirSync(join(ROOT, 'examples')).filter(
    (name) => name.endsWith('.ts') && name !== 'demo.ts',
  )
  expect(files.sort()).toEqual(EXAMPLES.map(({ file }) => file))
  for (const { file, lines = 25 } of EXAMPLES) {
    const text = readFileSync(join(ROOT, 'examples', file), 'utf8')
    expect(text.trim().split('\n').length, file).toBeLessThanOrEqual(lines)
  }
})

test.for(EXAMPLES)('$file prints $expected', { timeout: 60_000 }, async ({ file, expected }) => {
  const { server, env } = await startStandIn()
  const finished = await runScript(join('examples', file), [], env)
  expect(finished).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(expected) })
  expect(server.requests.filter(({ refusedBy }) => refusedBy !== undefined)).toEqual([])
})

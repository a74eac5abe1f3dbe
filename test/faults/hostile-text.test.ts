import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

const SRC = fileURLToPath(new URL('../../src', import.meta.url))

interface Pattern {
  file: string
  source: string
  flags: string
}

/** All patterns of the package: whatever text they meet today, tomorrow it may be a stranger's. */
const PATTERNS: Pattern[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
  .flatMap((file) => patternsOf(file.replaceAll('\\', '/')))

function patternsOf(file: string): Pattern[] {
  const tree = ts.createSourceFile(file, readFileSync(join(SRC, file), 'utf8'), ts.ScriptTarget.Latest)
  const found: Pattern[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const [, source = '', flags = ''] = /^\/(.*)\/(\w*)$/s.exec(node.text) ?? []
      found.push({ file, source, flags })
    }
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return found
}

test('no pattern is made at run time, where this test would miss it', () => {
  // The stand-in server makes patterns of its user's own schemas.
  const made = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.startsWith('testing'))
    .filter((file) => /\bRegExp\(/.test(readFileSync(join(SRC, file), 'utf8')))
  expect(made).toEqual([])
})

const LENGTH = 20_000
const CHARACTERS = [...' \t\n\raA0_-./\\"\'`{}[]()<>=+,:;!?@#$%&*~^|\u0001\u00e4\ud800\udc00']

/** Words of a pattern, with what may stand between them: repeated, they make it begin again and again. */
function pumpsOf(source: string): string[] {
  const words = source.match(/[a-z]{2,}|(?<=\\b)\w+/gi) ?? []
  return [
    ...CHARACTERS,
    ...words.flatMap((word) => ['', ' ', '-', '.', '_', '"', '\\', '='].map((end) => word + end)),
  ]
}

const attacksOf = (source: string): string[] =>
  [...new Set(pumpsOf(source))].flatMap((pump) => {
    const run = pump.repeat(Math.ceil(LENGTH / pump.length))
    return [run, `${run}\u0000`, ...starts(source).map((start) => `${start}${run}\u0000`)]
  })

/** What the pattern has to see first. */
const starts = (source: string): string[] =>
  [...new Set(source.match(/[a-z]{2,}|[{["'<`]/gi) ?? [])].slice(0, 4)

/** A quadratic pattern takes more than ten times as long; a linear one less than a tenth. */
const LIMIT_MS = 60

const cpuMs = (): number => process.cpuUsage().user / 1000

describe('each pattern takes linear time', () => {
  const unique = new Map(
    PATTERNS.map((pattern) => [`/${pattern.source}/${pattern.flags} (${pattern.file})`, pattern]),
  )

  test.each([...unique])('%s', (_, { source, flags }) => {
    const pattern = new RegExp(source, flags)
    for (const attack of attacksOf(source)) {
      const start = cpuMs()
      attack.replace(pattern, '')
      const spent = cpuMs() - start
      expect(spent, `${JSON.stringify(attack.slice(0, 40))}…`).toBeLessThan(LIMIT_MS)
    }
  })
})

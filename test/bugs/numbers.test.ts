import { readdirSync, readFileSync } from 'node:fs'
import ts from 'typescript'
import { expect, test } from 'vitest'

/** The reported bugs that have tests by number, by what they were about. */
const NUMBERS = {
  request: [1, 2, 4, 6, 7, 8, 9, 10, 11, 13, 15, 17, 18, 20, 21, 23, 25, 26, 27, 29, 30, 32],
  response: [34, 35, 37, 38, 40, 41, 43, 45, 46, 48, 49, 51],
  error: [52, 53, 54, 56],
  runtime: [57, 58],
  auth: [60, 61, 63, 65, 66, 69],
}

const FILES = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.ts'))

/** The function at the bottom of a call: `describe` of `describe.each(…)(…)`. */
function bottomOf(node: ts.Expression): string {
  if (ts.isCallExpression(node) || ts.isPropertyAccessExpression(node)) return bottomOf(node.expression)
  return ts.isIdentifier(node) ? node.text : ''
}

/** The titles that a file gives to its tests and groups. */
function titlesOf(file: string): string[] {
  const source = ts.createSourceFile(
    file,
    readFileSync(`${import.meta.dirname}/${file}`, 'utf8'),
    ts.ScriptTarget.Latest,
  )
  const titles: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ['describe', 'it', 'test'].includes(bottomOf(node.expression))) {
      const [title] = node.arguments
      if (title && ts.isStringLiteralLike(title)) titles.push(title.text)
    }
    node.forEachChild(visit)
  }
  visit(source)
  return titles
}

const TITLES = FILES.flatMap(titlesOf)
const numbersIn = (title: string) => [...title.matchAll(/\bBR-(\d+)\b/g)].map(([, digits]) => Number(digits))

test.each(Object.entries(NUMBERS))('each bug about %s has a test that names it', (_, numbers) => {
  const tested = new Set(TITLES.flatMap(numbersIn))
  expect(numbers.filter((number) => !tested.has(number))).toEqual([])
})

test('no test names a bug that there is not', () => {
  const known = Object.values(NUMBERS).flat()
  expect(TITLES.length).toBeGreaterThan(known.length)
  expect(TITLES.flatMap(numbersIn).filter((number) => !known.includes(number))).toEqual([])
})

test('each file of this folder names a bug', () => {
  const silent = FILES.filter((file) => titlesOf(file).flatMap(numbersIn).length === 0)
  expect(silent).toEqual(['numbers.test.ts'])
})

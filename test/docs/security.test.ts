import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { ROOT } from './support.ts'

const PAGE = readFileSync(join(ROOT, 'SECURITY.md'), 'utf8')

/** Each threat, in bold, with what is done about it and the tests that hold it. */
const THREATS = [...PAGE.matchAll(/^- \*\*(.+?)\*\*(.*?)(?=\n\n)/gms)].map(
  ([, threat = '', rest = '']): string[] => {
    const [answer = '', tests = ''] = rest.split(/^ {2}Tests: /m)
    return [threat.replace(/\s+/g, ' '), answer.trim(), tests]
  },
)

test('there are threats to all that is to be protected', () => {
  expect(THREATS.length).toBeGreaterThanOrEqual(20)
})

test.each(THREATS)('%s', (_threat, answer = '', tests = '') => {
  const files = [...tests.matchAll(/`(test\/[\w/.-]+\.test\.ts)`/g)].map(([, file = '']) => file)
  expect(answer).not.toBe('')
  expect(files.length).toBeGreaterThan(0)
  expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([])
})

test('the dependencies are as many as it says, and nothing runs when they are installed', () => {
  const [, count] = /There are (\d+) dependencies at run time/.exec(PAGE) ?? []
  expect(Object.keys(packageJson.dependencies)).toHaveLength(Number(count))
  const scripts = Object.keys(packageJson.scripts)
  expect(scripts.filter((name) => /^(?:pre|post)?install$|^prepare$/.test(name))).toEqual([])
})

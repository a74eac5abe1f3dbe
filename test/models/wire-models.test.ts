import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { wireDifferences } from '../../scripts/wire-models.ts'
import { CLIENT_VERSION } from '../../src/models/client-version.ts'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const IDS = read('src/models/ids.ts')
const PAGE = read('docs/models.md')
const captured = JSON.parse(read(`test/fixtures/captures/models-${CLIENT_VERSION}.json`)) as {
  models: Array<Record<string, unknown>>
}

test('table, ids and page follow the list of the client version', () => {
  expect(wireDifferences(captured, IDS, PAGE)).toEqual([])
})

test('what differs is named', () => {
  const [first, ...others] = captured.models
  const models = [{ ...first, context_window: 1, comp_hash: 'x' }, ...others.slice(0, -1), { slug: 'gpt-9' }]
  const gone = String(others.at(-1)?.slug)
  expect(wireDifferences({ models }, IDS, PAGE)).toEqual([
    `${first?.slug}: compHash is "3000" in src/models/table.ts, "x" in the list`,
    `${first?.slug}: contextWindow is 500000 in src/models/table.ts, 1 in the list`,
    'gpt-9 is not in src/models/table.ts',
    `${gone} is in src/models/table.ts, and not in the list`,
    'gpt-9 is not in src/models/ids.ts',
    'gpt-9 is not in docs/models.md',
  ])
})

import { expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { README } from './readme-blocks.ts'

/** The majors of `ai` that there is an entry for and that the tests run on. */
const MAJORS = Object.entries(packageJson.devDependencies)
  .filter(([name]) => /^ai\d?$/.test(name))
  .map(([, range]) => /\^(\d+)\./.exec(range)?.[1])

const ENTRIES = Object.values(packageJson.exports).filter((entry) => typeof entry === 'object')

const TRUE: Record<string, string | undefined> = {
  Licence: packageJson.license,
  Node: packageJson.engines.node,
  ai: MAJORS.sort().join(' | '),
  types: ENTRIES.every((entry) => entry.import.types && entry.require.types) ? 'included' : undefined,
}

const BADGES = [...README.matchAll(/^!\[(.*?)\]\((.*?)\)$/gm)].map(([, words = '', address = '']) => ({
  words,
  address,
}))

/** What a static badge of shields.io shows: `label-message-color`, where `--` stands for a dash. */
function readBadge(address: string): { label: string; message: string } {
  const [, path = ''] = /^https:\/\/img\.shields\.io\/badge\/(.*)$/.exec(address) ?? []
  const [label = '', message = ''] = path
    .replaceAll('--', '\0')
    .split('-')
    .map((part) => decodeURIComponent(part.replaceAll('\0', '-')))
  return { label, message }
}

test('there is a badge for each of these facts, and an entry for each ai', () => {
  expect(BADGES.map(({ address }) => readBadge(address).label)).toEqual(Object.keys(TRUE))
  expect(MAJORS).toHaveLength(
    Object.keys(packageJson.exports).filter((name) => /^\.(?:\/v\d)?$/.test(name)).length,
  )
})

test.each(BADGES)('$words', ({ words, address }) => {
  const { label, message } = readBadge(address)
  expect(message).toBe(TRUE[label])
  expect(words).toBe(`${label}: ${message}`)
})

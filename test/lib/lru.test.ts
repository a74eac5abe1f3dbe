import { describe, expect, test } from 'vitest'
import { cachesOf } from '../../src/core/caches.ts'
import { createCatalogues } from '../../src/core/catalogues.ts'
import { type Client, createClient } from '../../src/core/client.ts'
import type { CodexProviderSettings } from '../../src/core/settings.ts'
import { keepRecent } from '../../src/lib/lru.ts'
import { codexRoute } from '../../src/routes/codex.ts'

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index)

test('keepRecent: beyond the limit the one that was not used for longest goes', () => {
  const map = new Map<string | undefined, number>()
  for (const [index, key] of ['a', undefined, 'b', 'a', 'c', 'a'].entries()) keepRecent(map, key, index, 3)
  expect([...map]).toEqual([
    ['b', 2],
    ['c', 4],
    ['a', 5],
  ])
})

const client = (settings: CodexProviderSettings): Client =>
  createClient({ baseURL: 'http://127.0.0.1:9/backend-api/codex', ...settings }, codexRoute)

describe('of 101 accounts the one that was not used for longest loses its catalogue', () => {
  const tokensOf = (index: number) => ({ accessToken: 'token', accountId: `acc_${index}` })

  test.each(['of', 'known'] as const)('used: %s', (use) => {
    const catalogues = createCatalogues()
    const mine = client({})
    for (const index of numbers(100)) catalogues.of(mine, tokensOf(index))
    const first = catalogues[use](mine, tokensOf(0))
    catalogues.of(mine, tokensOf(100))
    expect(catalogues.known(mine, tokensOf(0))).toBe(first)
    expect(catalogues.known(mine, tokensOf(1))).toBeUndefined()
    expect(catalogues.known(mine, tokensOf(2))).toBeDefined()
  })
})

test('of 101 cache folders the one that was not used for longest loses its memory', () => {
  const fetch: typeof globalThis.fetch = async () => new Response()
  const memoryOf = (index: number) => cachesOf(client({ fetch, cacheDir: `/cache/${index}` }))
  const [first, second, third] = numbers(100).map(memoryOf)
  expect(memoryOf(0)).toBe(first)
  memoryOf(100)
  expect(memoryOf(0)).toBe(first)
  expect(memoryOf(2)).toBe(third)
  expect(memoryOf(1)).not.toBe(second)
})

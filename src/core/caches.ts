import { createPromptFiles, type PromptFiles } from '../instructions/prompt-files.ts'
import { createDiskCache } from '../lib/disk-cache.ts'
import { keepRecent } from '../lib/lru.ts'
import { type Catalogues, createCatalogues } from './catalogues.ts'
import type { Client } from './client.ts'

/** The caches that providers of a process share where they send with the same `fetch` and keep in the same folder. */
export interface Caches {
  readonly catalogues: Catalogues
  readonly promptFiles: PromptFiles
}

interface CachesOfFetch extends Caches {
  /** That of the last client. */
  fetch: typeof globalThis.fetch
}

/** Cache folders to remember for one `fetch`; those used last stay. */
const MAX_FOLDERS = 100

const cachesByFetch = new WeakMap<typeof globalThis.fetch, Map<string | undefined, CachesOfFetch>>()

/** Returns the caches of a client. */
export function cachesOf({ settings, resolved, fetch }: Client): Caches {
  const key = settings.fetch ?? globalThis.fetch
  const byFolder = cachesByFetch.get(key) ?? new Map<string | undefined, CachesOfFetch>()
  cachesByFetch.set(key, byFolder)
  const caches = byFolder.get(resolved.cacheDir) ?? createCaches(fetch, resolved.cacheDir)
  caches.fetch = fetch
  keepRecent(byFolder, resolved.cacheDir, caches, MAX_FOLDERS)
  return caches
}

function createCaches(fetch: typeof globalThis.fetch, cacheDir: string | undefined): CachesOfFetch {
  const caches: CachesOfFetch = {
    fetch,
    catalogues: createCatalogues(),
    promptFiles: createPromptFiles({
      fetch: (input, init) => caches.fetch(input, init),
      cache: createDiskCache(cacheDir),
    }),
  }
  return caches
}

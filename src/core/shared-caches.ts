import { createPromptFiles, type PromptFiles } from '../instructions/prompt-files.ts'
import { createDiskCache } from '../lib/disk-cache.ts'
import { keepRecent } from '../lib/lru.ts'
import { type Catalogues, createCatalogues } from './catalogues.ts'
import type { Client } from './client.ts'

/** What is fetched once for all providers of a process that reach it in the same way. */
export interface ProcessMemory {
  readonly catalogues: Catalogues
  readonly promptFiles: PromptFiles
}

interface Kept extends ProcessMemory {
  /** Of the client that asked last. */
  fetch: typeof globalThis.fetch
}

/** Cache folders whose memory is kept for one `fetch`, those used last. */
const MAX_FOLDERS = 100

const memories = new WeakMap<typeof globalThis.fetch, Map<string | undefined, Kept>>()

/** The memory of the client: that of all with the same `fetch` and the same cache folder. */
export function processMemory({ settings, resolved, fetch }: Client): ProcessMemory {
  const key = settings.fetch ?? globalThis.fetch
  const byFolder = memories.get(key) ?? new Map<string | undefined, Kept>()
  memories.set(key, byFolder)
  const kept = byFolder.get(resolved.cacheDir) ?? createMemory(fetch, resolved.cacheDir)
  kept.fetch = fetch
  keepRecent(byFolder, resolved.cacheDir, kept, MAX_FOLDERS)
  return kept
}

function createMemory(fetch: typeof globalThis.fetch, cacheDir: string | undefined): Kept {
  const kept: Kept = {
    fetch,
    catalogues: createCatalogues(),
    promptFiles: createPromptFiles({
      fetch: (input, init) => kept.fetch(input, init),
      cache: createDiskCache(cacheDir),
    }),
  }
  return kept
}

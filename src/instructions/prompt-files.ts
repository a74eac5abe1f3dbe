import { DISK_WAIT_MS, type DiskCache } from '../lib/disk-cache.ts'
import { isObject } from '../lib/json.ts'
import {
  createStaleCache,
  isYounger,
  type Patience,
  type StaleCache,
  type Stamped,
} from '../lib/stale-cache.ts'
import type { ModelFamily } from '../models/ids.ts'
import {
  fetchPromptFile,
  GITHUB_BASES,
  type GitHub,
  type GitHubBases,
  isPromptText,
  isTag,
  newestRelease,
  type PromptFile,
  promptFileURL,
} from './github.ts'

/** The release to use where the newest one has no such file, or is unknown. It is a few days younger than the last of the four models. */
export const PINNED_RELEASE = 'rust-v0.63.0'

/** Limit for loading a file, with the look-ups before it, in milliseconds. */
export const PROMPT_LOAD_MS = 10_000
/** Limit for each way to the newest release, in milliseconds. */
export const RELEASE_LOOKUP_MS = 4_000

const FILES: Readonly<Partial<Record<ModelFamily, string>>> = {
  'codex-max': 'gpt-5.1-codex-max_prompt.md',
  codex: 'gpt_5_codex_prompt.md',
  'codex-mini': 'gpt_5_codex_prompt.md',
  'gpt-5.1': 'gpt_5_1_prompt.md',
}

/** Settings of {@link createPromptFiles}; times in milliseconds. */
export interface PromptFilesOptions {
  fetch: typeof globalThis.fetch
  cache: DiskCache
  /** Milliseconds since 1970. @default `Date.now` */
  now?: (() => number) | undefined
  /** @default the public GitHub */
  bases?: GitHubBases | undefined
  /** Life of a fresh copy and of a remembered failure. @default 15 minutes */
  freshMs?: number | undefined
  /** Limit for the wait of calls without a copy, all together. @default 3 000 */
  waitMs?: number | undefined
  /** Limit for loading a file, with its two look-ups. @default 10 000 */
  loadMs?: number | undefined
  /** Limit for each of the two look-ups of the newest release. @default 4 000 */
  lookupMs?: number | undefined
  /** The part of the wait that reading the disk may take. @default 1 000 */
  restoreMs?: number | undefined
}

/** The base instructions of the original model families, from the public `openai/codex` repository. */
export interface PromptFiles {
  /**
   * Reads the text for a family; undefined where it is not available now, or the family has no file. A copy is used at
   * once and renewed behind the call.
   *
   * @throws the reason of the caller's abort, which ends nobody else's wait. Calls wait once in all, whatever their files.
   */
  read(family: ModelFamily, signal?: AbortSignal): Promise<string | undefined>
}

/** Nothing is read or asked for before the first `read`. */
export function createPromptFiles(options: PromptFilesOptions): PromptFiles {
  const { fetch, cache, now = Date.now, bases = GITHUB_BASES, freshMs = 15 * 60_000 } = options
  const { waitMs = 3_000, loadMs = PROMPT_LOAD_MS, lookupMs = RELEASE_LOOKUP_MS } = options
  const { restoreMs = DISK_WAIT_MS } = options
  const github: GitHub = { fetch, bases, lookupMs }
  const newest = rememberRelease(github, freshMs, now)
  const caches = new Map<string, StaleCache<PromptFile>>()
  const patience: Patience = {}

  async function load(file: string, previous: PromptFile | undefined, signal: AbortSignal) {
    const tag = await newest()
    try {
      return await loadPromptFile(github, tag, file, previous, signal)
    } catch (error) {
      // GitHub is out of reach, for the other files too.
      if (tag === undefined) patience.ranOutAt = now()
      throw error
    }
  }

  const createCache = (file: string): StaleCache<PromptFile> => {
    const name = `instructions-${file.replace(/\.md$/, '')}.json`
    return createStaleCache<PromptFile>({
      load: (previous, signal) => load(file, previous, signal),
      restore: async () => readEntry(await cache.read(name), file, bases, now()),
      save: ({ value, at }) => cache.write(name, { ...value, checkedAt: at }),
      freshMs,
      retryMs: freshMs,
      waitMs,
      loadMs,
      restoreMs,
      patience,
      now,
    })
  }

  return {
    async read(family, signal) {
      const file = FILES[family]
      if (file === undefined) return undefined
      const known = caches.get(file) ?? createCache(file)
      caches.set(file, known)
      return (await known.get(signal))?.text
    },
  }
}

/** Looks up the newest release once for all files; a failure is remembered too. */
function rememberRelease(github: GitHub, freshMs: number, now: () => number) {
  let asked: { tag: Promise<string | undefined>; at: number } | undefined
  return (): Promise<string | undefined> => {
    if (!asked || !isYounger(asked.at, freshMs, now())) asked = { tag: newestRelease(github), at: now() }
    return asked.tag
  }
}

async function loadPromptFile(
  github: GitHub,
  newest: string | undefined,
  file: string,
  previous: PromptFile | undefined,
  signal: AbortSignal,
): Promise<PromptFile> {
  // A copy may be of a newer release than the pinned one: it stays until the newest is known.
  if (newest === undefined && previous) throw new Error('Could not look up the newest release.')
  for (const tag of new Set([newest ?? PINNED_RELEASE, PINNED_RELEASE])) {
    const found = await fetchPromptFile(github, tag, file, previous, signal)
    if (found) return found
  }
  throw new Error(`No release has ${file}.`)
}

// 2001 in milliseconds: what is below is a stamp in seconds.
const FIRST_STAMP = 1e12

/** Reads a cached value, if it is an entry for this file at this address. */
function readEntry(
  entry: unknown,
  file: string,
  bases: GitHubBases,
  now: number,
): Stamped<PromptFile> | undefined {
  if (!isObject(entry)) return undefined
  const { tag, url, etag, text, checkedAt } = entry
  if (entry.file !== file || !isTag(tag) || url !== promptFileURL(bases, tag, file)) return undefined
  if (typeof text !== 'string' || !isPromptText(text)) return undefined
  if (typeof checkedAt !== 'number' || !(checkedAt >= FIRST_STAMP && checkedAt <= now)) return undefined
  const isETag = typeof etag === 'string' && /^(?:W\/)?"[\x21\x23-\x7e]*"$/.test(etag)
  return { value: { file, tag, url, etag: isETag ? etag : undefined, text }, at: checkedAt }
}

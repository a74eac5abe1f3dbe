import type { DiskCache } from '../lib/disk-cache.ts'
import { asObject, textOf } from '../lib/json.ts'
import { sha256 } from '../lib/runtime.ts'
import { type CatalogueModel, readCatalogue } from './catalogue-entry.ts'

/** The login that a catalogue belongs to: it is never shared with another one. */
export interface CatalogueKey {
  readonly baseURL: string
  readonly clientVersion: string
  readonly accountId: string | undefined
  /** Where account or user are unknown, the catalogue lives in memory only. */
  readonly userId: string | undefined
}

/** A catalogue as it was fetched. */
export interface CatalogueCopy {
  readonly models: readonly CatalogueModel[]
  readonly etag: string | undefined
  /** When the backend last said that it holds: milliseconds since 1970. */
  readonly fetchedAt: number
}

/** The copy of one catalogue that outlives the process. */
export interface CatalogueFile {
  /** The copy, or undefined where there is none that can be trusted. */
  read(): Promise<CatalogueCopy | undefined>
  /** Keeps an answer of the backend. */
  write(json: unknown, copy: CatalogueCopy): Promise<void>
  /** Sets the time of the copy that is kept, if it is the one with this ETag. */
  renew(copy: CatalogueCopy): Promise<void>
}

/** Our clock may be behind that of the process that wrote the copy, by this at most. */
const CLOCK_SKEW_MS = 60_000
// A time stamp in seconds is one of 1970.
const EARLIEST_STAMP = Date.UTC(2020)

/** The copy of the catalogue of `key` in a cache. `now` in milliseconds since 1970. */
export function catalogueFile(cache: DiskCache, key: CatalogueKey, now: () => number): CatalogueFile {
  const { baseURL, clientVersion, accountId, userId } = key
  const identity = JSON.stringify([baseURL, clientVersion, accountId, userId])
  let name: Promise<string> | undefined

  async function nameOf(): Promise<string> {
    const digest = (await sha256(identity)).subarray(0, 16)
    const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
    return `catalogue-${hex}.json`
  }

  async function readStored(): Promise<{ stored: Record<string, unknown>; copy: CatalogueCopy } | undefined> {
    name ??= nameOf()
    const stored = asObject(await cache.read(await name))
    const { fetchedAt } = stored
    const isOurs =
      identity === JSON.stringify([stored.baseURL, stored.clientVersion, stored.accountId, stored.userId])
    if (!isOurs || typeof fetchedAt !== 'number') return undefined
    if (fetchedAt < EARLIEST_STAMP || fetchedAt > now() + CLOCK_SKEW_MS) return undefined
    const models = readCatalogue(stored)
    if (models.length === 0) return undefined
    return { stored, copy: { models, etag: textOf(stored.etag), fetchedAt } }
  }

  if (accountId === undefined || userId === undefined) {
    return { read: async () => undefined, write: async () => {}, renew: async () => {} }
  }
  return {
    read: async () => (await readStored())?.copy,
    async write(json, { etag, fetchedAt }) {
      name ??= nameOf()
      const { models } = asObject(json)
      await cache.write(await name, { ...key, fetchedAt, etag, models })
    },
    async renew({ etag, fetchedAt }) {
      const kept = await readStored()
      if (name && kept && kept.copy.etag === etag)
        await cache.write(await name, { ...kept.stored, fetchedAt })
    },
  }
}

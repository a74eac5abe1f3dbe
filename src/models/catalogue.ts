import { APICallError, InvalidResponseDataError } from '@ai-sdk/provider'
import type { DiskCache } from '../lib/disk-cache.ts'
import { createStaleCache, isYounger, type StartTimer } from '../lib/stale-cache.ts'
import { type CatalogueModel, readCatalogue } from './catalogue-entry.ts'
import { type CatalogueCopy, type CatalogueKey, catalogueFile } from './catalogue-file.ts'

/** Limit for the wait of calls without a copy, all together. */
export const CATALOGUE_WAIT_MS = 3000
/** When a fetch is given up, whoever waits for it. */
export const CATALOGUE_FETCH_MS = 10_000

const LIFE_MS = 60 * 60_000
const FAILURE_MEMORY_MS = 15 * 60_000
/** Between two renewals that only an ETag asked for. */
const ETAG_PAUSE_MS = 5 * 60_000

/** One answer of `GET …/models`. */
export interface CatalogueAnswer {
  readonly status: number
  readonly etag: string | undefined
  readonly json: unknown
}

/** The source of a catalogue, and where it is kept. */
export interface CatalogueOptions {
  /**
   * Fetches the list, with `If-None-Match` where there is an ETag. Rejects for what is neither 200 nor 304. `signal`
   * aborts after {@link CATALOGUE_FETCH_MS}, never for the abort of one caller.
   */
  fetchModels(etag: string | undefined, signal: AbortSignal): Promise<CatalogueAnswer>
  cache: DiskCache
  key: CatalogueKey
  /** The service, as errors name it. @default 'Codex' */
  api?: string | undefined
  /** Milliseconds since 1970. Default `Date.now`. */
  now?: (() => number) | undefined
  /** Default: `setTimeout`. */
  startTimer?: StartTimer | undefined
}

/** The backend's list of models, for one login. */
export interface Catalogue {
  /**
   * A model's entry for a call, or undefined where the catalogue lacks it or is not available now. A copy is used at once,
   * however old, and renewed behind the call. Rejects only with the reason of the caller's abort.
   */
  find(modelId: string, signal?: AbortSignal): Promise<CatalogueModel | undefined>
  /** A model's entry in the copy that is in memory, however old: nothing is read or asked for. */
  atHand(modelId: string): CatalogueModel | undefined
  /**
   * All entries: those of the last hour, else fetched; where that fails, the copy, however old.
   *
   * @throws what the fetch failed with, where there is no copy or the login was refused (401, 403).
   */
  list(signal?: AbortSignal): Promise<CatalogueModel[]>
  /** The entries of the copy, however old, without a look at the backend; undefined where there is none. */
  kept(): Promise<CatalogueModel[] | undefined>
  /** The next call asks again, though the last fetch failed: that was for a reason that is gone. */
  forgetFailure(): void
  /** The ids of the models that clients show, where a copy is in memory. */
  listedIds(): string[] | undefined
  /** Takes the `x-models-etag` of an answer: a copy with another one is renewed behind the next need for it. */
  noteEtag(etag: string | undefined): void
}

/**
 * Makes a catalogue that is kept for an hour in memory and in `cache`. A failure is remembered for 15 minutes, so that a
 * hundred calls against a hanging server wait once in all.
 */
export function createCatalogue(options: CatalogueOptions): Catalogue {
  const { fetchModels, cache: disk, key, api = 'Codex', now = Date.now, startTimer } = options
  const file = catalogueFile(disk, key, now)
  let notedEtag: string | undefined
  /** The noted ETag of the last renewal: whatever came of it, it is not the reason for another one. */
  let answered: { etag: string; at: number } | undefined

  const isOutdated = ({ etag }: CatalogueCopy) =>
    notedEtag !== undefined &&
    opaque(notedEtag) !== opaque(etag) &&
    notedEtag !== answered?.etag &&
    !isYounger(answered?.at, ETAG_PAUSE_MS, now())

  async function load(before: CatalogueCopy | undefined, signal: AbortSignal): Promise<CatalogueCopy> {
    const { status, etag, json } = await fetchModels(before?.etag, signal)
    // A `fetch` that ignores its signal may answer after the one that took its place.
    signal.throwIfAborted()
    const copy = toCopy({ status, etag, json }, before)
    if (notedEtag !== undefined) answered = { etag: notedEtag, at: now() }
    const keeping = status === 304 ? file.renew(copy) : file.write(json, copy)
    keeping.catch(() => {})
    return copy
  }

  function toCopy({ status, etag, json }: CatalogueAnswer, before: CatalogueCopy | undefined): CatalogueCopy {
    if (status === 304 && before) return { ...before, fetchedAt: now() }
    const models = status === 200 ? readCatalogue(json) : []
    if (models.length > 0) return { models, etag, fetchedAt: now() }
    const message = `Could not read the list of models: status ${status}, no model in it.`
    throw new InvalidResponseDataError({ data: json, message })
  }

  const cache = createStaleCache<CatalogueCopy>({
    load,
    async restore() {
      const stored = await file.read()
      return stored && { value: stored, at: stored.fetchedAt }
    },
    isOutdated,
    lateReason: () => lateError(key.baseURL, api),
    freshMs: LIFE_MS,
    retryMs: FAILURE_MEMORY_MS,
    waitMs: CATALOGUE_WAIT_MS,
    loadMs: CATALOGUE_FETCH_MS,
    now,
    startTimer,
  })

  return {
    find: async (modelId, signal) => entryOf(await cache.get(signal), modelId),
    atHand: (modelId) => entryOf(cache.peek(), modelId),
    async list(signal) {
      try {
        return [...(await cache.load(signal)).models]
      } catch (error) {
        signal?.throwIfAborted()
        const copy = cache.peek()
        if (!copy || isRefusedLogin(error)) throw error
        return [...copy.models]
      }
    },
    async kept() {
      const copy = await cache.copy()
      return copy && [...copy.models]
    },
    forgetFailure: () => cache.forgetFailure(),
    listedIds: () =>
      cache
        .peek()
        ?.models.filter(({ visibility }) => visibility !== 'hide')
        .map(({ id }) => id),
    noteEtag(etag) {
      if (etag) notedEtag = etag
    },
  }
}

const entryOf = (copy: CatalogueCopy | undefined, modelId: string): CatalogueModel | undefined =>
  copy?.models.find(({ id }) => id === modelId)

const lateError = (baseURL: string, api: string): APICallError =>
  new APICallError({
    message: `${api} API error: the list of models did not arrive within ${CATALOGUE_FETCH_MS} ms.`,
    url: `${baseURL}/models`,
    requestBodyValues: {},
    isRetryable: true,
  })

/** An ETag without its quotes and the mark of a weak one: a header may lack them. */
const opaque = (etag: string | undefined): string | undefined => etag?.replace(/^W\//, '').replaceAll('"', '')

/** The backend says that this login may not see the list: an old copy would hide that. */
function isRefusedLogin(error: unknown): boolean {
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : 0
  return status === 401 || status === 403
}

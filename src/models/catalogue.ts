import { APICallError, InvalidResponseDataError } from '@ai-sdk/provider'
import { unref, untilAborted } from '../lib/abort.ts'
import { DISK_WAIT_MS, type DiskCache } from '../lib/disk-cache.ts'
import { type CatalogueModel, readCatalogue } from './catalogue-entry.ts'
import { type CatalogueCopy, type CatalogueKey, catalogueFile } from './catalogue-file.ts'

/** How long calls without a copy wait for a fetch, all together. */
export const CATALOGUE_WAIT_MS = 3000
/** When a fetch is given up, whoever waits for it. */
export const CATALOGUE_FETCH_MS = 10_000

const LIFE_MS = 60 * 60_000
const FAILURE_MEMORY_MS = 15 * 60_000
/** Between two renewals that only an ETag asked for. */
const ETAG_PAUSE_MS = 5 * 60_000
const CLOCK_SKEW_MS = 60_000

/** One answer of `GET …/models`. */
export interface CatalogueAnswer {
  readonly status: number
  readonly etag: string | undefined
  readonly json: unknown
}

/** What a catalogue is made of. */
export interface CatalogueOptions {
  /**
   * Fetches the list, with `If-None-Match` where there is an ETag. Rejects for what is neither 200 nor 304. `signal`
   * aborts after {@link CATALOGUE_FETCH_MS}, never for the abort of one caller.
   */
  fetchModels(etag: string | undefined, signal: AbortSignal): Promise<CatalogueAnswer>
  cache: DiskCache
  key: CatalogueKey
  /** Milliseconds since 1970. Default `Date.now`. */
  now?: (() => number) | undefined
  /** Runs something later; gives what calls it off. A timer behind a call keeps no process alive. Default: `setTimeout`. */
  startTimer?: ((run: () => void, ms: number, isBehind: boolean) => () => void) | undefined
}

/** The backend's list of models, for one login. */
export interface Catalogue {
  /**
   * A model's entry for a call, or undefined where the catalogue lacks it or can't be had now. A copy is used at once,
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

/** A fetch that is under way. */
interface Flight {
  readonly startedAt: number
  readonly answer: Promise<CatalogueCopy>
  giveUp(): void
  /** Settles when the calls that wait for it have waited enough. */
  patience?: Promise<undefined>
  readonly stopTimers: Array<() => void>
}

/**
 * A catalogue that is kept for an hour in memory and in `cache`. One fetch at a time; a failure is remembered for
 * 15 minutes, so that a hundred calls against a hanging server wait once in all.
 */
export function createCatalogue(options: CatalogueOptions): Catalogue {
  const { fetchModels, cache, key, now = Date.now, startTimer = setTimer } = options
  const file = catalogueFile(cache, key, now)
  let copy: CatalogueCopy | undefined
  let restoring = Promise.resolve()
  let restoredAt: number | undefined
  let flight: Flight | undefined
  let failedAt: number | undefined
  let notedEtag: string | undefined
  /** The noted ETag of the last renewal: whatever came of it, it is not the reason for another one. */
  let settled: { etag: string; at: number } | undefined

  // After a clock was set back, what seems to come from the future is not young for ever.
  const isYounger = (at: number | undefined, ms: number) =>
    at !== undefined && now() - at < ms && now() - at >= -CLOCK_SKEW_MS

  const hasFailedLately = () => isYounger(failedAt, FAILURE_MEMORY_MS)

  const isFresh = (held: CatalogueCopy) => isYounger(held.fetchedAt, LIFE_MS) && !isOutdated(held)

  const isOutdated = ({ etag }: CatalogueCopy) =>
    notedEtag !== undefined &&
    opaque(notedEtag) !== opaque(etag) &&
    notedEtag !== settled?.etag &&
    !isYounger(settled?.at, ETAG_PAUSE_MS)

  /** The copy in memory, else the one on disk, which is looked at once an hour at most: another process may renew it. */
  async function held(): Promise<CatalogueCopy | undefined> {
    if (copy && isYounger(copy.fetchedAt, LIFE_MS)) return copy
    if (!isYounger(restoredAt, LIFE_MS)) {
      restoredAt = now()
      restoring = briefly(restore())
    }
    await restoring
    return copy
  }

  async function restore(): Promise<void> {
    const stored = await file.read()
    if (stored && (!copy || stored.fetchedAt > copy.fetchedAt)) copy = stored
  }

  /** Waits for the disk no longer than a call can; what comes later is still taken. */
  function briefly(reading: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const stop = startTimer(resolve, DISK_WAIT_MS, false)
      reading
        .catch(() => {})
        .finally(() => {
          stop()
          resolve()
        })
    })
  }

  async function ask(signal: AbortSignal): Promise<CatalogueCopy> {
    const before = copy
    const { status, etag, json } = await fetchModels(before?.etag, signal)
    // A `fetch` may be deaf to its signal, and answer after the one that took its place.
    signal.throwIfAborted()
    if (status === 304 && before) {
      const renewed = { ...before, fetchedAt: now() }
      file.renew(renewed).catch(() => {})
      return renewed
    }
    const models = status === 200 ? readCatalogue(json) : []
    if (models.length === 0) {
      const message = `The list of models can't be read: status ${status}, no model in it.`
      throw new InvalidResponseDataError({ data: json, message })
    }
    const fetched = { models, etag, fetchedAt: now() }
    file.write(json, fetched).catch(() => {})
    return fetched
  }

  /** The fetch that is under way, else a new one. */
  function renew(): Flight {
    // Edge runtimes freeze timers: the clock may know more.
    if (flight && isYounger(flight.startedAt, CATALOGUE_FETCH_MS)) return flight
    flight?.giveUp()
    const { signal, giveUp } = limit(key.baseURL)
    const own: Flight = {
      startedAt: now(),
      // A `fetch` may be deaf to its signal.
      answer: untilAborted(ask(signal), signal),
      giveUp,
      stopTimers: [startTimer(giveUp, CATALOGUE_FETCH_MS, true)],
    }
    flight = own
    own.answer.then(
      (fetched) => land(own, fetched),
      () => land(own, undefined),
    )
    return own
  }

  function land(landed: Flight, fetched: CatalogueCopy | undefined): void {
    for (const stop of landed.stopTimers) stop()
    if (landed !== flight) return
    flight = undefined
    failedAt = fetched ? undefined : now()
    if (!fetched) return
    copy = fetched
    if (notedEtag !== undefined) settled = { etag: notedEtag, at: now() }
  }

  /** The answer, or undefined where it fails or does not come in time; the fetch goes on then. */
  function patiently(own: Flight, ms: number): Promise<CatalogueCopy | undefined> {
    own.patience ??= new Promise((resolve) => {
      const onEnd = () => {
        if (own === flight) failedAt = now()
        resolve(undefined)
      }
      own.stopTimers.push(startTimer(onEnd, ms, false))
    })
    return Promise.race([own.answer.catch(() => undefined), own.patience])
  }

  /** The answer, with a timer that keeps the process alive for who awaits it. */
  function awaited(own: Flight): Promise<CatalogueCopy> {
    own.stopTimers.push(startTimer(own.giveUp, own.startedAt + CATALOGUE_FETCH_MS - now(), false))
    return own.answer
  }

  async function forCall(): Promise<CatalogueCopy | undefined> {
    const askedAt = now()
    const found = await held()
    if (found) {
      if (!isFresh(found) && !hasFailedLately()) renew()
      return found
    }
    if (hasFailedLately()) return undefined
    // What the disk took is part of the wait.
    const left = CATALOGUE_WAIT_MS - Math.min(DISK_WAIT_MS, Math.max(0, now() - askedAt))
    return patiently(renew(), left)
  }

  async function forList(): Promise<CatalogueCopy> {
    const found = await held()
    if (found && isFresh(found)) return found
    try {
      return await awaited(renew())
    } catch (error) {
      if (!found || isRefusedLogin(error)) throw error
      return found
    }
  }

  return {
    async find(modelId, signal) {
      signal?.throwIfAborted()
      return entryOf(await untilAborted(forCall(), signal), modelId)
    },
    atHand: (modelId) => entryOf(copy, modelId),
    async list(signal) {
      signal?.throwIfAborted()
      return [...(await untilAborted(forList(), signal)).models]
    },
    kept: async () => {
      const found = await held()
      return found && [...found.models]
    },
    forgetFailure() {
      failedAt = undefined
    },
    listedIds: () => copy?.models.filter(({ visibility }) => visibility !== 'hide').map(({ id }) => id),
    noteEtag(etag) {
      if (etag) notedEtag = etag
    },
  }
}

const entryOf = (copy: CatalogueCopy | undefined, modelId: string): CatalogueModel | undefined =>
  copy?.models.find(({ id }) => id === modelId)

function setTimer(run: () => void, ms: number, isBehind: boolean): () => void {
  const timer = setTimeout(run, ms)
  if (isBehind) unref(timer)
  return () => clearTimeout(timer)
}

/** A signal that ends a fetch of the list, with the error for who asked for it. */
function limit(baseURL: string): { signal: AbortSignal; giveUp: () => void } {
  const controller = new AbortController()
  const giveUp = () =>
    controller.abort(
      new APICallError({
        message: `Codex API error: the list of models did not come within ${CATALOGUE_FETCH_MS} ms.`,
        url: `${baseURL}/models`,
        requestBodyValues: {},
        isRetryable: true,
      }),
    )
  return { signal: controller.signal, giveUp }
}

/** An ETag without its quotes and the mark of a weak one: a header may lack them. */
const opaque = (etag: string | undefined): string | undefined => etag?.replace(/^W\//, '').replaceAll('"', '')

/** The backend says that this login may not see the list: an old copy would hide that. */
function isRefusedLogin(error: unknown): boolean {
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : 0
  return status === 401 || status === 403
}

import { UnsupportedFunctionalityError } from '@ai-sdk/provider'
import type { CodexTokens } from '../auth/tokens.ts'
import type { CodexRateLimits } from '../events/rate-limits.ts'
import type { CodexImageCall, CodexImages } from '../images/call.ts'
import { type CodexModelInfo, toModelInfo } from '../models/catalogue-entry.ts'
import type { CodexCall } from '../request/call.ts'
import { createWarningCollector } from '../request/warnings.ts'
import type { Route } from '../routes/route.ts'
import { type ModelSetup, toRequest } from './build-request.ts'
import { cachesOf } from './caches.ts'
import { type Client, createClientSource } from './client.ts'
import type { Compaction } from './compact.ts'
import type { ImageModelSetup } from './generate-images.ts'
import { logCall, logCompaction, logImages } from './log-call.ts'
import { createLogins, type Login } from './login.ts'
import { sendWithRecovery } from './recover.ts'
import { createRefusals, type Refusals } from './refusals.ts'
import type { CodexAnswer, OngoingCall } from './send-call.ts'
import type { ProviderSettings } from './settings.ts'
import { createSockets, type Sockets } from './sockets.ts'
import { createTurnStates, type TurnStates } from './turn-state.ts'
import { fetchUsage } from './usage.ts'

/** The network side of a provider. */
export interface Calls {
  answer(model: ModelSetup, call: CodexCall): Promise<CodexAnswer>
  images(model: ImageModelSetup, call: CodexImageCall): Promise<CodexImages>
  compact(model: ModelSetup, call: CodexCall): Promise<Compaction>
  models(signal: AbortSignal | undefined): Promise<CodexModelInfo[]>
  usage(signal: AbortSignal | undefined): Promise<CodexRateLimits>
  /** The calls of another login, with all other settings the same. */
  withSettings(settings: ProviderSettings): Calls
}

/** What the providers of several logins share. All of it is kept apart by login, and bounded for all of them. */
interface Shared {
  readonly sockets: Sockets
  readonly turnStates: TurnStates
  readonly refusals: Refusals
  readonly compactions: Map<string, Compaction>
}

const createShared = (): Shared => ({
  sockets: createSockets(),
  turnStates: createTurnStates(),
  refusals: createRefusals(),
  compactions: new Map(),
})

/** The sender of a call and its login. */
interface Opened {
  readonly client: Client
  readonly login: Login
}

/** Joins the rooms. The provider loads this file with its first call, so that importing an entry costs little. */
export function createCalls(settings: ProviderSettings, route: Route, shared = createShared()): Calls {
  // Each provider asks for its own: a function may mean another user in each request.
  const loginOf = createLogins()
  const { sockets, turnStates, refusals, compactions } = shared
  const clientNow = createClientSource(settings, route, sockets)
  async function open(): Promise<Opened> {
    const client = clientNow()
    return { client, login: await loginOf(client) }
  }

  /** Builds the request of a call, and what stays the same however often it is sent. */
  async function begin(model: ModelSetup, call: CodexCall, { client, login }: Opened) {
    const { catalogues, promptFiles } = cachesOf(client)
    let asked: Promise<CodexTokens> | undefined
    const getTokens = () => {
      asked ??= login.getTokens(call.signal)
      return asked
    }
    const build = (built: CodexCall) =>
      toRequest(built, model, client, promptFiles, {
        findEntry: async () => catalogues.of(client, await getTokens()).find(model.modelId, call.signal),
        entryAtHand: () => {
          const tokens = login.latest()
          return tokens && catalogues.known(client, tokens)?.atHand(model.modelId)
        },
      })
    const request = await build(call)
    const ongoing: OngoingCall = {
      call,
      client,
      login,
      getTokens,
      catalogues,
      turnStates,
      refusals,
      compactions,
      sentTokens: new Set<CodexTokens>(),
    }
    return { ongoing, request, build }
  }

  /** Builds the request, sends it, and reads up to the first output. */
  async function answerOnce(model: ModelSetup, call: CodexCall, opened: Opened): Promise<CodexAnswer> {
    const { ongoing, request, build } = await begin(model, call, opened)
    if (request.compactAt === undefined) return sendWithRecovery(ongoing, request)
    const { answerCompacting } = await import('./compact.ts')
    return answerCompacting(ongoing, request, ({ item, compHash }) => {
      const messages = call.messages.concat({
        role: 'assistant',
        content: [{ type: 'opaque', item, compHash }],
      })
      // The first request has had all warnings.
      return build({ ...call, messages, warnings: createWarningCollector() })
    })
  }

  /** Answers the searches for tools of an answer, too. */
  async function answerAll(model: ModelSetup, call: CodexCall, opened: Opened): Promise<CodexAnswer> {
    const first = await answerOnce(model, call, opened)
    const { search } = first.request
    if (!search) return first
    const { continueWithSearches } = await import('./tool-search.ts')
    return continueWithSearches(first, {
      search,
      call,
      send: (next) => answerOnce(model, next, opened),
      searchTimeoutMs: opened.client.resolved.timeouts.idle,
    })
  }

  return {
    async answer(model, call) {
      const client = clientNow()
      const start = async () => answerAll(model, call, { client, login: await loginOf(client) })
      return client.log ? logCall(client.log, model.modelId, call.signal, start) : start()
    },
    async compact(model, call) {
      const { advice } = route
      if (advice.compaction !== undefined) {
        throw new UnsupportedFunctionalityError({ functionality: 'compact()', message: advice.compaction })
      }
      const client = clientNow()
      const start = async () => {
        const { ongoing, request } = await begin(model, call, { client, login: await loginOf(client) })
        const { compactHistory } = await import('./compact.ts')
        return compactHistory(ongoing, request, true)
      }
      return client.log ? logCompaction(client.log, model.modelId, call.signal, start) : start()
    },
    async images(model, call) {
      const client = clientNow()
      const start = async () => {
        const login = await loginOf(client)
        // Most apps make none.
        const { generateImages } = await import('./generate-images.ts')
        return generateImages(model, call, client, login)
      }
      return client.log ? logImages(client.log, model.modelId, call.signal, start) : start()
    },
    async models(signal) {
      const { client, login } = await open()
      return (await cachesOf(client).catalogues.list(client, login, signal)).map(toModelInfo)
    },
    async usage(signal) {
      const { client, login } = await open()
      return fetchUsage(client, login, signal)
    },
    withSettings: (other) => createCalls(other, route, shared),
  }
}

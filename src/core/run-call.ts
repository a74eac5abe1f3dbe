import type { CodexTokens } from '../auth/tokens.ts'
import type { CodexRateLimits } from '../events/rate-limits.ts'
import { type CodexModelInfo, toModelInfo } from '../models/catalogue-entry.ts'
import type { CodexCall } from '../request/call.ts'
import type { Route } from '../routes/route.ts'
import { type ModelSetup, toRequest } from './build-request.ts'
import { cachesOf } from './caches.ts'
import { createClient } from './client.ts'
import { createLogins } from './login.ts'
import { sendWithRecovery } from './recover.ts'
import { createRefusals } from './refusals.ts'
import type { CodexAnswer } from './send-call.ts'
import type { ProviderSettings } from './settings.ts'
import { createSockets } from './sockets.ts'
import { createTurnStates } from './turn-state.ts'
import { fetchUsage } from './usage.ts'

/** The network side of a provider. */
export interface Calls {
  answer(model: ModelSetup, call: CodexCall): Promise<CodexAnswer>
  models(signal: AbortSignal | undefined): Promise<CodexModelInfo[]>
  usage(signal: AbortSignal | undefined): Promise<CodexRateLimits>
}

/** Joins the rooms. The provider loads this file with its first call, so that importing an entry costs little. */
export function createCalls(settings: ProviderSettings, route: Route): Calls {
  const loginOf = createLogins()
  const sockets = createSockets()
  const turnStates = createTurnStates()
  const refusals = createRefusals()
  async function open() {
    const client = createClient(settings, route, sockets)
    return { client, login: await loginOf(client) }
  }

  return {
    async answer(model, call) {
      const { client, login } = await open()
      const { catalogues, promptFiles } = cachesOf(client)
      let asked: Promise<CodexTokens> | undefined
      const getTokens = () => {
        asked ??= login.getTokens(call.signal)
        return asked
      }
      const request = await toRequest(call, model, client, promptFiles, {
        findEntry: async () => catalogues.of(client, await getTokens()).find(model.modelId, call.signal),
        entryAtHand: () => {
          const tokens = login.latest()
          return tokens && catalogues.known(client, tokens)?.atHand(model.modelId)
        },
      })
      const ongoing = {
        call,
        client,
        login,
        getTokens,
        catalogues,
        turnStates,
        refusals,
        sentTokens: new Set<CodexTokens>(),
      }
      return sendWithRecovery(ongoing, request)
    },
    async models(signal) {
      const { client, login } = await open()
      return (await cachesOf(client).catalogues.list(client, login, signal)).map(toModelInfo)
    },
    async usage(signal) {
      const { client, login } = await open()
      return fetchUsage(client, login, signal)
    },
  }
}

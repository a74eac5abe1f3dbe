import type { CodexRateLimits } from '../events/rate-limits.ts'
import { type CodexModelInfo, toModelInfo } from '../models/catalogue-entry.ts'
import type { CodexCall } from '../request/call.ts'
import { type ModelSetup, toRequest } from './build-request.ts'
import { type Asker, fetchUsage } from './catalogues.ts'
import { clientOf } from './client.ts'
import { createLogins } from './logins.ts'
import { exchange } from './recover.ts'
import { createRefusedFields } from './refused-fields.ts'
import { createRepeats } from './repeats.ts'
import type { CodexAnswer, Memory } from './send-call.ts'
import type { CodexProviderSettings } from './settings.ts'
import { processMemory } from './shared-caches.ts'
import { createTurnStates } from './turn-state.ts'

/** What a provider does over the network. */
export interface Calls {
  answer(model: ModelSetup, call: CodexCall): Promise<CodexAnswer>
  models(signal: AbortSignal | undefined): Promise<CodexModelInfo[]>
  usage(signal: AbortSignal | undefined): Promise<CodexRateLimits>
}

/** Joins the rooms. The provider loads this file with its first call, so that importing an entry costs little. */
export function createCalls(settings: CodexProviderSettings): Calls {
  const loginFor = createLogins(settings)
  const kept = { turnStates: createTurnStates(), refusedFields: createRefusedFields() }
  const asker = async (): Promise<Asker> => {
    const client = clientOf(settings)
    const { manager, keptAccountId } = await loginFor(client)
    return { client, login: manager, keptAccountId }
  }

  return {
    async answer(model, call) {
      const { client, login } = await asker()
      const memory: Memory = { ...processMemory(client), ...kept }
      const { catalogues, promptFiles } = memory
      const findEntry = async () =>
        catalogues.of(client, await login.getTokens(call.signal)).find(model.modelId, call.signal)
      const entryAtHand = () =>
        catalogues.ofAccount(client, settings.accountId ?? login.peek()?.accountId)?.atHand(model.modelId)
      const request = await toRequest(call, model, client, promptFiles, { findEntry, entryAtHand })
      const asked = { call, client, memory, login, spent: [], repeats: createRepeats() }
      return exchange(asked, request)
    },
    async models(signal) {
      const asked = await asker()
      return (await processMemory(asked.client).catalogues.list(asked, signal)).map(toModelInfo)
    },
    usage: async (signal) => fetchUsage(await asker(), signal),
  }
}

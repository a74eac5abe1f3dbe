import { type Asker, fetchUsage } from './backend-data.ts'
import { clientOf } from './client.ts'
import type { CodexRateLimits } from './events/rate-limits.ts'
import { exchange } from './exchange.ts'
import { createLogins } from './logins.ts'
import { type ModelSetup, toRequest } from './model-request.ts'
import { type CodexModelInfo, toModelInfo } from './models/catalogue-entry.ts'
import { processMemory } from './process-memory.ts'
import type { CodexCall } from './request/call.ts'
import { createRefusedFields } from './request/refused-fields.ts'
import { createTurnStates } from './request/turn-state.ts'
import type { CodexAnswer, Memory } from './send-and-read.ts'
import type { CodexProviderSettings } from './settings.ts'
import { createRepeats } from './transport/repeats.ts'

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
      const built = await toRequest(call, model, client, promptFiles, { findEntry, entryAtHand })
      const asked = { call, client, memory, login, spent: [], repeats: createRepeats() }
      const answer = await exchange(asked, built.request)
      return { ...answer, warnings: [...built.warnings, ...answer.warnings] }
    },
    async models(signal) {
      const asked = await asker()
      return (await processMemory(asked.client).catalogues.list(asked, signal)).map(toModelInfo)
    },
    usage: async (signal) => fetchUsage(await asker(), signal),
  }
}

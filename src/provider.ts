import { InvalidArgumentError } from '@ai-sdk/provider'
import { type Asker, fetchUsage } from './backend-data.ts'
import { clientOf } from './client.ts'
import type { CodexRateLimits } from './events/rate-limits.ts'
import { exchange } from './exchange.ts'
import { createLogins } from './logins.ts'
import { type ModelSetup, toRequest } from './model-request.ts'
import { type CodexModelInfo, toModelInfo } from './models/catalogue-entry.ts'
import { extractReasoningEffortFromModel, normalizeModel } from './models/ids.ts'
import type { CodexProviderOptions } from './options.ts'
import { processMemory } from './process-memory.ts'
import type { CodexCall } from './request/call.ts'
import { createRefusedFields } from './request/refused-fields.ts'
import { createTurnStates } from './request/turn-state.ts'
import type { CodexAnswer, Memory } from './send-and-read.ts'
import { assertModelAliases } from './setting-kinds.ts'
import type { CodexProviderSettings } from './settings.ts'
import { createRepeats } from './transport/repeats.ts'

export type { CodexAnswer } from './send-and-read.ts'

/** One model of one provider: the seam between the rooms and the AI SDK's versions. */
export interface CodexModel {
  /** The id that goes to the backend. */
  readonly modelId: string
  /**
   * Starts a call. Resolves with the first part that a user would see; a call that fails before it rejects.
   *
   * @throws APICallError, CodexAuthError, InvalidArgumentError, InvalidPromptError
   */
  answer(call: CodexCall): Promise<CodexAnswer>
}

/** What all models of a provider share. */
export interface CodexCore {
  model(modelId: string, defaults?: CodexProviderOptions): CodexModel
  /** What this login may use, by the backend's catalogue. */
  models(signal?: AbortSignal): Promise<CodexModelInfo[]>
  /** What is left of the plan's windows. */
  usage(signal?: AbortSignal): Promise<CodexRateLimits>
}

/** Joins the rooms. Nothing is read before the first call: no file, no environment variable. */
export function createCore(settings: CodexProviderSettings): CodexCore {
  const loginFor = createLogins(settings)
  const kept = { turnStates: createTurnStates(), refusedFields: createRefusedFields() }
  const asker = async (): Promise<Asker> => {
    const client = clientOf(settings)
    const { manager, keptAccountId } = await loginFor(client)
    return { client, login: manager, keptAccountId }
  }

  return {
    model(id, defaults = {}) {
      if (typeof id !== 'string' || id.trim() === '') {
        throw new InvalidArgumentError({
          argument: 'modelId',
          message: "The model id must be a text, such as 'gpt-6.1-sol'.",
        })
      }
      assertModelAliases(settings)
      const model: ModelSetup = {
        modelId: normalizeModel(id, settings.modelAliases),
        suffixEffort: extractReasoningEffortFromModel(id, settings.modelAliases),
        defaults,
      }
      // It stands in debug lines and errors, where a line break would pass for one of ours.
      if (/\p{Cc}/u.test(model.modelId)) {
        throw new InvalidArgumentError({
          argument: 'modelId',
          message: 'The model id must have no line break or other control character.',
        })
      }
      return {
        modelId: model.modelId,
        async answer(call) {
          const client = clientOf(settings)
          const memory: Memory = { ...processMemory(client), ...kept }
          const findEntry = async () => {
            const tokens = await (await loginFor(client)).manager.getTokens(call.signal)
            return memory.catalogues.of(client, tokens).find(model.modelId, call.signal)
          }
          const { request, warnings } = await toRequest(call, model, client, memory.promptFiles, findEntry)
          const { manager: login } = await loginFor(client)
          const asked = { call, client, memory, login, spent: [], repeats: createRepeats() }
          const answer = await exchange(asked, request)
          return { ...answer, warnings: [...warnings, ...answer.warnings] }
        },
      }
    },
    async models(signal) {
      const asked = await asker()
      return (await processMemory(asked.client).catalogues.list(asked, signal)).map(toModelInfo)
    },
    usage: async (signal) => fetchUsage(await asker(), signal),
  }
}

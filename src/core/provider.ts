import { InvalidArgumentError, NoSuchModelError, UnsupportedFunctionalityError } from '@ai-sdk/provider'
import { assertAuth } from '../auth/auth-form.ts'
import type { CodexAuth } from '../auth/tokens.ts'
import type { CodexRateLimits } from '../events/rate-limits.ts'
import type { CodexImageCall, CodexImages } from '../images/call.ts'
import { normalizeImageModel } from '../images/ids.ts'
import type { CodexModelInfo } from '../models/catalogue-entry.ts'
import { extractReasoningEffortFromModel, normalizeModel } from '../models/ids.ts'
import type { CodexCall } from '../request/call.ts'
import type { CodexProviderOptions } from '../request/options.ts'
import type { ProviderKeys } from '../routes/keys.ts'
import type { ModelSetup } from './build-request.ts'
import { assertModelAliases } from './check-settings.ts'
import type { Compaction } from './compact.ts'
import { CODEX, type RouteEntry } from './route-entries.ts'
import type { Calls } from './run-call.ts'
import type { CodexAnswer } from './send-call.ts'
import type { ProviderSettings } from './settings.ts'
import { type StoredModel, storedSettings } from './stored-model.ts'

export type { CodexAuth } from '../auth/tokens.ts'
export type { Compaction } from './compact.ts'
export type { CodexAnswer } from './send-call.ts'
export type { StoredModel } from './stored-model.ts'

/** One model of one provider: the seam between the rooms and the AI SDK's versions. */
export interface CodexModel {
  /** The keys of `providerOptions`; the first is also that of `providerMetadata`. */
  readonly keys: ProviderKeys
  /** The id that goes to the backend. */
  readonly modelId: string
  /**
   * Starts a call. Resolves with the first part that a user would see; a call that fails before it rejects.
   *
   * @throws APICallError, CodexAuthError, InvalidArgumentError, InvalidPromptError
   */
  answer(call: CodexCall): Promise<CodexAnswer>
  /**
   * Compacts the history of a call.
   *
   * @throws as `answer`, and UnsupportedFunctionalityError where the backend has no compaction
   */
  compact(call: CodexCall): Promise<Compaction>
  /** @throws InvalidArgumentError if a setting of the provider can't be stored. */
  store(): StoredModel
}

/** One image model of one provider. */
export interface CodexImageModel {
  /** The keys of `providerOptions`; the first is also that of `providerMetadata`. */
  readonly keys: ProviderKeys
  /** The id that goes to the backend. */
  readonly modelId: string
  /**
   * Makes images.
   *
   * @throws APICallError, CodexAuthError, InvalidArgumentError, InvalidPromptError, UnsupportedFunctionalityError
   */
  generate(call: CodexImageCall): Promise<CodexImages>
  /** @throws InvalidArgumentError if a setting of the provider can't be stored. */
  store(): StoredModel
}

/** The part of a provider that all its models share. */
export interface CodexCore {
  model(modelId: string, defaults?: CodexProviderOptions): CodexModel
  /** @throws NoSuchModelError where the route has no image models. */
  imageModel(modelId: string): CodexImageModel
  /** Lists the models that this login may use, by the backend's catalogue. */
  models(signal?: AbortSignal): Promise<CodexModelInfo[]>
  /** Fetches the usage that is left of the plan's windows. */
  usage(signal?: AbortSignal): Promise<CodexRateLimits>
  /**
   * The same for another login.
   *
   * @throws InvalidArgumentError if `auth` has none of its forms; UnsupportedFunctionalityError where the route is for one
   * login.
   */
  withAuth(auth: CodexAuth): CodexCore
}

/**
 * Makes models. Nothing is read before the first call: no file, no environment variable, and not the code of calls.
 *
 * @param route The way to the models. @default that of the Codex backend
 */
export function createCore(settings: ProviderSettings, route: RouteEntry = CODEX): CodexCore {
  let loaded: Promise<Calls> | undefined
  function calls(): Promise<Calls> {
    loaded ??= Promise.all([import('./run-call.ts'), route.load()]).then(
      ([{ createCalls }, loadedRoute]) => createCalls(settings, loadedRoute),
      (error: unknown) => {
        // What could not be loaded now may be there for the next call.
        loaded = undefined
        throw error
      },
    )
    return loaded
  }
  return coreOf(settings, route, calls)
}

function coreOf(settings: ProviderSettings, route: RouteEntry, calls: () => Promise<Calls>): CodexCore {
  const store = (modelId: string, defaults: CodexProviderOptions): StoredModel => ({
    provider: route.keys[0],
    modelId,
    defaults,
    settings: storedSettings(settings),
  })
  return {
    model(id, defaults = {}) {
      assertModelId(id, 'gpt-6.1-sol')
      assertModelAliases(settings)
      const model: ModelSetup = {
        modelId: normalizeModel(id, settings.modelAliases),
        suffixEffort: extractReasoningEffortFromModel(id, settings.modelAliases),
        defaults,
      }
      assertNoControls(model.modelId)
      return {
        keys: route.keys,
        modelId: model.modelId,
        answer: async (call) => (await calls()).answer(model, call),
        compact: async (call) => (await calls()).compact(model, call),
        store: () => store(id, defaults),
      }
    },
    imageModel(id) {
      const { images, keys } = route
      if ('refusal' in images) {
        throw new NoSuchModelError({ modelId: id, modelType: 'imageModel', message: images.refusal })
      }
      assertModelId(id, 'gpt-image-2')
      assertModelAliases(settings)
      const modelId = normalizeImageModel(id, settings.modelAliases)
      assertNoControls(modelId)
      return {
        keys,
        modelId,
        generate: async (call) => (await calls()).images({ modelId, images }, call),
        store: () => store(id, {}),
      }
    },
    models: async (signal) => (await calls()).models(signal),
    usage: async (signal) => (await calls()).usage(signal),
    withAuth(auth) {
      if (route.oneLogin !== undefined) {
        throw new UnsupportedFunctionalityError({ functionality: 'withAuth()', message: route.oneLogin })
      }
      // At once: without it, the calls of a user who is not signed in would use the default login.
      assertAuth(auth)
      const own = { ...settings, auth }
      let kept: Calls | undefined
      return coreOf(own, route, async () => {
        kept ??= (await calls()).withSettings(own)
        return kept
      })
    },
  }
}

function assertModelId(id: unknown, example: string): void {
  if (typeof id === 'string' && id.trim() !== '') return
  throw new InvalidArgumentError({
    argument: 'modelId',
    message: `The model id must be a non-empty string, such as '${example}'.`,
  })
}

/** It stands in debug lines and errors, where a line break would pass for one of ours. */
function assertNoControls(modelId: string): void {
  if (!/\p{Cc}/u.test(modelId)) return
  throw new InvalidArgumentError({
    argument: 'modelId',
    message: 'The model id must have no line break or other control character.',
  })
}

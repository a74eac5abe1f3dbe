import type {
  ImageModelV2,
  LanguageModelV2,
  LanguageModelV2CallWarning,
  LanguageModelV2Content,
  LanguageModelV2FinishReason,
  LanguageModelV2Usage,
  ProviderV2,
} from 'spec-v2'
import type { CodexAuth, CodexCore } from '../core/provider.ts'
import type { ChatGPTProviderSettings, CodexProviderSettings } from '../core/settings.ts'
import { createImageModel, toImageWarning } from './images.ts'
import type { Dialect, HostedPart } from './modern/dialect.ts'
import { createModernModel } from './modern/model.ts'
import { toEmptyReasoning } from './modern/nested.ts'
import { chatGPTCore, codexCore, createProvider, noModel, type ProviderBase } from './provider.ts'
import { toSettingWarning } from './setting-warning.ts'
import { type CodexTools, codexTools } from './v2-tools.ts'

/** Provider of language models for `ai` 5 that run on a ChatGPT plan. */
export interface CodexProvider extends ProviderBase<LanguageModelV2, ImageModelV2, CodexTools>, ProviderV2 {
  /** Creates a language model; the same as calling the provider. */
  languageModel: ProviderBase<LanguageModelV2, ImageModelV2, CodexTools>['languageModel']
  /**
   * Always throws: a ChatGPT plan has no embedding models.
   *
   * @throws NoSuchModelError
   */
  textEmbeddingModel(modelId: string): never
  /** Creates an image model. */
  imageModel: ProviderBase<LanguageModelV2, ImageModelV2, CodexTools>['imageModel']
  /**
   * Always throws: a ChatGPT plan has no transcription models.
   *
   * @throws NoSuchModelError
   */
  transcriptionModel(modelId: string): never
  /**
   * Always throws: a ChatGPT plan has no speech models.
   *
   * @throws NoSuchModelError
   */
  speechModel(modelId: string): never
  /**
   * Creates a provider for another login, with all other settings the same: one for each request of a server with many
   * users costs next to nothing. What is learned for one login is never used for another.
   *
   * @param auth In place of the settings `auth` and `authFile`. A workspace set by `accountId` holds for it too.
   * @throws InvalidArgumentError if `auth` is no login, such as that of a user who is not signed in.
   *
   * @example
   * const model = codex.withAuth(loginOf(user))('gpt-6.1-sol')
   */
  withAuth(auth: CodexAuth): CodexProvider
}

/** Provider of language models for `ai` 5 that run on a ChatGPT plan by "Sign in with ChatGPT". */
export interface ChatGPTProvider extends CodexProvider {
  /**
   * Always throws: Sign in with ChatGPT covers no image models.
   *
   * @throws NoSuchModelError
   */
  imageModel(modelId: string): never
  /**
   * Always rejects: OpenAI does not report the usage of a plan to apps. Users see it at
   * https://chatgpt.com/settings/usage.
   *
   * @throws UnsupportedFunctionalityError
   */
  usage: CodexProvider['usage']
  /**
   * Always throws: by OpenAI's terms, an app uses one account at a time. The setting `auth` takes the login of its user.
   *
   * @throws UnsupportedFunctionalityError
   */
  withAuth(auth: CodexAuth): never
}

/**
 * Creates a provider for `ai` 5. Nothing is read until the first call: no file and no environment variable. An invalid
 * setting therefore rejects the first call.
 *
 * @param settings All optional.
 * @default `{}`: the login of the Codex CLI, and environment variables where they are set
 * @throws InvalidArgumentError from the first call on, if a setting is invalid. The error names the setting.
 * @see {@link CodexProviderSettings} for each setting and its default
 *
 * @example
 * const codex = createCodex({ codexMode: false })
 * const { text } = await generateText({ model: codex('gpt-5.1-codex'), prompt: 'Say hi' })
 */
export function createCodex(settings: CodexProviderSettings = {}): CodexProvider {
  return create(codexCore(settings))
}

/**
 * Creates a provider for `ai` 5 that uses the plan of a user who signed in to your app with "Sign in with ChatGPT", as
 * OpenAI documents it. Nothing else is read until the first call.
 *
 * @param settings All optional but `appName`.
 * @throws InvalidArgumentError if `appName` is missing, and from the first call on, if a setting is invalid. The error
 * names the setting.
 * @see {@link ChatGPTProviderSettings} for each setting and its default, and docs/chatgpt-plan.md
 *
 * @example
 * const chatgpt = createChatGPT({ appName: 'My app' })
 * const { text } = await generateText({ model: chatgpt('gpt-6.1-sol'), prompt: 'Say hi' })
 */
export function createChatGPT(settings: ChatGPTProviderSettings): ChatGPTProvider {
  // Its `withAuth` throws.
  return create(chatGPTCore(settings)) as ChatGPTProvider
}

const loadForm = async () => (await import('./modern/compact.ts')).modernForm(false)

function create(core: CodexCore): CodexProvider {
  const toModel = (model: Parameters<typeof createModernModel>[0]): LanguageModelV2 => ({
    specificationVersion: 'v2',
    ...createModernModel(model, DIALECT),
  })
  const toImageModel = (model: Parameters<typeof createImageModel>[0]): ImageModelV2 => ({
    specificationVersion: 'v2',
    ...createImageModel(model, toImageWarning),
  })
  return Object.assign(createProvider(core, toModel, toImageModel, codexTools, loadForm), {
    textEmbeddingModel: noModel('textEmbeddingModel'),
    transcriptionModel: noModel('transcriptionModel'),
    speechModel: noModel('speechModel'),
    withAuth: (auth: CodexAuth) => create(core.withAuth(auth)),
  })
}

/**
 * The provider with default settings: the login of the Codex CLI, and environment variables where they are set.
 *
 * @throws CodexAuthFileNotFoundError from a call, if there is no login yet
 * @see {@link createCodex} for a provider with other settings
 */
export const codex: CodexProvider = createCodex()

type OwnPart = Extract<LanguageModelV2Content, { type: 'file' | 'tool-call' | 'tool-result' }>

const DIALECT: Dialect<
  LanguageModelV2Usage,
  LanguageModelV2FinishReason,
  LanguageModelV2CallWarning,
  OwnPart
> = {
  toUsage: ({ raw: _, cacheWriteTokens: __, ...usage }) => usage,
  toFinishReason: (reason) => (reason === 'interrupted' ? 'error' : reason),
  toWarning: toSettingWarning,
  toFile: ({ mediaType, data }) => ({ type: 'file', mediaType, data }),
  hasDynamicTools: false,
  toHosted,
  toOpaque: toEmptyReasoning,
}

/** A hosted call or its result. `ai` 5 does not know previews. */
function toHosted(part: HostedPart): OwnPart[] {
  const { callId: toolCallId, name: toolName, providerMetadata } = part
  const shared = { toolCallId, toolName, providerExecuted: true, providerMetadata }
  if (part.type === 'hosted-call') return [{ type: 'tool-call', ...shared, input: part.input }]
  if (part.isPreliminary) return []
  return [{ type: 'tool-result', ...shared, result: part.result, ...(part.isError ? { isError: true } : {}) }]
}

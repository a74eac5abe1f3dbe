import type {
  ImageModelV3,
  LanguageModelV3,
  LanguageModelV3Content,
  LanguageModelV3FinishReason,
  LanguageModelV3Usage,
  ProviderV3,
  SharedV3Warning,
} from 'spec-v3'
import type { CodexAuth, CodexCore } from '../core/provider.ts'
import type { ChatGPTProviderSettings, CodexProviderSettings } from '../core/settings.ts'
import { createImageModel } from './images.ts'
import type { Dialect } from './modern/dialect.ts'
import { createModernModel } from './modern/model.ts'
import { toEmptyReasoning, toFeatureWarning, toFinish, toHostedPart, toNestedUsage } from './modern/nested.ts'
import { chatGPTCore, codexCore, createProvider, noModel, type ProviderBase } from './provider.ts'
import { type CodexTools, codexTools } from './provider-tools.ts'

/** Provider of language models for `ai` 6 that run on a ChatGPT plan. */
export interface CodexProvider extends ProviderBase<LanguageModelV3, ImageModelV3, CodexTools>, ProviderV3 {
  /** Creates a language model; the same as calling the provider. */
  languageModel: ProviderBase<LanguageModelV3, ImageModelV3, CodexTools>['languageModel']
  /**
   * Always throws: a ChatGPT plan has no embedding models.
   *
   * @throws NoSuchModelError
   */
  embeddingModel(modelId: string): never
  /**
   * Always throws: the former name of `embeddingModel`.
   *
   * @throws NoSuchModelError
   */
  textEmbeddingModel(modelId: string): never
  /** Creates an image model. */
  imageModel: ProviderBase<LanguageModelV3, ImageModelV3, CodexTools>['imageModel']
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
   * Always throws: a ChatGPT plan has no reranking models.
   *
   * @throws NoSuchModelError
   */
  rerankingModel(modelId: string): never
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

/** Provider of language models for `ai` 6 that run on a ChatGPT plan by "Sign in with ChatGPT". */
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
 * Creates a provider for `ai` 6. Nothing is read until the first call: no file and no environment variable. An invalid
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
 * Creates a provider for `ai` 6 that uses the plan of a user who signed in to your app with "Sign in with ChatGPT", as
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
  const toModel = (model: Parameters<typeof createModernModel>[0]): LanguageModelV3 => ({
    specificationVersion: 'v3',
    ...createModernModel(model, DIALECT),
  })
  const toImageModel = (model: Parameters<typeof createImageModel>[0]): ImageModelV3 => ({
    specificationVersion: 'v3',
    ...createImageModel(model, toFeatureWarning),
  })
  return Object.assign(createProvider(core, toModel, toImageModel, codexTools, loadForm), {
    specificationVersion: 'v3' as const,
    embeddingModel: noModel('embeddingModel'),
    textEmbeddingModel: noModel('textEmbeddingModel'),
    transcriptionModel: noModel('transcriptionModel'),
    speechModel: noModel('speechModel'),
    rerankingModel: noModel('rerankingModel'),
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

type OwnPart = Extract<LanguageModelV3Content, { type: 'file' | 'tool-call' | 'tool-result' }>

const DIALECT: Dialect<LanguageModelV3Usage, LanguageModelV3FinishReason, SharedV3Warning, OwnPart> = {
  toUsage: toNestedUsage,
  toFinishReason: (reason, raw) => toFinish(reason === 'interrupted' ? 'error' : reason, raw),
  toWarning: toFeatureWarning,
  toFile: (file) => ({ type: 'file', ...file }),
  hasDynamicTools: true,
  toHosted: toHostedPart,
  toOpaque: toEmptyReasoning,
}

import type { ImageModelV1, LanguageModelV1, ProviderV1 } from 'spec-v1'
import type { CodexAnswer, CodexAuth, CodexCore, CodexImageModel, CodexModel } from '../../core/provider.ts'
import type { ChatGPTProviderSettings, CodexProviderSettings } from '../../core/settings.ts'
import { createImageModel, toImageWarning } from '../images.ts'
import { chatGPTCore, codexCore, createProvider, noModel, type ProviderBase } from '../provider.ts'
import { toSettingWarning } from '../setting-warning.ts'
import { toStream } from '../stream.ts'
import { toCall } from './call.ts'
import { collect } from './collect.ts'
import { createV1Translator } from './parts.ts'
import { type CodexTools, codexTools } from './tools.ts'

/** Provider of language models for `ai` 4 that run on a ChatGPT plan. */
export interface CodexProvider extends ProviderBase<LanguageModelV1, ImageModelV1, CodexTools>, ProviderV1 {
  /** Creates a language model; the same as calling the provider. */
  languageModel: ProviderBase<LanguageModelV1, ImageModelV1, CodexTools>['languageModel']
  /**
   * Always throws: a ChatGPT plan has no embedding models.
   *
   * @throws NoSuchModelError
   */
  textEmbeddingModel(modelId: string): never
  /** Creates an image model. */
  imageModel: ProviderBase<LanguageModelV1, ImageModelV1, CodexTools>['imageModel']
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

/** Provider of language models for `ai` 4 that run on a ChatGPT plan by "Sign in with ChatGPT". */
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
 * Creates a provider for `ai` 4. Nothing is read until the first call: no file and no environment variable. An invalid
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
 * Creates a provider for `ai` 4 that uses the plan of a user who signed in to your app with "Sign in with ChatGPT", as
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

const loadForm = async () => (await import('./compact.ts')).v1Form

function create(core: CodexCore): CodexProvider {
  return Object.assign(createProvider(core, createV1Model, createV1ImageModel, codexTools, loadForm), {
    textEmbeddingModel: noModel('textEmbeddingModel'),
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

function createV1ImageModel(model: CodexImageModel): ImageModelV1 {
  return { specificationVersion: 'v1', ...createImageModel(model, toImageWarning) }
}

function createV1Model(model: CodexModel): LanguageModelV1 {
  const { keys, modelId } = model

  async function start(options: Parameters<LanguageModelV1['doStream']>[0]) {
    const call = toCall(options)
    const answer = await model.answer(call)
    const details = { ...describeRequest(answer), warnings: call.warnings.list().map(toSettingWarning) }
    return { answer, translate: translatorFor(answer, modelId, keys[0]), details }
  }

  return {
    specificationVersion: 'v1',
    provider: `${keys[0]}.responses`,
    modelId,
    defaultObjectGenerationMode: 'json',
    supportsStructuredOutputs: true,
    // The backend takes images and files as data, so `ai` downloads them; a data URL needs no download.
    supportsImageUrls: false,
    supportsUrl: ({ protocol }) => protocol === 'data:',
    async doStream(options) {
      const { answer, translate, details } = await start(options)
      return { stream: toStream(answer, translate), ...details }
    },
    async doGenerate(options) {
      const { answer, translate, details } = await start(options)
      return { ...(await collect(answer, translate)), ...details }
    },
  }
}

type Translate = ReturnType<typeof createV1Translator>

const translatorFor = (answer: CodexAnswer, modelId: string, key: string): Translate =>
  createV1Translator({
    key,
    modelId,
    sessionId: answer.request.sessionId,
    effort: answer.request.effort,
    compHash: answer.request.compHash,
    compaction: answer.compaction,
    responseHeaders: answer.responseHeaders,
    sent: answer.sent,
    searchName: answer.request.search?.name,
    receivedAt: Date.now(),
    errorOf: answer.errorOf,
  })

/** The request and the raw response, as V1 reports them. */
function describeRequest({ request, requestBody, responseHeaders }: CodexAnswer) {
  const { input, ...rawSettings } = request.body
  return {
    rawCall: { rawPrompt: input, rawSettings },
    rawResponse: { headers: responseHeaders },
    request: { body: requestBody },
  }
}

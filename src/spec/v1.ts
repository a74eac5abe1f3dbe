import { NoSuchModelError } from '@ai-sdk/provider'
import type { LanguageModelV1, LanguageModelV1StreamPart, ProviderV1 } from 'spec-v1'
import type { CodexRateLimits } from '../events/rate-limits.ts'
import type { CodexModelInfo } from '../models/catalogue-entry.ts'
import type { CodexModelId } from '../models/ids.ts'
import type { CodexProviderOptions } from '../options.ts'
import { type CodexAnswer, type CodexModel, createCore } from '../provider.ts'
import type { CodexProviderSettings } from '../settings.ts'
import { toCall } from './v1-call.ts'
import { createV1Translator, toV1Warning, UNKNOWN_USAGE } from './v1-parts.ts'
import { type CodexTools, codexTools } from './v1-tools.ts'

/** Makes language models for `ai` 4 that run on a ChatGPT plan. */
export interface CodexProvider extends ProviderV1 {
  /** A language model; `defaults` hold for each of its calls. */
  (modelId: CodexModelId, defaults?: CodexProviderOptions): LanguageModelV1
  /** The same as calling the provider. */
  languageModel(modelId: CodexModelId, defaults?: CodexProviderOptions): LanguageModelV1
  /** The tools that the backend knows by itself, such as `tools.webSearch()`. */
  readonly tools: CodexTools
  /**
   * The models that this login may use, by the backend's catalogue; from the cache, however old, where it can't be asked.
   *
   * @throws APICallError, CodexAuthError
   */
  models(): Promise<CodexModelInfo[]>
  /**
   * What is left of the plan's windows, asked anew.
   *
   * @throws APICallError, CodexAuthError
   */
  usage(): Promise<CodexRateLimits>
  /** @throws NoSuchModelError always: a ChatGPT plan has none. */
  textEmbeddingModel(modelId: string): never
  /** @throws NoSuchModelError always: a ChatGPT plan has none. */
  imageModel(modelId: string): never
}

/**
 * Makes a provider for `ai` 4. It reads nothing (no file, no environment variable) until the first call.
 *
 * @example
 * const codex = createCodex({ codexMode: false })
 * const { text } = await generateText({ model: codex('gpt-5.1-codex'), prompt: 'Say hi' })
 */
export function createCodex(settings: CodexProviderSettings = {}): CodexProvider {
  const core = createCore(settings)
  const languageModel = (modelId: CodexModelId, defaults?: CodexProviderOptions) =>
    createV1Model(core.model(modelId, defaults))
  const none =
    (modelType: 'textEmbeddingModel' | 'imageModel') =>
    (modelId: string): never => {
      // The newest types call the first one `embeddingModel`.
      throw new NoSuchModelError({ modelId, modelType: modelType as 'imageModel' })
    }
  return Object.assign(
    (modelId: CodexModelId, defaults?: CodexProviderOptions) => languageModel(modelId, defaults),
    {
      languageModel,
      tools: codexTools,
      models: () => core.models(),
      usage: () => core.usage(),
      textEmbeddingModel: none('textEmbeddingModel'),
      imageModel: none('imageModel'),
    },
  )
}

/** The provider with default settings. */
export const codex: CodexProvider = createCodex()

function createV1Model(model: CodexModel): LanguageModelV1 {
  const { modelId } = model

  async function start(options: Parameters<LanguageModelV1['doStream']>[0]) {
    const answer = await model.answer(toCall(options))
    return { answer, translate: translatorFor(answer, modelId), told: describeCall(answer) }
  }

  return {
    specificationVersion: 'v1',
    provider: 'codex.responses',
    modelId,
    defaultObjectGenerationMode: 'json',
    supportsStructuredOutputs: true,
    // `ai` downloads images and files, since the backend takes them as data; what is data already needs no download.
    supportsImageUrls: false,
    supportsUrl: ({ protocol }) => protocol === 'data:',
    async doStream(options) {
      const { answer, translate, told } = await start(options)
      return { stream: toStream(answer, translate), ...told }
    },
    async doGenerate(options) {
      const { answer, translate, told } = await start(options)
      return { ...(await collect(answer, translate)), ...told }
    },
  }
}

type Translate = ReturnType<typeof createV1Translator>

const translatorFor = (answer: CodexAnswer, modelId: string): Translate =>
  createV1Translator({
    modelId,
    sessionId: answer.request.sessionId,
    responseHeaders: answer.responseHeaders,
    errorOf: answer.errorOf,
  })

/** What V1 wants to know of the request and the raw response. */
function describeCall({ request, requestBody, responseHeaders, warnings }: CodexAnswer) {
  const { input, ...rawSettings } = request.body
  return {
    rawCall: { rawPrompt: input, rawSettings },
    rawResponse: { headers: responseHeaders },
    request: { body: requestBody },
    warnings: warnings.map(toV1Warning),
  }
}

function toStream(answer: CodexAnswer, translate: Translate): ReadableStream<LanguageModelV1StreamPart> {
  return new ReadableStream<LanguageModelV1StreamPart>({
    async pull(controller) {
      let isSatisfied = false
      const emit = (part: LanguageModelV1StreamPart) => {
        controller.enqueue(part)
        isSatisfied = true
      }
      // A batch may hold only parts that V1 has no word for; a pull must give something or end.
      while (!isSatisfied) {
        const parts = await answer.next()
        if (parts === undefined) return controller.close()
        for (const part of parts) translate(part, emit)
      }
    },
    cancel: (reason) => answer.cancel(reason),
  })
}

type Generated = Omit<Awaited<ReturnType<LanguageModelV1['doGenerate']>>, 'rawCall'>

/** `doGenerate` is `doStream` collected: the same parts, put together. */
async function collect(answer: CodexAnswer, translate: Translate): Promise<Generated> {
  const collector = createCollector()
  for (let parts = await answer.next(); parts !== undefined; parts = await answer.next()) {
    for (const part of parts) translate(part, collector.add)
  }
  return collector.result()
}

function createCollector() {
  let text = ''
  let openReasoning: { type: 'text'; text: string; signature?: string } | undefined
  const reasoning: Array<NonNullable<typeof openReasoning>> = []
  const toolCalls: NonNullable<Generated['toolCalls']> = []
  const sources: NonNullable<Generated['sources']> = []
  const files: NonNullable<Generated['files']> = []
  const told: Generated = { finishReason: 'unknown', usage: UNKNOWN_USAGE }

  function addReasoning(delta: string): void {
    if (!openReasoning) {
      openReasoning = { type: 'text', text: '' }
      reasoning.push(openReasoning)
    }
    openReasoning.text += delta
  }

  function add(part: LanguageModelV1StreamPart): void {
    switch (part.type) {
      case 'text-delta':
        text += part.textDelta
        break
      case 'reasoning':
        addReasoning(part.textDelta)
        break
      case 'reasoning-signature':
        if (openReasoning) openReasoning.signature = part.signature
        openReasoning = undefined
        break
      case 'tool-call': {
        const { type: _, ...call } = part
        toolCalls.push(call)
        break
      }
      case 'source':
        sources.push(part.source)
        break
      case 'file':
        files.push({ data: part.data, mimeType: part.mimeType })
        break
      case 'response-metadata': {
        const { type: _, ...response } = part
        told.response = response
        break
      }
      case 'finish': {
        const { type: _, ...finish } = part
        Object.assign(told, finish)
        break
      }
      case 'error':
        throw part.error
      default:
    }
  }

  const result = (): Generated => ({
    ...told,
    ...(text === '' ? {} : { text }),
    ...(reasoning.length === 0 ? {} : { reasoning }),
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
    ...(sources.length === 0 ? {} : { sources }),
    ...(files.length === 0 ? {} : { files }),
  })

  return { add, result }
}

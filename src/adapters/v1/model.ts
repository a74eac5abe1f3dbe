import type { LanguageModelV1, LanguageModelV1StreamPart, ProviderV1 } from 'spec-v1'
import type { CodexAnswer, CodexModel } from '../../core/provider.ts'
import type { CodexProviderSettings } from '../../core/settings.ts'
import { readWhole } from '../collect.ts'
import { createProvider, noModel, type ProviderBase } from '../provider.ts'
import { toStream } from '../stream.ts'
import { toCall } from './call.ts'
import { createV1Translator, toV1Warning, UNKNOWN_USAGE } from './parts.ts'
import { type CodexTools, codexTools } from './tools.ts'

/** Makes language models for `ai` 4 that run on a ChatGPT plan. */
export interface CodexProvider extends ProviderBase<LanguageModelV1, CodexTools>, ProviderV1 {
  /** The same as calling the provider. */
  languageModel: ProviderBase<LanguageModelV1, CodexTools>['languageModel']
  /**
   * Only throws: a ChatGPT plan has no embedding models.
   *
   * @throws NoSuchModelError
   */
  textEmbeddingModel(modelId: string): never
  /**
   * Only throws: a ChatGPT plan has no image models.
   *
   * @throws NoSuchModelError
   */
  imageModel(modelId: string): never
}

/**
 * Makes a provider for `ai` 4. It reads nothing (no file, no environment variable) until the first call,
 * which also throws the `InvalidArgumentError` of a wrong setting.
 *
 * @example
 * const codex = createCodex({ codexMode: false })
 * const { text } = await generateText({ model: codex('gpt-5.1-codex'), prompt: 'Say hi' })
 */
export function createCodex(settings: CodexProviderSettings = {}): CodexProvider {
  return Object.assign(createProvider(settings, createV1Model, codexTools), {
    textEmbeddingModel: noModel('textEmbeddingModel'),
    imageModel: noModel('imageModel'),
  })
}

/** The provider with default settings. */
export const codex: CodexProvider = createCodex()

function createV1Model(model: CodexModel): LanguageModelV1 {
  const { modelId } = model

  async function start(options: Parameters<LanguageModelV1['doStream']>[0]) {
    const call = toCall(options)
    const answer = await model.answer(call)
    const told = { ...describeRequest(answer), warnings: call.warnings.list().map(toV1Warning) }
    return { answer, translate: translatorFor(answer, modelId), told }
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
    receivedAt: Date.now(),
    errorOf: answer.errorOf,
  })

/** What V1 wants to know of the request and the raw response. */
function describeRequest({ request, requestBody, responseHeaders }: CodexAnswer) {
  const { input, ...rawSettings } = request.body
  return {
    rawCall: { rawPrompt: input, rawSettings },
    rawResponse: { headers: responseHeaders },
    request: { body: requestBody },
  }
}

type Generated = Omit<Awaited<ReturnType<LanguageModelV1['doGenerate']>>, 'rawCall'>

async function collect(answer: CodexAnswer, translate: Translate): Promise<Generated> {
  const collector = createCollector()
  for (const part of await readWhole(answer)) translate(part, collector.add)
  return collector.result()
}

function createCollector() {
  let text = ''
  let openReasoning: { type: 'text'; text: string; signature?: string } | undefined
  const reasoning: Exclude<NonNullable<Generated['reasoning']>, string> = []
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
      case 'redacted-reasoning':
        reasoning.push({ type: 'redacted', data: part.data })
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

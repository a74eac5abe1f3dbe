import type {
  LanguageModelV2,
  LanguageModelV2CallWarning,
  LanguageModelV2Content,
  LanguageModelV2FinishReason,
  LanguageModelV2Usage,
  ProviderV2,
} from 'spec-v2'
import type { CodexProviderSettings } from '../core/settings.ts'
import type { CodexWarning } from '../request/call.ts'
import type { Dialect, HostedCall } from './modern/dialect.ts'
import { createModernModel } from './modern/model.ts'
import { createProvider, noModel, type ProviderBase } from './provider.ts'
import { type CodexTools, codexTools } from './v2-tools.ts'

/** Makes language models for `ai` 5 that run on a ChatGPT plan. */
export interface CodexProvider extends ProviderBase<LanguageModelV2, CodexTools>, ProviderV2 {
  /** The same as calling the provider. */
  languageModel: ProviderBase<LanguageModelV2, CodexTools>['languageModel']
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
  /**
   * Only throws: a ChatGPT plan has no transcription models.
   *
   * @throws NoSuchModelError
   */
  transcriptionModel(modelId: string): never
  /**
   * Only throws: a ChatGPT plan has no speech models.
   *
   * @throws NoSuchModelError
   */
  speechModel(modelId: string): never
}

/**
 * Makes a provider for `ai` 5. It reads nothing (no file, no environment variable) until the first call,
 * which also throws the `InvalidArgumentError` of a wrong setting.
 *
 * @example
 * const codex = createCodex({ codexMode: false })
 * const { text } = await generateText({ model: codex('gpt-5.1-codex'), prompt: 'Say hi' })
 */
export function createCodex(settings: CodexProviderSettings = {}): CodexProvider {
  const toModel = (model: Parameters<typeof createModernModel>[0]): LanguageModelV2 => ({
    specificationVersion: 'v2',
    ...createModernModel(model, DIALECT),
  })
  return Object.assign(createProvider(settings, toModel, codexTools), {
    textEmbeddingModel: noModel('textEmbeddingModel'),
    imageModel: noModel('imageModel'),
    transcriptionModel: noModel('transcriptionModel'),
    speechModel: noModel('speechModel'),
  })
}

/** The provider with default settings. */
export const codex: CodexProvider = createCodex()

type OwnPart = Extract<LanguageModelV2Content, { type: 'file' | 'tool-call' | 'tool-result' }>

const DIALECT: Dialect<
  LanguageModelV2Usage,
  LanguageModelV2FinishReason,
  LanguageModelV2CallWarning,
  OwnPart
> = {
  toUsage: ({ raw: _, cacheWriteTokens: __, ...usage }) => usage,
  toFinishReason: (reason) => reason,
  toWarning,
  toFile: ({ mediaType, data }) => ({ type: 'file', mediaType, data }),
  toHostedCall,
}

/** `ai` 5 breaks on a call of a tool that the caller did not give. */
function toHostedCall(call: HostedCall): OwnPart[] {
  if (!call.isDeclared) return []
  const { toolCallId, toolName, input, result, providerMetadata } = call
  const shared = { toolCallId, toolName, providerExecuted: true, providerMetadata }
  return [
    { type: 'tool-call', ...shared, input },
    { type: 'tool-result', ...shared, result },
  ]
}

type ProviderTool = Extract<
  Extract<LanguageModelV2CallWarning, { type: 'unsupported-tool' }>['tool'],
  { type: 'provider-defined' }
>

function toWarning(warning: CodexWarning): LanguageModelV2CallWarning {
  switch (warning.type) {
    case 'setting':
      // V2 types the name as one of its own settings, but hands on any.
      return { type: 'unsupported-setting', setting: warning.setting as never, details: warning.details }
    case 'tool':
      // V2 wants a dot in the id; the caller may have left it out.
      return { type: 'unsupported-tool', tool: warning.tool as ProviderTool, details: warning.details }
    case 'other':
      return { type: 'other', message: warning.message }
    default:
      return warning satisfies never
  }
}

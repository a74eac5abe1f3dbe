import type { CodexModel } from '../../core/provider.ts'
import { readWhole } from '../collect.ts'
import { toStream } from '../stream.ts'
import { providerTools, toCall } from './call.ts'
import { createCollector } from './content.ts'
import { type Dialect, type StreamPart, UNKNOWN_USAGE } from './dialect.ts'
import { createModernTranslator } from './parts.ts'
import type { ModernCallOptions } from './types.ts'

/** Creates a language model of V2 or later, without its `specificationVersion`. */
export function createModernModel<Usage, FinishReason, Warning, OwnPart extends { type: string }>(
  model: CodexModel,
  dialect: Dialect<Usage, FinishReason, Warning, OwnPart>,
) {
  type Part = StreamPart<Usage, FinishReason, Warning, OwnPart>
  const { keys, modelId } = model

  async function start(options: ModernCallOptions) {
    const call = toCall(options, keys)
    const answer = await model.answer(call)
    const { request, responseHeaders, sent, errorOf } = answer
    const translate = createModernTranslator(dialect, {
      key: keys[0],
      modelId,
      sessionId: request.sessionId,
      effort: request.effort,
      compHash: request.compHash,
      compaction: answer.compaction,
      responseHeaders,
      sent,
      receivedAt: Date.now(),
      declaredTools: providerTools(options.tools),
      errorOf,
    })
    return {
      answer,
      translate,
      warnings: call.warnings.list().map(dialect.toWarning),
      request: { body: request.body },
      headers: responseHeaders,
    }
  }

  return {
    provider: `${keys[0]}.responses`,
    modelId,
    // The backend takes images and files as data, so `ai` downloads them.
    supportedUrls: {},
    async doStream(options: ModernCallOptions) {
      const { answer, translate, warnings, request, headers } = await start(options)
      const stream = toStream<Part>(answer, translate, [{ type: 'stream-start', warnings }])
      return { stream, request, response: { headers } }
    },
    async doGenerate(options: ModernCallOptions) {
      const { answer, translate, warnings, request, headers } = await start(options)
      const collector = createCollector<Usage, FinishReason, Warning, OwnPart>({
        finishReason: dialect.toFinishReason('other', undefined),
        usage: dialect.toUsage(UNKNOWN_USAGE),
      })
      // Another result replaces it.
      for (const part of await readWhole(answer))
        if (part.type !== 'hosted-result' || !part.isPreliminary) translate(part, collector.add)
      const { response, ...result } = collector.result()
      return { ...result, warnings, request, response: { ...response, headers } }
    },
  }
}

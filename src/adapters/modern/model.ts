import type { CodexModel } from '../../core/provider.ts'
import { readWhole } from '../collect.ts'
import { toStream } from '../stream.ts'
import { providerTools, toCall } from './call.ts'
import { createCollector } from './content.ts'
import { type StreamPart, UNKNOWN_USAGE, type Words } from './dialect.ts'
import { createBlockTranslator } from './parts.ts'
import type { BlockCallOptions } from './types.ts'

/** A language model of V2 or later, but for its version. */
export function createBlockModel<Usage, FinishReason, Warning, Special extends { type: string }>(
  model: CodexModel,
  words: Words<Usage, FinishReason, Warning, Special>,
) {
  type Part = StreamPart<Usage, FinishReason, Warning, Special>
  const { modelId } = model

  async function start(options: BlockCallOptions) {
    const call = toCall(options)
    const answer = await model.answer(call)
    const { request, responseHeaders, errorOf } = answer
    const translate = createBlockTranslator(words, {
      modelId,
      sessionId: request.sessionId,
      responseHeaders,
      receivedAt: Date.now(),
      declaredTools: providerTools(options.tools),
      errorOf,
    })
    return {
      answer,
      translate,
      warnings: call.warnings.list().map(words.toWarning),
      request: { body: request.body },
      headers: responseHeaders,
    }
  }

  return {
    provider: 'codex.responses',
    modelId,
    // `ai` downloads images and files, since the backend takes them as data.
    supportedUrls: {},
    async doStream(options: BlockCallOptions) {
      const { answer, translate, warnings, request, headers } = await start(options)
      const stream = toStream<Part>(answer, translate, [{ type: 'stream-start', warnings }])
      return { stream, request, response: { headers } }
    },
    async doGenerate(options: BlockCallOptions) {
      const { answer, translate, warnings, request, headers } = await start(options)
      const collector = createCollector<Usage, FinishReason, Warning, Special>({
        finishReason: words.toFinishReason('other', undefined),
        usage: words.toUsage(UNKNOWN_USAGE),
      })
      for (const part of await readWhole(answer)) translate(part, collector.add)
      const { response, ...result } = collector.result()
      return { ...result, warnings, request, response: { ...response, headers } }
    },
  }
}

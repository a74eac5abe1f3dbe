import type { LanguageModelV1, LanguageModelV1StreamPart } from 'spec-v1'
import type { CodexAnswer } from '../../core/provider.ts'
import { readWhole } from '../collect.ts'
import type { Translate } from '../stream.ts'
import { SEPARATOR, UNKNOWN_USAGE } from './parts.ts'

type Generated = Omit<Awaited<ReturnType<LanguageModelV1['doGenerate']>>, 'rawCall'>

/** Reads an answer to its end, as the result of `doGenerate`. */
export async function collect(
  answer: CodexAnswer,
  translate: Translate<LanguageModelV1StreamPart>,
): Promise<Generated> {
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
  const generated: Generated = { finishReason: 'unknown', usage: UNKNOWN_USAGE }

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
        if (part.data !== SEPARATOR.data) reasoning.push({ type: 'redacted', data: part.data })
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
        generated.response = response
        break
      }
      case 'finish': {
        const { type: _, ...finish } = part
        Object.assign(generated, finish)
        break
      }
      case 'error':
        throw part.error
      default:
    }
  }

  const result = (): Generated => ({
    ...generated,
    ...(text === '' ? {} : { text }),
    ...(reasoning.length === 0 ? {} : { reasoning }),
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
    ...(sources.length === 0 ? {} : { sources }),
    ...(files.length === 0 ? {} : { files }),
  })

  return { add, result }
}

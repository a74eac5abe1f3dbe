import type {
  LanguageModelV1CallOptions,
  LanguageModelV1FunctionTool,
  LanguageModelV1Message,
  LanguageModelV1Prompt,
  LanguageModelV1ProviderDefinedTool,
  LanguageModelV1ToolChoice,
  LanguageModelV1ToolResultPart,
} from 'spec-v1'
import type {
  CodexAssistantPart,
  CodexCall,
  CodexMessage,
  CodexOutput,
  CodexTextPart,
  CodexTool,
  CodexToolCallPart,
  CodexToolChoice,
  CodexToolResultPart,
} from '../../request/call.ts'
import { UNNAMED_EFFORT } from '../../request/effort-updates.ts'
import { createWarningCollector } from '../../request/warnings.ts'
import { detailOption, partOption, phaseOption, warnOfUnknownOptions } from '../part-options.ts'
import { samplingSettings } from '../sampling-settings.ts'
import { type AssistantContent, restoreOrder, type SignedReasoning } from './order.ts'
import { readResult } from './results.ts'
import { decodeSignature, type SignatureContent } from './signature.ts'

type MessageOf<Role extends LanguageModelV1Message['role']> = Extract<LanguageModelV1Message, { role: Role }>

/** Translates the call options of LanguageModelV1. */
export function toCall(options: LanguageModelV1CallOptions): CodexCall {
  const warnings = createWarningCollector()
  warnOfUnknownOptions(options.prompt, warnings)
  return {
    warnings,
    messages: toMessages(options.prompt),
    ...toToolsAndOutput(options),
    unsupportedSettings: unsupportedSettings(options),
    providerOptions: options.providerMetadata,
    headers: options.headers,
    signal: options.abortSignal,
  }
}

/** `ai` 4 sends temperature 0 when the caller sets none. */
const unsupportedSettings = (options: LanguageModelV1CallOptions): string[] =>
  samplingSettings(options).filter((name) => !(name === 'temperature' && options.temperature === 0))

function toToolsAndOutput({
  mode,
  responseFormat,
}: LanguageModelV1CallOptions): Pick<CodexCall, 'tools' | 'toolChoice' | 'output'> {
  const auto: CodexToolChoice = { type: 'auto' }
  switch (mode.type) {
    case 'regular':
      return {
        tools: (mode.tools ?? []).map(toTool),
        toolChoice: mode.toolChoice ? toToolChoice(mode.toolChoice) : auto,
        output: responseFormat?.type === 'json' ? { ...responseFormat, type: 'json' } : { type: 'text' },
      }
    case 'object-json':
      return { tools: [], toolChoice: auto, output: objectOutput(mode) }
    case 'object-tool':
      return {
        tools: [toTool(mode.tool)],
        toolChoice: { type: 'tool', name: mode.tool.name },
        output: { type: 'text' },
      }
    default:
      return mode satisfies never
  }
}

const objectOutput = ({
  schema,
  name,
  description,
}: Extract<LanguageModelV1CallOptions['mode'], { type: 'object-json' }>): CodexOutput => ({
  type: 'json',
  schema,
  name,
  description,
})

const toTool = (tool: LanguageModelV1FunctionTool | LanguageModelV1ProviderDefinedTool): CodexTool =>
  tool.type === 'function'
    ? { type: 'function', name: tool.name, description: tool.description, schema: tool.parameters }
    : { type: 'provider-defined', id: tool.id, name: tool.name, args: tool.args }

const toToolChoice = (choice: LanguageModelV1ToolChoice): CodexToolChoice =>
  choice.type === 'tool' ? { type: 'tool', name: choice.toolName } : choice

function toMessages(prompt: LanguageModelV1Prompt): CodexMessage[] {
  const answers = restoreTurns(prompt)
  const found = foundTools(prompt)
  return prompt.map((message, index): CodexMessage => {
    switch (message.role) {
      case 'system':
        return { role: 'system', text: message.content }
      case 'user':
        return { role: 'user', content: message.content.map((part) => toUserPart(part, message)) }
      case 'assistant':
        return { role: 'assistant', ...withFound(answers.get(index), found) }
      case 'tool':
        return { role: 'tool', content: message.content.map(toToolResult) }
      default:
        // The core rejects it by name.
        return message satisfies never
    }
  })
}

/** The effort of an answer, by the signatures of its reasoning. */
function effortOf({ reasoning }: AssistantContent): { effort?: string } {
  const signatures = reasoning.flatMap(({ signature }) => signature ?? [])
  if (signatures.length === 0) return {}
  return { effort: signatures.find(({ effort }) => effort !== undefined)?.effort ?? UNNAMED_EFFORT }
}

type Answer = Omit<Extract<CodexMessage, { role: 'assistant' }>, 'role'>

/** The assistant messages by their index, each with its parts in the model's order within its turn. */
function restoreTurns(prompt: LanguageModelV1Prompt): Map<number, Answer> {
  const answers = new Map<number, Answer>()
  let turn: Array<{ index: number; content: AssistantContent }> = []
  function endTurn(): void {
    const restored = restoreOrder(turn.map(({ content }) => content))
    for (const [at, { index, content }] of turn.entries())
      answers.set(index, { content: restored[at] ?? [], ...effortOf(content) })
    turn = []
  }
  for (const [index, message] of prompt.entries()) {
    if (message.role === 'assistant') turn.push({ index, content: toAssistantContent(message) })
    else if (message.role !== 'tool') endTurn()
  }
  endTurn()
  return answers
}

/** Adds to each search what it found, which stands in a note of its own. */
function withFound<Answer extends { content: readonly CodexAssistantPart[] }>(
  answer: Answer | undefined,
  found: ReadonlyMap<string, readonly string[]>,
): Answer | { content: readonly CodexAssistantPart[] } {
  if (!answer) return { content: [] }
  const content = answer.content.map((part) =>
    part.type === 'tool-search' ? { ...part, found: found.get(part.callId) ?? [] } : part,
  )
  return { ...answer, content }
}

/** What the searches of a prompt found, by the ids of their calls. */
function foundTools(prompt: LanguageModelV1Prompt): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>()
  for (const { role, content } of prompt) {
    if (role !== 'assistant') continue
    for (const part of content) {
      const note = part.type === 'redacted-reasoning' ? decodeSignature(part.data)?.found : undefined
      if (note) found.set(note.call, note.tools)
    }
  }
  return found
}

function toUserPart(part: MessageOf<'user'>['content'][number], message: MessageOf<'user'>) {
  const detail = detailOption(part.providerMetadata) ?? detailOption(message.providerMetadata)
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text } as const
    case 'image':
      return { type: 'image', data: part.image, mediaType: part.mimeType, detail } as const
    case 'file':
      return {
        type: 'file',
        data: part.data,
        mediaType: part.mimeType,
        filename: part.filename,
        detail,
      } as const
    default:
      // The core rejects it, with its position.
      return part satisfies never
  }
}

function toAssistantContent(message: MessageOf<'assistant'>): AssistantContent {
  const reasoning: SignedReasoning[] = []
  const texts: CodexTextPart[] = []
  const calls: CodexToolCallPart[] = []
  const others: CodexAssistantPart[] = []
  let textsBefore = 0
  for (const part of message.content) {
    const followsCall = calls.length > 0
    switch (part.type) {
      case 'text':
        texts.push({
          type: 'text',
          text: part.text,
          phase: phaseOption(part.providerMetadata) ?? phaseOption(message.providerMetadata),
        })
        break
      case 'reasoning': {
        const signature = signatureOf(part.signature, part.providerMetadata)
        if (reasoning.length === 0) textsBefore = texts.length
        reasoning.push({ text: part.text, signature, followsCall })
        break
      }
      case 'redacted-reasoning': {
        const signature = signatureOf(part.data, part.providerMetadata)
        if (reasoning.length === 0) textsBefore = texts.length
        reasoning.push({ text: '', signature, followsCall })
        break
      }
      case 'tool-call':
        calls.push({
          type: 'tool-call',
          callId: part.toolCallId,
          name: part.toolName,
          input: part.args,
          namespace: partOption(part.providerMetadata, 'namespace'),
        })
        break
      case 'file':
        others.push({ type: 'file', data: part.data, mediaType: part.mimeType, filename: part.filename })
        break
      default:
        // The core rejects it, with its position.
        others.push(part satisfies never)
    }
  }
  return { reasoning, texts, textsBefore, calls, others }
}

type Metadata = Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined

/** One of our signatures, or the bare encrypted content, as other clients of the backend keep it. */
function signatureOf(signature: string | undefined, metadata: Metadata): SignatureContent | undefined {
  const decoded = decodeSignature(signature)
  if (decoded) return decoded
  const encryptedContent = partOption(metadata, 'encryptedContent', 'reasoningEncryptedContent')
  return encryptedContent === undefined ? undefined : { encryptedContent, after: [] }
}

function toToolResult(part: LanguageModelV1ToolResultPart): CodexToolResultPart {
  const { toolCallId: callId, isError } = part
  // Some tools return an empty list beside their result.
  if (part.content === undefined || part.content.length === 0) {
    return { callId, ...readResult(part.result, isError) }
  }
  const detail = detailOption(part.providerMetadata)
  const parts = part.content.map((item) =>
    item.type === 'text'
      ? ({ type: 'text', text: item.text } as const)
      : ({ type: 'image', data: item.data, mediaType: item.mimeType, detail } as const),
  )
  return { callId, isError, output: { type: 'parts', parts } }
}

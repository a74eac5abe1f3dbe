/** `ai` 5, 6 and 7 speak nearly the same words; where they differ, the major is asked for. */
import { asObject } from '../../../src/lib/json.ts'
import type { JsonObject } from '../../../src/testing/types.ts'
import type {
  Ask,
  AskMessage,
  AskObject,
  AskPart,
  AskTool,
  Codex,
  Driver,
  Seen,
  SeenImages,
  SeenStep,
  SeenUsage,
} from './ask.ts'
import { ROUTE } from './route.ts'
import { toSeen, warningText } from './seen.ts'
import { toIntegration, toTracer } from './telemetry.ts'

type Major = 5 | 6 | 7

interface Called {
  toolCallId: string
  toolName: string
  input: unknown
  providerExecuted?: boolean
}

interface Step {
  text: string
  /** `ai` 7 calls what came with it by the name that it goes back under. */
  reasoning: ReadonlyArray<{ text: string; providerMetadata?: JsonObject; providerOptions?: JsonObject }>
  toolCalls: readonly Called[]
  toolResults: ReadonlyArray<Called & { output: unknown }>
  content: ReadonlyArray<{ type: string; toolName?: string; error?: unknown; approvalId?: string }>
  sources: ReadonlyArray<{ sourceType: string; url?: string; title?: string; filename?: string }>
  files: ReadonlyArray<{ mediaType: string; base64: string }>
  usage: JsonObject
  finishReason: string
  rawFinishReason?: string | undefined
  warnings: readonly unknown[] | undefined
  providerMetadata: JsonObject | undefined
  request: { body?: unknown }
  response: {
    id: unknown
    modelId: unknown
    timestamp: unknown
    headers?: Record<string, string>
    messages?: readonly unknown[]
  }
}

interface TextResult extends Step {
  steps: readonly Step[]
  responseMessages?: readonly unknown[]
  output?: unknown
  experimental_output?: unknown
}

interface StreamPart extends JsonObject {
  type: string
  text?: string
  error?: unknown
}

type Streamed = {
  fullStream: AsyncIterable<StreamPart>
  steps: PromiseLike<readonly Step[]>
  responseMessages?: PromiseLike<readonly unknown[]>
  response: PromiseLike<Step['response']>
}

type ObjectResult = Pick<Step, 'usage' | 'finishReason' | 'warnings'> & { object: unknown }

/** What of `ai` is used here. */
interface ImagesResult extends Pick<SeenImages, 'responses' | 'usage'> {
  images: SeenImages['images']
  warnings: readonly unknown[]
  providerMetadata: JsonObject
}

export interface ModernAI {
  generateText(options: object): Promise<TextResult>
  streamText(options: object): Streamed
  generateObject(options: object): Promise<ObjectResult>
  streamObject(options: object): {
    fullStream: AsyncIterable<StreamPart>
    object: PromiseLike<unknown>
    warnings: PromiseLike<Step['warnings']>
    usage: PromiseLike<JsonObject>
  }
  Output: { object(options: object): unknown }
  jsonSchema(schema: object): unknown
  stepCountIs(count: number): unknown
  experimental_generateImage?(options: object): Promise<ImagesResult>
  generateImage?(options: object): Promise<ImagesResult>
  createProviderRegistry(providers: object): {
    languageModel(name: string): unknown
    imageModel(name: string): unknown
  }
  customProvider(options: object): { languageModel(name: string): unknown }
  wrapLanguageModel(options: { model: unknown; middleware: unknown }): unknown
  defaultSettingsMiddleware(options: object): unknown
  NoSuchModelError: { isInstance(error: unknown): boolean }
  APICallError: { isInstance(error: unknown): boolean }
  RetryError: { isInstance(error: unknown): boolean }
}

const toOutput = (output: unknown, isError: boolean | undefined) => {
  const kind = typeof output === 'string' ? 'text' : 'json'
  return { type: isError ? `error-${kind}` : kind, value: output }
}

function toPart(part: AskPart): object {
  const { providerOptions } = part
  switch (part.type) {
    case 'image':
      return part.mediaType === undefined
        ? { type: 'image', image: part.data, providerOptions }
        : { type: 'file', data: part.data, mediaType: part.mediaType, providerOptions }
    case 'tool-call':
      return {
        type: 'tool-call',
        toolCallId: part.id,
        toolName: part.name,
        input: part.input,
        providerOptions,
      }
    case 'tool-result':
      return {
        type: 'tool-result',
        toolCallId: part.id,
        toolName: part.name,
        output: toOutput(part.output, part.isError),
        providerOptions,
      }
    default:
      return part
  }
}

const toMessages = (messages: readonly AskMessage[]): unknown[] =>
  messages.flatMap((message): unknown[] => {
    if (message.role === 'given') return [...message.messages]
    return message.role === 'system' ? [message] : [{ ...message, content: message.content.map(toPart) }]
  })

type ModelPart = { type: 'text'; text: string } | { type: 'image'; data: string; mediaType: string }

/** A part of a tool's result, by the word of each major. */
const TOOL_PARTS: Readonly<Record<Major, (part: ModelPart) => object>> = {
  5: (part) => (part.type === 'text' ? part : { ...part, type: 'media' }),
  6: (part) => (part.type === 'text' ? part : { ...part, type: 'image-data' }),
  7: (part) =>
    part.type === 'text'
      ? part
      : { type: 'file', data: { type: 'data', data: part.data }, mediaType: part.mediaType },
}

function toTool(ai: ModernAI, major: Major, tool: AskTool): unknown {
  if ('hosted' in tool) return tool.hosted
  const { description, schema, execute, toModel } = tool
  const toContent = (output: unknown) => ({
    type: 'content',
    value: toModel?.(output).map(TOOL_PARTS[major]),
  })
  return {
    description,
    inputSchema: ai.jsonSchema(schema),
    ...(tool.providerOptions && { providerOptions: tool.providerOptions }),
    ...(tool.needsApproval && { needsApproval: true }),
    ...(execute && { execute: async (input: unknown, options: object) => execute(input, options) }),
    ...(toModel && {
      toModelOutput: major === 5 ? toContent : ({ output }: { output: unknown }) => toContent(output),
    }),
  }
}

function toOptions(ai: ModernAI, major: Major, ask: Ask): object {
  const { toolChoice, telemetry, tools, system } = ask
  return {
    model: ask.model,
    ...(ask.prompt === undefined ? {} : { prompt: ask.prompt }),
    ...(ask.messages && { messages: toMessages(ask.messages) }),
    ...(system === undefined ? {} : { [major === 7 ? 'instructions' : 'system']: system }),
    ...(major === 7 ? { allowSystemInMessages: true, include: { requestBody: true } } : {}),
    ...(tools && {
      tools: Object.fromEntries(Object.entries(tools).map(([name, tool]) => [name, toTool(ai, major, tool)])),
    }),
    toolChoice: typeof toolChoice === 'object' ? { type: 'tool', ...toolChoice } : toolChoice,
    stopWhen: ai.stepCountIs(ask.maxSteps ?? 1),
    maxOutputTokens: ask.maxOutputTokens,
    ...ask.settings,
    providerOptions: ask.providerOptions,
    headers: ask.headers,
    abortSignal: ask.abortSignal,
    maxRetries: ask.maxRetries ?? 0,
    ...(telemetry && telemetryOptions(major, telemetry)),
  }
}

const telemetryOptions = (major: Major, telemetry: NonNullable<Ask['telemetry']>): object =>
  major === 7
    ? { telemetry: { isEnabled: true, integrations: toIntegration(telemetry) } }
    : { experimental_telemetry: { isEnabled: true, tracer: toTracer(telemetry) } }

/** A number, or undefined where it is none. */
const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)

const toUsage = (usage: JsonObject): SeenUsage => ({
  input: numberOf(usage.inputTokens),
  output: numberOf(usage.outputTokens),
  cached: numberOf(asObject(usage.inputTokenDetails).cacheReadTokens ?? usage.cachedInputTokens),
  reasoning: numberOf(asObject(usage.outputTokenDetails).reasoningTokens ?? usage.reasoningTokens),
})

function toStep(step: Step): SeenStep {
  const { id, modelId, timestamp, headers = {} } = step.response
  const failed = step.content.filter(({ type }) => type === 'tool-error')
  return {
    text: step.text,
    reasoning: step.reasoning.map(({ text, providerMetadata, providerOptions }) => ({
      text,
      isSealed: asObject((providerMetadata ?? providerOptions)?.[ROUTE]).encryptedContent !== undefined,
    })),
    calls: step.toolCalls.map(({ toolCallId, toolName, input, providerExecuted = false }) => ({
      id: toolCallId,
      name: toolName,
      input,
      isHosted: providerExecuted,
    })),
    results: [
      ...step.toolResults.map(({ toolName, output, providerExecuted = false }) => ({
        name: toolName,
        output,
        isHosted: providerExecuted,
      })),
      ...failed.map(({ toolName = '', error }) => ({ name: toolName, output: error, isHosted: false })),
    ],
    sources: step.sources.map(({ sourceType, url, title, filename }) => ({
      type: sourceType,
      ...(url === undefined ? {} : { url }),
      ...(title === undefined ? {} : { title }),
      ...(filename === undefined ? {} : { filename }),
    })),
    files: step.files.map(({ mediaType, base64 }) => ({ mediaType, base64 })),
    usage: toUsage(step.usage),
    finishReason: step.finishReason,
    rawFinishReason: step.rawFinishReason,
    approvals: step.content.flatMap(({ approvalId }) => (approvalId === undefined ? [] : [approvalId])),
    warnings: (step.warnings ?? []).map(warningText),
    metadata: asObject(step.providerMetadata?.[ROUTE]),
    response: { id, modelId, timestamp, headers },
    requestBody: asObject(step.request.body),
  }
}

const BLOCK = /^(text|reasoning|tool-input)-(start|delta|end)$/

/** Tells of a block that is not started once, before its pieces, and ended once, after them. */
function createBalance(): { see(part: StreamPart): void; faults: string[]; open: Set<string> } {
  const open = new Set<string>()
  const faults: string[] = []
  return {
    open,
    faults,
    see(part) {
      const [, kind, event] = BLOCK.exec(part.type) ?? []
      const block = `${kind} ${String(part.id)}`
      if (event !== undefined && open.has(block) === (event === 'start')) faults.push(`${event} of ${block}`)
      if (event === 'start') open.add(block)
      if (event === 'end') open.delete(block)
    },
  }
}

async function stream(ai: ModernAI, major: Major, ask: Ask): Promise<Seen> {
  const errors: unknown[] = []
  const balance = createBalance()
  let said = ''
  let isAborted = false
  const result = ai.streamText({
    ...toOptions(ai, major, ask),
    includeRawChunks: ask.onRaw !== undefined,
    onError: () => {},
  })
  try {
    for await (const part of result.fullStream) {
      balance.see(part)
      if (part.type === 'error') errors.push(part.error)
      else if (part.type === 'abort') isAborted = true
      else if (part.type === 'raw') ask.onRaw?.(part.rawValue)
      else if (part.type === 'tool-input-delta') ask.onInput?.(String(part.delta))
      else if (part.type === 'text-delta') {
        said += part.text ?? ''
        ask.onText?.(part.text ?? '')
      }
    }
  } catch (error) {
    errors.push(error)
  }
  const left = isAborted ? [] : [...balance.open].map((block) => `no end of ${block}`)
  for (const fault of [...balance.faults, ...left]) errors.push(new Error(`Unbalanced: ${fault}`))
  // A stream that broke off has no steps to wait for.
  if (isAborted || errors.length > 0) return toSeen({ said, errors, isAborted })
  const steps = await result.steps
  const messages = (await result.responseMessages) ?? (await result.response).messages
  return toSeen({ steps: steps.map(toStep), said, messages: messages ?? [] })
}

async function generate(ai: ModernAI, major: Major, ask: Ask): Promise<Seen> {
  try {
    const { steps, responseMessages, response } = await ai.generateText(toOptions(ai, major, ask))
    return toSeen({ steps: steps.map(toStep), messages: responseMessages ?? response.messages ?? [] })
  } catch (error) {
    return toSeen({ errors: [error], isAborted: error === ask.abortSignal?.reason })
  }
}

const toObjectOptions = (
  ai: ModernAI,
  { model, prompt = 'hi', providerOptions, schema, name }: AskObject,
) => ({
  model,
  prompt,
  providerOptions,
  maxRetries: 0,
  schemaName: name,
  schema: typeof asObject(schema).safeParse === 'function' ? schema : ai.jsonSchema(asObject(schema)),
})

const toSeenObject = ({ object, usage, finishReason, warnings }: ObjectResult) => ({
  object,
  usage: toUsage(usage),
  finishReason,
  warnings: (warnings ?? []).map(warningText),
})

function objectWays(ai: ModernAI, major: Major): Driver['objectWays'] {
  return [
    {
      way: 'generateObject',
      run: async (ask) => toSeenObject(await ai.generateObject(toObjectOptions(ai, ask))),
    },
    {
      way: 'streamObject',
      async run(ask) {
        const result = ai.streamObject({ ...toObjectOptions(ai, ask), onError: () => {} })
        let finishReason = ''
        for await (const part of result.fullStream) {
          if (part.type === 'error') throw part.error
          if (part.type === 'finish') finishReason = String(part.finishReason)
        }
        const object = await result.object
        return toSeenObject({
          object,
          usage: await result.usage,
          finishReason,
          warnings: await result.warnings,
        })
      },
    },
    {
      way: 'Output.object',
      async run(ask) {
        const { schema, schemaName, ...options } = toObjectOptions(ai, ask)
        const output = ai.Output.object({ schema, name: schemaName })
        const result = await ai.generateText({
          ...options,
          ...(major === 5 ? { experimental_output: output } : { output }),
        })
        const object = major === 5 ? result.experimental_output : result.output
        const { usage, finishReason, warnings } = result
        return toSeenObject({ object, usage, finishReason, warnings })
      },
    },
  ]
}

const inCapitals = <T extends { type: string }>(part: T, field: 'text' | 'delta'): T => ({
  ...part,
  [field]: String((part as Record<string, unknown>)[field]).toUpperCase(),
})

interface ModelCalls {
  doGenerate(): Promise<{ content: ReadonlyArray<{ type: string }> }>
  doStream(): Promise<{ stream: ReadableStream<{ type: string }> }>
}

const capitals = (major: Major) => ({
  specificationVersion: `v${major - 3}`,
  async wrapGenerate({ doGenerate }: ModelCalls) {
    const { content, ...rest } = await doGenerate()
    return {
      ...rest,
      content: content.map((part) => (part.type === 'text' ? inCapitals(part, 'text') : part)),
    }
  },
  async wrapStream({ doStream }: ModelCalls) {
    const { stream: parts, ...rest } = await doStream()
    const changed = parts.pipeThrough(
      new TransformStream<{ type: string }, { type: string }>({
        transform: (part, controller) =>
          controller.enqueue(part.type === 'text-delta' ? inCapitals(part, 'delta') : part),
      }),
    )
    return { ...rest, stream: changed }
  },
})

export function modernDriver(options: {
  ai: unknown
  major: Major
  specification: 'v2' | 'v3' | 'v4'
  createCodex: (settings: never) => unknown
  createChatGPT: (settings: never) => unknown
  missingKinds: readonly string[]
}): Driver {
  const { major, specification, missingKinds } = options
  const ai = options.ai as ModernAI
  const createCodex = options.createCodex as (settings: unknown) => Codex
  const createChatGPT = options.createChatGPT as (settings: unknown) => Codex
  const isOwn = specification === `v${major - 3}`
  return {
    name: isOwn ? `ai ${major}` : `ai ${major} with ${specification}`,
    major,
    specification,
    createCodex,
    createChatGPT,
    ways: [
      { way: 'generate', run: (ask) => generate(ai, major, ask) },
      { way: 'stream', run: (ask) => stream(ai, major, ask) },
    ],
    objectWays: objectWays(ai, major),
    anyObject: async (ask) => {
      const { schema: _, schemaName: __, ...rest } = toObjectOptions(ai, { ...ask, schema: {} })
      return toSeenObject(await ai.generateObject({ ...rest, output: 'no-schema' }))
    },
    images: async ({ maxRetries = 0, ...ask }) => {
      const make = ai.generateImage ?? ai.experimental_generateImage
      if (!make) throw new Error('No function for images')
      const result = await make({ maxRetries, ...ask })
      return {
        images: result.images.map(({ mediaType, base64 }) => ({ mediaType, base64 })),
        warnings: result.warnings.map(warningText),
        metadata: result.providerMetadata.codex,
        responses: result.responses,
        usage: result.usage,
      }
    },
    imageFromRegistry: (codex, name) => ai.createProviderRegistry({ codex }).imageModel(name),
    fromRegistry: (codex, name) => ai.createProviderRegistry({ codex }).languageModel(name),
    fromCustomProvider: (codex, languageModels, name) =>
      ai.customProvider({ languageModels, fallbackProvider: codex }).languageModel(name),
    inCapitals: (model) => ai.wrapLanguageModel({ model, middleware: capitals(major) }),
    withDefaults: (model, providerOptions) =>
      ai.wrapLanguageModel({
        model,
        middleware: ai.defaultSettingsMiddleware({ settings: { providerOptions } }),
      }),
    missingKinds,
    isNoSuchModel: (error) => ai.NoSuchModelError.isInstance(error),
    isAPICallError: (error) => ai.APICallError.isInstance(error),
    isRetryError: (error) => ai.RetryError.isInstance(error),
  }
}

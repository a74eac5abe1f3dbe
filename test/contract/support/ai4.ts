import {
  APICallError,
  type CoreMessage,
  createProviderRegistry,
  customProvider,
  defaultSettingsMiddleware,
  experimental_generateImage,
  generateObject,
  generateText,
  type ImageModel,
  jsonSchema,
  type LanguageModel,
  NoSuchModelError,
  Output,
  type Provider,
  RetryError,
  type StepResult,
  streamObject,
  streamText,
  type ToolSet,
  wrapLanguageModel,
} from 'ai'
import { createChatGPT, createCodex } from '../../../src/index.ts'
import { asObject } from '../../../src/lib/json.ts'
import type { Ask, AskMessage, AskObject, AskPart, AskTool, Codex, Driver, Seen, SeenStep } from './ask.ts'
import { ROUTE } from './route.ts'
import { toSeen, warningText } from './seen.ts'
import { toTracer } from './telemetry.ts'

type TextOptions = Parameters<typeof generateText>[0]
type Step = StepResult<ToolSet>

const toPart = (part: AskPart): object => {
  const { providerOptions } = part
  switch (part.type) {
    case 'image':
      return { type: 'image', image: part.data, mimeType: part.mediaType, providerOptions }
    case 'file': {
      const { mediaType, ...rest } = part
      return { ...rest, mimeType: mediaType }
    }
    case 'tool-call':
      return {
        type: 'tool-call',
        toolCallId: part.id,
        toolName: part.name,
        args: part.input,
        providerOptions,
      }
    case 'tool-result':
      return {
        type: 'tool-result',
        toolCallId: part.id,
        toolName: part.name,
        result: part.output,
        isError: part.isError,
        providerOptions,
      }
    default:
      return part
  }
}

const toMessages = (messages: readonly AskMessage[]): CoreMessage[] =>
  messages.flatMap((message): object[] => {
    if (message.role === 'given') return message.messages as object[]
    return message.role === 'system' ? [message] : [{ ...message, content: message.content.map(toPart) }]
  }) as CoreMessage[]

function toTool(tool: AskTool): unknown {
  if ('hosted' in tool) return tool.hosted
  const { description, schema, execute, toModel } = tool
  return {
    description,
    parameters: jsonSchema(schema),
    execute: execute && (async (input: unknown, options: object) => execute(input, options)),
    experimental_toToolResultContent:
      toModel &&
      ((output: unknown) =>
        toModel(output).map((part) => (part.type === 'text' ? part : { ...part, mimeType: part.mediaType }))),
  }
}

function toOptions(ask: Ask): TextOptions {
  const { toolChoice, telemetry } = ask
  return {
    model: ask.model as LanguageModel,
    prompt: ask.prompt,
    system: ask.system,
    messages: ask.messages && toMessages(ask.messages),
    tools:
      ask.tools &&
      (Object.fromEntries(Object.entries(ask.tools).map(([name, tool]) => [name, toTool(tool)])) as ToolSet),
    toolChoice: typeof toolChoice === 'object' ? { type: 'tool', ...toolChoice } : toolChoice,
    maxSteps: ask.maxSteps,
    maxTokens: ask.maxOutputTokens,
    ...ask.settings,
    providerOptions: ask.providerOptions,
    headers: ask.headers,
    abortSignal: ask.abortSignal,
    maxRetries: ask.maxRetries ?? 0,
    experimental_telemetry: telemetry && { isEnabled: true, tracer: toTracer(telemetry) },
  } as TextOptions
}

const known = (value: number): number | undefined => (Number.isNaN(value) ? undefined : value)

function toUsage(usage: Step['usage'], metadata: Readonly<Record<string, unknown>>) {
  return {
    input: known(usage.promptTokens),
    output: known(usage.completionTokens),
    // LanguageModelV1 has no other place for these.
    cached: metadata.cachedInputTokens as number | undefined,
    reasoning: metadata.reasoningTokens as number | undefined,
  }
}

function toStep(step: Step): SeenStep {
  const metadata = asObject(step.providerMetadata?.[ROUTE])
  const { id, modelId, timestamp, headers = {} } = step.response
  return {
    text: step.text,
    reasoning: step.reasoningDetails.map((detail) =>
      detail.type === 'text'
        ? { text: detail.text, isSealed: detail.signature !== undefined }
        : { text: '', isSealed: true },
    ),
    calls: step.toolCalls.map(({ toolCallId, toolName, args }) => ({
      id: toolCallId,
      name: toolName,
      input: args,
      isHosted: false,
    })),
    results: (step.toolResults as ReadonlyArray<{ toolName: string; result: unknown }>).map(
      ({ toolName, result }) => ({ name: toolName, output: result, isHosted: false }),
    ),
    sources: step.sources.map(({ sourceType, url, title }) => ({
      type: sourceType,
      url,
      ...(title === undefined ? {} : { title }),
    })),
    files: step.files.map(({ mimeType, base64 }) => ({ mediaType: mimeType, base64 })),
    usage: toUsage(step.usage, metadata),
    finishReason: step.finishReason,
    rawFinishReason: undefined,
    approvals: [],
    warnings: (step.warnings ?? []).map(warningText),
    metadata,
    response: { id, modelId, timestamp, headers },
    requestBody: asObject(JSON.parse(step.request.body ?? '{}')),
  }
}

async function generate(ask: Ask): Promise<Seen> {
  try {
    const { steps, response } = await generateText(toOptions(ask))
    return toSeen({ steps: steps.map(toStep), messages: response.messages })
  } catch (error) {
    return toSeen({ errors: [error], isAborted: error === ask.abortSignal?.reason })
  }
}

async function stream(ask: Ask): Promise<Seen> {
  const errors: unknown[] = []
  let said = ''
  const result = streamText({ ...toOptions(ask), toolCallStreaming: true, onError: () => {} })
  try {
    for await (const part of result.fullStream) {
      if (part.type === 'error') errors.push(part.error)
      else if (part.type === 'text-delta') {
        said += part.textDelta
        ask.onText?.(part.textDelta)
      } else if (part.type === 'tool-call-delta') ask.onInput?.(part.argsTextDelta)
    }
  } catch (error) {
    errors.push(error)
  }
  const reason = ask.abortSignal?.aborted ? ask.abortSignal.reason : undefined
  const isAborted = reason !== undefined && errors.includes(reason)
  // A stream that broke off has no steps to wait for.
  if (errors.length > 0) return toSeen({ said, errors, isAborted })
  const [steps, { messages }] = await Promise.all([result.steps, result.response])
  return toSeen({ steps: steps.map(toStep), said, messages })
}

const toObjectOptions = ({ model, prompt = 'hi', providerOptions, schema, name }: AskObject) => ({
  model: model as LanguageModel,
  prompt,
  providerOptions: providerOptions as TextOptions['providerOptions'],
  maxRetries: 0,
  schemaName: name,
  schema: toSchema(schema),
})

const toSchema = (schema: unknown) =>
  typeof asObject(schema).safeParse === 'function'
    ? (schema as ReturnType<typeof jsonSchema>)
    : jsonSchema(schema as object)

interface ObjectResult {
  usage: Step['usage']
  finishReason: string
  warnings: Step['warnings']
  providerMetadata: Step['providerMetadata']
}

const toSeenObject = (
  object: unknown,
  { usage, finishReason, warnings, providerMetadata }: ObjectResult,
) => ({
  object,
  usage: toUsage(usage, asObject(providerMetadata?.[ROUTE])),
  finishReason,
  warnings: (warnings ?? []).map(warningText),
})

async function streamed(ask: AskObject) {
  let end: Omit<ObjectResult, 'warnings'> | undefined
  let warnings: ObjectResult['warnings']
  const result = streamObject({
    ...toObjectOptions(ask),
    onError: () => {},
    // The result's own promise of them is never kept.
    onFinish: (event) => {
      warnings = event.warnings
    },
  })
  for await (const part of result.fullStream) {
    if (part.type === 'error') throw part.error
    if (part.type === 'finish') end = part as unknown as typeof end
  }
  if (!end) throw new Error('The stream had no end')
  return toSeenObject(await result.object, { ...end, warnings })
}

const capitals = (text: string) => text.toUpperCase()

/** `ai` 4 with the models of the default entry. */
export const AI4: Driver = {
  name: 'ai 4',
  major: 4,
  specification: 'v1',
  createCodex: (settings) => createCodex(settings) as unknown as Codex,
  createChatGPT: (settings) => createChatGPT(settings) as unknown as Codex,
  ways: [
    { way: 'generate', run: generate },
    { way: 'stream', run: stream },
  ],
  objectWays: [
    {
      way: 'generateObject',
      run: async (ask) => {
        const result = await generateObject(toObjectOptions(ask))
        return toSeenObject(result.object, result)
      },
    },
    {
      way: 'generateObject in tool mode',
      run: async (ask) => {
        const result = await generateObject({ ...toObjectOptions(ask), mode: 'tool' })
        return toSeenObject(result.object, result)
      },
    },
    { way: 'streamObject', run: streamed },
    {
      way: 'Output.object',
      run: async (ask) => {
        const { schema, schemaName: _, ...options } = toObjectOptions(ask)
        const output = Output.object({ schema })
        const result = await generateText({ ...options, experimental_output: output })
        return toSeenObject(result.experimental_output, result)
      },
    },
  ],
  anyObject: async (ask) => {
    const { schema: _, schemaName: __, ...options } = toObjectOptions({ ...ask, schema: {} })
    const result = await generateObject({ ...options, output: 'no-schema' })
    return toSeenObject(result.object, result)
  },
  images: async ({ model, prompt, maxRetries = 0, ...ask }) => {
    const result = await experimental_generateImage({
      model: model as ImageModel,
      prompt: prompt as string,
      maxRetries,
      ...ask,
    } as Parameters<typeof experimental_generateImage>[0])
    return {
      images: result.images.map(({ base64, mimeType }) => ({ mediaType: mimeType, base64 })),
      warnings: result.warnings.map(warningText),
      metadata: undefined,
      responses: result.responses,
      usage: undefined,
    }
  },
  imageFromRegistry: (codex, name) =>
    createProviderRegistry({ codex: codex as unknown as Provider }).imageModel(name),
  fromRegistry: (codex, name) =>
    createProviderRegistry({ codex: codex as unknown as Provider }).languageModel(name),
  fromCustomProvider: (codex, models, name) =>
    customProvider({
      languageModels: models as Record<string, LanguageModel>,
      fallbackProvider: codex as unknown as Provider,
    }).languageModel(name),
  inCapitals: (model) =>
    wrapLanguageModel({
      model: model as LanguageModel,
      middleware: {
        wrapGenerate: async ({ doGenerate }) => {
          const result = await doGenerate()
          return { ...result, ...(result.text === undefined ? {} : { text: capitals(result.text) }) }
        },
        wrapStream: async ({ doStream }) => {
          const { stream: parts, ...rest } = await doStream()
          const changed = parts.pipeThrough(
            new TransformStream({
              transform: (part, controller) =>
                controller.enqueue(
                  part.type === 'text-delta' ? { ...part, textDelta: capitals(part.textDelta) } : part,
                ),
            }),
          )
          return { ...rest, stream: changed }
        },
      },
    }),
  withDefaults: (model, options) =>
    wrapLanguageModel({
      model: model as LanguageModel,
      middleware: defaultSettingsMiddleware({
        settings: { providerMetadata: options as TextOptions['providerOptions'] } as never,
      }),
    }),
  missingKinds: ['textEmbeddingModel'],
  isNoSuchModel: (error) => NoSuchModelError.isInstance(error),
  isAPICallError: (error) => APICallError.isInstance(error),
  isRetryError: (error) => RetryError.isInstance(error),
}
